// A step of a path to a field, as managed fields write it: `f:image` is a field or a map's key, `k:{"name":"c"}` the item
// of a list with that key, `v:"x"` an item of a set, `i:0` a place in a list.

import { integerError } from '../go/integer.ts';
import { compareText, goJson, goNumber, quote, sortedKeys } from '../go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../json.ts';
import { messageOf } from '../thrown.ts';

/** In its written form. */
export type PathElement = string;

export type FieldPath = readonly PathElement[];

/** A text is no path element. */
export class PathElementError extends Error {}

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The item whose key fields have these values. */
export function keyElement(key: JsonObject): PathElement {
  return `k:${goJson(key, 'sorted')}`;
}

/** The item whose one key field has this value. */
export function singleKeyElement(name: string, value: string): PathElement {
  return PLAIN.test(value) ? `k:{"${name}":"${value}"}` : keyElement({ [name]: value });
}

/** What JSON writes as it is, and what orders written as its text does. */
const PLAIN = /^[\w.:/-]*$/;
const PLAIN_KEY = /^k:\{"[\w.]+":"[\w.:/-]*"\}$/;

export function valueElement(value: JsonValue): PathElement {
  return `v:${goJson(value)}`;
}

/** The field's name; undefined for other elements. */
export function fieldName(element: PathElement): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

export function isKeyElement(element: PathElement): boolean {
  return element.startsWith('k:');
}

/**
 * The element in its canonical form; undefined for kinds that nobody knows, which are skipped. Throws a
 * PathElementError when it isn't well-formed.
 */
export function canonicalElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new PathElementError('key must be 2 characters long:');
  if (text[1] !== ':') throw new PathElementError(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(parse(rest));
    case 'k':
      return keyElement(keyOf(rest));
    case 'i':
      return indexElement(rest);
    default:
      return undefined;
  }
}

function keyOf(text: string): JsonObject {
  const key = parse(text);
  if (!isObject(key)) throw new PathElementError('expected an object as key');
  return key;
}

function indexElement(text: string): PathElement {
  const error = integerError(text);
  if (error !== undefined) throw new PathElementError(error);
  return `i:${BigInt(text)}`;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new PathElementError(messageOf(error));
  }
}

/** The order in which elements are written: fields, keys, values, indices; each by what it holds, numbers as numbers. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  const kind = KINDS.indexOf(a.charAt(0)) - KINDS.indexOf(b.charAt(0));
  if (kind !== 0) return kind;
  if (a.startsWith('f:') || a === '.') return compareText(a, b);
  if (a.startsWith('i:')) return Number(a.slice(2)) - Number(b.slice(2));
  if (PLAIN_KEY.test(a) && PLAIN_KEY.test(b)) return compareText(a, b);
  const left = parse(a.slice(2));
  const right = parse(b.slice(2));
  return isObject(left) && isObject(right) ? compareKeys(left, right) : compareValues(left, right);
}

/** The dot is what stands for an element itself, before all that is within it. */
const KINDS = '.fkvi';

function compareKeys(a: JsonObject, b: JsonObject): number {
  const left = sortedKeys(a);
  const right = sortedKeys(b);
  for (const [i, name] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    const order = compareText(name, other) || compareValues(own(a, name) ?? null, own(b, other) ?? null);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareValues(a: JsonValue, b: JsonValue): number {
  const kind = kindOf(a) - kindOf(b);
  if (kind !== 0) return kind;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  return compareText(goJson(a, 'sorted'), goJson(b, 'sorted'));
}

function kindOf(value: JsonValue): number {
  if (isNumber(value)) return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  return isArray(value) ? 3 : isObject(value) ? 4 : 5;
}

function isNumber(value: JsonValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** As messages show it: `.spec`, `[name="c"]`, `[="x"]`, `[0]`. */
export function printElement(element: PathElement): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'i':
      return `[${rest}]`;
    case 'v':
      return `[=${printValue(parse(rest))}]`;
    default:
      return `[${printKey(parse(rest))}]`;
  }
}

export function printPath(path: FieldPath): string {
  return path.map(printElement).join('');
}

function printKey(key: JsonValue): string {
  if (!isObject(key)) return printValue(key);
  return sortedKeys(key)
    .map((name) => `${name}=${printValue(own(key, name) ?? null)}`)
    .join(',');
}

function printValue(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (isNumber(value)) return goNumber(value);
  if (isArray(value)) return `[${value.map(printValue).join(',')}]`;
  return isObject(value) ? printKey(value).replaceAll(',', '') : String(value);
}
