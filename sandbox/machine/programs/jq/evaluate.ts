// Evaluates a tree: each filter turns one value into any number of values, one after the other. Where paths are wanted,
// each value carries the path on which it was found.

import { each, made, recurse, stepInto } from './items.ts';
import { binary, indexed, sliced } from './operate.ts';
import {
  Break,
  callable,
  define,
  fail,
  type Item,
  labelOf,
  type Machine,
  type Native,
  namesIn,
  type Scope,
  scopeOr,
  variable,
  withValue,
} from './scope.ts';
import type { Filter, Pattern } from './tree.ts';
import { isObjectValue, isTruthy, JqError, shortText, textOfValue, typeName, type Value } from './values.ts';

/** More steps than this in one evaluation aren't taken. */
const STEPS_MAX = 20_000_000;

/** The values of a filter, without paths. */
export function* values(filter: Filter, value: Value, scope: Scope | undefined, machine: Machine): Generator<Value> {
  for (const item of run(filter, { value, path: undefined }, scope, machine)) yield item.value;
}

export function* run(filter: Filter, item: Item, scope: Scope | undefined, machine: Machine): Generator<Item> {
  if (++machine.steps > STEPS_MAX) throw new RangeError('this filter takes more steps than this machine grants it');
  switch (filter.op) {
    case 'identity':
      yield item;
      return;
    case 'recurse':
      yield* recurse(item);
      return;
    case 'literal':
      yield made(item, filter.value);
      return;
    case 'text':
      for (const text of texts(filter.parts, 0, filter.format, item, scope, machine)) yield made(item, text);
      return;
    case 'format':
      yield made(item, machine.format(filter.name, item.value));
      return;
    case 'index':
      for (const of of run(filter.of, item, scope, machine))
        for (const key of values(filter.by, item.value, scope, machine))
          yield stepInto(of, key, indexed(of.value, key));
      return;
    case 'slice':
      yield* slices(filter, item, scope, machine);
      return;
    case 'each':
      for (const of of run(filter.of, item, scope, machine)) yield* each(of);
      return;
    case 'list':
      yield made(item, filter.of === undefined ? [] : [...values(filter.of, item.value, scope, machine)]);
      return;
    case 'object':
      for (const value of objects(filter.members, 0, item.value, scope, machine)) yield made(item, value);
      return;
    case 'negate':
      for (const value of values(filter.of, item.value, scope, machine)) {
        if (typeof value !== 'number') fail(`${typeName(value)} (${shortText(value)}) cannot be negated`);
        yield made(item, -value);
      }
      return;
    case 'pipe':
      for (const left of run(filter.left, item, scope, machine)) yield* run(filter.right, left, scope, machine);
      return;
    case 'comma':
      yield* run(filter.left, item, scope, machine);
      yield* run(filter.right, item, scope, machine);
      return;
    case 'and':
    case 'or':
      for (const left of values(filter.left, item.value, scope, machine)) {
        if (isTruthy(left) === (filter.op === 'or')) yield made(item, filter.op === 'or');
        else for (const right of values(filter.right, item.value, scope, machine)) yield made(item, isTruthy(right));
      }
      return;
    case 'alternative':
      yield* alternative(filter.left, filter.right, item, scope, machine);
      return;
    case 'binary':
      for (const right of values(filter.right, item.value, scope, machine))
        for (const left of values(filter.left, item.value, scope, machine))
          yield made(item, binary(filter.sign, left, right));
      return;
    case 'assign':
      yield* nativeOf(machine, '_assign')(
        item,
        [{ op: 'literal', value: filter.sign }, filter.left, filter.right],
        scopeOr(scope),
        machine,
      );
      return;
    case 'if':
      for (const test of values(filter.test, item.value, scope, machine)) {
        const branch = isTruthy(test) ? filter.then : filter.otherwise;
        if (branch === undefined) yield item;
        else yield* run(branch, item, scope, machine);
      }
      return;
    case 'try':
      yield* attempt(filter.body, filter.caught, item, scope, machine);
      return;
    case 'reduce':
      yield* reduce(filter, item, scope, machine);
      return;
    case 'foreach':
      yield* foreach(filter, item, scope, machine);
      return;
    case 'bind':
      yield* bind(filter.source, filter.patterns, item, scope, machine, (inner) =>
        run(filter.body, item, inner, machine),
      );
      return;
    case 'define':
      yield* run(filter.body, item, define(filter.definition, scope), machine);
      return;
    case 'call':
      yield* call(filter.name, filter.args, item, scope, machine);
      return;
    case 'variable':
      yield made(item, variable(filter.name, scope, machine));
      return;
    case 'label': {
      const id = ++machine.labels;
      const inner: Scope = { name: `*${filter.name}`, bound: { kind: 'label', id }, outer: scope };
      try {
        yield* run(filter.body, item, inner, machine);
      } catch (error) {
        if (!(error instanceof Break) || error.id !== id) throw error;
      }
      return;
    }
    case 'break':
      throw new Break(labelOf(filter.name, scope));
    default:
      filter satisfies never;
  }
}

function nativeOf(machine: Machine, name: string): Native {
  const found = machine.library.get(name);
  if (found?.kind !== 'native') throw new Error(`${name} is missing`);
  return found.run;
}

function* slices(
  filter: Extract<Filter, { op: 'slice' }>,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  const ends = (side: Filter | undefined): Iterable<Value> =>
    side === undefined ? [null] : values(side, item.value, scope, machine);
  for (const of of run(filter.of, item, scope, machine))
    for (const to of ends(filter.to))
      for (const from of ends(filter.from)) {
        const key = new Map<string, Value>([
          ['start', from],
          ['end', to],
        ]);
        yield stepInto(of, key, sliced(of.value, from, to));
      }
}

function* texts(
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
function* objects(
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

function* alternative(
  left: Filter,
  right: Filter,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  let any = false;
  try {
    for (const found of run(left, item, scope, machine)) {
      if (!isTruthy(found.value)) continue;
      any = true;
      yield found;
    }
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
  }
  if (!any) yield* run(right, item, scope, machine);
}

function* attempt(
  body: Filter,
  caught: Filter | undefined,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  const source = run(body, item, scope, machine);
  for (;;) {
    let next: IteratorResult<Item>;
    try {
      next = source.next();
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      const { value } = error;
      if (isObjectValue(value) && value.get('__jq') !== undefined) throw error;
      if (caught !== undefined) yield* run(caught, made(item, value), scope, machine);
      return;
    }
    if (next.done === true) return;
    yield next.value;
  }
}

function* reduce(
  filter: Extract<Filter, { op: 'reduce' }>,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  for (const init of run(filter.init, item, scope, machine)) {
    let state: Item | undefined = init;
    const next = (inner: Scope | undefined): Iterable<Item> => {
      let last: Item | undefined;
      for (const each of run(filter.update, state ?? made(item, null), inner, machine)) last = each;
      state = last ?? made(item, null);
      return [];
    };
    for (const _ of bind(filter.source, filter.patterns, item, scope, machine, next)) void _;
    yield state;
  }
}

function* foreach(
  filter: Extract<Filter, { op: 'foreach' }>,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  for (const init of run(filter.init, item, scope, machine)) {
    let state: Item = init;
    yield* bind(filter.source, filter.patterns, item, scope, machine, function* (inner) {
      for (const each of run(filter.update, state, inner, machine)) {
        state = each;
        if (filter.extract === undefined) yield each;
        else yield* run(filter.extract, each, inner, machine);
      }
    });
  }
}

/** For each value of the source and each way to take it apart. */
function* bind(
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

function* call(
  name: string,
  args: readonly Filter[],
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  const key = `${name}/${args.length}`;
  const found = callable(key, scope, machine);
  if (found === undefined) throw new JqError(new Map([['__jq', `${key} is not defined`]]));
  if (found.kind === 'native') {
    yield* found.run(item, args, scopeOr(scope), machine);
    return;
  }
  if (found.kind === 'argument') {
    yield* run(found.filter, item, found.scope, machine);
    return;
  }
  const { definition } = found;
  for (const inner of withArguments(definition.params, args, 0, found.scope, item.value, scopeOr(scope), machine))
    yield* run(definition.body, item, inner, machine);
}

/** A parameter `$f` takes each value of its argument in turn, and can be called as `f`, too. */
function* withArguments(
  params: readonly string[],
  args: readonly Filter[],
  at: number,
  scope: Scope,
  value: Value,
  caller: Scope,
  machine: Machine,
): Generator<Scope> {
  const param = params[at];
  const arg = args[at];
  if (param === undefined || arg === undefined) {
    yield scope;
    return;
  }
  if (!param.startsWith('$')) {
    const inner: Scope = { name: `${param}/0`, bound: { kind: 'argument', filter: arg, scope: caller }, outer: scope };
    yield* withArguments(params, args, at + 1, inner, value, caller, machine);
    return;
  }
  for (const given of values(arg, value, caller, machine)) {
    const bare = param.slice(1);
    const literal: Filter = { op: 'literal', value: given };
    const callableToo: Scope = {
      name: `${bare}/0`,
      bound: { kind: 'argument', filter: literal, scope: caller },
      outer: scope,
    };
    yield* withArguments(params, args, at + 1, withValue(callableToo, bare, given), value, caller, machine);
  }
}
