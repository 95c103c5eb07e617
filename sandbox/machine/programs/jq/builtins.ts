// Functions of jq that are done here.

import { strftime } from '../kit/strftime.ts';
import {
  type Callable,
  fail,
  type Item,
  type Machine,
  type Native,
  type Path,
  run,
  type Scope,
  values,
} from './evaluate.ts';
import { JsonError, parseJson } from './json.ts';
import { LIBRARY } from './library.ts';
import { matches } from './match.ts';
import {
  add,
  binary,
  contains,
  deletePaths,
  indexed,
  keysOf,
  lengthOf,
  positions,
  setPath,
  splitText,
} from './operate.ts';
import { parseDefinitions } from './parse.ts';
import type { Filter } from './tree.ts';
import {
  compare,
  isList,
  isObjectValue,
  isTruthy,
  JqError,
  shortText,
  textOfValue,
  typeName,
  type Value,
} from './values.ts';

function named(value: Value): string {
  return `${typeName(value)} (${shortText(value)})`;
}

function made(item: Item, value: Value): Item {
  return { value, path: item.path === undefined ? undefined : 'off' };
}

/** A function of its input and of the values of its arguments. */
function plain(act: (value: Value, ...args: Value[]) => Value): Native {
  return function* (item, args, scope, machine) {
    for (const given of product(args, 0, item.value, scope, machine)) yield made(item, act(item.value, ...given));
  };
}

/** All choices of the arguments' values; the last argument varies slowest. */
function* product(
  args: readonly Filter[],
  at: number,
  value: Value,
  scope: Scope,
  machine: Machine,
): Generator<Value[]> {
  const arg = args[at];
  if (arg === undefined) {
    yield [];
    return;
  }
  for (const rest of product(args, at + 1, value, scope, machine))
    for (const given of values(arg, value, scope, machine)) yield [given, ...rest];
}

function text(value: Value, what: string): string {
  return typeof value === 'string' ? value : fail(`${named(value)} ${what}`);
}

function list(value: Value, what = 'cannot be sorted, as it is not an array'): readonly Value[] {
  return isList(value) ? value : fail(`${named(value)} ${what}`);
}

function number(value: Value): number {
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
  return list(value, 'cannot be flattened').flatMap((item) =>
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

const MATH_ONE =
  'acos acosh asin asinh atan atanh cbrt cos cosh exp expm1 log log10 log1p log2 sin sinh sqrt tan tanh trunc'.split(
    ' ',
  );

const PLAIN: Readonly<Record<string, readonly [number, (value: Value, ...args: Value[]) => Value]>> = {
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

const SPECIAL: Readonly<Record<string, Native>> = {
  'empty/0': () => [],
  'error/0': (item) => {
    throw new JqError(item.value);
  },
  'path/1': function* (item, [filter], scope, machine) {
    if (filter === undefined) return;
    for (const found of run(filter, { value: item.value, path: [] }, scope, machine)) yield made(item, pathOf(found));
  },
  'getpath/1': function* (item, [filter], scope, machine) {
    if (filter === undefined) return;
    for (const path of values(filter, item.value, scope, machine))
      yield atPath(item, list(path, 'Path must be specified as an array'));
  },
  'recurse/0': (item, _, scope, machine) => run({ op: 'recurse' }, item, scope, machine),
  'range/2': function* (item, [from, to], scope, machine) {
    if (from === undefined || to === undefined) return;
    for (const start of values(from, item.value, scope, machine))
      for (const end of values(to, item.value, scope, machine)) yield* counted(item, start, end, 1, machine);
  },
  'range/3': function* (item, [from, to, by], scope, machine) {
    if (from === undefined || to === undefined || by === undefined) return;
    for (const start of values(from, item.value, scope, machine))
      for (const end of values(to, item.value, scope, machine))
        for (const step of values(by, item.value, scope, machine))
          yield* counted(item, start, end, number(step), machine);
  },
  'last/1': function* (item, [filter], scope, machine) {
    let last: Item | undefined;
    if (filter !== undefined) for (const each of run(filter, item, scope, machine)) last = each;
    if (last !== undefined) yield last;
  },
  'input/0': function* (item, _, __, machine) {
    yield made(item, machine.nextInput());
  },
  'inputs/0': function* (item, _, __, machine) {
    for (;;) {
      let next: Value;
      try {
        next = machine.nextInput();
      } catch (error) {
        if (error instanceof JqError && error.value === NO_MORE) return;
        throw error;
      }
      yield made(item, next);
    }
  },
  'debug/0': function* (item, _, __, machine) {
    machine.complain(`${textOfValue(['DEBUG:', item.value])}\n`);
    yield item;
  },
  'stderr/0': function* (item, _, __, machine) {
    machine.complain(textOfValue(item.value));
    yield item;
  },
  'now/0': function* (item, _, __, machine) {
    yield made(item, machine.now());
  },
  'halt/0': () => {
    throw new Halt(0, undefined);
  },
  'halt_error/1': function* (item, [filter], scope, machine) {
    if (filter !== undefined)
      for (const status of values(filter, item.value, scope, machine)) throw new Halt(number(status), item.value);
  },
  '_assign/3': assign,
};

export const NO_MORE = 'No more inputs';

/** The program ends here. */
export class Halt extends Error {
  readonly status: number;
  readonly value: Value | undefined;
  constructor(status: number, value: Value | undefined) {
    super('halt');
    this.status = status;
    this.value = value;
  }
}

function pathOf({ value, path }: Item): Path {
  if (path === 'off' || path === undefined) return fail(`Invalid path expression with result ${shortText(value)}`);
  return path;
}

function atPath(item: Item, path: Path): Item {
  let value: Value = item.value;
  for (const key of path) {
    if (value === null) break;
    value = indexed(value, key);
  }
  if (item.path === undefined) return { value, path: undefined };
  if (item.path === 'off') return fail(`Invalid path expression with result ${shortText(item.value)}`);
  return { value, path: [...item.path, ...path] };
}

function* counted(item: Item, start: Value, end: Value, step: number, machine: Machine): Generator<Item> {
  if (typeof start !== 'number' || typeof end !== 'number') fail('Range bounds must be numeric');
  if (step === 0) return;
  for (let i = start; step > 0 ? i < end : i > end; i += step) {
    machine.steps++;
    yield made(item, i);
  }
}

/** `=`, `|=`, and the arithmetic ones. */
function* assign(item: Item, args: readonly Filter[], scope: Scope, machine: Machine): Generator<Item> {
  const [signFilter, left, right] = args;
  if (signFilter?.op !== 'literal' || left === undefined || right === undefined) return;
  const sign = String(signFilter.value);
  const paths = (): Path[] => [...run(left, { value: item.value, path: [] }, scope, machine)].map(pathOf);
  if (sign === '|=') {
    yield made(item, updated(item.value, paths(), right, scope, machine));
    return;
  }
  for (const given of values(right, item.value, scope, machine)) {
    const change = (before: Value): Value => {
      if (sign === '=') return given;
      if (sign === '//=') return isTruthy(before) ? before : given;
      return sign === '+=' ? add(before, given) : binary(sign.slice(0, 1), before, given);
    };
    yield made(
      item,
      paths().reduce<Value>((value, path) => setPath(value, path, change), item.value),
    );
  }
}

/** Each place gets the first value of the filter there; where there is none, the place goes. */
function updated(value: Value, paths: readonly Path[], filter: Filter, scope: Scope, machine: Machine): Value {
  const gone: Path[] = [];
  let result = value;
  for (const path of paths) {
    const before = atPath({ value: result, path: undefined }, path).value;
    const first = values(filter, before, scope, machine).next();
    if (first.done === true) gone.push(path);
    else result = setPath(result, path, () => first.value);
  }
  return gone.length === 0 ? result : deletePaths(result, gone);
}

export function buildLibrary(): ReadonlyMap<string, Callable> {
  const library = new Map<string, Callable>();
  const scope: Scope = { name: '', bound: { kind: 'value', value: null }, outer: undefined };
  for (const [name, [count, act]] of Object.entries(PLAIN))
    library.set(`${name}/${count}`, { kind: 'native', run: plain(act) });
  for (const name of MATH_ONE) {
    const act = Math[name as 'sqrt'];
    library.set(`${name}/0`, { kind: 'native', run: plain((value) => act(number(value))) });
  }
  for (const [key, native] of Object.entries(SPECIAL)) library.set(key, { kind: 'native', run: native });
  library.set('_assign', { kind: 'native', run: assign });
  for (const definition of parseDefinitions(LIBRARY))
    library.set(`${definition.name}/${definition.params.length}`, { kind: 'defined', definition, scope });
  const names = [...library.keys()].filter((key) => !key.startsWith('_'));
  library.set('builtins/0', { kind: 'native', run: plain(() => names) });
  return library;
}
