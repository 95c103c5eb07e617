// When two values are equal, and which of two comes first. Values of different types are unequal, not an error; numbers
// compare by their size whatever their type.

import { compareText } from '../../go/text.ts';
import {
  type Bytes,
  type Failure,
  isFailure,
  isTaggedAs,
  kindOf,
  NO_SUCH_OVERLOAD,
  type Result,
  type Value,
} from '../values.ts';
import { isList, isMap, listAt, listSize, mapFind, mapKeys, mapSize } from './collections.ts';
import { typeNameOf } from './kinds.ts';
import { compareNumbers, equalNumbers } from './numbers.ts';

/** Whether two values are equal; a failure where a value knows of no equality. */
export function equal(a: Value, b: Value): boolean | Failure {
  if (typeof a === 'string' || typeof a === 'boolean' || a === null || b === null) return a === b;
  const numbers = equalNumbers(a, b);
  if (numbers !== undefined) return numbers;
  if (isTaggedAs(a, 'extension')) return a.equals(b);
  if (isList(a)) return isList(b) && equalLists(a, b);
  if (isMap(a)) return isMap(b) && equalMaps(a, b);
  return equalTagged(a, b);
}

function equalTagged(a: Value, b: Value): boolean | Failure {
  if (isTaggedAs(a, 'bytes')) return isTaggedAs(b, 'bytes') && compareBytes(a, b) === 0;
  if (isTaggedAs(a, 'timestamp')) return isTaggedAs(b, 'timestamp') && a.nanos === b.nanos;
  if (isTaggedAs(a, 'duration')) return isTaggedAs(b, 'duration') && a.nanos === b.nanos;
  if (isTaggedAs(a, 'type')) return isTaggedAs(b, 'type') && a.type.name === b.type.name;
  if (!isTaggedAs(a, 'optional') || !isTaggedAs(b, 'optional')) return false;
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  if (isFailure(a.value)) return a.value;
  return isFailure(b.value) ? b.value : equal(a.value, b.value);
}

/** Element by element; the first difference decides, be it a failure. */
function equalLists(a: Value, b: Value): boolean | Failure {
  const size = listSize(a);
  if (size !== listSize(b)) return false;
  for (let i = 0; i < size; i++) {
    const left = listAt(a, i);
    const right = listAt(b, i);
    if (isFailure(left)) return left;
    if (isFailure(right)) return right;
    const same = equal(left, right);
    if (same !== true) return same;
  }
  return true;
}

function equalMaps(a: Value, b: Value): boolean | Failure {
  if (mapSize(a) !== mapSize(b)) return false;
  for (const key of mapKeys(a)) {
    const left = mapFind(a, key);
    const right = mapFind(b, key);
    if (left === undefined || right === undefined) return false;
    if (isFailure(left)) return left;
    if (isFailure(right)) return right;
    const same = equal(left, right);
    if (same !== true) return same;
  }
  return true;
}

/** Negative, zero or positive; a failure when the values have no order. */
export function compare(a: Value, b: Value): number | Failure {
  if (typeof a === 'string') return typeof b === 'string' ? compareText(a, b) : NO_SUCH_OVERLOAD;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : NO_SUCH_OVERLOAD;
  const numbers = compareNumbers(a, b);
  if (numbers !== undefined) return numbers;
  if (isTaggedAs(a, 'bytes') && isTaggedAs(b, 'bytes')) return compareBytes(a, b);
  const times = (isTaggedAs(a, 'timestamp') || isTaggedAs(a, 'duration')) && kindOf(a) === kindOf(b);
  if (!times || !(isTaggedAs(b, 'timestamp') || isTaggedAs(b, 'duration'))) return NO_SUCH_OVERLOAD;
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
}

const ORDERED: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'google.protobuf.Duration',
  'google.protobuf.Timestamp',
  'int',
  'string',
  'uint',
]);

/** Whether a value is of a type that has an order at all. */
export function isOrdered(value: Value): boolean {
  return ORDERED.has(typeNameOf(value));
}

function compareBytes({ bytes: a }: Bytes, { bytes: b }: Bytes): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether a list holds a value, or a map a key. */
export function contains(container: Value, value: Value): Result {
  if (isMap(container)) {
    const found = mapFind(container, value);
    return isFailure(found) ? found : found !== undefined;
  }
  return isList(container) ? listContains(container, value) : NO_SUCH_OVERLOAD;
}

/** What can't be compared isn't equal. */
function listContains(list: Value, value: Value): boolean {
  for (let i = 0; i < listSize(list); i++) {
    const item = listAt(list, i);
    if (!isFailure(item) && equal(value, item) === true) return true;
  }
  return false;
}
