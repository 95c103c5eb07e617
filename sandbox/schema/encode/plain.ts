// What needs no writer of ours: an object that stands as Go would write it, field by field, is written the same by the
// engine's own JSON.stringify, which is several times as fast. Stored objects mostly stand so.

import { compareText } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonValue } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import type { FieldType, ListType, MapType, ObjectType, ScalarType, ValueType } from '../../kube/structure.ts';
import { schemaUnion } from '../decode/unions.ts';
import { fillOf, policyOf } from '../zero.ts';

/** The text of a value of this type, if it can be had so. */
export function plainText(value: JsonValue, type: ValueType): string | undefined {
  if (!checkOf(type)(value)) return undefined;
  const text = JSON.stringify(value);
  return NOT_AS_GO.test(text) ? undefined : text;
}

/** What Go escapes, and halves of characters, which Go replaces. */
export const NOT_AS_GO = /[<>&\u2028\u2029]|\\ud/;

/** Whether a value stands in Go's order, with all that Go writes and nothing that Go omits. */
type Check = (value: JsonValue) => boolean;

const checkOf: (type: ValueType) => Check = lazyFor(makeCheck);

function makeCheck(type: ValueType): Check {
  switch (type.kind) {
    case 'object':
      return type.name === '' ? isSorted : ofStruct(type);
    case 'list':
      return ofList(type);
    case 'map':
      return ofMap(type);
    case 'scalar':
      return ofScalar(type);
  }
}

interface Plan {
  readonly index: number;
  readonly always: boolean;
  /** Made at the first use: types refer to themselves. */
  check: Check | undefined;
}

function ofStruct(type: ObjectType): Check {
  const plans = new Map(
    type.fields.map((field, index): [string, Plan & { readonly field: FieldType }] => [
      field.name,
      { index, field, always: fillOf(field) !== undefined, check: undefined },
    ]),
  );
  const always = type.fields.filter((field) => fillOf(field) !== undefined).length;
  return (value) => {
    if (!isObject(value)) return isPlainScalar(value);
    let last = -1;
    let written = 0;
    for (const name in value) {
      const given = value[name];
      if (given === undefined) continue;
      const plan = plans.get(name);
      if (plan === undefined || plan.index < last) return false;
      last = plan.index;
      if (plan.always) written++;
      plan.check ??= ofField(plan.field);
      if (!plan.check(given)) return false;
    }
    return written === always;
  };
}

function ofField(field: FieldType): Check {
  const check = checkOf(field.type());
  const { keepsNull, omits } = policyOf(field);
  const mayBeNull = keepsNull || fillOf(field) === null;
  return (given) => (given === null ? mayBeNull : !omits(given) && check(given));
}

function ofList(type: ListType): Check {
  let check: Check | undefined;
  return (value) => {
    if (!isArray(value)) return isPlainScalar(value);
    check ??= checkOf(type.items);
    for (const item of value) if (!check(item)) return false;
    return true;
  };
}

function ofMap(type: MapType): Check {
  let check: Check | undefined;
  return (value) => {
    if (!isObject(value)) return isPlainScalar(value);
    check ??= checkOf(type.values);
    return areSorted(value, check);
  };
}

function areSorted(value: { readonly [key: string]: JsonValue | undefined }, check: Check): boolean {
  let last: string | undefined;
  for (const key in value) {
    const given = value[key];
    if (given === undefined) continue;
    if ((last !== undefined && compareText(last, key) > 0) || !check(given)) return false;
    last = key;
  }
  return true;
}

/** As Go writes what it decoded without a type. */
function isSorted(value: JsonValue): boolean {
  if (isArray(value)) return value.every(isSorted);
  return isObject(value) ? areSorted(value, isSorted) : isPlainScalar(value);
}

/** Raw JSON is written as it stands. */
function isRaw(value: JsonValue): boolean {
  if (isArray(value)) return value.every(isRaw);
  if (!isObject(value)) return isPlainScalar(value);
  for (const key in value) if (!isRaw(value[key] ?? null)) return false;
  return true;
}

function ofScalar(type: ScalarType): Check {
  // Unions and whole objects within others have writers of their own.
  if (schemaUnion(type) !== undefined || type.holdsObject === true) return () => false;
  if (type.scalar !== 'any') return isPlainScalar;
  return type.goType === 'interface {}' ? isSorted : isRaw;
}

function isPlainScalar(value: JsonValue): boolean {
  return typeof value !== 'bigint' && (typeof value !== 'object' || value === null);
}
