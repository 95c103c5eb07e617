// How a Job stands: what its pods add up to, and whether it has come to its end. Pure.

import type { V1Job, V1JobCondition, V1Pod } from '../../schema/generated/types.ts';
import { parseTime, rfc3339, type TimeMs } from '../../time/units.ts';
import { isActive, isGoing, isOver, isReady } from '../shared/pods.ts';
import { finishedAt } from './backoff.ts';
import { parseIndexes } from './indexes.ts';
import { failsItsIndex, failuresBefore, hasFailed, indexOf, isIndexed, isTracked, validIndexOf } from './pods.ts';
import { judgeFailure, successMessage } from './policies.ts';

export interface Tally {
  readonly active: readonly V1Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Pods that have ended and were not yet written down. */
  readonly newSucceeded: readonly V1Pod[];
  readonly newFailed: readonly V1Pod[];
  /** Everything, those of this turn included. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of an indexed Job. */
  readonly succeededIndexes: ReadonlySet<number>;
  /** Those that the status tells of already. */
  readonly knownIndexes: ReadonlySet<number>;
  /** Undefined unless failures are counted by index. */
  readonly failedIndexes: ReadonlySet<number> | undefined;
  /** Failed pods that stay until their index has another one. */
  readonly delayed: ReadonlyMap<number, V1Pod>;
}

/** `released`: pods whose finalizer was taken away, which the cache doesn't show yet. */
export function tallyOf(job: V1Job, pods: readonly V1Pod[], released: ReadonlySet<string>): Tally {
  const { uncountedTerminatedPods: uncounted } = job.status ?? {};
  const fresh = (known: readonly string[] = []) =>
    pods.filter((pod) => {
      const uid = pod.metadata?.uid ?? '';
      if (!isTracked(pod) || released.has(uid) || known.includes(uid)) return false;
      return !isIndexed(job) || validIndexOf(job, pod) !== undefined;
    });
  const newSucceeded = fresh(uncounted?.succeeded).filter(({ status }) => status?.phase === 'Succeeded');
  const newFailed = fresh(uncounted?.failed).filter((pod) => hasFailed(job, pod));
  const active = pods.filter(isActive);
  const knownIndexes = parseIndexes(job.status?.completedIndexes, job.spec?.completions ?? 0);
  const succeededIndexes = isIndexed(job) ? indexesSucceeded(job, pods, knownIndexes) : new Set<number>();
  const failedIndexes = job.spec?.backoffLimitPerIndex === undefined ? undefined : indexesFailed(job, pods);
  const counted = newFailed.filter((pod) => judgeFailure(job, pod).counts).length;
  const sum = (job.status?.succeeded ?? 0) + newSucceeded.length + (uncounted?.succeeded?.length ?? 0);
  return {
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => isGoing(pod) && !isOver(pod)).length,
    newSucceeded,
    newFailed,
    succeeded: isIndexed(job) ? succeededIndexes.size : sum,
    failed: (job.status?.failed ?? 0) + counted + (uncounted?.failed?.length ?? 0),
    succeededIndexes,
    knownIndexes,
    failedIndexes,
    delayed:
      failedIndexes === undefined ? new Map() : delayedPods(job, fresh(), succeededIndexes, failedIndexes, active),
  };
}

function indexesSucceeded(job: V1Job, pods: readonly V1Pod[], known: ReadonlySet<number>): ReadonlySet<number> {
  const more = pods.flatMap((pod) => {
    const index = pod.status?.phase === 'Succeeded' && isTracked(pod) ? validIndexOf(job, pod) : undefined;
    return index === undefined ? [] : [index];
  });
  return new Set([...known, ...more]);
}

function indexesFailed(job: V1Job, pods: readonly V1Pod[]): ReadonlySet<number> {
  const known = parseIndexes(job.status?.failedIndexes, job.spec?.completions ?? 0);
  const more = pods.flatMap((pod) => {
    const index = isTracked(pod) && failsItsIndex(job, pod) ? validIndexOf(job, pod) : undefined;
    return index === undefined ? [] : [index];
  });
  return new Set([...known, ...more]);
}

/** The last failed pod of each index that is still to be done and has no other pod. */
function delayedPods(
  job: V1Job,
  pods: readonly V1Pod[],
  succeeded: ReadonlySet<number>,
  failed: ReadonlySet<number>,
  active: readonly V1Pod[],
): ReadonlyMap<number, V1Pod> {
  const busy = new Set(active.map(indexOf));
  const result = new Map<number, V1Pod>();
  for (const pod of pods) {
    const index = validIndexOf(job, pod);
    if (index === undefined || !hasFailed(job, pod)) continue;
    if (succeeded.has(index) || failed.has(index) || busy.has(index)) continue;
    const known = result.get(index);
    const isLater =
      known === undefined || (failuresBefore(known) <= failuresBefore(pod) && finishedAt(pod) >= finishedAt(known));
    if (isLater) result.set(index, pod);
  }
  return result;
}

/** A condition as it is said now. */
export function jobCondition(
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: TimeMs,
): V1JobCondition {
  const time = rfc3339(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

export function trueCondition({ status }: V1Job, type: string): V1JobCondition | undefined {
  return status?.conditions?.find((one) => one.type === type && one.status === 'True');
}

export function isFinished(job: V1Job): boolean {
  return trueCondition(job, 'Complete') !== undefined || trueCondition(job, 'Failed') !== undefined;
}

/** Why the Job ends now, before its completions are reached; undefined while it goes on. */
export function verdictOn(job: V1Job, pods: readonly V1Pod[], tally: Tally, now: TimeMs): V1JobCondition | undefined {
  const met = trueCondition(job, 'SuccessCriteriaMet');
  if (met !== undefined) return met;
  const target = trueCondition(job, 'FailureTarget');
  if (target !== undefined) return jobCondition('Failed', 'True', target.reason ?? '', target.message ?? '', now);
  const failure = failureOf(job, pods, tally, now);
  if (failure !== undefined) return jobCondition('FailureTarget', 'True', failure.reason, failure.message, now);
  const message = isIndexed(job) ? successMessage(job, tally.succeededIndexes) : undefined;
  return message === undefined ? undefined : jobCondition('SuccessCriteriaMet', 'True', 'SuccessPolicy', message, now);
}

function failureOf(
  job: V1Job,
  pods: readonly V1Pod[],
  { failed, failedIndexes, succeededIndexes }: Tally,
  now: TimeMs,
): { readonly reason: string; readonly message: string } | undefined {
  const { spec } = job;
  const fatal = pods
    .filter((pod) => hasFailed(job, pod))
    .map((pod) => judgeFailure(job, pod).message)
    .find((message) => message !== undefined);
  if (fatal !== undefined) return { reason: 'PodFailurePolicy', message: fatal };
  if (failed > (spec?.backoffLimit ?? 6) || restartedTooOften(job, pods))
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  const left = deadlineIn(job, now);
  if (left !== undefined && left <= 0)
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  if (failedIndexes === undefined || failedIndexes.size === 0) return undefined;
  if (spec?.maxFailedIndexes !== undefined && failedIndexes.size > spec.maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return { reason: 'MaxFailedIndexesExceeded', message };
  }
  if (failedIndexes.size + succeededIndexes.size < (spec?.completions ?? 0)) return undefined;
  return { reason: 'FailedIndexes', message: 'Job has failed indexes' };
}

/** Milliseconds until the deadline; undefined when there is none, or the Job stands still. */
export function deadlineIn({ spec, status }: V1Job, now: TimeMs): number | undefined {
  const start = parseTime(status?.startTime ?? undefined);
  if (spec?.activeDeadlineSeconds === undefined || start === undefined || spec.suspend === true) return undefined;
  return start + spec.activeDeadlineSeconds * 1000 - now;
}

function restartedTooOften({ spec }: V1Job, pods: readonly V1Pod[]): boolean {
  if (spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  const running = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending');
  const restarts = running
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
