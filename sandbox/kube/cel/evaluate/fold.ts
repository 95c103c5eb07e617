// Folds: what macros become. Lists and maps that a fold builds grow in place, for nobody else can see them.

import { alreadyThere } from '../library/lists.ts';
import { isList, isMap, listItems, mapFind, mapKey, mapKeys } from '../runtime/collections.ts';
import { goTypeName } from '../runtime/kinds.ts';
import { failure, isFailure, isPlainList, isTaggedAs, KIND, type Result, type Value } from '../values.ts';
import { type Frame, type Step, spend } from './frame.ts';
import { evaluateAll } from './logic.ts';

export interface FoldParts {
  readonly range: Step;
  /** Slots of the variables, and of the accumulator. */
  readonly variable: number;
  readonly second: number | undefined;
  readonly accumulator: number;
  readonly condition: Step;
  readonly step: Step;
  readonly result: Step;
}

export function foldStep(parts: FoldParts): Step {
  return (frame) => {
    const range = parts.range(frame);
    if (isFailure(range)) return range;
    frame.slots[parts.accumulator] = undefined;
    if (isList(range)) foldList(frame, parts, range);
    else if (isMap(range)) foldMap(frame, parts, range);
    else return notIterable(range, parts.second !== undefined);
    return parts.result(frame);
  };
}

function notIterable(range: Value, twoVariables: boolean): Result {
  const type = goTypeName(range);
  return failure(
    twoVariables ? `unsupported comprehension range type: ${type}` : `got '${type}', expected iterable type`,
  );
}

function foldList(frame: Frame, parts: FoldParts, range: Value): void {
  const { slots } = frame;
  const items = isPlainList(range) ? range : listItems(range);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    slots[parts.variable] = parts.second === undefined ? item : i;
    if (parts.second !== undefined) slots[parts.second] = item;
    if (!iterate(frame, parts)) return;
  }
}

function foldMap(frame: Frame, parts: FoldParts, range: Value): void {
  for (const key of mapKeys(range)) {
    frame.slots[parts.variable] = key;
    if (parts.second !== undefined) frame.slots[parts.second] = mapFind(range, key);
    if (!iterate(frame, parts)) return;
  }
}

/** Whether the fold goes on. Only a condition that is false ends it, not one that fails. */
function iterate(frame: Frame, { condition, step, accumulator }: FoldParts): boolean {
  if (condition(frame) === false) return false;
  frame.slots[accumulator] = step(frame);
  return true;
}

/** What an accumulator that grows begins with: a list or map of its own. */
export function ownStep(init: Step): Step {
  return (frame) => {
    const value = init(frame);
    if (isPlainList(value) && value.length === 0) return [];
    return isTaggedAs(value, 'map') && value.entries.size === 0 ? { [KIND]: 'map', entries: new Map() } : value;
  };
}

/** `accumulator + [items]`. */
export function appendStep(accumulator: Step, added: Step, otherwise: (a: Value, b: Value) => Result): Step {
  return (frame) => {
    const list = accumulator(frame);
    const items = added(frame);
    spend(frame, 1);
    if (isFailure(list)) return list;
    if (isFailure(items)) return items;
    if (!isGrowing(list) || !isPlainList(items)) return otherwise(list, items);
    for (const item of items) list.push(item);
    return list;
  };
}

function isGrowing(value: Value): value is Value[] {
  return Array.isArray(value);
}

/** `cel.@mapInsert(accumulator, key, value)`, or with a map in place of key and value. */
export function insertStep(accumulator: Step, added: readonly Step[]): Step {
  return (frame) => {
    const steps = [accumulator, ...added];
    // As of all functions, two arguments are evaluated in any case.
    const all = steps.length === 2 ? steps.map((step) => step(frame)) : evaluateAll(frame, steps);
    if (all.length === steps.length) spend(frame, 1);
    const problem = all.find(isFailure);
    if (problem !== undefined) return problem;
    const [map = null, ...args] = all;
    if (!isTaggedAs(map, 'map') || !isGrowingMap(map.entries)) return failure('no such overload');
    const [first = null, second] = args;
    const entries = second === undefined ? entriesOf(first) : [[first, second] as const];
    for (const [key, value] of entries) {
      if (isFailure(key) || isFailure(value)) return isFailure(key) ? key : value;
      if (mapFind(map, key) !== undefined) return alreadyThere(key);
      map.entries.set(mapKey(key), [key, value]);
    }
    return map;
  };
}

function isGrowingMap(
  entries: ReadonlyMap<string, readonly [Value, Value]>,
): entries is Map<string, readonly [Value, Value]> {
  return entries instanceof Map;
}

function entriesOf(map: Result): readonly (readonly [Result, Result])[] {
  if (isFailure(map)) return [[map, map]];
  return mapKeys(map).map((key) => [key, mapFind(map, key) ?? null] as const);
}
