// The ReplicaSet controller keeps a number of pods: it counts those that are its own, and makes or deletes the difference.
//
// observe: replica sets, and pods by owner and by label.
// diff:    `planOf` says how many pods to make or which ones to delete; `statusOf` what to report.
// act:     create or delete pods, write the status.

import { type Informer, keyOf } from '../client/informer.ts';
import { own } from '../kube/json.ts';
import { selectorOf } from '../kube/labelselectors.ts';
import { Pods, ReplicaSets } from '../schema/generated/resources.ts';
import type { V1Pod, V1ReplicaSet, V1ReplicaSetCondition, V1ReplicaSetStatus } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, parseTime, rfc3339, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import {
  areMet,
  creationObserved,
  deletionObserved,
  type Expectations,
  expectCreations,
  expectDeletions,
  newExpectations,
} from './shared/expectations.ts';
import { claimed, controllerOf } from './shared/owners.ts';
import { createPod, deletePod, inBatches, type PodControl, podFromTemplate } from './shared/podcontrol.ts';
import { isActive, isAvailable, isReady, readySince, restarts } from './shared/pods.ts';

/** No more than this many pods are made or deleted in one turn. */
const BURST = 500;

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

export const replicaSetController: Controller = {
  name: 'replicaset-controller',
  setup(host) {
    const { component, client } = host;
    const sets = component.informer(ReplicaSets);
    const pods = component.informer(Pods);
    const expectations = component.memory<Expectations>('replicaset expectations', newExpectations);
    pods.index('controller', (pod) => [controllerOf(pod)?.uid ?? 'none']);
    const queue = component.queue(
      'replicaset',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, { sets, pods, expectations: expectations() }),
      client,
    );

    const ownerOf = (pod: V1Pod): string | undefined => {
      const owner = controllerOf(pod);
      const key = `${pod.metadata?.namespace ?? ''}/${owner?.name ?? ''}`;
      return owner?.kind === 'ReplicaSet' && sets.get(key)?.metadata?.uid === owner.uid ? key : undefined;
    };
    sets.on(({ object, causes }) => queue.add(keyOf(object), causes));
    pods.on(({ type, object, previous, causes }) => {
      const owner = ownerOf(object);
      const former = previous === undefined ? undefined : ownerOf(previous);
      if (former !== undefined && former !== owner) queue.add(former, causes);
      const going = type === 'deleted' || object.metadata?.deletionTimestamp !== undefined;
      if (owner !== undefined) {
        if (type === 'added' && !going) creationObserved(expectations(), owner);
        if (going) deletionObserved(expectations(), owner, keyOf(object));
        queue.add(owner, causes);
        const wait = availableAfter(object, previous, sets.get(owner));
        if (wait !== undefined) queue.addAfter(owner, durationMs(wait), causes);
      } else if (!going && controllerOf(object) === undefined) {
        for (const set of sets.list(object.metadata?.namespace)) if (wants(set, object)) queue.add(keyOf(set), causes);
      }
    });
  },
};

interface Observed {
  readonly sets: Informer<V1ReplicaSet>;
  readonly pods: Informer<V1Pod>;
  readonly expectations: Expectations;
}

function* reconcile(host: ControllerHost, key: string, { sets, pods, expectations }: Observed): Work<undefined> {
  const set = sets.get(key);
  if (set === undefined) {
    expectations.delete(key);
    return undefined;
  }
  const { client, component } = host;
  const settled = areMet(expectations, key, component.now());
  const selector = selectorOf(set.spec?.selector);
  const candidates = [...pods.by('controller', set.metadata?.uid ?? ''), ...orphans(pods, set)].filter(isActive);
  const mine = yield* claimed(client, set, ReplicaSets, Pods, selector, candidates);
  const control: PodControl = { client, events: host.events, parent: set, parentType: ReplicaSets };
  const plan =
    settled && set.metadata?.deletionTimestamp === undefined
      ? planOf(set, mine, pods.list(set.metadata?.namespace))
      : NOTHING;
  const failure = yield* carryOut(control, key, plan, expectations, component.now());
  const terminating = pods
    .by('controller', set.metadata?.uid ?? '')
    .filter(({ metadata }) => metadata?.deletionTimestamp !== undefined);
  const status = statusOf(set, mine, terminating.length, { failure, plan }, component.now());
  if (status !== undefined) yield* client.updateStatus(ReplicaSets, { ...set, status });
  if (failure !== undefined) throw failure;
  return undefined;
}

function orphans(pods: Informer<V1Pod>, set: V1ReplicaSet): readonly V1Pod[] {
  return pods.by('controller', 'none').filter((pod) => pod.metadata?.namespace === set.metadata?.namespace);
}

/** What one turn does. */
interface Plan {
  readonly create: number;
  readonly delete: readonly V1Pod[];
}

const NOTHING: Plan = { create: 0, delete: [] };

/** The difference between what is wanted and what is there. */
export function planOf(set: V1ReplicaSet, mine: readonly V1Pod[], neighbours: readonly V1Pod[]): Plan {
  const wanted = set.spec?.replicas ?? 1;
  const surplus = mine.length - wanted;
  if (surplus < 0) return { create: Math.min(-surplus, BURST), delete: [] };
  if (surplus === 0) return NOTHING;
  return { create: 0, delete: leastMissed(mine, neighbours).slice(0, Math.min(surplus, BURST)) };
}

/**
 * Pods in the order in which they are given up: unassigned before assigned, pending before running, unready before ready,
 * cheaper before dearer, on crowded nodes before on others, later ready before earlier, restarted before not, newer before older.
 */
export function leastMissed(mine: readonly V1Pod[], neighbours: readonly V1Pod[]): readonly V1Pod[] {
  const crowd = new Map<string, number>();
  const mineByNode = neighbours.length > 0 ? mine : [];
  for (const { spec } of mineByNode) {
    const node = spec?.nodeName;
    if (node !== undefined) crowd.set(node, (crowd.get(node) ?? 0) + 1);
  }
  const rank = (pod: V1Pod): readonly number[] => [
    pod.spec?.nodeName === undefined ? 0 : 1,
    pod.status?.phase === 'Pending' ? 0 : pod.status?.phase === 'Running' ? 2 : 1,
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -(crowd.get(pod.spec?.nodeName ?? '') ?? 0),
    -(readySince(pod) ?? 0),
    -restarts(pod),
    -(parseTime(pod.metadata?.creationTimestamp) ?? 0),
  ];
  const ranked = mine.map((pod) => ({ pod, rank: rank(pod) }));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank));
  return ranked.map(({ pod }) => pod);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function deletionCost({ metadata }: V1Pod): number {
  const cost = Number(own(metadata?.annotations, DELETION_COST) ?? '0');
  return Number.isInteger(cost) ? cost : 0;
}

function* carryOut(
  control: PodControl,
  key: string,
  plan: Plan,
  expectations: Expectations,
  now: TimeMs,
): Work<unknown> {
  const template = (control.parent as V1ReplicaSet).spec?.template ?? {};
  if (plan.create > 0) {
    expectCreations(expectations, key, plan.create, now);
    const batch = yield* inBatches(plan.create, function* () {
      const made = yield* createPod(control, podFromTemplate(template, control.parent, control.parentType));
      if (made === undefined) creationObserved(expectations, key);
    });
    creationObserved(expectations, key, plan.create - batch.done);
    return batch.error;
  }
  if (plan.delete.length === 0) return undefined;
  expectDeletions(expectations, key, plan.delete.map(keyOf), now);
  let failure: unknown;
  for (const pod of plan.delete) {
    try {
      yield* deletePod(control, pod);
    } catch (error) {
      deletionObserved(expectations, key, keyOf(pod));
      failure ??= error;
    }
  }
  return failure;
}

/** The status to report; undefined when it is reported already. */
export function statusOf(
  set: V1ReplicaSet,
  mine: readonly V1Pod[],
  terminating: number,
  { failure, plan }: { readonly failure: unknown; readonly plan: Plan },
  now: TimeMs,
): V1ReplicaSetStatus | undefined {
  const templateLabels = Object.entries(set.spec?.template?.metadata?.labels ?? {});
  const labelled = mine.filter((pod) =>
    templateLabels.every(([key, value]) => own(pod.metadata?.labels, key) === value),
  );
  const counts = {
    replicas: mine.length,
    fullyLabeledReplicas: labelled.length,
    readyReplicas: mine.filter(isReady).length,
    availableReplicas: mine.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)).length,
    terminatingReplicas: terminating,
  };
  const conditions = conditionsAfter(set, failure, plan, now);
  const was = set.status;
  const generation = set.metadata?.generation ?? 0;
  const same =
    was !== undefined &&
    was.observedGeneration === generation &&
    Object.entries(counts).every(([field, count]) => (was[field as keyof typeof counts] ?? 0) === count) &&
    conditions === (was.conditions ?? NO_CONDITIONS);
  if (same) return undefined;
  return { ...counts, observedGeneration: generation, ...(conditions.length === 0 ? {} : { conditions }) };
}

const NO_CONDITIONS: readonly V1ReplicaSetCondition[] = [];
const FAILURE = 'ReplicaFailure';

function conditionsAfter(
  set: V1ReplicaSet,
  failure: unknown,
  plan: Plan,
  now: TimeMs,
): readonly V1ReplicaSetCondition[] {
  const conditions = set.status?.conditions ?? NO_CONDITIONS;
  const known = conditions.find(({ type }) => type === FAILURE);
  if (failure === undefined)
    return known === undefined ? conditions : conditions.filter(({ type }) => type !== FAILURE);
  if (known !== undefined) return conditions;
  const condition: V1ReplicaSetCondition = {
    type: FAILURE,
    status: 'True',
    lastTransitionTime: rfc3339(now),
    reason: plan.create > 0 ? 'FailedCreate' : 'FailedDelete',
    message: failure instanceof Error ? failure.message : String(failure),
  };
  return [...conditions, condition];
}

/** A pod that has just become ready counts as available only later: how long until then, in milliseconds. */
function availableAfter(pod: V1Pod, previous: V1Pod | undefined, set: V1ReplicaSet | undefined): number | undefined {
  const minimum = set?.spec?.minReadySeconds ?? 0;
  if (minimum === 0 || previous === undefined || isReady(previous) || !isReady(pod)) return undefined;
  return minimum * 1000 + 1000;
}

function wants(set: V1ReplicaSet, pod: V1Pod): boolean {
  const labels = Object.entries(set.spec?.selector?.matchLabels ?? {});
  return labels.every(([key, value]) => own(pod.metadata?.labels, key) === value);
}
