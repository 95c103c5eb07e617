// Conversions between types: bool(), bytes(), double(), duration(), int(), string(), timestamp(), uint().

import { goFloat } from '../../go/text.ts';
import { typeNameOf } from '../runtime/kinds.ts';
import {
  checkedUint,
  doubleToInt,
  doubleToUint,
  formatDouble,
  INT_OVERFLOW,
  MAX_INT,
  MIN_INT,
} from '../runtime/numbers.ts';
import {
  checkedTimestamp,
  formatSeconds,
  formatTimestamp,
  parseDurationText,
  parseTimestamp,
} from '../runtime/times.ts';
import {
  bytes,
  double,
  doubleOf,
  type Failure,
  failure,
  int,
  isInt,
  isTaggedAs,
  type Result,
  uint,
  type Value,
} from '../values.ts';
import { isBytes, type Library, type Run } from './library.ts';

/** What a value of no fitting form says. */
function unconvertible(value: Value, to: string): Failure {
  return failure(`type conversion error from '${typeNameOf(value)}' to '${to}'`);
}

const same: Run = (a = null) => a;

const SPELLED: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

function toBool(value: Value = null): Result {
  return (typeof value === 'string' ? SPELLED.get(value) : undefined) ?? unconvertible(value, 'bool');
}

function toBytes(value: Value = null): Result {
  return typeof value === 'string' ? bytes(new TextEncoder().encode(value)) : unconvertible(value, 'bytes');
}

function toDouble(value: Value = null): Result {
  if (isInt(value)) return double(Number(value));
  if (isTaggedAs(value, 'uint')) return double(Number(value.value));
  const parsed = typeof value === 'string' ? parseDouble(value) : undefined;
  return parsed === undefined ? unconvertible(value, 'double') : double(parsed);
}

const WORDS: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['nan', Number.NaN],
]);

/** As Go reads floating point numbers; undefined when it wouldn't. */
export function parseDouble(text: string): number | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const word = WORDS.get(rest.toLowerCase());
  if (word !== undefined) return Number.isNaN(word) && sign !== '' ? undefined : sign === '-' ? -word : word;
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(rest)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function toDuration(value: Value = null): Result {
  const length = typeof value === 'string' ? parseDurationText(value) : undefined;
  return length ?? unconvertible(value, 'google.protobuf.Duration');
}

export function toTimestamp(value: Value = null): Result {
  if (isInt(value)) return checkedTimestamp(BigInt(value) * SECOND);
  return (
    (typeof value === 'string' ? parseTimestamp(value) : undefined) ?? unconvertible(value, 'google.protobuf.Timestamp')
  );
}

const SECOND = 1_000_000_000n;

function toInt(value: Value = null): Result {
  if (isTaggedAs(value, 'duration')) return int(value.nanos);
  if (isTaggedAs(value, 'timestamp')) return int(floor(value.nanos));
  if (isTaggedAs(value, 'uint')) return value.value > MAX_INT ? INT_OVERFLOW : int(value.value);
  const real = doubleOf(value);
  if (real !== undefined) return doubleToInt(real);
  const parsed = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? BigInt(value.replace('+', '')) : undefined;
  return parsed === undefined || parsed > MAX_INT || parsed < MIN_INT ? unconvertible(value, 'int') : int(parsed);
}

function floor(nanos: bigint): bigint {
  return (nanos - (((nanos % SECOND) + SECOND) % SECOND)) / SECOND;
}

function toUint(value: Value = null): Result {
  if (isInt(value)) return checkedUint(BigInt(value));
  const real = doubleOf(value);
  if (real !== undefined) return doubleToUint(real);
  const parsed = typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : undefined;
  return parsed === undefined || parsed > MAX_UINT ? unconvertible(value, 'uint') : uint(parsed);
}

const MAX_UINT = 2n ** 64n - 1n;

/** A value as text; undefined for those that string() doesn't know. */
export function textOf(value: Value): string | Failure | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || isInt(value)) return String(value);
  const real = doubleOf(value);
  if (real !== undefined) return formatDouble(real);
  if (isTaggedAs(value, 'uint')) return String(value.value);
  if (isTaggedAs(value, 'duration')) return formatSeconds(value);
  if (isTaggedAs(value, 'timestamp')) return formatTimestamp(value);
  if (isTaggedAs(value, 'type')) return value.type.name;
  return isBytes(value) ? textOfBytes(value.bytes) : undefined;
}

function textOfBytes(content: Uint8Array): string | Failure {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return failure('invalid UTF-8 in bytes, cannot convert to string');
  }
}

function toText(value: Value = null): Result {
  return textOf(value) ?? unconvertible(value, 'string');
}

/** How values look within the messages of errors. */
export function shownInError(value: Value): string {
  const real = doubleOf(value);
  const text = real === undefined ? textOf(value) : goFloat(real);
  return typeof text === 'string' ? text : typeNameOf(value);
}

export const CONVERSION_LIBRARY: Library = {
  bool: {
    overloads: ['bool_to_bool: (bool) -> bool', 'string_to_bool: (string) -> bool'],
    runs: { bool_to_bool: same, string_to_bool: toBool },
  },
  bytes: {
    overloads: ['bytes_to_bytes: (bytes) -> bytes', 'string_to_bytes: (string) -> bytes'],
    runs: { bytes_to_bytes: same, string_to_bytes: toBytes },
  },
  double: {
    overloads: [
      'double_to_double: (double) -> double',
      'int64_to_double: (int) -> double',
      'string_to_double: (string) -> double',
      'uint64_to_double: (uint) -> double',
    ],
    runs: { double_to_double: same, int64_to_double: toDouble, string_to_double: toDouble, uint64_to_double: toDouble },
  },
  duration: {
    overloads: [
      'duration_to_duration: (duration) -> duration',
      'int64_to_duration: (int) -> duration',
      'string_to_duration: (string) -> duration',
    ],
    runs: { duration_to_duration: same, int64_to_duration: toDuration, string_to_duration: toDuration },
  },
  int: {
    overloads: [
      'int64_to_int64: (int) -> int',
      'double_to_int64: (double) -> int',
      'duration_to_int64: (duration) -> int',
      'string_to_int64: (string) -> int',
      'timestamp_to_int64: (timestamp) -> int',
      'uint64_to_int64: (uint) -> int',
    ],
    runs: {
      int64_to_int64: same,
      double_to_int64: toInt,
      duration_to_int64: toInt,
      string_to_int64: toInt,
      timestamp_to_int64: toInt,
      uint64_to_int64: toInt,
    },
  },
  string: {
    overloads: [
      'string_to_string: (string) -> string',
      'bool_to_string: (bool) -> string',
      'bytes_to_string: (bytes) -> string',
      'double_to_string: (double) -> string',
      'duration_to_string: (duration) -> string',
      'int64_to_string: (int) -> string',
      'timestamp_to_string: (timestamp) -> string',
      'uint64_to_string: (uint) -> string',
    ],
    runs: {
      string_to_string: same,
      bool_to_string: toText,
      bytes_to_string: toText,
      double_to_string: toText,
      duration_to_string: toText,
      int64_to_string: toText,
      timestamp_to_string: toText,
      uint64_to_string: toText,
    },
  },
  timestamp: {
    overloads: [
      'timestamp_to_timestamp: (timestamp) -> timestamp',
      'int64_to_timestamp: (int) -> timestamp',
      'string_to_timestamp: (string) -> timestamp',
    ],
    runs: { timestamp_to_timestamp: same, int64_to_timestamp: toTimestamp, string_to_timestamp: toTimestamp },
  },
  uint: {
    overloads: [
      'uint64_to_uint64: (uint) -> uint',
      'double_to_uint64: (double) -> uint',
      'int64_to_uint64: (int) -> uint',
      'string_to_uint64: (string) -> uint',
    ],
    runs: { uint64_to_uint64: same, double_to_uint64: toUint, int64_to_uint64: toUint, string_to_uint64: toUint },
  },
};
