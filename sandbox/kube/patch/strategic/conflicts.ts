// Whether two strategic merge patches contradict each other.

import { compareText, goValue } from '../../go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own, sameJson } from '../../json.ts';
import type { ValueType } from '../../structure.ts';
import { distinct, holdObjects } from './lists.ts';
import { DIRECTIVE, type FieldMeta, listField, objectField, PatchError, RETAIN_KEYS, type Source } from './meta.ts';

/** Whether a field has one value in the first and another in the second. Throws a PatchError. */
export function patchesConflict(left: JsonObject, right: JsonObject, type: ValueType, source: Source): boolean {
  const leftDirective = own(left, DIRECTIVE);
  const rightDirective = own(right, DIRECTIVE);
  if (leftDirective !== rightDirective) return true;
  return Object.keys(left).some((key) => {
    const value = own(left, key);
    const other = own(right, key);
    if (key === DIRECTIVE || key === RETAIN_KEYS || value === undefined || other === undefined) return false;
    return valuesConflict(value, other, metaOf(type, key, value, source), source);
  });
}

function metaOf(type: ValueType, key: string, value: JsonValue, source: Source): FieldMeta | undefined {
  if (isArray(value)) return listField(type, key, source);
  return isObject(value) ? objectField(type, key, source) : undefined;
}

function valuesConflict(left: JsonValue, right: JsonValue, meta: FieldMeta | undefined, source: Source): boolean {
  if (isObject(left) && meta !== undefined) {
    if (!isObject(right)) return true;
    if (meta.strategy === 'replace') return own(left, DIRECTIVE) !== own(right, DIRECTIVE);
    return patchesConflict(left, right, meta.type, source);
  }
  if (isArray(left) && meta !== undefined) return !isArray(right) || listsConflict(left, right, meta, source);
  return !sameJson(left, right);
}

function listsConflict(left: JsonArray, right: JsonArray, meta: FieldMeta, source: Source): boolean {
  const objects = holdObjects(left, right);
  if (meta.strategy === 'merge') return objects && mergedListsConflict(left, right, meta, source);
  if (left.length !== right.length) return true;
  const item: FieldMeta = { ...meta, strategy: undefined };
  const [first, second] = objects ? [left, right] : [normalised(left), normalised(right)];
  return first.some((value, i) => valuesConflict(value, second[i] ?? null, item, source));
}

function normalised(list: JsonArray): JsonArray {
  return distinct(list).sort((a, b) => compareText(goValue(a), goValue(b)));
}

function mergedListsConflict(left: JsonArray, right: JsonArray, meta: FieldMeta, source: Source): boolean {
  const others = byMergeKey(right, meta.mergeKey ?? '');
  return [...byMergeKey(left, meta.mergeKey ?? '')].some(([key, item]) => {
    const other = others.get(key);
    return other !== undefined && patchesConflict(item, other, meta.type, source);
  });
}

function byMergeKey(list: JsonArray, mergeKey: string): ReadonlyMap<string, JsonObject> {
  const items = new Map<string, JsonObject>();
  for (const item of list) {
    const key = isObject(item) ? own(item, mergeKey) : undefined;
    if (!isObject(item) || key === undefined) {
      throw new PatchError(`cannot find merge key \`${mergeKey}\` in merging list element:${goValue(item)}`);
    }
    items.set(goValue(key), item);
  }
  return items;
}
