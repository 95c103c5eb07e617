// How server-side apply sees the types of the API: what is one field and what has fields, and which items of lists are
// fields of their own.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../json.ts';
import { lazyFor } from '../lazy.ts';
import type { ListType, ObjectType, ScalarType, ValueType } from '../structure.ts';
import { keyElement, type PathElement, singleKeyElement, valueElement } from './element.ts';

/** Items can't be told apart. */
export class ItemError extends Error {}

/** An object doesn't have the shape of its type, in this version or in another. */
export class ShapeMismatch extends Error {}

/** Anything: objects have fields, lists are one field each. */
export const DEDUCED: ScalarType = { kind: 'scalar', scalar: 'any' };

export type Shape = 'map' | 'list' | 'scalar';

/** What a value of the type is taken for. Types that hold several kinds of values are told by the value. */
export function shapeOf(type: ValueType, value: JsonValue | undefined): Shape {
  if (type.kind === 'object' || type.kind === 'map') return 'map';
  if (type.kind === 'list') return 'list';
  if (type.scalar !== 'any' && type.scalar !== 'intOrString') return 'scalar';
  if (isArray(value)) return 'list';
  return isObject(value) || value === null || value === undefined ? 'map' : 'scalar';
}

/** Whether a value of the type is one field, whatever is in it. */
export function isAtomic(type: ValueType): boolean {
  switch (type.kind) {
    case 'list':
      return type.list === 'atomic';
    case 'scalar':
      return type.goType === 'runtime.RawExtension' || type.goType === 'interface {}';
    default:
      return type.atomic;
  }
}

/** The type of a field or entry; undefined for one that the type doesn't declare. */
export function fieldTypeOf(type: ValueType, name: string): ValueType | undefined {
  switch (type.kind) {
    case 'object':
      return type.field.get(name)?.type() ?? (allowsUndeclared(type) ? DEDUCED : undefined);
    case 'map':
      return type.values;
    default:
      return DEDUCED;
  }
}

/** Whether the type declares a field of that name itself. */
export function declaresField(type: ValueType, name: string): boolean {
  return type.kind === 'object' && type.field.has(name);
}

function allowsUndeclared(type: ObjectType): boolean {
  return type.preserveUnknown || type.fields.length === 0;
}

/** Fields that Go always writes, with what it writes where an object of the type leaves them out. Types of a CRD have none. */
export const impliedFields = lazyFor((type: ObjectType): ReadonlyMap<string, JsonValue> => {
  const fields = type.goType === undefined ? [] : type.fields.filter(({ omit }) => omit === 'never');
  return new Map(fields.map((field) => [field.name, field.pointer ? null : zeroOf(field.type())]));
});

/** The field of an object as Go has it: what it always writes is there. */
export function fieldIn(type: ValueType, object: JsonObject | undefined, name: string): JsonValue | undefined {
  if (object === undefined) return undefined;
  const value = own(object, name);
  return value !== undefined || type.kind !== 'object' ? value : impliedFields(type).get(name);
}

/** Whether an object has no fields, not even those that Go always writes. */
export function isNothing(type: ValueType, object: JsonObject | undefined): boolean {
  if (object === undefined) return true;
  for (const key of Object.keys(object)) if (object[key] !== undefined) return false;
  return type.kind !== 'object' || impliedFields(type).size === 0;
}

const ZEROS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['string', ''],
  ['boolean', false],
  ['int32', 0],
  ['int64', 0],
  ['double', 0],
  ['duration', '0s'],
  ['quantity', '0'],
  ['intOrString', 0],
]);

const NOTHING: JsonObject = Object.freeze({});

function zeroOf(type: ValueType): JsonValue {
  if (type.kind === 'object') return NOTHING;
  return type.kind === 'scalar' ? (ZEROS.get(type.scalar) ?? null) : null;
}

/** What an item of a list is called. Throws an ItemError when it can't be told. */
export function itemElement(list: ListType, item: JsonValue): PathElement {
  if (list.list === 'map') {
    const only = singleKey(list, item);
    return only === undefined ? keyElement(itemKey(list, item)) : singleKeyElement(list.keys[0] ?? '', only);
  }
  checkSetItem(item);
  return valueElement(item);
}

/** What tells items of a list apart, cheaper than their elements: equal for equal ones. Throws as itemElement does. */
export function itemIdentity(list: ListType, item: JsonValue): JsonValue {
  if (list.list === 'set') {
    checkSetItem(item);
    return item;
  }
  return singleKey(list, item) ?? keyElement(itemKey(list, item));
}

/** The usual case: one key field, a text. */
function singleKey(list: ListType, item: JsonValue): string | undefined {
  const [name] = list.keys;
  const only = list.keys.length === 1 && name !== undefined && isObject(item) ? own(item, name) : undefined;
  return typeof only === 'string' ? only : undefined;
}

function checkSetItem(item: JsonValue): void {
  if (isObject(item)) throw new ItemError("associative list without keys has an element that's a map type");
  if (isArray(item)) throw new ItemError('not supported: associative list with lists as elements');
  if (item === null) throw new ItemError("associative list without keys has an element that's an explicit null");
}

function itemKey(list: ListType, item: JsonValue): JsonObject {
  if (item === null) throw new ItemError('associative list with keys may not have a null element');
  if (!isObject(item)) throw new ItemError('associative list with keys may not have non-map elements');
  const key = list.keys.flatMap((name): [string, JsonValue][] => {
    const value = own(item, name) ?? keyDefault(list, name);
    return value === undefined ? [] : [[name, value]];
  });
  if (key.length > 0) return Object.fromEntries(key);
  const names = list.keys.map((name) => `"${name}"`).join(' ');
  const why = "(and doesn't have default values for any key fields)";
  throw new ItemError(`associative list with keys has an element that omits all key fields [${names}] ${why}`);
}

function keyDefault(list: ListType, name: string): JsonValue | undefined {
  return list.items.kind === 'object' ? list.items.field.get(name)?.default : undefined;
}
