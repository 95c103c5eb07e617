// The CronJob controller makes a Job each time its schedule comes round.
//
// observe: cron jobs and their jobs.
// diff:    cronjob/due.ts says which run is due and when the next one is.
// act:     make the job, forget old ones, write the status.

import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { CronError, type CronSchedule, isTimeZone, parseCron } from '../kube/cron.ts';
import { sameJson } from '../kube/json.ts';
import { reasonOf } from '../kube/status.ts';
import { messageOf } from '../kube/thrown.ts';
import { CronJobs, Jobs } from '../schema/generated/resources.ts';
import type { V1CronJob, V1CronJobStatus, V1Job, V1ObjectReference } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, parseTime, rfc3339, type TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { dueRun, nextRunIn } from './cronjob/due.ts';
import { type OffsetAt, offsetsOf, rfc1123, zonedTime } from './cronjob/schedule.ts';
import { isFinished, trueCondition } from './job/tally.ts';
import { childrenOf, indexByController, parentOf } from './shared/children.ts';
import { isNamespaceGoing } from './shared/errors.ts';
import { controllerOf, controllerReference } from './shared/owners.ts';
import { isBehind, LATER, newWritten, noteGone, noteWritten, type Written } from './shared/readback.ts';
import { enqueueChanges } from './shared/wake.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
const TZ_HELP = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/';

export const cronJobController: Controller = {
  name: 'cronjob-controller',
  setup(host) {
    const { component, client } = host;
    const crons = component.informer(CronJobs);
    const jobs = component.informer(Jobs);
    const written = component.memory<Written>('cron jobs written', newWritten);
    indexByController(jobs);
    const queue = component.queue(
      'cronjob',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, crons, jobs, written()),
      client,
    );
    enqueueChanges(crons, queue);
    crons.on(({ type, object }) => {
      if (type === 'deleted') noteGone(written(), keyOf(object));
    });
    jobs.on(({ object, causes }) => {
      const owner = parentOf(crons, object);
      if (owner !== undefined) queue.add(keyOf(owner), causes);
    });
  },
};

/** What one turn works with; `status` is the one to report. */
interface Turn {
  readonly host: ControllerHost;
  readonly cron: V1CronJob;
  readonly jobs: readonly V1Job[];
  readonly now: TimeMs;
  status: V1CronJobStatus;
}

function* reconcile(
  host: ControllerHost,
  key: string,
  crons: Informer<V1CronJob>,
  jobs: Informer<V1Job>,
  written: Written,
): Work<Requeue> {
  const cron = crons.get(key);
  const now = host.component.now();
  if (cron === undefined) return undefined;
  if (isBehind(written, crons, [key], now)) return LATER;
  const turn: Turn = { host, cron, jobs: childrenOf(jobs, cron), now, status: cron.status ?? {} };
  yield* forgetOld(turn);
  yield* lookAfterJobs(turn);
  let failure: unknown;
  let wait: number | undefined;
  try {
    wait = yield* schedule(turn);
  } catch (error) {
    failure = error;
  }
  if (!sameJson(turn.status, cron.status ?? {})) {
    const made = yield* host.client.updateStatus(CronJobs, { ...cron, status: turn.status });
    noteWritten(written, key, made, now);
  }
  if (failure !== undefined) throw failure;
  return wait === undefined ? undefined : { after: durationMs(wait) };
}

function activeOf({ status }: Turn): readonly V1ObjectReference[] {
  return status.active ?? [];
}

function withActive(status: V1CronJobStatus, active: readonly V1ObjectReference[]): V1CronJobStatus {
  const { active: _, ...rest } = status;
  return active.length === 0 ? rest : { ...rest, active };
}

function forgetActive(turn: Turn, uid: string | undefined): void {
  turn.status = withActive(
    turn.status,
    activeOf(turn).filter((one) => one.uid !== uid),
  );
}

/** Jobs that have ended or gone since the last look. */
function* lookAfterJobs(turn: Turn): Work<void> {
  const { client } = turn.host;
  for (const job of turn.jobs) {
    const { name = '', uid } = job.metadata ?? {};
    const isActive = activeOf(turn).some((one) => one.uid === uid);
    if (!isFinished(job)) {
      if (isActive || (yield* isKnown(turn, uid))) continue;
      note(turn, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`);
      continue;
    }
    const succeeded = trueCondition(job, 'Complete') !== undefined;
    if (isActive) {
      forgetActive(turn, uid);
      const condition = succeeded ? 'Complete' : 'Failed';
      note(turn, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${condition}`);
    }
    const ended = parseTime(job.status?.completionTime ?? undefined);
    const last = parseTime(turn.status.lastSuccessfulTime ?? undefined);
    if (succeeded && ended !== undefined && (last === undefined || ended > last))
      turn.status = { ...turn.status, lastSuccessfulTime: rfc3339(ended) };
  }
  for (const { name = '', namespace, uid } of activeOf(turn)) {
    if (turn.jobs.some(({ metadata }) => metadata?.uid === uid)) continue;
    if ((yield* client.find(Jobs, { name, namespace })) !== undefined) continue;
    note(turn, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
    forgetActive(turn, uid);
  }
}

/** The server may know of an active job of which the cache doesn't. */
function* isKnown(turn: Turn, uid: string | undefined): Work<boolean> {
  const { name = '', namespace } = turn.cron.metadata ?? {};
  const fresh = yield* turn.host.client.find(CronJobs, { name, namespace });
  return fresh?.status?.active?.some((one) => one.uid === uid) === true;
}

/** Begins the run that is due; answers the milliseconds until the next one. */
function* schedule(turn: Turn): Work<number | undefined> {
  const { cron, now } = turn;
  const { spec } = cron;
  if (cron.metadata?.deletionTimestamp !== undefined) return undefined;
  const zone = spec?.timeZone;
  if (zone !== undefined && !isTimeZone(zone)) {
    note(turn, 'Warning', 'UnknownTimeZone', `invalid timeZone: "${zone}": unknown time zone ${zone}`);
    return undefined;
  }
  if (spec?.suspend === true) return undefined;
  const times = readSchedule(turn);
  if (times === undefined) return undefined;
  const offsetAt = offsetsOf(zone ?? (times.type === 'times' ? times.timeZone : undefined));
  const { time, tooMany, impossible } = dueRun(cron, times, offsetAt, now);
  if (impossible) {
    const message = `invalid schedule: ${spec?.schedule ?? ''} : time difference between two schedules is less than 1 second`;
    note(turn, 'Warning', 'InvalidSchedule', message);
    return undefined;
  }
  const wait = nextRunIn(cron, times, offsetAt, now);
  if (time === undefined) return wait;
  if (tooMany) {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    note(turn, 'Warning', 'TooManyMissedTimes', message);
  }
  const deadline = spec?.startingDeadlineSeconds;
  if (deadline !== undefined && time + deadline * 1000 < now) {
    note(turn, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(time)}`);
    return wait;
  }
  const name = jobName(cron, time);
  const isDone =
    activeOf(turn).some((one) => one.name === name) || parseTime(turn.status.lastScheduleTime ?? undefined) === time;
  if (isDone) return wait;
  if (spec?.concurrencyPolicy === 'Forbid' && activeOf(turn).length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    note(turn, 'Normal', 'JobAlreadyActive', message);
    return wait;
  }
  if (spec?.concurrencyPolicy === 'Replace') yield* replaceActive(turn);
  yield* begin(turn, time, offsetAt);
  return nextRunIn({ ...cron, status: turn.status }, times, offsetAt, now);
}

function readSchedule(turn: Turn): CronSchedule | undefined {
  const text = turn.cron.spec?.schedule ?? '';
  if (text.includes('TZ')) {
    const message = `CRON_TZ or TZ used in schedule "${text}" is not officially supported, see ${TZ_HELP} for more details`;
    note(turn, 'Warning', 'UnsupportedSchedule', message);
  }
  try {
    return parseCron(text);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    note(turn, 'Warning', 'UnparseableSchedule', `unparseable schedule: "${text}" : ${error.message}`);
    return undefined;
  }
}

function* replaceActive(turn: Turn): Work<void> {
  for (const { name = '', namespace } of activeOf(turn)) {
    try {
      const job = yield* turn.host.client.get(Jobs, { name, namespace });
      if (!(yield* remove(turn, job))) throw new Error(`could not replace job ${keyOf(job)}`);
    } catch (error) {
      if (reasonOf(error) !== undefined) note(turn, 'Warning', 'FailedGet', `Get job: ${messageOf(error)}`);
      throw error;
    }
  }
}

function jobName({ metadata }: V1CronJob, time: TimeMs): string {
  return `${metadata?.name ?? ''}-${Math.floor(time / 60_000)}`;
}

function* begin(turn: Turn, time: TimeMs, offsetAt: OffsetAt): Work<void> {
  const { cron, host } = turn;
  const wanted = jobOf(cron, time, offsetAt);
  let job: V1Job;
  try {
    job = yield* host.client.create(Jobs, wanted);
    note(turn, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata?.name ?? ''}`);
  } catch (error) {
    if (isNamespaceGoing(error)) throw error;
    if (reasonOf(error) !== 'AlreadyExists') {
      note(turn, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
      throw error;
    }
    const { name = '', namespace } = wanted.metadata ?? {};
    job = yield* host.client.get(Jobs, { name, namespace });
    const isOurs = controllerOf(job)?.uid === cron.metadata?.uid;
    if (!isOurs || activeOf(turn).some((one) => one.uid === job.metadata?.uid)) return;
  }
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = job.metadata ?? {};
  const reference = { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
  turn.status = { ...withActive(turn.status, [...activeOf(turn), reference]), lastScheduleTime: rfc3339(time) };
}

function jobOf(cron: V1CronJob, time: TimeMs, offsetAt: OffsetAt): V1Job {
  const { metadata, spec } = cron.spec?.jobTemplate ?? {};
  const annotations = { ...metadata?.annotations, [SCHEDULED_AT]: zonedTime(time, offsetAt) };
  return {
    metadata: {
      name: jobName(cron, time),
      namespace: cron.metadata?.namespace ?? '',
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      annotations,
      ownerReferences: [controllerReference(cron, CronJobs)],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** Finished jobs beyond the limits of history go, the oldest first. */
function* forgetOld(turn: Turn): Work<void> {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = turn.cron.spec ?? {};
  for (const [type, limit] of [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ] as const) {
    if (limit === undefined) continue;
    const jobs = turn.jobs.filter((job) => trueCondition(job, type) !== undefined).sort(byStart);
    for (const job of jobs.slice(0, Math.max(0, jobs.length - limit)))
      if (job.metadata?.deletionTimestamp === undefined) yield* remove(turn, job);
  }
}

function byStart(a: V1Job, b: V1Job): number {
  const start = ({ status }: V1Job) => parseTime(status?.startTime ?? undefined) ?? Number.POSITIVE_INFINITY;
  const [left, right] = [start(a), start(b)];
  return left === right ? ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1) : left - right;
}

function* remove(turn: Turn, job: V1Job): Work<boolean> {
  const { name = '', namespace, uid } = job.metadata ?? {};
  try {
    yield* turn.host.client.delete(Jobs, { name, namespace }, { propagationPolicy: 'Background' });
  } catch (error) {
    note(turn, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
    return false;
  }
  forgetActive(turn, uid);
  note(turn, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  return true;
}

function note({ host, cron }: Turn, type: 'Normal' | 'Warning', reason: string, message: string): void {
  host.events.note({ about: cron, type, reason, message, causes: host.client.caller.origin.causes });
}
