// The Job controller runs pods until enough of them have succeeded. It counts every pod exactly once: a pod that has ended
// is first written down in the status, then let go by taking its finalizer away, then counted.
//
// observe: jobs and their pods.
// diff:    job/tally.ts says how the job stands and whether it ends, removal.ts and pods.ts which pods go and come.
// act:     make and delete pods, take finalizers away, write the status.

import type { Client } from '../client/client.ts';
import type { Queue, Requeue } from '../client/component.ts';
import { type Informer, type InformerEvent, keyOf } from '../client/informer.ts';
import { selectorOf } from '../kube/selectors/labelselectors.ts';
import { Jobs, Pods } from '../schema/generated/resources.ts';
import type { V1Job, V1JobCondition, V1Pod } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, rfc3339, seconds, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { type BackoffRecord, backoffAfter, backoffLeft, finishedAt, NO_FAILURES } from './job/backoff.ts';
import { failuresBefore, indexOf, isIndexed, isTracked, newPodOf, replacesOnlyFailed, TRACKING } from './job/pods.ts';
import { podsToRemove } from './job/removal.ts';
import { deadlineIn, isFinished, jobCondition, tallyOf, verdictOn } from './job/tally.ts';
import { track } from './job/tracking.ts';
import { type JobMemory, note, release, type Turn } from './job/turn.ts';
import { candidatesFor, indexByController, parentOf } from './shared/children.ts';
import {
  areMet,
  deletionObserved,
  expectCreations,
  expectDeletions,
  newExpectations,
  noteSeen,
} from './shared/expectations.ts';
import { makePods } from './shared/expectedpods.ts';
import { claimed, controllerOf } from './shared/owners.ts';
import { deletePod, type PodControl } from './shared/podcontrol.ts';
import { isGoing, isReady } from './shared/pods.ts';
import { isBehind, LATER, newWritten, noteGone } from './shared/readback.ts';
import { enqueueChanges, parentsConcerned } from './shared/wake.ts';

/** Changes of pods are gathered for this long. */
const BATCH = seconds(1);
const MANAGER = 'kubernetes.io/job-controller';
const BURST = 500;

interface Observed {
  readonly jobs: Informer<V1Job>;
  readonly pods: Informer<V1Pod>;
  readonly memory: () => JobMemory;
}

export const jobController: Controller = {
  name: 'job-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      jobs: component.informer(Jobs),
      pods: component.informer(Pods),
      memory: component.memory<JobMemory>('jobs', () => ({
        expectations: newExpectations(),
        backoff: new Map(),
        written: newWritten(),
        released: new Map(),
      })),
    };
    const { jobs, pods, memory } = observed;
    indexByController(pods);
    const queue = component.queue(
      'job',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, observed),
      client,
    );
    const orphans = component.queue('orphaned pods of jobs', (key, turn) => letGo(turn.client, key, observed), client);
    enqueueChanges(jobs, queue);
    jobs.on(({ type, object, causes }) => {
      if (type !== 'deleted') return;
      noteGone(memory().written, keyOf(object));
      for (const pod of candidatesFor(pods, object)) if (isTracked(pod)) orphans.add(keyOf(pod), causes);
    });
    pods.on((event) => {
      const { type, object, causes } = event;
      const owner = parentOf(jobs, object);
      if (owner !== undefined) notePod(memory(), keyOf(owner), event);
      for (const key of parentsConcerned(jobs, event, ({ spec }) => spec?.selector)) queue.addAfter(key, BATCH, causes);
      if (type !== 'deleted' && isTracked(object) && owner === undefined)
        orphans.addAfter(keyOf(object), BATCH, causes);
    });
    wakeForDeadlines(jobs, queue, component.now);
  },
};

function notePod({ expectations, released }: JobMemory, job: string, event: InformerEvent<V1Pod>): void {
  noteSeen(expectations, job, event);
  const { type, object } = event;
  if (type === 'deleted' || !isTracked(object)) released.get(job)?.delete(object.metadata?.uid ?? '');
}

/** A job's deadline may have been changed while nothing else happens. */
function wakeForDeadlines(jobs: Informer<V1Job>, queue: Queue, now: () => TimeMs): void {
  jobs.on(({ object, previous, causes }) => {
    if (previous?.spec?.activeDeadlineSeconds === object.spec?.activeDeadlineSeconds) return;
    const left = deadlineIn(object, now());
    if (left !== undefined) queue.addAfter(keyOf(object), durationMs(Math.max(0, left)), causes);
  });
}

/** A pod that no job counts any more is let go. */
function* letGo(client: Client, key: string, { jobs, pods }: Observed): Work<Requeue> {
  const pod = pods.get(key);
  if (pod === undefined || !isTracked(pod) || parentOf(jobs, pod) !== undefined) return undefined;
  const owner = controllerOf(pod);
  if (owner?.kind === Jobs.kind) {
    const job = yield* client.find(Jobs, { name: owner.name, namespace: pod.metadata?.namespace });
    if (job?.metadata?.uid === owner.uid) return undefined;
  }
  yield* release(client, pod);
  return undefined;
}

function* reconcile(host: ControllerHost, key: string, { jobs, pods, memory: recall }: Observed): Work<Requeue> {
  const job = jobs.get(key);
  const memory = recall();
  if (job === undefined || isFinished(job)) {
    for (const part of [memory.expectations, memory.backoff, memory.released, memory.written]) part.delete(key);
    return undefined;
  }
  const now = host.component.now();
  if ((job.spec?.managedBy ?? MANAGER) !== MANAGER) return undefined;
  if (isBehind(memory.written, jobs, [key], now)) return LATER;
  const met = areMet(memory.expectations, key, now);
  const selector = selectorOf(job.spec?.selector);
  const claimant = { client: host.client, parent: job, parentType: Jobs, selector, finalizers: [TRACKING] };
  const mine = yield* claimed(claimant, Pods, candidatesFor(pods, job));
  const tally = tallyOf(job, mine, memory.released.get(key) ?? new Set());
  const suspended = job.spec?.suspend === true;
  const turn: Turn = {
    host,
    memory,
    key,
    pods: mine,
    tally,
    job,
    active: tally.active.length,
    ready: tally.ready,
    terminating: tally.terminating,
    wait: undefined,
    conditions: job.status?.conditions ?? [],
    startTime: job.status?.startTime ?? (suspended ? undefined : rfc3339(now)),
  };
  const started = {
    ...job,
    status: { ...job.status, ...(turn.startTime === undefined ? {} : { startTime: turn.startTime }) },
  };
  const record = backoffAfter(memory.backoff.get(key) ?? NO_FAILURES, tally.newSucceeded, tally.newFailed);
  const verdict = verdictOn(started, mine, tally, now);
  const { failure, finished } =
    verdict === undefined ? yield* goOn(turn, met, record, now) : yield* wrapUp(turn, met, verdict);
  yield* track(turn, finished, record, now);
  if (failure !== undefined) throw failure;
  const deadline = verdict === undefined ? deadlineIn(started, now) : undefined;
  const waits = [turn.wait, deadline].filter((one) => one !== undefined);
  return waits.length === 0 ? undefined : { after: durationMs(Math.max(1, Math.min(...waits))) };
}

interface Outcome {
  readonly failure: unknown;
  /** How the job ends, if it does. */
  readonly finished: V1JobCondition | undefined;
}

/** The job ends: its active pods go. As long as some can't be deleted, it isn't over. */
function* wrapUp(turn: Turn, met: boolean, verdict: V1JobCondition): Work<Outcome> {
  const { failure, gone } = yield* removePods(turn, turn.tally.active, false);
  const all = gone === turn.tally.active.length && met;
  return { failure, finished: all ? verdict : undefined };
}

function* goOn(turn: Turn, met: boolean, record: BackoffRecord, now: TimeMs): Work<Outcome> {
  const { job, tally } = turn;
  const manages = met && job.metadata?.deletionTimestamp === undefined;
  const failure = manages ? yield* manage(turn, record, now) : undefined;
  const { completions } = job.spec ?? {};
  const done = completions === undefined ? tally.succeeded > 0 : tally.succeeded >= completions;
  if (done && turn.active === 0) {
    const message = 'Reached expected number of succeeded pods';
    return { failure, finished: jobCondition('SuccessCriteriaMet', 'True', 'CompletionsReached', message, now) };
  }
  if (manages) noteSuspension(turn, now);
  return { failure, finished: undefined };
}

/** Says that the job stands still or goes on; its time starts anew then. */
function noteSuspension(turn: Turn, now: TimeMs): void {
  const suspended = turn.job.spec?.suspend === true;
  const known = turn.conditions.find(({ type }) => type === 'Suspended');
  if (known === undefined ? !suspended : (known.status === 'True') === suspended) return;
  const next = suspended
    ? jobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', now)
    : jobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', now);
  turn.conditions =
    known === undefined ? [...turn.conditions, next] : turn.conditions.map((one) => (one === known ? next : one));
  turn.startTime = suspended ? undefined : rfc3339(now);
  note(turn, 'Normal', suspended ? 'Suspended' : 'Resumed', next.message ?? '');
}

/** Brings the number of active pods to what is wanted now. */
function* manage(turn: Turn, record: BackoffRecord, now: TimeMs): Work<unknown> {
  const { job, tally } = turn;
  const { parallelism = 1, completions, suspend } = job.spec ?? {};
  const active = tally.active.length;
  if (suspend === true) return (yield* removePods(turn, podsToRemove(job, tally.active, active), true)).failure;
  const left = completions === undefined ? (tally.succeeded > 0 ? active : parallelism) : completions - tally.succeeded;
  const wanted = Math.max(0, completions === undefined ? left : Math.min(left, parallelism));
  const doomed = podsToRemove(job, tally.active, Math.max(0, active - wanted)).slice(0, BURST);
  if (doomed.length > 0) return (yield* removePods(turn, doomed, true)).failure;
  const waiting = replacesOnlyFailed(job) ? tally.terminating : 0;
  const missing = wanted - waiting - active;
  if (missing <= 0) return undefined;
  const wait = job.spec?.backoffLimitPerIndex === undefined ? backoffLeft(record.failures, record.last, now) : 0;
  if (wait > 0) {
    turn.wait = wait;
    return undefined;
  }
  return yield* addPods(turn, Math.min(missing, BURST), now);
}

function* addPods(turn: Turn, missing: number, now: TimeMs): Work<unknown> {
  const { job, tally, memory, key, host } = turn;
  const indexes = isIndexed(job) ? indexesToAdd(turn, missing, now) : undefined;
  const count = indexes === undefined ? missing : indexes.length;
  if (count === 0) return undefined;
  expectCreations(memory.expectations, key, count, now);
  const control: PodControl = { client: host.client, events: host.events, parent: job, parentType: Jobs };
  turn.active += count;
  const batch = yield* makePods(control, memory.expectations, count, (n) => {
    const index = indexes?.[n];
    return newPodOf(job, index, index === undefined ? undefined : tally.delayed.get(index));
  });
  turn.active -= count - batch.done;
  return batch.error;
}

/** The lowest indexes that nobody works on; those that have to wait after a failure come later. */
function indexesToAdd(turn: Turn, count: number, now: TimeMs): readonly number[] {
  const { job, pods, tally } = turn;
  const going = replacesOnlyFailed(job)
    ? pods.filter((pod) => isGoing(pod) && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded')
    : [];
  const busy = new Set([...tally.active, ...going].map(indexOf));
  const free: number[] = [];
  for (let index = 0; index < (job.spec?.completions ?? 0) && free.length < count; index++)
    if (!busy.has(index) && !tally.succeededIndexes.has(index) && tally.failedIndexes?.has(index) !== true)
      free.push(index);
  if (job.spec?.backoffLimitPerIndex === undefined) return free;
  const waits = free.map((index) => {
    const failed = tally.delayed.get(index);
    return failed === undefined ? 0 : backoffLeft(failuresBefore(failed) + 1, finishedAt(failed), now);
  });
  const ready = free.filter((_, i) => waits[i] === 0);
  if (ready.length === 0 && waits.length > 0) turn.wait = Math.min(...waits);
  return ready;
}

/** `unwanted`: they are taken out of the count before they go. */
function* removePods(
  turn: Turn,
  pods: readonly V1Pod[],
  unwanted: boolean,
): Work<{ readonly failure: unknown; readonly gone: number }> {
  const { host, memory, key, job } = turn;
  const control: PodControl = { client: host.client, events: host.events, parent: job, parentType: Jobs };
  if (unwanted && pods.length > 0) expectDeletions(memory.expectations, key, pods.map(keyOf), host.component.now());
  let failure: unknown;
  let gone = 0;
  for (const pod of pods) {
    try {
      if (unwanted && isTracked(pod)) yield* release(host.client, pod);
      yield* deletePod(control, pod);
      gone++;
      if (isReady(pod)) turn.ready--;
    } catch (error) {
      deletionObserved(memory.expectations, key, keyOf(pod));
      failure ??= error;
    }
  }
  turn.active -= gone;
  turn.terminating += gone;
  return { failure, gone };
}
