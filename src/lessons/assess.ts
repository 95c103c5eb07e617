// Assessing a lesson's cluster: which goals hold and since when, which mistakes are recognised, which outcomes are known.

import { durationMs } from '../../sandbox/time/units.ts';
import { type Ground, namesIn, newGround, type StartOf } from '../checks/ground.ts';
import { judge } from '../checks/judge.ts';
import { newMemory } from '../checks/memory.ts';
import { hasChanged, type Moment, momentOf, type TeacherSession } from '../checks/session.ts';
import type { Verdict } from '../checks/verdict.ts';
import { createWatcher } from '../checks/watch.ts';
import type { Localized } from '../i18n/language.ts';
import { duration, phrase, say, type Words } from '../i18n/say.ts';
import { checksOf, type Diagnosis, type Goal, type Irrecoverable, type Lesson } from './lesson.ts';
import { outcomeOf } from './predictions.ts';
import { createStanding, type Standing, type Stood } from './standing.ts';
import { troublesOf } from './trouble.ts';

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

/** How things are, at one look. */
export interface Assessment {
  readonly goals: readonly GoalView[];
  /** The most telling first. */
  readonly diagnoses: readonly Diagnosis[];
  readonly trouble: Irrecoverable | undefined;
  /** What came true, by the ids of predictions whose outcome can be seen, now or earlier. */
  readonly known: ReadonlyMap<string, string>;
}

/** Whether things may be tried on copies: what may have changed since it was last tried, or all of it. */
type Tries = 'no' | 'changed' | 'afresh';

/** Goals by their ids. */
export type Goals = ReadonlySet<string>;

export interface Assessor {
  /** `only`: no other goals are tried. */
  look(tries: Tries, only?: Goals): Assessment;
  /** Sticky goals that are ticked for good. */
  ticked(): readonly string[];
  stood(): Stood;
  rewound(): void;
}

/** So long nothing is written before things are tried, in milliseconds of cluster time. */
export const QUIET_MS = 1000;

/** A wrong state must stand this long before it is told: many only pass by. */
const DIAGNOSIS_AFTER = durationMs(5000);

/** What was so when the lesson was left. */
export interface Already {
  readonly ticked?: readonly string[] | undefined;
  readonly stood?: Stood | undefined;
}

export function createAssessor(
  lesson: Lesson,
  session: TeacherSession,
  from: StartOf,
  { ticked: already = [], stood }: Already = {},
): Assessor {
  const checks = checksOf(lesson);
  const troubles = troublesOf(lesson);
  const names = namesIn(checks, session, from);
  const memory = newMemory();
  const looking = newGround(session, memory, { names });
  const trying = newGround(session, memory, { names, mayTry: true });
  const watcher = createWatcher(checks, looking, from);
  const standing = createStanding(stood);
  const goals = createGoals(lesson, { looking, trying }, standing, already);
  const known = new Map<string, string>();

  const matches = ({ id, when, after = DIAGNOSIS_AFTER }: Diagnosis, tries: Tries): boolean => {
    const holds = judge(when, tries === 'no' ? looking : trying).ok;
    if (!holds) standing.end(`diagnosis ${id}`);
    return holds && standing.length(`diagnosis ${id}`, session.now()) >= after;
  };

  return {
    look(tries, only) {
      watcher.update();
      const views = goals.views(({ id }) => (only?.has(id) === false ? 'no' : tries));
      const diagnoses = (lesson.diagnose ?? [])
        .filter((one) => matches(one, tries))
        .sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
      // Nothing is taken back on a cluster that isn't ours, and its nodes are not the lesson's.
      const trouble = session.inPlace === true ? undefined : troubles.find(({ when }) => judge(when, looking).ok);
      for (const prediction of lesson.predict ?? []) {
        if (known.has(prediction.id) || !judge(prediction.known, looking).ok) continue;
        const outcome = outcomeOf(prediction, looking.look);
        if (outcome !== undefined) known.set(prediction.id, outcome);
      }
      return { goals: views.map((view) => withDiagnosis(view, diagnoses)), diagnoses, trouble, known: new Map(known) };
    },
    ticked: goals.ticked,
    stood: standing.stood,
    rewound() {
      goals.rewound();
      standing.clear();
      watcher.rewound();
    },
  };
}

interface Grounds {
  readonly looking: Ground;
  readonly trying: Ground;
}

/** The goals, each with what has to be remembered of it. */
function createGoals(lesson: Lesson, { looking, trying }: Grounds, standing: Standing, already: readonly string[]) {
  const { session } = looking;
  const ticked = new Set(already);
  const tried = new Map<string, { readonly verdict: Verdict; readonly moment: Moment | undefined }>();
  let before: readonly GoalView[] = [];

  const openNeed = ({ needs = [] }: Goal): GoalView | undefined =>
    before.find(({ id, state }) => state === 'open' && needs.includes(id));

  /** What must be tried keeps its last answer until it can be tried again; without what it needs it has none. */
  const verdictOf = (goal: Goal, tries: Tries): Verdict => {
    const seen = judge(goal.check, looking);
    if (seen.untried !== true) {
      tried.delete(goal.id);
      return seen;
    }
    const need = openNeed(goal);
    const untried = need === undefined ? seen : { ...seen, actual: phrase('untried.needs', { title: need.title }) };
    const last = tried.get(goal.id);
    const stale = last?.moment === undefined || tries === 'afresh' || hasChanged(session, last.moment);
    if (tries === 'no' || !stale) return last?.verdict ?? untried;
    if (need !== undefined) {
      tried.delete(goal.id);
      return untried;
    }
    const verdict = judge(goal.check, trying);
    tried.set(goal.id, { verdict, moment: momentOf(session) });
    return verdict;
  };

  const stateOf = ({ id, guard, hold = 0, sticky }: Goal, { ok }: Verdict): GoalState => {
    if (guard === true) return ok ? 'guard' : 'broken';
    if (ticked.has(id)) return 'done';
    if (!ok) standing.end(`hold ${id}`);
    if (!ok || standing.length(`hold ${id}`, session.now()) < hold) return 'open';
    if (sticky === true) ticked.add(id);
    return 'done';
  };

  /** It holds, and not for long enough. */
  const held = ({ id, hold = 0 }: Goal, verdict: Verdict): Verdict => {
    const length = standing.length(`hold ${id}`, session.now());
    return {
      ...verdict,
      expected: phrase('settled.expected', { text: verdict.expected, time: duration(hold) }),
      actual: phrase('settled.actual', { time: duration(length) }),
      countdown: { held: length, of: hold },
    };
  };

  const viewOf = (goal: Goal, tries: Tries): GoalView => {
    const verdict = verdictOf(goal, tries);
    const state = stateOf(goal, verdict);
    if (state === 'open' && verdict.ok) return { id: goal.id, title: goal.title, state, verdict: held(goal, verdict) };
    const print = `${state} ${say(verdict.actual, 'en')}`;
    const actual = state === 'broken' ? lost(verdict.actual) : verdict.actual;
    const since = verdict.since ?? standing.since(`goal ${goal.id}`, print, session.now());
    return { id: goal.id, title: goal.title, state, verdict: { ...verdict, actual, since } };
  };

  return {
    views(triesOf: (goal: Goal) => Tries): readonly GoalView[] {
      const views: GoalView[] = [];
      for (const goal of lesson.goals) {
        views.push(viewOf(goal, triesOf(goal)));
        before = [...views, ...before.slice(views.length)];
      }
      return views;
    },
    ticked: () => [...ticked],
    /** What was tried is said until it can be tried again. */
    rewound() {
      for (const [id, { verdict }] of tried) tried.set(id, { verdict, moment: undefined });
    },
  };
}

/** What held and doesn't isn't `not so yet`. */
function lost(actual: Words): Words {
  const isOpen = typeof actual === 'object' && 'key' in actual && actual.key === 'state.notSo';
  return isOpen ? phrase('state.lost', {}) : actual;
}

export function isReached({ state }: GoalView): boolean {
  return state === 'done' || state === 'guard';
}

function withDiagnosis(view: GoalView, diagnoses: readonly Diagnosis[]): GoalView {
  const diagnosis = isReached(view) ? undefined : diagnoses.find(({ goal }) => goal === view.id);
  return diagnosis === undefined ? view : { ...view, diagnosis };
}
