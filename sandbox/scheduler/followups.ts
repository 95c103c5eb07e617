// What follows a decision: pods are bound to their nodes, and others are told to go to make room.

import type { Turn } from '../client/component.ts';
import { reasonOf } from '../kube/status.ts';
import { Pods } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { Desk } from './desk.ts';
import { nodeNameOf } from './intake.ts';
import { putBack, type Queued } from './queue.ts';
import { disruptionStatus } from './status.ts';
import { type FollowUps, fail, type Trying } from './tries.ts';

interface Binding {
  readonly entry: Queued;
  readonly node: string;
}

interface Eviction {
  readonly entry: Queued;
  readonly node: string;
  /** Keys and uids of the pods to go. */
  readonly victims: readonly { readonly key: string; readonly uid: string }[];
}

export function followUps(desk: Desk): FollowUps {
  const bindings = desk.component.timer<Binding>('bind', (binding, turn) => bind(desk, binding, turn));
  const evictions = desk.component.timer<Eviction>('evict', (eviction, turn) => evict(desk, eviction, turn));
  return {
    bind: (entry, node) => {
      bindings.post({ entry, node }, undefined, entry.causes);
    },
    evict(entry, { node, victims }) {
      const names = victims.map(({ key, uid }) => ({ key, uid }));
      evictions.post({ entry, node, victims: names }, undefined, entry.causes);
    },
  };
}

function* bind(desk: Desk, { entry, node }: Binding, turn: Turn): Work<void> {
  const pod = desk.pods.get(entry.key);
  const profile = pod === undefined ? undefined : desk.profileOf(pod);
  if (pod === undefined || profile === undefined || pod.metadata?.uid !== entry.uid) return;
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const metadata = { name, namespace, uid };
  const body = { apiVersion: 'v1', kind: 'Binding', metadata, target: { kind: 'Node', name: node } };
  try {
    yield* turn.client.post(Pods, { namespace, name }, 'binding', body);
  } catch (error) {
    yield* unbound(desk, turn, { entry, pod, profile }, error);
    return;
  }
  desk.note(profile, {
    about: pod,
    type: 'Normal',
    reason: 'Scheduled',
    action: 'Binding',
    note: `Successfully assigned ${namespace}/${name} to ${node}`,
    causes: entry.causes,
  });
}

/** The binding was refused: the pod is tried again, and others may have its place. */
function* unbound(desk: Desk, turn: Turn, trying: Trying, error: unknown): Work<void> {
  const { entry, pod } = trying;
  const { queue, assumed } = desk.memory();
  assumed.delete(entry.key);
  const current = desk.pods.get(entry.key);
  if (current !== undefined && nodeNameOf(current) !== '') return;
  desk.books().place(entry.key, undefined, undefined);
  desk.happened({ resource: 'assigned pod', action: 'delete', before: pod }, entry.causes);
  if (current !== undefined) {
    queue.pods.set(entry.key, entry);
    putBack(queue, entry, [], desk.component.now());
    desk.kick();
  }
  const why = error instanceof Error ? error.message : String(error);
  const message = `running Bind plugin "DefaultBinder": ${why}`;
  yield* unlessGone(fail(desk, turn, trying, { reason: 'SchedulerError', message, nominate: '' }));
}

function* evict(desk: Desk, { entry, node, victims }: Eviction, turn: Turn): Work<void> {
  yield* forgetLesserPromises(desk, entry, node, turn);
  for (const { key, uid } of victims) {
    const pod = desk.pods.get(key);
    if (pod === undefined || pod.metadata?.uid !== uid || pod.metadata.deletionTimestamp !== undefined) continue;
    yield* unlessGone(evictOne(desk, entry, node, pod, turn));
  }
}

function* evictOne(desk: Desk, entry: Queued, node: string, victim: V1Pod, turn: Turn): Work<void> {
  const preemptor = desk.pods.get(entry.key);
  const profile = preemptor === undefined ? undefined : desk.profileOf(preemptor);
  if (preemptor === undefined || profile === undefined) return;
  const { namespace, name = '' } = victim.metadata ?? {};
  const status = disruptionStatus(victim, profile.name, desk.component.now());
  if (status !== undefined)
    yield* turn.client.patch(Pods, { namespace, name }, { type: 'strategic', body: { status }, subresource: 'status' });
  yield* turn.client.delete(Pods, { namespace, name });
  desk.note(profile, {
    about: victim,
    related: preemptor,
    type: 'Normal',
    reason: 'Preempted',
    action: 'Preempting',
    note: `Preempted by pod ${entry.uid} on node ${node}`,
    causes: entry.causes,
  });
}

/** Pods of less importance that room was made for on the same node have to look elsewhere. */
function* forgetLesserPromises(desk: Desk, { key: mine, priority }: Queued, node: string, turn: Turn): Work<void> {
  for (const [key, where] of [...desk.memory().nominated]) {
    const pod = where === node && key !== mine ? desk.pods.get(key) : undefined;
    if (pod === undefined || (pod.spec?.priority ?? 0) >= priority) continue;
    const { namespace, name = '' } = pod.metadata ?? {};
    const body = { status: { nominatedNodeName: null } };
    yield* unlessGone(turn.client.patch(Pods, { namespace, name }, { type: 'strategic', body, subresource: 'status' }));
  }
}

/** What isn't there any more needs nothing. */
function* unlessGone(work: Work<unknown>): Work<void> {
  try {
    yield* work;
  } catch (error) {
    if (reasonOf(error) !== 'NotFound') throw error;
  }
}
