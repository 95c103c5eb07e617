// The longer forms of jq: slices, texts with pieces in them, objects, reduce and foreach, and names bound by patterns.

import { made, stepInto, values } from './items.ts';
import { indexed, sliced } from './operate.ts';
import { fail, type Item, type Machine, namesIn, type Scope, withValue } from './scope.ts';
import type { Filter, Pattern } from './tree.ts';
import { JqError, textOfValue, typeName, type Value } from './values.ts';

export function* slices(
  filter: Extract<Filter, { op: 'slice' }>,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  const ends = (side: Filter | undefined): Iterable<Value> =>
    side === undefined ? [null] : values(side, item.value, scope, machine);
  for (const of of machine.run(filter.of, item, scope, machine))
    for (const to of ends(filter.to))
      for (const from of ends(filter.from)) {
        const key = new Map<string, Value>([
          ['start', from],
          ['end', to],
        ]);
        yield stepInto(of, key, sliced(of.value, from, to));
      }
}

export function* texts(
  parts: readonly (string | Filter)[],
  at: number,
  format: string | undefined,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<string> {
  const part = parts[at];
  if (part === undefined) {
    yield '';
    return;
  }
  const heads = typeof part === 'string' ? [part] : formatted(part, format, item, scope, machine);
  for (const rest of texts(parts, at + 1, format, item, scope, machine)) for (const head of heads) yield head + rest;
}

function formatted(
  part: Filter,
  format: string | undefined,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): readonly string[] {
  return [...values(part, item.value, scope, machine)].map((value) =>
    format === undefined ? (typeof value === 'string' ? value : textOfValue(value)) : machine.format(format, value),
  );
}

/** The last members vary fastest. */
export function* objects(
  members: readonly (readonly [Filter, Filter])[],
  at: number,
  value: Value,
  scope: Scope | undefined,
  machine: Machine,
  before: ReadonlyMap<string, Value> = new Map(),
): Generator<ReadonlyMap<string, Value>> {
  const member = members[at];
  if (member === undefined) {
    yield before;
    return;
  }
  const [keyFilter, valueFilter] = member;
  for (const key of values(keyFilter, value, scope, machine)) {
    if (typeof key !== 'string') fail(`Object keys must be strings`);
    for (const inner of values(valueFilter, value, scope, machine))
      yield* objects(members, at + 1, value, scope, machine, new Map([...before, [key, inner]]));
  }
}

export function* reduce(
  filter: Extract<Filter, { op: 'reduce' }>,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  for (const init of machine.run(filter.init, item, scope, machine)) {
    let state: Item | undefined = init;
    const next = (inner: Scope | undefined): Iterable<Item> => {
      let last: Item | undefined;
      for (const each of machine.run(filter.update, state ?? made(item, null), inner, machine)) last = each;
      state = last ?? made(item, null);
      return [];
    };
    for (const _ of bind(filter.source, filter.patterns, item, scope, machine, next)) void _;
    yield state;
  }
}

export function* foreach(
  filter: Extract<Filter, { op: 'foreach' }>,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  for (const init of machine.run(filter.init, item, scope, machine)) {
    let state: Item = init;
    yield* bind(filter.source, filter.patterns, item, scope, machine, function* (inner) {
      for (const each of machine.run(filter.update, state, inner, machine)) {
        state = each;
        if (filter.extract === undefined) yield each;
        else yield* machine.run(filter.extract, each, inner, machine);
      }
    });
  }
}

/** For each value of the source and each way to take it apart. */
export function* bind(
  source: Filter,
  patterns: readonly Pattern[],
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
  body: (scope: Scope | undefined) => Iterable<Item>,
): Generator<Item> {
  const all = patterns.length > 1 ? patterns.flatMap(namesIn) : [];
  const empty = all.reduce<Scope | undefined>((outer, name) => withValue(outer, name, null), scope);
  for (const value of values(source, item.value, scope, machine)) {
    for (const [index, pattern] of patterns.entries()) {
      try {
        for (const inner of matched(pattern, value, item.value, empty, machine)) yield* body(inner);
        break;
      } catch (error) {
        if (!(error instanceof JqError) || index === patterns.length - 1) throw error;
      }
    }
  }
}

function* matched(
  pattern: Pattern,
  value: Value,
  input: Value,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Scope | undefined> {
  if (pattern.pattern === 'variable') {
    yield withValue(scope, pattern.name, value);
    return;
  }
  const parts: readonly [Filter, Pattern | undefined, string | undefined][] =
    pattern.pattern === 'list'
      ? pattern.items.map((part, index) => [{ op: 'literal', value: index }, part, undefined])
      : pattern.members.map((member) => [member.key, member.value, member.variable]);
  yield* matchedParts(parts, 0, pattern.pattern, value, input, scope, machine);
}

function* matchedParts(
  parts: readonly [Filter, Pattern | undefined, string | undefined][],
  at: number,
  kind: 'list' | 'object',
  value: Value,
  input: Value,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Scope | undefined> {
  const part = parts[at];
  if (part === undefined) {
    yield scope;
    return;
  }
  const [keyFilter, pattern, name] = part;
  for (const key of values(keyFilter, input, scope, machine)) {
    if (kind === 'object' && typeof key !== 'string') fail(`Cannot index ${typeName(value)} with ${typeName(key)}`);
    const inner = indexed(value, key);
    const named = name === undefined ? scope : withValue(scope, name, inner);
    const scopes = pattern === undefined ? [named] : matched(pattern, inner, input, named, machine);
    for (const next of scopes) yield* matchedParts(parts, at + 1, kind, value, input, next, machine);
  }
}
