// Lists of custom resources that are sets or maps: nothing stands in them twice.

import { at, atKey, duplicate, type FieldError, invalid, shownAsJson } from '../../kube/fielderrors.ts';
import { sortedKeys } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import { additionalOf, propertyOf, type Schema, schemaAt, textsAt } from './jsonschema.ts';

export function* listErrors(schema: Schema, value: JsonValue, path: string): Iterable<FieldError> {
  if (isArray(value)) yield* arrayErrors(schema, value, path);
  else if (isObject(value)) {
    const additional = additionalOf(schema);
    for (const name of sortedKeys(value)) {
      const property = propertyOf(schema, name);
      const member = own(value, name) ?? null;
      if (property !== undefined) yield* listErrors(property, member, path === '' ? name : at(path, name));
      else if (isObject(additional)) yield* listErrors(additional, member, atKey(path, name));
    }
  }
}

function* arrayErrors(schema: Schema, list: readonly JsonValue[], path: string): Iterable<FieldError> {
  if (schema['x-kubernetes-list-type'] === 'set') yield* doubles(list, list, path);
  if (schema['x-kubernetes-list-type'] === 'map') yield* mapErrors(schema, list, path);
  const items = schemaAt(schema, 'items');
  if (items === undefined) return;
  for (const [i, item] of list.entries()) yield* listErrors(items, item, at(path, i));
}

function* mapErrors(schema: Schema, list: readonly JsonValue[], path: string): Iterable<FieldError> {
  const wrong = list.findIndex((item) => item !== null && !isObject(item));
  if (wrong >= 0) {
    yield invalid(at(path, wrong), list[wrong] ?? null, 'must be an object for an array of list-type map');
    return;
  }
  const names = textsAt(schema, 'x-kubernetes-list-map-keys');
  yield* doubles(
    list.map((item) => keyOf(isObject(item) ? item : {}, names)),
    list.map((item) => keyOf(isObject(item) ? item : {}, names)),
    path,
  );
}

function keyOf(item: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = own(item, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Each value that stands more than once is told of once, where it stands for the second time. */
function* doubles(list: readonly JsonValue[], shown: readonly JsonValue[], path: string): Iterable<FieldError> {
  const seen = new Map<string, number>();
  for (const [i, item] of list.entries()) {
    const text = JSON.stringify(item, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    if (times === 1) yield duplicate(at(path, i), shownAsJson(shown[i] ?? null));
  }
}
