import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import { bot, type Step } from './bot.ts';
import { dump } from './dump.ts';
import { copyRoom, newRoom, type Ran, start } from './room.ts';

const programs: Record<string, Program> = { bot };

/** Copies a room after some time and lets both go on; both must print the same and end in the same state. */
function forkAfter(argv: readonly string[], ms: number, rest = 60_000): { readonly original: Ran; readonly copy: Ran } {
  const options = { programs };
  const room = newRoom(options);
  const command = start(room, argv);
  command.type('one two three four five six seven eight nine ten\n');
  command.end();
  room.loop.advance(durationMs(ms));
  const twin = copyRoom(room, options);
  room.loop.advance(durationMs(rest));
  twin.loop.advance(durationMs(rest));
  const original = command.output();
  const copy = command.inCopy(twin).output();
  expect(dump(twin.state)).toBe(dump(room.state));
  return { original, copy };
}

const script = (...steps: readonly Step[]): readonly string[] => ['bot', JSON.stringify(steps)];

describe('a copy of a machine', () => {
  it('goes on in the middle of a pipeline like the original', () => {
    const argv = script(
      [
        'pipe',
        [
          [
            [
              'loop',
              30,
              [
                ['say', 'some text'],
                ['sleep', 7],
              ],
            ],
          ],
          [['copy', 5]],
          [['copy', 3], ['random']],
        ],
      ],
      ['random'],
    );
    for (const ms of [0, 10, 50, 100, 205]) {
      const { original, copy } = forkAfter(argv, ms);
      expect(copy).toEqual(original);
      expect(original.stdout.match(/some text/g)).toHaveLength(30);
    }
  });

  it('goes on with children that are waited for, signals that were caught, and half-read input', () => {
    const argv = script(
      ['on', 'SIGUSR1', 'catch'],
      [
        'start',
        [
          ['sleep', 30],
          ['kill', 'parent', 'SIGUSR1'],
          ['sleep', 50],
          ['exit', 4],
        ],
      ],
      ['copy', 7],
      ['sleep', 100],
      ['caught'],
      ['wait'],
      ['now'],
    );
    for (const ms of [0, 20, 40, 90]) {
      const { original, copy } = forkAfter(argv, ms);
      expect(copy).toEqual(original);
      expect(original.stdout).toContain('sleep: EINTR\nSIGUSR1\n{"kind":"exited","pid":2,"status":4}');
    }
  });

  it('goes on in the middle of computing', () => {
    const argv = script(['spend', 50_000], ['now'], ['spend', 3], ['random']);
    const { original, copy } = forkAfter(argv, 1234);
    expect(copy).toEqual(original);
  });
});

const leaf: fc.Arbitrary<Step> = fc.oneof(
  fc.string({ maxLength: 5, unit: 'grapheme-ascii' }).map((text): Step => ['say', text]),
  fc.integer({ min: 0, max: 40 }).map((ms): Step => ['sleep', ms]),
  fc.integer({ min: 1, max: 700 }).map((steps): Step => ['spend', steps]),
  fc.constantFrom<Step>(['random'], ['now'], ['caught'], ['wait'], ['copy', 4], ['list', '/tmp']),
  fc
    .constantFrom('/tmp/a', '/tmp/b', '/tmp/d/c')
    .chain((path) =>
      fc.constantFrom<Step>(['append', path, 'line\n'], ['cat', path], ['unlink', path], ['rename', path, '/tmp/e']),
    ),
  fc.constantFrom<Step>(['mkdir', '/tmp/d'], ['rmdir', '/tmp/d'], ['chdir', '/tmp']),
  fc.constantFrom<Step>(['on', 'SIGTERM', 'catch'], ['on', 'SIGUSR1', 'ignore'], ['on', 'SIGCHLD', 'catch']),
  fc.constantFrom<Step>(['kill', 'last', 'SIGTERM'], ['kill', 'parent', 'SIGUSR1'], ['kill', 'last', 'SIGSTOP']),
  fc.constantFrom<Step>(['kill', 'last', 'SIGCONT'], ['kill', 'self', 'SIGTERM'], ['claim', 5_000_000], ['exit', 3]),
);

const { plan } = fc.letrec<{ plan: Step[]; step: Step }>((tie) => ({
  plan: fc.array(tie('step'), { maxLength: 6, depthIdentifier: 'plan' }),
  step: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'plan' },
    leaf,
    tie('plan').map((todo): Step => ['run', todo]),
    tie('plan').map((todo): Step => ['start', todo]),
    fc.tuple(tie('plan'), tie('plan')).map((parts): Step => ['pipe', parts]),
    tie('plan').map((todo): Step => ['loop', 3, todo]),
    tie('plan').map((todo): Step => ['exec', todo]),
  ),
}));

describe('any program', () => {
  it('does the same each time, and in a copy taken at any moment', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 0, max: 200 }), (steps, ms) => {
        const { original, copy } = forkAfter(['bot', JSON.stringify(steps)], ms, 3_000);
        expect(copy).toEqual(original);
        expect(forkAfter(['bot', JSON.stringify(steps)], ms, 3_000).original).toEqual(original);
      }),
      { numRuns: 60 },
    );
  });
});
