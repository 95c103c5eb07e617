// The scheduler's desk: what all its parts share. What it remembers is plain data; the books are made again from
// informers wherever there are none.

import type { Component } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import { Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1Node, V1Pod } from '../schema/generated/types.ts';
import { durationMs } from '../time/units.ts';
import type { Trials } from './attempts.ts';
import { type Assumed, type Cache, createCache } from './cache.ts';
import { type ClusterEvent, concerns } from './clusterevents.ts';
import { watchObjects } from './objects.ts';
import type { Profile } from './profiles.ts';
import { hasWork, newQueueState, nextDue, type Queued, type QueueState, requeue } from './queue.ts';
import { createRecorder, type Noted } from './recorder.ts';
import type { Objects, Reservations } from './snapshot.ts';

/** What the scheduler remembers while it runs. */
export interface Memory {
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
  readonly reservations: Reservations;
}

export interface Desk {
  readonly component: Component;
  readonly nodes: Informer<V1Node>;
  readonly pods: Informer<V1Pod>;
  readonly objects: Objects;
  memory(): Memory;
  books(): Cache;
  profileOf(pod: V1Pod): Profile | undefined;
  /** Sees to it that what waits in the queue gets its turn. */
  kick(): void;
  /** Brings back the pods that an event may help; only those that `about` says, if it is given. */
  happened(event: ClusterEvent, causes: readonly Cause[], about?: (entry: Queued) => boolean): void;
  note(profile: Profile, event: Noted): void;
  /** Told when there is something to try, after so many tries, and when the queue has to be looked through. */
  readonly wakes: { attempt: (tries: number) => void; flush: (at: number) => void };
}

/** Those that have ended take part in nothing any more. */
const ALIVE = { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' };
const FLUSH_MS = 30_000;

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
    reservations: { volumes: new Map(), claims: new Map() },
  };
}

/** The memory of a scheduler: for its own parts, and for whoever asks how its tries went. */
export function memoryOf(component: Pick<Component, 'memory'>): () => Memory {
  return component.memory<Memory>('scheduler', newMemory);
}

export function createDesk(component: Component, profiles: readonly Profile[], host: string): Desk {
  const memory = memoryOf(component);
  const nodes = component.informer(Nodes);
  const pods = component.informer(Pods, ALIVE);
  const recorders = new Map(profiles.map(({ name }) => [name, createRecorder(component, name, `${name}-${host}`)]));
  let cache: { readonly of: Memory; readonly books: Cache } | undefined;

  const desk: Desk = {
    component,
    nodes,
    pods,
    objects: watchObjects(
      component,
      () => memory().reservations,
      (event, causes) => desk.happened(event, causes),
    ),
    memory,
    books() {
      const state = memory();
      if (cache?.of === state) return cache.books;
      const books = createCache({ nodes, pods, assumed: state.assumed, objects: desk.objects });
      cache = { of: state, books };
      return books;
    },
    profileOf: ({ spec }) => profiles.find(({ name }) => name === spec?.schedulerName),
    kick: () => kick(desk),
    happened: (event, causes, about) => happened(desk, event, causes, about),
    note: ({ name }, event) => recorders.get(name)?.note(event),
    wakes: { attempt: () => {}, flush: () => {} },
  };
  return desk;
}

function kick({ memory, component, wakes }: Desk): void {
  const state = memory();
  if (!state.trying && hasWork(state.queue)) {
    state.trying = true;
    wakes.attempt(state.tries);
  }
  if (state.queue.pods.size === 0) return;
  const due = Math.min(nextDue(state.queue) ?? Number.POSITIVE_INFINITY, component.now() + FLUSH_MS);
  if (due >= state.flushAt) return;
  state.flushAt = due;
  wakes.flush(due);
}

function happened(
  { memory, books, pods, profileOf, component, kick: go }: Desk,
  event: ClusterEvent,
  causes: readonly Cause[],
  about?: (entry: Queued) => boolean,
): void {
  const { queue } = memory();
  if (queue.pods.size === 0) return;
  const snapshot = books().snapshot();
  for (const entry of [...queue.unschedulable.values()]) {
    if (entry.gated || about?.(entry) === false) continue;
    const pod = pods.get(entry.key);
    if (pod === undefined) continue;
    const info = books().infoOf(pod);
    const helps = (profileOf(pod)?.plugins ?? []).some(
      ({ plugin }) =>
        entry.plugins.includes(plugin.name) &&
        plugin.interests.some((one) => concerns(one, event) && one.helps?.(info, event, snapshot) !== false),
    );
    if (helps) requeue(queue, entry, causes, component.now());
  }
  go();
}

/** A delay from now to a moment. */
export function until(component: Component, at: number) {
  return durationMs(Math.max(0, at - component.now()));
}
