// 'text %s %d'.format([...]): the clauses, what each takes, and what is wrong with a format string.

import { compareText, quote } from '../../go/text.ts';
import { isList, isMap, listAt, listSize, mapFind, mapKeys } from '../runtime/collections.ts';
import { typeNameOf } from '../runtime/kinds.ts';
import { doubleOf, failure, isFailure, isInt, isTaggedAs, type Result, type Value } from '../values.ts';
import { parseDouble, textOf } from './conversions.ts';
import { isBytes } from './library.ts';

/** Why a value or a format string can't be formatted. */
export interface FormatProblem {
  readonly problem: string;
}

export type Clause = 's' | 'd' | 'f' | 'e' | 'b' | 'x' | 'X' | 'o';

/** What clauses say of a value that they don't take; its type follows. */
export const NOT_TAKEN: Readonly<Record<Clause, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ',
  d: 'decimal clause can only be used on integers, was given ',
  f: 'fixed-point clause can only be used on doubles, was given ',
  e: 'scientific clause can only be used on doubles, was given ',
  b: 'only integers and bools can be formatted as binary, was given ',
  x: 'only integers, byte buffers, and strings can be formatted as hex, was given ',
  X: 'only integers, byte buffers, and strings can be formatted as hex, was given ',
  o: 'octal clause can only be used on integers, was given ',
};

/** A part of a format string: text as it is, or a clause with the number of its argument. */
export type FormatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'clause'; readonly clause: Clause; readonly precision?: number; readonly arg: number };

/**
 * Reads a format string; `count` is how many arguments there are. Ends with the problem, if there is one. `compiling`: a
 * string that ends too soon is noticed before an argument that is missing.
 */
export function* readFormat(format: string, count: number, compiling = false): Generator<FormatPart | FormatProblem> {
  let arg = 0;
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    const end = percent < 0 ? format.length : percent;
    if (end > at) yield { kind: 'text', text: format.slice(at, end) };
    if (percent < 0) return;
    if (format[percent + 1] === '%') {
      yield { kind: 'text', text: '%' };
      at = percent + 2;
      continue;
    }
    const ended = percent + 1 >= format.length;
    if (ended && (compiling || arg < count)) return yield { problem: 'unexpected end of string' };
    if (arg >= count) return yield { problem: `index ${arg} out of range` };
    const part = readClause(format, percent + 1, arg++);
    if ('problem' in part) return yield { problem: `could not parse formatting clause: ${part.problem}` };
    yield part.part;
    at = part.end;
  }
}

function readClause(format: string, start: number, arg: number): { part: FormatPart; end: number } | FormatProblem {
  const dotted = format[start] === '.';
  let at = dotted ? start + 1 : start;
  while (dotted && isDigit(format.charCodeAt(at))) at++;
  if (dotted && at >= format.length) {
    return { problem: 'error while parsing precision: could not find end of precision specifier' };
  }
  const digits = format.slice(start + 1, at);
  if (dotted && digits === '') {
    const why = 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax';
    return { problem: `error while parsing precision: ${why}` };
  }
  const letter = format.charAt(at);
  const clause = CLAUSES.get(letter);
  if (clause === undefined) return { problem: `unrecognized formatting clause "${firstByte(letter)}"` };
  const precision = dotted ? { precision: Number(digits) } : {};
  return { part: { kind: 'clause', clause, arg, ...precision }, end: at + 1 };
}

const CLAUSES: ReadonlyMap<string, Clause> = new Map(
  (['s', 'd', 'f', 'e', 'b', 'x', 'X', 'o'] as const).map((clause) => [clause, clause]),
);

/** Format strings are read by bytes. */
function firstByte(letter: string): string {
  const [byte = 0] = new TextEncoder().encode(letter);
  return String.fromCharCode(byte);
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

export function formatString(format: string, args: Value): Result {
  let result = '';
  for (const part of readFormat(format, listSize(args))) {
    if ('problem' in part) return failure(part.problem);
    if (part.kind === 'text') {
      result += part.text;
      continue;
    }
    const value = listAt(args, part.arg);
    const text = isFailure(value) ? { problem: value.message } : formatClause(part.clause, part.precision, value);
    if (typeof text !== 'string') return failure(`error during formatting: ${text.problem}`);
    result += text;
  }
  return result;
}

function formatClause(clause: Clause, precision: number | undefined, value: Value): string | FormatProblem {
  const text = FORMATTERS[clause](value, precision);
  return text ?? { problem: NOT_TAKEN[clause] + typeNameOf(value) };
}

type Formatter = (value: Value, precision: number | undefined) => string | FormatProblem | undefined;

const FORMATTERS: Readonly<Record<Clause, Formatter>> = {
  s: plainText,
  d: decimal,
  f: (value, precision = 6) => real(value, (number) => grouped(exactDigits(number, precision))),
  // The precision of %e is taken for a width.
  e: (value, width = 6) => real(value, scientific, width),
  b: (value) => (typeof value === 'boolean' ? (value ? '1' : '0') : wholeText(value, 2)),
  x: hexadecimal,
  X: (value) => hexadecimal(value)?.toUpperCase(),
  o: (value) => wholeText(value, 8),
};

function plainText(value: Value): string | FormatProblem | undefined {
  if (value === null) return 'null';
  if (isList(value)) return listText(value);
  if (isMap(value)) return mapText(value);
  const text = textOf(value);
  return isFailure(text) ? { problem: `could not convert argument ${quote(text.message)} to string` } : text;
}

function decimal(value: Value): string | undefined {
  return wholeText(value, 10);
}

function wholeText(value: Value, base: number): string | undefined {
  if (isInt(value)) return value.toString(base);
  return isTaggedAs(value, 'uint') ? value.value.toString(base) : undefined;
}

function hexadecimal(value: Value): string | undefined {
  if (typeof value === 'string') return hexOf(new TextEncoder().encode(value));
  return isBytes(value) ? hexOf(value.bytes) : wholeText(value, 16);
}

function hexOf(content: Uint8Array): string {
  return Array.from(content, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// --- numbers with fractions

function real(value: Value, format: (number: number) => string, width = 0): string | undefined {
  const number = typeof value === 'string' && isSpelled(value) ? parseDouble(value) : doubleOf(value);
  if (number === undefined) return undefined;
  const text = Number.isNaN(number) ? 'NaN' : Number.isFinite(number) ? format(number) : number < 0 ? '-∞' : '∞';
  return text.padStart(width);
}

function isSpelled(text: string): boolean {
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity';
}

/** The number with so many digits behind the point: exact, halves to the even digit. */
function exactDigits(number: number, digits: number): string {
  const { mantissa, exponent } = partsOf(Math.abs(number));
  const scaled = mantissa * 10n ** BigInt(digits);
  const whole = exponent >= 0 ? scaled << BigInt(exponent) : halfEven(scaled, BigInt(-exponent));
  const text = String(whole).padStart(digits + 1, '0');
  const point = text.length - digits;
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  return `${sign}${text.slice(0, point)}${digits > 0 ? `.${text.slice(point)}` : ''}`;
}

/** value = mantissa × 2^exponent. */
function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  return { mantissa: BigInt(mantissa), exponent };
}

function halfEven(value: bigint, bits: bigint): bigint {
  const whole = value >> bits;
  const rest = value - (whole << bits);
  const half = 1n << (bits - 1n);
  return rest > half || (rest === half && whole % 2n === 1n) ? whole + 1n : whole;
}

/** `12,345.67`. */
function grouped(text: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  const groups: string[] = [];
  for (let end = whole.length; end > 0; end -= 3) groups.unshift(whole.slice(Math.max(0, end - 3), end));
  return `${sign}${groups.join(',')}${rest}`;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `1.050000×10⁰³`. */
function scientific(number: number): string {
  const [mantissa = '', power = '0'] = number.toExponential(6).split('e');
  const digits = String(Math.abs(Number(power))).padStart(2, '0');
  const raised = Array.from(digits, (digit) => SUPERSCRIPTS.charAt(Number(digit))).join('');
  const sign = Object.is(number, -0) ? '-' : '';
  return `${sign}${mantissa}×10${Number(power) < 0 ? '⁻' : ''}${raised}`;
}

// --- collections

function listText(list: Value): string | FormatProblem {
  const parts: string[] = [];
  for (let i = 0; i < listSize(list); i++) {
    const text = memberText(listAt(list, i));
    if (typeof text !== 'string') return text;
    parts.push(text);
  }
  return `[${parts.join(', ')}]`;
}

function mapText(map: Value): string | FormatProblem {
  const parts: (readonly [string, string])[] = [];
  for (const key of mapKeys(map)) {
    const name = typeof key === 'string' ? quote(key) : typeof key === 'boolean' ? String(key) : decimal(key);
    if (name === undefined) return { problem: `no formatting function for map key of type ${typeNameOf(key)}` };
    const text = memberText(mapFind(map, key) ?? null);
    if (typeof text !== 'string') return text;
    parts.push([name, text]);
  }
  const sorted = parts.sort(([a], [b]) => compareText(a, b));
  return `{${sorted.map(([name, text]) => `${name}:${text}`).join(', ')}}`;
}

/** A value within a list or a map. */
function memberText(value: Result): string | FormatProblem {
  if (isFailure(value)) return { problem: 'no formatting function for error' };
  const number = doubleOf(value);
  if (number !== undefined) {
    if (Number.isFinite(number)) return exactDigits(number, 6);
    return quote(Number.isNaN(number) ? 'NaN' : number > 0 ? '+Inf' : '-Inf');
  }
  const text = plainText(value);
  if (text === undefined) return { problem: `no formatting function for ${typeNameOf(value)}` };
  if (typeof text !== 'string') return text;
  if (isTaggedAs(value, 'timestamp')) return `timestamp(${quote(text)})`;
  if (isTaggedAs(value, 'duration')) return `duration(${quote(text)})`;
  if (isBytes(value)) return `b${quote(text)}`;
  return typeof value === 'string' ? quote(text) : text;
}
