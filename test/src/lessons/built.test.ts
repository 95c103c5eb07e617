import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import { loadCourse } from '../../../src/lessons/load.ts';

test('a course is plain data: what a build writes and a start reads is what was loaded', () => {
  const { value } = loadCourse(readPack(courseFolder()), 'usable');
  expect(value?.modules.length).toBeGreaterThan(4);
  expect(deserialize(serialize(value))).toEqual(value);
});
