// A patch on the bench: it is used up while it is applied, so it is copied into containers that may be changed. Maps hold
// its objects, whose keys users choose.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../../json.ts';

export type DraftMap = Map<string, Draft>;
export type DraftList = Draft[];
export type Draft = DraftMap | DraftList | string | number | bigint | boolean | null;

export function draftOf(value: JsonObject): DraftMap;
export function draftOf(value: JsonArray): DraftList;
export function draftOf(value: JsonValue): Draft;
export function draftOf(value: JsonValue): Draft {
  if (isArray(value)) return value.map((item) => draftOf(item));
  if (!isObject(value)) return value;
  const draft: DraftMap = new Map();
  for (const key of Object.keys(value)) {
    const field = own(value, key);
    if (field !== undefined) draft.set(key, draftOf(field));
  }
  return draft;
}

export function jsonOf(draft: DraftMap): JsonObject;
export function jsonOf(draft: DraftList): JsonArray;
export function jsonOf(draft: Draft): JsonValue;
export function jsonOf(draft: Draft): JsonValue {
  if (Array.isArray(draft)) return draft.map((item) => jsonOf(item));
  if (!(draft instanceof Map)) return draft;
  return Object.fromEntries([...draft].map(([key, value]) => [key, jsonOf(value)]));
}

/** Drops nulls from objects in depth. */
export function discardNulls(draft: Draft): void {
  if (Array.isArray(draft)) draft.forEach(discardNulls);
  else if (draft instanceof Map) {
    for (const [key, value] of draft) {
      if (value === null) draft.delete(key);
      else discardNulls(value);
    }
  }
}

/** Drops objects that carry a `$patch` directive, in depth; undefined when that is the draft itself. */
export function withoutDirectives(draft: Draft): Draft | undefined {
  if (Array.isArray(draft)) return draft.map(withoutDirectives).filter((item) => item !== undefined);
  if (!(draft instanceof Map)) return draft;
  if (draft.has('$patch')) return undefined;
  for (const [key, value] of draft) {
    const kept = withoutDirectives(value);
    if (kept === undefined) draft.delete(key);
    else draft.set(key, kept);
  }
  return draft;
}
