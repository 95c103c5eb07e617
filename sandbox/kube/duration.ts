// Durations as text: Go's `1h30m0s`, which objects hold, and kubectl's ages, `5m3s` and `2d4h`.

/** A length of time in nanoseconds: what Go's time.Duration holds. */
export type Nanoseconds = bigint;

/** A text is no duration. The message is Go's. */
export class DurationError extends Error {}

const MICROSECOND = 1_000n;
const MILLISECOND = 1_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', MICROSECOND],
  ['\u00b5s', MICROSECOND],
  ['\u03bcs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

const MAX = 2n ** 63n;

/** Reads `1h30m`, `1.5s`, `-100ms`; throws a DurationError when the text is none. */
export function parseDuration(text: string): Nanoseconds {
  const sign = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  const negative = text.startsWith('-');
  if (text.slice(sign) === '0') return 0n;
  if (text.length === sign) throw invalidDuration(text);
  const total = sumOfParts(text, sign);
  if (total > MAX || (total === MAX && !negative)) throw invalidDuration(text);
  return negative ? -total : total;
}

/** The same in milliseconds, fractions included. */
export function parseDurationMs(text: string): number {
  return Number(parseDuration(text)) / 1e6;
}

function sumOfParts(text: string, start: number): bigint {
  let total = 0n;
  let at = start;
  while (at < text.length) {
    const point = skipDigits(text, at);
    const end = text[point] === '.' ? skipDigits(text, point + 1) : point;
    if (end === at || end - at === (end > point ? 1 : 0)) throw invalidDuration(text);
    const whole = wholeOf(text.slice(at, point));
    if (whole > MAX) throw invalidDuration(text);
    const unitEnd = skipUnit(text, end);
    const unit = unitOf(text, text.slice(end, unitEnd));
    total += whole * unit + fractionOf(text.slice(point + 1, end), unit);
    if (total > MAX) throw invalidDuration(text);
    at = unitEnd;
  }
  return total;
}

function unitOf(text: string, name: string): bigint {
  if (name === '') throw new DurationError(`time: missing unit in duration ${quote(text)}`);
  const unit = UNITS.get(name);
  if (unit === undefined) throw new DurationError(`time: unknown unit ${quote(name)} in duration ${quote(text)}`);
  return unit;
}

function wholeOf(digits: string): bigint {
  const significant = digits.replace(/^0+/, '');
  return significant.length > 20 ? MAX + 1n : BigInt(significant);
}

function fractionOf(digits: string, unit: bigint): bigint {
  // What stands behind these makes no nanosecond, not even of an hour.
  const significant = digits.slice(0, 18);
  return (BigInt(significant) * unit) / 10n ** BigInt(significant.length);
}

function skipDigits(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
  return at;
}

function skipUnit(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== '.' && !(text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57)) at++;
  return at;
}

/** Go quotes durations with every byte beyond ASCII escaped. */
function quote(text: string): string {
  const plain = text.replaceAll(/["\\]/g, '\\$&');
  return `"${plain.replaceAll(/[^ -\x7f]/gu, bytesOf)}"`;
}

function bytesOf(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

function invalidDuration(text: string): DurationError {
  return new DurationError(`time: invalid duration ${quote(text)}`);
}

/** Go's form: `1h30m0s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(duration: Nanoseconds): string {
  if (duration === 0n) return '0s';
  if (duration < 0n) return `-${formatDuration(-duration)}`;
  if (duration < MICROSECOND) return `${duration}ns`;
  if (duration < MILLISECOND) return `${decimalOf(duration, MICROSECOND)}\u00b5s`;
  if (duration < SECOND) return `${decimalOf(duration, MILLISECOND)}ms`;
  const hours = duration / HOUR;
  const minutes = (duration % HOUR) / MINUTE;
  const seconds = `${decimalOf(duration % MINUTE, SECOND)}s`;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
}

/** A duration given in milliseconds, in Go's form. */
export function formatDurationMs(duration: number): string {
  return formatDuration(BigInt(Math.round(duration * 1e6)));
}

function decimalOf(duration: bigint, unit: bigint): string {
  const fraction = String((duration % unit) + unit).slice(1);
  return `${duration / unit}.${fraction}`.replace(/\.?0+$/, '');
}

/** An age as kubectl's tables show it, in at most two units: `119s`, `5m3s`, `2d4h`, `3y45d`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < 120) return nearNow(seconds) ?? `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return twoUnits(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? twoUnits(years, 'y', days % 365, 'd') : `${years}y`;
}

/** An age in one unit: `59s`, `2m`, `23h`, `364d`, `1y`. */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < 60) return nearNow(seconds) ?? `${seconds}s`;
  const hours = Math.trunc(seconds / 3600);
  if (hours < 1) return `${Math.trunc(seconds / 60)}m`;
  if (hours < 24) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  return days < 365 ? `${days}d` : `${Math.trunc(days / 365)}y`;
}

/** Clocks may differ by a second; what lies farther in the future is no age. */
function nearNow(seconds: number): string | undefined {
  if (seconds < -1) return '<invalid>';
  return seconds < 0 ? '0s' : undefined;
}

function twoUnits(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;
}
