// Values with the paths on which they were found, and steps into them.

import { fail, type Item, type Machine, type Scope } from './scope.ts';
import type { Filter } from './tree.ts';
import { isList, isObjectValue, shortText, typeName, type Value } from './values.ts';

/** A value that was made, not found. */
export function made(from: Item, value: Value): Item {
  return { value, path: from.path === undefined ? undefined : 'off' };
}

export function stepInto(item: Item, key: Value, value: Value): Item {
  if (item.path === undefined) return { value, path: undefined };
  if (item.path === 'off') fail(`Invalid path expression with result ${shortText(item.value)}`);
  return { value, path: [...item.path, key] };
}

export function* recurse(item: Item): Generator<Item> {
  yield item;
  if (isList(item.value) || isObjectValue(item.value)) for (const inner of each(item)) yield* recurse(inner);
}

export function* each(item: Item): Generator<Item> {
  const { value } = item;
  if (isList(value)) {
    for (const [index, inner] of value.entries()) yield stepInto(item, index, inner);
  } else if (isObjectValue(value)) {
    for (const [key, inner] of value) yield stepInto(item, key, inner);
  } else fail(`Cannot iterate over ${typeName(value)}${value === null ? '' : ` (${shortText(value)})`}`);
}

/** The values of a filter, without paths. */
export function* values(filter: Filter, value: Value, scope: Scope | undefined, machine: Machine): Generator<Value> {
  for (const item of machine.run(filter, { value, path: undefined }, scope, machine)) yield item.value;
}
