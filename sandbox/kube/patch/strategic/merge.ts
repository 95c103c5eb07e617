// Applying a strategic merge patch to an object.

import { goString, goValue } from '../../go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own, sameJson } from '../../json.ts';
import type { ValueType } from '../../structure.ts';
import { type Draft, type DraftList, type DraftMap, discardNulls, jsonOf, withoutDirectives } from './draft.ts';
import {
  distinct,
  goTypeOf,
  holdObjects,
  identity,
  interleave,
  keyOf,
  noMergeKey,
  partition,
  wrongType,
} from './lists.ts';
import {
  BAD_ORDER_LIST,
  BAD_PRIMITIVE_LIST,
  BAD_RETAIN_KEYS,
  DELETE_PREFIX,
  DIRECTIVE,
  type FieldMeta,
  goKind,
  listField,
  ORDER_PREFIX,
  objectField,
  PatchError,
  PatchFormatError,
  RETAIN_KEYS,
  type Source,
} from './meta.ts';

export interface MergeOptions {
  /**
   * `object`: the patch is applied to an object; directives are obeyed and nulls delete. `patch`: it is merged into
   * another patch; directives and nulls are kept for later.
   */
  readonly into: 'object' | 'patch';
  readonly source: Source;
}

/** The merged object; what doesn't change keeps its identity. The patch is used up. Throws a PatchError. */
export function mergeObject(original: JsonObject, patch: DraftMap, type: ValueType, options: MergeOptions): JsonObject {
  const directive = patch.get(DIRECTIVE);
  if (directive !== undefined) return directed(directive, patch);
  const fields = new Map(Object.entries(original));
  const context: Context = { ...options, fields, type };
  retainKeys(patch, context);
  for (const key of [...patch.keys()].filter((name) => name.startsWith(ORDER_PREFIX)))
    mergeOrdered(key, patch, context);
  for (const [key, value] of patch) mergeField(key, value, context);
  return finished(fields, original);
}

type Fields = Map<string, JsonValue | undefined>;

interface Context extends MergeOptions {
  /** What the object has become so far. */
  readonly fields: Fields;
  readonly type: ValueType;
}

function finished(fields: Fields, original: JsonObject): JsonObject {
  const keys = Object.keys(original);
  const same = keys.length === fields.size && keys.every((key) => fields.get(key) === own(original, key));
  return same ? original : Object.fromEntries(fields);
}

function directed(directive: Draft, patch: DraftMap): JsonObject {
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw unknownDirective(directive, patch);
  patch.delete(DIRECTIVE);
  return jsonOf(patch);
}

function unknownDirective(directive: Draft, patch: DraftMap): PatchError {
  return new PatchError(`unknown patch type: ${goString(jsonOf(directive))} in map: ${goValue(jsonOf(patch))}`);
}

/** `$retainKeys`: what isn't listed goes. */
function retainKeys(patch: DraftMap, { fields, into }: Context): void {
  const listed = patch.get(RETAIN_KEYS);
  if (listed === undefined) return;
  patch.delete(RETAIN_KEYS);
  if (into === 'patch') {
    keepDirective(RETAIN_KEYS, listed, fields, differentRetainKeys);
    return;
  }
  if (!Array.isArray(listed)) throw new PatchFormatError(BAD_RETAIN_KEYS);
  const kept = new Set<Draft | undefined>(listed);
  for (const [key, value] of patch) {
    const isContent = value !== null && !key.startsWith(DELETE_PREFIX) && !key.startsWith(ORDER_PREFIX);
    if (isContent && !kept.has(key)) throw new PatchFormatError(BAD_RETAIN_KEYS);
  }
  for (const key of fields.keys()) if (!kept.has(key)) fields.delete(key);
}

function differentRetainKeys(present: JsonValue, other: JsonValue): PatchError {
  const both = `${goValue(present)} and ${goValue(other)}`;
  return new PatchError(`${both} are not deep equal: this may happen when calculating the 3-way diff patch`);
}

/** Two patches may carry the same directive, but not two different ones. */
function keepDirective(
  key: string,
  directive: Draft,
  fields: Fields,
  conflict: (present: JsonValue, other: JsonValue) => PatchError,
): void {
  const value = jsonOf(directive);
  const present = fields.get(key);
  if (present === undefined) fields.set(key, value);
  else if (!sameJson(present, value)) throw conflict(present, value);
}

/** `$setElementOrder/x` with `x`: the list is merged and then ordered as the directive says. */
function mergeOrdered(key: string, patch: DraftMap, context: Context): void {
  const { fields, type, source, into } = context;
  const directive = patch.get(key) ?? null;
  if (into === 'patch') keepDirective(key, directive, fields, () => new PatchFormatError(BAD_ORDER_LIST));
  patch.delete(key);
  const order = listOrFail(jsonOf(directive));
  const name = nameBehind(key, ORDER_PREFIX, BAD_ORDER_LIST);
  const present = fields.get(name);
  const original = present === undefined ? [] : listOrFail(present);
  const added = patch.get(name);
  const patchList = added === undefined ? [] : listOrFail(jsonOf(added));
  const meta = listField(type, name, source);
  checkOrder(patchList, order, meta.mergeKey);
  const merged = mergedList(present === undefined ? undefined : original, added, meta, context);
  if (merged === undefined) return;
  const [inPatch, onServer] = partition(merged, order, meta.mergeKey);
  // Objects without a merge key can't be put in order, which shows in the error of one without an empty key.
  const objects = holdObjects(original, patchList);
  const mergeKey = meta.mergeKey ?? (objects ? '' : undefined);
  fields.set(name, shared(interleave(inPatch, onServer, order, original, mergeKey), present));
  patch.delete(name);
}

function listOrFail(value: JsonValue): JsonArray {
  if (isArray(value)) return value;
  throw wrongType('[]interface {}', value);
}

function nameBehind(key: string, prefix: string, problem: string): string {
  const slash = key.indexOf('/');
  if (slash !== prefix.length) throw new PatchFormatError(problem);
  return key.slice(slash + 1);
}

function mergedList(
  original: JsonArray | undefined,
  added: Draft | undefined,
  meta: FieldMeta,
  context: Context,
): JsonArray | undefined {
  if (!Array.isArray(added)) return original;
  if (original !== undefined) return mergeList(original, added, meta, context);
  return jsonOf(added.map(withoutDirectives).filter((item) => item !== undefined));
}

/** The items of a patch must come in the order that the directive gives. */
function checkOrder(patchList: JsonArray, order: JsonArray, mergeKey: string | undefined): void {
  if (order.length === 0 || patchList.length === 0) return;
  const items = mergeKey === undefined ? patchList : patchList.filter((item) => directiveIn(item) !== 'delete');
  let at = 0;
  let next = 0;
  while (at < items.length && next < order.length) {
    const item = items[at] ?? null;
    const isDirective = mergeKey !== undefined && directiveIn(item) !== undefined;
    if (isDirective || sameIdentity(item, order[next] ?? null, mergeKey)) at++;
    if (!isDirective) next++;
  }
  if (at === items.length) return;
  const lists = `${goValue(patchList)}\n doesn't match ${ORDER_PREFIX} list:\n${goValue(order)}`;
  throw new PatchError(`The order in patch list:\n${lists}\n`);
}

function directiveIn(item: JsonValue): JsonValue | undefined {
  if (!isObject(item)) throw wrongType('map[string]interface {}', item);
  return own(item, DIRECTIVE);
}

function sameIdentity(a: JsonValue, b: JsonValue, mergeKey: string | undefined): boolean {
  return mergeKey === undefined ? a === b : keyOf(a, mergeKey) === keyOf(b, mergeKey);
}

function mergeField(key: string, value: Draft, context: Context): void {
  const { fields, into } = context;
  const isDeletion = key.startsWith(DELETE_PREFIX);
  if (isDeletion && into === 'patch') {
    fields.set(key, jsonOf(value));
    return;
  }
  const name = isDeletion ? nameBehind(key, DELETE_PREFIX, BAD_PRIMITIVE_LIST) : key;
  if (value === null) {
    fields.delete(name);
    if (into === 'object') return;
  }
  const present = fields.get(name);
  if (present === undefined || goTypeOf(present) !== draftType(value)) {
    if (!isDeletion) setField(name, value, context);
  } else if (isObject(present) && value instanceof Map) {
    fields.set(name, mergedField(name, present, value, context));
  } else if (isArray(present) && Array.isArray(value)) {
    const meta = listField(context.type, name, context.source);
    fields.set(
      name,
      isDeletion ? deleteItems(present, value, meta, context) : mergeList(present, value, meta, context),
    );
  } else fields.set(name, jsonOf(value));
}

function draftType(draft: Draft): string {
  if (draft instanceof Map) return goTypeOf({});
  return Array.isArray(draft) ? goTypeOf([]) : goTypeOf(draft);
}

function setField(name: string, value: Draft, { fields, into }: Context): void {
  if (into === 'object') discardNulls(value);
  const kept = withoutDirectives(value);
  if (kept === undefined) fields.delete(name);
  else fields.set(name, jsonOf(kept));
}

function mergedField(name: string, present: JsonObject, value: DraftMap, context: Context): JsonObject {
  const meta = objectField(context.type, name, context.source);
  if (meta.strategy === 'replace') return jsonOf(value);
  return mergeObject(present, value, meta.type, context);
}

function mergeList(original: JsonArray, patch: DraftList, meta: FieldMeta, options: MergeOptions): JsonArray {
  if (meta.strategy !== 'merge') return shared(jsonOf(patch), original);
  if (original.length === 0 && patch.length === 0) return original;
  const given = jsonOf(patch);
  if (!holdObjects(original, given)) return shared(mergeScalars(original, given, meta.mergeKey), original);
  return shared(mergeItems(original, patch, meta, options), original);
}

/** A merge key says that these aren't scalars: then partition refuses them. */
function mergeScalars(original: JsonArray, patch: JsonArray, mergeKey: string | undefined): JsonArray {
  const [inPatch, onServer] = partition(distinct([...original, ...patch]), patch, mergeKey);
  return interleave(inPatch, onServer, patch, original, undefined);
}

/** `$deleteFromPrimitiveList/x`. */
function deleteItems(original: JsonArray, patch: DraftList, meta: FieldMeta, options: MergeOptions): JsonArray {
  const gone = jsonOf(patch);
  if (original.length === 0 && gone.length === 0) return original;
  if (holdObjects(original, gone)) return shared(mergeItems(original, patch, meta, options), original);
  return original.filter((item) => !gone.includes(item));
}

/** Merges a list of objects: by directives first, then item by item. */
function mergeItems(original: JsonArray, patch: DraftList, meta: FieldMeta, options: MergeOptions): JsonArray {
  const { mergeKey } = meta;
  if (mergeKey === undefined) throw new PatchError(`cannot merge lists without merge key for ${goKind(meta.type)}`);
  const maps = patch.filter((item): item is DraftMap => item instanceof Map);
  const plain = maps.filter((item) => !item.has(DIRECTIVE));
  const replaces = maps.map((item) => directiveOf(item, mergeKey)).includes('replace');
  // What replaces a list takes its place as it is.
  const base = replaces ? jsonOf(plain) : withoutDeleted(original, maps, mergeKey);
  const items = replaces ? [] : plain;
  const merged = mergeEach(base, items, mergeKey, meta.type, options);
  const given = jsonOf(items);
  const [inPatch, onServer] = partition(merged, given, mergeKey);
  return interleave(inPatch, onServer, given, base, mergeKey);
}

function directiveOf(item: DraftMap, mergeKey: string): 'replace' | 'delete' | undefined {
  const directive = item.get(DIRECTIVE);
  if (directive === undefined || directive === 'replace') return directive;
  if (directive === 'merge') throw new PatchError('merging lists cannot yet be specified in the patch');
  if (directive !== 'delete') throw unknownDirective(directive, item);
  if (!item.has(mergeKey)) throw noMergeKey(jsonOf(item), mergeKey);
  return 'delete';
}

function withoutDeleted(original: JsonArray, patch: readonly DraftMap[], mergeKey: string): JsonArray {
  const deletions = patch.filter((item) => item.get(DIRECTIVE) === 'delete');
  const gone = new Set(deletions.map((item) => jsonOf(item.get(mergeKey) ?? null)));
  if (gone.size === 0) return original;
  return original.filter((item) => {
    const key = identity(item, mergeKey);
    return key === undefined || !gone.has(key);
  });
}

function mergeEach(
  original: JsonArray,
  patch: readonly DraftMap[],
  mergeKey: string,
  type: ValueType,
  options: MergeOptions,
): JsonArray {
  const result = [...original];
  const places = new Map<JsonValue | undefined, number>();
  for (const [i, item] of result.entries()) {
    const key = identity(item, mergeKey);
    if (key !== undefined && !places.has(key)) places.set(key, i);
  }
  for (const item of patch) {
    const key = item.get(mergeKey);
    if (key === undefined) throw noMergeKey(jsonOf(item), mergeKey);
    const place = places.get(jsonOf(key));
    const present = place === undefined ? undefined : result[place];
    if (place !== undefined && isObject(present)) result[place] = mergeObject(present, item, type, options);
    else {
      places.set(jsonOf(key), result.length);
      result.push(jsonOf(item));
    }
  }
  return result;
}

/** The list that was there, when the new one is the same. */
function shared(list: JsonArray, original: JsonValue | undefined): JsonArray {
  return isArray(original) && sameJson(original, list) ? original : list;
}
