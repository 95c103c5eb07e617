// Takes owned fields out of an object.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../json.ts';
import type { ListType, ValueType } from '../structure.ts';
import { fieldElement } from './element.ts';
import { below, type FieldSet, isEmpty, isMember } from './set.ts';
import { DEDUCED, fieldTypeOf, isAtomic, itemElement, shapeOf } from './shape.ts';

/** The object without these fields; what isn't touched keeps its identity. Lists and objects that lose all are null. */
export function removeFields(type: ValueType, object: JsonObject, fields: FieldSet): JsonObject {
  const rest = removeFrom(type, object, fields);
  return isObject(rest) ? rest : {};
}

function removeFrom(type: ValueType, value: JsonValue, fields: FieldSet): JsonValue {
  const shape = shapeOf(type, value);
  if (shape === 'scalar') return value;
  // Below an atomic value nothing is owned: what is left of it is nothing.
  if (shape === 'list' ? !isArray(value) || value.length === 0 : !isObject(value) || Object.keys(value).length === 0) {
    return null;
  }
  if (isAtomic(type) || (shape === 'list' && type.kind !== 'list')) return null;
  if (isArray(value) && type.kind === 'list') return removeItems(type, value, fields);
  return isObject(value) ? removeEntries(type, value, fields) : null;
}

function removeItems(type: ListType, list: JsonArray, fields: FieldSet): JsonValue {
  const rest: JsonValue[] = [];
  for (const item of list) {
    const element = itemElement(type, item);
    const inner = below(fields, element);
    if (isMember(fields[element])) continue;
    rest.push(isEmpty(inner) ? item : removeFrom(type.items, item, inner));
  }
  if (rest.length === 0) return null;
  return rest.length === list.length && rest.every((item, i) => item === list[i]) ? list : rest;
}

function removeEntries(type: ValueType, object: JsonObject, fields: FieldSet): JsonValue {
  const rest = new Map<string, JsonValue>();
  let changes = false;
  for (const key of Object.keys(object)) {
    const value = own(object, key);
    const element = fieldElement(key);
    if (value === undefined || isMember(fields[element])) {
      changes = true;
      continue;
    }
    const inner = below(fields, element);
    const left = isEmpty(inner) ? value : removeFrom(fieldTypeOf(type, key) ?? DEDUCED, value, inner);
    if (left !== value) changes = true;
    rest.set(key, left);
  }
  if (rest.size === 0) return null;
  return changes ? Object.fromEntries(rest) : object;
}
