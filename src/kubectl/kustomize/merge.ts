// Merging a part of an object into it, as kustomizations do: lists by their merge keys, with what is new in front.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import type { FieldType, ValueType } from '../../../sandbox/kube/structure.ts';

/** Undefined where the part says that all of it goes. */
export function merged(object: JsonObject, part: JsonObject, type: ValueType | undefined): JsonObject | undefined {
  const { $patch: directive, ...fields } = part;
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return fields;
  const result = new Map(Object.entries(object));
  for (const [key, value] of Object.entries(fields)) {
    const held = own(object, key);
    const changed = value === null || value === undefined ? undefined : mergedValue(held, value, fieldOf(type, key));
    if (changed === undefined) result.delete(key);
    else result.set(key, changed);
  }
  return Object.fromEntries(result);
}

interface Field {
  readonly type: ValueType | undefined;
  readonly mergeKey: string | undefined;
  readonly merges: boolean;
}

const UNKNOWN: Field = { type: undefined, mergeKey: undefined, merges: false };

function fieldOf(type: ValueType | undefined, key: string): Field {
  if (type?.kind === 'map') return { ...UNKNOWN, type: type.values };
  const field: FieldType | undefined = type?.kind === 'object' ? type.field.get(key) : undefined;
  if (field === undefined) return UNKNOWN;
  return { type: field.type(), mergeKey: field.mergeKey, merges: field.strategies.includes('merge') };
}

function mergedValue(held: JsonValue | undefined, part: JsonValue, field: Field): JsonValue | undefined {
  if (isObject(part)) return merged(isObject(held) ? held : {}, part, field.type);
  if (!isArray(part) || !isArray(held) || !field.merges) return part;
  const items = field.type?.kind === 'list' ? field.type.items : undefined;
  if (field.mergeKey === undefined) return [...held, ...part.filter((each) => !held.includes(each))];
  return mergedList(held, part, field.mergeKey, items);
}

function mergedList(held: JsonArray, part: JsonArray, key: string, type: ValueType | undefined): JsonArray {
  const keyOf = (item: JsonValue): JsonValue | undefined => (isObject(item) ? own(item, key) : undefined);
  if (part.some((item) => isObject(item) && item['$patch'] === 'replace')) {
    return part.filter((item) => !(isObject(item) && item['$patch'] === 'replace'));
  }
  const kept = held.flatMap((item) => {
    const change = part.find((each) => keyOf(each) === keyOf(item));
    if (!isObject(change) || !isObject(item)) return [item];
    const result = merged(item, change, type);
    return result === undefined ? [] : [result];
  });
  const known = new Set(held.map(keyOf));
  const added = part.filter((item) => !known.has(keyOf(item)) && !(isObject(item) && item['$patch'] === 'delete'));
  return [...added, ...kept];
}
