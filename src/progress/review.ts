// Spaced repetition: when a question is asked again. After 1, 3, 7 and 21 days; a missed one comes back the next day.

import { own } from '../../sandbox/kube/json.ts';
import type { Progress, ReviewProgress } from './progress.ts';

const DAY_MS = 86_400_000;
/** Days until the next time, by how often in a row it was answered right. */
const DAYS = [1, 3, 7, 21];
/** What is due later than this was written before the clock went back: it is due. */
const LONGEST_MS = 22 * DAY_MS;

/** After an answer. */
export function answered(before: ReviewProgress | undefined, right: boolean, now: number): ReviewProgress {
  const streak = right ? (before?.streak ?? 0) + 1 : 0;
  const days = DAYS[Math.min(streak, DAYS.length - 1)] ?? 1;
  return { streak, asked: (before?.asked ?? 0) + 1, due: now + (right ? days : 1) * DAY_MS };
}

export function withAnswer(progress: Progress, question: string, right: boolean, now: number): Progress {
  const next = answered(own(progress.reviews, question), right, now);
  return { ...progress, reviews: { ...progress.reviews, ...Object.fromEntries([[question, next]]) } };
}

/** A question that was never asked is due a day after its lesson. */
export function isDue(progress: Progress, question: string, lesson: string, now: number): boolean {
  const review = own(progress.reviews, question);
  if (review !== undefined) return review.due <= now || review.due > now + LONGEST_MS;
  const done = own(progress.lessons, lesson);
  return done?.state === 'done' && (done.last + DAY_MS <= now || done.last > now + DAY_MS);
}
