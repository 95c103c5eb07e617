// Defaults that a schema declares, as they are filled into custom resources and into the keys of server-side apply. What
// Kubernetes' own kinds get beyond that is each kind's business.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../kube/json.ts';
import type { FieldType, ListType, MapType, ObjectType, ValueType } from '../kube/structure.ts';

/**
 * The value with the defaults of its type: where a field is absent, or null without being nullable. Defaults are filled
 * into what a default brought as well. The same value when there is nothing to fill.
 */
export function applyDeclaredDefaults<T extends JsonValue>(value: T, type: ValueType): T {
  return filled(value, type) as T;
}

function filled(value: JsonValue, type: ValueType): JsonValue {
  switch (type.kind) {
    case 'object':
      return isObject(value) ? filledObject(value, type) : value;
    case 'map':
      return isObject(value) ? filledMap(value, type) : value;
    case 'list':
      return isArray(value) ? filledList(value, type) : value;
    case 'scalar':
      return value;
  }
}

function filledObject(object: JsonObject, type: ObjectType): JsonObject {
  const changes: (readonly [string, JsonValue])[] = [];
  for (const field of type.fields) {
    const before = own(object, field.name);
    const after = filledField(before, field);
    if (after !== undefined && after !== before) changes.push([field.name, after]);
  }
  return changes.length === 0 ? object : { ...object, ...Object.fromEntries(changes) };
}

function filledField(value: JsonValue | undefined, field: FieldType): JsonValue | undefined {
  const missing = value === undefined || (value === null && !field.nullable);
  const present = missing && field.default !== undefined ? field.default : value;
  return present === undefined ? undefined : filled(present, field.type());
}

function filledMap(map: JsonObject, type: MapType): JsonObject {
  const changes = Object.keys(map).flatMap((key) => {
    const before = map[key];
    const after = before === undefined ? undefined : filled(before, type.values);
    return after === undefined || after === before ? [] : [[key, after] as const];
  });
  return changes.length === 0 ? map : { ...map, ...Object.fromEntries(changes) };
}

function filledList(list: JsonArray, type: ListType): JsonArray {
  const items = list.map((item) => filled(item, type.items));
  return items.every((item, i) => item === list[i]) ? list : items;
}
