// How a pod counts for the set that owns it. A set of a thousand looks at all its pods in each of its turns, and a rollout
// has a thousand turns: so what depends on one version of a pod alone is judged once.

import { own } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import { type Labels, matchesLabels, selectorOf, type V1LabelSelector } from '../../kube/selectors/labelselectors.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import { controllerOf } from '../shared/owners.ts';
import { isOver, isReady } from '../shared/pods.ts';

export interface Standing {
  /** All its containers have ended for good. */
  readonly over: boolean;
  /** It is on its way out. */
  readonly leaving: boolean;
  readonly ready: boolean;
  /** The uid of the controller that it has. */
  readonly owner: string | undefined;
  readonly labels: Labels;
}

const NO_LABELS: Labels = {};

export const standingOf = lazyFor(
  (pod: V1Pod): Standing => ({
    over: isOver(pod),
    leaving: pod.metadata?.deletionTimestamp !== undefined,
    ready: isReady(pod),
    owner: controllerOf(pod)?.uid,
    labels: pod.metadata?.labels ?? NO_LABELS,
  }),
);

/** Whether a selector that is written in an object matches these labels. Throws a SelectorError when it isn't valid. */
export const matcherOf = lazyFor((selector: V1LabelSelector) => {
  const parsed = selectorOf(selector);
  return lazyFor((labels: Labels) => matchesLabels(parsed, labels));
});

/** Whether labels have all of these. */
export const wearerOf = lazyFor((wanted: Labels) => {
  const entries = Object.entries(wanted);
  return lazyFor((labels: Labels) => entries.every(([key, value]) => own(labels, key) === value));
});
