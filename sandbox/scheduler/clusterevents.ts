// What happens in the cluster, as far as it may make a pod schedulable that wasn't: told to the queue, which asks the
// plug-ins that rejected the pod whether that could change their minds.

import { sameJson } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { V1Node, V1Pod } from '../schema/generated/types.ts';
import type { PodInfo } from './podinfo.ts';
import { podRequests } from './resources.ts';
import type { Snapshot } from './snapshot.ts';

export type EventResource =
  | 'node'
  | 'assigned pod'
  | 'unscheduled pod'
  | 'claim'
  | 'volume'
  | 'storage class'
  | 'csi node'
  | 'csi driver'
  | 'csi capacity'
  | 'volume attachment';

/** `update` is some change, or an interest in every one. */
type Action =
  | 'add'
  | 'delete'
  | 'update'
  | 'update allocatable'
  | 'update labels'
  | 'update taints'
  | 'update conditions'
  | 'update annotations'
  | 'scale down'
  | 'update tolerations'
  | 'gates gone';

export interface ClusterEvent {
  readonly resource: EventResource;
  readonly action: Action;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}

/** What a plug-in wants to hear of, and whether it could make a difference to a pod; unless it says, it could. */
export interface Interest {
  readonly resources: readonly EventResource[];
  readonly actions: readonly Action[];
  readonly helps?: (pod: PodInfo, event: ClusterEvent, snapshot: Snapshot) => boolean;
}

const NO_UPDATES: ReadonlySet<Action> = new Set(['add', 'delete']);

/** An update that isn't known to be of some kind concerns only those who care about every update. */
export function concerns({ resources, actions }: Interest, { resource, action }: ClusterEvent): boolean {
  if (!resources.includes(resource)) return false;
  return actions.includes(action) || (actions.includes('update') && !NO_UPDATES.has(action));
}

/** The changes of a node that may matter. */
export function nodeChanges(before: V1Node, after: V1Node): readonly ClusterEvent[] {
  const actions: Action[] = [];
  if (before.spec?.unschedulable === true && after.spec?.unschedulable !== true) actions.push('update taints');
  if (!sameJson(before.status?.allocatable, after.status?.allocatable)) actions.push('update allocatable');
  if (!sameJson(before.metadata?.labels, after.metadata?.labels)) actions.push('update labels');
  if (!sameJson(before.spec?.taints, after.spec?.taints)) actions.push('update taints');
  if (!sameJson(conditionsOf(before), conditionsOf(after))) actions.push('update conditions');
  if (!sameJson(before.metadata?.annotations, after.metadata?.annotations)) actions.push('update annotations');
  return actions.map((action) => ({ resource: 'node', action, before, after }));
}

function conditionsOf({ status }: V1Node): Readonly<Record<string, string>> {
  return Object.fromEntries((status?.conditions ?? []).map(({ type, status: value }) => [type, value]));
}

/** The changes of a pod that may matter; at least that there was some. */
export function podChanges(before: V1Pod, after: V1Pod): readonly ClusterEvent[] {
  const resource = (after.spec?.nodeName ?? '') === '' ? 'unscheduled pod' : 'assigned pod';
  const actions: Action[] = [];
  if (!sameJson(before.metadata?.labels, after.metadata?.labels)) actions.push('update labels');
  if (needsLess(before, after)) actions.push('scale down');
  if (gates(before) > 0 && gates(after) === 0) actions.push('gates gone');
  if ((before.spec?.tolerations ?? []).length !== (after.spec?.tolerations ?? []).length)
    actions.push('update tolerations');
  if (actions.length === 0) actions.push('update');
  return actions.map((action) => ({ resource, action, before, after }));
}

function gates({ spec }: V1Pod): number {
  return spec?.schedulingGates?.length ?? 0;
}

function needsLess(before: V1Pod, after: V1Pod): boolean {
  if (before.spec === after.spec && before.status?.containerStatuses === after.status?.containerStatuses) return false;
  const was = podRequests(before, { actual: true, nonZero: false });
  const is = podRequests(after, { actual: true, nonZero: false });
  if (was.milliCpu > is.milliCpu || was.memory > is.memory || was.ephemeralStorage > is.ephemeralStorage) return true;
  for (const [name, amount] of was.scalars) if (amount > (is.scalars.get(name) ?? 0)) return true;
  return false;
}

export function nodeOf({ after }: ClusterEvent): V1Node {
  return (after ?? {}) as V1Node;
}

export function podOf({ before, after }: ClusterEvent): V1Pod {
  return (after ?? before ?? {}) as V1Pod;
}
