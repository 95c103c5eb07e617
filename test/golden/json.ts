// Reading recorded JSON: lossless numbers, and small accessors that never throw on an unexpected shape.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../sandbox/kube/json.ts';

export type { JsonObject, JsonValue };
export { isArray, isObject, own };

/** Parses JSON and keeps whole numbers beyond 2^53 as bigints. Throws SyntaxError with the position. */
export function parseJson(text: string): JsonValue {
  const tagged = text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{16,})(?![\d.eE])/g, (all, string, digits) =>
    string !== undefined || Number.isSafeInteger(Number(digits)) ? all : `"${BIG}${digits}"`,
  );
  const value: unknown = JSON.parse(tagged, (_, item: unknown) =>
    typeof item === 'string' && item.startsWith(BIG) ? BigInt(item.slice(BIG.length)) : item,
  );
  return value as JsonValue;
}

const BIG = '\u0000big:';

/** JSON as text, bigints as numbers. */
export function printJson(value: JsonValue | undefined, indent?: number): string {
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${BIG}${item}` : item), indent);
  return (text ?? 'undefined').replaceAll(/"\\u0000big:(-?\d+)"/g, '$1');
}

/** The value at a path of keys and indices; undefined when there is none. */
export function at(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let here = value;
  for (const step of path) {
    if (isArray(here)) here = typeof step === 'number' ? here[step] : undefined;
    else if (isObject(here)) here = own(here, String(step));
    else return undefined;
  }
  return here;
}

export function textAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function listAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly JsonValue[] {
  const found = at(value, ...path);
  return isArray(found) ? found : [];
}

export function objectAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

export function textsAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === 'string');
}

/** The entries of an object that are there. */
export function entries(object: JsonObject): readonly (readonly [string, JsonValue])[] {
  return Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}

/** A copy without some keys. */
export function omit(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(entries(object).filter(([key]) => !keys.includes(key)));
}

/** The same value under a mapping of all its strings, keys included. */
export function mapStrings(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(entries(value).map(([key, item]) => [change(key), mapStrings(item, change)]));
}

/** Every string in a value, keys included. */
export function* strings(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (isArray(value)) for (const item of value) yield* strings(item);
  else if (isObject(value)) {
    for (const [key, item] of entries(value)) {
      yield key;
      yield* strings(item);
    }
  }
}

/** Whether `part` is contained in `whole`: objects by key, lists by any element, null as absent. */
export function contains(whole: JsonValue | undefined, part: JsonValue): boolean {
  if (part === null) return whole === undefined || whole === null;
  if (isArray(part)) return isArray(whole) && part.every((item) => whole.some((other) => contains(other, item)));
  if (isObject(part)) return isObject(whole) && entries(part).every(([key, item]) => contains(own(whole, key), item));
  return whole === part;
}
