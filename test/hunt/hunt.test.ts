import { expect, test } from 'vitest';
import { BROKEN, mutation } from './broken.ts';
import { hunt } from './hunt.ts';

const SEEDS = 20;

test.each([1, 2, 3])('with seed %i everything is as it was asked for, whatever breaks meanwhile', (seed) => {
  const { problems, log } = hunt({ seed, rounds: 3 });
  expect(problems, log.join('\n')).toEqual([]);
});

test('a hunt comes out the same each time', () => {
  expect(hunt({ seed: 4, rounds: 2 })).toEqual(hunt({ seed: 4, rounds: 2 }));
});

test.each(BROKEN.map((broken) => [broken.name, broken] as const))(
  'it is found out when %s',
  (_, broken) => {
    const seed = Array.from({ length: SEEDS }, (__, i) => i + 1).find(
      (one) => hunt({ seed: one, mutate: mutation(broken) }).problems.length > 0,
    );
    expect(seed).toBeDefined();
  },
  60_000,
);
