// `pack lint --mutate`: the proofs of a lesson are proven themselves. Every check is weakened in every place, one at a
// time; the runs that lint makes have to tell each weak one from the strong one. All weak ones watch the same runs, so that
// a lesson is run once.

import { between, type TimeMs } from '../../../sandbox/time/units.ts';
import { type Check, everyCheck, everyCheckAt } from '../../checks/check.ts';
import { embeddedSession } from '../../checks/embedded.ts';
import { type Ground, namesIn, newGround } from '../../checks/ground.ts';
import { judge } from '../../checks/judge.ts';
import { newMemory } from '../../checks/memory.ts';
import type { TeacherSession } from '../../checks/session.ts';
import { createWatcher, type Watcher } from '../../checks/watch.ts';
import { isReached } from '../assess.ts';
import { checksOf, type Lesson, type Script, type WrongScript } from '../lesson.ts';
import { claimOf, type Moment, markFor, type Owner, ownersOf } from './claims.ts';
import { shortened } from './leaveout.ts';
import { NOTHING } from './marks.ts';
import { mutantsOf, type PlacedMutant } from './mutants.ts';
import { otherOrders } from './orders.ts';
import { awaitMark, leaveAlone, runScript, runUntilReached, type Trial, type Trials, trialsOf } from './trial.ts';

interface Weak extends PlacedMutant {
  readonly owner: Owner;
  readonly strong: Check;
  /** What it once told stays told. */
  readonly stays: boolean;
}

interface Survivor {
  /** `goal web-ready: condition` */
  readonly what: string;
  /** Where in lesson.yaml the weakened part stands, key by key. */
  readonly at: string;
  /** A moment of the runs at which it differs: a mark there would notice it. */
  readonly hint?: { readonly mark: string; readonly file: string; readonly line: number };
}

export interface MutationResult {
  readonly of: number;
  /** Those that nothing noticed. */
  readonly survivors: readonly Survivor[];
}

interface Run {
  readonly file: string;
  readonly end: Moment;
  readonly go: (trial: Trial, at: NonNullable<Parameters<typeof runScript>[2]>) => void;
}

/** A weak check that watches a run. */
interface Watching {
  readonly weak: Weak;
  readonly ground: Ground;
  /** Its own, where something has to be remembered for it. */
  readonly watcher?: Watcher;
  /** It held at one moment. */
  held: boolean;
  /** A guard that fell, even for a moment. */
  fell: boolean;
  /** Since when a diagnosis has matched without a break, and whether that was long enough once. */
  since: TimeMs | undefined;
  told: boolean;
}

export function mutateLesson(lesson: Lesson): MutationResult {
  const weak = ownersOf(lesson).flatMap(({ owner, check, ...rest }) =>
    mutantsOf(check).map((one): Weak => ({ owner, strong: check, stays: 'stays' in rest, ...one })),
  );
  const noticed = new Set<Weak>();
  const fallen = new Set<Weak>();
  const hints = new Map<Weak, Survivor['hint']>();
  const trials = trialsOf(lesson);
  for (const run of runsOf(lesson)) {
    const left = weak.filter((one) => !noticed.has(one));
    if (!left.some((one) => canTell(run, one))) continue;
    const { trial, watching } = watched(trials, left, noticed);
    const meet = (moment: Moment): void => {
      for (const one of watching) if (!noticed.has(one.weak) && isBelied(one, moment, trial)) noticed.add(one.weak);
    };
    run.go(trial, {
      marked(mark) {
        awaitMark(mark, trial);
        meet({ kind: 'mark', mark });
      },
      ended({ line }) {
        for (const { weak: one, ground } of watching) {
          if (noticed.has(one) || hints.has(one)) continue;
          const holds = isStrong(one, ground, trial);
          const { ok, untried } = judge(one.check, ground);
          if (untried !== true && ok !== holds)
            hints.set(one, { mark: markFor(one.owner, holds), file: run.file, line });
        }
      },
    });
    trial.runner.update({ tries: true });
    meet(run.end);
    for (const one of watching) if (one.fell && run.end.kind === 'wrong') fallen.add(one.weak);
  }
  for (const one of weak) if (one.owner.kind === 'guard' && !fallen.has(one)) noticed.add(one);
  const survivors = weak
    .filter((one) => !noticed.has(one))
    .map((one): Survivor => {
      const hint = hints.get(one);
      const what = `${one.owner.kind} ${one.owner.id}: ${one.what}`;
      return { what, at: one.at, ...(hint === undefined ? {} : { hint }) };
    });
  return { of: weak.length, survivors };
}

/** What is left out of a solution tells something of the goal of its part only. */
function canTell({ end }: Run, { owner: { kind, id } }: Weak): boolean {
  return end.kind !== 'shortened' || (kind === 'goal' && (end.goal === undefined || end.goal === id));
}

/** Whether the check as it is written holds now. */
function isStrong({ owner: { kind, id }, strong }: Weak, ground: Ground, { runner }: Trial): boolean {
  if (kind === 'goal' || kind === 'guard') return runner.goals().some((goal) => goal.id === id && isReached(goal));
  if (kind === 'prediction') return runner.predictions().some((one) => one.prediction.id === id && one.known);
  return judge(strong, ground).ok;
}

/** In how many other orders a solution is tried: as lint does. */
const ORDERS = 2;

/** Every run that lint makes of a lesson; near misses first, for they tell most. */
function runsOf({ wrong, solutions, goals }: Lesson): readonly Run[] {
  const scripted = (script: Script, end: Moment, wait: (trial: Trial) => void): Run => ({
    file: script.file,
    end,
    go(trial, at) {
      runScript(trial, script, at);
      wait(trial);
    },
  });
  const all = [...solutions, ...solutions.flatMap((one) => otherOrders(one, goals, ORDERS, 1))];
  return [
    { file: 'lesson.yaml', end: { kind: 'start' }, go: (trial) => trial.driver.wait(10_000) },
    ...[...wrong].sort(byTelling).map((one) => scripted(one, { kind: 'wrong', diagnosis: one.diagnosis }, leaveAlone)),
    ...all.map((one) => scripted(one, { kind: 'solution' }, runUntilReached)),
    ...solutions.slice(0, 1).flatMap((one) =>
      shortened(one).map((short): Run => {
        const { goal } = short;
        return {
          file: short.file,
          end: { kind: 'shortened', ...(goal === undefined ? {} : { goal }) },
          go(trial) {
            runScript(trial, short);
            leaveAlone(trial);
          },
        };
      }),
    ),
  ];
}

function byTelling(a: WrongScript, b: WrongScript): number {
  return Number(b.diagnosis === NOTHING) - Number(a.diagnosis === NOTHING);
}

/** Kinds of checks of which something is remembered, by their place: a weak one needs a memory of its own. */
const REMEMBERED: readonly Check['kind'][] = ['seen', 'settled', 'continuity', 'unchanged'];

function watched(
  { lesson, begin }: Trials,
  weak: readonly Weak[],
  noticed: ReadonlySet<Weak>,
): { readonly trial: Trial; readonly watching: readonly Watching[] } {
  const watching: Watching[] = [];
  let common: Watcher | undefined;
  const trial = begin(() => {
    common?.update();
    for (const one of watching) if (!noticed.has(one.weak)) lookAt(one);
  });
  const session = embeddedSession(trial.session.cluster);
  const from = (one: TeacherSession): number => one.revision();
  const names = namesIn(checksOf(lesson), session, from);
  const named = checksOf(lesson).flatMap(namedSightings);
  const shared = newGround(session, newMemory(), { names });
  common = createWatcher(named, shared, from);
  for (const one of weak) {
    const apart = [...everyCheck(one.strong)].some(({ kind }) => REMEMBERED.includes(kind));
    const ground = apart ? newGround(session, newMemory(), { names }) : shared;
    const own = apart ? { watcher: createWatcher([one.check, ...named], ground, from) } : {};
    watching.push({ weak: one, ground, ...own, held: false, fell: false, since: undefined, told: false });
  }
  return { trial, watching };
}

/** What sees the objects that have names, where it sees them. */
function namedSightings(check: Check): readonly Check[] {
  return [...everyCheckAt(check)].flatMap(([one, cluster]): readonly Check[] => {
    if (one.kind !== 'seen' || one.as === undefined) return [];
    return cluster === undefined ? [one] : [{ kind: 'on', cluster, check: one, at: one.at }];
  });
}

/** So long has a wrong state to stand until it is told. */
const TOLD_MS = 5000;

/** What only a moment tells is kept. */
function lookAt(one: Watching): void {
  const { weak, ground, watcher } = one;
  watcher?.update();
  const { kind } = weak.owner;
  if (kind === 'guard' && !one.fell) one.fell = !judge(weak.check, ground).ok;
  if (weak.stays && !one.held) one.held = judge(weak.check, ground).ok;
  if (kind !== 'diagnosis' || one.told) return;
  const now = ground.session.now();
  one.since = judge(weak.check, ground).ok ? (one.since ?? now) : undefined;
  one.told = one.since !== undefined && between(one.since, now) >= TOLD_MS;
}

/** Whether what is claimed of the check at a moment isn't so with the weak one: lint would say it. */
function isBelied({ weak, ground, held, told }: Watching, moment: Moment, { runner }: Trial): boolean {
  const claim = claimOf(weak.owner, moment, runner);
  if (claim === undefined) return false;
  const needs = runner.lesson.goals.find(({ id }) => weak.owner.kind === 'goal' && id === weak.owner.id)?.needs ?? [];
  const mayTry = needs.every((id) => runner.goal(id)?.state !== 'open');
  // A solution is told of no mistake, not even on the way.
  const onTheWay = (weak.stays && held) || (moment.kind === 'solution' && told);
  const holds = onTheWay || judge(weak.check, { ...ground, mayTry }).ok;
  return holds !== claim;
}
