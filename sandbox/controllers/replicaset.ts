// The ReplicaSet controller keeps a number of pods: it counts those that are its own, and makes or deletes the difference.
// A ReplicationController is the same with an older form of selector.
//
// observe: replica sets, and pods by owner.
// diff:    `planOf` says how many pods to make or which ones to delete; replicaset/status.ts what to report.
// act:     create or delete pods, write the status.

import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { lazyFor } from '../kube/lazy.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ResourceType } from '../kube/resource.ts';
import { matchesLabels, selectorOf, type V1LabelSelector } from '../kube/selectors/labelselectors.ts';
import { Pods, ReplicaSets, ReplicationControllers } from '../schema/generated/resources.ts';
import type { V1Pod, V1ReplicaSet, V1ReplicationController } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { leastMissed } from './replicaset/deletionorder.ts';
import { matcherOf, standingOf } from './replicaset/standing.ts';
import { statusOf } from './replicaset/status.ts';
import { candidatesFor, indexByController, parentOf } from './shared/children.ts';
import {
  areMet,
  deletionObserved,
  type Expectations,
  expectCreations,
  expectDeletions,
  newExpectations,
  noteSeen,
} from './shared/expectations.ts';
import { makePods, removePods } from './shared/expectedpods.ts';
import { claimed, controllerOf } from './shared/owners.ts';
import { type PodControl, podFromTemplate } from './shared/podcontrol.ts';
import { availableIn, isActive, isReady } from './shared/pods.ts';
import { isBehind, isEcho, LATER, newWritten, noteWritten, type Written } from './shared/readback.ts';
import { parentsConcerned } from './shared/wake.ts';

/** No more than this many pods are made or deleted in one turn. */
const BURST = 500;

export const replicaSetController = keepsReplicas<V1ReplicaSet>({
  name: 'replicaset-controller',
  type: ReplicaSets,
  asSet: (set) => set,
  tellsTerminating: true,
});

export const replicationController = keepsReplicas<V1ReplicationController>({
  name: 'replication-controller',
  type: ReplicationControllers,
  asSet: asReplicaSet,
  tellsTerminating: false,
});

/** A kind that keeps a number of pods. */
interface Variant<T extends KubeObject> {
  readonly name: string;
  readonly type: ResourceType<T>;
  readonly asSet: (parent: T) => V1ReplicaSet;
  readonly tellsTerminating: boolean;
}

function asReplicaSet({ spec, status, metadata }: V1ReplicationController): V1ReplicaSet {
  const { selector, template, ...rest } = spec ?? {};
  return {
    ...(metadata === undefined ? {} : { metadata }),
    spec: {
      ...rest,
      selector: selector === undefined ? NO_SELECTOR : asSelector(selector),
      ...(template === undefined ? {} : { template }),
    },
    ...(status === undefined ? {} : { status }),
  };
}

const NO_SELECTOR = {};
const asSelector = lazyFor((matchLabels: { readonly [key: string]: string }) => ({ matchLabels }));

function keepsReplicas<T extends KubeObject>(variant: Variant<T>): Controller {
  return {
    name: variant.name,
    setup(host) {
      const { component, client } = host;
      const parents = component.informer(variant.type);
      const pods = component.informer(Pods);
      const expectations = component.memory<Expectations>(`expectations of ${variant.name}`, newExpectations);
      const written = component.memory<Written>(`statuses of ${variant.name}`, newWritten);
      indexByController(pods);
      indexByController(parents);
      const queue = component.queue(
        variant.type.resource,
        (key, turn) =>
          reconcile({ ...host, client: turn.client }, variant, key, {
            parents,
            pods,
            expectations: expectations(),
            written: written(),
          }),
        client,
      );
      parents.on((event) => {
        if (hasFailed(variant.asSet(event.object)) || !isEcho(written(), event))
          queue.add(keyOf(event.object), event.causes);
      });
      pods.on((event) => {
        const { type, object, previous, causes } = event;
        const owner = parentOf(parents, object);
        if (owner !== undefined) noteSeen(expectations(), keyOf(owner), event);
        const former = previous === undefined ? undefined : parentOf(parents, previous);
        if (former !== undefined && former !== owner) deletionObserved(expectations(), keyOf(former), keyOf(object));
        const content = owner === undefined || !hasFailed(variant.asSet(owner));
        if (content && previous !== undefined && type === 'updated' && countsTheSame(previous, object)) return;
        for (const key of parentsConcerned(parents, event, (parent) => variant.asSet(parent).spec?.selector))
          queue.add(key, causes);
      });
    },
  };
}

/** A set that couldn't have its pods tries again with every change that it sees, and waits longer after each. */
function hasFailed({ status }: V1ReplicaSet): boolean {
  return status?.conditions?.some((one) => one.type === 'ReplicaFailure' && one.status === 'True') === true;
}

/** To a set, nothing about the pod has changed: most updates of a pod that starts are such. */
function countsTheSame(before: V1Pod, now: V1Pod): boolean {
  return (
    isReady(before) === isReady(now) &&
    isActive(before) === isActive(now) &&
    before.metadata?.labels === now.metadata?.labels &&
    before.metadata?.ownerReferences === now.metadata?.ownerReferences
  );
}

interface Observed<T extends KubeObject> {
  readonly parents: Informer<T>;
  readonly pods: Informer<V1Pod>;
  readonly expectations: Expectations;
  /** Statuses that the cache may not show yet. */
  readonly written: Written;
}

function* reconcile<T extends KubeObject>(
  host: ControllerHost,
  variant: Variant<T>,
  key: string,
  { parents, pods, expectations, written }: Observed<T>,
): Work<Requeue> {
  const parent = parents.get(key);
  if (parent === undefined) {
    expectations.delete(key);
    written.delete(key);
    return undefined;
  }
  const { client, component, events } = host;
  if (isBehind(written, parents, [key], component.now())) return LATER;
  const set = variant.asSet(parent);
  const settled = areMet(expectations, key, component.now());
  const sorted = sort(candidatesFor(pods, parent), parent, set.spec?.selector);
  const selector = selectorOf(set.spec?.selector);
  const claimant = { client, parent, parentType: variant.type, selector };
  const mine = [...sorted.mine, ...(yield* claimed(claimant, Pods, sorted.unclear))];
  const plan =
    settled && parent.metadata?.deletionTimestamp === undefined
      ? planOf(set, mine, () => relatedPods(parents, pods, parent, variant), component.now())
      : NOTHING;
  const control: PodControl = { client, events, parent, parentType: variant.type };
  const failure = yield* carryOut(control, set, plan, expectations, component.now());
  const seen = { pods: mine, terminating: variant.tellsTerminating ? sorted.terminating : undefined, failure };
  const status = statusOf(set, seen, component.now());
  if (status !== undefined) {
    const made = yield* client.updateStatus<KubeObject>(variant.type, { ...parent, status });
    noteWritten(written, key, made, component.now());
  }
  if (failure !== undefined) throw failure;
  const wait = availableIn(mine, set.spec?.minReadySeconds ?? 0, component.now());
  return wait === undefined ? undefined : { after: durationMs(wait) };
}

interface Sorted {
  /** Its own that may still run. */
  readonly mine: readonly V1Pod[];
  /** Those that may have to be adopted or released. */
  readonly unclear: readonly V1Pod[];
  /** How many of its own are on their way out. */
  readonly terminating: number;
}

/** One walk over the candidates, as every turn of a set takes it. */
function sort(candidates: readonly V1Pod[], { metadata }: KubeObject, selector: V1LabelSelector | undefined): Sorted {
  const matches = selector === undefined ? () => false : matcherOf(selector);
  const mine: V1Pod[] = [];
  const unclear: V1Pod[] = [];
  let terminating = 0;
  for (const pod of candidates) {
    const { over, leaving, owner, labels } = standingOf(pod);
    if (over) continue;
    const own = owner === metadata?.uid && matches(labels);
    if (leaving) terminating += own ? 1 : 0;
    else if (own) mine.push(pod);
    else unclear.push(pod);
  }
  return { mine, unclear, terminating };
}

/** Pods of all sets that have the same owner: together they crowd a node. */
function relatedPods<T extends KubeObject>(
  parents: Informer<T>,
  pods: Informer<V1Pod>,
  parent: T,
  variant: Variant<T>,
): readonly V1Pod[] {
  const owner = controllerOf(parent);
  if (owner === undefined) return [];
  const siblings = parents.by('controller', owner.uid);
  const related = new Set<V1Pod>();
  for (const sibling of siblings) {
    const selector = selectorOf(variant.asSet(sibling).spec?.selector);
    for (const pod of candidatesFor(pods, sibling)) if (matchesLabels(selector, pod.metadata?.labels)) related.add(pod);
  }
  return [...related];
}

/** What one turn does. */
interface Plan {
  readonly create: number;
  readonly delete: readonly V1Pod[];
}

const NOTHING: Plan = { create: 0, delete: [] };

/** The difference between what is wanted and what is there. `related` is asked only when there are too many. */
function planOf(set: V1ReplicaSet, mine: readonly V1Pod[], related: () => readonly V1Pod[], now: TimeMs): Plan {
  const surplus = mine.length - (set.spec?.replicas ?? 1);
  if (surplus < 0) return { create: Math.min(-surplus, BURST), delete: [] };
  if (surplus === 0) return NOTHING;
  return { create: 0, delete: leastMissed(mine, related(), now).slice(0, Math.min(surplus, BURST)) };
}

function* carryOut(
  control: PodControl,
  set: V1ReplicaSet,
  plan: Plan,
  expectations: Expectations,
  now: TimeMs,
): Work<unknown> {
  const key = keyOf(control.parent);
  if (plan.create > 0) {
    expectCreations(expectations, key, plan.create, now);
    const pod = podFromTemplate(set.spec?.template ?? {}, control.parent, control.parentType);
    const batch = yield* makePods(control, expectations, plan.create, () => pod);
    return batch.error;
  }
  if (plan.delete.length === 0) return undefined;
  expectDeletions(expectations, key, plan.delete.map(keyOf), now);
  return yield* removePods(control, expectations, plan.delete);
}
