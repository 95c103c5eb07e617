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

/** What is looked at when a set's turn comes. */
export interface Scene {
  readonly set: V1DaemonSet;
  readonly nodes: readonly V1Node[];
  readonly pods: PodsByNode;
  /** Of today's template. */
  readonly hash: string;
  readonly now: TimeMs;
}

/** Whether a pod that failed on a node may be replaced now. */
type MayRetry = (node: string) => boolean;

/** A plan that is being made. */
interface Draft {
  readonly create: string[];
  readonly delete: V1Pod[];
  readonly over: V1Pod[];
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

/** What each node needs, and what of those that are no nodes is left. */
export function planNodes(scene: Scene, mayRetry: MayRetry): DaemonPlan {
  const { nodes, pods } = scene;
  const draft: Draft = { create: [], delete: [], over: [] };
  for (const node of nodes) planNode(scene, node, mayRetry, draft);
  const known = new Set(nodes.map(({ metadata }) => metadata?.name ?? ''));
  for (const [name, there] of pods)
    if (!known.has(name)) draft.delete.push(...there.filter(({ spec }) => spec?.nodeName === undefined));
  return draft;
}

function planNode(scene: Scene, node: V1Node, mayRetry: MayRetry, draft: Draft): void {
  const { set, pods } = scene;
  const name = node.metadata?.name ?? '';
  const there = pods.get(name) ?? [];
  const { run, stay } = placementOn(node, set);
  if (!stay) {
    if (run && there.length === 0) draft.create.push(name);
    else draft.delete.push(...there.filter((pod) => !isGoing(pod)));
    return;
  }
  const running = stillRunning(there, () => mayRetry(name), draft);
  const surges = surgeOf(set, 1) > 0;
  if (run && (there.length === 0 || (surges && running.length === 0))) draft.create.push(name);
  draft.delete.push(...(surges ? outdone(scene, running) : oldestFirst(running).slice(1)));
}

/** Pods of a node that are neither over nor going. Those that are over are to be taken away, failed ones when it is time. */
function stillRunning(there: readonly V1Pod[], mayRetry: () => boolean, draft: Draft): readonly V1Pod[] {
  const running: V1Pod[] = [];
  for (const pod of there.filter((one) => !isGoing(one))) {
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || (phase === 'Failed' && mayRetry())) {
      draft.over.push(pod);
      draft.delete.push(pod);
    } else if (phase !== 'Failed') running.push(pod);
  }
  return running;
}

/** Of the pods on a node on which two may stand side by side, those that aren't needed any more. */
function outdone({ set, hash, now }: Scene, running: readonly V1Pod[]): readonly V1Pod[] {
  if (running.length <= 1) return [];
  const sorted = oldestFirst(running);
  const [fresh, ...surplus] = sorted.filter((pod) => isUpdated(set, pod, hash));
  const [old, ...more] = sorted.filter((pod) => !isUpdated(set, pod, hash));
  if (fresh === undefined || old === undefined) return [...surplus, ...more];
  const isReplaced = !isReady(old) || isAvailable(fresh, set.spec?.minReadySeconds ?? 0, now);
  return [...surplus, ...more, ...(isReplaced ? [old] : [])];
}

/** How many nodes may have two pods during an update. */
export function surgeOf({ spec }: V1DaemonSet, wanted: number): number {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') return 0;
  return scaledValueOf(spec.updateStrategy.rollingUpdate?.maxSurge ?? 0, wanted, 'up');
}

/** What is reported, without the generation. */
export function countsOf({
  set,
  nodes,
  pods,
  hash,
  now,
}: Scene): Required<Omit<V1DaemonSetStatus, 'conditions' | 'collisionCount' | 'observedGeneration'>> {
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
