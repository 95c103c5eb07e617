// A member that occurs twice: Go decodes the second into what the first has left.

import { isArray, isObject, type JsonValue, own } from '../../kube/json.ts';
import type { FieldType, ScalarName, ValueType } from '../../kube/structure.ts';

/** What a field holds after both values were decoded into it. */
export function mergedField(first: JsonValue, second: JsonValue, field: FieldType): JsonValue {
  return second === null && field.pointer ? null : merged(first, second, field.type());
}

/** Null unsets these; Go ignores it for all others. */
const UNSET_BY_NULL: ReadonlySet<ValueType['kind'] | ScalarName> = new Set([
  'list',
  'map',
  'time',
  'microTime',
  'quantity',
]);

function merged(first: JsonValue, second: JsonValue, type: ValueType): JsonValue {
  if (second === null) return UNSET_BY_NULL.has(type.kind === 'scalar' ? type.scalar : type.kind) ? null : first;
  if (type.kind === 'object' && isObject(first) && isObject(second)) return mergedFields(first, second, type.field);
  if (type.kind === 'map' && isObject(first) && isObject(second)) return { ...first, ...second };
  if (type.kind === 'list' && isArray(first) && isArray(second)) {
    return second.map((item, i) => merged(first[i] ?? null, item, type.items) ?? item);
  }
  return second;
}

type Fields = (ValueType & { kind: 'object' })['field'];

function mergedFields(first: { readonly [key: string]: JsonValue | undefined }, second: typeof first, fields: Fields) {
  const result = new Map<string, JsonValue>();
  for (const [name, field] of fields) {
    const before = own(first, name);
    const after = own(second, name);
    if (before === undefined && after === undefined) continue;
    if (before === undefined || after === undefined) result.set(name, after ?? before ?? null);
    else result.set(name, mergedField(before, after, field));
  }
  return Object.fromEntries(result);
}
