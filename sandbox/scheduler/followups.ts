// What follows a decision: pods are bound to their nodes, and others are told to go to make room.

import type { Turn } from '../client/component.ts';
import { unlessGone } from '../client/gone.ts';
import { messageOf } from '../kube/thrown.ts';
import { Pods } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import type { Port, Work } from '../time/loop.ts';
import { type DurationMs, seconds, type TimeMs } from '../time/units.ts';
import type { Desk } from './desk.ts';
import { nodeNameOf } from './intake.ts';
import type { PodInfo } from './podinfo.ts';
import { putBack, type Queued } from './queue.ts';
import { disruptionStatus } from './status.ts';
import { type FollowUps, fail, type Trying } from './tries.ts';
import { areBound, type Promised, releaseVolumes, reserveVolumes, writeVolumes } from './volumebinder.ts';

/** A pod on its way to its node. */
interface Binding {
  readonly entry: Queued;
  readonly node: string;
  /** What has to be bound first; `since`: it has been asked for, at this time. */
  readonly volumes?: Promised & { readonly since?: TimeMs };
}

/** What the next step of a binding is, and when; undefined: the pod is bound. */
type NextStep = { readonly binding: Binding; readonly after: DurationMs } | undefined;

interface Eviction {
  readonly entry: Queued;
  readonly node: string;
  /** Keys and uids of the pods to go. */
  readonly victims: readonly { readonly key: string; readonly uid: string }[];
}

const POLL = seconds(1);
const PATIENCE_MS = 600_000;

export function followUps(desk: Desk): FollowUps {
  const bindings: Port<Binding> = desk.component.timer<Binding>('bind', function* (binding, turn) {
    const next = yield* proceed(desk, binding, turn);
    if (next !== undefined) bindings.post(next.binding, next.after, binding.entry.causes);
  });
  const evictions = desk.component.timer<Eviction>('evict', (eviction, turn) => evict(desk, eviction, turn));
  return {
    bind(entry, node, pod) {
      const volumes = reserveVolumes(desk, pod, node);
      const binding = { entry, node: node.name, ...(volumes === undefined ? {} : { volumes }) };
      bindings.post(binding, undefined, entry.causes);
    },
    evict(entry, { node, victims }) {
      const names = victims.map(({ key, uid }) => ({ key, uid }));
      evictions.post({ entry, node, victims: names }, undefined, entry.causes);
    },
  };
}

/** One step of a binding: volumes first, as long as they take; then the pod itself. */
function* proceed(desk: Desk, binding: Binding, turn: Turn): Work<NextStep> {
  const { entry, node, volumes } = binding;
  const pod = desk.pods.get(entry.key);
  const profile = pod === undefined ? undefined : desk.profileOf(pod);
  if (pod === undefined || profile === undefined || pod.metadata?.uid !== entry.uid) {
    if (volumes !== undefined) releaseVolumes(desk, volumes);
    return undefined;
  }
  const trying: Trying = { entry, pod, profile };
  try {
    if (volumes !== undefined) {
      const next = yield* proceedWithVolumes(desk, binding, volumes, desk.books().infoOf(pod), turn);
      if (next !== undefined) return next;
      releaseVolumes(desk, volumes);
    }
  } catch (error) {
    if (volumes !== undefined) releaseVolumes(desk, volumes);
    yield* unbound(desk, turn, trying, 'running PreBind plugin "VolumeBinding": binding volumes', error);
    return undefined;
  }
  yield* bind(desk, trying, node, turn);
  return undefined;
}

function* proceedWithVolumes(
  desk: Desk,
  binding: Binding,
  volumes: NonNullable<Binding['volumes']>,
  pod: PodInfo,
  turn: Turn,
): Work<NextStep> {
  const now = desk.component.now();
  const { since } = volumes;
  if (since === undefined) yield* writeVolumes(desk, turn, pod, binding.node, volumes);
  else {
    if (areBound(desk, pod, binding.node, volumes)) return undefined;
    if (now - since > PATIENCE_MS) throw new Error('context deadline exceeded');
  }
  return { binding: { ...binding, volumes: { ...volumes, since: since ?? now } }, after: POLL };
}

function* bind(desk: Desk, trying: Trying, node: string, turn: Turn): Work<void> {
  const { entry, pod, profile } = trying;
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const metadata = { name, namespace, uid };
  const body = { apiVersion: 'v1', kind: 'Binding', metadata, target: { kind: 'Node', name: node } };
  try {
    yield* turn.client.post(Pods, { namespace, name }, 'binding', body);
  } catch (error) {
    yield* unbound(desk, turn, trying, 'running Bind plugin "DefaultBinder"', error);
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
function* unbound(desk: Desk, turn: Turn, trying: Trying, where: string, error: unknown): Work<void> {
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
  const why = messageOf(error);
  const message = `${where}: ${why}`;
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
