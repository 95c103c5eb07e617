import { expect, test } from 'vitest';
import { BROKEN, CARELESS, mutation } from './broken.ts';
import { type Hunt, hunt } from './hunt.ts';

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
    const said = firstProblems((seed) => hunt({ seed, mutate: mutation(broken) }));
    expect(said).toMatch(broken.found ?? /./);
  },
  60_000,
);

test('it is found out when the scheduler does not ask whether there is room', () => {
  expect(firstProblems((seed) => hunt({ seed, scheduler: CARELESS }))).toMatch(/was given/);
}, 60_000);

/** What the first of some seeds finds. */
function firstProblems(run: (seed: number) => Hunt): string {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { problems } = run(seed);
    if (problems.length > 0) return problems.join('\n');
  }
  return '';
}
