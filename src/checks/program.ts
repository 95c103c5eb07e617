// Checks of the kind `program`: the learner's own controller, run on a copy of the cluster through events, crashes and
// restarts. What counts is the state that it ends in, and how many writes it needed.

import { between } from '../../sandbox/time/units.ts';
import { duration, phrase, type Words } from '../i18n/say.ts';
import { carryOut } from './carryout.ts';
import type { ProgramCheck } from './check.ts';
import type { Ground } from './ground.ts';
import type { Judge } from './judge.ts';
import type { Started } from './session.ts';
import { fails, fits, type Verdict } from './verdict.ts';

/** So often its writes are counted, in milliseconds. */
const COUNT_MS = 500;

export function programExpectation({ run, for: ms }: ProgramCheck): Words {
  return phrase('program.expected', { run, time: duration(ms) });
}

export function judgeProgram(check: ProgramCheck, copy: Ground, judge: Judge): Verdict {
  const { session } = copy;
  const expected = check.says ?? programExpectation(check);
  const begun = session.now();
  const count = writeCounter(copy);
  let running: Started | undefined = session.start(check.run);
  const passUntil = (ms: number): void => {
    while (between(begun, session.now()) < ms) {
      session.advance(Math.min(COUNT_MS, ms - between(begun, session.now())));
      count.look();
    }
  };
  for (const { at, does } of [...check.events].sort((a, b) => a.at - b.at)) {
    passUntil(at);
    if (does === 'crash' || does === 'restart') running?.kill();
    if (does === 'crash') running = undefined;
    else if (does === 'restart') running = session.start(check.run);
    else {
      const problem = carryOut(does, copy);
      if (problem !== undefined) return fails(expected, phrase('disturb.failed', { what: check.run, problem }));
    }
    count.look();
  }
  passUntil(check.for);
  running?.kill();
  const verdict = judge(check.check, copy);
  if (!verdict.ok) return fails(expected, phrase('program.actual', { text: verdict.actual }), verdict.because);
  const n = count.sum();
  const { min, max } = check.writes ?? { min: 0, max: Number.POSITIVE_INFINITY };
  if (n < min || n > max)
    return fails(
      phrase('program.writes', { min, max: Number.isFinite(max) ? max : '∞' }),
      phrase('program.writesAre', { n }),
    );
  return fits(expected, phrase('program.done', { n }));
}

/** Counts the learner's writes from now on. */
function writeCounter({ session }: Ground) {
  const latest = (): number => session.attempts?.().at(-1)?.n ?? 0;
  let seen = latest();
  let sum = 0;
  return {
    look() {
      sum += (session.attempts?.() ?? []).filter(({ n }) => n > seen).length;
      seen = Math.max(seen, latest());
    },
    sum: () => sum,
  };
}
