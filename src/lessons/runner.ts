// A lesson being learned: where the learner is, what was predicted, which hints were opened, what is announced. It has no
// clock of its own: whoever lets the cluster run calls `update` after each change.

import type { TimeMs } from '../../sandbox/time/units.ts';
import type { TeacherSession } from '../checks/session.ts';
import type { Localized } from '../i18n/language.ts';
import type { Words } from '../i18n/say.ts';
import { type Assessment, createAssessor, type Goals, type GoalView, isReached } from './assess.ts';
import { chainOf } from './chain.ts';
import { eventsBetween, type RunnerEvent } from './events.ts';
import type { Diagnosis, Irrecoverable, Lesson, Prediction, Step } from './lesson.ts';
import { choiceOf } from './predictions.ts';
import type { Stood } from './standing.ts';

export interface PredictionView {
  readonly prediction: Prediction;
  /** It is asked now, or it was; the first answer stays. */
  readonly state: 'later' | 'open' | 'answered' | 'skipped';
  /** What was answered: options by their ids, or a number. */
  readonly choice?: string;
  /** What happened can be seen by now. */
  readonly known: boolean;
  /** What came true, said like a choice. */
  readonly outcome?: string;
}

interface Hint {
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
  /** When a step was come to first, by its anchor. */
  readonly begun: Readonly<Record<string, TimeMs>>;
  /** Since when things are as they were at that moment. */
  readonly standing?: { readonly at: TimeMs; readonly stood: Stood };
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
  /** Answers it in words: numbers of options, or the number that is asked for. */
  predictWords(words: readonly string[]): boolean;
  /** Opens the next rung of the step's ladder; undefined when all are open. */
  hint(): Hint | undefined;
  /** Goes on to the next step; false when this is the last. */
  next(): boolean;
  stepDone(): boolean;
  done(): boolean;
  /**
   * Looks at the cluster again. `tries` lets it try on a copy what can't be told by looking and may have changed since;
   * `afresh` tries everything again, `only` no other goals than these.
   */
  update(options?: {
    readonly tries?: boolean;
    readonly afresh?: boolean;
    readonly only?: Goals;
  }): readonly RunnerEvent[];
  /** When the current step was come to first. */
  begun(): TimeMs;
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
  const from = (one: TeacherSession): number => (since === undefined ? one.revision() : one.revisionAt(since));
  const assessor = createAssessor(lesson, session, from, {
    ticked: saved?.ticked,
    stood: goesOn(session, saved?.standing) ? saved?.standing?.stood : {},
  });
  const ladder = createLadder(saved?.hints ?? {});
  const cards = createCards(lesson.predict ?? [], saved?.predicted ?? {});
  const mistaken = new Set(saved?.mistaken ?? []);
  const begun = new Map<string, TimeMs>(Object.entries(saved?.begun ?? {}));
  let step = Math.min(saved?.step ?? 0, lesson.steps.length - 1);
  let now: Assessment = assessor.look('no');
  let told = { step: false, all: false };
  let pointed: readonly Diagnosis[] = [];

  const here = (): Step | undefined => lesson.steps[step];
  const beginStep = (): TimeMs => {
    const anchor = here()?.anchor ?? '';
    const known = begun.get(anchor);
    const at = known === undefined || known > session.now() ? session.now() : known;
    begun.set(anchor, at);
    return at;
  };
  beginStep();
  const goal = (id: string): GoalView | undefined => now.goals.find((view) => view.id === id);
  const stepGoals = (): readonly GoalView[] => (here()?.goals ?? []).flatMap((id) => goal(id) ?? []);
  const stepDone = (): boolean => stepGoals().every(isReached);
  const done = (): boolean => now.goals.every(isReached);
  const predictions = (): readonly PredictionView[] => cards.views(here()?.anchor, now.known);
  const question = (): PredictionView | undefined => predictions().find(({ state }) => state === 'open');

  /** Nobody is told of mistakes in what he hasn't come to. */
  const dueDiagnoses = (): readonly Diagnosis[] => {
    const later = new Set(lesson.steps.slice(step + 1).flatMap(({ goals = [] }) => goals));
    return now.diagnoses.filter((one) => one.goal === undefined || !later.has(one.goal));
  };

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
    chain({ verdict: { about, cluster } }) {
      const there = cluster === undefined ? session : session.at?.(cluster);
      return about === undefined || there === undefined ? [] : chainOf(there, about);
    },
    diagnoses: () => now.diagnoses,
    irrecoverable: () => now.trouble,
    predictions,
    question,
    predict: (n) => cards.answer(question()?.prediction, n === 0 ? [] : [String(n)]),
    predictWords: (words) => words.length > 0 && cards.answer(question()?.prediction, words),
    hint: () => ladder.next(here()),
    next() {
      if (step + 1 >= lesson.steps.length) return false;
      step++;
      beginStep();
      told = { ...told, step: false };
      return true;
    },
    stepDone,
    done,
    update({ tries = false, afresh = false, only } = {}) {
      const before = now;
      now = assessor.look(afresh ? 'afresh' : tries ? 'changed' : 'no', only);
      const due = dueDiagnoses();
      for (const { concept } of due) mistaken.add(concept);
      const events = eventsBetween(lesson, { ...before, diagnoses: pointed }, { ...now, diagnoses: due });
      pointed = due;
      return [...events, ...endings()];
    },
    begun: beginStep,
    rewound: () => assessor.rewound(),
    progress: () => ({
      step,
      ticked: assessor.ticked(),
      hints: ladder.opened(),
      predicted: cards.answers(),
      mistaken: [...mistaken],
      begun: Object.fromEntries(begun),
      standing: { at: session.now(), stood: assessor.stood() },
    }),
  };
}

/** Another shell may have to be opened when a lesson is gone on with. */
const OPENING_MS = 1000;

/** The cluster is where it was left; after a program was killed it may not be. */
function goesOn(session: TeacherSession, standing: RunnerProgress['standing']): boolean {
  const passed = session.now() - (standing?.at ?? 0);
  return passed >= 0 && passed <= OPENING_MS;
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
  const view = (prediction: Prediction, anchor: string | undefined, known: Assessment['known']): PredictionView => {
    const choice = answers.get(prediction.id);
    const outcome = known.get(prediction.id);
    const unanswered = prediction.step === anchor ? 'open' : 'later';
    const state = choice === undefined ? unanswered : choice === null ? 'skipped' : 'answered';
    return {
      prediction,
      state,
      known: outcome !== undefined,
      ...(outcome === undefined ? {} : { outcome }),
      ...(typeof choice === 'string' ? { choice } : {}),
    };
  };
  return {
    views: (anchor: string | undefined, known: Assessment['known']) => all.map((one) => view(one, anchor, known)),
    /** Without words it is skipped. */
    answer(prediction: Prediction | undefined, words: readonly string[]): boolean {
      if (prediction === undefined) return false;
      const choice = words.length === 0 ? null : choiceOf(prediction, words);
      if (choice === undefined) return false;
      answers.set(prediction.id, choice);
      return true;
    },
    answers: () => Object.fromEntries(answers),
  };
}
