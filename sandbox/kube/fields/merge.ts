// Puts an applied configuration into the live object: what both have is merged field by field, the configuration wins.

import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue, own } from '../json.ts';
import type { ListType, ValueType } from '../structure.ts';
import { sameAsWritten } from './compare.ts';
import type { PathElement } from './element.ts';
import { DEDUCED, fieldIn, fieldTypeOf, isAtomic, isNothing, itemElement, shapeOf } from './shape.ts';

type Value = JsonValue | undefined;

/** The merged object; what the configuration doesn't change keeps its identity. Throws an ItemError. */
export function mergeConfiguration(type: ValueType, live: JsonObject, config: JsonObject): JsonObject {
  const merged = mergeValues(type, live, config);
  return isObject(merged) ? merged : {};
}

function mergeValues(type: ValueType, live: Value, config: Value): Value {
  if (config === undefined || config === live) return live;
  const shape = shapeOf(type, config);
  const base = live !== undefined && shapeOf(type, live) === shape ? live : undefined;
  const leaf = live !== undefined && sameAsWritten(type, live, config) ? live : config;
  if (shape === 'scalar' || isAtomic(type)) return leaf;
  if (shape === 'list') return mergeListsOr(leaf, type, base, config);
  const left = isObject(base) ? base : undefined;
  const right = isObject(config) ? config : undefined;
  if (isNothing(type, left) && (right === undefined || Object.keys(right).length === 0)) return leaf;
  return mergeFields(type, left ?? {}, right ?? {});
}

function mergeListsOr(leaf: JsonValue, type: ValueType, live: Value, config: JsonValue): Value {
  const left = isArray(live) ? live : [];
  const right = isArray(config) ? config : [];
  if (type.kind !== 'list' || (left.length === 0 && right.length === 0)) return leaf;
  return mergeLists(type, left, right);
}

function mergeFields(type: ValueType, live: JsonObject, config: JsonObject): JsonObject {
  const changes = new Map<string, JsonValue>();
  for (const key of Object.keys(config)) {
    const before = fieldIn(type, live, key);
    const after = mergeValues(fieldTypeOf(type, key) ?? DEDUCED, before, own(config, key));
    if (after !== undefined && after !== before) changes.set(key, after);
  }
  return changes.size === 0 ? live : { ...live, ...Object.fromEntries(changes) };
}

/** Items in an order that suits both lists; where they contradict each other, that of the configuration. */
function mergeLists(type: ListType, live: JsonArray, config: JsonArray): JsonArray {
  const left = indexed(type, live);
  const right = indexed(type, config);
  const merge = (element: PathElement) => mergeValues(type.items, left.only.get(element), right.only.get(element));
  const items = orderOf(left, right).map(({ element, item }) => (right.all.has(element) ? merge(element) : item));
  const result = items.filter((item) => item !== undefined);
  return result.length === live.length && result.every((item, i) => item === live[i]) ? live : result;
}

interface Indexed {
  readonly elements: readonly Item[];
  readonly all: ReadonlySet<PathElement>;
  /** Without those that the list has twice. */
  readonly only: ReadonlyMap<PathElement, JsonValue>;
}

interface Item {
  readonly element: PathElement;
  readonly item: JsonValue;
}

function indexed(type: ListType, list: JsonArray): Indexed {
  const elements = list.map((item) => ({ element: itemElement(type, item), item }));
  const only = new Map<PathElement, JsonValue>();
  const all = new Set<PathElement>();
  for (const { element, item } of elements) {
    // Items that can't be told apart give nothing to merge with.
    if (all.has(element)) only.set(element, null);
    else only.set(element, item);
    all.add(element);
  }
  return { elements, all, only };
}

/** Walks both lists at once, so that each item that only the live list has stays behind the one that it followed. */
function orderOf(live: Indexed, config: Indexed): readonly Item[] {
  const result: Item[] = [];
  const shared = config.elements.filter(({ element }) => live.all.has(element));
  const done = new Set<PathElement>();
  let nextShared = 0;
  let l = 0;
  let c = 0;
  while (l < live.elements.length || c < config.elements.length) {
    const left = live.elements[l];
    const right = config.elements[c];
    if (left !== undefined && right !== undefined) {
      if (left.element === right.element) {
        done.add(left.element);
        result.push(right);
        nextShared++;
        l++;
        c++;
        continue;
      }
      const expected = shared[nextShared]?.element;
      if (config.all.has(left.element) && expected !== undefined && expected !== left.element) {
        // It comes later in the configuration, which decides.
        l++;
        continue;
      }
    }
    if (left !== undefined) {
      if (!config.all.has(left.element)) {
        result.push(left);
        l++;
        continue;
      }
      if (done.has(left.element)) l++;
    }
    if (right !== undefined) {
      done.add(right.element);
      result.push(right);
      if (shared[nextShared]?.element === right.element) nextShared++;
      c++;
    }
  }
  return result;
}
