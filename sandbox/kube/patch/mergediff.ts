// Making a JSON merge patch: what leads from one object to another. Clients use it for types they don't know.

import { isObject, type JsonObject, type JsonValue, own, sameJson } from '../json.ts';
import { mergePatched } from './mergepatch.ts';
import { goTypeOf } from './strategic/lists.ts';
import { checkPreconditions, PatchConflictError, type Precondition } from './strategicpatch.ts';

/** The merge patch that leads from one object to another. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch = new Map<string, JsonValue>();
  for (const key of Object.keys(modified)) {
    const before = own(original, key);
    const after = own(modified, key) ?? null;
    if (isObject(before) && isObject(after)) {
      const inner = createMergePatch(before, after);
      if (Object.keys(inner).length > 0) patch.set(key, inner);
    } else if (before === undefined || goTypeOf(before) !== goTypeOf(after) || !sameJson(before, after)) {
      patch.set(key, after);
    }
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch.set(key, null);
  return Object.fromEntries(patch);
}

/** The merge patch of `kubectl apply` for a type that it doesn't know. Throws a PatchError. */
export function createThreeWayJsonMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  preconditions: readonly Precondition[] = [],
): JsonObject {
  const changes = withoutNulls(createMergePatch(current, modified));
  const deletions = nullsOf(createMergePatch(original, modified));
  if (conflict(changes, deletions)) throw new PatchConflictError('the patch deletes what it changes');
  const patch = mergePatched(deletions, changes);
  checkPreconditions(patch, preconditions);
  return patch;
}

/** The part of a patch that sets something. */
function withoutNulls(patch: JsonObject): JsonObject {
  const entries = Object.entries(patch).flatMap(([key, value]): [string, JsonValue][] => {
    if (value === null || value === undefined) return [];
    if (!isObject(value) || Object.keys(value).length === 0) return [[key, value]];
    const inner = withoutNulls(value);
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries(entries);
}

/** The part of a patch that deletes something. */
function nullsOf(patch: JsonObject): JsonObject {
  const entries = Object.entries(patch).flatMap(([key, value]): [string, JsonValue][] => {
    if (value === null) return [[key, null]];
    const inner = isObject(value) ? nullsOf(value) : {};
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries(entries);
}

function conflict(left: JsonValue, right: JsonValue): boolean {
  if (!isObject(left) || !isObject(right)) return !sameJson(left, right);
  return Object.keys(left).some((key) => {
    const other = own(right, key);
    return other !== undefined && conflict(own(left, key) ?? null, other);
  });
}
