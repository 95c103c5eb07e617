// What a ReplicaSet reports of itself. Pure.

import type { Labels } from '../../kube/selectors/labelselectors.ts';
import { messageOf } from '../../kube/thrown.ts';
import type { V1Pod, V1ReplicaSet, V1ReplicaSetCondition, V1ReplicaSetStatus } from '../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import { isAvailable } from '../shared/pods.ts';
import { standingOf, wearerOf } from './standing.ts';

/** What the turn has seen and done. */
export interface Seen {
  /** Active pods of its own. */
  readonly pods: readonly V1Pod[];
  /** How many pods are on their way out; undefined where the kind doesn't tell. */
  readonly terminating: number | undefined;
  /** What went wrong when pods were made or deleted. */
  readonly failure: unknown;
}

/** The status to report; undefined when it is reported already. */
export function statusOf(set: V1ReplicaSet, seen: Seen, now: TimeMs): V1ReplicaSetStatus | undefined {
  const counts = countsOf(set, seen, now);
  const conditions = conditionsAfter(set, seen, now);
  const was = set.status;
  const observedGeneration = set.metadata?.generation ?? 0;
  const same =
    was?.observedGeneration === observedGeneration &&
    conditions === (was.conditions ?? NO_CONDITIONS) &&
    was.terminatingReplicas === counts.terminatingReplicas &&
    (['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const).every(
      (field) => (was[field] ?? 0) === (counts[field] ?? 0),
    );
  return same ? undefined : { ...counts, observedGeneration, ...(conditions.length === 0 ? {} : { conditions }) };
}

/** One walk over the pods, as every turn of a set takes it. */
function countsOf(set: V1ReplicaSet, { pods, terminating }: Seen, now: TimeMs): V1ReplicaSetStatus {
  const wears = wearerOf(set.spec?.template?.metadata?.labels ?? NO_LABELS);
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  let labelled = 0;
  let ready = 0;
  let available = 0;
  for (const pod of pods) {
    const standing = standingOf(pod);
    if (wears(standing.labels)) labelled++;
    if (!standing.ready) continue;
    ready++;
    if (minReadySeconds === 0 || isAvailable(pod, minReadySeconds, now)) available++;
  }
  return {
    replicas: pods.length,
    fullyLabeledReplicas: labelled,
    readyReplicas: ready,
    availableReplicas: available,
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
  };
}

const NO_LABELS: Labels = {};
const NO_CONDITIONS: readonly V1ReplicaSetCondition[] = [];
const FAILURE = 'ReplicaFailure';

/** A failure stays as it was first reported, and goes with the first success. */
function conditionsAfter(set: V1ReplicaSet, { pods, failure }: Seen, now: TimeMs): readonly V1ReplicaSetCondition[] {
  const conditions = set.status?.conditions ?? NO_CONDITIONS;
  const known = conditions.some(({ type }) => type === FAILURE);
  if (failure === undefined) return known ? conditions.filter(({ type }) => type !== FAILURE) : conditions;
  if (known) return conditions;
  const condition: V1ReplicaSetCondition = {
    type: FAILURE,
    status: 'True',
    lastTransitionTime: rfc3339(now),
    reason: pods.length < (set.spec?.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete',
    message: messageOf(failure),
  };
  return [...conditions, condition];
}
