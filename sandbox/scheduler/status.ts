// What the scheduler writes into the status of a pod that it found no node for.

import type { JsonObject } from '../kube/json.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../time/units.ts';

const TYPE = 'PodScheduled';

/** The part of the status to patch; undefined when it says so already. `nominate`: the node that room was made on. */
export function failureStatus(
  { metadata, status }: V1Pod,
  reason: 'Unschedulable' | 'SchedulerError',
  message: string,
  nominate: string | undefined,
  now: TimeMs,
): JsonObject | undefined {
  const known = status?.conditions?.find(({ type }) => type === TYPE);
  const { generation = 0 } = metadata ?? {};
  const same =
    known?.status === 'False' &&
    known.reason === reason &&
    known.message === message &&
    (known.observedGeneration ?? 0) === generation;
  const renominated = nominate !== undefined && nominate !== (status?.nominatedNodeName ?? '');
  if (same && !renominated) return undefined;
  const lastTransitionTime = known?.status === 'False' ? (known.lastTransitionTime ?? null) : rfc3339(now);
  const condition = {
    type: TYPE,
    observedGeneration: generation,
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime,
    reason,
    message,
  };
  return {
    ...(same ? {} : { conditions: [condition] }),
    ...(renominated ? { nominatedNodeName: nominate === '' ? null : nominate } : {}),
  };
}
