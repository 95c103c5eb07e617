// What a lesson's goals weigh. A goal without a `weight` weighs one; a guard holds from the start and earns nothing.

import type { GoalView } from './assess.ts';
import type { Goal } from './lesson.ts';

export interface Points {
  readonly got: number;
  readonly of: number;
}

export function weightOf({ guard, weight = 1 }: Goal): number {
  return guard === true ? 0 : weight;
}

/** What has been earned by now. */
export function pointsOf(goals: readonly Goal[], views: readonly Pick<GoalView, 'id' | 'state'>[]): Points {
  const sum = (some: readonly Goal[]): number => some.reduce((total, goal) => total + weightOf(goal), 0);
  const done = new Set(views.flatMap(({ id, state }) => (state === 'done' ? [id] : [])));
  return { got: sum(goals.filter(({ id }) => done.has(id))), of: sum(goals) };
}

/** Whether they are worth telling: the lesson says what its goals weigh. */
export function isWeighed(goals: readonly Goal[]): boolean {
  return goals.some(({ weight }) => weight !== undefined);
}
