// Dates by format, as strftime(3) with GNU's flags. Machines live in UTC unless TZ says otherwise with a fixed offset.

import { DAYS, MONTHS, SHORT_DAYS, SHORT_MONTHS } from '../../calendar.ts';

export interface Zone {
  readonly name: string;
  /** Minutes east of UTC. */
  readonly minutes: number;
}

export const UTC: Zone = { name: 'UTC', minutes: 0 };

/** Places whose offset never changes; all others are refused by who asks. */
const PLACES: ReadonlyMap<string, Zone> = new Map([
  ['UTC', UTC],
  ['Etc/UTC', UTC],
  ['GMT', { name: 'GMT', minutes: 0 }],
  ['Asia/Tokyo', { name: 'JST', minutes: 540 }],
  ['Japan', { name: 'JST', minutes: 540 }],
  ['Asia/Shanghai', { name: 'CST', minutes: 480 }],
  ['Asia/Singapore', { name: '+08', minutes: 480 }],
  ['Asia/Seoul', { name: 'KST', minutes: 540 }],
  ['Asia/Kolkata', { name: 'IST', minutes: 330 }],
]);

/** The zone that TZ names: a place, or `JST-9`. UTC when it is none that is known, as libc does. */
export function zoneOf(tz: string | undefined): Zone {
  if (tz === undefined || tz === '') return UTC;
  const place = PLACES.get(tz.replace(/^:/, ''));
  if (place !== undefined) return place;
  const fixed = /^([A-Za-z]{3,}|<[^>]+>)([-+]?)(\d{1,2})(?::(\d{2}))?/.exec(tz);
  if (fixed === null) return { name: /^[A-Za-z]+/.exec(tz)?.[0] ?? 'UTC', minutes: 0 };
  const minutes = Number(fixed[3]) * 60 + Number(fixed[4] ?? 0);
  return { name: (fixed[1] ?? '').replace(/[<>]/g, ''), minutes: fixed[2] === '-' ? minutes : -minutes };
}

/** `seconds` since the epoch, with a fraction where there is one. */
export function strftime(format: string, seconds: number, zone: Zone = UTC): string {
  const date = new Date(Math.floor(seconds * 1000) + zone.minutes * 60_000);
  return format.replace(/%([-_0^#]?)(\d*)(:{0,2}[A-Za-z%])/g, (whole, flag: string, width: string, letter: string) => {
    const value = field(letter, date, seconds, zone);
    return value === undefined ? whole : flagged(value, flag, width);
  });
}

function flagged(value: string, flag: string, width: string): string {
  if (flag === '-') return value.replace(/^0+(?=\d)/, '');
  if (flag === '_') return value.replace(/^0+(?=\d)/, (zeros) => ' '.repeat(zeros.length));
  if (flag === '^') return value.toUpperCase();
  return width === '' ? value : value.padStart(Number(width), /^\d/.test(value) ? '0' : ' ');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function field(letter: string, date: Date, seconds: number, zone: Zone): string | undefined {
  const plain = PLAIN[letter];
  if (plain !== undefined && Object.hasOwn(PLAIN, letter)) return plain(date);
  switch (letter) {
    case 's':
      return String(Math.floor(seconds));
    case 'N':
      return String(Math.round((seconds - Math.floor(seconds)) * 1000))
        .padStart(3, '0')
        .padEnd(9, '0');
    case 'Z':
      return zone.name;
    case 'z':
      return offset(zone, '');
    case ':z':
      return offset(zone, ':');
    case 'c':
      return strftime('%a %b %e %H:%M:%S %Y', seconds, zone);
    case 'D':
    case 'x':
      return strftime('%m/%d/%y', seconds, zone);
    case 'F':
      return strftime('%Y-%m-%d', seconds, zone);
    case 'T':
    case 'X':
      return strftime('%H:%M:%S', seconds, zone);
    case 'R':
      return strftime('%H:%M', seconds, zone);
    case 'r':
      return strftime('%I:%M:%S %p', seconds, zone);
    default:
      return undefined;
  }
}

function offset(zone: Zone, separator: string): string {
  const minutes = Math.abs(zone.minutes);
  return `${zone.minutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

const PLAIN: Readonly<Record<string, (date: Date) => string>> = {
  '%': () => '%',
  n: () => '\n',
  t: () => '\t',
  Y: (date) => String(date.getUTCFullYear()),
  C: (date) => two(Math.floor(date.getUTCFullYear() / 100)),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2),
  H: (date) => two(date.getUTCHours()),
  k: (date) => String(date.getUTCHours()).padStart(2),
  I: (date) => two(date.getUTCHours() % 12 || 12),
  l: (date) => String(date.getUTCHours() % 12 || 12).padStart(2),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getUTCHours() < 12 ? 'am' : 'pm'),
  A: (date) => DAYS[date.getUTCDay()] ?? '',
  a: (date) => SHORT_DAYS[date.getUTCDay()] ?? '',
  B: (date) => MONTHS[date.getUTCMonth()] ?? '',
  b: (date) => SHORT_MONTHS[date.getUTCMonth()] ?? '',
  h: (date) => SHORT_MONTHS[date.getUTCMonth()] ?? '',
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  u: (date) => String(date.getUTCDay() || 7),
  w: (date) => String(date.getUTCDay()),
  U: (date) => two(Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7)),
  W: (date) => two(Math.floor((dayOfYear(date) + 6 - ((date.getUTCDay() + 6) % 7)) / 7)),
  V: (date) => two(isoWeek(date).week),
  G: (date) => String(isoWeek(date).year),
};

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}
