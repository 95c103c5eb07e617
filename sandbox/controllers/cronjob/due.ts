// Which run of a CronJob is due, and when to look again. Pure.

import type { CronSchedule } from '../../kube/cron.ts';
import type { V1CronJob } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs, timeMs } from '../../time/units.ts';
import { nextTime, type OffsetAt } from './schedule.ts';

const SECOND = 1000;
/** More missed runs than this are complained about. */
const MISSED_MAX = 100;
/** A little later than the moment itself, so that it has surely come. */
const DELTA = 100;

export interface Due {
  /** The last run that should have begun by now. */
  readonly time: TimeMs | undefined;
  readonly tooMany: boolean;
  /** There is no such time: 30 February. */
  readonly impossible: boolean;
}

interface MostRecent {
  readonly earliest: TimeMs;
  readonly time: TimeMs | undefined;
  readonly missed: number;
}

function mostRecent(
  { metadata, spec, status }: V1CronJob,
  schedule: CronSchedule,
  offsetAt: OffsetAt,
  now: TimeMs,
  withDeadline: boolean,
): MostRecent {
  const created = parseTime(metadata?.creationTimestamp) ?? now;
  const last = parseTime(status?.lastScheduleTime ?? undefined) ?? created;
  const deadline =
    withDeadline && spec?.startingDeadlineSeconds !== undefined ? now - spec.startingDeadlineSeconds * SECOND : 0;
  const earliest = timeMs(Math.max(last, deadline));
  const first = nextTime(schedule, earliest, offsetAt);
  if (first === undefined || now < first) return { earliest, time: undefined, missed: 0 };
  const second = nextTime(schedule, first, offsetAt);
  if (second === undefined || now < second) return { earliest, time: first, missed: 0 };
  const period = Math.round((second - first) / SECOND);
  const missed = Math.floor(Math.floor((now - first) / SECOND) / period) + 1;
  let time: TimeMs | undefined;
  let next = nextTime(schedule, timeMs(first + (missed - 2) * period * SECOND), offsetAt);
  for (; next !== undefined && next <= now; next = nextTime(schedule, next, offsetAt)) time = next;
  return { earliest, time, missed };
}

export function dueRun(job: V1CronJob, schedule: CronSchedule, offsetAt: OffsetAt, now: TimeMs): Due {
  const { earliest, time, missed } = mostRecent(job, schedule, offsetAt, now, true);
  const impossible = time === undefined && nextTime(schedule, earliest, offsetAt) === undefined;
  return { time, tooMany: time !== undefined && missed > MISSED_MAX, impossible };
}

/** Milliseconds until the next run; undefined when there is none. */
export function nextRunIn(job: V1CronJob, schedule: CronSchedule, offsetAt: OffsetAt, now: TimeMs): number | undefined {
  const { earliest, time, missed } = mostRecent(job, schedule, offsetAt, now, false);
  const next = nextTime(schedule, time ?? (missed === 0 ? earliest : now), offsetAt);
  return next === undefined ? undefined : Math.max(1, next + DELTA - now);
}
