// Exact decimals of any size: coefficient × 10^exponent. Quantities are made of them. A coefficient that a number holds
// exactly is a number, a bigger one a bigint, so that usual values cost no big arithmetic.

export interface Decimal {
  readonly coefficient: number | bigint;
  readonly exponent: number;
}

export type Order = -1 | 0 | 1;

/** The most zeros that are ever written out. A sum across more than this loses its smaller part. */
const MAX_SHIFT = 4096;

export function decimal(coefficient: number | bigint, exponent = 0): Decimal {
  return { coefficient, exponent };
}

/** The number that a string of decimal digits stands for, as a coefficient. */
export function coefficientOf(digits: string): number | bigint {
  return digits.length <= 15 ? Number(digits) : narrow(BigInt(digits));
}

export function signOf({ coefficient }: Decimal): Order {
  if (coefficient < 0) return -1;
  return coefficient > 0 ? 1 : 0;
}

export function negateDecimal({ coefficient, exponent }: Decimal): Decimal {
  return { coefficient: coefficient === 0 ? 0 : -coefficient, exponent };
}

export function compareDecimals(a: Decimal, b: Decimal): Order {
  if (a.exponent === b.exponent) return order(a.coefficient, b.coefficient);
  const sign = signOf(a);
  const other = signOf(b);
  if (sign !== other || sign === 0) return order(sign, other);
  const magnitude = order(magnitudeOf(a), magnitudeOf(b));
  // Numbers of one magnitude differ in exponent by less than they have digits, so that aligning them is cheap.
  return magnitude === 0 ? order(...aligned(a, b)) : order(magnitude * sign, 0);
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.coefficient === 0) return b;
  if (b.coefficient === 0) return a;
  if (Math.abs(a.exponent - b.exponent) > MAX_SHIFT) return a.exponent > b.exponent ? a : b;
  const [left, right] = aligned(a, b);
  return { coefficient: sum(left, right), exponent: Math.min(a.exponent, b.exponent) };
}

/** The decimal with an exponent of at least `exponent`, rounded away from zero. The same one when it has that already. */
export function roundAway(a: Decimal, exponent: number): Decimal {
  const drop = exponent - a.exponent;
  if (drop <= 0) return a;
  const sign = signOf(a);
  if (drop > digitsOf(a.coefficient)) return { coefficient: sign, exponent };
  const divisor = 10n ** BigInt(drop);
  const whole = BigInt(a.coefficient);
  const exact = whole % divisor === 0n;
  return { coefficient: narrow(whole / divisor + (exact ? 0n : BigInt(sign))), exponent };
}

/** Whether nothing is lost when the decimal is written with an exponent of at least `exponent`. */
export function isMultipleOf(a: Decimal, exponent: number): boolean {
  return compareDecimals(roundAway(a, exponent), a) === 0;
}

/** The whole number that `a` is as a multiple of 10^exponent, rounded away from zero. */
export function wholeAt(a: Decimal, exponent: number): number | bigint {
  const rounded = roundAway(a, exponent);
  return shift(rounded.coefficient, Math.min(rounded.exponent - exponent, MAX_SHIFT));
}

/** The same value with all factors of ten in the exponent. */
export function reduced({ coefficient, exponent }: Decimal): Decimal {
  if (coefficient === 0) return { coefficient, exponent };
  const text = String(coefficient);
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  if (end === text.length) return { coefficient, exponent };
  return { coefficient: narrow(BigInt(text.slice(0, end))), exponent: exponent + text.length - end };
}

/** A bigint as a number where a number holds it exactly. */
function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** coefficient × 10^zeros. */
export function shift(coefficient: number | bigint, zeros: number): number | bigint {
  if (zeros === 0 || coefficient === 0) return coefficient;
  return zeros <= 15 ? product(coefficient, 10 ** zeros) : narrow(BigInt(coefficient) * 10n ** BigInt(zeros));
}

function sum(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = a + b;
    if (Number.isSafeInteger(quick)) return quick;
  }
  return narrow(BigInt(a) + BigInt(b));
}

export function product(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = a * b;
    if (Number.isSafeInteger(quick)) return quick;
  }
  return narrow(BigInt(a) * BigInt(b));
}

function order(a: number | bigint, b: number | bigint): Order {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function aligned(a: Decimal, b: Decimal): [number | bigint, number | bigint] {
  const gap = a.exponent - b.exponent;
  return gap > 0 ? [shift(a.coefficient, gap), b.coefficient] : [a.coefficient, shift(b.coefficient, -gap)];
}

function magnitudeOf(a: Decimal): number {
  return digitsOf(a.coefficient) + a.exponent;
}

function digitsOf(coefficient: number | bigint): number {
  return String(coefficient).length - (coefficient < 0 ? 1 : 0);
}
