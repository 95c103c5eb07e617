// The steps of a JSONPath template: from the values at hand to those that a step finds.

import { goValue, sortedKeys } from '../go/text.ts';
import type { JsonObject } from '../json.ts';
import { isArray, isObject, own } from '../json.ts';
import { JsonPathError, type ListNode, type Node, type Slice } from './nodes.ts';
import { compareValues, type Operand, typeOfValue, type Value } from './values.ts';

export interface Walk {
  /** Whether a field that no value has is simply nothing, and not an error. */
  readonly allowMissingKeys: boolean;
  /** Whether all numbers count as floating-point ones, as in objects that never were on a server. */
  readonly allFloats: boolean;
  /** `range` and `end` met, and ranges under way. */
  ranges: { begun: number; inside: number; ended: number };
}

/** A step failed, having found this much. A filter for existence makes do with it. */
class Failure extends JsonPathError {
  readonly found: readonly Value[];

  constructor(message: string, found: readonly Value[]) {
    super(message);
    this.found = found;
  }
}

/** Throws JsonPathError. */
export function walk(run: Walk, input: readonly Value[], node: Node): readonly Value[] {
  switch (node.kind) {
    case 'list':
      return node.steps.reduce((values, step) => walk(run, values, step), input);
    case 'text':
      return [node.text];
    case 'number':
    case 'boolean':
      return input.map(() => node.value);
    case 'field':
      return fields(run, input, node.name);
    case 'slice':
      return slices(run, input, node);
    case 'filter':
      return filtered(run, input, node);
    case 'wildcard':
      return input.flatMap(contents);
    case 'descent':
      return input.flatMap(descendants);
    case 'union':
      return union(run, input, node.members);
    case 'word':
      return word(run, input, node.word);
  }
}

function word({ ranges }: Walk, input: readonly Value[], name: string): readonly Value[] {
  if (name === 'range') {
    ranges.begun++;
    return input;
  }
  if (name !== 'end') throw new Failure(`unrecognized identifier ${name}`, input);
  if (ranges.inside === 0) throw new Failure('not in range, nothing to end', []);
  ranges.ended++;
  return [];
}

function fields({ allowMissingKeys }: Walk, input: readonly Value[], name: string): readonly Value[] {
  const found: Value[] = [];
  for (const value of input) {
    const field = isObject(value) ? own<Value>(value, name) : undefined;
    if (field !== undefined) found.push(field);
  }
  if (found.length > 0 || input.length === 0 || allowMissingKeys) return found;
  throw new Failure(`${name} is not found`, []);
}

function slices({ allFloats }: Walk, input: readonly Value[], slice: Slice): readonly Value[] {
  const found: Value[] = [];
  for (const value of input) {
    if (value === null) continue;
    if (!isArray(value)) throw new Failure(`${typeOfValue(value, allFloats)} is not array or slice`, input);
    const [from, to] = bounds(slice, value.length);
    if (from === to) return found;
    checkBounds(from, to, value.length, input);
    if (slice.step !== undefined && slice.step <= 0) throw new Failure('step must be > 0', input);
    for (let at = from; at < to; at += slice.step ?? 1) found.push(value[at]);
  }
  return found;
}

/** Negative bounds count from the end; the last item's index ends at 0, which means the end as well. */
function bounds(slice: Slice, length: number): [number, number] {
  const from = slice.from ?? 0;
  const to = slice.to ?? length;
  const fromEnd = to < 0 || (to === 0 && slice.single);
  return [from < 0 ? from + length : from, fromEnd ? to + length : to];
}

function checkBounds(from: number, to: number, length: number, input: readonly Value[]): void {
  const outside = (index: number) => new Failure(`array index out of bounds: index ${index}, length ${length}`, input);
  if (from >= length || from < 0) throw outside(from);
  if (to > length || to < 0) throw outside(to - 1);
  if (from > to) throw new Failure(`starting index ${from} is greater than ending index ${to}`, input);
}

function union(run: Walk, input: readonly Value[], members: readonly ListNode[]): readonly Value[] {
  return withFailuresFinding(input, () => members.flatMap((member) => walk(run, input, member)));
}

/** Runs a step of several parts; when one fails, all that has been found is `found`. */
function withFailuresFinding<T>(found: readonly Value[], step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof JsonPathError) throw new Failure(error.message, found);
    throw error;
  }
}

type Filter = Extract<Node, { kind: 'filter' }>;

function filtered(run: Walk, input: readonly Value[], filter: Filter): readonly Value[] {
  const found: Value[] = [];
  for (const value of input) {
    if (!isArray(value)) {
      const shown = value === undefined ? '<invalid reflect.Value>' : goValue(value);
      throw new Failure(`${shown} is not array or slice and cannot be filtered`, input);
    }
    for (const item of value) if (passes(run, input, found, filter, item)) found.push(item);
  }
  return found;
}

function passes(run: Walk, input: readonly Value[], found: readonly Value[], filter: Filter, item: Value): boolean {
  if (filter.operator === 'exists') return exists(run, filter.left, item);
  const left = withFailuresFinding(input, () => operand(run, filter.left, item));
  if (left === undefined) return false;
  const right = withFailuresFinding(input, () => operand(run, filter.right, item));
  return right !== undefined && withFailuresFinding(found, () => compareValues(left, filter.operator, right));
}

function exists(run: Walk, list: ListNode, item: Value): boolean {
  try {
    return walk(run, [item], list).length > 0;
  } catch (error) {
    if (error instanceof Failure) return error.found.length > 0;
    throw error;
  }
}

/** The one value of a side; undefined when it has none. */
function operand(run: Walk, list: ListNode, item: Value): Operand | undefined {
  const values = walk(run, [item], list);
  if (values.length === 0) return undefined;
  if (values.length > 1) throw new JsonPathError('can only compare one element at a time');
  const [value] = values;
  const last = list.steps.at(-1);
  if (last?.kind === 'number') return { value, type: last.type === 'int' ? 'int64' : 'float64' };
  return { value, type: typeOfValue(value, run.allFloats) };
}

/** The values of an object's fields in the order of their names, the items of a list, and the bytes of a text. */
function contents(value: Value): readonly Value[] {
  if (typeof value === 'string') return [...new TextEncoder().encode(value)];
  if (isArray(value)) return value;
  return isObject(value) ? fieldValues(value) : [];
}

function fieldValues(object: JsonObject): readonly Value[] {
  return sortedKeys(object).flatMap((key) => {
    const value = own(object, key);
    return value === undefined ? [] : [value];
  });
}

/** The value and all below it, from the top down, but for those that have nothing in them. */
function descendants(value: Value): readonly Value[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  const inside = contents(value);
  return inside.length === 0 ? [] : [value, ...inside.flatMap(descendants)];
}
