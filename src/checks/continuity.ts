// Checks of the kind `continuity`: nothing fails while something happens. A rollout is tried from the moment at which it
// began, on a copy that was taken then; the latest one counts, so that a bad first try is no dead end.

import type { JsonObject } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { between } from '../../sandbox/time/units.ts';
import { phrase, type Words } from '../i18n/say.ts';
import { carryOut } from './carryout.ts';
import type { Act, ContinuityCheck } from './check.ts';
import { copyOf, type Ground, groundOn } from './ground.ts';
import type { Judge } from './judge.ts';
import { askSome, requestExpectation } from './requests.ts';
import { subjectOf } from './state.ts';
import { fails, fits, type Verdict } from './verdict.ts';

/** A rollout that takes longer has got stuck, in milliseconds. */
const ROLLOUT_MS = 180_000;
/** Requests at a time. */
const BATCH = 5;

export function continuityExpectation({ check, failures }: ContinuityCheck): Words {
  const text =
    check.says ?? (check.kind === 'request' ? requestExpectation(check) : subjectOf(check.select ?? { kind: '' }));
  return phrase('continuity.expected', { text, failures });
}

export function judgeContinuity(check: ContinuityCheck, ground: Ground, judge: Judge): Verdict {
  const expected = continuityExpectation(check);
  const untried = (): Verdict => ({ ...fails(expected, phrase('untried.waiting', {})), untried: true });
  if (ground.session.inPlace === true) return { ...fails(expected, phrase('untried.inPlace', {})), untried: true };
  if (check.during.kind === 'acts') {
    if (!ground.mayTry) return untried();
    const copy = copyOf(ground);
    if (copy === undefined) return { ...fails(expected, phrase('untried.busy', {})), untried: true };
    return duringActs(check, check.during, copy, judge);
  }
  const window = ground.memory.windows.get(check.at);
  if (window?.copy === undefined) return fails(expected, phrase('continuity.none', {}));
  if (window.verdict !== undefined) return window.verdict;
  if (!ground.mayTry) return untried();
  const verdict = duringRollout(check, groundOn(window.copy, ground), judge);
  ground.memory.windows.set(check.at, { ...window, verdict });
  return verdict;
}

function duringActs(
  check: ContinuityCheck,
  { acts, for: ms }: { readonly acts: readonly Act[]; readonly for: number },
  copy: Ground,
  judge: Judge,
): Verdict {
  const begun = copy.session.now();
  for (const act of acts) carryOut(act.kind === 'exec' ? { ...act, kind: 'start' } : act, copy);
  const failed = looks(check, copy, judge, () => between(begun, copy.session.now()) >= ms);
  return verdictOf(check, failed);
}

function duringRollout(check: ContinuityCheck, copy: Ground, judge: Judge): Verdict {
  const { during } = check;
  if (during.kind !== 'rollout') return fails(continuityExpectation(check), '');
  const begun = copy.session.now();
  const object = (): KubeObject | undefined => copy.look.objects(during.select)[0];
  const over = (): boolean => between(begun, copy.session.now()) >= ROLLOUT_MS;
  const failed = looks(check, copy, judge, () => isRolledOut(object()) || over());
  const verdict = verdictOf(check, failed);
  if (!verdict.ok || isRolledOut(object())) return verdict;
  return fails(verdict.expected, phrase('continuity.stuck', {}));
}

interface Failed {
  readonly n: number;
  readonly of: number;
  readonly problem: Words;
}

/** Looks again and again until it is over. */
function looks(check: ContinuityCheck, copy: Ground, judge: Judge, isOver: () => boolean): Failed {
  let failed: Failed = { n: 0, of: 0, problem: '' };
  const count = (n: number, of: number, problem: Words): void => {
    failed = { n: failed.n + n, of: failed.of + of, problem: failed.n === 0 ? problem : failed.problem };
  };
  do {
    if (check.check.kind === 'request') {
      const { tries, answers, problem } = askSome({ ...check.check, every: check.every }, copy.session, BATCH);
      count(tries - answers.length, tries, problem);
    } else {
      const { ok, actual } = judge(check.check, copy);
      count(ok ? 0 : 1, 1, actual);
      copy.session.advance(check.every);
    }
  } while (failed.n <= check.failures && !isOver());
  return failed;
}

function verdictOf(check: ContinuityCheck, { n, of, problem }: Failed): Verdict {
  const expected = continuityExpectation(check);
  if (n <= check.failures) return fits(expected, phrase('continuity.actual', { n, of }));
  return fails(expected, phrase('continuity.failed', { n, of, problem }));
}

/** What a rollout puts in place; another text is another rollout. */
export function rolloutPrint(object: KubeObject | undefined): string {
  const { spec } = (object ?? {}) as { readonly spec?: JsonObject };
  return JSON.stringify(spec?.['template'] ?? null);
}

/** As `kubectl rollout status` judges. */
export function isRolledOut(object: KubeObject | undefined): boolean {
  if (object === undefined) return false;
  const { spec = {}, status = {} } = object as {
    readonly spec?: Readonly<Record<string, unknown>>;
    readonly status?: Readonly<Record<string, unknown>>;
  };
  if (Number(status['observedGeneration'] ?? 0) < (object.metadata?.generation ?? 0)) return false;
  const number = (field: string): number => Number(status[field] ?? 0);
  if (object.kind === 'DaemonSet') {
    const wanted = number('desiredNumberScheduled');
    return number('updatedNumberScheduled') >= wanted && number('numberAvailable') >= wanted;
  }
  const wanted = Number(spec['replicas'] ?? 1);
  if (object.kind === 'StatefulSet') return number('updatedReplicas') >= wanted && number('readyReplicas') >= wanted;
  return number('updatedReplicas') >= wanted && number('replicas') <= wanted && number('availableReplicas') >= wanted;
}
