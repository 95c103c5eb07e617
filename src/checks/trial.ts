// Checks that act: requests, commands, disturbances, waiting. They run on a copy of the cluster, so that they leave no
// trace in the learner's own.

import { after, between, durationMs } from '../../sandbox/time/units.ts';
import { duration, phrase, type Words } from '../i18n/say.ts';
import { COMMAND_MS, carryOut } from './carryout.ts';
import type { Check, DisturbCheck, ExecCheck, SettledCheck, WithinCheck } from './check.ts';
import { continuityExpectation } from './continuity.ts';
import { copyOf, type Ground } from './ground.ts';
import type { Judge } from './judge.ts';
import { programExpectation } from './program.ts';
import { requestExpectation } from './requests.ts';
import { canExpectation, refusedExpectation } from './rights.ts';
import { lastLine } from './script.ts';
import { fails, fits, type Verdict } from './verdict.ts';

/** In what steps a copy is looked at while its time passes. */
const STEP_MS = 500;

/** Kinds that are tried on a copy of the cluster; the last two only where looking doesn't tell. */
export const TRIED: ReadonlySet<Check['kind']> = new Set([
  'request',
  'exec',
  'can',
  'refused',
  'program',
  'disturb',
  'within',
  'continuity',
]);

/** What would change a cluster that can't be copied. */
const DISTURBING: ReadonlySet<Check['kind']> = new Set(['disturb', 'program', 'continuity', 'within']);

/** Judges on a copy; says so when it may not, or when none can be made. */
export function onCopy<C extends Check>(check: C, ground: Ground, act: (check: C, copy: Ground) => Verdict): Verdict {
  if (ground.session.inPlace === true && DISTURBING.has(check.kind))
    return { ...fails(expectationOf(check), phrase('untried.inPlace', {})), untried: true };
  if (!ground.mayTry) return { ...fails(expectationOf(check), phrase('untried.waiting', {})), untried: true };
  const copy = copyOf(ground);
  if (copy === undefined) return { ...fails(expectationOf(check), phrase('untried.busy', {})), untried: true };
  return act(check, copy);
}

/** What is expected, as far as it can be said without trying. */
function expectationOf(check: Check): Words {
  if (check.says !== undefined) return check.says;
  switch (check.kind) {
    case 'request':
      return requestExpectation(check);
    case 'exec':
      return execExpectation(check);
    case 'can':
      return canExpectation(check);
    case 'refused':
      return refusedExpectation(check);
    case 'program':
      return programExpectation(check);
    case 'continuity':
      return continuityExpectation(check);
    case 'disturb':
      return phrase('disturb.expected', { what: whatOf(check), text: expectationOf(check.check) });
    case 'within':
      return phrase('within.expected', { text: expectationOf(check.check), time: duration(check.ms) });
    default:
      return '';
  }
}

export function judgeExec(check: ExecCheck, { session }: Ground): Verdict {
  const expected = execExpectation(check);
  const { status, output } = session.exec(check.run, COMMAND_MS);
  if (status === undefined) return fails(expected, phrase('exec.endless', { time: duration(COMMAND_MS) }));
  const text = lastLine(output);
  const asExpected = status === check.status;
  const failed = text === '' ? phrase('exec.silent', { status }) : phrase('exec.actual', { status, text });
  const actual = asExpected ? phrase('exec.printed', { text }) : failed;
  const ok = asExpected && (check.contains === undefined || output.includes(check.contains));
  return ok ? fits(expected, actual) : fails(expected, actual);
}

function execExpectation({ run: command, status, contains }: ExecCheck): Words {
  if (contains === undefined) return phrase('exec.expected', { command, status });
  return phrase('exec.expectedOutput', { command, text: contains });
}

export function judgeDisturb(check: DisturbCheck, copy: Ground, judge: Judge): Verdict {
  const what = whatOf(check);
  for (const act of check.acts) {
    const problem = carryOut(act, copy);
    if (problem !== undefined) return fails(expectationOf(check), phrase('disturb.failed', { what, problem }));
  }
  const { ok, expected, actual, because } = judge(check.check, copy);
  const wanted = phrase('disturb.expected', { what, text: expected });
  const found = phrase('disturb.actual', { what, text: actual });
  return ok ? fits(wanted, found) : fails(wanted, found, because);
}

function whatOf({ what, acts }: DisturbCheck): Words {
  if (what !== undefined) return what;
  const [first] = acts;
  if (first === undefined) return '';
  if (first.kind === 'advance') return phrase('disturb.advance', { time: duration(first.ms) });
  return first.kind === 'deed' ? Object.values(first.deed).join(' ') : `\`${first.run}\``;
}

/** Lets a copy's time pass until the check holds. */
export function judgeWithin(check: WithinCheck, copy: Ground, judge: Judge): Verdict {
  const { session } = copy;
  const end = after(session.now(), durationMs(check.ms));
  let verdict = judge(check.check, copy);
  while (!verdict.ok && session.now() < end) {
    session.advance(Math.min(STEP_MS, between(session.now(), end)));
    verdict = judge(check.check, copy);
  }
  const time = duration(check.ms);
  const expected = phrase('within.expected', { text: verdict.expected, time });
  if (verdict.ok) return fits(expected, verdict.actual);
  return fails(expected, phrase('within.actual', { time, text: verdict.actual }), verdict.because);
}

/** On a copy nothing was watched before: its time passes, and the state has to stay. */
export function settleOnCopy(check: SettledCheck, ground: Ground, judge: Judge, expected: Words): Verdict {
  const copy = copyOf(ground);
  if (copy === undefined) return { ...fails(expected, phrase('untried.busy', {})), untried: true };
  for (let held = 0; held < check.for; held += STEP_MS) {
    copy.session.advance(STEP_MS);
    const verdict = judge(check.check, copy);
    if (!verdict.ok) return { ...verdict, expected };
  }
  return fits(expected, phrase('settled.actual', { time: duration(check.for) }));
}
