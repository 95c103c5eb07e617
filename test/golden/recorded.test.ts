// The comparison against the recordings themselves: it must find every other run of the same case equal, and notice
// what has really changed. Samples here; `npm run golden -- --self-test test/golden/recorded` looks at all of them.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordedFolder } from './play/recorded.ts';
import { findRecordings } from './recordings.ts';
import { trials } from './selftest.ts';
import { differencesOfAnotherRun } from './vary.ts';

const SEED = 20261120;

const folders = ['http', 'scheduler', 'controllers', 'kubectl', 'timelines'];
const all = findRecordings(['facts', ...folders].map((folder) => join(recordedFolder(), folder)));

test('every recording is of a known format', () => {
  expect(all.filter(({ format }) => format === undefined).map(({ recording }) => recording.path)).toEqual([]);
});

test('a recording is known by its content, whatever its name', () => {
  for (const { recording, format } of all.filter((_, i) => i % 7 === 0)) {
    const renamed = { ...recording, name: 'case-17', path: '/elsewhere/case-17.json' };
    const known = all.map(({ format: one }) => one).find((one) => one?.recognises(renamed) === true);
    expect(known?.name).toBe(format?.name);
  }
});

test('the ids of cases are unique', () => {
  const ids = all.flatMap(
    ({ recording, format }) =>
      format?.parts(recording).map((part) => `${format.folder}/${recording.name}#${part}`) ?? [],
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(4000);
});

describe.each(folders)('%s', (folder) => {
  const every = { http: 13, scheduler: 6, controllers: 14, kubectl: 30, timelines: 9 }[folder] ?? 9;
  const sample = all.filter(({ format }) => format?.folder === folder).filter((_, i) => i % every === 3);

  test('another run of a case is equal to it', () => {
    for (const found of sample) expect(differencesOfAnotherRun(found, SEED)).toEqual([]);
  });

  test('a change is noticed', () => {
    const tried = sample.flatMap((found) => [...trials(found, () => true, SEED)]);
    const missed = tried.filter(({ difference }) => difference !== undefined);
    expect(
      missed.length / tried.length,
      missed.map(({ id, detail }) => `${id} ${detail}`).join('\n'),
    ).toBeLessThanOrEqual(0.02);
  });
});
