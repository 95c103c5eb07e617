// metav1.Duration: `1h30m0s`. An int64 of nanoseconds, so bigint here; refusals have the words of Go's time package.

import { quote } from '../../kube/go/text.ts';
import { DecodingError } from '../errors.ts';

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const MAX = 2n ** 63n;

/** Reads a Go duration; nanoseconds. Throws a DecodingError. */
export function parseDuration(text: string): bigint {
  const [, sign = '', body = ''] = /^([-+]?)([\s\S]*)$/.exec(text) ?? [];
  if (body === '0') return 0n;
  if (body === '') throw invalid(text);
  let total = 0n;
  let rest = body;
  while (rest !== '') {
    const part = readPart(rest, text);
    total += part.nanos;
    if (total > MAX) throw invalid(text);
    rest = part.rest;
  }
  if (sign === '-') return -total;
  if (total > MAX - 1n) throw invalid(text);
  return total;
}

function invalid(text: string): DecodingError {
  return new DecodingError(`time: invalid duration ${quote(text)}`);
}

/** One number with its unit, `1.5h`. */
function readPart(from: string, text: string): { nanos: bigint; rest: string } {
  const [number = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(from) ?? [];
  if (whole === '' && fraction === '') throw invalid(text);
  const after = from.slice(number.length);
  const unit = /^[^.\d]*/.exec(after)?.[0] ?? '';
  if (unit === '') throw new DecodingError(`time: missing unit in duration ${quote(text)}`);
  const nanos = UNITS.get(unit);
  if (nanos === undefined) throw new DecodingError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
  const parts = (BigInt(fraction === '' ? '0' : fraction) * nanos) / 10n ** BigInt(fraction.length);
  return { nanos: BigInt(whole === '' ? '0' : whole) * nanos + parts, rest: after.slice(unit.length) };
}

/** As Go prints it: `1h30m0s`, `1.5s`, `37µs`, `0s`. */
export function formatDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${formatDuration(-nanos)}`;
  if (nanos === 0n) return '0s';
  if (nanos < 1_000n) return `${nanos}ns`;
  if (nanos < 1_000_000n) return `${decimal(nanos, 3)}µs`;
  if (nanos < 1_000_000_000n) return `${decimal(nanos, 6)}ms`;
  const minutes = nanos / 60_000_000_000n;
  const seconds = `${decimal(nanos % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** value / 10^digits without trailing zeros. */
function decimal(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = String(value % scale)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / scale) : `${value / scale}.${fraction}`;
}
