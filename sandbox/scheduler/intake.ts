// What the scheduler sees: nodes and pods that come, change and go. It keeps its books, queues pods without a node, and
// brings pods back that a change may help.

import { keyOf } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import { type ClusterEvent, nodeChanges, podChanges } from './clusterevents.ts';
import type { Desk } from './desk.ts';
import { addNew, drop, requeue } from './queue.ts';

export function watchNodes({ nodes, books, happened }: Desk): void {
  nodes.on(({ type, object, previous, causes }) => {
    if (type === 'deleted') {
      books().removeNode(object.metadata?.name ?? '');
      happened({ resource: 'node', action: 'delete', before: object }, causes);
      return;
    }
    books().setNode(object);
    if (previous === undefined) happened({ resource: 'node', action: 'add', after: object }, causes);
    else for (const event of nodeChanges(previous, object)) happened(event, causes);
  });
}

export function watchPods(desk: Desk): void {
  desk.pods.on(({ type, object, previous, causes }) => {
    const sameOne = previous?.metadata?.uid === object.metadata?.uid;
    if (type === 'deleted') gone(desk, object, causes);
    else if (previous === undefined) arrived(desk, object, causes);
    else if (sameOne) changed(desk, object, previous, causes);
    else {
      gone(desk, previous, causes);
      arrived(desk, object, causes);
    }
  });
}

export function nodeNameOf({ spec }: V1Pod): string {
  return spec?.nodeName ?? '';
}

function arrived(desk: Desk, pod: V1Pod, causes: readonly Cause[]): void {
  if (nodeNameOf(pod) !== '') placed(desk, pod, undefined, causes);
  else if (desk.profileOf(pod) !== undefined) enqueue(desk, pod, causes);
}

function changed(desk: Desk, pod: V1Pod, previous: V1Pod, causes: readonly Cause[]): void {
  if (nodeNameOf(pod) !== '') placed(desk, pod, previous, causes);
  else if (desk.profileOf(pod) !== undefined) waiting(desk, pod, previous, causes);
}

/** A pod has a node: by us, or by somebody else. */
function placed({ memory, books, happened }: Desk, pod: V1Pod, previous: V1Pod | undefined, causes: readonly Cause[]) {
  const key = keyOf(pod);
  forget(memory(), key);
  books().place(key, books().infoOf(pod), nodeNameOf(pod));
  if (previous === undefined || nodeNameOf(previous) === '')
    happened({ resource: 'assigned pod', action: 'add', after: pod }, causes);
  else for (const event of podChanges(previous, pod)) happened(event, causes);
}

/** A pod is no more: what it held is free, be it only promised. */
function gone({ memory, books, happened }: Desk, pod: V1Pod, causes: readonly Cause[]): void {
  const key = keyOf(pod);
  const { assumed, nominated } = memory();
  const node = nodeNameOf(pod) === '' ? (assumed.get(key)?.node ?? '') : nodeNameOf(pod);
  const held = node !== '' || nominated.has(key);
  forget(memory(), key);
  books().place(key, undefined, undefined);
  if (!held) return;
  const before = nodeNameOf(pod) === node ? pod : { ...pod, spec: { containers: [], ...pod.spec, nodeName: node } };
  happened({ resource: 'assigned pod', action: 'delete', before }, causes);
}

function forget({ queue, assumed, nominated }: ReturnType<Desk['memory']>, key: string): void {
  assumed.delete(key);
  nominated.delete(key);
  drop(queue, key);
}

function enqueue({ memory, component, kick }: Desk, pod: V1Pod, causes: readonly Cause[]): void {
  const { queue, nominated } = memory();
  const key = keyOf(pod);
  const { nominatedNodeName = '' } = pod.status ?? {};
  if (nominatedNodeName !== '') nominated.set(key, nominatedNodeName);
  const { uid = '' } = pod.metadata ?? {};
  const { priority = 0, schedulingGates = [] } = pod.spec ?? {};
  addNew(queue, { key, uid, priority, gated: schedulingGates.length > 0, causes }, component.now());
  kick();
}

/** A pod that waits for a node has changed: that may help itself, or others that it took a promised place from. */
function waiting(desk: Desk, pod: V1Pod, previous: V1Pod, causes: readonly Cause[]): void {
  const { memory, component, happened, kick } = desk;
  const { queue, nominated, assumed } = memory();
  const key = keyOf(pod);
  const was = previous.status?.nominatedNodeName ?? '';
  const is = pod.status?.nominatedNodeName ?? '';
  if (is !== '') nominated.set(key, is);
  else if (was !== '') nominated.delete(key);
  if (assumed.has(key)) return;
  const entry = queue.pods.get(key);
  if (entry === undefined) {
    enqueue(desk, pod, causes);
    return;
  }
  entry.priority = pod.spec?.priority ?? 0;
  for (const event of podChanges(previous, pod)) {
    if (event.action === 'gates gone' && entry.gated) {
      entry.gated = false;
      requeue(queue, entry, causes, component.now());
    } else happened(event, causes, (one) => one === entry);
  }
  if (was !== '' && was !== is) {
    const event: ClusterEvent = { resource: 'assigned pod', action: 'delete', before: previous };
    happened(event, causes, (one) => one.priority <= (previous.spec?.priority ?? 0));
  }
  kick();
}
