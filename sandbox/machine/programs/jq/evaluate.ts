// Evaluates a tree: each filter turns one value into any number of values, one after the other. Where paths are wanted,
// each value carries the path on which it was found.

import { bind, foreach, objects, reduce, slices, texts } from './forms.ts';
import { each, made, recurse, stepInto, values } from './items.ts';
import { binary, indexed } from './operate.ts';
import {
  Break,
  callable,
  define,
  fail,
  type Item,
  labelOf,
  type Machine,
  type Native,
  type Scope,
  scopeOr,
  variable,
  withValue,
} from './scope.ts';
import type { Filter } from './tree.ts';
import { isObjectValue, isTruthy, JqError, shortText, typeName, type Value } from './values.ts';

/** More steps than this in one evaluation aren't taken. */
const STEPS_MAX = 5_000_000;

export function run(filter: Filter, item: Item, scope: Scope | undefined, machine: Machine): Iterable<Item> {
  if (++machine.steps > STEPS_MAX) throw new RangeError('this filter takes more steps than this machine grants it');
  const evaluate = FORMS[filter.op] as Form<Filter['op']>;
  return evaluate(filter as never, item, scope, machine);
}

type Form<K extends Filter['op']> = (
  filter: Extract<Filter, { readonly op: K }>,
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
) => Iterable<Item>;

/** What each form of a filter does. */
const FORMS: { readonly [K in Filter['op']]: Form<K> } = {
  identity: (_, item) => [item],
  recurse: (_, item) => recurse(item),
  literal: ({ value }, item) => [made(item, value)],
  *text({ parts, format }, item, scope, machine) {
    for (const text of texts(parts, 0, format, item, scope, machine)) yield made(item, text);
  },
  *format({ name }, item, _, machine) {
    yield made(item, machine.format(name, item.value));
  },
  *index({ of, by }, item, scope, machine) {
    for (const holder of run(of, item, scope, machine))
      for (const key of values(by, item.value, scope, machine)) yield stepInto(holder, key, indexed(holder.value, key));
  },
  slice: slices,
  *each({ of }, item, scope, machine) {
    for (const holder of run(of, item, scope, machine)) yield* each(holder);
  },
  *list({ of }, item, scope, machine) {
    yield made(item, of === undefined ? [] : [...values(of, item.value, scope, machine)]);
  },
  *object({ members }, item, scope, machine) {
    for (const value of objects(members, 0, item.value, scope, machine)) yield made(item, value);
  },
  *negate({ of }, item, scope, machine) {
    for (const value of values(of, item.value, scope, machine)) {
      if (typeof value !== 'number') fail(`${typeName(value)} (${shortText(value)}) cannot be negated`);
      yield made(item, -value);
    }
  },
  *pipe({ left, right }, item, scope, machine) {
    for (const first of run(left, item, scope, machine)) yield* run(right, first, scope, machine);
  },
  *comma({ left, right }, item, scope, machine) {
    yield* run(left, item, scope, machine);
    yield* run(right, item, scope, machine);
  },
  and: logical,
  or: logical,
  alternative: ({ left, right }, item, scope, machine) => alternative(left, right, item, scope, machine),
  *binary({ sign, left, right }, item, scope, machine) {
    for (const second of values(right, item.value, scope, machine))
      for (const first of values(left, item.value, scope, machine)) yield made(item, binary(sign, first, second));
  },
  *assign({ sign, left, right }, item, scope, machine) {
    yield* nativeOf(machine, '_assign')(item, [{ op: 'literal', value: sign }, left, right], scopeOr(scope), machine);
  },
  *if({ test, then, otherwise }, item, scope, machine) {
    for (const value of values(test, item.value, scope, machine)) {
      const branch = isTruthy(value) ? then : otherwise;
      if (branch === undefined) yield item;
      else yield* run(branch, item, scope, machine);
    }
  },
  try: ({ body, caught }, item, scope, machine) => attempt(body, caught, item, scope, machine),
  reduce,
  foreach,
  bind: ({ source, patterns, body }, item, scope, machine) =>
    bind(source, patterns, item, scope, machine, (inner) => run(body, item, inner, machine)),
  define: ({ definition, body }, item, scope, machine) => run(body, item, define(definition, scope), machine),
  call: ({ name, args }, item, scope, machine) => call(name, args, item, scope, machine),
  *variable({ name }, item, scope, machine) {
    yield made(item, variable(name, scope, machine));
  },
  *label({ name, body }, item, scope, machine) {
    const id = ++machine.labels;
    try {
      yield* run(body, item, { name: `*${name}`, bound: { kind: 'label', id }, outer: scope }, machine);
    } catch (error) {
      if (!(error instanceof Break) || error.id !== id) throw error;
    }
  },
  break({ name }, _, scope) {
    throw new Break(labelOf(name, scope));
  },
};

function* logical(
  { op, left, right }: { readonly op: 'and' | 'or' | string; readonly left: Filter; readonly right: Filter },
  item: Item,
  scope: Scope | undefined,
  machine: Machine,
): Generator<Item> {
  const decides = op === 'or';
  for (const first of values(left, item.value, scope, machine)) {
    if (isTruthy(first) === decides) yield made(item, decides);
    else for (const second of values(right, item.value, scope, machine)) yield made(item, isTruthy(second));
  }
}

function nativeOf(machine: Machine, name: string): Native {
  const found = machine.library.get(name);
  if (found?.kind !== 'native') throw new Error(`${name} is missing`);
  return found.run;
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
  const source = run(body, item, scope, machine)[Symbol.iterator]();
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
