// When a schedule comes round: in the time of a zone, with its changes of the clock. Pure.

import type { CronField, CronSchedule, CronTimes } from '../../kube/cron.ts';
import { type TimeMs, timeMs } from '../../time/units.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What doesn't come round within five years (30 February) never does. */
const HORIZON = 5 * 366 * DAY;

/** Minutes that a zone's clock is ahead of UTC at a moment. */
export type OffsetAt = (utcMs: number) => number;

/** UTC unless a name is given. */
export function offsetsOf(zone: string | undefined): OffsetAt {
  if (zone === undefined || zone === '' || zone === 'UTC' || zone === 'Local') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (utcMs) => {
    const parts = new Map(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
    const part = (name: string) => parts.get(name as Intl.DateTimeFormatPartTypes) ?? 0;
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return Math.round((local - Math.floor(utcMs / 1000) * 1000) / MINUTE);
  };
}

/** The first moment after `time`; undefined when there is none. */
export function nextTime(schedule: CronSchedule, time: TimeMs, offsetAt: OffsetAt): TimeMs | undefined {
  if (schedule.type === 'every') return timeMs(Math.floor(time / 1000) * 1000 + schedule.ms);
  let utc = Math.floor(time / MINUTE) * MINUTE + MINUTE;
  const end = utc + HORIZON;
  while (utc < end) {
    const local = utc + offsetAt(utc) * MINUTE;
    const next = step(schedule, local);
    if (next === local) return timeMs(utc);
    // A jump across a change of the clock lands on the right side, or is corrected by the next step.
    const guess = next - offsetAt(next - offsetAt(utc) * MINUTE) * MINUTE;
    utc = Math.max(guess, utc + MINUTE);
  }
  return undefined;
}

/** The same local time if it matches; otherwise the beginning of the next month, day, hour or minute that might. */
function step(schedule: CronTimes, local: number): number {
  const date = new Date(local);
  const [year, month, day, hour] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours()];
  if (!allows(schedule.month, month + 1)) return Date.UTC(year, month + 1, 1);
  if (!allowsDay(schedule, day, date.getUTCDay())) return Date.UTC(year, month, day + 1);
  if (!allows(schedule.hour, hour)) return Date.UTC(year, month, day, hour + 1);
  return allows(schedule.minute, date.getUTCMinutes()) ? local : local + MINUTE;
}

function allows({ values }: CronField, value: number): boolean {
  return values.includes(value);
}

/** Beside a star, the other field decides; of two restricted ones either may match. */
function allowsDay({ dayOfMonth, dayOfWeek }: CronTimes, day: number, weekday: number): boolean {
  const [byMonth, byWeek] = [allows(dayOfMonth, day), allows(dayOfWeek, weekday)];
  return dayOfMonth.star || dayOfWeek.star ? byMonth && byWeek : byMonth || byWeek;
}

/** `Mon, 02 Jan 2006 15:04:05 +0000` */
export function rfc1123(time: TimeMs): string {
  return `${new Date(time).toUTCString().replace(' GMT', '')} +0000`;
}

/** `2026-11-20T22:00:00+01:00`: with the zone's own offset. */
export function zonedTime(time: TimeMs, offsetAt: OffsetAt): string {
  const offset = offsetAt(time);
  const local = new Date(time + offset * MINUTE).toISOString().slice(0, 19);
  if (offset === 0) return `${local}Z`;
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
