// `pack lint --mutate`: the proofs of a lesson are proven themselves. Every check is weakened in every place, one at a
// time; the start, the solutions and the wrong ways have to tell each weak one from the strong one. All weak ones watch
// the same runs, so that a lesson is run once.

import { between, type TimeMs } from '../../sandbox/time/units.ts';
import { type Check, everyCheck } from '../checks/check.ts';
import { embeddedSession } from '../checks/embedded.ts';
import { type Ground, namesIn, newGround } from '../checks/ground.ts';
import { judge } from '../checks/judge.ts';
import { newMemory } from '../checks/memory.ts';
import { createWatcher, type Watcher } from '../checks/watch.ts';
import { isReached } from './assess.ts';
import { shortened } from './leaveout.ts';
import { checksOf, type Lesson, type Script } from './lesson.ts';
import { mutantsOf } from './mutants.ts';
import { leaveAlone, newTrial, runScript, runUntilReached, type Trial } from './trial.ts';

/** Whose check was weakened. */
type Owner = { readonly kind: 'goal' | 'guard' | 'diagnosis' | 'prediction' | 'irrecoverable'; readonly id: string };

interface Weak {
  readonly owner: Owner;
  readonly what: string;
  readonly check: Check;
}

export interface MutationResult {
  readonly of: number;
  /** Those that nothing noticed: `goal web-ready: condition`. */
  readonly survivors: readonly string[];
}

/** Which run it is, and what is to come of it. */
type Run =
  | { readonly kind: 'start' | 'solution' | 'shortened' }
  | { readonly kind: 'wrong'; readonly diagnosis: string };

/** A weak check that watches a run. */
interface Watching {
  readonly weak: Weak;
  readonly ground: Ground;
  readonly watcher: Watcher;
  /** A guard that fell, even for a moment. */
  fell: boolean;
  /** Since when a diagnosis has matched without a break, and whether that was long enough once. */
  since: TimeMs | undefined;
  told: boolean;
}

export function mutateLesson(lesson: Lesson): MutationResult {
  const weak = weakChecks(lesson);
  const noticed = new Set<Weak>();
  const fallen = new Set<Weak>();
  for (const [run, go] of runsOf(lesson)) {
    const left = weak.filter((one) => !noticed.has(one));
    if (left.length === 0) break;
    const { trial, watching } = watched(lesson, left);
    go(trial);
    trial.runner.update({ tries: true });
    for (const one of watching) {
      if (tells(one, run, trial)) noticed.add(one.weak);
      if (one.fell && run.kind === 'wrong') fallen.add(one.weak);
    }
  }
  for (const one of weak) if (one.owner.kind === 'guard' && !fallen.has(one)) noticed.add(one);
  const survivors = weak.filter((one) => !noticed.has(one));
  return { of: weak.length, survivors: survivors.map(({ owner, what }) => `${owner.kind} ${owner.id}: ${what}`) };
}

/** Every run that lint makes of a lesson, the quick ones first. */
function runsOf({ wrong, solutions }: Lesson): readonly (readonly [Run, (trial: Trial) => void])[] {
  const scripted = (run: Run, script: Script, wait: (trial: Trial) => void) =>
    [
      run,
      (trial: Trial) => {
        runScript(trial, script);
        wait(trial);
      },
    ] as const;
  return [
    [{ kind: 'start' }, (trial) => trial.driver.wait(10_000)],
    ...wrong.map((one) => scripted({ kind: 'wrong', diagnosis: one.diagnosis }, one, leaveAlone)),
    ...solutions.map((one) => scripted({ kind: 'solution' }, one, runUntilReached)),
    ...solutions
      .slice(0, 1)
      .flatMap((one) => shortened(one).map((short) => scripted({ kind: 'shortened' }, short, leaveAlone))),
  ];
}

function weakChecks(lesson: Lesson): readonly Weak[] {
  const owned: readonly (readonly [Owner, Check])[] = [
    ...lesson.goals.map(({ id, guard, check }) => [{ kind: guard === true ? 'guard' : 'goal', id }, check] as const),
    ...(lesson.diagnose ?? []).map(({ id, when }) => [{ kind: 'diagnosis', id }, when] as const),
    ...(lesson.predict ?? []).map(({ id, known }) => [{ kind: 'prediction', id }, known] as const),
    ...(lesson.irrecoverable ?? []).map(({ when }, i) => [{ kind: 'irrecoverable', id: `${i + 1}` }, when] as const),
  ];
  return owned.flatMap(([owner, check]) => mutantsOf(check).map((one) => ({ owner, ...one })));
}

function watched(
  lesson: Lesson,
  weak: readonly Weak[],
): { readonly trial: Trial; readonly watching: readonly Watching[] } {
  const watching: Watching[] = [];
  const trial = newTrial(lesson, () => {
    for (const one of watching) lookAt(one);
  });
  const session = embeddedSession(trial.session.cluster);
  const all = checksOf(lesson).flatMap((check) => [...everyCheck(check)]);
  const from = session.revision();
  const names = namesIn(all, session, from);
  const named = all.filter((one) => one.kind === 'seen' && one.as !== undefined);
  for (const one of weak) {
    const ground = newGround(session, newMemory(), { names });
    watching.push({
      weak: one,
      ground,
      watcher: createWatcher([one.check, ...named], ground, from),
      fell: false,
      since: undefined,
      told: false,
    });
  }
  return { trial, watching };
}

/** So long has a wrong state to stand until it is told. */
const TOLD_MS = 5000;

function lookAt(one: Watching): void {
  const { weak, ground, watcher } = one;
  watcher.update();
  if (weak.owner.kind === 'guard' && !one.fell) one.fell = !judge(weak.check, ground).ok;
  if (weak.owner.kind !== 'diagnosis' || one.told) return;
  const now = ground.session.now();
  one.since = judge(weak.check, ground).ok ? (one.since ?? now) : undefined;
  one.told = one.since !== undefined && between(one.since, now) >= TOLD_MS;
}

/** Whether a run shows that the weak check isn't the strong one: lint would report it. */
function tells({ weak: { owner, check }, ground, told }: Watching, run: Run, { runner }: Trial): boolean {
  const holds = judge(check, { ...ground, mayTry: true }).ok;
  switch (owner.kind) {
    case 'goal': {
      if (run.kind === 'start') return holds;
      if (run.kind === 'solution') return !holds;
      return holds && runner.goals().every((goal) => goal.id === owner.id || isReached(goal));
    }
    case 'guard':
      return (run.kind === 'start' || run.kind === 'solution') && !holds;
    case 'diagnosis':
      if (run.kind === 'shortened') return false;
      return run.kind === 'wrong' ? holds !== (run.diagnosis === owner.id) : holds || told;
    case 'prediction':
      return run.kind === 'start' ? holds : run.kind === 'solution' && !holds;
    case 'irrecoverable':
      return (run.kind === 'start' || run.kind === 'solution') && holds;
  }
}
