// JSON as the whole house passes it around: plain, frozen, in wire shape (absent is absent, never undefined).
// Whole numbers beyond 2^53 are bigints; all other numbers are numbers.

export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is JsonArray {
  return Array.isArray(value);
}

/** The value that a map from a user holds under a key of the user's choice: `constructor` is a key like any other. */
export function own<T>(map: { readonly [key: string]: T | undefined } | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A copy of `object` with one key set; safe for any key. */
export function withKey<T extends JsonObject>(object: T, key: string, value: JsonValue): T {
  return { ...object, ...Object.fromEntries([[key, value]]) };
}

/** A copy of `object` without one key; the same object when it isn't there. */
export function withoutKey<T extends JsonObject>(object: T, key: string): T {
  if (!Object.hasOwn(object, key)) return object;
  const { [key]: _, ...rest } = object;
  return rest as T;
}

/** Whether two values are the same JSON: key order doesn't count, absent and undefined are one. Shared parts cost nothing. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (isArray(b)) return false;
  return sameFields(a, b);
}

function sameFields(a: JsonObject, b: JsonObject): boolean {
  let left = 0;
  for (const key of Object.keys(a)) {
    const value = a[key];
    if (value === undefined) continue;
    left++;
    if (!Object.hasOwn(b, key) || !sameJson(value, b[key])) return false;
  }
  let right = 0;
  for (const key of Object.keys(b)) if (b[key] !== undefined) right++;
  return left === right;
}
