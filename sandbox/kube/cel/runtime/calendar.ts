// The calendar without a clock: days, months and years of a number of seconds, in UTC or elsewhere.

import { dateOf, daysOf } from '../../civil.ts';

const DAY_SECONDS = 86_400;

export interface CivilTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  /** Of the month, from 1. */
  readonly day: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  /** From 0, Sunday. */
  readonly weekday: number;
  /** Of the year, from 0. */
  readonly dayOfYear: number;
}

/** Seconds since 1970, of any sign. */
export function civilTime(seconds: number): CivilTime {
  const days = Math.floor(seconds / DAY_SECONDS);
  const rest = seconds - days * DAY_SECONDS;
  const { year, month, day } = dateOf(days);
  return {
    year,
    month,
    day,
    hours: Math.floor(rest / 3600),
    minutes: Math.floor(rest / 60) % 60,
    seconds: rest % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysOf({ year, month: 1, day: 1 }),
  };
}

/** How far a zone of the time zone database is east of UTC at a time; undefined when there is no such zone. */
export function zoneOffset(name: string, seconds: number): number | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return 0;
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone: name, ...ZONE_PARTS });
    const parts = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const local = daysOf({ year: part('year'), month: part('month'), day: part('day') }) * DAY_SECONDS;
    return local + (part('hour') % 24) * 3600 + part('minute') * 60 + part('second') - seconds;
  } catch {
    return undefined;
  }
}

const ZONE_PARTS: Intl.DateTimeFormatOptions = {
  calendar: 'iso8601',
  numberingSystem: 'latn',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
};
