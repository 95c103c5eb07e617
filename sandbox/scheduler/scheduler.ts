// kube-scheduler: gives each pod without a node the best one there is, or says why there is none.
//
// observe: nodes, pods and what plug-ins look at; changes that may help a pod bring it back into the queue.
// decide:  `findNode` tries one pod at a time.
// act:     bind the pod, or write the reason into its status and into an event.

import type { Component, Turn } from '../client/component.ts';
import { keyOf } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import type { UserInfo } from '../kube/operation.ts';
import { Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import { draws } from '../time/chance.ts';
import { latency } from '../time/latency.ts';
import type { Work } from '../time/loop.ts';
import { durationMs } from '../time/units.ts';
import { remember, type Trials } from './attempts.ts';
import { type Assumed, type Cache, createCache } from './cache.ts';
import { type ClusterEvent, concerns, nodeChanges, podChanges } from './clusterevents.ts';
import { findNode, type Result } from './cycle.ts';
import { explanation, NO_NODES } from './diagnosis.ts';
import { watchObjects } from './objects.ts';
import type { PodInfo } from './podinfo.ts';
import { DEFAULT_PROFILE, type Profile } from './profiles.ts';
import {
  addNew,
  drop,
  endBackoffs,
  hasWork,
  newQueueState,
  nextDue,
  pop,
  putBack,
  type Queued,
  type QueueState,
  requeue,
  UNSCHEDULABLE_MAX_MS,
} from './queue.ts';
import { createRecorder } from './recorder.ts';
import { failureStatus } from './status.ts';

export interface SchedulerOptions {
  readonly profiles?: readonly Profile[];
  /** The host that it runs on; a part of its events. */
  readonly host?: string;
}

/** What the scheduler remembers while it runs. */
interface Memory {
  readonly queue: QueueState;
  readonly assumed: Assumed;
  /** Nodes that room was made on, by key of the pod that it was made for. */
  readonly nominated: Map<string, string>;
  /** Where among the nodes to begin next. */
  start: number;
  tries: number;
  /** A try is on its way. */
  trying: boolean;
  /** When the queue is looked through next. */
  flushAt: number;
  readonly trials: Trials;
}

const USER: UserInfo = { name: 'system:kube-scheduler', groups: ['system:masters', 'system:authenticated'] };
const ALIVE = { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' };
const FLUSH_MS = 30_000;
const GATES_GONE = 'gates gone';

/** The component, to be put into a cluster. */
export function kubeScheduler(options: SchedulerOptions = {}) {
  return { name: 'kube-scheduler', user: USER, setup: (component: Component) => setUp(component, options) };
}

function newMemory(): Memory {
  return {
    queue: newQueueState(),
    assumed: new Map(),
    nominated: new Map(),
    start: 0,
    tries: 0,
    trying: false,
    flushAt: Number.POSITIVE_INFINITY,
    trials: new Map(),
  };
}

function setUp(component: Component, { profiles = [DEFAULT_PROFILE], host = 'kind-control-plane' }: SchedulerOptions) {
  const memory = component.memory<Memory>('scheduler', newMemory);
  const nodes = component.informer(Nodes);
  const pods = component.informer(Pods, ALIVE);
  const profileOf = ({ spec }: V1Pod): Profile | undefined =>
    profiles.find(({ name }) => name === (spec?.schedulerName ?? DEFAULT_PROFILE.name));
  const recorders = new Map(
    profiles.map(({ name }) => [name, createRecorder(component, name, `${name}-${host}`)] as const),
  );
  const ties = draws(component.seed, component.name, 'ties');
  const wakeUp = latency(component.seed, 'queue', component.name);

  let cache: { readonly of: Memory; readonly books: Cache } | undefined;
  /** The books of this life and of this state; made again where there are none. */
  const books = (): Cache => {
    const state = memory();
    if (cache?.of !== state)
      cache = { of: state, books: createCache({ nodes, pods, assumed: state.assumed, objects }) };
    return cache.books;
  };

  const kick = (): void => {
    const state = memory();
    if (!state.trying && hasWork(state.queue)) {
      state.trying = true;
      attempts.post({}, wakeUp.at(state.tries));
    }
    const now = component.now();
    const due = Math.min(
      nextDue(state.queue) ?? Number.POSITIVE_INFINITY,
      state.queue.pods.size > 0 ? now + FLUSH_MS : Number.POSITIVE_INFINITY,
    );
    if (due >= state.flushAt || due === Number.POSITIVE_INFINITY) return;
    state.flushAt = due;
    flushes.post({ at: due }, durationMs(due - now));
  };

  /** Brings back the pods that an event may help. */
  const happened = (event: ClusterEvent, causes: readonly Cause[], about?: (entry: Queued) => boolean): void => {
    const { queue } = memory();
    const snapshot = books().snapshot();
    for (const entry of queue.pods.values()) {
      if (entry.place !== 'unschedulable' || entry.gated || about?.(entry) === false) continue;
      const pod = pods.get(entry.key);
      if (pod === undefined) continue;
      const info = books().infoOf(pod);
      const plugins = profileOf(pod)?.plugins ?? [];
      const helps = plugins.some(
        ({ plugin }) =>
          entry.plugins.includes(plugin.name) &&
          plugin.interests.some((one) => concerns(one, event) && one.helps?.(info, event, snapshot) !== false),
      );
      if (helps) requeue(queue, entry, causes, component.now());
    }
    kick();
  };

  const objects = watchObjects(component, happened);

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

  const placed = (pod: V1Pod, previous: V1Pod | undefined, causes: readonly Cause[]): void => {
    const key = keyOf(pod);
    const state = memory();
    state.assumed.delete(key);
    state.nominated.delete(key);
    drop(state.queue, key);
    books().place(key, books().infoOf(pod), pod.spec?.nodeName);
    const known = previous !== undefined && nodeNameOf(previous) !== '';
    if (!known) happened({ resource: 'assigned pod', action: 'add', after: pod }, causes);
    else for (const event of podChanges(previous, pod)) happened(event, causes);
  };

  const gone = (pod: V1Pod, causes: readonly Cause[]): void => {
    const key = keyOf(pod);
    const state = memory();
    drop(state.queue, key);
    const held = nodeNameOf(pod) !== '' || state.assumed.has(key) || state.nominated.has(key);
    state.assumed.delete(key);
    state.nominated.delete(key);
    books().place(key, undefined, undefined);
    if (held) happened({ resource: 'assigned pod', action: 'delete', before: pod }, causes);
  };

  const enqueue = (pod: V1Pod, causes: readonly Cause[]): void => {
    const state = memory();
    const { nominatedNodeName = '' } = pod.status ?? {};
    if (nominatedNodeName !== '') state.nominated.set(keyOf(pod), nominatedNodeName);
    const entry = {
      key: keyOf(pod),
      uid: pod.metadata?.uid ?? '',
      priority: pod.spec?.priority ?? 0,
      gated: (pod.spec?.schedulingGates ?? []).length > 0,
      causes,
    };
    addNew(state.queue, entry, component.now());
    kick();
  };

  const changed = (pod: V1Pod, previous: V1Pod, causes: readonly Cause[]): void => {
    const state = memory();
    const key = keyOf(pod);
    const { nominatedNodeName = '' } = pod.status ?? {};
    const freed =
      (previous.status?.nominatedNodeName ?? '') !== '' && previous.status?.nominatedNodeName !== nominatedNodeName;
    if (nominatedNodeName !== '') state.nominated.set(key, nominatedNodeName);
    else if (freed) state.nominated.delete(key);
    if (state.assumed.has(key)) return;
    const entry = state.queue.pods.get(key);
    if (entry === undefined) {
      enqueue(pod, causes);
      return;
    }
    entry.priority = pod.spec?.priority ?? 0;
    for (const event of podChanges(previous, pod)) {
      if (event.action === GATES_GONE && entry.gated) {
        entry.gated = false;
        requeue(state.queue, entry, causes, component.now());
      } else happened(event, causes, (one) => one === entry);
    }
    if (freed) {
      const event: ClusterEvent = { resource: 'assigned pod', action: 'delete', before: previous };
      happened(event, causes, (one) => one.priority <= (previous.spec?.priority ?? 0));
    }
    kick();
  };

  pods.on(({ type, object, previous, causes }) => {
    if (type === 'deleted') gone(object, causes);
    else if (previous !== undefined && previous.metadata?.uid !== object.metadata?.uid) {
      gone(previous, causes);
      if (nodeNameOf(object) !== '') placed(object, undefined, causes);
      else if (profileOf(object) !== undefined) enqueue(object, causes);
    } else if (nodeNameOf(object) !== '') placed(object, previous, causes);
    else if (profileOf(object) === undefined) return;
    else if (previous === undefined) enqueue(object, causes);
    else changed(object, previous, causes);
  });

  const nominatedOn = (name: string): readonly PodInfo[] => {
    const { nominated } = memory();
    if (nominated.size === 0) return [];
    return [...nominated].flatMap(([key, node]) => {
      const pod = node === name ? pods.get(key) : undefined;
      return pod === undefined ? [] : [books().infoOf(pod)];
    });
  };

  function* tryNext(turn: Turn): Work<void> {
    const state = memory();
    const entry = pop(state.queue);
    if (entry === undefined) return;
    const pod = pods.get(entry.key);
    const profile = pod === undefined ? undefined : profileOf(pod);
    if (pod === undefined || profile === undefined || pod.metadata?.uid !== entry.uid)
      return drop(state.queue, entry.key);
    const client = turn.client.because(entry.causes);
    if (pod.metadata.deletionTimestamp !== undefined) {
      drop(state.queue, entry.key);
      const note = `skip schedule deleting pod: ${entry.key}`;
      complain(profile, pod, note, entry.causes);
      return;
    }
    if (state.assumed.has(entry.key)) return drop(state.queue, entry.key);
    const snapshot = books().snapshot();
    const info = books().infoOf(pod);
    const tie = state.tries++;
    if (snapshot.nodes.length === 0) {
      putBack(state.queue, entry, [], component.now());
      return yield* fail({ ...turn, client }, profile, entry, pod, 'Unschedulable', NO_NODES);
    }
    const result = findNode({
      profile,
      pod: info,
      snapshot,
      start: state.start,
      nominated: nominatedOn,
      pick: (equals) => ties.below(tie, equals),
    });
    state.start = (state.start + result.looked) % snapshot.nodes.length;
    remember(state.trials, entry.key, component.now(), result);
    const { node } = result.choice;
    if (node === undefined) return yield* unschedulable({ ...turn, client }, profile, entry, info, result);
    state.assumed.set(entry.key, { uid: entry.uid, node: node.name });
    state.nominated.delete(entry.key);
    drop(state.queue, entry.key);
    books().place(entry.key, info, node.name);
    bindings.post({ entry, node: node.name }, undefined, entry.causes);
  }

  function* unschedulable(
    turn: Turn,
    profile: Profile,
    entry: Queued,
    info: PodInfo,
    { diagnosis }: Result,
  ): Work<void> {
    putBack(memory().queue, entry, [...diagnosis.plugins], component.now());
    yield* fail(turn, profile, entry, info.pod, 'Unschedulable', explanation(diagnosis));
  }

  const complain = (profile: Profile, pod: V1Pod, note: string, causes: readonly Cause[]): void => {
    const event = { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling' } as const;
    recorders.get(profile.name)?.note({ ...event, about: pod, note, causes });
  };

  /** Says in an event and in the pod's status why it has no node. */
  function* fail(
    turn: Turn,
    profile: Profile,
    entry: Queued,
    pod: V1Pod,
    reason: 'Unschedulable' | 'SchedulerError',
    message: string,
    nominate?: string,
  ): Work<void> {
    complain(profile, pod, message, entry.causes);
    const status = failureStatus(pod, reason, message, nominate, component.now());
    if (status === undefined) return;
    const { namespace, name = '' } = pod.metadata ?? {};
    const patch = { type: 'strategic', body: { status }, subresource: 'status' } as const;
    yield* turn.client.patch(Pods, { namespace, name }, patch);
  }

  const attempts = component.timer<object>('try', function* (_, turn) {
    const state = memory();
    try {
      yield* tryNext(turn);
    } finally {
      state.trying = false;
      if (component.running() && memory() === state) kick();
    }
  });

  const bindings = component.timer<{ readonly entry: Queued; readonly node: string }>(
    'bind',
    function* ({ entry, node }, turn) {
      const pod = pods.get(entry.key);
      const profile = pod === undefined ? undefined : profileOf(pod);
      if (pod === undefined || profile === undefined || pod.metadata?.uid !== entry.uid) return;
      const { namespace = '', name = '', uid = '' } = pod.metadata;
      const body = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { kind: 'Node', name: node },
      };
      try {
        yield* turn.client.post(Pods, { namespace, name }, 'binding', body);
      } catch (error) {
        yield* unbound(turn, profile, entry, pod, error);
        return;
      }
      recorders.get(profile.name)?.note({
        about: pod,
        type: 'Normal',
        reason: 'Scheduled',
        action: 'Binding',
        note: `Successfully assigned ${namespace}/${name} to ${node}`,
        causes: entry.causes,
      });
    },
  );

  /** The binding was refused: the pod is tried again, and others may have its place. */
  function* unbound(turn: Turn, profile: Profile, entry: Queued, pod: V1Pod, error: unknown): Work<void> {
    const state = memory();
    state.assumed.delete(entry.key);
    const current = pods.get(entry.key);
    if (current !== undefined && nodeNameOf(current) !== '') return;
    books().place(entry.key, undefined, undefined);
    happened({ resource: 'assigned pod', action: 'delete', before: pod }, entry.causes);
    if (current !== undefined) {
      state.queue.pods.set(entry.key, entry);
      putBack(state.queue, entry, [], component.now());
      kick();
    }
    const why = error instanceof Error ? error.message : String(error);
    yield* fail(turn, profile, entry, pod, 'SchedulerError', `running Bind plugin "DefaultBinder": ${why}`, '');
  }

  const flushes = component.timer<{ readonly at: number }>('flush', function* ({ at }) {
    const state = memory();
    if (state.flushAt !== at) return;
    state.flushAt = Number.POSITIVE_INFINITY;
    const now = component.now();
    endBackoffs(state.queue, now);
    for (const entry of state.queue.pods.values())
      if (entry.place === 'unschedulable' && now - entry.since > UNSCHEDULABLE_MAX_MS)
        requeue(state.queue, entry, [], now);
    kick();
  });
}

function nodeNameOf({ spec }: V1Pod): string {
  return spec?.nodeName ?? '';
}
