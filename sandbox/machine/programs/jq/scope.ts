// What an evaluation of jq knows: values with their paths, names and what they stand for, and what all of it shares.

import type { Definition, Filter, Pattern } from './tree.ts';
import { JqError, type Value } from './values.ts';

export type Path = readonly Value[];

/** A value, with its path where paths are followed; `off`: it isn't part of what the paths lead through. */
export interface Item {
  readonly value: Value;
  readonly path: Path | 'off' | undefined;
}

/** What can be called: defined in jq, or done here. */
export type Callable =
  | { readonly kind: 'defined'; readonly definition: Definition; scope: Scope }
  | { readonly kind: 'argument'; readonly filter: Filter; readonly scope: Scope }
  | { readonly kind: 'native'; readonly run: Native };

export type Native = (item: Item, args: readonly Filter[], scope: Scope, machine: Machine) => Iterable<Item>;

/** Names that are known at a place, the nearest first. */
export interface Scope {
  readonly name: string;
  readonly bound:
    | Callable
    | { readonly kind: 'value'; readonly value: Value }
    | { readonly kind: 'label'; readonly id: number };
  readonly outer: Scope | undefined;
}

/** Evaluates a filter on one value. */
type Run = (filter: Filter, item: Item, scope: Scope | undefined, machine: Machine) => Iterable<Item>;

/** What an evaluation shares: the library, the inputs, and how much it may still do. */

export interface Machine {
  readonly run: Run;
  readonly library: ReadonlyMap<string, Callable>;
  readonly globals: Scope | undefined;
  readonly nextInput: () => Value;
  readonly format: (name: string, value: Value) => string;
  readonly env: ReadonlyMap<string, string>;
  readonly complain: (text: string) => void;
  /** Seconds since 1970. */
  readonly now: () => number;
  steps: number;
  labels: number;
}

export function fail(message: string): never {
  throw new JqError(message);
}

const NOTHING: Scope = { name: '', bound: { kind: 'value', value: null }, outer: undefined };

export function scopeOr(scope: Scope | undefined): Scope {
  return scope ?? NOTHING;
}

export function withValue(outer: Scope | undefined, name: string, value: Value): Scope {
  return { name: `$${name}`, bound: { kind: 'value', value }, outer };
}

export function namesIn(pattern: Pattern): readonly string[] {
  if (pattern.pattern === 'variable') return [pattern.name];
  if (pattern.pattern === 'list') return pattern.items.flatMap(namesIn);
  return pattern.members.flatMap(({ variable: name, value }) => [
    ...(name === undefined ? [] : [name]),
    ...(value === undefined ? [] : namesIn(value)),
  ]);
}

export function define(definition: Definition, scope: Scope | undefined): Scope {
  const bound: Extract<Callable, { kind: 'defined' }> = { kind: 'defined', definition, scope: scopeOr(scope) };
  const inner: Scope = { name: `${definition.name}/${definition.params.length}`, bound, outer: scope };
  bound.scope = inner;
  return inner;
}

export function callable(key: string, scope: Scope | undefined, machine: Machine): Callable | undefined {
  for (let at = scope; at !== undefined; at = at.outer) {
    if (at.name !== key) continue;
    const { bound } = at;
    if (bound.kind !== 'value' && bound.kind !== 'label') return bound;
  }
  return machine.library.get(key);
}

/** Whether a name can be called at all: asked before a program runs. */
export function isKnown(key: string, library: ReadonlyMap<string, Callable>): boolean {
  return library.has(key);
}

export function variable(name: string, scope: Scope | undefined, machine: Machine): Value {
  for (const start of [scope, machine.globals])
    for (let at = start; at !== undefined; at = at.outer)
      if (at.name === `$${name}` && at.bound.kind === 'value') return at.bound.value;
  if (name === 'ENV') return new Map(machine.env);
  if (name === '__loc__')
    return new Map<string, Value>([
      ['file', '<top-level>'],
      ['line', 1],
    ]);
  throw new JqError(new Map([['__jq', `$${name} is not defined`]]));
}

export function labelOf(name: string, scope: Scope | undefined): number {
  for (let at = scope; at !== undefined; at = at.outer)
    if (at.name === `*${name}` && at.bound.kind === 'label') return at.bound.id;
  throw new JqError(new Map([['__jq', `$*label-${name} is not defined`]]));
}

/** Leaves the label with this number. */
export class Break extends Error {
  readonly id: number;
  constructor(id: number) {
    super('break');
    this.id = id;
  }
}
