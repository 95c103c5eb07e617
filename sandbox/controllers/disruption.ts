// The disruption controller says of each budget how many of its pods may be taken away just now.
//
// observe: budgets, pods, and what manages them.
// diff:    `countsOf` compares the pods that are well with those that have to be.
// act:     write the status.

import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import { scaledValueOf } from '../kube/intstr.ts';
import { sameJson } from '../kube/json.ts';
import type { KubeObject, V1OwnerReference } from '../kube/meta.ts';
import { groupResource, parseApiVersion } from '../kube/resource.ts';
import { matchesLabels, selectorOf } from '../kube/selectors/labelselectors.ts';
import { reasonOf } from '../kube/status.ts';
import { messageOf } from '../kube/thrown.ts';
import { Deployments, PodDisruptionBudgets, Pods, ReplicaSets } from '../schema/generated/resources.ts';
import type {
  V1LabelSelector,
  V1Pod,
  V1PodDisruptionBudget,
  V1PodDisruptionBudgetStatus,
} from '../schema/generated/types.ts';
import { draws } from '../time/chance.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, parseTime, rfc3339, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { type Discovery, discovery } from './shared/discovery.ts';
import { isUnserved } from './shared/errors.ts';
import { controllerOf } from './shared/owners.ts';
import { isReady } from './shared/pods.ts';
import { selectorText } from './shared/selectortext.ts';
import { enqueueChanges } from './shared/wake.ts';
import { walkOver } from './shared/walk.ts';

/** A pod that was said to go and is still there after this time was not taken away after all. */
const DELETION_TIMEOUT_MS = 120_000;
const BY_NAMESPACE = 'namespace';
const DISRUPTION_ALLOWED = 'DisruptionAllowed';

interface DisruptionHost extends ControllerHost {
  readonly kinds: Discovery;
}

type Scale = KubeObject & { readonly spec?: { readonly replicas?: number } };

export const disruptionController: Controller = {
  name: 'disruption-controller',
  source: 'controllermanager',
  setup(host) {
    const { component, client } = host;
    const budgets = component.informer(PodDisruptionBudgets);
    const pods = component.informer(Pods);
    const kinds = discovery(component);
    pods.index(BY_NAMESPACE, ({ metadata }) => [metadata?.namespace ?? '']);
    budgets.index(BY_NAMESPACE, ({ metadata }) => [metadata?.namespace ?? '']);
    const queue = component.queue(
      'disruption',
      (key, turn) => reconcile({ ...host, kinds, client: turn.client }, budgets.get(key), pods),
      client,
    );
    enqueueChanges(budgets, queue);
    pods.on(({ type, object, causes }) => {
      const neighbours = budgets.by(BY_NAMESPACE, object.metadata?.namespace ?? '');
      const counting = neighbours.filter((budget) => selects(budget, object));
      const chosen = arbitrary(neighbours, counting, object, component.seed);
      if (chosen === undefined) return;
      // As in the real controller, one budget follows each change of a pod that several of them count.
      if (counting.length > 1 && type !== 'deleted') complainOfMany({ ...host, client }, object, chosen, causes);
      queue.add(keyOf(chosen), causes);
    });
  },
};

/** One of the budgets that count a pod: the first in a walk over all of the namespace, mostly the eldest. */
function arbitrary(
  neighbours: readonly V1PodDisruptionBudget[],
  counting: readonly V1PodDisruptionBudget[],
  pod: V1Pod,
  seed: number,
): V1PodDisruptionBudget | undefined {
  if (counting.length < 2) return counting[0];
  const walk = walkOver(neighbours, draws(seed, 'budget', keyOf(pod)), Number(pod.metadata?.resourceVersion ?? 0));
  return walk.find((budget) => counting.includes(budget));
}

function complainOfMany(
  { events }: ControllerHost,
  pod: V1Pod,
  chosen: V1PodDisruptionBudget,
  causes: readonly Cause[],
): void {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const message = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${chosen.metadata?.name ?? ''}" arbitrarily.`;
  events.note({ about: pod, type: 'Warning', reason: 'MultiplePodDisruptionBudgets', message, causes });
}

/** An empty selector selects all pods of the namespace, none selects nothing. */
function selects({ spec }: V1PodDisruptionBudget, { metadata }: V1Pod): boolean {
  try {
    return matchesLabels(selectorOf(spec?.selector), metadata?.labels);
  } catch {
    return false;
  }
}

function* reconcile(
  host: DisruptionHost,
  budget: V1PodDisruptionBudget | undefined,
  pods: Informer<V1Pod>,
): Work<Requeue> {
  if (budget === undefined) return undefined;
  const mine = pods.by(BY_NAMESPACE, budget.metadata?.namespace ?? '').filter((pod) => selects(budget, pod));
  if (mine.length === 0) say(host, budget, 'Normal', 'NoPods', 'No matching pods found');
  try {
    return yield* assess(host, budget, mine);
  } catch (error) {
    if (reasonOf(error) === 'Conflict') throw error;
    yield* giveUp(host, budget, error);
    return undefined;
  }
}

function* assess(host: DisruptionHost, budget: V1PodDisruptionBudget, pods: readonly V1Pod[]): Work<Requeue> {
  const now = host.component.now();
  let wanted: Wanted;
  try {
    wanted = yield* wantedBy(host, budget, pods);
  } catch (error) {
    const message = `Failed to calculate the number of expected pods: ${messageOf(error)}`;
    say(host, budget, 'Warning', 'CalculateExpectedPodCountFailed', message);
    throw error;
  }
  if (wanted.unmanaged) say(host, budget, 'Warning', 'UnmanagedPods', unmanagedText(budget.spec?.selector));
  const disrupted = stillDisrupted(budget, pods, now);
  const status = statusOf(budget, wanted, disrupted, pods, now);
  if (!sameJson(status, budget.status ?? {}))
    yield* host.client.updateStatus(PodDisruptionBudgets, { ...budget, status });
  const times = Object.values(disrupted).map((time) => (parseTime(time) ?? now) + DELETION_TIMEOUT_MS - now);
  return times.length === 0 ? undefined : { after: durationMs(Math.max(1, Math.min(...times))) };
}

interface Wanted {
  readonly expected: number;
  readonly healthy: number;
  /** Some pod has nothing that says how many there should be. */
  readonly unmanaged: boolean;
}

function* wantedBy(host: DisruptionHost, { spec }: V1PodDisruptionBudget, pods: readonly V1Pod[]): Work<Wanted> {
  const { maxUnavailable, minAvailable } = spec ?? {};
  if (maxUnavailable === undefined && typeof minAvailable === 'number')
    return { expected: pods.length, healthy: minAvailable, unmanaged: false };
  if (maxUnavailable === undefined && minAvailable === undefined) return { expected: 0, healthy: 0, unmanaged: false };
  const { expected, unmanaged } = yield* scaleOf(host, pods);
  const healthy =
    maxUnavailable === undefined
      ? scaledValueOf(minAvailable ?? 0, expected, 'up')
      : Math.max(0, expected - scaledValueOf(maxUnavailable, expected, 'up'));
  return { expected, healthy, unmanaged };
}

/** How many pods the owners of these want, each owner counted once. */
function* scaleOf(host: DisruptionHost, pods: readonly V1Pod[]): Work<{ expected: number; unmanaged: boolean }> {
  const scales = new Map<string, number>();
  let unmanaged = false;
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) unmanaged = true;
    else if (!scales.has(owner.uid)) {
      const found = yield* scaleOfOwner(host, owner, pod.metadata?.namespace);
      if (found === undefined) throw new Error(`found no controllers for pod "${pod.metadata?.name ?? ''}"`);
      scales.set(found.uid, found.scale);
      // Siblings of the same grandparent needn't be asked again.
      if (found.uid !== owner.uid) scales.set(owner.uid, 0);
    }
  }
  return { expected: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged };
}

function* scaleOfOwner(
  { client, kinds }: DisruptionHost,
  { apiVersion, kind, name, uid }: V1OwnerReference,
  namespace: string | undefined,
): Work<{ readonly uid: string; readonly scale: number } | undefined> {
  const { group } = parseApiVersion(apiVersion);
  if (group === 'apps' && kind === 'ReplicaSet') {
    const set = yield* client.find(ReplicaSets, { name, namespace });
    if (set?.metadata?.uid !== uid) return undefined;
    const above = controllerOf(set);
    if (above?.kind !== 'Deployment') return { uid, scale: set.spec?.replicas ?? 1 };
    const deployment = yield* client.find(Deployments, { name: above.name, namespace });
    if (deployment?.metadata?.uid !== above.uid) return undefined;
    return { uid: above.uid, scale: deployment.spec?.replicas ?? 1 };
  }
  const type = kinds.find(apiVersion, kind);
  if (type === undefined) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
  try {
    const found = yield* client.getPart<Scale>(type, { name, namespace }, 'scale');
    return found.metadata?.uid === uid ? { uid, scale: found.spec?.replicas ?? 0 } : undefined;
  } catch (error) {
    if (reasonOf(error) !== 'NotFound') throw error;
    if (isUnserved(error)) throw new Error(`${groupResource(type)} does not implement the scale subresource`);
    return undefined;
  }
}

type Disrupted = { readonly [pod: string]: string };

/** Pods that are on their way out although nobody has deleted them yet. */
function stillDisrupted({ status }: V1PodDisruptionBudget, pods: readonly V1Pod[], now: TimeMs): Disrupted {
  const present = new Set(
    pods
      .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata?.name ?? ''),
  );
  return Object.fromEntries(
    Object.entries(status?.disruptedPods ?? {}).filter(
      ([name, time]) => present.has(name) && (parseTime(time) ?? 0) + DELETION_TIMEOUT_MS > now,
    ),
  );
}

function statusOf(
  budget: V1PodDisruptionBudget,
  { expected, healthy }: Wanted,
  disrupted: Disrupted,
  pods: readonly V1Pod[],
  now: TimeMs,
): V1PodDisruptionBudgetStatus {
  const well = pods.filter(
    (pod) =>
      pod.metadata?.deletionTimestamp === undefined &&
      !Object.hasOwn(disrupted, pod.metadata?.name ?? '') &&
      isReady(pod),
  ).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, well - healthy);
  const observedGeneration = budget.metadata?.generation ?? 0;
  const [is, reason] = allowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods'];
  return {
    ...(observedGeneration === 0 ? {} : { observedGeneration }),
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    disruptionsAllowed: allowed,
    currentHealthy: well,
    desiredHealthy: healthy,
    expectedPods: expected,
    conditions: withCondition(budget, is, reason, '', observedGeneration, now),
  };
}

function withCondition(
  { status }: V1PodDisruptionBudget,
  is: string,
  reason: string,
  message: string,
  observedGeneration: number,
  now: TimeMs,
): NonNullable<V1PodDisruptionBudgetStatus['conditions']> {
  const conditions = status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === DISRUPTION_ALLOWED);
  const lastTransitionTime = known?.status === is ? known.lastTransitionTime : rfc3339(now);
  const next = {
    type: DISRUPTION_ALLOWED,
    status: is,
    ...(observedGeneration === 0 ? {} : { observedGeneration }),
    lastTransitionTime,
    reason,
    message,
  };
  return known === undefined ? [...conditions, next] : conditions.map((one) => (one === known ? next : one));
}

/** Nobody knows how many there should be: none may be taken away. */
function* giveUp(host: ControllerHost, budget: V1PodDisruptionBudget, error: unknown): Work<void> {
  const generation = budget.status?.observedGeneration ?? 0;
  const now = host.component.now();
  const status: V1PodDisruptionBudgetStatus = {
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...budget.status,
    disruptionsAllowed: 0,
    conditions: withCondition(budget, 'False', 'SyncFailed', messageOf(error), generation, now),
  };
  if (!sameJson(status, budget.status ?? {}))
    yield* host.client.updateStatus(PodDisruptionBudgets, { ...budget, status });
}

function unmanagedText(selector: V1LabelSelector | undefined): string {
  const text = selectorText(selector);
  return `Pods selected by this PodDisruptionBudget (selector: ${text}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
}

function say(
  { events, client }: ControllerHost,
  about: V1PodDisruptionBudget,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  events.note({ about, type, reason, message, causes: client.caller.origin.causes });
}
