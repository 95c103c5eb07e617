// Which pods of a DaemonSet have to come and to go. Pure.

import { scaledValueOf } from '../../kube/intstr.ts';
import type { V1DaemonSet, V1DaemonSetStatus, V1Node, V1Pod } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';
import { isAvailable, isGoing, isOver, isReady } from '../shared/pods.ts';
import { isUpdated, nodeOf, placementOn } from './placement.ts';

/** Names of nodes that need a pod, and pods that go. */
export interface DaemonPlan {
  readonly create: readonly string[];
  readonly delete: readonly V1Pod[];
  /** Pods that are over, and why they are taken away. */
  readonly over: readonly V1Pod[];
}

/** By the name of the node. */
export type PodsByNode = ReadonlyMap<string, readonly V1Pod[]>;

/** Pods that are over and already on their way out don't count: their nodes need another one at once. */
export function byNode(pods: readonly V1Pod[]): PodsByNode {
  const result = new Map<string, V1Pod[]>();
  for (const pod of pods) {
    const node = nodeOf(pod);
    if (node === undefined || (isGoing(pod) && isOver(pod))) continue;
    const list = result.get(node) ?? [];
    list.push(pod);
    result.set(node, list);
  }
  return result;
}

/** Bound ones first, then the oldest. */
function oldestFirst(pods: readonly V1Pod[]): readonly V1Pod[] {
  const created = ({ metadata }: V1Pod) => parseTime(metadata?.creationTimestamp) ?? 0;
  const bound = ({ spec }: V1Pod) => (spec?.nodeName === undefined ? 1 : 0);
  return [...pods].sort(
    (a, b) =>
      bound(a) - bound(b) || created(a) - created(b) || ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1),
  );
}

/** `mayRetry`: whether a pod that failed on a node may be replaced now. */
export function planNodes(
  set: V1DaemonSet,
  nodes: readonly V1Node[],
  pods: PodsByNode,
  hash: string,
  now: TimeMs,
  mayRetry: (node: string) => boolean,
): DaemonPlan {
  const plan = { create: [] as string[], delete: [] as V1Pod[], over: [] as V1Pod[] };
  for (const node of nodes) {
    const name = node.metadata?.name ?? '';
    const there = pods.get(name) ?? [];
    const { run, stay } = placementOn(node, set);
    if (run && there.length === 0) plan.create.push(name);
    else if (stay) planNode(set, name, there, run, hash, now, mayRetry, plan);
    else plan.delete.push(...there.filter((pod) => !isGoing(pod)));
  }
  const known = new Set(nodes.map(({ metadata }) => metadata?.name ?? ''));
  for (const [name, there] of pods)
    if (!known.has(name)) plan.delete.push(...there.filter(({ spec }) => spec?.nodeName === undefined));
  return plan;
}

function planNode(
  set: V1DaemonSet,
  node: string,
  there: readonly V1Pod[],
  run: boolean,
  hash: string,
  now: TimeMs,
  mayRetry: (node: string) => boolean,
  plan: { readonly create: string[]; readonly delete: V1Pod[]; readonly over: V1Pod[] },
): void {
  const running: V1Pod[] = [];
  for (const pod of there.filter((one) => !isGoing(one))) {
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || (phase === 'Failed' && mayRetry(node))) {
      plan.over.push(pod);
      plan.delete.push(pod);
    } else if (phase !== 'Failed') running.push(pod);
  }
  if (surgeOf(set, 1) === 0) {
    plan.delete.push(...oldestFirst(running).slice(1));
    return;
  }
  if (running.length === 0 && run) plan.create.push(node);
  if (running.length <= 1) return;
  const sorted = oldestFirst(running);
  const [fresh, ...surplus] = sorted.filter((pod) => isUpdated(set, pod, hash));
  const [old, ...more] = sorted.filter((pod) => !isUpdated(set, pod, hash));
  plan.delete.push(...surplus, ...more);
  if (fresh === undefined || old === undefined) return;
  if (!isReady(old) || isAvailable(fresh, set.spec?.minReadySeconds ?? 0, now)) plan.delete.push(old);
}

/** How many nodes may have two pods during an update. */
function surgeOf({ spec }: V1DaemonSet, wanted: number): number {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') return 0;
  return scaledValueOf(spec.updateStrategy.rollingUpdate?.maxSurge ?? 0, wanted, 'up');
}

function unavailableOf({ spec }: V1DaemonSet, wanted: number, surge: number): number {
  const count = scaledValueOf(spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted, 'up');
  return count === 0 && surge === 0 ? 1 : count;
}

/** The new pod and the old one on a node; undefined while there are too many. */
function twoOn(set: V1DaemonSet, pods: readonly V1Pod[], hash: string) {
  const alive = pods.filter((pod) => !isGoing(pod));
  const fresh = alive.filter((pod) => isUpdated(set, pod, hash));
  const old = alive.filter((pod) => !isUpdated(set, pod, hash));
  return fresh.length > 1 || old.length > 1 ? undefined : { fresh: fresh[0], old: old[0] };
}

/** The next portion of a rolling update. */
export function planUpdate(
  set: V1DaemonSet,
  nodes: readonly V1Node[],
  pods: PodsByNode,
  hash: string,
  now: TimeMs,
): DaemonPlan {
  const wanted = nodes.filter((node) => placementOn(node, set).run).length;
  const surge = surgeOf(set, wanted);
  return surge === 0
    ? replaceInPlace(set, pods, hash, now, unavailableOf(set, wanted, surge))
    : replaceBySurge(set, nodes, pods, hash, now, surge, wanted);
}

function replaceInPlace(set: V1DaemonSet, pods: PodsByNode, hash: string, now: TimeMs, max: number): DaemonPlan {
  const available = (pod: V1Pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
  let unavailable = 0;
  const broken: V1Pod[] = [];
  const candidates: V1Pod[] = [];
  for (const there of pods.values()) {
    const two = twoOn(set, there, hash);
    if (two === undefined || (two.old === undefined) === (two.fresh === undefined)) unavailable++;
    else if (two.fresh !== undefined) unavailable += available(two.fresh) ? 0 : 1;
    else if (two.old !== undefined && !available(two.old)) {
      broken.push(two.old);
      unavailable++;
    } else if (two.old !== undefined && unavailable < max) candidates.push(two.old);
  }
  return { create: [], delete: [...broken, ...candidates.slice(0, Math.max(0, max - unavailable))], over: [] };
}

function replaceBySurge(
  set: V1DaemonSet,
  nodes: readonly V1Node[],
  pods: PodsByNode,
  hash: string,
  now: TimeMs,
  max: number,
  wanted: number,
): DaemonPlan {
  const isThere = (pod: V1Pod | undefined) =>
    pod !== undefined && isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
  const mayRun = new Map(nodes.map((node) => [node.metadata?.name ?? '', placementOn(node, set).run]));
  let surging = 0;
  let availableNow = 0;
  const doomed: V1Pod[] = [];
  const misplaced: V1Pod[] = [];
  const atOnce: string[] = [];
  const candidates: string[] = [];
  for (const [node, there] of pods) {
    const two = twoOn(set, there, hash);
    if (two === undefined) {
      surging++;
      continue;
    }
    const { fresh, old } = two;
    if (isThere(old ?? fresh)) availableNow++;
    if (old === undefined) continue;
    if (fresh !== undefined) {
      if (isThere(fresh)) doomed.push(old);
      else surging++;
    } else if (mayRun.get(node) !== true) (isThere(old) ? misplaced : doomed).push(old);
    else if (!isThere(old)) atOnce.push(node);
    else if (surging < max) candidates.push(node);
  }
  doomed.push(...misplaced.slice(0, Math.max(0, availableNow - wanted)));
  return { create: [...atOnce, ...candidates.slice(0, Math.max(0, max - surging))], delete: doomed, over: [] };
}

/** What is reported, without the generation. */
export function countsOf(
  set: V1DaemonSet,
  nodes: readonly V1Node[],
  pods: PodsByNode,
  hash: string,
  now: TimeMs,
): Required<Omit<V1DaemonSetStatus, 'conditions' | 'collisionCount' | 'observedGeneration'>> {
  const counts = {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
    updatedNumberScheduled: 0,
    numberAvailable: 0,
    numberUnavailable: 0,
  };
  for (const node of nodes) {
    const [pod] = oldestFirst(pods.get(node.metadata?.name ?? '') ?? []);
    if (!placementOn(node, set).run) {
      if (pod !== undefined) counts.numberMisscheduled++;
      continue;
    }
    counts.desiredNumberScheduled++;
    if (pod === undefined) continue;
    counts.currentNumberScheduled++;
    if (isReady(pod)) counts.numberReady++;
    if (isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)) counts.numberAvailable++;
    if (isUpdated(set, pod, hash)) counts.updatedNumberScheduled++;
  }
  return { ...counts, numberUnavailable: counts.desiredNumberScheduled - counts.numberAvailable };
}
