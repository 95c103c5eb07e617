// What a Deployment reports of itself: counts over its sets, and conditions. Pure.

import type {
  V1Deployment,
  V1DeploymentCondition,
  V1DeploymentStatus,
  V1ReplicaSet,
} from '../../schema/generated/types.ts';
import { parseTime, rfc3339, type TimeMs } from '../../time/units.ts';
import { availableOf, sum, wantedBy } from '../shared/replicasets.ts';
import { maxUnavailable, wantedReplicas } from '../shared/rollout.ts';
import type { Sets } from './revisions.ts';

export type Conditions = readonly V1DeploymentCondition[];

const PROGRESSING = 'Progressing';
const FAILURE = 'ReplicaFailure';
const COMPLETE = 'NewReplicaSetAvailable';
export const TIMED_OUT = 'ProgressDeadlineExceeded';

/** A condition as it is said now. */
function conditionNow(
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: TimeMs,
): V1DeploymentCondition {
  const time = rfc3339(now);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** The conditions with one said anew: nothing changes while status and reason stay, and a status that stays keeps its time. */
export function withCondition(conditions: Conditions, condition: V1DeploymentCondition): Conditions {
  const known = conditions.find(({ type }) => type === condition.type);
  if (known?.status === condition.status && known.reason === condition.reason) return conditions;
  const { lastTransitionTime } = known?.status === condition.status ? known : condition;
  const kept = conditions.filter(({ type }) => type !== condition.type);
  return [...kept, { ...condition, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) }];
}

export function progressOf({ status }: V1Deployment): V1DeploymentCondition | undefined {
  return status?.conditions?.find(({ type }) => type === PROGRESSING);
}

export function progressing(status: 'True' | 'False' | 'Unknown', reason: string, message: string, now: TimeMs) {
  return conditionNow(PROGRESSING, status, reason, message, now);
}

/** Seconds; undefined when it may take for ever. */
export function deadlineOf({ spec }: V1Deployment): number | undefined {
  const deadline = spec?.progressDeadlineSeconds;
  return deadline === 2 ** 31 - 1 ? undefined : deadline;
}

/** The counts, and whether enough is available. What is zero is left out, as it is stored. */
export function countsOf(deployment: V1Deployment, { current, old }: Sets, now: TimeMs): V1DeploymentStatus {
  const all = current === undefined ? old : [...old, current];
  const available = sum(all, availableOf);
  const terminating = terminatingIn(all);
  const collisions = deployment.status?.collisionCount;
  return {
    ...nonZero({
      observedGeneration: deployment.metadata?.generation ?? 0,
      replicas: sum(all, ({ status }) => status?.replicas ?? 0),
      updatedReplicas: current?.status?.replicas ?? 0,
      readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, wantedBy(all) - available),
    }),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    ...(collisions === undefined ? {} : { collisionCount: collisions }),
    conditions: withCondition(deployment.status?.conditions ?? [], availability(deployment, available, now)),
  };
}

function nonZero(counts: { readonly [name: string]: number }): V1DeploymentStatus {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

/** Unknown as soon as one set doesn't say, unless nobody has looked at that one yet. */
function terminatingIn(sets: readonly V1ReplicaSet[]): number | undefined {
  let total = 0;
  for (const { status } of sets) {
    const terminating = status?.terminatingReplicas;
    if (terminating === undefined && (status?.observedGeneration ?? 0) !== 0) return undefined;
    total += terminating ?? 0;
  }
  return total;
}

function availability(deployment: V1Deployment, available: number, now: TimeMs): V1DeploymentCondition {
  const enough = available >= wantedReplicas(deployment) - maxUnavailable(deployment);
  return enough
    ? conditionNow('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
    : conditionNow(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        now,
      );
}

/** All pods are of today's template and available, and nothing else is there. */
export function isComplete(deployment: V1Deployment, status: V1DeploymentStatus | undefined): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata?.generation ?? 0)
  );
}

/** The status during a rollout: counts, progress, and failures of the sets. */
export function rolloutStatus(deployment: V1Deployment, sets: Sets, now: TimeMs): V1DeploymentStatus {
  const counts = countsOf(deployment, sets, now);
  const conditions = withFailure(withProgress(deployment, sets, counts, now), sets);
  return { ...counts, conditions };
}

function withProgress(
  deployment: V1Deployment,
  { current }: Sets,
  counts: V1DeploymentStatus,
  now: TimeMs,
): Conditions {
  const conditions = counts.conditions ?? [];
  const deadline = deadlineOf(deployment);
  if (deadline === undefined) return conditions.filter(({ type }) => type !== PROGRESSING);
  const known = progressOf(deployment);
  const done = (counts.replicas ?? 0) === (counts.updatedReplicas ?? 0) && known?.reason === COMPLETE;
  if (done) return conditions;
  const who =
    current === undefined
      ? `Deployment "${deployment.metadata?.name ?? ''}"`
      : `ReplicaSet "${current.metadata?.name ?? ''}"`;
  if (isComplete(deployment, counts))
    return withCondition(conditions, progressing('True', COMPLETE, `${who} has successfully progressed.`, now));
  if (hasProgressed(deployment.status, counts)) {
    const said = progressing('True', 'ReplicaSetUpdated', `${who} is progressing.`, now);
    const since = known?.status === 'True' ? known.lastTransitionTime : undefined;
    const kept = conditions.filter(({ type }) => type !== PROGRESSING);
    return [...kept, { ...said, ...(since === undefined ? {} : { lastTransitionTime: since }) }];
  }
  if (hasTimedOut(known, deadline, now))
    return withCondition(conditions, progressing('False', TIMED_OUT, `${who} has timed out progressing.`, now));
  return conditions;
}

/** More pods are new, ready or available than before, or fewer are old. */
function hasProgressed(before: V1DeploymentStatus | undefined, after: V1DeploymentStatus): boolean {
  const old = (status: V1DeploymentStatus | undefined) => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  );
}

function hasTimedOut(known: V1DeploymentCondition | undefined, deadline: number, now: TimeMs): boolean {
  if (known === undefined || known.reason === COMPLETE) return false;
  if (known.reason === TIMED_OUT) return true;
  return (parseTime(known.lastUpdateTime ?? undefined) ?? 0) + deadline * 1000 < now;
}

function withFailure(conditions: Conditions, { current, old }: Sets): Conditions {
  const failures = [current, ...old].flatMap((set) => set?.status?.conditions ?? []);
  const failure = failures.find(({ type }) => type === FAILURE);
  if (failure === undefined) return conditions.filter(({ type }) => type !== FAILURE);
  const { lastTransitionTime } = failure;
  return withCondition(conditions, {
    ...failure,
    ...(lastTransitionTime === undefined ? {} : { lastUpdateTime: lastTransitionTime }),
  });
}

/** When to look whether the deadline has passed, in milliseconds from now; undefined when that is of no interest. */
export function nextProgressCheck(
  deployment: V1Deployment,
  status: V1DeploymentStatus,
  now: TimeMs,
): number | undefined {
  const deadline = deadlineOf(deployment);
  const known = progressOf(deployment);
  if (deadline === undefined || known === undefined) return undefined;
  if (isComplete(deployment, status) || known.reason === TIMED_OUT) return undefined;
  const wait = (parseTime(known.lastUpdateTime ?? undefined) ?? now) + deadline * 1000 - now;
  return wait < 1000 ? 1000 : wait + 1000;
}
