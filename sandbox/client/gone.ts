// What actors do to objects that may have gone meanwhile.

import { reasonOf } from '../kube/status.ts';
import type { Work } from '../time/loop.ts';

/** What isn't there any more needs nothing: no error. */
export function* unlessGone(work: Work<unknown>): Work<void> {
  try {
    yield* work;
  } catch (error) {
    if (reasonOf(error) !== 'NotFound') throw error;
  }
}
