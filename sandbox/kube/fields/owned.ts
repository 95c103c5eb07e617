// Which fields an applied configuration speaks of: those that its applier comes to own.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../json.ts';
import type { ListType, ValueType } from '../structure.ts';
import { fieldElement, type PathElement } from './element.ts';
import { type FieldSet, newSetBuilder, type SetBuilder } from './set.ts';
import { DEDUCED, declaresField, fieldTypeOf, isAtomic, itemElement, shapeOf } from './shape.ts';

/** All fields of an object: leaves, items of lists, entries of maps, and what is empty. */
export function fieldsOf(type: ValueType, object: JsonValue): FieldSet {
  const walk: Walk = { set: newSetBuilder(), path: [] };
  visit(walk, type, object);
  return walk.set.build();
}

interface Walk {
  readonly set: SetBuilder;
  readonly path: PathElement[];
}

function visit(walk: Walk, type: ValueType, value: JsonValue): void {
  const shape = shapeOf(type, value);
  if (shape === 'scalar' || isAtomic(type) || (shape === 'list' && type.kind !== 'list')) walk.set.add(walk.path);
  else if (isArray(value) && type.kind === 'list') visitItems(walk, type, value);
  else if (isObject(value)) visitFields(walk, type, value);
}

function visitFields(walk: Walk, type: ValueType, object: JsonObject): void {
  for (const key of Object.keys(object)) {
    const value = own(object, key);
    if (value === undefined) continue;
    walk.path.push(fieldElement(key));
    visit(walk, fieldTypeOf(type, key) ?? DEDUCED, value);
    // Entries are owned themselves, as are fields with nothing in them; declared fields only through what is in them.
    if (value === null || isEmptyObject(value) || !declaresField(type, key)) walk.set.add(walk.path);
    walk.path.pop();
  }
}

function isEmptyObject(value: JsonValue): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function visitItems(walk: Walk, type: ListType, list: JsonArray): void {
  const elements = list.map((item) => itemElement(type, item));
  const counts = new Map<PathElement, number>();
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  for (const [i, element] of elements.entries()) {
    walk.path.push(element);
    // Of items that the list has twice nobody can tell the fields apart.
    if (counts.get(element) === 1) visit(walk, type.items, list[i] ?? null);
    walk.set.add(walk.path);
    walk.path.pop();
  }
}
