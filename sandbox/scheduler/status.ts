// What the scheduler writes into the status of pods: why one has no node, and why another has to go.

import type { JsonObject } from '../kube/json.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../time/units.ts';
import type { Failure } from './tries.ts';

interface Wanted {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** The condition to patch; undefined when it is there already. */
function conditionPatch({ metadata, status }: V1Pod, wanted: Wanted, now: TimeMs): JsonObject | undefined {
  const known = status?.conditions?.find(({ type }) => type === wanted.type);
  const { generation = 0 } = metadata ?? {};
  const same =
    known?.status === wanted.status &&
    known.reason === wanted.reason &&
    known.message === wanted.message &&
    (known.observedGeneration ?? 0) === generation;
  if (same) return undefined;
  return {
    ...wanted,
    observedGeneration: generation,
    lastProbeTime: null,
    lastTransitionTime: known?.status === wanted.status ? (known.lastTransitionTime ?? null) : rfc3339(now),
  };
}

/** A condition as a patch that keeps the order of those that are there. */
function conditionsPatch({ status }: V1Pod, condition: JsonObject): JsonObject {
  const types = new Set([...(status?.conditions ?? []).map(({ type }) => type), String(condition['type'])]);
  return { '$setElementOrder/conditions': [...types].map((type) => ({ type })), conditions: [condition] };
}

/** The part of the status to patch for a pod without a node; undefined when it says so already. */
export function failureStatus(pod: V1Pod, failure: Failure, now: TimeMs): JsonObject | undefined {
  const { reason, message, nominate } = failure;
  const condition = conditionPatch(pod, { type: 'PodScheduled', status: 'False', reason, message }, now);
  const renominated = nominate !== undefined && nominate !== (pod.status?.nominatedNodeName ?? '');
  if (condition === undefined && !renominated) return undefined;
  return {
    ...(condition === undefined ? {} : conditionsPatch(pod, condition)),
    ...(renominated ? { nominatedNodeName: nominate === '' ? null : nominate } : {}),
  };
}

/** The part of the status to patch for a pod that has to go for a more important one. */
export function disruptionStatus(victim: V1Pod, scheduler: string, now: TimeMs): JsonObject | undefined {
  const message = `${scheduler}: preempting to accommodate a higher priority pod`;
  const wanted = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message } as const;
  const condition = conditionPatch(victim, wanted, now);
  return condition === undefined ? undefined : conditionsPatch(victim, condition);
}
