// What a StatefulSet reports of itself. Pure.

import type { V1Pod, V1StatefulSet, V1StatefulSetStatus } from '../../schema/generated/types.ts';
import type { TimeMs } from '../../time/units.ts';
import { isAvailable, isGoing, isReady } from '../shared/pods.ts';
import { revisionIn } from './identity.ts';

/** The two revisions that count: the one that the set comes from, and the one that it goes to. */
export interface Revisions {
  readonly current: string;
  readonly update: string;
  readonly collisions: number;
}

/** It exists at the server: what is only planned has no phase. */
export function isCreated({ status }: V1Pod): boolean {
  return (status?.phase ?? '') !== '';
}

export function isRunningAndReady(pod: V1Pod): boolean {
  return pod.status?.phase === 'Running' && isReady(pod);
}

export function isUnavailable(pod: V1Pod, minReadySeconds: number, now: TimeMs): boolean {
  return isGoing(pod) || !isAvailable(pod, minReadySeconds, now);
}

export function statusOf(
  set: V1StatefulSet,
  { current, update, collisions }: Revisions,
  pods: readonly V1Pod[],
  now: TimeMs,
  gone: number,
): V1StatefulSetStatus {
  const ready = pods.filter(isRunningAndReady);
  const alive = pods.filter((pod) => isCreated(pod) && !isGoing(pod));
  const counts = {
    replicas: pods.filter(isCreated).length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)).length,
    currentReplicas: alive.filter((pod) => revisionIn(pod) === current).length - gone,
    updatedReplicas: alive.filter((pod) => revisionIn(pod) === update).length,
  };
  const done = isComplete(set, counts);
  return {
    observedGeneration: set.metadata?.generation ?? 0,
    ...counts,
    ...(done ? { currentReplicas: counts.updatedReplicas } : {}),
    currentRevision: done ? update : current,
    updateRevision: update,
    collisionCount: collisions,
  };
}

function isComplete(
  { spec }: V1StatefulSet,
  { replicas, readyReplicas, updatedReplicas }: V1StatefulSetStatus,
): boolean {
  const wanted = spec?.replicas ?? 1;
  const isRolling = spec?.updateStrategy?.type === 'RollingUpdate';
  return isRolling && updatedReplicas === wanted && readyReplicas === wanted && replicas === wanted;
}

const COUNTS = ['replicas', 'currentReplicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas'] as const;

/** Whether the reported status says something else. */
export function differs({ status: was }: V1StatefulSet, status: V1StatefulSetStatus): boolean {
  return (
    was === undefined ||
    (status.observedGeneration ?? 0) > (was.observedGeneration ?? 0) ||
    COUNTS.some((field) => (status[field] ?? 0) !== (was[field] ?? 0)) ||
    (status.currentRevision ?? '') !== (was.currentRevision ?? '') ||
    (status.updateRevision ?? '') !== (was.updateRevision ?? '')
  );
}
