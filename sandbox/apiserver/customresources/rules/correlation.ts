// Which part of the object that was stands for a part of the one that is to be: what was wrong before, and hasn't been
// touched, may stay wrong.

import { isArray, isObject, type JsonArray, type JsonValue, own, sameJson } from '../../../kube/json.ts';
import { fieldOf, type Schema, schemaAt, textsAt } from '../jsonschema.ts';

/** A value, and the one that it replaces. */
interface Pair {
  readonly schema: Schema;
  readonly next: JsonValue;
  readonly old: JsonValue;
}

/** A place in the object. */
export interface Correlation {
  /** undefined: nothing of the old object stands for it. */
  readonly here: Pair | undefined;
  /** The nearest around it for which something stood. */
  readonly around: Pair | undefined;
}

export const UNCORRELATED: Correlation = { here: undefined, around: undefined };

export function correlated(schema: Schema, next: JsonValue, old: JsonValue): Correlation {
  return { here: { schema, next, old }, around: undefined };
}

/** Whether what is wrong here, or something around it, was there before in the same way. */
export function isUntouched({ here, around }: Correlation): boolean {
  const pair = here ?? around;
  return pair !== undefined && isSame(pair);
}

export function underKey(at: Correlation, key: string): Correlation {
  if (at.here === undefined) return at;
  // Both are shown in the version of the request.
  if (at.around === undefined && (key === 'apiVersion' || key === 'kind')) return UNCORRELATED;
  return { here: memberOf(at.here, key), around: at.here };
}

export function underIndex(at: Correlation, index: number): Correlation {
  return at.here === undefined ? at : { here: itemOf(at.here, index), around: at.here };
}

function memberOf({ schema, next, old }: Pair, key: string): Pair | undefined {
  if (!isObject(next) || !isObject(old)) return undefined;
  const [mine, theirs, field] = [own(next, key), own(old, key), fieldOf(schema, key)];
  return mine === undefined || theirs === undefined || field === undefined
    ? undefined
    : { schema: field, next: mine, old: theirs };
}

function itemOf({ schema, next, old }: Pair, index: number): Pair | undefined {
  if (!isArray(next) || !isArray(old)) return undefined;
  const item = next[index];
  const before = item === undefined ? undefined : counterpart(schema, old, item);
  const items = schemaAt(schema, 'items');
  return item === undefined || before === undefined || items === undefined
    ? undefined
    : { schema: items, next: item, old: before };
}

/** The item of a list that is a map with the same key; other lists have no counterparts. */
export function counterpart(schema: Schema, old: JsonArray, item: JsonValue): JsonValue | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map') return undefined;
  const keys = textsAt(schema, 'x-kubernetes-list-map-keys');
  const keyOf = (value: JsonValue): JsonValue =>
    keys.map((key) => (isObject(value) ? (own(value, key) ?? null) : null));
  const wanted = keyOf(item);
  return old.find((other) => sameJson(keyOf(other), wanted));
}

/** Equal, but for the order of lists that are maps. */
function isSame(pair: Pair): boolean {
  const { schema, next, old } = pair;
  if (isArray(next) && isArray(old) && schema['x-kubernetes-list-type'] === 'map') {
    return next.length === old.length && next.every((_, i) => isSamePart(itemOf(pair, i)));
  }
  if (isObject(next) && isObject(old)) {
    const keys = Object.keys(next);
    return keys.length === Object.keys(old).length && keys.every((key) => isSamePart(memberOf(pair, key)));
  }
  return sameJson(next, old);
}

function isSamePart(pair: Pair | undefined): boolean {
  return pair !== undefined && isSame(pair);
}
