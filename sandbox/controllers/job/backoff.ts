// How long a Job waits before it makes a pod in place of one that failed: 10 s, doubling, at most 10 minutes. Pure.

import type { V1ContainerStatus, V1Pod } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';

const FIRST_MS = 10_000;
const MAX_MS = 600_000;

/** How a Job's pods have fared since the last success. Plain data. */
export interface BackoffRecord {
  readonly failures: number;
  readonly last: TimeMs | undefined;
}

export const NO_FAILURES: BackoffRecord = { failures: 0, last: undefined };

/** The record after some more pods have ended. */
export function backoffAfter(
  record: BackoffRecord,
  succeeded: readonly V1Pod[],
  failed: readonly V1Pod[],
): BackoffRecord {
  const failures = failed.map(finishedAt).sort((a, b) => a - b);
  if (succeeded.length === 0) {
    if (failures.length === 0) return record;
    return { failures: record.failures + failures.length, last: failures.at(-1) };
  }
  const success = Math.max(...succeeded.map(finishedAt));
  const later = failures.filter((time) => time > success);
  return later.length === 0 ? NO_FAILURES : { failures: later.length, last: later.at(-1) };
}

/** Milliseconds still to wait. */
export function backoffLeft(failures: number, last: TimeMs | undefined, now: TimeMs): number {
  if (failures === 0 || last === undefined) return 0;
  const wait = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 20), MAX_MS);
  return Math.max(0, last + wait - now);
}

/** When a pod ended: by its containers, its condition, its deletion, whatever is known. */
export function finishedAt({ spec, status, metadata }: V1Pod): TimeMs {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const containers = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const ends = containers.map(endOf);
  if (ends.length > 0 && !ends.includes(undefined)) return Math.max(...ends.map((end) => end ?? 0)) as TimeMs;
  const ready = status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'False');
  const deleted = parseTime(metadata?.deletionTimestamp);
  return (
    parseTime(ready?.lastTransitionTime ?? undefined) ??
    (deleted === undefined ? undefined : ((deleted - (metadata?.deletionGracePeriodSeconds ?? 0) * 1000) as TimeMs)) ??
    parseTime(metadata?.creationTimestamp) ??
    (0 as TimeMs)
  );
}

function endOf({ state }: V1ContainerStatus): TimeMs | undefined {
  return parseTime(state?.terminated?.finishedAt ?? undefined);
}
