// Pods that are made and deleted by a controller which then waits until its cache shows that. What failed isn't waited for.

import { keyOf } from '../../client/informer.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { creationObserved, deletionObserved, type Expectations } from './expectations.ts';
import { type Batch, createPod, deletePod, inBatches, type PodControl } from './podcontrol.ts';

/** Makes `count` pods that are expected already. */
export function* makePods(
  control: PodControl,
  expectations: Expectations,
  count: number,
  podAt: (n: number) => V1Pod,
): Work<Batch> {
  const parent = keyOf(control.parent);
  const batch = yield* inBatches(count, function* (n) {
    const made = yield* createPod(control, podAt(n));
    if (made === undefined) creationObserved(expectations, parent);
  });
  creationObserved(expectations, parent, count - batch.done);
  return batch;
}

/** Deletes pods whose end is expected already. Answers the first error, if there is one. */
export function* removePods(control: PodControl, expectations: Expectations, pods: readonly V1Pod[]): Work<unknown> {
  let failure: unknown;
  for (const pod of pods) {
    try {
      yield* deletePod(control, pod);
    } catch (error) {
      deletionObserved(expectations, keyOf(control.parent), keyOf(pod));
      failure ??= error;
    }
  }
  return failure;
}
