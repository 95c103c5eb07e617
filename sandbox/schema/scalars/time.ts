// metav1.Time and metav1.MicroTime: RFC 3339 in, UTC out. Refusals have the words of Go's time package.

import { dateOf, daysIn, daysOf } from '../../kube/civil.ts';
import { quote } from '../../kube/go/text.ts';
import { DecodingError } from '../errors.ts';

/** A moment: whole seconds since 1970 and nanoseconds within the second. */
export interface Moment {
  readonly seconds: number;
  readonly nanos: number;
}

export type TimeScalar = 'time' | 'microTime';

const LAYOUTS: Readonly<Record<TimeScalar, string>> = {
  time: '2006-01-02T15:04:05Z07:00',
  microTime: '2006-01-02T15:04:05.000000Z07:00',
};

const DAY = 86_400;
/** The moment that Go takes for "not set". */
const ZERO_SECONDS = -62_135_596_800;

/** The text that the server answers for a given one; null for Go's zero time. Throws a DecodingError. */
export function canonicalTime(text: string, scalar: TimeScalar): string | null {
  if (isCanonical(text, scalar)) return text.startsWith(ZERO_DATE) && /T00:00:00[.0]*Z/.test(text) ? null : text;
  return formatTime(parseTime(text, scalar), scalar);
}

const ZERO_DATE = '0001-01-01';

/** Quick look at the usual form, `2026-01-01T00:00:00Z` or with six digits of a second. */
function isCanonical(text: string, scalar: TimeScalar): boolean {
  const length = scalar === 'time' ? 20 : 27;
  if (text.length !== length || text.charCodeAt(length - 1) !== 0x5a) return false;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d || text.charCodeAt(10) !== 0x54) return false;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return false;
  if (scalar === 'microTime' && (text.charCodeAt(19) !== 0x2e || !/^\d{6}$/.test(text.slice(20, 26)))) return false;
  const day = pair(text, 8);
  const known = pair(text, 0) >= 0 && pair(text, 2) >= 0 && day >= 1 && pair(text, 11) < 24 && pair(text, 11) >= 0;
  return (
    known &&
    inRange(pair(text, 5), 1, 12) &&
    day <= 28 &&
    inRange(pair(text, 14), 0, 59) &&
    inRange(pair(text, 17), 0, 59)
  );
}

function inRange(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

/** Two digits as a number; not a number when they aren't digits. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return inRange(tens, 0, 9) && inRange(ones, 0, 9) ? tens * 10 + ones : Number.NaN;
}

/** `2026-01-01T00:00:00Z`, with six digits of a second for a MicroTime; null for Go's zero time. */
export function formatTime({ seconds, nanos }: Moment, scalar: TimeScalar): string | null {
  if (seconds === ZERO_SECONDS && nanos === 0) return null;
  const days = Math.floor(seconds / DAY);
  const rest = seconds - days * DAY;
  const { year, month, day } = dateOf(days);
  const date = `${yearText(year)}-${padded(month)}-${padded(day)}`;
  const clock = `${padded(Math.floor(rest / 3600))}:${padded(Math.floor(rest / 60) % 60)}:${padded(rest % 60)}`;
  const micros = scalar === 'time' ? '' : `.${padded(Math.floor(nanos / 1000), 6)}`;
  return `${date}T${clock}${micros}Z`;
}

function yearText(year: number): string {
  return year < 0 ? `-${padded(-year, 4)}` : padded(year, 4);
}

function padded(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** Reads a time in the layout of the scalar, element by element as Go does, since refusals name the element. */
export function parseTime(text: string, scalar: TimeScalar): Moment {
  const layout = LAYOUTS[scalar];
  let rest = text;

  const cannot = (element: string): never => {
    throw new DecodingError(
      `parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`,
    );
  };
  const wrong = (what: string): never => {
    throw new DecodingError(`parsing time ${quote(text)}: ${what}`);
  };
  const take = (pattern: RegExp, element: string): string => {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) return cannot(element);
    rest = rest.slice(found.length);
    return found;
  };
  const number = (pattern: RegExp, element: string, name: string, low: number, high: number): number => {
    const value = Number(take(pattern, element));
    return inRange(value, low, high) ? value : wrong(`${name} out of range`);
  };

  const year = Number(take(/^\d{4}/, '2006'));
  take(/^-/, '-');
  const month = number(/^\d\d/, '01', 'month', 1, 12);
  take(/^-/, '-');
  const day = Number(take(/^\d\d/, '02'));
  take(/^T/, 'T');
  const hour = number(/^\d\d?/, '15', 'hour', 0, 23);
  take(/^:/, ':');
  const minute = number(/^\d\d/, '04', 'minute', 0, 59);
  take(/^:/, ':');
  const second = number(/^\d\d/, '05', 'second', 0, 59);
  const fraction = scalar === 'microTime' ? take(/^[.,]\d{6}/, '.000000') : (/^[.,]\d+/.exec(rest)?.[0] ?? '');
  if (scalar === 'time') rest = rest.slice(fraction.length);
  const offset = offsetOf(take(/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00'), wrong);
  if (rest !== '') wrong(`extra text: ${quote(rest)}`);
  if (day < 1 || day > daysIn(year, month)) wrong('day out of range');
  const seconds = daysOf({ year, month, day }) * DAY + hour * 3600 + minute * 60 + second - offset;
  return { seconds, nanos: Number(fraction.slice(1, 10).padEnd(9, '0')) };
}

function offsetOf(zone: string, wrong: (what: string) => never): number {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 24) wrong('time zone offset hour out of range');
  if (minutes > 60) wrong('time zone offset minute out of range');
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}
