// Formats of texts in the schemas of custom resources. A format that isn't known is never wrong.

import { DurationError, parseDuration } from '../../kube/duration.ts';
import { parseCIDR, parseIP } from '../../kube/ip.ts';

type Check = (text: string) => boolean;

const HEX = '[0-9a-fA-F]';
const HOSTNAME = /^[a-zA-Z0-9-_.]{1,253}$/;
const LABEL = /^[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;

/** Every format that a server of 1.36 checks. */
const FORMATS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['bsonobjectid', matches(new RegExp(`^${HEX}{24}$`))],
  ['uri', isUri],
  ['email', (text) => /^[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"]+$/.test(text) && !text.includes('..')],
  ['hostname', (text) => HOSTNAME.test(text) && text.split('.').every((label) => LABEL.test(label))],
  ['ipv4', (text) => parseIP(text, true)?.version === 4],
  ['ipv6', (text) => text.includes(':') && parseIP(text, true)?.version === 6],
  ['cidr', (text) => parseCIDR(text, true) !== undefined],
  ['mac', matches(/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5,7}$/)],
  ['uuid', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ['uuid3', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ['uuid4', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
  ['uuid5', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', (text) => isLuhn(text.replace(/[ -]/g, ''))],
  ['ssn', matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/)],
  ['hexcolor', matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)],
  ['rgbcolor', isRgb],
  ['byte', (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)],
  ['password', () => true],
  ['date', (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text)],
  ['datetime', isDateTime],
  ['duration', (text) => isDuration(text)],
  ['k8s-short-name', matches(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)],
  [
    'k8s-long-name',
    (text) => text.length <= 253 && text.split('.').every((label) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(label)),
  ],
]);

/** Of numbers: known, and never checked as texts. */
const NUMBER_FORMATS = new Set(['int32', 'int64', 'float', 'double', 'float32', 'float64']);

/** Whether a server knows the format; it warns of others. */
export function isKnownFormat(format: string): boolean {
  return FORMATS.has(plain(format)) || NUMBER_FORMATS.has(format);
}

export function hasFormat(format: string, text: string): boolean {
  return FORMATS.get(plain(format))?.(text) ?? true;
}

/** Most formats are known with and without dashes. */
function plain(format: string): string {
  return format.startsWith('k8s-') ? format : format.replaceAll('-', '');
}

function matches(pattern: RegExp): Check {
  return (text) => pattern.test(text);
}

function isUri(text: string): boolean {
  if (/[\s\u0000-\u001f\u007f]/.test(text) || text === '') return false;
  return text.startsWith('/') || /^[a-zA-Z][a-zA-Z0-9+.-]*:\S/.test(text);
}

function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= days;
}

function isDateTime(text: string): boolean {
  const found = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})$/.exec(text);
  if (found === null) return false;
  const [, day = '', hour = '', minute = '', second = ''] = found;
  return isDay(day) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}

function isGoDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch (error) {
    if (error instanceof DurationError) return false;
    throw error;
  }
}

/** Go's durations, and those with days and weeks: `1h`, `3 days`. */
function isDuration(text: string): boolean {
  if (isGoDuration(text)) return true;
  const units =
    'ns|us|µs|μs|ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?|wk|millis(?:econds?)?|micros(?:econds?)?|nanos(?:econds?)?';
  return new RegExp(`^\\s*(?:\\d+\\s*(?:${units})\\s*)+$`).test(text);
}

function isRgb(text: string): boolean {
  const found = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text);
  return found?.slice(1).every((part) => Number(part) <= 255) === true;
}

function isLuhn(digits: string): boolean {
  if (!/^\d{12,19}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  return [...digits].reduce((sum, digit, i) => sum + (digit === 'X' ? 10 : Number(digit)) * (10 - i), 0) % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  return (
    /^\d{13}$/.test(digits) &&
    [...digits].reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0
  );
}
