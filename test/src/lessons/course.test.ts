import { describe, expect, it } from 'vitest';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { problemText } from '../../../src/lessons/pack.ts';

describe('the course', () => {
  const { value, problems } = loadCourse(readPack(courseFolder()));

  it('loads without a problem', () => {
    expect(problems.map(problemText)).toEqual([]);
    expect(value?.modules.length).toBeGreaterThan(0);
  });
});
