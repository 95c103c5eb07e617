// Changing values deep in objects: `spec/template/metadata/labels`, through the items of lists, which paths don't name.

import { isArray, isObject, type JsonObject, type JsonValue, own, withKey } from '../../../sandbox/kube/json.ts';

export type Change = (value: JsonValue | undefined) => JsonValue;

/** The object with the value at that path changed. Without `create`, what is not there stays away. */
export function changeAt(object: JsonObject, path: string, create: boolean, change: Change): JsonObject {
  const changed = walked(object, path.split('/'), create, change);
  return isObject(changed) ? changed : object;
}

function walked(value: JsonValue | undefined, path: readonly string[], create: boolean, change: Change): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (isArray(value)) return value.map((item) => walked(item, path, create, change));
  if (!isObject(value)) {
    if (!create) return value ?? null;
    return withKey({}, key, walked(undefined, rest, create, change));
  }
  const held = own(value, key);
  if (held === undefined && !create) return value;
  return withKey(value, key, walked(held, rest, create, change));
}

export function textAt(object: JsonObject, path: string): string {
  let value: JsonValue | undefined = object;
  for (const key of path.split('/')) value = isObject(value) ? own(value, key) : undefined;
  return typeof value === 'string' ? value : '';
}

/** An empty one where there is none. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isObject(value) ? value : {};
}

/** The objects of a list. */
export function objects(object: JsonObject, key: string): readonly JsonObject[] {
  const list = own(object, key);
  return isArray(list) ? list.filter(isObject) : [];
}

/** The texts of a list. */
export function texts(object: JsonObject, key: string): readonly string[] {
  const list = own(object, key);
  return isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}

/** Every text in the object, with the path to it, can become another. */
export function changeTexts(
  value: JsonValue,
  change: (text: string, path: string, holder: JsonObject) => string,
): JsonValue {
  const walk = (each: JsonValue, path: string, holder: JsonObject): JsonValue => {
    if (typeof each === 'string') return change(each, path, holder);
    if (isArray(each)) return each.map((item) => walk(item, path, holder));
    if (!isObject(each)) return each;
    return Object.fromEntries(
      Object.entries(each).map(([key, item]) => [key, walk(item ?? null, `${path}/${key}`, each)]),
    );
  };
  return walk(value, '', {});
}
