// Which active pods of a Job are given up when there are too many. Pure.

import type { V1Job, V1Pod } from '../../schema/generated/types.ts';
import { parseTime } from '../../time/units.ts';
import { isReady, readySince, restarts } from '../shared/pods.ts';
import { indexOf, isIndexed } from './pods.ts';

/** At least `count`, and all that stand for an index which another one stands for, or which isn't wanted any more. */
export function podsToRemove(job: V1Job, active: readonly V1Pod[], count: number): readonly V1Pod[] {
  const { surplus, rest } = isIndexed(job) ? splitByIndex(job, active) : { surplus: [], rest: active };
  if (surplus.length >= count) return surplus;
  return [...surplus, ...[...rest].sort(leastMissed).slice(0, count - surplus.length)];
}

function splitByIndex(job: V1Job, active: readonly V1Pod[]) {
  const byIndex = new Map<number, V1Pod[]>();
  const surplus: V1Pod[] = [];
  for (const pod of active) {
    const index = indexOf(pod);
    if (index === undefined || index >= (job.spec?.completions ?? 0)) {
      surplus.push(pod);
      continue;
    }
    const list = byIndex.get(index) ?? [];
    list.push(pod);
    byIndex.set(index, list);
  }
  const rest: V1Pod[] = [];
  for (const index of [...byIndex.keys()].sort((a, b) => a - b)) {
    const sorted = [...(byIndex.get(index) ?? [])].sort(leastMissed);
    surplus.push(...sorted.slice(0, -1));
    rest.push(...sorted.slice(-1));
  }
  return { surplus, rest };
}

const PHASES: { readonly [phase: string]: number } = { Pending: 0, Unknown: 1, Running: 2 };

/** Unassigned before assigned, pending before running, unready before ready, newer before older. */
function leastMissed(a: V1Pod, b: V1Pod): number {
  const rank = (pod: V1Pod): readonly number[] => [
    pod.spec?.nodeName === undefined ? 0 : 1,
    PHASES[pod.status?.phase ?? 'Pending'] ?? 0,
    isReady(pod) ? 1 : 0,
    -(readySince(pod) ?? 0),
    ...restarts(pod).map((count) => -count),
    -(parseTime(pod.metadata?.creationTimestamp) ?? 0),
  ];
  const [left, right] = [rank(a), rank(b)];
  for (const [i, value] of left.entries()) {
    const difference = value - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
