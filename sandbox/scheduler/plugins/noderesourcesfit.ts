// NodeResourcesFit: a pod fits where what it asks for is left over. Scores by how much is left, by default the more the
// better.

import { type ClusterEvent, nodeOf, podOf } from '../clusterevents.ts';
import { type NodeInfo, newNodeInfo } from '../nodeinfo.ts';
import { MAX_SCORE, type Plugin, type Rejection } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';
import { amountOf, isScalar, podRequests, type Resources } from '../resources.ts';

const NAME = 'NodeResourcesFit';

/** How nodes are scored by what is taken of them. */
export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  readonly resources: readonly { readonly name: string; readonly weight: number }[];
  /** Scores (0 to 10) by utilization in percent, for RequestedToCapacityRatio. */
  readonly shape?: readonly { readonly utilization: number; readonly score: number }[];
}

const LEAST_ALLOCATED: ScoringStrategy = {
  type: 'LeastAllocated',
  resources: [
    { name: 'cpu', weight: 1 },
    { name: 'memory', weight: 1 },
  ],
};

export function nodeResourcesFit(strategy: ScoringStrategy = LEAST_ALLOCATED): Plugin {
  return {
    name: NAME,
    filter: ({ requests }) => ({ check: (node) => shortage(requests, node) }),
    scorer: (pod) => ({ score: (node) => allocationScore(strategy, pod, node) }),
    interests: [
      { resources: ['assigned pod', 'unscheduled pod'], actions: ['delete', 'scale down'], helps: freesSomething },
      { resources: ['node'], actions: ['add', 'update allocatable'], helps: hasMore },
    ],
  };
}

/** What a node lacks; undefined when the pod fits. No node can be helped that is too small altogether. */
function shortage(requests: Resources, node: NodeInfo): Rejection | undefined {
  const { allocatable, requested, allowedPods, pods } = node;
  if (
    pods.size + 1 <= allowedPods &&
    (requests.milliCpu === 0 || requests.milliCpu <= allocatable.milliCpu - requested.milliCpu) &&
    (requests.memory === 0 || requests.memory <= allocatable.memory - requested.memory) &&
    (requests.ephemeralStorage === 0 ||
      requests.ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage) &&
    requests.scalars.size === 0
  )
    return undefined;
  const reasons: string[] = pods.size + 1 > allowedPods ? ['Too many pods'] : [];
  let hopeless = false;
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...requests.scalars.keys()]) {
    const wanted = amountOf(requests, name);
    const capacity = amountOf(allocatable, name);
    if (wanted === 0 || wanted <= capacity - amountOf(requested, name)) continue;
    reasons.push(`Insufficient ${name}`);
    hopeless ||= wanted > capacity;
  }
  if (reasons.length === 0) return undefined;
  return { code: hopeless ? 'UnschedulableAndUnresolvable' : 'Unschedulable', plugin: NAME, reasons };
}

function freesSomething(pod: PodInfo, event: ClusterEvent): boolean {
  const { before, after, action } = event;
  if (action === 'delete') {
    const { spec, status } = (before ?? {}) as PodInfo['pod'];
    return (spec?.nodeName ?? '') !== '' || (status?.nominatedNodeName ?? '') !== '';
  }
  if (before === undefined || after === undefined) return true;
  const changed = podOf(event);
  if (changed.metadata?.uid === pod.uid) return true;
  if ((changed.spec?.nodeName ?? '') === '') return false;
  const was = podRequests(before as PodInfo['pod'], { actual: true, nonZero: false });
  const is = podRequests(changed, { actual: true, nonZero: false });
  return namesOf(pod.requests).some((name) => amountOf(was, name) > amountOf(is, name));
}

function hasMore({ requests }: PodInfo, event: ClusterEvent): boolean {
  const is = newNodeInfo(nodeOf(event));
  if (shortage(requests, is) !== undefined) return false;
  if (event.before === undefined) return true;
  const was = newNodeInfo(nodeOf({ ...event, after: event.before }));
  if (is.allowedPods > was.allowedPods) return true;
  return namesOf(requests).some((name) => amountOf(is.allocatable, name) > amountOf(was.allocatable, name));
}

function namesOf(requests: Resources): readonly string[] {
  return ['cpu', 'memory', 'ephemeral-storage', ...requests.scalars.keys()].filter(
    (name) => amountOf(requests, name) > 0,
  );
}

function allocationScore({ type, resources, shape = [] }: ScoringStrategy, pod: PodInfo, node: NodeInfo): number {
  let total = 0;
  let weights = 0;
  for (const { name, weight } of resources) {
    const wanted = scoredRequest(pod, name);
    if (wanted === 0 && isScalar(name)) continue;
    const capacity = amountOf(node.allocatable, name);
    if (capacity === 0) continue;
    const used = scoredUse(node, name) + wanted;
    const score = resourceScore(type, shape, used, capacity);
    if (type === 'RequestedToCapacityRatio' && score <= 0) continue;
    total += score * weight;
    weights += weight;
  }
  if (weights === 0) return 0;
  return type === 'RequestedToCapacityRatio' ? Math.round(total / weights) : Math.floor(total / weights);
}

function scoredRequest({ nonZero, requests }: PodInfo, name: string): number {
  return name === 'cpu' ? nonZero.cpu : name === 'memory' ? nonZero.memory : amountOf(requests, name);
}

function scoredUse(node: NodeInfo, name: string): number {
  return name === 'cpu' ? node.nonZeroCpu : name === 'memory' ? node.nonZeroMemory : amountOf(node.requested, name);
}

function resourceScore(
  type: ScoringStrategy['type'],
  shape: NonNullable<ScoringStrategy['shape']>,
  used: number,
  capacity: number,
): number {
  switch (type) {
    case 'LeastAllocated':
      return used > capacity ? 0 : Math.floor(((capacity - used) * MAX_SCORE) / capacity);
    case 'MostAllocated':
      return Math.floor((Math.min(used, capacity) * MAX_SCORE) / capacity);
    case 'RequestedToCapacityRatio':
      return onShape(shape, used > capacity ? 100 : Math.floor((used * 100) / capacity));
    default:
      return type satisfies never;
  }
}

/** The value of a broken line at a utilization; scores of 0 to 10 become 0 to 100. */
function onShape(shape: NonNullable<ScoringStrategy['shape']>, utilization: number): number {
  for (let i = 0; i < shape.length; i++) {
    const point = shape[i];
    if (point === undefined || utilization > point.utilization) continue;
    const before = shape[i - 1];
    if (before === undefined) return point.score * 10;
    const rise = (point.score - before.score) * 10;
    const run = point.utilization - before.utilization;
    return before.score * 10 + Math.trunc((rise * (utilization - before.utilization)) / run);
  }
  return (shape[shape.length - 1]?.score ?? 0) * 10;
}
