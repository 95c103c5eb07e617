// A lesson being learned: where the learner is, which goals hold, what was predicted, which mistake is recognised. It has
// no clock of its own: whoever lets the cluster run calls `update` after each change.

import { type DurationMs, durationMs, type TimeMs } from '../../sandbox/time/units.ts';
import { everyCheck } from '../checks/check.ts';
import { namingChecks, newGround } from '../checks/ground.ts';
import { judge } from '../checks/judge.ts';
import { newMemory } from '../checks/memory.ts';
import type { TeacherSession } from '../checks/session.ts';
import type { Verdict } from '../checks/verdict.ts';
import { createWatcher } from '../checks/watch.ts';
import type { Localized } from '../i18n/language.ts';
import { say, type Words } from '../i18n/say.ts';
import { chainOf } from './chain.ts';
import {
  checksOf,
  type Diagnosis,
  type Goal,
  type Irrecoverable,
  type Lesson,
  type Prediction,
  type Step,
} from './lesson.ts';

/** `guard` holds and has to go on holding; `broken` is a guard that doesn't. */
export type GoalState = 'open' | 'done' | 'guard' | 'broken';

export interface GoalView {
  readonly id: string;
  readonly title: Localized;
  readonly state: GoalState;
  readonly verdict: Verdict;
  /** It is recognised what goes wrong: a quiet `?` until somebody asks. */
  readonly diagnosis?: Diagnosis;
}

export interface PredictionView {
  readonly prediction: Prediction;
  /** It is asked now, or it was; the first answer stays. */
  readonly state: 'later' | 'open' | 'answered' | 'skipped';
  /** The option that was chosen. */
  readonly choice?: string;
  /** What happened can be seen by now. */
  readonly known: boolean;
}

export type RunnerEvent =
  | { readonly kind: 'goal-done' | 'goal-lost'; readonly goal: Goal }
  | { readonly kind: 'diagnosis'; readonly diagnosis: Diagnosis }
  | { readonly kind: 'known'; readonly prediction: Prediction; readonly choice: string | undefined }
  | { readonly kind: 'irrecoverable'; readonly trouble: Irrecoverable }
  | { readonly kind: 'step-done' | 'done' };

export interface Hint {
  readonly n: number;
  readonly of: number;
  readonly text: Localized;
}

/** What has to outlive the program; plain JSON. */
export interface RunnerProgress {
  readonly step: number;
  /** Sticky goals that are ticked for good. */
  readonly ticked: readonly string[];
  /** Rungs opened, by the step's anchor. */
  readonly hints: Readonly<Record<string, number>>;
  /** Options chosen by prediction; `null` for one that was skipped. */
  readonly predicted: Readonly<Record<string, string | null>>;
  /** Concepts behind the mistakes that were recognised. */
  readonly mistaken: readonly string[];
}

export interface Runner {
  readonly lesson: Lesson;
  step(): number;
  steps(): readonly Step[];
  goals(): readonly GoalView[];
  /** The goals of the current step, without guards. */
  stepGoals(): readonly GoalView[];
  goal(id: string): GoalView | undefined;
  /** The chain of causes of what isn't as it should be, back to the learner's own act. */
  chain(goal: GoalView): readonly Words[];
  diagnoses(): readonly Diagnosis[];
  irrecoverable(): Irrecoverable | undefined;
  predictions(): readonly PredictionView[];
  /** The card that is open now. */
  question(): PredictionView | undefined;
  /** Answers the open card: 1 is its first option, 0 skips. False when there is none, or no such option. */
  predict(n: number): boolean;
  /** Opens the next rung of the step's ladder; undefined when all are open. */
  hint(): Hint | undefined;
  /** Goes on to the next step; false when this is the last. */
  next(): boolean;
  stepDone(): boolean;
  done(): boolean;
  /** Looks at the cluster again; `tries` lets it try on a copy what can't be told by looking. */
  update(options?: { readonly tries?: boolean }): readonly RunnerEvent[];
  /** The session went back in time. */
  rewound(): void;
  progress(): RunnerProgress;
}

const DIAGNOSIS_AFTER = durationMs(5000);

export interface RunnerOptions {
  /** What was kept when the lesson was left. */
  readonly saved?: RunnerProgress | undefined;
  /** When the learner began; now unless given. */
  readonly since?: TimeMs | undefined;
}

export function createRunner(lesson: Lesson, session: TeacherSession, { saved, since }: RunnerOptions = {}): Runner {
  const checks = checksOf(lesson);
  const naming = namingChecks(checks.flatMap((check) => [...everyCheck(check)]));
  const memory = newMemory();
  const ground = newGround(session, memory, { naming });
  const trying = newGround(session, memory, { naming, mayTry: true });
  const watcher = createWatcher(checks, ground, since === undefined ? session.revision() : session.revisionAt(since));
  const stands = createStanding();

  let step = Math.min(saved?.step ?? 0, lesson.steps.length - 1);
  const ticked = new Set(saved?.ticked ?? []);
  const hints = new Map(Object.entries(saved?.hints ?? {}));
  const predicted = new Map(Object.entries(saved?.predicted ?? {}));
  const mistaken = new Set(saved?.mistaken ?? []);
  const known = new Set<string>();
  const tried = new Map<string, Verdict>();
  let goals: readonly GoalView[] = [];
  let diagnoses: readonly Diagnosis[] = [];
  let trouble: Irrecoverable | undefined;
  let reached = { step: false, all: false };

  const viewOf = (goal: Goal, tries: boolean): GoalView => {
    const verdict = { ...verdictOf(goal, tries) };
    const state = goalState(goal, verdict);
    const print = `${state} ${say(verdict.actual, 'en')}`;
    const since = verdict.since ?? stands.since(`goal ${goal.id}`, print, session.now());
    return { id: goal.id, title: goal.title, state, verdict: { ...verdict, since } };
  };

  /** What must be tried keeps the last answer until it is tried again. */
  const verdictOf = (goal: Goal, tries: boolean): Verdict => {
    const seen = judge(goal.check, ground);
    if (seen.untried !== true) {
      tried.delete(goal.id);
      return seen;
    }
    if (tries && needsHold(goal)) tried.set(goal.id, judge(goal.check, trying));
    return tried.get(goal.id) ?? seen;
  };

  const needsHold = ({ needs = [] }: Goal): boolean =>
    needs.every((id) => goals.find((view) => view.id === id)?.state !== 'open');

  const goalState = (goal: Goal, { ok }: Verdict): GoalState => {
    if (goal.guard === true) return ok ? 'guard' : 'broken';
    if (ticked.has(goal.id)) return 'done';
    const held = ok ? stands.for(`hold ${goal.id}`, 'ok', session.now()) : stands.end(`hold ${goal.id}`);
    if (!ok || held < (goal.hold ?? 0)) return 'open';
    if (goal.sticky === true) ticked.add(goal.id);
    return 'done';
  };

  const matching = (tries: boolean): readonly Diagnosis[] =>
    (lesson.diagnose ?? [])
      .filter(({ id, when, after = DIAGNOSIS_AFTER }) => {
        const holds = judge(when, tries ? trying : ground).ok;
        if (!holds) stands.end(`diagnosis ${id}`);
        return holds && stands.for(`diagnosis ${id}`, 'on', session.now()) >= after;
      })
      .sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));

  const look = (tries: boolean): void => {
    watcher.update();
    const views = lesson.goals.map((goal) => viewOf(goal, tries));
    diagnoses = matching(tries);
    goals = views.map((view) => withDiagnosis(view));
    for (const { concept } of diagnoses) mistaken.add(concept);
    trouble = lesson.irrecoverable?.find(({ when }) => judge(when, ground).ok);
    for (const { id, known: when } of lesson.predict ?? []) if (!known.has(id) && judge(when, ground).ok) known.add(id);
  };

  const withDiagnosis = (view: GoalView): GoalView => {
    if (view.state === 'done' || view.state === 'guard') return view;
    const diagnosis = diagnoses.find(({ goal }) => goal === view.id) ?? undefined;
    return diagnosis === undefined ? view : { ...view, diagnosis };
  };

  const isDone = ({ state }: GoalView): boolean => state === 'done' || state === 'guard';

  const predictions = (): readonly PredictionView[] =>
    (lesson.predict ?? []).map((prediction) => {
      const choice = predicted.get(prediction.id);
      const here = lesson.steps[step]?.anchor === prediction.step;
      const state = choice === undefined ? (here ? 'open' : 'later') : choice === null ? 'skipped' : 'answered';
      return { prediction, state, known: known.has(prediction.id), ...(typeof choice === 'string' ? { choice } : {}) };
    });

  const runner: Runner = {
    lesson,
    step: () => step,
    steps: () => lesson.steps,
    goals: () => goals,
    stepGoals: () => (lesson.steps[step]?.goals ?? []).flatMap((id) => runner.goal(id) ?? []),
    goal: (id) => goals.find((view) => view.id === id),
    chain: ({ verdict }) => (verdict.about === undefined ? [] : chainOf(session, verdict.about)),
    diagnoses: () => diagnoses,
    irrecoverable: () => trouble,
    predictions,
    question: () => predictions().find(({ state }) => state === 'open'),
    predict(n) {
      const question = runner.question();
      const option = question?.prediction.options[n - 1];
      if (question === undefined || (n !== 0 && option === undefined)) return false;
      predicted.set(question.prediction.id, option?.id ?? null);
      return true;
    },
    hint() {
      const { anchor = '', hints: ladder = [] } = lesson.steps[step] ?? {};
      const opened = hints.get(anchor) ?? 0;
      const text = ladder[opened];
      if (text === undefined) return undefined;
      hints.set(anchor, opened + 1);
      return { n: opened + 1, of: ladder.length, text };
    },
    next() {
      if (step + 1 >= lesson.steps.length) return false;
      step++;
      reached = { ...reached, step: false };
      return true;
    },
    stepDone: () => runner.stepGoals().every(isDone),
    done: () => goals.length > 0 && goals.every(isDone),
    update({ tries = false } = {}) {
      const before = { goals, diagnoses, known: new Set(known), trouble };
      look(tries);
      const events: RunnerEvent[] = [];
      for (const goal of lesson.goals) {
        const now = runner.goal(goal.id)?.state;
        const was = before.goals.find(({ id }) => id === goal.id)?.state ?? (goal.guard === true ? 'guard' : 'open');
        if (now === was) continue;
        if (now === 'done') events.push({ kind: 'goal-done', goal });
        else if (was === 'done' || now === 'broken') events.push({ kind: 'goal-lost', goal });
      }
      for (const diagnosis of diagnoses)
        if (!before.diagnoses.includes(diagnosis)) events.push({ kind: 'diagnosis', diagnosis });
      for (const { prediction, known: now, choice } of predictions())
        if (now && !before.known.has(prediction.id)) events.push({ kind: 'known', prediction, choice });
      if (trouble !== undefined && before.trouble !== trouble) events.push({ kind: 'irrecoverable', trouble });
      const all = runner.done();
      const stepDone = runner.stepDone() && runner.stepGoals().length > 0;
      if (all && !reached.all) events.push({ kind: 'done' });
      else if (stepDone && !reached.step && !all) events.push({ kind: 'step-done' });
      reached = { step: stepDone, all };
      return events;
    },
    rewound() {
      tried.clear();
      stands.clear();
      watcher.rewound();
    },
    progress: () => ({
      step,
      ticked: [...ticked],
      hints: Object.fromEntries(hints),
      predicted: Object.fromEntries(predicted),
      mistaken: [...mistaken],
    }),
  };
  look(false);
  return runner;
}

/** Since when things stand as they do. */
function createStanding() {
  const known = new Map<string, { readonly print: string; readonly since: TimeMs }>();
  return {
    since(key: string, print: string, now: TimeMs): TimeMs {
      const found = known.get(key);
      if (found?.print === print && found.since <= now) return found.since;
      known.set(key, { print, since: now });
      return now;
    },
    for(key: string, print: string, now: TimeMs): DurationMs {
      return durationMs(now - this.since(key, print, now));
    },
    end(key: string): DurationMs {
      known.delete(key);
      return durationMs(0);
    },
    clear: () => known.clear(),
  };
}
