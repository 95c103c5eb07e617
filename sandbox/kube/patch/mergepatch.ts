// JSON Merge Patch (RFC 7386) as the API server applies it.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own, sameJson } from '../json.ts';
import { badRequest } from '../status.ts';
import { jsonKind, type Patched } from './patched.ts';

/** The document after the patch; parts that don't change keep their identity. Throws a StatusError (400) for what is no patch. */
export function applyMergePatch(document: JsonObject, patch: JsonValue): Patched {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isObject(patch)) {
    const problem = `json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`;
    throw badRequest(`error decoding patch: ${problem}`);
  }
  const opened = new Set<JsonValue>();
  return { document: mergeObjects(document, patch, opened), opened };
}

/** The same without asking what was opened. */
export function mergePatched(document: JsonObject, patch: JsonObject): JsonObject {
  return mergeObjects(document, patch, new Set());
}

function mergeObjects(current: JsonObject, patch: JsonObject, opened: Set<JsonValue>): JsonObject {
  const changes = new Map<string, JsonValue | undefined>();
  for (const key of Object.keys(patch)) {
    const before = own(current, key);
    const after = mergeValues(before, own(patch, key) ?? null, opened);
    if (before !== after) changes.set(key, after);
  }
  const merged = changes.size === 0 ? current : changed(current, changes);
  opened.add(merged);
  return merged;
}

function mergeValues(current: JsonValue | undefined, patch: JsonValue, opened: Set<JsonValue>): JsonValue | undefined {
  if (patch === null) return undefined;
  if (isObject(current)) {
    // A list that replaces an object is taken as it is, nulls included.
    if (!isObject(patch)) return patch;
    return mergeObjects(current, patch, opened);
  }
  const pruned = withoutNulls(patch, opened);
  return current !== undefined && sameJson(current, pruned) ? current : pruned;
}

/** A copy of the object with keys set, and removed where undefined; safe for any key. */
function changed(object: JsonObject, changes: ReadonlyMap<string, JsonValue | undefined>): JsonObject {
  const kept = Object.entries(object).filter(([key]) => !changes.has(key) || changes.get(key) !== undefined);
  const updated = kept.map(([key, value]) => [key, changes.get(key) ?? value] as const);
  const added = [...changes].filter(([key, value]) => value !== undefined && !Object.hasOwn(object, key));
  return Object.fromEntries([...updated, ...added]);
}

/** What a patch adds has no nulls in its objects; those in lists stay. */
function withoutNulls(value: JsonValue, opened: Set<JsonValue>): JsonValue {
  if (isArray(value))
    return pruned(
      value.map((item) => withoutNulls(item, opened)),
      opened,
    );
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return pruned(Object.fromEntries(entries.map(([key, field]) => [key, withoutNulls(field ?? null, opened)])), opened);
}

function pruned(value: JsonArray | JsonObject, opened: Set<JsonValue>): JsonValue {
  opened.add(value);
  return value;
}
