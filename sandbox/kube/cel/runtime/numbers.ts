// Arithmetic and order of ints, uints and doubles. Nothing overflows silently, and numbers of different types compare.

import {
  double,
  doubleOf,
  type Failure,
  failure,
  int,
  isInt,
  isTaggedAs,
  NO_SUCH_OVERLOAD,
  type Result,
  type Uint,
  uint,
  type Value,
} from '../values.ts';

export const MAX_INT = 2n ** 63n - 1n;
export const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

export const INT_OVERFLOW = failure('integer overflow');
const UINT_OVERFLOW = failure('unsigned integer overflow');
const NOT_ORDERED = failure('NaN values cannot be ordered');

/** An int within 64 bits, or the failure. */
function checkedInt(value: bigint): Result {
  return value > MAX_INT || value < MIN_INT ? INT_OVERFLOW : int(value);
}

export function checkedUint(value: bigint): Result {
  return value > MAX_UINT || value < 0n ? UINT_OVERFLOW : uint(value);
}

interface Operation {
  /** Of whole numbers that surely are exact; undefined where that isn't sure. */
  readonly fast: (a: number, b: number) => number;
  readonly whole: (a: bigint, b: bigint) => bigint;
  readonly real?: (a: number, b: number) => number;
  /** What division by zero says. */
  readonly byZero?: Failure;
}

export const ADD: Operation = { fast: (a, b) => a + b, whole: (a, b) => a + b, real: (a, b) => a + b };
export const SUBTRACT: Operation = { fast: (a, b) => a - b, whole: (a, b) => a - b, real: (a, b) => a - b };
export const MULTIPLY: Operation = { fast: (a, b) => a * b, whole: (a, b) => a * b, real: (a, b) => a * b };
export const DIVIDE: Operation = {
  fast: (a, b) => Math.trunc(a / b),
  whole: (a, b) => a / b,
  real: (a, b) => a / b,
  byZero: failure('division by zero'),
};
export const MODULO: Operation = {
  fast: (a, b) => a % b,
  whole: (a, b) => a % b,
  byZero: failure('modulus by zero'),
};

/** What two numbers of one type give; undefined when they aren't. */
export function calculate(operation: Operation, a: Value, b: Value): Result | undefined {
  if (isInt(a)) return isInt(b) ? ofInts(operation, a, b) : undefined;
  if (isTaggedAs(a, 'uint')) return isTaggedAs(b, 'uint') ? ofUints(operation, a, b) : undefined;
  const left = doubleOf(a);
  const right = doubleOf(b);
  if (left === undefined || right === undefined || operation.real === undefined) return undefined;
  return double(operation.real(left, right));
}

function ofInts(operation: Operation, a: number | bigint, b: number | bigint): Result {
  const { byZero } = operation;
  if (byZero !== undefined && Number(b) === 0) return byZero;
  if (typeof a === 'number' && typeof b === 'number') {
    const result = operation.fast(a, b);
    if (Number.isSafeInteger(result)) return result;
  }
  return checkedInt(operation.whole(BigInt(a), BigInt(b)));
}

function ofUints(operation: Operation, a: Uint, b: Uint): Result {
  if (operation.byZero !== undefined && b.value === 0n) return operation.byZero;
  return checkedUint(operation.whole(a.value, b.value));
}

export function negate(value: Value): Result {
  if (isInt(value)) return typeof value === 'number' ? 0 - value : checkedInt(-value);
  const real = doubleOf(value);
  return real === undefined ? NO_SUCH_OVERLOAD : double(-real);
}

/** Any number as a number or bigint; undefined when it isn't one. */
function numeric(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (isTaggedAs(value, 'uint') || isTaggedAs(value, 'double')) return value.value;
  return undefined;
}

/** -1, 0 or 1; undefined when one of them is no number. */
export function compareNumbers(a: Value, b: Value): number | Failure | undefined {
  const left = numeric(a);
  const right = numeric(b);
  if (left === undefined || right === undefined) return undefined;
  if (Number.isNaN(left) || Number.isNaN(right)) return NOT_ORDERED;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** undefined when one of them is no number. NaN equals nothing. */
export function equalNumbers(a: Value, b: Value): boolean | undefined {
  const left = numeric(a);
  const right = numeric(b);
  if (left === undefined || right === undefined) return undefined;
  // Bigints and numbers of the same size are equal by ==, but not by ===.
  return !(left < right || left > right || Number.isNaN(left) || Number.isNaN(right));
}

/** The whole number within 64 bits that a double is cut to. */
export function doubleToInt(value: number): Result {
  // The bounds themselves are refused, as the server does.
  const inside = value > -(2 ** 63) && value < 2 ** 63;
  return inside ? int(BigInt(Math.trunc(value))) : INT_OVERFLOW;
}

export function doubleToUint(value: number): Result {
  return value >= 0 && value < 2 ** 64 ? uint(BigInt(Math.trunc(value))) : UINT_OVERFLOW;
}

/** Which element a number asks for; a failure when it can't be an index. */
export function indexOf(value: Value): number | Failure | undefined {
  if (isInt(value)) return Number(value);
  if (isTaggedAs(value, 'uint')) return value.value > MAX_INT ? badIndex(`${value.value}`) : Number(value.value);
  const real = doubleOf(value);
  if (real === undefined) return undefined;
  return Number.isInteger(real) && Math.abs(real) < 2 ** 63 ? real : badIndex(formatDouble(real));
}

function badIndex(text: string): Failure {
  return failure(`unsupported index value ${text} in list`);
}

/** Go's `%g`: `1.5`, `1e+06`, `NaN`, `+Inf`. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  return exponent < -4 || exponent >= 6 ? `${mantissa}e${signed(exponent)}` : fixed(value);
}

function signed(exponent: number): string {
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${exponent < 0 ? '-' : '+'}${size}`;
}

/** All digits, without an exponent. */
export function fixed(value: number): string {
  const text = String(value);
  const [mantissa = '', power] = text.split('e');
  if (power === undefined) return text;
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const exponent = Number(power);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const padded = point <= 0 ? `0.${'0'.repeat(-point)}${digits}` : digits.padEnd(point, '0');
  const result = point > 0 && point < digits.length ? `${digits.slice(0, point)}.${digits.slice(point)}` : padded;
  return value < 0 ? `-${result}` : result;
}
