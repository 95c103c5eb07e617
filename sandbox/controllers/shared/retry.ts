// Doing something again that failed because somebody else was faster.

import { reasonOf } from '../../kube/status.ts';
import type { Work } from '../../time/loop.ts';

const TRIES = 5;

/** Does it again after a conflict: it must look at what there is anew each time. */
export function* withRetry<T>(act: () => Work<T>): Work<T> {
  for (let tries = 1; ; tries++) {
    try {
      return yield* act();
    } catch (error) {
      if (reasonOf(error) !== 'Conflict' || tries >= TRIES) throw error;
    }
  }
}
