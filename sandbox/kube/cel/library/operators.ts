// The operators, size() and what macros are made of. `&&`, `||`, `?:`, `==`, `!=` and `[]` are carried out by the evaluation
// itself; here is only how they may be used.

import { concat, sizeOf } from '../runtime/collections.ts';
import { compare, contains, isOrdered } from '../runtime/equality.ts';
import { typeNameOf, typeOfValue } from '../runtime/kinds.ts';
import { ADD, calculate, DIVIDE, MODULO, MULTIPLY, negate, SUBTRACT } from '../runtime/numbers.ts';
import {
  addDurations,
  addToTimestamp,
  betweenTimestamps,
  negateDuration,
  subtractDurations,
  subtractFromTimestamp,
} from '../runtime/times.ts';
import { bytes, isFailure, isTaggedAs, NO_SUCH_OVERLOAD, type Result, typeValue, type Value } from '../values.ts';
import { isBytes, type Library, type Run } from './library.ts';

/** `less`: what less_int64_uint64 and its like begin with. */
function relation(name: string, holds: (order: number) => boolean): Library[string] {
  const numbers = { int64: 'int', uint64: 'uint', double: 'double' } as const;
  const crossed = Object.entries(numbers).flatMap(([a, left]) => [
    `${name}_${a}: (${left}, ${left}) -> bool`,
    ...Object.entries(numbers)
      .filter(([b]) => b !== a)
      .reverse()
      .map(([b, right]) => `${name}_${a}_${b}: (${left}, ${right}) -> bool`),
  ]);
  const others = ['string', 'bytes', 'timestamp', 'duration'].map(
    (type) => `${name}_${type}: (${type}, ${type}) -> bool`,
  );
  const run: Run = (a = null, b = null) => {
    const order = compare(a, b);
    return isFailure(order) ? order : holds(order);
  };
  return { overloads: [`${name}_bool: (bool, bool) -> bool`, ...crossed, ...others], run, takes: isOrdered };
}

const oneOf = (...names: readonly string[]): ((value: Value) => boolean) => {
  const set = new Set(names);
  return (value) => set.has(typeNameOf(value));
};

const DURATION = 'google.protobuf.Duration';
const TIMESTAMP = 'google.protobuf.Timestamp';

function add(a: Value = null, b: Value = null): Result {
  if (typeof a === 'string') return typeof b === 'string' ? a + b : NO_SUCH_OVERLOAD;
  const sum = calculate(ADD, a, b);
  if (sum !== undefined) return sum;
  if (isBytes(a) && isBytes(b)) return bytes(Uint8Array.from([...a.bytes, ...b.bytes]));
  if (isTaggedAs(a, 'duration') && isTaggedAs(b, 'duration')) return addDurations(a, b);
  if (isTaggedAs(a, 'timestamp') && isTaggedAs(b, 'duration')) return addToTimestamp(a, b);
  if (isTaggedAs(a, 'duration') && isTaggedAs(b, 'timestamp')) return addToTimestamp(b, a);
  return concat(a, b);
}

function subtract(a: Value = null, b: Value = null): Result {
  const difference = calculate(SUBTRACT, a, b);
  if (difference !== undefined) return difference;
  if (isTaggedAs(a, 'duration') && isTaggedAs(b, 'duration')) return subtractDurations(a, b);
  if (isTaggedAs(a, 'timestamp') && isTaggedAs(b, 'duration')) return subtractFromTimestamp(a, b);
  if (isTaggedAs(a, 'timestamp') && isTaggedAs(b, 'timestamp')) return betweenTimestamps(a, b);
  return NO_SUCH_OVERLOAD;
}

export const OPERATOR_LIBRARY: Library = {
  '_?_:_': { overloads: ['conditional: (bool, A, A) -> A'] },
  '_&&_': { overloads: ['logical_and: (bool, bool) -> bool'] },
  '_||_': { overloads: ['logical_or: (bool, bool) -> bool'] },
  '_==_': { overloads: ['equals: (A, A) -> bool'] },
  '_!=_': { overloads: ['not_equals: (A, A) -> bool'] },
  '!_': {
    overloads: ['logical_not: (bool) -> bool'],
    run: (a = null) => (typeof a === 'boolean' ? !a : NO_SUCH_OVERLOAD),
  },
  '@not_strictly_false': { overloads: ['not_strictly_false: (bool) -> bool'] },
  '_+_': {
    overloads: [
      'add_bytes: (bytes, bytes) -> bytes',
      'add_double: (double, double) -> double',
      'add_duration_duration: (duration, duration) -> duration',
      'add_duration_timestamp: (duration, timestamp) -> timestamp',
      'add_timestamp_duration: (timestamp, duration) -> timestamp',
      'add_int64: (int, int) -> int',
      'add_list: (list(A), list(A)) -> list(A)',
      'add_string: (string, string) -> string',
      'add_uint64: (uint, uint) -> uint',
    ],
    run: add,
    takes: oneOf('bytes', 'double', DURATION, 'int', 'list', 'string', TIMESTAMP, 'uint'),
  },
  '_/_': {
    overloads: [
      'divide_double: (double, double) -> double',
      'divide_int64: (int, int) -> int',
      'divide_uint64: (uint, uint) -> uint',
    ],
    run: (a = null, b = null) => calculate(DIVIDE, a, b) ?? NO_SUCH_OVERLOAD,
    takes: oneOf('double', 'int', 'uint'),
  },
  '_%_': {
    overloads: ['modulo_int64: (int, int) -> int', 'modulo_uint64: (uint, uint) -> uint'],
    run: (a = null, b = null) => calculate(MODULO, a, b) ?? NO_SUCH_OVERLOAD,
    takes: oneOf('int', 'uint'),
  },
  '_*_': {
    overloads: [
      'multiply_double: (double, double) -> double',
      'multiply_int64: (int, int) -> int',
      'multiply_uint64: (uint, uint) -> uint',
    ],
    run: (a = null, b = null) => calculate(MULTIPLY, a, b) ?? NO_SUCH_OVERLOAD,
    takes: oneOf('double', 'int', 'uint'),
  },
  '-_': {
    overloads: ['negate_double: (double) -> double', 'negate_int64: (int) -> int'],
    run: (a = null) => (isTaggedAs(a, 'duration') ? negateDuration(a) : negate(a)),
    takes: oneOf('double', 'int', DURATION, 'bool'),
  },
  '_-_': {
    overloads: [
      'subtract_double: (double, double) -> double',
      'subtract_duration_duration: (duration, duration) -> duration',
      'subtract_int64: (int, int) -> int',
      'subtract_timestamp_duration: (timestamp, duration) -> timestamp',
      'subtract_timestamp_timestamp: (timestamp, timestamp) -> duration',
      'subtract_uint64: (uint, uint) -> uint',
    ],
    run: subtract,
    takes: oneOf('double', DURATION, 'int', TIMESTAMP, 'uint'),
  },
  '_<_': relation('less', (order) => order < 0),
  '_<=_': relation('less_equals', (order) => order <= 0),
  '_>_': relation('greater', (order) => order > 0),
  '_>=_': relation('greater_equals', (order) => order >= 0),
  '_[_]': {
    overloads: [
      'index_list: (list(A), int) -> A',
      'index_map: (map(A, B), A) -> B',
      'optional_list_index_int: (optional(list(V)), int) -> optional(V)',
      'optional_map_index_value: (optional(map(K, V)), K) -> optional(V)',
    ],
  },
  '@in': {
    overloads: ['in_list: (A, list(A)) -> bool', 'in_map: (A, map(A, B)) -> bool'],
    run: (a = null, b = null) => contains(b, a),
  },
  size: {
    overloads: [
      'size_bytes: (bytes) -> int',
      'bytes_size: bytes.() -> int',
      'size_list: (list(A)) -> int',
      'list_size: list(A).() -> int',
      'size_map: (map(A, B)) -> int',
      'map_size: map(A, B).() -> int',
      'size_string: (string) -> int',
      'string_size: string.() -> int',
    ],
    run: (a = null) => sizeOf(a) ?? NO_SUCH_OVERLOAD,
    takes: (value) => sizeOf(value) !== undefined,
  },
  type: { overloads: ['type: (A) -> type(A)'], run: (a = null) => typeValue(typeOfValue(a)) },
  dyn: { overloads: ['to_dyn: (A) -> dyn'], run: (a = null) => a },
};
