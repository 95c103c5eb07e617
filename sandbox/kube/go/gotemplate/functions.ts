// The functions of Go templates, and kubectl's own `exists` and `base64decode`. An argument without a value is `NONE`.

import { isArray, isObject, type JsonValue, own } from '../../json.ts';
import { decodeBase64 } from '../base64.ts';
import { type GoValue, isInteger, sprint, sprintf, sprintln } from '../goformat.ts';
import { byteLength, compareText } from '../text.ts';

/** What a template computes with. `boxed`: it was taken out of a map or list, whose items Go knows as `interface {}`. */
export interface Value extends GoValue {
  readonly boxed: boolean;
}

export const NONE: Value = { type: 'nil', value: null, boxed: false };

/** The reason why a call failed. */
export class CallError extends Error {}

export interface TemplateFunction {
  readonly min: number;
  /** Undefined: any number. */
  readonly max: number | undefined;
  readonly call: (args: readonly Value[]) => Value;
}

export function boxedValue(value: JsonValue | undefined, boxed: boolean): Value {
  if (value === undefined || value === null) return { ...NONE, boxed: boxed && value === null };
  if (typeof value === 'boolean') return { type: 'bool', value, boxed };
  if (typeof value === 'string') return { type: 'string', value, boxed };
  if (typeof value === 'object') {
    return { type: isArray(value) ? '[]interface {}' : 'map[string]interface {}', value, boxed };
  }
  const isWhole = typeof value === 'bigint' || Number.isInteger(value);
  return { type: isWhole ? 'int64' : 'float64', value, boxed };
}

export function isTrue({ value }: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value);
}

const text = (value: string): Value => ({ type: 'string', value, boxed: false });
const truth = (value: boolean): Value => ({ type: 'bool', value, boxed: false });
const whole = (value: number): Value => ({ type: 'int', value, boxed: false });

type Kind = 'none' | 'bool' | 'int' | 'uint' | 'float' | 'string' | 'other';

function kindOf({ type }: Value): Kind {
  switch (type) {
    case 'nil':
      return 'none';
    case 'bool':
    case 'int':
    case 'string':
      return type;
    case 'int64':
      return 'int';
    case 'uint8':
      return 'uint';
    case 'float64':
      return 'float';
    default:
      return 'other';
  }
}

function equal(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new CallError('missing argument for comparison');
  for (const other of others) {
    const [a, b] = [kindOf(first), kindOf(other)];
    const integers = new Set([a, b, 'int', 'uint']).size === 2;
    if (a !== b && !integers) {
      if (a !== 'none' && b !== 'none') throw incomparable(first, other);
      continue;
    }
    if (a === 'other') throw new CallError(`non-comparable type ${sprint([first])}: ${first.type}`);
    if (a === 'none' || String(first.value) === String(other.value)) return true;
  }
  return false;
}

function incomparable(a: Value, b: Value): CallError {
  return new CallError(`incompatible types for comparison: ${a.type} and ${b.type}`);
}

function less(a: Value, b: Value): boolean {
  const [x, y] = [kindOf(a), kindOf(b)];
  const integers = new Set([x, y, 'int', 'uint']).size === 2;
  if (x !== y && !integers) throw incomparable(a, b);
  if (x === 'string') return compareText(String(a.value), String(b.value)) < 0;
  if (x === 'float') return Number(a.value) < Number(b.value);
  if (x !== 'int' && x !== 'uint') throw new CallError('invalid type for comparison');
  return BigInt(String(a.value)) < BigInt(String(b.value));
}

const same = (a: Value, b: Value): boolean => equal(a, [b]);

function integer({ type, value }: Value): number {
  if (isInteger(type)) return Number(value);
  if (type === 'nil') throw new CallError('cannot index slice/array with nil');
  throw new CallError(`cannot index slice/array with type ${type}`);
}

function index(item: Value, keys: readonly Value[]): Value {
  if (item.type === 'nil') throw new CallError('index of untyped nil');
  let at = item;
  for (const key of keys) at = indexOne(at, key);
  return at;
}

function indexOne(item: Value, key: Value): Value {
  const { value } = item;
  if (isArray(value) || typeof value === 'string') {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    const at = integer(key);
    if (at < 0 || at >= bytes.length) throw new CallError(`index out of range: ${at}`);
    if (!isArray(value)) return { type: 'uint8', value: Number(bytes[at]), boxed: false };
    return boxedValue(value[at] ?? null, true);
  }
  if (isObject(value)) {
    if (key.type === 'nil') throw new CallError('value is nil; should be of type string');
    if (key.type !== 'string') throw new CallError(`value has type ${key.type}; should be string`);
    return boxedValue(own(value, String(key.value)) ?? null, true);
  }
  if (item.type === 'nil') throw new CallError('index of nil pointer');
  throw new CallError(`can't index item of type ${item.type}`);
}

function slice(item: Value, bounds: readonly Value[]): Value {
  const { value } = item;
  if (item.type === 'nil') throw new CallError('slice of untyped nil');
  if (bounds.length > 3) throw new CallError(`too many slice indexes: ${bounds.length}`);
  if (!isArray(value) && typeof value !== 'string') throw new CallError(`can't slice item of type ${item.type}`);
  if (typeof value === 'string' && bounds.length === 3) throw new CallError('cannot 3-index slice a string');
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const [from = 0, to = bytes.length] = bounds.map((bound) => {
    const at = integer(bound);
    if (at < 0 || at > bytes.length) throw new CallError(`index out of range: ${at}`);
    return at;
  });
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  if (typeof value !== 'string') return boxedValue(value.slice(from, to), false);
  return text(new TextDecoder().decode(new TextEncoder().encode(value).slice(from, to)));
}

function length({ type, value }: Value): number {
  if (type === 'nil') throw new CallError('len of nil pointer');
  if (typeof value === 'string') return byteLength(value);
  if (isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw new CallError(`len of type ${type}`);
}

const HTML = new Map([
  ['\0', '\uFFFD'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** A text that may stand between tags and in their quotes. */
export function escapedForHtml(plain: string): string {
  return plain.replaceAll(/[\0"'&<>]/g, (character) => HTML.get(character) ?? character);
}

function escapedForScripts(plain: string): string {
  const escapes = new Map([...'\\\'"'].map((character) => [character, `\\${character}`]));
  return plain.replaceAll(/[\\'"<>&=\p{Cc}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return escapes.get(character) ?? `\\u${code}`;
  });
}

/** As RFC 3986 has it for queries, with `+` for blanks. */
function escapedForQueries(plain: string): string {
  return encodeURIComponent(plain)
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** Whether a path of keys and positions leads to something. */
function exists(item: Value, keys: readonly Value[]): boolean {
  let at = item;
  for (const key of keys) {
    const { value } = at;
    if (isArray(value)) {
      const position = isInteger(key.type) ? Number(key.value) : -1;
      if (position < 0 || position >= value.length) return false;
      at = boxedValue(value[position], true);
    } else if (isObject(value) && key.type === 'string') at = boxedValue(own(value, String(key.value)), true);
    else return false;
  }
  return at.type !== 'nil';
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(decodeBase64(base64));
  } catch (error) {
    throw new CallError(`base64 decode failed: ${error instanceof Error ? error.message : ''}`);
  }
}

/** Of a function that takes one value and then any number. */
function after(take: (first: Value, rest: readonly Value[]) => Value): TemplateFunction {
  return { min: 1, max: undefined, call: ([first = NONE, ...rest]) => take(first, rest) };
}

function two(take: (a: Value, b: Value) => boolean): TemplateFunction {
  return { min: 2, max: 2, call: ([a = NONE, b = NONE]) => truth(take(a, b)) };
}

function anyNumber(take: (args: readonly Value[]) => string): TemplateFunction {
  return { min: 0, max: undefined, call: (args) => text(take(args)) };
}

export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', after((first, rest) => [first, ...rest].find((value) => !isTrue(value)) ?? rest.at(-1) ?? first)],
  ['or', after((first, rest) => [first, ...rest].find(isTrue) ?? rest.at(-1) ?? first)],
  ['not', { min: 1, max: 1, call: ([value = NONE]) => truth(!isTrue(value)) }],
  ['eq', after((first, rest) => truth(equal(first, rest)))],
  ['ne', two((a, b) => !same(a, b))],
  ['lt', two(less)],
  ['le', two((a, b) => less(a, b) || same(a, b))],
  ['gt', two((a, b) => !less(a, b) && !same(a, b))],
  ['ge', two((a, b) => !less(a, b))],
  ['index', after(index)],
  ['slice', after(slice)],
  ['len', { min: 1, max: 1, call: ([value = NONE]) => whole(length(value)) }],
  ['print', anyNumber(sprint)],
  ['println', anyNumber(sprintln)],
  ['printf', after((format, rest) => text(sprintf(String(format.value), rest)))],
  ['html', anyNumber((args) => escapedForHtml(sprint(args)))],
  ['js', anyNumber((args) => escapedForScripts(sprint(args)))],
  ['urlquery', anyNumber((args) => escapedForQueries(sprint(args)))],
  ['exists', after((item, keys) => truth(exists(item, keys)))],
  ['base64decode', { min: 1, max: 1, call: ([value = NONE]) => text(decoded(String(value.value ?? ''))) }],
]);
