// Functions of jq that turn values into a value, by name: how many arguments each takes, and what it does.

import { strftime } from '../kit/strftime.ts';
import { JsonError, parseJson } from './json.ts';
import { matches } from './match.ts';
import { contains, deletePaths, indexed, keysOf, lengthOf, positions, setPath, splitText } from './operate.ts';
import { fail } from './scope.ts';
import { compare, isList, isObjectValue, isTruthy, shortText, textOfValue, typeName, type Value } from './values.ts';

function named(value: Value): string {
  return `${typeName(value)} (${shortText(value)})`;
}

function text(value: Value, what: string): string {
  return typeof value === 'string' ? value : fail(`${named(value)} ${what}`);
}

export function list(value: Value, what = 'cannot be sorted, as it is not an array'): readonly Value[] {
  return isList(value) ? value : fail(`${named(value)} ${what}`);
}

export function number(value: Value): number {
  return typeof value === 'number' ? value : fail(`${named(value)} number required`);
}

/** The elements with their keys, in the keys' order. */
function keyed(value: Value, keys: Value): readonly { readonly item: Value; readonly key: Value }[] {
  const all = list(keys);
  return list(value)
    .map((item, index) => ({ item, key: all[index] ?? null }))
    .sort((a, b) => compare(a.key, b.key));
}

function grouped(value: Value, keys: Value): Value {
  const groups: { readonly key: Value; readonly items: Value[] }[] = [];
  for (const { item, key } of keyed(value, keys)) {
    const last = groups.at(-1);
    if (last !== undefined && compare(last.key, key) === 0) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map(({ items }) => items);
}

function extreme(value: Value, keys: Value, sign: 1 | -1): Value {
  let best: { item: Value; key: Value } | undefined;
  list(value).forEach((item, index) => {
    const key = list(keys)[index] ?? null;
    const order = best === undefined ? 1 : compare(key, best.key) * sign;
    if (order > 0 || (order === 0 && sign === 1)) best = { item, key };
  });
  return best?.item ?? null;
}

function flattened(value: Value, depth: number): Value {
  if (depth < 0) fail('flatten depth must not be negative');
  if (!isList(value)) return fail(`Cannot iterate over ${named(value)}`);
  return value.flatMap((item) =>
    isList(item) && depth > 0 ? (flattened(item, depth - 1) as readonly Value[]) : [item],
  );
}

function tonumber(value: Value): Value {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value)) return Number(value);
  return fail(
    typeof value === 'string' ? `Cannot parse '${value}' as JSON` : `${named(value)} cannot be parsed as a number`,
  );
}

function has(value: Value, key: Value): Value {
  if (isObjectValue(value) && typeof key === 'string') return value.has(key);
  if (isList(value) && typeof key === 'number') return key >= 0 && key < value.length;
  return fail(
    `Cannot check whether ${typeName(value)} has a ${typeof key === 'string' ? 'string' : typeName(key)} key`,
  );
}

function indices(value: Value, wanted: Value): Value {
  if (value === null) return null;
  if (typeof value === 'string' && typeof wanted === 'string') {
    const found: number[] = [];
    for (let at = value.indexOf(wanted); at >= 0 && wanted !== ''; at = value.indexOf(wanted, at + 1))
      found.push([...value.slice(0, at)].length);
    return wanted === '' ? null : found;
  }
  if (isList(value)) return positions(value, isList(wanted) ? wanted : [wanted]);
  return indexed(value, wanted);
}

function fromJson(value: Value): Value {
  const source = text(value, 'cannot be parsed as JSON');
  try {
    return parseJson(source);
  } catch (error) {
    if (error instanceof JsonError) return fail(`${error.message} (while parsing '${source}')`);
    throw error;
  }
}

function implode(value: Value): Value {
  return list(value, 'cannot be imploded')
    .map((code) =>
      typeof code === 'number'
        ? String.fromCodePoint(Math.min(0x10ffff, Math.max(0, code)))
        : fail('Unicode codepoint must be numeric'),
    )
    .join('');
}

/** [year, month, day, hours, minutes, seconds, weekday, day of the year]. */
function brokenDown(seconds: number): Value {
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1000);
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  return [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + (seconds - whole),
    date.getUTCDay(),
    Math.floor((whole * 1000 - start) / 86_400_000),
  ];
}

function mktime(value: Value): Value {
  if (!isList(value) || value.length < 6) return fail('mktime requires array of 6 numbers');
  const [year, month, day, hours, minutes, secondsPart] = value.map(number);
  return Math.floor(
    Date.UTC(year ?? 0, month ?? 0, day ?? 1, hours ?? 0, minutes ?? 0, Math.floor(secondsPart ?? 0)) / 1000,
  );
}

function strptime(value: Value, format: Value): Value {
  const source = text(value, 'cannot be parsed as a date');
  const asked = String(format);
  const time = Date.parse(/^%Y-%m-%d$/.test(asked) ? `${source}T00:00:00Z` : source);
  const known =
    /^%Y-%m-%d(T%H:%M:%SZ|T%H:%M:%S%z)?$/.test(asked) &&
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d))?$/.test(source);
  if (!known || Number.isNaN(time)) return fail(`date "${source}" does not match format "${asked}"`);
  return brokenDown(time / 1000);
}

export const MATH_ONE =
  'acos acosh asin asinh atan atanh cbrt cos cosh exp expm1 log log10 log1p log2 sin sinh sqrt tan tanh trunc'.split(
    ' ',
  );

export const PLAIN: Readonly<Record<string, readonly [number, (value: Value, ...args: Value[]) => Value]>> = {
  length: [0, lengthOf],
  utf8bytelength: [0, (value) => new TextEncoder().encode(text(value, 'only strings have UTF-8 byte length')).length],
  not: [0, (value) => !isTruthy(value)],
  keys: [0, keysOf],
  keys_unsorted: [0, (value) => (isObjectValue(value) ? [...value.keys()] : keysOf(value))],
  has: [1, has],
  contains: [1, contains],
  type: [0, typeName],
  tostring: [0, (value) => (typeof value === 'string' ? value : textOfValue(value))],
  tonumber: [0, tonumber],
  toboolean: [
    0,
    (value) =>
      value === true || value === 'true'
        ? true
        : value === false || value === 'false'
          ? false
          : fail(`${named(value)} cannot be parsed as a boolean`),
  ],
  tojson: [0, (value) => textOfValue(value)],
  fromjson: [0, fromJson],
  explode: [0, (value) => [...text(value, 'cannot be exploded')].map((c) => c.codePointAt(0) ?? 0)],
  implode: [0, implode],
  sort: [0, (value) => [...list(value)].sort(compare)],
  _sort_by: [1, (value, keys) => keyed(value, keys ?? null).map(({ item }) => item)],
  _group_by: [1, (value, keys) => grouped(value, keys ?? null)],
  _max_by: [1, (value, keys) => extreme(value, keys ?? null, 1)],
  _min_by: [1, (value, keys) => extreme(value, keys ?? null, -1)],
  min: [0, (value) => extreme(value, value, -1)],
  max: [0, (value) => extreme(value, value, 1)],
  reverse: [
    0,
    (value) =>
      typeof value === 'string'
        ? [...value].reverse().join('')
        : value === null
          ? []
          : [...list(value, 'cannot be reversed, as it is not an array')].reverse(),
  ],
  flatten: [1, (value, depth) => flattened(value, number(depth ?? null))],
  indices: [1, (value, wanted) => indices(value, wanted ?? null)],
  _indices: [1, (value, wanted) => indices(value, wanted ?? null)],
  startswith: [
    1,
    (value, head) =>
      typeof value === 'string' && typeof head === 'string'
        ? value.startsWith(head)
        : fail('startswith() requires string inputs'),
  ],
  endswith: [
    1,
    (value, tail) =>
      typeof value === 'string' && typeof tail === 'string'
        ? value.endsWith(tail)
        : fail('endswith() requires string inputs'),
  ],
  ltrimstr: [
    1,
    (value, head) =>
      typeof value === 'string' && typeof head === 'string' && value.startsWith(head)
        ? value.slice(head.length)
        : value,
  ],
  rtrimstr: [
    1,
    (value, tail) =>
      typeof value === 'string' && typeof tail === 'string' && tail !== '' && value.endsWith(tail)
        ? value.slice(0, -tail.length)
        : value,
  ],
  trim: [0, (value) => text(value, 'cannot be trimmed').trim()],
  ltrim: [0, (value) => text(value, 'cannot be trimmed').trimStart()],
  rtrim: [0, (value) => text(value, 'cannot be trimmed').trimEnd()],
  split: [
    1,
    (value, by) =>
      typeof value === 'string' && typeof by === 'string'
        ? splitText(value, by)
        : fail('split input and separator must be strings'),
  ],
  floor: [0, (value) => Math.floor(number(value))],
  ceil: [0, (value) => Math.ceil(number(value))],
  round: [0, (value) => Math.sign(number(value)) * Math.round(Math.abs(number(value)))],
  fabs: [0, (value) => Math.abs(number(value))],
  pow: [2, (_, base, power) => number(base ?? null) ** number(power ?? null)],
  fmin: [2, (_, a, b) => Math.min(number(a ?? null), number(b ?? null))],
  fmax: [2, (_, a, b) => Math.max(number(a ?? null), number(b ?? null))],
  fmod: [2, (_, a, b) => number(a ?? null) % number(b ?? null)],
  exp2: [0, (value) => 2 ** number(value)],
  exp10: [0, (value) => 10 ** number(value)],
  significand: [0, (value) => number(value) / 2 ** Math.floor(Math.log2(Math.abs(number(value))))],
  infinite: [0, () => Number.POSITIVE_INFINITY],
  nan: [0, () => Number.NaN],
  isinfinite: [0, (value) => Math.abs(number(value)) === Number.POSITIVE_INFINITY],
  isnan: [0, (value) => Number.isNaN(number(value))],
  isnormal: [0, (value) => Number.isFinite(number(value)) && number(value) !== 0],
  null: [0, () => null],
  true: [0, () => true],
  false: [0, () => false],
  gmtime: [0, (value) => brokenDown(number(value))],
  localtime: [0, (value) => brokenDown(number(value))],
  mktime: [0, mktime],
  strptime: [1, (value, format) => strptime(value, format ?? null)],
  strftime: [1, (value, format) => strftime(String(format), typeof value === 'number' ? value : number(mktime(value)))],
  strflocaltime: [
    1,
    (value, format) => strftime(String(format), typeof value === 'number' ? value : number(mktime(value))),
  ],
  setpath: [
    2,
    (value, path, to) => setPath(value, list(path ?? null, 'Path must be specified as an array'), () => to ?? null),
  ],
  delpaths: [
    1,
    (value, paths) =>
      deletePaths(
        value,
        list(paths ?? null, 'Paths must be specified as an array').map((path) =>
          list(path, 'Path must be specified as an array'),
        ),
      ),
  ],
  _match: [3, (value, regex, flags, test) => matches(value, regex ?? null, flags ?? null, test === true)],
  input_line_number: [0, () => 0],
  input_filename: [0, () => null],
  get_search_list: [0, () => []],
};
