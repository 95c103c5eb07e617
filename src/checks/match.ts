// Partial objects: what is written must be there; what isn't written doesn't matter.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../sandbox/kube/json.ts';

/** The first place at which an object isn't as asked. */
export interface Mismatch {
  /** `spec.containers[name=web].image`. */
  readonly path: string;
  readonly expected: JsonValue;
  /** Undefined: it isn't there. */
  readonly actual: JsonValue | undefined;
}

/**
 * Compares a pattern with a value. An item of a pattern's list needs an item that it matches, wherever it stands; `null`
 * stands for what must be absent; numbers are compared as numbers.
 */
export function mismatch(pattern: JsonValue, value: JsonValue | undefined, path = ''): Mismatch | undefined {
  if (pattern === null)
    return value === undefined || value === null ? undefined : { path, expected: null, actual: value };
  if (isObject(pattern)) {
    if (!isObject(value)) return { path, expected: pattern, actual: value };
    return mismatchOfFields(pattern, value, path);
  }
  if (isArray(pattern)) {
    if (!isArray(value)) return { path, expected: pattern, actual: value };
    return mismatchOfItems(pattern, value, path);
  }
  return sameScalar(pattern, value) ? undefined : { path, expected: pattern, actual: value };
}

function mismatchOfFields(pattern: JsonObject, value: JsonObject, path: string): Mismatch | undefined {
  for (const [key, inner] of Object.entries(pattern)) {
    if (inner === undefined) continue;
    const found = mismatch(inner, own(value, key), path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mismatchOfItems(pattern: JsonArray, value: JsonArray, path: string): Mismatch | undefined {
  for (const inner of pattern) {
    if (value.some((item) => mismatch(inner, item) === undefined)) continue;
    const key = mergeKeyOf(inner);
    if (key === undefined || !isObject(inner)) return mismatchOfNameless(inner, value, path);
    const name = own(inner, key);
    const same = value.find((item) => isObject(item) && sameScalar(name ?? null, own(item, key)));
    const place = `${path}[${key}=${String(name)}]`;
    return same === undefined ? { path: place, expected: inner, actual: undefined } : mismatch(inner, same, place);
  }
  return undefined;
}

/** Nothing says which item was meant: with one it is told what is wrong with it, with others what there is. */
function mismatchOfNameless(inner: JsonValue, value: JsonArray, path: string): Mismatch | undefined {
  const [first] = value;
  return isObject(inner) && isObject(first)
    ? mismatch(inner, first, `${path}[0]`)
    : { path, expected: inner, actual: value };
}

/** Fields by which items of the API's lists are told apart, the most telling first. */
const MERGE_KEYS = [
  'name',
  'type',
  'containerPort',
  'port',
  'mountPath',
  'devicePath',
  'topologyKey',
  'ip',
  'uid',
  'key',
];

function mergeKeyOf(item: JsonValue): string | undefined {
  return isObject(item) ? MERGE_KEYS.find((key) => Object.hasOwn(item, key)) : undefined;
}

function sameScalar(a: JsonValue, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  const numbers = [a, b].every((one) => typeof one === 'number' || typeof one === 'bigint');
  return numbers && a === b;
}
