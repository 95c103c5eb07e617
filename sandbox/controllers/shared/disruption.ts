// A pod that is taken away by the cluster, not by its owner, is told so in its status first.

import type { Client } from '../../client/client.ts';
import { Pods } from '../../schema/generated/resources.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';

/** Writes the condition DisruptionTarget, and more of the status along with it. Nothing when it is there already. */
export function* markDisrupted(
  client: Client,
  pod: V1Pod,
  reason: string,
  message: string,
  now: TimeMs,
  more: { readonly phase?: string } = {},
): Work<void> {
  const { name = '', namespace, uid = '', generation } = pod.metadata ?? {};
  const known = pod.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const same = known?.status === 'True' && known.reason === reason && known.message === message;
  if (same && Object.keys(more).length === 0) return;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason,
    message,
    lastTransitionTime: known?.status === 'True' ? (known.lastTransitionTime ?? rfc3339(now)) : rfc3339(now),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  const present = (pod.status?.conditions ?? []).map(({ type }) => ({ type }));
  const order = known === undefined ? [...present, { type: condition.type }] : present;
  const status = { ...more, '$setElementOrder/conditions': order, conditions: [condition] };
  const body = { metadata: { uid }, status };
  yield* client.patch(Pods, { name, namespace }, { type: 'strategic', subresource: 'status', body });
}
