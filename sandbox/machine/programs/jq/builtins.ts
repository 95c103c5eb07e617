// Functions of jq that are done here.

import { list, MATH_ONE, number, PLAIN } from './functions.ts';
import { made, values } from './items.ts';
import { LIBRARY } from './library.ts';
import { add, binary, deletePaths, indexed, setPath } from './operate.ts';
import { parseDefinitions } from './parse.ts';
import { type Callable, fail, type Item, type Machine, type Native, type Path, type Scope } from './scope.ts';
import type { Filter } from './tree.ts';
import { isTruthy, JqError, shortText, textOfValue, type Value } from './values.ts';

/** A function of its input and of the values of its arguments. */
function plain(act: (value: Value, ...args: Value[]) => Value): Native {
  return function* (item, args, scope, machine) {
    for (const given of product(args, 0, item.value, scope, machine)) yield made(item, act(item.value, ...given));
  };
}

/** All choices of the arguments' values; the last argument varies slowest. */
function* product(
  args: readonly Filter[],
  at: number,
  value: Value,
  scope: Scope,
  machine: Machine,
): Generator<Value[]> {
  const arg = args[at];
  if (arg === undefined) {
    yield [];
    return;
  }
  for (const rest of product(args, at + 1, value, scope, machine))
    for (const given of values(arg, value, scope, machine)) yield [given, ...rest];
}

const SPECIAL: Readonly<Record<string, Native>> = {
  'empty/0': () => [],
  'error/0': (item) => {
    throw new JqError(item.value);
  },
  'path/1': function* (item, [filter], scope, machine) {
    if (filter === undefined) return;
    for (const found of machine.run(filter, { value: item.value, path: [] }, scope, machine))
      yield made(item, pathOf(found));
  },
  'getpath/1': function* (item, [filter], scope, machine) {
    if (filter === undefined) return;
    for (const path of values(filter, item.value, scope, machine))
      yield atPath(item, list(path, 'Path must be specified as an array'));
  },
  'recurse/0': (item, _, scope, machine) => machine.run({ op: 'recurse' }, item, scope, machine),
  'recurse/1': (item, [filter], scope, machine) =>
    depthFirst(item, (each) => (filter === undefined ? [] : machine.run(filter, each, scope, machine))),
  'repeat/1': (item, [filter], scope, machine) =>
    depthFirst(item, (each) => (filter === undefined ? [] : machine.run(filter, each, scope, machine))),
  'while/2': function* (item, [test, update], scope, machine) {
    if (test === undefined || update === undefined) return;
    for (const first of chosen(item, test, scope, machine))
      yield* depthFirst(first, function* (each) {
        for (const next of machine.run(update, each, scope, machine)) yield* chosen(next, test, scope, machine);
      });
  },
  'until/2': function* (item, [test, update], scope, machine) {
    if (test === undefined || update === undefined) return;
    const isDone = (each: Item): boolean => isTruthy(values(test, each.value, scope, machine).next().value ?? null);
    const rounds = depthFirst(item, (each) => (isDone(each) ? [] : machine.run(update, each, scope, machine)));
    for (const each of rounds) if (isDone(each)) yield each;
  },
  'range/2': function* (item, [from, to], scope, machine) {
    if (from === undefined || to === undefined) return;
    for (const start of values(from, item.value, scope, machine))
      for (const end of values(to, item.value, scope, machine)) yield* counted(item, start, end, 1, machine);
  },
  'range/3': function* (item, [from, to, by], scope, machine) {
    if (from === undefined || to === undefined || by === undefined) return;
    for (const start of values(from, item.value, scope, machine))
      for (const end of values(to, item.value, scope, machine))
        for (const step of values(by, item.value, scope, machine))
          yield* counted(item, start, end, number(step), machine);
  },
  'last/1': function* (item, [filter], scope, machine) {
    let last: Item | undefined;
    if (filter !== undefined) for (const each of machine.run(filter, item, scope, machine)) last = each;
    if (last !== undefined) yield last;
  },
  'input/0': function* (item, _, __, machine) {
    yield made(item, machine.nextInput());
  },
  'inputs/0': function* (item, _, __, machine) {
    for (;;) {
      let next: Value;
      try {
        next = machine.nextInput();
      } catch (error) {
        if (error instanceof JqError && error.value === NO_MORE) return;
        throw error;
      }
      yield made(item, next);
    }
  },
  'debug/0': function* (item, _, __, machine) {
    machine.complain(`${textOfValue(['DEBUG:', item.value])}\n`);
    yield item;
  },
  'stderr/0': function* (item, _, __, machine) {
    machine.complain(textOfValue(item.value));
    yield item;
  },
  'now/0': function* (item, _, __, machine) {
    yield made(item, machine.now());
  },
  'halt/0': () => {
    throw new Halt(0, undefined);
  },
  'halt_error/1': function* (item, [filter], scope, machine) {
    if (filter !== undefined)
      for (const status of values(filter, item.value, scope, machine)) throw new Halt(number(status), item.value);
  },
  '_assign/3': assign,
};

/** An item, what comes of it, what comes of that, and so on: without a call within a call. */
function* depthFirst(item: Item, step: (each: Item) => Iterable<Item>): Generator<Item> {
  yield item;
  const open = [step(item)[Symbol.iterator]()];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.next();
    if (next.done === true) {
      open.pop();
      continue;
    }
    yield next.value;
    open.push(step(next.value)[Symbol.iterator]());
    if (open.length > DEPTH_MAX) throw new RangeError('too deep');
  }
}

const DEPTH_MAX = 100_000;

/** The item, once for each time that the test holds. */
function* chosen(item: Item, test: Filter, scope: Scope, machine: Machine): Generator<Item> {
  for (const value of values(test, item.value, scope, machine)) if (isTruthy(value)) yield item;
}

export const NO_MORE = 'No more inputs';

/** The program ends here. */
export class Halt extends Error {
  readonly status: number;
  readonly value: Value | undefined;
  constructor(status: number, value: Value | undefined) {
    super('halt');
    this.status = status;
    this.value = value;
  }
}

function pathOf({ value, path }: Item): Path {
  if (path === 'off' || path === undefined) return fail(`Invalid path expression with result ${shortText(value)}`);
  return path;
}

function atPath(item: Item, path: Path): Item {
  let value: Value = item.value;
  for (const key of path) {
    if (value === null) break;
    value = indexed(value, key);
  }
  if (item.path === undefined) return { value, path: undefined };
  if (item.path === 'off') return fail(`Invalid path expression with result ${shortText(item.value)}`);
  return { value, path: [...item.path, ...path] };
}

function* counted(item: Item, start: Value, end: Value, step: number, machine: Machine): Generator<Item> {
  if (typeof start !== 'number' || typeof end !== 'number') fail('Range bounds must be numeric');
  if (step === 0) return;
  for (let i = start; step > 0 ? i < end : i > end; i += step) {
    machine.steps++;
    yield made(item, i);
  }
}

/** `=`, `|=`, and the arithmetic ones. */
function* assign(item: Item, args: readonly Filter[], scope: Scope, machine: Machine): Generator<Item> {
  const [signFilter, left, right] = args;
  if (signFilter?.op !== 'literal' || left === undefined || right === undefined) return;
  const sign = String(signFilter.value);
  const paths = (): Path[] => [...machine.run(left, { value: item.value, path: [] }, scope, machine)].map(pathOf);
  if (sign === '|=') {
    yield made(item, updated(item.value, paths(), right, scope, machine));
    return;
  }
  for (const given of values(right, item.value, scope, machine)) {
    const change = (before: Value): Value => {
      if (sign === '=') return given;
      if (sign === '//=') return isTruthy(before) ? before : given;
      return sign === '+=' ? add(before, given) : binary(sign.slice(0, 1), before, given);
    };
    yield made(
      item,
      paths().reduce<Value>((value, path) => setPath(value, path, change), item.value),
    );
  }
}

/** Each place gets the first value of the filter there; where there is none, the place goes. */
function updated(value: Value, paths: readonly Path[], filter: Filter, scope: Scope, machine: Machine): Value {
  const gone: Path[] = [];
  let result = value;
  for (const path of paths) {
    const before = atPath({ value: result, path: undefined }, path).value;
    const first = values(filter, before, scope, machine).next();
    if (first.done === true) gone.push(path);
    else result = setPath(result, path, () => first.value);
  }
  return gone.length === 0 ? result : deletePaths(result, gone);
}

export function buildLibrary(): ReadonlyMap<string, Callable> {
  const library = new Map<string, Callable>();
  const scope: Scope = { name: '', bound: { kind: 'value', value: null }, outer: undefined };
  for (const [name, [count, act]] of Object.entries(PLAIN))
    library.set(`${name}/${count}`, { kind: 'native', run: plain(act) });
  for (const name of MATH_ONE) {
    const act = Math[name as 'sqrt'];
    library.set(`${name}/0`, { kind: 'native', run: plain((value) => act(number(value))) });
  }
  for (const [key, native] of Object.entries(SPECIAL)) library.set(key, { kind: 'native', run: native });
  library.set('_assign', { kind: 'native', run: assign });
  for (const definition of parseDefinitions(LIBRARY))
    library.set(`${definition.name}/${definition.params.length}`, { kind: 'defined', definition, scope });
  const names = [...library.keys()].filter((key) => !key.startsWith('_'));
  library.set('builtins/0', { kind: 'native', run: plain(() => names) });
  return library;
}
