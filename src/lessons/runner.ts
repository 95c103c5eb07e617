// A lesson being learned: where the learner is, what was predicted, which hints were opened, what is announced. It has no
// clock of its own: whoever lets the cluster run calls `update` after each change.

import type { TimeMs } from '../../sandbox/time/units.ts';
import type { TeacherSession } from '../checks/session.ts';
import type { Localized } from '../i18n/language.ts';
import type { Words } from '../i18n/say.ts';
import { type Assessment, createAssessor, type GoalView, isReached } from './assess.ts';
import { chainOf } from './chain.ts';
import { eventsBetween, type RunnerEvent } from './events.ts';
import type { Diagnosis, Irrecoverable, Lesson, Prediction, Step } from './lesson.ts';

export interface PredictionView {
  readonly prediction: Prediction;
  /** It is asked now, or it was; the first answer stays. */
  readonly state: 'later' | 'open' | 'answered' | 'skipped';
  /** The option that was chosen. */
  readonly choice?: string;
  /** What happened can be seen by now. */
  readonly known: boolean;
}

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
  /**
   * Looks at the cluster again. `tries` lets it try on a copy what can't be told by looking and may have changed since;
   * `afresh` tries everything again.
   */
  update(options?: { readonly tries?: boolean; readonly afresh?: boolean }): readonly RunnerEvent[];
  /** The session went back in time. */
  rewound(): void;
  progress(): RunnerProgress;
}

export interface RunnerOptions {
  /** What was kept when the lesson was left. */
  readonly saved?: RunnerProgress | undefined;
  /** When the learner began; now unless given. */
  readonly since?: TimeMs | undefined;
}

export function createRunner(lesson: Lesson, session: TeacherSession, { saved, since }: RunnerOptions = {}): Runner {
  const from = since === undefined ? session.revision() : session.revisionAt(since);
  const assessor = createAssessor(lesson, session, from, saved?.ticked ?? []);
  const ladder = createLadder(saved?.hints ?? {});
  const cards = createCards(lesson.predict ?? [], saved?.predicted ?? {});
  const mistaken = new Set(saved?.mistaken ?? []);
  let step = Math.min(saved?.step ?? 0, lesson.steps.length - 1);
  let now: Assessment = assessor.look('no');
  let told = { step: false, all: false };

  const here = (): Step | undefined => lesson.steps[step];
  const goal = (id: string): GoalView | undefined => now.goals.find((view) => view.id === id);
  const stepGoals = (): readonly GoalView[] => (here()?.goals ?? []).flatMap((id) => goal(id) ?? []);
  const stepDone = (): boolean => stepGoals().every(isReached);
  const done = (): boolean => now.goals.every(isReached);
  const predictions = (): readonly PredictionView[] => cards.views(here()?.anchor, now.known);
  const question = (): PredictionView | undefined => predictions().find(({ state }) => state === 'open');

  /** Each is told once, until it stops being so. */
  const endings = (): readonly RunnerEvent[] => {
    const is = { step: stepDone() && stepGoals().length > 0, all: done() };
    const was = told;
    told = is;
    if (is.all) return was.all ? [] : [{ kind: 'done' }];
    return is.step && !was.step ? [{ kind: 'step-done' }] : [];
  };

  return {
    lesson,
    step: () => step,
    steps: () => lesson.steps,
    goals: () => now.goals,
    stepGoals,
    goal,
    chain: ({ verdict }) => (verdict.about === undefined ? [] : chainOf(session, verdict.about)),
    diagnoses: () => now.diagnoses,
    irrecoverable: () => now.trouble,
    predictions,
    question,
    predict: (n) => cards.answer(question()?.prediction, n),
    hint: () => ladder.next(here()),
    next() {
      if (step + 1 >= lesson.steps.length) return false;
      step++;
      told = { ...told, step: false };
      return true;
    },
    stepDone,
    done,
    update({ tries = false, afresh = false } = {}) {
      const before = now;
      now = assessor.look(afresh ? 'afresh' : tries ? 'changed' : 'no');
      for (const { concept } of now.diagnoses) mistaken.add(concept);
      return [...eventsBetween(lesson, before, now), ...endings()];
    },
    rewound: () => assessor.rewound(),
    progress: () => ({
      step,
      ticked: assessor.ticked(),
      hints: ladder.opened(),
      predicted: cards.answers(),
      mistaken: [...mistaken],
    }),
  };
}

/** Which rungs of which step's hints were opened. */
function createLadder(saved: RunnerProgress['hints']) {
  const opened = new Map(Object.entries(saved));
  return {
    next(step: Step | undefined): Hint | undefined {
      const { anchor = '', hints = [] } = step ?? {};
      const n = opened.get(anchor) ?? 0;
      const text = hints[n];
      if (text === undefined) return undefined;
      opened.set(anchor, n + 1);
      return { n: n + 1, of: hints.length, text };
    },
    opened: () => Object.fromEntries(opened),
  };
}

/** Predictions and what was answered. */
function createCards(all: readonly Prediction[], saved: RunnerProgress['predicted']) {
  const answers = new Map(Object.entries(saved));
  const view = (prediction: Prediction, anchor: string | undefined, known: ReadonlySet<string>): PredictionView => {
    const choice = answers.get(prediction.id);
    const unanswered = prediction.step === anchor ? 'open' : 'later';
    const state = choice === undefined ? unanswered : choice === null ? 'skipped' : 'answered';
    return { prediction, state, known: known.has(prediction.id), ...(typeof choice === 'string' ? { choice } : {}) };
  };
  return {
    views: (anchor: string | undefined, known: ReadonlySet<string>) => all.map((one) => view(one, anchor, known)),
    answer(prediction: Prediction | undefined, n: number): boolean {
      const option = prediction?.options[n - 1];
      if (prediction === undefined || (n !== 0 && option === undefined)) return false;
      answers.set(prediction.id, option?.id ?? null);
      return true;
    },
    answers: () => Object.fromEntries(answers),
  };
}
