// Quantities: `100m`, `1.5Gi`, `12e6`. They are exact, keep the family of their suffix, and have one canonical text.
// The grammar, the rounding and the canonical form are those of resource.Quantity, its oddities included.

import {
  addDecimals,
  coefficientOf,
  compareDecimals,
  type Decimal,
  decimal,
  isMultipleOf,
  negateDecimal,
  type Order,
  product,
  reduced,
  roundAway,
  shift,
  signOf,
  wholeAt,
} from './decimal.ts';

/** The family of a quantity's suffix: `Ki` `Mi`, or `m` `k` `M`, or `e3`. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

export interface Quantity extends Decimal {
  readonly format: QuantityFormat;
  /** The text that it was parsed from, where that counts as canonical. */
  readonly text?: string;
}

/** A text is no quantity. The message is the server's. */
export class QuantityError extends Error {}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_NUMBER = 'unable to parse numeric part of quantity';
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const NANO = -9;
/** Digits that surely fit into an int64. */
const INT64_DIGITS = 18;
const MAX_INT64 = decimal(2n ** 63n - 1n);
const ONE = decimal(1);

const DECIMAL_SUFFIXES = new Map(Object.entries({ n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }));
const BINARY_SUFFIXES = new Map(Object.entries({ Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }));
const DECIMAL_SUFFIX_OF = inverse(DECIMAL_SUFFIXES);
const BINARY_SUFFIX_OF = inverse(BINARY_SUFFIXES);

export const ZERO: Quantity = { coefficient: 0, exponent: 0, format: 'DecimalSI', text: '0' };

/** Reads a quantity; throws a QuantityError when the text is none. */
export function parseQuantity(text: string): Quantity {
  if (text === '0') return ZERO;
  const parts = split(text);
  const suffix = readSuffix(parts.suffix);
  return smallQuantity(text, parts, suffix) ?? anyQuantity(parts, suffix);
}

/** Why the text is no quantity; undefined when it is one. */
export function quantityError(text: string): string | undefined {
  try {
    parseQuantity(text);
    return undefined;
  } catch (error) {
    if (error instanceof QuantityError) return error.message;
    throw error;
  }
}

/** `1024Mi` → `1Gi`, `0.1` → `100m`. Blanks around it are dropped, as where JSON is decoded. */
export function canonicalQuantity(text: string): string {
  return formatQuantity(parseQuantity(text.trim()));
}

/** coefficient × 10^exponent, to be written in the family of `format`. */
export function quantity(coefficient: number | bigint, format: QuantityFormat = 'DecimalSI', exponent = 0): Quantity {
  return { coefficient, exponent, format };
}

export function compareQuantities(a: Quantity, b: Quantity): Order {
  return compareDecimals(a, b);
}

/** The sum, in the family of the first unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const { coefficient, exponent } = addDecimals(a, b);
  return { coefficient, exponent, format: a.coefficient === 0 ? b.format : a.format };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, negateQuantity(b));
}

function negateQuantity(a: Quantity): Quantity {
  return { ...negateDecimal(a), format: a.format };
}

export function signOfQuantity(a: Quantity): Order {
  return signOf(a);
}

/** How many whole units, rounded away from zero. What exceeds an int64 gives 0, as Quantity.Value does. */
export function quantityValue(a: Quantity): number {
  return Number(scaledValue(a, 0));
}

/** How many thousandths, rounded away from zero. What exceeds an int64 gives 0, as Quantity.MilliValue does. */
export function milliValue(a: Quantity): number {
  return Number(scaledValue(a, -3));
}

/** How many times 10^exponent, exactly, rounded away from zero; 0 beyond an int64. */
export function scaledValue(a: Quantity, exponent: number): number | bigint {
  if (a.exponent === exponent) return inInt64(a.coefficient);
  return a.exponent > 64 ? 0 : inInt64(wholeAt(a, exponent));
}

/** The quantity with nothing finer than 10^exponent, rounded away from zero. */
export function roundUpQuantity(a: Quantity, exponent: number): Quantity {
  return a.exponent >= exponent ? a : { ...roundAway(a, exponent), format: a.format };
}

/** The nearest double. */
export function approximateValue(a: Quantity): number {
  return Number(`${a.coefficient}e${a.exponent}`);
}

/** The canonical text. */
export function formatQuantity(a: Quantity): string {
  if (a.text !== undefined) return a.text;
  if (a.coefficient === 0) return '0';
  return isWrittenInBinary(a) ? binaryText(a) : decimalText(a);
}

interface Parts {
  readonly negative: boolean;
  /** Digits before the point, without leading zeros; `0` when there is none. */
  readonly whole: string;
  /** Digits behind the point. */
  readonly fraction: string;
  /** Whether sign, digits and point hold any digit at all. */
  readonly hasDigits: boolean;
  readonly suffix: string;
}

function split(text: string): Parts {
  if (text === '') throw new QuantityError(WRONG_FORMAT);
  const start = signEnd(text, 0);
  const first = skip(text, start, isZero);
  const point = skip(text, first, isDigit);
  const end = text[point] === '.' ? skip(text, point + 1, isDigit) : point;
  const suffixEnd = skip(text, signEnd(text, skip(text, end, isSuffixLetter)), isDigit);
  if (suffixEnd < text.length) throw new QuantityError(WRONG_FORMAT);
  return {
    negative: text[0] === '-',
    whole: text.slice(first, point) || '0',
    fraction: text.slice(point + 1, end),
    hasDigits: end - start > (end > point ? 1 : 0),
    suffix: text.slice(end),
  };
}

function signEnd(text: string, at: number): number {
  return text[at] === '-' || text[at] === '+' ? at + 1 : at;
}

function skip(text: string, start: number, accepts: (code: number) => boolean): number {
  let at = start;
  while (at < text.length && accepts(text.charCodeAt(at))) at++;
  return at;
}

const isZero = (code: number): boolean => code === 48;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isSuffixLetter = (code: number): boolean => code >= 69 && 'eEinumkKMGTP'.includes(String.fromCharCode(code));

interface Suffix {
  readonly format: QuantityFormat;
  /** Of ten; of two for BinarySI. */
  readonly power: number;
}

function readSuffix(suffix: string): Suffix {
  const power = DECIMAL_SUFFIXES.get(suffix);
  if (power !== undefined) return { format: 'DecimalSI', power };
  const binary = BINARY_SUFFIXES.get(suffix);
  if (binary !== undefined) return { format: 'BinarySI', power: binary };
  if (/^[eE][-+]?[0-9]+$/.test(suffix)) return { format: 'DecimalExponent', power: int32(suffix.slice(1)) };
  throw new QuantityError(WRONG_SUFFIX);
}

function int32(text: string): number {
  const value = BigInt(text[0] === '+' ? text.slice(1) : text);
  if (BigInt.asIntN(64, value) !== value) throw new QuantityError(WRONG_SUFFIX);
  return Number(BigInt.asIntN(32, value));
}

/** What surely fits into an int64; it may keep its own text as the canonical one. */
function smallQuantity(text: string, parts: Parts, { format, power }: Suffix): Quantity | undefined {
  const { negative, whole, fraction } = parts;
  const digits = whole + fraction;
  if (format === 'BinarySI') {
    if (fraction !== '' || whole.length + Math.trunc((power * 3) / 10) > 14) return undefined;
    const coefficient = signed(negative, product(coefficientOf(digits), 2 ** power));
    return { coefficient, exponent: 0, format, ...(Number(digits) % 8 === 0 ? {} : { text }) };
  }
  const exponent = power - fraction.length;
  if (digits.length > INT64_DIGITS || exponent < NANO) return undefined;
  const coefficient = signed(negative, coefficientOf(digits));
  const canonical = exponent % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
  return { coefficient, exponent, format, ...(canonical ? { text } : {}) };
}

/** What may be of any size: rounded to nano, and in the binary family kept within an int64. */
function anyQuantity(parts: Parts, { format, power }: Suffix): Quantity {
  if (!parts.hasDigits) throw new QuantityError(WRONG_NUMBER);
  const { negative, whole, fraction } = parts;
  const digits = coefficientOf(whole + fraction);
  const exact =
    format === 'BinarySI'
      ? decimal(product(digits, 2 ** power), -fraction.length)
      : decimal(digits, power - fraction.length);
  const size = bounded(roundAway(exact, NANO), format);
  const tiny = format === 'BinarySI' && size.coefficient !== 0 && compareDecimals(size, ONE) < 0;
  return { ...(negative ? negateDecimal(size) : size), format: tiny ? 'DecimalSI' : format };
}

function bounded(size: Decimal, format: QuantityFormat): Decimal {
  if (typeof size.coefficient === 'number' && size.exponent <= 0) return size;
  return format === 'BinarySI' && compareDecimals(size, MAX_INT64) > 0 ? MAX_INT64 : size;
}

function signed(negative: boolean, value: number | bigint): number | bigint {
  return negative && value !== 0 ? -value : value;
}

function inInt64(value: number | bigint): number | bigint {
  return typeof value === 'number' || BigInt.asIntN(64, value) === value ? value : 0;
}

/** Values below 1024 and fractions are written in decimal, so that nothing gets rounded. */
function isWrittenInBinary(a: Quantity): boolean {
  if (a.format !== 'BinarySI') return false;
  const size = signOf(a) < 0 ? negateDecimal(a) : a;
  return compareDecimals(size, decimal(1024)) >= 0 && isMultipleOf(a, 0);
}

function binaryText(a: Quantity): string {
  let whole = BigInt(wholeAt(a, 0));
  let power = 0;
  while (whole % 1024n === 0n) {
    whole /= 1024n;
    power += 10;
  }
  return `${whole}${BINARY_SUFFIX_OF.get(power) ?? ''}`;
}

function decimalText(a: Quantity): string {
  const { coefficient, exponent } = reduced(a);
  const extra = ((exponent % 3) + 3) % 3;
  const power = exponent - extra;
  const suffix = a.format === 'DecimalExponent' ? exponentSuffix(power) : (DECIMAL_SUFFIX_OF.get(power) ?? '');
  return `${shift(coefficient, extra)}${suffix}`;
}

function exponentSuffix(power: number): string {
  return power === 0 ? '' : `e${power}`;
}

function inverse(map: ReadonlyMap<string, number>): ReadonlyMap<number, string> {
  return new Map([...map].map(([suffix, power]) => [power, suffix]));
}
