// Variables: plain ones and arrays, their attributes, and what children inherit of them.

import type { Variable } from './state.ts';
import { failure, type Vm } from './vm.ts';

const PLAIN: Variable = { value: undefined, exported: false, readonly: false };

/** Follows `declare -n`. */
export function target(vm: Vm, name: string): string {
  let at = name;
  for (let i = 0; i < 10; i++) {
    const next = vm.state.variables.get(at)?.reference;
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

export function lookup(vm: Vm, name: string): Variable | undefined {
  const variable = vm.state.variables.get(name);
  return variable?.reference === undefined ? variable : vm.state.variables.get(target(vm, name));
}

/** The value of a plain variable, or of an array's first element. */
export function plainValue(variable: Variable | undefined): string | undefined {
  if (variable?.items === undefined) return variable?.value;
  const items: Map<number | string, string> = variable.items;
  return items.get(variable.associative === true ? '0' : 0);
}

export function getVariable(vm: Vm, name: string): string | undefined {
  return plainValue(lookup(vm, name));
}

/** Throws when it is read-only. */
export function setVariable(vm: Vm, name: string, value: string): void {
  const at = target(vm, name);
  const old = vm.state.variables.get(at);
  if (old === undefined) {
    vm.state.variables.set(at, { value, exported: vm.state.options.has('allexport'), readonly: false });
    if (vm.state.options.has('allexport')) vm.environment = undefined;
    return;
  }
  if (old.readonly) failReadonly(vm, at);
  if (old.items !== undefined) setElement(vm, at, old.associative === true ? '0' : 0, value);
  else {
    vm.state.variables.set(at, { ...old, value: withLetters(old, value) });
    if (old.exported) vm.environment = undefined;
  }
}

function failReadonly(vm: Vm, name: string): never {
  throw failure(vm, vm.flavour.name === 'bash' ? `${name}: readonly variable` : `${name}: is read only`);
}

function withLetters(variable: Variable, value: string): string {
  if (variable.letters === 'upper') return value.toUpperCase();
  return variable.letters === 'lower' ? value.toLowerCase() : value;
}

export function setElement(vm: Vm, name: string, key: number | string, value: string): void {
  const at = target(vm, name);
  const old = vm.state.variables.get(at) ?? PLAIN;
  if (old.readonly) failReadonly(vm, at);
  const items: Map<number | string, string> = old.items ?? firstElement(old.value);
  const inOrder = typeof key === 'string' || items.has(key) || key > lastKey(items);
  items.set(key, withLetters(old, value));
  vm.state.variables.set(at, { ...old, value: undefined, items: asItems(inOrder ? items : sorted(items)) });
}

function firstElement(value: string | undefined): Map<number | string, string> {
  return new Map(value === undefined ? [] : [[0, value]]);
}

/** Maps here hold either numbers or strings; the type says so for those who only read one kind. */
function asItems(items: Map<number | string, string>): Map<number, string> {
  return items as Map<number, string>;
}

function lastKey(items: Map<number | string, string>): number {
  let last = -1;
  for (const key of items.keys()) if (typeof key === 'number' && key > last) last = key;
  return last;
}

function sorted(items: Map<number | string, string>): Map<number | string, string> {
  return new Map([...items].sort(([a], [b]) => Number(a) - Number(b)));
}

/** Makes an indexed (or associative) array of these elements, in place of what was there. */
export function setArray(vm: Vm, name: string, elements: Iterable<[number | string, string]>): void {
  const at = target(vm, name);
  const old = vm.state.variables.get(at) ?? PLAIN;
  if (old.readonly) failReadonly(vm, at);
  const items = new Map<number | string, string>();
  for (const [key, value] of elements) items.set(key, withLetters(old, value));
  const ordered = old.associative === true ? items : sorted(items);
  vm.state.variables.set(at, { ...old, value: undefined, items: asItems(ordered) });
}

export function nextIndex(variable: Variable | undefined): number {
  if (variable?.items !== undefined) return lastKey(variable.items) + 1;
  return variable?.value === undefined ? 0 : 1;
}

/** The elements of an array; a plain variable is an array of one. */
export function elements(variable: Variable | undefined): readonly [number | string, string][] {
  if (variable?.items !== undefined) {
    const items: Map<number | string, string> = variable.items;
    return [...items];
  }
  return variable?.value === undefined ? [] : [[0, variable.value]];
}

/** Changes attributes, creating the variable where there is none. */
export function setAttributes(vm: Vm, name: string, change: Partial<Variable>): void {
  const at = 'reference' in change ? name : target(vm, name);
  vm.state.variables.set(at, { ...(vm.state.variables.get(at) ?? PLAIN), ...change });
  vm.environment = undefined;
}

export function unsetVariable(vm: Vm, name: string): void {
  const at = target(vm, name);
  const old = vm.state.variables.get(at);
  if (old?.readonly === true) failReadonly(vm, at);
  vm.state.variables.delete(at);
  if (old?.exported === true) vm.environment = undefined;
}

/** Puts a variable back as it was, whatever it is now. */
export function restoreVariable(vm: Vm, name: string, old: Variable | undefined): void {
  if (old === undefined) vm.state.variables.delete(name);
  else vm.state.variables.set(name, old);
  vm.environment = undefined;
}

/** What a child's environment is now. */
export function environment(vm: Vm): ReadonlyMap<string, string> {
  if (vm.environment !== undefined) return vm.environment;
  const result = new Map<string, string>();
  for (const [name, variable] of vm.state.variables) {
    if (variable.exported && variable.value !== undefined) result.set(name, variable.value);
  }
  vm.environment = result;
  return result;
}
