// Timestamps and durations: their texts, their parts, and sums and differences of them.

import { daysIn, daysOf } from '../../civil.ts';
import { DurationError, parseDuration } from '../../duration.ts';
import {
  type Duration,
  duration,
  type Failure,
  failure,
  int,
  isFailure,
  type Result,
  type Timestamp,
  timestamp,
} from '../values.ts';
import { type CivilTime, civilTime, zoneOffset } from './calendar.ts';
import { fixed, INT_OVERFLOW, MAX_INT, MIN_INT } from './numbers.ts';

const SECOND = 1_000_000_000n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

const TIMESTAMP_OVERFLOW = failure('timestamp overflow');

function floorSeconds(nanos: bigint): bigint {
  return (nanos - (((nanos % SECOND) + SECOND) % SECOND)) / SECOND;
}

/** A timestamp within the years that CEL knows. */
export function checkedTimestamp(nanos: bigint, offsetSeconds = 0): Timestamp | Failure {
  const seconds = floorSeconds(nanos);
  return seconds < MIN_SECONDS || seconds > MAX_SECONDS ? TIMESTAMP_OVERFLOW : timestamp(nanos, offsetSeconds);
}

function checkedDuration(nanos: bigint): Result {
  return nanos > MAX_INT || nanos < MIN_INT ? INT_OVERFLOW : duration(nanos);
}

export function addToTimestamp(time: Timestamp, length: Duration): Result {
  return checkedTimestamp(time.nanos + length.nanos, time.offsetSeconds);
}

export function subtractFromTimestamp(time: Timestamp, length: Duration): Result {
  const negated = negateDuration(length);
  return isFailure(negated) ? negated : checkedTimestamp(time.nanos - length.nanos, time.offsetSeconds);
}

export function betweenTimestamps(later: Timestamp, earlier: Timestamp): Result {
  return checkedDuration(later.nanos - earlier.nanos);
}

export function addDurations(a: Duration, b: Duration): Result {
  return checkedDuration(a.nanos + b.nanos);
}

export function subtractDurations(a: Duration, b: Duration): Result {
  return checkedDuration(a.nanos - b.nanos);
}

export function negateDuration(a: Duration): Result {
  return checkedDuration(-a.nanos);
}

// --- texts

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Reads RFC 3339, as leniently as Go; undefined when it isn't. */
export function parseTimestamp(text: string): Timestamp | Failure | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', zone = 'Z'] = match.slice(7);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const offset = offsetOf(zone);
  if (offset === undefined) return undefined;
  const total = daysOf({ year, month, day }) * 86_400 + hours * 3600 + minutes * 60 + seconds - offset;
  return checkedTimestamp(BigInt(total) * SECOND + BigInt(fraction.padEnd(9, '0').slice(0, 9)), offset);
}

function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 24 || minutes > 60) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** `2026-01-01T00:00:00Z`, with as many digits of the fraction as there are. */
export function formatTimestamp({ nanos, offsetSeconds }: Timestamp): string {
  const seconds = floorSeconds(nanos);
  const { year, month, day, ...clock } = civilTime(Number(seconds) + offsetSeconds);
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(clock.hours)}:${pad(clock.minutes)}:${pad(clock.seconds)}`;
  const rest = nanos - seconds * SECOND;
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  return `${date}${fraction}${formatOffset(offsetSeconds)}`;
}

function formatOffset(seconds: number): string {
  if (seconds === 0) return 'Z';
  const minutes = Math.abs(Math.trunc(seconds / 60));
  return `${seconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** Reads `1h30m`; undefined when it is no duration. */
export function parseDurationText(text: string): Duration | undefined {
  try {
    return duration(parseDuration(text));
  } catch (error) {
    if (error instanceof DurationError) return undefined;
    throw error;
  }
}

/** All in seconds: `5400s`, `0.5s`. */
export function formatSeconds({ nanos }: Duration): string {
  return `${fixed(Number(nanos / SECOND) + Number(nanos % SECOND) / 1e9)}s`;
}

// --- parts

export type TimePart =
  | 'getFullYear'
  | 'getMonth'
  | 'getDayOfYear'
  | 'getDayOfMonth'
  | 'getDate'
  | 'getDayOfWeek'
  | 'getHours'
  | 'getMinutes'
  | 'getSeconds'
  | 'getMilliseconds';

const PARTS: Readonly<Record<TimePart, (time: CivilTime, millis: number) => number>> = {
  getFullYear: ({ year }) => year,
  getMonth: ({ month }) => month - 1,
  getDayOfYear: ({ dayOfYear }) => dayOfYear,
  getDayOfMonth: ({ day }) => day - 1,
  getDate: ({ day }) => day,
  getDayOfWeek: ({ weekday }) => weekday,
  getHours: ({ hours }) => hours,
  getMinutes: ({ minutes }) => minutes,
  getSeconds: ({ seconds }) => seconds,
  getMilliseconds: (_, millis) => millis,
};

/** A part of a timestamp in UTC, in a named zone, or so far from UTC: `Asia/Tokyo`, `+09:00`. */
export function partOfTimestamp(part: TimePart, { nanos }: Timestamp, zone = 'UTC'): Result {
  const seconds = floorSeconds(nanos);
  const offset = offsetIn(zone, Number(seconds));
  if (typeof offset !== 'number') return offset;
  return PARTS[part](civilTime(Number(seconds) + offset), Number((nanos - seconds * SECOND) / 1_000_000n));
}

function offsetIn(zone: string, seconds: number): number | Failure {
  const colon = zone.indexOf(':');
  if (colon < 0 && /^[/\\]|\.\./.test(zone)) return failure('time: invalid location name');
  if (colon < 0) return zoneOffset(zone, seconds) ?? failure(`unknown time zone ${zone}`);
  const hours = zone.slice(0, colon);
  const minutes = zone.slice(colon + 1);
  for (const text of [hours, minutes]) {
    if (!/^[+-]?\d{1,18}$/.test(text)) return failure(`strconv.Atoi: parsing "${text}": invalid syntax`);
  }
  const extra = zone.startsWith('-') ? -Number(minutes) : Number(minutes);
  return (Number(hours) * 60 + extra) * 60;
}

const DURATION_PARTS: Readonly<Partial<Record<TimePart, bigint>>> = {
  getHours: 3600n * SECOND,
  getMinutes: 60n * SECOND,
  getSeconds: SECOND,
  getMilliseconds: 1_000_000n,
};

/** A whole duration in hours, minutes, ... */
export function partOfDuration(part: TimePart, { nanos }: Duration): Result {
  const unit = DURATION_PARTS[part];
  return unit === undefined ? failure(`no such overload: ${part}`) : int(nanos / unit);
}
