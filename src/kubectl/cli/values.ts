// What the texts of flags mean. Errors say what Go's strconv, time and csv packages say.

import { DurationError, parseDurationMs } from '../../../sandbox/kube/duration.ts';
import { quote } from '../../../sandbox/kube/go/text.ts';
import { readCsvLine } from '../text/csv.ts';

/** A flag's value after parsing: durations are milliseconds, pairs keep the order in which they came. */
export type FlagValue = boolean | number | bigint | string | readonly string[] | ReadonlyMap<string, string>;

/** Thrown for a text that its flag can't hold. The message is the reason alone. */
export class ValueError extends Error {}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export function parseBool(text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new ValueError(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

/** A whole number of so many bits, in any of Go's notations: `10`, `0x1f`, `0b11`, `0o17`, `017`, `1_000`. */
export function parseInteger(text: string, bits: 32 | 64): number {
  const value = integerOf(text);
  if (value === undefined) throw new ValueError(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  const limit = 2n ** BigInt(bits - 1);
  if (value >= limit || value < -limit) {
    throw new ValueError(`strconv.ParseInt: parsing ${quote(text)}: value out of range`);
  }
  return Number(value);
}

function integerOf(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[0-9][0-9_]*)$/.exec(text);
  if (match === null) return undefined;
  const digits = (match[2] ?? '').replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(digits);
  if (/^0[89]/.test(digits)) return undefined;
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}

/** Milliseconds; fractions of them are kept. */
export function parseDurationFlag(text: string): number {
  try {
    return parseDurationMs(text);
  } catch (error) {
    if (error instanceof DurationError) throw new ValueError(error.message);
    throw error;
  }
}

/** A duration that Go's own flag package reads: what is wrong with it isn't said. */
export function parsePlainDuration(text: string): number {
  try {
    return parseDurationFlag(text);
  } catch (error) {
    throw error instanceof ValueError ? new ValueError('parse error') : error;
  }
}

/** The items of `a,b,"c,d"`. */
export function parseSlice(text: string): readonly string[] {
  if (text === '') return [];
  const result = readCsvLine(text);
  if ('error' in result) throw new ValueError(result.error);
  return result.fields;
}

/** `a=b,c=d`, as pflag's stringToString takes it. */
export function parsePairs(text: string): ReadonlyMap<string, string> {
  const count = (text.match(/=/g) ?? []).length;
  if (count === 0) throw new ValueError(`${text} must be formatted as key=value`);
  const single = count === 1;
  const items = single ? [text.replace(/^"+|"+$/g, '')] : parseSlice(text);
  return new Map(items.map((item) => splitPair(item, `${item} must be formatted as key=value`)));
}

/** `a=b,c=d`, as component-base's map flags take it: blanks around keys and values don't count. */
export function parseMap(text: string): ReadonlyMap<string, string> {
  const items = text.split(',').filter((item) => item !== '');
  return new Map(items.map((item) => splitPair(item, 'malformed pair, expect string=string').map(trimmed) as Pair));
}

type Pair = [string, string];

function trimmed(text: string): string {
  return text.trim();
}

function splitPair(item: string, problem: string): Pair {
  const equals = item.indexOf('=');
  if (equals < 0) throw new ValueError(problem);
  return [item.slice(0, equals), item.slice(equals + 1)];
}
