// Lists of strategic merge patch: which items a patch speaks of, and in which order the result stands.

import { goValue } from '../../go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../json.ts';
import { PatchError } from './meta.ts';

/** What Go calls the type of a JSON value. */
export function goTypeOf(value: JsonValue): string {
  if (value === null) return '%!s(<nil>)';
  if (isArray(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'bigint' ? 'int64' : 'string';
}

export function wrongType(expected: 'map[string]interface {}' | '[]interface {}', actual: JsonValue): PatchError {
  return new PatchError(`expected a ${expected}, but received a ${goTypeOf(actual)}`);
}

export function noMergeKey(item: JsonObject, mergeKey: string): PatchError {
  return new PatchError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

/** Whether the items are objects. Throws when they aren't all of one type, or none is there. */
export function holdObjects(...lists: readonly JsonArray[]): boolean {
  const items = lists.flat();
  const [first] = items;
  if (first === undefined) throw new PatchError('no elements in any of the given slices');
  if (first === null) throw new PatchError(PANIC);
  if (isArray(first)) throw new PatchError('lists of lists are not supported');
  const type = goTypeOf(first);
  if (items.some((item) => goTypeOf(item) !== type)) {
    throw new PatchError(`list element types are not identical: ${goValue(lists)}`);
  }
  return isObject(first);
}

/** What a client hears when the real server stumbles. */
const PANIC = 'This request caused apiserver to panic. Look in the logs for details.';

/** What identifies an item within its list: the value of the merge key, or the scalar itself. */
export function identity(item: JsonValue, mergeKey: string | undefined): JsonValue | undefined {
  if (mergeKey === undefined) return item;
  return isObject(item) ? own(item, mergeKey) : undefined;
}

/** The same, where the merge key has to be there. */
export function keyOf(item: JsonValue, mergeKey: string): JsonValue {
  if (!isObject(item)) throw wrongType('map[string]interface {}', item);
  const key = own(item, mergeKey);
  if (key === undefined) throw noMergeKey(item, mergeKey);
  return key;
}

/** Items that stand in `by` (by their identity), and the others. */
export function partition(
  items: JsonArray,
  by: JsonArray,
  mergeKey: string | undefined,
): readonly [present: JsonArray, absent: JsonArray] {
  const known = new Set(by.map((item) => identity(item, mergeKey)));
  const isPresent = (item: JsonValue) => known.has(mergeKey === undefined ? item : keyOf(item, mergeKey));
  return [items.filter(isPresent), items.filter((item) => !isPresent(item))];
}

/** Items in the order of another list; those to be deleted come last. */
export function inOrderOf(items: JsonArray, order: JsonArray, mergeKey: string | undefined): JsonArray {
  if (mergeKey !== undefined) for (const item of [...items, ...order]) keyOf(item, mergeKey);
  const places = placesIn(order, mergeKey);
  const place = (item: JsonValue) => places.get(identity(item, mergeKey)) ?? -1;
  const isDeletion = (item: JsonValue) => mergeKey !== undefined && isObject(item) && own(item, '$patch') === 'delete';
  const kept = items.filter((item) => !isDeletion(item)).sort((a, b) => place(a) - place(b));
  return [...kept, ...items.filter(isDeletion)];
}

/**
 * The items of the patch in the patch's order, and between them those that only the server has, as near to their old
 * places as that allows.
 */
export function interleave(
  patchItems: JsonArray,
  serverItems: JsonArray,
  patchOrder: JsonArray,
  serverOrder: JsonArray,
  mergeKey: string | undefined,
): JsonArray {
  const right = inOrderOf(patchItems, patchOrder, mergeKey);
  const left = inOrderOf(serverItems, serverOrder, mergeKey);
  const places = placesIn(serverOrder, mergeKey);
  const result: JsonValue[] = [];
  let next = 0;
  for (const item of right) {
    const place = places.get(identity(item, mergeKey)) ?? -1;
    for (; next < left.length; next++) {
      const candidate = left[next] ?? null;
      const before = places.get(identity(candidate, mergeKey)) ?? -1;
      if (place < 0 || before < 0 || before >= place) break;
      result.push(candidate);
    }
    result.push(item);
  }
  return [...result, ...left.slice(next)];
}

function placesIn(order: JsonArray, mergeKey: string | undefined): ReadonlyMap<JsonValue | undefined, number> {
  const places = new Map<JsonValue | undefined, number>();
  for (const [place, item] of order.entries()) {
    const id = identity(item, mergeKey);
    if (!places.has(id)) places.set(id, place);
  }
  return places;
}

/** Longer lists of scalars are cleaned in order, not as Go does, which takes quadratic time. */
const MAX_SWAPS = 2000;

/** Scalars without repetitions. A repeated one gives its place to the last, as in Go. */
export function distinct(scalars: JsonArray): JsonValue[] {
  if (new Set(scalars).size === scalars.length) return [...scalars];
  if (scalars.length > MAX_SWAPS) return [...new Set(scalars)];
  const result = [...scalars];
  for (let i = 0; i < result.length; i++) {
    for (let j = i + 1; j < result.length; j++) {
      if (result[i] !== result[j]) continue;
      const last = result.pop() ?? null;
      if (j < result.length) result[j] = last;
      j--;
    }
  }
  return result;
}
