// Cron schedules, as CronJobs write them: five fields or a descriptor (`@daily`, `@every 1h30m`).

import { DurationError, parseDurationMs } from './duration.ts';
import { integerError } from './go/integer.ts';

/** The moments that one field allows. */
export interface CronField {
  /** Ascending. Empty when nothing is allowed, as for a field that is only a comma. */
  readonly values: readonly number[];
  /** It was `*` or `?`: of two restricted day fields either may match, beside a star the other decides. */
  readonly star: boolean;
}

export interface CronTimes {
  readonly type: 'times';
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  /** 0 is Sunday. */
  readonly dayOfWeek: CronField;
  /** Of a `TZ=` prefix. */
  readonly timeZone?: string;
}

export type CronSchedule = CronTimes | { readonly type: 'every'; readonly ms: number };

/** A text is no schedule. The message is the server's. */
export class CronError extends Error {}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MINUTE: Bounds = { min: 0, max: 59 };
const HOUR: Bounds = { min: 0, max: 23 };
const DAY_OF_MONTH: Bounds = { min: 1, max: 31 };
const MONTH: Bounds = {
  min: 1,
  max: 12,
  names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
};
const DAY_OF_WEEK: Bounds = { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] };

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

const EVERY = '@every ';

/** Reads a schedule; throws a CronError when the text is none. */
export function parseCron(text: string): CronSchedule {
  if (text === '') throw new CronError('empty spec string');
  const zone = /^(?:CRON_)?TZ=/.test(text) ? zoneOf(text) : undefined;
  const schedule = zone === undefined ? text : text.slice(text.indexOf(' ')).trim();
  if (schedule.startsWith(EVERY)) return { type: 'every', ms: everyMs(schedule) };
  const fields = DESCRIPTORS.get(schedule) ?? schedule;
  if (fields.startsWith('@')) throw new CronError(`unrecognized descriptor: ${schedule}`);
  const times = parseTimes(fields.split(/\s+/).filter((field) => field !== ''));
  return zone === undefined ? times : { ...times, timeZone: zone };
}

/** Why the text is no schedule; undefined when it is one. */
export function cronError(text: string): string | undefined {
  try {
    parseCron(text);
    return undefined;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

/** Whether the time zone database has this name. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

function zoneOf(text: string): string {
  const start = text.indexOf('=') + 1;
  const end = text.indexOf(' ');
  // The real server stumbles over this, and says so.
  if (end < 0) throw new CronError('invalid schedule format: runtime error: slice bounds out of range [:-1]');
  const zone = text.slice(start, end);
  if (zone === '') return 'UTC';
  if (!isTimeZone(zone)) throw new CronError(`provided bad location ${zone}: unknown time zone ${zone}`);
  return zone;
}

/** Shorter than a second is a second; fractions of one are dropped. */
function everyMs(descriptor: string): number {
  try {
    const ms = parseDurationMs(descriptor.slice(EVERY.length));
    return Math.max(1000, Math.trunc(ms / 1000) * 1000);
  } catch (error) {
    if (error instanceof DurationError) {
      throw new CronError(`failed to parse duration ${descriptor}: ${error.message}`);
    }
    throw error;
  }
}

function parseTimes(fields: readonly string[]): CronTimes {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  if (fields.length > 5 || dayOfWeek === undefined) {
    throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  return {
    type: 'times',
    minute: parseField(minute ?? '', MINUTE),
    hour: parseField(hour ?? '', HOUR),
    dayOfMonth: parseField(dayOfMonth ?? '', DAY_OF_MONTH),
    month: parseField(month ?? '', MONTH),
    dayOfWeek: parseField(dayOfWeek, DAY_OF_WEEK),
  };
}

function parseField(text: string, bounds: Bounds): CronField {
  const ranges = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => parseRange(part, bounds));
  const values = new Set(ranges.flatMap((range) => range.values));
  return { values: [...values].sort((a, b) => a - b), star: ranges.some((range) => range.star) };
}

function parseRange(text: string, bounds: Bounds): CronField {
  const parts = text.split('/');
  const { start, end, star } = boundsOf(text, parts[0] ?? '', bounds);
  if (parts.length > 2) throw new CronError(`too many slashes: ${text}`);
  const step = parts[1] === undefined ? 1 : parseNumber(parts[1]);
  // `5/10` means from 5 on.
  const last = parts[1] !== undefined && !parts[0]?.includes('-') ? bounds.max : end;
  checkRange(text, start, last, step, bounds);
  const values = [];
  for (let value = start; value <= last; value += step) values.push(value);
  return { values, star: star && step === 1 };
}

function boundsOf(
  text: string,
  range: string,
  bounds: Bounds,
): { readonly start: number; readonly end: number; readonly star: boolean } {
  const [low = '', high, ...more] = range.split('-');
  if (low === '*' || low === '?') return { start: bounds.min, end: bounds.max, star: true };
  const start = parseNumberOrName(low, bounds);
  if (more.length > 0) throw new CronError(`too many hyphens: ${text}`);
  return { start, end: high === undefined ? start : parseNumberOrName(high, bounds), star: false };
}

function checkRange(text: string, start: number, end: number, step: number, { min, max }: Bounds): void {
  if (start < min) throw new CronError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new CronError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
}

function parseNumberOrName(text: string, { names }: Bounds): number {
  const named = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1);
  return named < 0 ? parseNumber(text) : named;
}

function parseNumber(text: string): number {
  const why = integerError(text);
  if (why !== undefined) throw new CronError(`failed to parse int from ${text}: ${why}`);
  const value = Number(text);
  if (value < 0) throw new CronError(`negative number (${value}) not allowed: ${text}`);
  return value;
}
