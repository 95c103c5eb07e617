// Which fields differ between two objects of one type. What both share costs nothing.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own, sameJson } from '../json.ts';
import type { ListType, ValueType } from '../structure.ts';
import { fieldElement, type PathElement } from './element.ts';
import { type FieldSet, newSetBuilder, type SetBuilder } from './set.ts';
import {
  DEDUCED,
  fieldIn,
  fieldTypeOf,
  impliedFields,
  isAtomic,
  isNothing,
  itemElement,
  itemIdentity,
  type Shape,
  shapeOf,
} from './shape.ts';

export interface Comparison {
  /** What came, and what has another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/**
 * Compares two objects as the server holds them; `written` when the second has parts that were taken over literally from a
 * configuration. Throws an ItemError when items of a list can't be told apart.
 */
export function compareObjects(
  type: ValueType,
  before: JsonValue,
  after: JsonValue,
  origin: 'held' | 'written' = 'held',
): Comparison {
  const walk: Walk = {
    same: origin === 'held' ? sameValues : sameAsWritten,
    changed: newSetBuilder(),
    removed: newSetBuilder(),
    path: [],
  };
  compareValues(walk, type, before, after);
  return { changed: walk.changed.build(), removed: walk.removed.build() };
}

interface Walk {
  readonly same: (type: ValueType, before: Value, after: Value) => boolean;
  readonly changed: SetBuilder;
  readonly removed: SetBuilder;
  readonly path: PathElement[];
}

type Value = JsonValue | undefined;

/** One of the two may be missing. */
function compareValues(walk: Walk, type: ValueType, before: Value, after: Value): void {
  if (before === after) return;
  const shape = shapeOf(type, after === undefined ? before : after);
  if (before !== undefined && after !== undefined) {
    const was = shapeOf(type, before);
    if (was !== shape) compareAs(walk, was, type, before, after);
  }
  const wasLeaf = compareAs(walk, shape, type, before, after);
  if (!wasLeaf) tell(walk, before, after);
}

/** An element that comes or goes is told itself, beside what is in it. */
function tell(walk: Walk, before: Value, after: Value): void {
  if (before === undefined) walk.changed.add(walk.path);
  else if (after === undefined) walk.removed.add(walk.path);
}

/** Whether the value was taken as one field. */
function compareAs(walk: Walk, shape: Shape, type: ValueType, before: Value, after: Value): boolean {
  if (shape === 'list') {
    const left = isArray(before) ? before : undefined;
    const right = isArray(after) ? after : undefined;
    const empty = (left?.length ?? 0) === 0 && (right?.length ?? 0) === 0;
    if (type.kind !== 'list' || isAtomic(type) || empty) return compareLeaf(walk, type, before, after);
    compareLists(walk, type, left ?? [], right ?? []);
    return false;
  }
  if (shape === 'scalar' || isAtomic(type)) return compareLeaf(walk, type, before, after);
  const left = isObject(before) ? before : undefined;
  const right = isObject(after) ? after : undefined;
  if (isNothing(type, left) && isNothing(type, right)) return compareLeaf(walk, type, before, after);
  compareFields(walk, type, left, right);
  return false;
}

function compareLeaf(walk: Walk, type: ValueType, before: Value, after: Value): boolean {
  if (before === undefined || after === undefined) tell(walk, before, after);
  else if (!walk.same(type, before, after)) walk.changed.add(walk.path);
  return true;
}

function compareFields(
  walk: Walk,
  type: ValueType,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): void {
  if (before !== undefined) {
    for (const key of Object.keys(before)) compareField(walk, type, key, before, after);
  }
  if (after !== undefined) {
    for (const key of Object.keys(after)) {
      if (before === undefined || own(before, key) === undefined) compareField(walk, type, key, before, after);
    }
  }
  if (type.kind !== 'object' || (before !== undefined && after !== undefined)) return;
  // What comes or goes as a whole has the fields that Go always writes, whether they are there or not.
  const present = before ?? after ?? {};
  for (const name of impliedFields(type).keys()) {
    if (own(present, name) === undefined) compareField(walk, type, name, before, after);
  }
}

function compareField(
  walk: Walk,
  type: ValueType,
  key: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): void {
  const left = fieldIn(type, before, key);
  const right = fieldIn(type, after, key);
  if (left === right) return;
  walk.path.push(fieldElement(key));
  compareValues(walk, fieldTypeOf(type, key) ?? DEDUCED, left, right);
  walk.path.pop();
}

function compareLists(walk: Walk, type: ListType, before: JsonArray, after: JsonArray): void {
  if (before.length === after.length && comparePairs(walk, type, before, after)) return;
  const items = new Map<JsonValue, Items>();
  for (const item of before) itemsOf(items, type, item).before.push(item);
  for (const item of after) itemsOf(items, type, item).after.push(item);
  for (const { before: left, after: right } of items.values()) {
    if (left.length === 1 && right.length === 1 && left[0] === right[0]) continue;
    walk.path.push(itemElement(type, left[0] ?? right[0] ?? null));
    compareItems(walk, type.items, left, right);
    walk.path.pop();
  }
}

/** The usual case: the same items in the same order, each once. False, and nothing done, when it isn't so. */
function comparePairs(walk: Walk, type: ListType, before: JsonArray, after: JsonArray): boolean {
  const seen = new Set<JsonValue>();
  for (let i = 0; i < before.length; i++) {
    const item = before[i] ?? null;
    const other = after[i] ?? null;
    const identity = itemIdentity(type, item);
    if (seen.has(identity) || (item !== other && itemIdentity(type, other) !== identity)) return false;
    seen.add(identity);
  }
  for (let i = 0; i < before.length; i++) {
    const item = before[i] ?? null;
    if (item === after[i]) continue;
    walk.path.push(itemElement(type, item));
    compareValues(walk, type.items, item, after[i]);
    walk.path.pop();
  }
  return true;
}

interface Items {
  readonly before: JsonValue[];
  readonly after: JsonValue[];
}

function itemsOf(items: Map<JsonValue, Items>, type: ListType, item: JsonValue): Items {
  const identity = itemIdentity(type, item);
  const known = items.get(identity);
  if (known !== undefined) return known;
  const fresh: Items = { before: [], after: [] };
  items.set(identity, fresh);
  return fresh;
}

/** Items that a list has twice are taken together, as one field. */
function compareItems(walk: Walk, type: ValueType, before: JsonArray, after: JsonArray): void {
  if (before.length < 2 && after.length < 2) compareValues(walk, type, before[0], after[0]);
  else if (before.length > 1 && after.length > 1) {
    if (!sameJson(before, after)) walk.changed.add(walk.path);
  } else if (before.length > 1) {
    if (after.length > 0) compareValues(walk, type, undefined, after[0]);
    walk.removed.add(walk.path);
  } else {
    if (before.length > 0) compareValues(walk, type, before[0], undefined);
    walk.changed.add(walk.path);
  }
}

/** Whether two values are the same, the order of lists included. What Go always writes needn't be there. */
function sameValues(type: ValueType, a: Value, b: Value): boolean {
  return sameWith(type, a, b, fieldIn);
}

/** The same for a value as the server has it and one as somebody wrote it, which is taken literally. */
export function sameAsWritten(type: ValueType, live: Value, written: Value): boolean {
  return sameWith(type, live, written, (_, object, name) => own(object, name));
}

type ReadField = (type: ValueType, object: JsonObject, name: string) => Value;

function sameWith(type: ValueType, a: Value, b: Value, readSecond: ReadField): boolean {
  if (a === b) return true;
  if (isArray(a) && isArray(b)) {
    const items = type.kind === 'list' ? type.items : DEDUCED;
    return a.length === b.length && a.every((item, i) => sameWith(items, item, b[i], readSecond));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const same = (name: string) =>
    sameWith(fieldTypeOf(type, name) ?? DEDUCED, fieldIn(type, a, name), readSecond(type, b, name), readSecond);
  for (const name of Object.keys(a)) if (!same(name)) return false;
  for (const name of Object.keys(b)) if (own(a, name) === undefined && !same(name)) return false;
  if (type.kind !== 'object' || readSecond === fieldIn) return true;
  for (const name of impliedFields(type).keys()) if (!same(name)) return false;
  return true;
}
