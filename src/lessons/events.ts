// What has become different between two looks at a lesson's cluster: what is announced.

import type { Words } from '../i18n/say.ts';
import type { Assessment, GoalState } from './assess.ts';
import type { Diagnosis, Goal, Irrecoverable, Lesson, Prediction } from './lesson.ts';

export type RunnerEvent =
  | { readonly kind: 'goal-done' | 'goal-lost'; readonly goal: Goal }
  | { readonly kind: 'wrong-answer'; readonly goal: Goal; readonly value: Words | number }
  | { readonly kind: 'diagnosis'; readonly diagnosis: Diagnosis }
  | { readonly kind: 'known'; readonly prediction: Prediction }
  | { readonly kind: 'irrecoverable'; readonly trouble: Irrecoverable }
  | { readonly kind: 'step-done' | 'done' };

/** In the order in which they are told. */
export function eventsBetween(lesson: Lesson, before: Assessment, now: Assessment): readonly RunnerEvent[] {
  return [
    ...lesson.goals.flatMap((goal) => goalEvent(goal, stateIn(before, goal), stateIn(now, goal))),
    ...lesson.goals.flatMap((goal) => answerEvent(goal, before, now)),
    ...now.diagnoses
      .filter((diagnosis) => !before.diagnoses.includes(diagnosis))
      .map((diagnosis) => ({ kind: 'diagnosis', diagnosis }) as const),
    ...(lesson.predict ?? [])
      .filter(({ id }) => now.known.has(id) && !before.known.has(id))
      .map((prediction) => ({ kind: 'known', prediction }) as const),
    ...(now.trouble === undefined || now.trouble === before.trouble
      ? []
      : [{ kind: 'irrecoverable', trouble: now.trouble } as const]),
  ];
}

function stateIn({ goals }: Assessment, { id, guard }: Goal): GoalState {
  return goals.find((view) => view.id === id)?.state ?? (guard === true ? 'guard' : 'open');
}

function goalEvent(goal: Goal, was: GoalState, is: GoalState): readonly RunnerEvent[] {
  if (is === was) return [];
  if (is === 'done') return [{ kind: 'goal-done', goal }];
  return was === 'done' || is === 'broken' ? [{ kind: 'goal-lost', goal }] : [];
}

/** Told at once, so that nobody waits for a tick that doesn't come. */
function answerEvent(goal: Goal, before: Assessment, now: Assessment): readonly RunnerEvent[] {
  const value = wrongAnswer(now, goal);
  return value === undefined || value === wrongAnswer(before, goal) ? [] : [{ kind: 'wrong-answer', goal, value }];
}

function wrongAnswer({ goals }: Assessment, { id }: Goal): Words | number | undefined {
  const view = goals.find((each) => each.id === id);
  // What was right once and is kept needn't be right today.
  if (view === undefined || view.state === 'done') return undefined;
  const { actual } = view.verdict;
  const isWrong = typeof actual === 'object' && 'key' in actual && actual.key === 'answer.wrong';
  return isWrong ? actual.values['value'] : undefined;
}
