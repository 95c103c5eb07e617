// Functions of strings. Positions count code points.

import { isList, listAt, listSize } from '../runtime/collections.ts';
import { failure, isFailure, NO_SUCH_OVERLOAD, type Result, type Value } from '../values.ts';
import { shownInError } from './conversions.ts';
import { formatString } from './formatting.ts';
import { type Int, type Library, onString, onStringAndInts, onStrings, onStringsAndInt, type Run } from './library.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a text: without surrogates its units are, and need not be copied. */
function pointsOf(text: string): string | readonly string[] {
  return SURROGATE.test(text) ? [...text] : text;
}

function cut(points: string | readonly string[], start: number, end: number): string {
  return typeof points === 'string' ? points.slice(start, end) : points.slice(start, end).join('');
}

function outOfRange(index: Int): Result {
  return failure(`index out of range: ${index}`);
}

function charAt(text: string, index: Int = 0): Result {
  const points = pointsOf(text);
  return index < 0 || index > points.length ? outOfRange(index) : (points[Number(index)] ?? '');
}

function substring(text: string, start: Int = 0, end?: Int): Result {
  const points = pointsOf(text);
  if (end !== undefined && start > end) return failure(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0 || start > points.length) return outOfRange(start);
  if (end !== undefined && (end < 0 || end > points.length)) return outOfRange(end);
  return cut(points, Number(start), Number(end ?? points.length));
}

function indexOf(text: string, part: string, from: Int = 0): Result {
  if (part === '') return from;
  if (from < 0) return outOfRange(from);
  const start = Number(from);
  const points = pointsOf(text);
  if (typeof points === 'string') return points.indexOf(part, start);
  const found = cut(points, start, points.length).indexOf(part);
  return found < 0 ? -1 : start + [...cut(points, start, points.length).slice(0, found)].length;
}

function lastIndexOf(text: string, part: string, start?: Int): Result {
  const points = pointsOf(text);
  if (part === '') return start ?? points.length;
  if (start !== undefined && start < 0) return outOfRange(start);
  if (start !== undefined && start >= points.length) return -1;
  const size = pointsOf(part).length;
  const before = cut(points, 0, Number(start ?? points.length) + size);
  const found = before.lastIndexOf(part);
  return found < 0 ? -1 : pointsOf(before.slice(0, found)).length;
}

/** At most `limit` times, if that isn't negative. An empty part is found before and after every character. */
function replace(text: string, old: string, by: string, limit = -1): string {
  if (limit < 0) return old === '' ? replaceNothing(text, by, Number.POSITIVE_INFINITY) : text.split(old).join(by);
  if (old === '') return replaceNothing(text, by, limit);
  const parts = text.split(old);
  const done = Math.min(limit, parts.length - 1);
  return (
    parts.slice(0, done + 1).join(by) +
    parts
      .slice(done + 1)
      .map((part) => old + part)
      .join('')
  );
}

function replaceNothing(text: string, by: string, limit: number): string {
  const points = [...text];
  const before = points.map((point, i) => (i < limit ? by + point : point)).join('');
  return points.length < limit ? before + by : before;
}

/** Into at most `limit` parts, the last of which holds the rest. */
function split(text: string, separator: string, atMost: Int = -1): readonly string[] {
  const limit = Number(atMost);
  if (limit === 0) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

const SPACES = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING = new RegExp(`^[${SPACES}]+`);
const SPACE = new RegExp(`[${SPACES}]`);

/** Without white space around it, as Go defines that. */
function trimSpace(text: string): string {
  const start = text.replace(LEADING, '');
  let end = start.length;
  while (end > 0 && SPACE.test(start.charAt(end - 1))) end--;
  return start.slice(0, end);
}

function join(list: Value, separator: string): Result {
  const parts: string[] = [];
  for (let i = 0; i < listSize(list); i++) {
    const part = listAt(list, i);
    if (typeof part !== 'string')
      return failure(`join: invalid input: ${isFailure(part) ? part.message : shownInError(part)}`);
    parts.push(part);
  }
  return parts.join(separator);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

function quote(text: string): string {
  return `"${text.replaceAll(/[\x07-\r"\\]/g, (char) => ESCAPES.get(char) ?? char)}"`;
}

const replaced: Run = (a = null, b = null, c = null, n = -1) =>
  typeof a === 'string' && typeof b === 'string' && typeof c === 'string' && typeof n !== 'object'
    ? replace(a, b, c, Number(n))
    : NO_SUCH_OVERLOAD;

export const STRING_LIBRARY: Library = {
  contains: {
    overloads: ['contains_string: string.(string) -> bool'],
    runs: { contains_string: onStrings((a, b) => a.includes(b)) },
    unguarded: true,
  },
  endsWith: {
    overloads: ['ends_with_string: string.(string) -> bool'],
    runs: { ends_with_string: onStrings((a, b) => a.endsWith(b)) },
    unguarded: true,
  },
  startsWith: {
    overloads: ['starts_with_string: string.(string) -> bool'],
    runs: { starts_with_string: onStrings((a, b) => a.startsWith(b)) },
    unguarded: true,
  },
  charAt: {
    overloads: ['string_char_at_int: string.(int) -> string'],
    runs: { string_char_at_int: onStringAndInts(charAt) },
  },
  indexOf: {
    overloads: [
      'string_index_of_string: string.(string) -> int',
      'string_index_of_string_int: string.(string, int) -> int',
    ],
    runs: { string_index_of_string: onStrings(indexOf), string_index_of_string_int: onStringsAndInt(indexOf) },
  },
  lastIndexOf: {
    overloads: [
      'string_last_index_of_string: string.(string) -> int',
      'string_last_index_of_string_int: string.(string, int) -> int',
    ],
    runs: {
      string_last_index_of_string: onStrings(lastIndexOf),
      string_last_index_of_string_int: onStringsAndInt(lastIndexOf),
    },
  },
  lowerAscii: {
    overloads: ['string_lower_ascii: string.() -> string'],
    runs: { string_lower_ascii: onString((a) => a.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase())) },
  },
  upperAscii: {
    overloads: ['string_upper_ascii: string.() -> string'],
    runs: { string_upper_ascii: onString((a) => a.replaceAll(/[a-z]+/g, (part) => part.toUpperCase())) },
  },
  replace: {
    overloads: [
      'string_replace_string_string: string.(string, string) -> string',
      'string_replace_string_string_int: string.(string, string, int) -> string',
    ],
    runs: { string_replace_string_string: replaced, string_replace_string_string_int: replaced },
  },
  split: {
    overloads: [
      'string_split_string: string.(string) -> list(string)',
      'string_split_string_int: string.(string, int) -> list(string)',
    ],
    runs: { string_split_string: onStrings(split), string_split_string_int: onStringsAndInt(split) },
  },
  substring: {
    overloads: [
      'string_substring_int: string.(int) -> string',
      'string_substring_int_int: string.(int, int) -> string',
    ],
    runs: { string_substring_int: onStringAndInts(substring), string_substring_int_int: onStringAndInts(substring) },
  },
  trim: { overloads: ['string_trim: string.() -> string'], runs: { string_trim: onString(trimSpace) } },
  join: {
    overloads: ['list_join: list(string).() -> string', 'list_join_string: list(string).(string) -> string'],
    runs: {
      list_join: (a = null) => join(a, ''),
      list_join_string: (a = null, b = null) => (typeof b === 'string' ? join(a, b) : NO_SUCH_OVERLOAD),
    },
  },
  format: {
    overloads: ['string_format: string.(list(dyn)) -> string'],
    runs: {
      string_format: (a = null, b = null) =>
        typeof a === 'string' && isList(b) ? formatString(a, b) : NO_SUCH_OVERLOAD,
    },
    variadic: true,
  },
  'strings.quote': { overloads: ['strings_quote: (string) -> string'], runs: { strings_quote: onString(quote) } },
};
