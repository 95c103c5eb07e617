// What controllers ask about a pod.

import type { V1Pod } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';

/** It may still run: neither over nor on its way out. */
export function isActive(pod: V1Pod): boolean {
  return !isOver(pod) && pod.metadata?.deletionTimestamp === undefined;
}

/** All its containers have ended for good. */
export function isOver({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

export function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
}

/** Since when it is ready; undefined when it isn't. */
export function readySince({ status }: V1Pod): TimeMs | undefined {
  const ready = status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True');
  return parseTime(ready?.lastTransitionTime ?? undefined);
}

/** It has been ready for long enough to be counted on. */
export function isAvailable(pod: V1Pod, minReadySeconds: number, now: TimeMs): boolean {
  if (!isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readySince(pod);
  return since !== undefined && now - since >= minReadySeconds * 1000;
}

/** How often its containers were restarted: the most of any. */
export function restarts({ status }: V1Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}
