// Making a strategic merge patch: what leads from one object to another.

import { compareText, goValue } from '../../go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own, sameJson } from '../../json.ts';
import type { ValueType } from '../../structure.ts';
import { distinct, goTypeOf, holdObjects, identity, inOrderOf, keyOf } from './lists.ts';
import {
  DELETE_PREFIX,
  DIRECTIVE,
  type FieldMeta,
  listField,
  ORDER_PREFIX,
  objectField,
  PatchError,
  RETAIN_KEYS,
  type Source,
} from './meta.ts';

export interface DiffOptions {
  readonly source: Source;
  /** `changes`: additions and changes alone; `deletions`: deletions alone. */
  readonly tells: 'all' | 'changes' | 'deletions';
  /** Whether lists get a `$setElementOrder`. */
  readonly ordersLists: boolean;
  /** Whether the object at hand gets a `$retainKeys`. */
  readonly retainsKeys?: boolean;
}

type Patch = Map<string, JsonValue>;

/** The patch that leads from `original` to `modified`. Throws a PatchError. */
export function diffObjects(
  original: JsonObject,
  modified: JsonObject,
  type: ValueType,
  options: DiffOptions,
): JsonObject {
  const patch: Patch = new Map();
  for (const key of Object.keys(modified)) {
    diffField(key, own(original, key), own(modified, key) ?? null, patch, type, options);
  }
  if (options.tells !== 'changes') {
    for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch.set(key, null);
  }
  if (options.retainsKeys === true) tellRetainedKeys(original, modified, patch);
  return Object.fromEntries(patch);
}

function tellRetainedKeys(original: JsonObject, modified: JsonObject, patch: Patch): void {
  const retained = Object.keys(modified).filter((key) => own(modified, key) !== null);
  const dropped = Object.keys(original).some((key) => own(original, key) !== null && !Object.hasOwn(modified, key));
  if (retained.length > 0 && (patch.size > 0 || dropped)) patch.set(RETAIN_KEYS, sortedByText(retained, undefined));
}

function diffField(
  key: string,
  original: JsonValue | undefined,
  modified: JsonValue,
  patch: Patch,
  type: ValueType,
  options: DiffOptions,
): void {
  const tellsChanges = options.tells !== 'deletions';
  if (original === undefined || (key !== DIRECTIVE && goTypeOf(original) !== goTypeOf(modified))) {
    if (tellsChanges) patch.set(key, modified);
  } else if (key === DIRECTIVE) diffDirective(original, modified, patch);
  else if (isObject(original) && isObject(modified)) diffObjectField(key, original, modified, patch, type, options);
  else if (isArray(original) && isArray(modified)) diffListField(key, original, modified, patch, type, options);
  else if (tellsChanges && original !== modified) patch.set(key, modified);
}

function diffDirective(original: JsonValue, modified: JsonValue, patch: Patch): void {
  if (typeof original !== 'string' || typeof modified !== 'string') {
    throw new PatchError(`invalid value for special key: ${DIRECTIVE}`);
  }
  if (original !== modified) patch.set(DIRECTIVE, modified);
}

function diffObjectField(
  key: string,
  original: JsonObject,
  modified: JsonObject,
  patch: Patch,
  type: ValueType,
  options: DiffOptions,
): void {
  const meta = metaUnlessSame(original, modified, () => objectField(type, key, options.source));
  if (meta === undefined) return;
  if (meta.strategy === 'replace') {
    if (options.tells !== 'deletions') patch.set(key, modified);
    return;
  }
  const inner = diffObjects(original, modified, meta.type, { ...options, retainsKeys: meta.retainKeys });
  if (Object.keys(inner).length > 0) patch.set(key, inner);
}

/** A field that nobody knows is an error only when it differs. */
function metaUnlessSame(original: JsonValue, modified: JsonValue, find: () => FieldMeta): FieldMeta | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof PatchError && sameJson(original, modified)) return undefined;
    throw error;
  }
}

function diffListField(
  key: string,
  original: JsonArray,
  modified: JsonArray,
  patch: Patch,
  type: ValueType,
  options: DiffOptions,
): void {
  const meta = metaUnlessSame(original, modified, () => listField(type, key, options.source));
  if (meta === undefined) return;
  if (meta.strategy !== 'merge') {
    if (options.tells !== 'deletions' && !sameJson(original, modified)) patch.set(key, modified);
    return;
  }
  const { items, deleted, order } = diffLists(original, modified, meta, options);
  if (items.length > 0) patch.set(key, items);
  if (deleted.length > 0) patch.set(`${DELETE_PREFIX}/${key}`, deleted);
  if (order.length > 0) patch.set(`${ORDER_PREFIX}/${key}`, order);
}

interface ListDiff {
  readonly items: JsonArray;
  /** Of scalars. Objects are deleted by directives among the items. */
  readonly deleted: JsonArray;
  readonly order: JsonArray;
}

function diffLists(original: JsonArray, modified: JsonArray, meta: FieldMeta, options: DiffOptions): ListDiff {
  if (original.length === 0) {
    return { items: options.tells === 'deletions' ? [] : modified, deleted: [], order: [] };
  }
  return holdObjects(original, modified)
    ? diffListsOfObjects(original, modified, meta, options)
    : diffListsOfScalars(original, modified, options);
}

function diffListsOfObjects(original: JsonArray, modified: JsonArray, meta: FieldMeta, options: DiffOptions): ListDiff {
  const mergeKey = meta.mergeKey ?? '';
  const { changed, deleted } = diffItems(original, modified, mergeKey, meta, options);
  const items = [...inOrderOf(changed, modified, mergeKey), ...deleted];
  const tells =
    options.tells === 'changes' || options.tells === 'all'
      ? items.length > 0 || !sameOrder(original, modified, mergeKey)
      : items.length > 0;
  const order = modified.map((item) => Object.fromEntries([[mergeKey, identity(item, mergeKey) ?? null]]));
  return { items, deleted: [], order: options.ordersLists && tells ? order : [] };
}

function sameOrder(original: JsonArray, modified: JsonArray, mergeKey: string): boolean {
  if (original.length !== modified.length) return false;
  return modified.every((item, i) => keyOf(original[i] ?? null, mergeKey) === keyOf(item, mergeKey));
}

interface Items {
  readonly changed: JsonArray;
  readonly deleted: JsonArray;
}

/** Walks both lists in the order of their merge keys. */
function diffItems(
  original: JsonArray,
  modified: JsonArray,
  mergeKey: string,
  meta: FieldMeta,
  options: DiffOptions,
): Items {
  const before = keyed(original, mergeKey);
  const after = keyed(modified, mergeKey);
  const changed: JsonValue[] = [];
  const deleted: JsonValue[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const left = before[i];
    const right = after[j];
    const order = left === undefined ? 1 : right === undefined ? -1 : compareText(left.text, right.text);
    if (order <= 0) i++;
    if (order >= 0) j++;
    if (left !== undefined && right !== undefined && order === 0) {
      const inner = diffObjects(left.item, right.item, meta.type, { ...options, retainsKeys: meta.retainKeys });
      if (Object.keys(inner).length > 0) changed.push({ ...inner, ...Object.fromEntries([[mergeKey, right.key]]) });
    } else if (order > 0 && right !== undefined && options.tells !== 'deletions') changed.push(right.item);
    else if (order < 0 && left !== undefined && options.tells !== 'changes') {
      deleted.push({ ...Object.fromEntries([[mergeKey, left.key]]), [DIRECTIVE]: 'delete' });
    }
  }
  return { changed, deleted };
}

interface Keyed {
  readonly item: JsonObject;
  readonly key: JsonValue;
  readonly text: string;
}

function keyed(list: JsonArray, mergeKey: string): readonly Keyed[] {
  return sortedByText(list, mergeKey).map((item) => {
    const key = keyOf(item, mergeKey);
    return { item: isObject(item) ? item : {}, key, text: goValue(key) };
  });
}

function diffListsOfScalars(original: JsonArray, modified: JsonArray, options: DiffOptions): ListDiff {
  const before = sortedByText(original, undefined);
  const { added, gone } = diffSorted(before, sortedByText(modified, undefined));
  const items = options.tells === 'deletions' ? [] : inOrderOf(added, modified, undefined);
  const deleted = options.tells === 'changes' ? [] : distinct(gone);
  // kubectl compares with the sorted list: a list in any other order gets a directive although nothing differs.
  const differs = options.tells !== 'deletions' && !sameJson(before, modified);
  return { items, deleted, order: options.ordersLists && (deleted.length > 0 || differs) ? modified : [] };
}

function diffSorted(before: JsonArray, after: JsonArray): { readonly added: JsonArray; readonly gone: JsonArray } {
  const added: JsonValue[] = [];
  const gone: JsonValue[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const left = before[i];
    const right = after[j];
    const order = left === undefined ? 1 : right === undefined ? -1 : compareText(goValue(left), goValue(right));
    if (order <= 0) i++;
    if (order >= 0) j++;
    if (order < 0 && left !== undefined) gone.push(left);
    if (order > 0 && right !== undefined) added.push(right);
  }
  return { added, gone };
}

/** Up to this length Go sorts by insertion, which with its comparison turns equal neighbours around. */
const INSERTION = 12;

function sortedByText(list: JsonArray, mergeKey: string | undefined): JsonArray {
  const texts = list.map((item) => ({ item, text: goValue(identity(item, mergeKey) ?? null) }));
  const ordered = texts.length > INSERTION ? texts : texts.reverse();
  return ordered.sort((a, b) => compareText(a.text, b.text)).map(({ item }) => item);
}
