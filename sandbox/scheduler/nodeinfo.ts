// A node with what the scheduler adds up about it: what its pods take, and what it has.

import type { V1Node } from '../schema/generated/types.ts';
import type { HostPort, PodInfo } from './podinfo.ts';
import { addResources, copyResources, noResources, type Resources, resourcesOf } from './resources.ts';

export interface NodeInfo {
  readonly name: string;
  node: V1Node;
  labels: Readonly<Record<string, string>>;
  allocatable: Resources;
  allowedPods: number;
  /** By key; the order is that of their coming. */
  readonly pods: Map<string, PodInfo>;
  /** How many of them somebody has counted to be of a kind, until they change. */
  readonly counted: Map<string, number>;
  readonly requested: Resources;
  nonZeroCpu: number;
  nonZeroMemory: number;
  /** How many pods have rules about neighbours, and how many of those may refuse some. */
  withAffinity: number;
  withAntiAffinity: number;
  /** Sizes of its images in bytes, as it says, by each of their names. */
  images: ReadonlyMap<string, number>;
}

const NO_LABELS: Readonly<Record<string, string>> = Object.freeze({});

export function newNodeInfo(node: V1Node): NodeInfo {
  const info: NodeInfo = {
    name: node.metadata?.name ?? '',
    node,
    labels: NO_LABELS,
    allocatable: noResources(),
    allowedPods: 0,
    pods: new Map(),
    counted: new Map(),
    requested: noResources(),
    nonZeroCpu: 0,
    nonZeroMemory: 0,
    withAffinity: 0,
    withAntiAffinity: 0,
    images: new Map(),
  };
  setNode(info, node);
  return info;
}

export function setNode(info: NodeInfo, node: V1Node): void {
  const { allocatable, images = [] } = node.status ?? {};
  info.node = node;
  info.labels = node.metadata?.labels ?? NO_LABELS;
  info.allocatable = resourcesOf(allocatable);
  info.allowedPods = Number(allocatable?.['pods'] ?? 0);
  info.images = new Map(
    images.flatMap(({ names, sizeBytes = 0 }) => (names ?? []).map((name) => [name, Number(sizeBytes)])),
  );
}

export function addPod(info: NodeInfo, pod: PodInfo): void {
  info.pods.set(pod.key, pod);
  count(info, pod, 1);
}

export function removePod(info: NodeInfo, key: string): void {
  const pod = info.pods.get(key);
  if (pod === undefined) return;
  info.pods.delete(key);
  count(info, pod, -1);
}

function count(info: NodeInfo, pod: PodInfo, times: 1 | -1): void {
  info.counted.clear();
  addResources(info.requested, pod.taken, times);
  info.nonZeroCpu += times * pod.nonZero.cpu;
  info.nonZeroMemory += times * pod.nonZero.memory;
  if (hasRules(pod)) info.withAffinity += times;
  if (pod.antiAffinity.length > 0) info.withAntiAffinity += times;
}

/** Whether a pod cares about its neighbours. */
export function hasRules({ affinity, antiAffinity, preferredAffinity, preferredAntiAffinity }: PodInfo): boolean {
  return affinity.length + antiAffinity.length + preferredAffinity.length + preferredAntiAffinity.length > 0;
}

/** A copy to try things out on. */
export function copyNodeInfo(info: NodeInfo): NodeInfo {
  return { ...info, pods: new Map(info.pods), counted: new Map(), requested: copyResources(info.requested) };
}

/** So many kinds are remembered of a node; they are counted anew beyond that. */
const KINDS = 100;

/** How many pods of a node are of a kind, which the name stands for. Who asks again pays nothing. */
export function countPods({ pods, counted }: NodeInfo, kind: string, isOne: (pod: PodInfo) => boolean): number {
  const known = counted.get(kind);
  if (known !== undefined) return known;
  let count = 0;
  for (const pod of pods.values()) if (isOne(pod)) count++;
  if (counted.size >= KINDS) counted.clear();
  counted.set(kind, count);
  return count;
}

const ALL = '0.0.0.0';

/** Whether a node's pods have taken a port. An address of all addresses collides with each one. */
export function isTaken({ pods }: Pick<NodeInfo, 'pods'>, { ip, protocol, port }: HostPort): boolean {
  for (const { hostPorts } of pods.values())
    for (const other of hostPorts)
      if (other.port === port && other.protocol === protocol && (other.ip === ip || other.ip === ALL || ip === ALL))
        return true;
  return false;
}
