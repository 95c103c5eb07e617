// How the pods of a Job are counted, each once, whatever fails in between: a pod that has ended is first written down in
// the status, then let go by taking its finalizer away, then counted.

import { sameJson } from '../../kube/json.ts';
import { Jobs } from '../../schema/generated/resources.ts';
import type { V1Job, V1JobCondition, V1JobStatus, V1Pod } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import { noteWritten } from '../shared/readback.ts';
import type { BackoffRecord } from './backoff.ts';
import { formatIndexes } from './indexes.ts';
import { hasFailed, indexOf, isIndexed, isTracked, validIndexOf } from './pods.ts';
import { judgeFailure } from './policies.ts';
import { jobCondition, type Tally } from './tally.ts';
import { note, release, type Turn } from './turn.ts';

const UNCOUNTED_MAX = 500;

/** Pods that have ended are written down, let go and counted; then the job may be over. */
export function* track(
  turn: Turn,
  finished: V1JobCondition | undefined,
  record: BackoffRecord,
  now: TimeMs,
): Work<void> {
  const { tally, memory, key, host } = turn;
  const uncounted = {
    succeeded: [...(turn.job.status?.uncountedTerminatedPods?.succeeded ?? [])],
    failed: [...(turn.job.status?.uncountedTerminatedPods?.failed ?? [])],
  };
  const counts = { succeeded: turn.job.status?.succeeded ?? 0, failed: turn.job.status?.failed ?? 0 };
  const released = memory.released.get(key) ?? new Set<string>();
  memory.released.set(key, released);
  const held = new Set(
    turn.pods
      .filter(isTracked)
      .map(({ metadata }) => metadata?.uid ?? '')
      .filter((uid) => !released.has(uid)),
  );
  settle(counts, uncounted, held);
  const { ended, indexes, more } = takeDown(turn, finished, uncounted, released);
  const completed = new Set([...tally.knownIndexes, ...indexes]);
  if (isIndexed(turn.job)) counts.succeeded = completed.size;
  const end = announced(turn, finished, now);
  yield* write(turn, counts, uncounted, completed, now);
  memory.backoff.set(key, record);
  let failure: unknown;
  for (const pod of ended) {
    const uid = pod.metadata?.uid ?? '';
    released.add(uid);
    try {
      yield* release(host.client, pod);
      held.delete(uid);
    } catch (error) {
      released.delete(uid);
      failure ??= error;
    }
  }
  settle(counts, uncounted, held);
  const isOver =
    failure === undefined &&
    !more &&
    end !== undefined &&
    uncounted.succeeded.length + uncounted.failed.length === 0 &&
    turn.terminating === 0;
  if (isOver) turn.conditions = [...turn.conditions.filter(({ type }) => type !== end.type), end];
  yield* write(turn, counts, uncounted, completed, now, isOver ? end : undefined);
  if (isOver) sayFinished(turn, end);
  if (failure !== undefined) throw failure;
}

interface Uncounted {
  succeeded: string[];
  failed: string[];
}

/** Pods that were written down and have been let go are counted. */
function settle(counts: { succeeded: number; failed: number }, uncounted: Uncounted, held: ReadonlySet<string>): void {
  const still = (uids: readonly string[]) => uids.filter((uid) => held.has(uid));
  counts.succeeded += uncounted.succeeded.length - still(uncounted.succeeded).length;
  counts.failed += uncounted.failed.length - still(uncounted.failed).length;
  uncounted.succeeded = still(uncounted.succeeded);
  uncounted.failed = still(uncounted.failed);
}

/** Writes down the pods that have ended; answers which may be let go. */
function takeDown(
  { job, pods, tally }: Turn,
  finished: V1JobCondition | undefined,
  uncounted: Uncounted,
  released: ReadonlySet<string>,
): { readonly ended: readonly V1Pod[]; readonly indexes: readonly number[]; readonly more: boolean } {
  const ended: V1Pod[] = [];
  const indexes: number[] = [];
  const sorted = isIndexed(job) ? [...pods].sort((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : pods;
  for (const pod of sorted) {
    const uid = pod.metadata?.uid ?? '';
    const failed = hasFailed(job, pod);
    const succeeded = pod.status?.phase === 'Succeeded';
    if (!isTracked(pod) || released.has(uid) || !mayLetGo(job, pod, tally, finished, failed)) continue;
    ended.push(pod);
    const index = validIndexOf(job, pod);
    if (succeeded && !uncounted.failed.includes(uid)) {
      if (!isIndexed(job)) {
        if (!uncounted.succeeded.includes(uid)) uncounted.succeeded.push(uid);
      } else if (index !== undefined) indexes.push(index);
    } else if (failed || (finished !== undefined && finished.type !== 'SuccessCriteriaMet')) {
      const counts = (!isIndexed(job) || index !== undefined) && judgeFailure(job, pod).counts;
      if (counts && !uncounted.failed.includes(uid)) uncounted.failed.push(uid);
    }
    if (uncounted.succeeded.length + uncounted.failed.length + indexes.length >= UNCOUNTED_MAX)
      return { ended, indexes, more: true };
  }
  return { ended, indexes, more: false };
}

function mayLetGo(
  job: V1Job,
  pod: V1Pod,
  { delayed }: Tally,
  finished: V1JobCondition | undefined,
  failed: boolean,
): boolean {
  if (job.metadata?.deletionTimestamp !== undefined || finished !== undefined) return true;
  if (pod.status?.phase === 'Succeeded') return true;
  return failed && delayed.get(indexOf(pod) ?? -1)?.metadata?.uid !== pod.metadata?.uid;
}

/** Says in the conditions that the end has come, before it is reached; answers the last condition of all. */
function announced(turn: Turn, finished: V1JobCondition | undefined, now: TimeMs): V1JobCondition | undefined {
  if (finished === undefined) return undefined;
  const { type, reason = '', message = '' } = finished;
  if (type === 'Failed') return finished;
  const known = turn.conditions.some((one) => one.type === type && one.status === 'True');
  if (!known) turn.conditions = [...turn.conditions, finished];
  return jobCondition(type === 'FailureTarget' ? 'Failed' : 'Complete', 'True', reason, message, now);
}

/** Writes the status, if it says something new. */
function* write(
  turn: Turn,
  counts: { readonly succeeded: number; readonly failed: number },
  uncounted: Uncounted,
  completed: ReadonlySet<number>,
  now: TimeMs,
  end?: V1JobCondition,
): Work<void> {
  const { job, tally, host, memory, key } = turn;
  const completedIndexes = isIndexed(job) ? formatIndexes(completed) : '';
  const status: V1JobStatus = {
    ...(turn.conditions.length === 0 ? {} : { conditions: turn.conditions }),
    ...(turn.startTime === undefined ? {} : { startTime: turn.startTime }),
    ...(end?.type === 'Complete' ? { completionTime: rfc3339(now) } : {}),
    ...(turn.active === 0 ? {} : { active: turn.active }),
    ...(counts.succeeded === 0 ? {} : { succeeded: counts.succeeded }),
    ...(counts.failed === 0 ? {} : { failed: counts.failed }),
    terminating: turn.terminating,
    ...(completedIndexes === '' ? {} : { completedIndexes }),
    ...(tally.failedIndexes === undefined ? {} : { failedIndexes: formatIndexes(tally.failedIndexes) }),
    uncountedTerminatedPods: {
      ...(uncounted.succeeded.length === 0 ? {} : { succeeded: uncounted.succeeded }),
      ...(uncounted.failed.length === 0 ? {} : { failed: uncounted.failed }),
    },
    ready: turn.ready,
  };
  if (sameJson(status, job.status ?? {})) return;
  turn.job = yield* host.client.updateStatus(Jobs, { ...job, status });
  noteWritten(memory.written, key, turn.job, now);
}

function sayFinished(turn: Turn, { type, reason = '', message = '' }: V1JobCondition): void {
  if (type !== 'Complete') {
    note(turn, 'Warning', reason, message);
    return;
  }
  const { completions } = turn.job.spec ?? {};
  if (completions !== undefined && (turn.job.status?.succeeded ?? 0) > completions)
    note(turn, 'Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
  note(turn, 'Normal', 'Completed', 'Job completed');
}
