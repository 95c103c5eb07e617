// Which pods are given up first when there are too many. Pure.

import { own } from '../../kube/json.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';
import { isActive, isReady, readySince, restarts } from '../shared/pods.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** What one pod is judged by. */
interface Merits {
  readonly pod: V1Pod;
  /** Compared one after the other; the lower goes first. */
  readonly ranks: readonly number[];
  /** Since when it is ready, if it is; compared by magnitude of age only. */
  readonly ready: TimeMs | undefined;
  readonly restarted: readonly [number, number];
  readonly created: TimeMs | undefined;
}

/**
 * Pods in the order in which they are given up: unassigned before assigned, pending before running, unready before ready,
 * cheaper before dearer, on crowded nodes before on others, later ready before earlier, restarted before not, newer before
 * older. `related` are all pods of the same purpose, also of sibling sets: they make the crowd.
 */
export function leastMissed(pods: readonly V1Pod[], related: readonly V1Pod[], now: TimeMs): readonly V1Pod[] {
  const crowd = new Map<string, number>();
  for (const { spec } of related.filter(isActive)) {
    const node = spec?.nodeName ?? '';
    crowd.set(node, (crowd.get(node) ?? 0) + 1);
  }
  return pods
    .map((pod) => meritsOf(pod, crowd))
    .sort((a, b) => compareMerits(a, b, now))
    .map(({ pod }) => pod);
}

function meritsOf(pod: V1Pod, crowd: ReadonlyMap<string, number>): Merits {
  const { spec, status, metadata } = pod;
  const ranks = [
    spec?.nodeName === undefined ? 0 : 1,
    status?.phase === 'Unknown' ? 1 : status?.phase === 'Running' ? 2 : 0,
    isReady(pod) ? 1 : 0,
    deletionCost(pod),
    -(crowd.get(spec?.nodeName ?? '') ?? 0),
  ];
  return {
    pod,
    ranks,
    ready: readySince(pod),
    restarted: restarts(pod),
    created: parseTime(metadata?.creationTimestamp),
  };
}

function compareMerits(a: Merits, b: Merits, now: TimeMs): number {
  for (const [i, rank] of a.ranks.entries()) {
    const difference = rank - (b.ranks[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return (
    compareAges(a, b, a.ready, b.ready, now) ||
    b.restarted[0] - a.restarted[0] ||
    b.restarted[1] - a.restarted[1] ||
    compareAges(a, b, a.created, b.created, now)
  );
}

/** Ages count by their order of magnitude; pods of one magnitude go in the order of their uids, which is no order at all. */
function compareAges(a: Merits, b: Merits, left: TimeMs | undefined, right: TimeMs | undefined, now: TimeMs): number {
  if (left === right) return 0;
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  const difference = magnitude(now - left) - magnitude(now - right);
  return difference !== 0 ? difference : (a.pod.metadata?.uid ?? '') < (b.pod.metadata?.uid ?? '') ? -1 : 1;
}

function magnitude(ageMs: number): number {
  return ageMs > 0 ? Math.trunc(Math.log2(ageMs * 1e6)) : -1;
}

function deletionCost({ metadata }: V1Pod): number {
  const text = own(metadata?.annotations, DELETION_COST) ?? '';
  const cost = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
  return Math.abs(cost) < 2 ** 31 ? cost : 0;
}
