// What a parameter holds: variables, positional and special parameters, and the variables that the shell makes up.

import { elements, getVariable, lookup, plainValue } from '../variables.ts';
import type { Vm } from '../vm.ts';
import { once } from './journal.ts';

/** `list`: `$@` and arrays; each value is a field of its own, unless `joined` (`$*`). */
export type Value =
  | { readonly kind: 'one'; readonly value: string | undefined }
  | { readonly kind: 'list'; readonly values: readonly string[]; readonly joined: boolean };

export function one(value: string | undefined): Value {
  return { kind: 'one', value };
}

export function parameterValue(vm: Vm, name: string): Value {
  const variable = vm.state.variables.get(name);
  if (variable !== undefined && variable.reference === undefined) return one(plainValue(variable));
  if (name === '@' || name === '*') return { kind: 'list', values: vm.state.positional, joined: name === '*' };
  const special = SPECIAL[name];
  if (special !== undefined && Object.hasOwn(SPECIAL, name)) return one(special(vm));
  if (/^[0-9]/.test(name)) return one(vm.state.positional[Number(name) - 1]);
  return one(getVariable(vm, name) ?? dynamic(vm, name));
}

const SPECIAL: Readonly<Record<string, (vm: Vm) => string | undefined>> = {
  '#': (vm) => String(vm.state.positional.length),
  '?': (vm) => String(vm.state.status),
  $: (vm) => String(vm.state.pid),
  '!': (vm) => (vm.state.lastBackground === undefined ? undefined : String(vm.state.lastBackground)),
  '0': (vm) => vm.state.name,
  '-': flags,
};

/** The letter of each option that has one. */
export const OPTION_LETTERS: Readonly<Record<string, string>> = {
  a: 'allexport',
  b: 'notify',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  i: 'interactive',
  m: 'monitor',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  B: 'braceexpand',
  C: 'noclobber',
  E: 'errtrace',
  H: 'histexpand',
  T: 'functrace',
};

function flags(vm: Vm): string {
  const letters = Object.entries(OPTION_LETTERS).filter(([, name]) => vm.state.options.has(name));
  const source = vm.state.fromString && vm.flavour.name !== 'dash' ? 'c' : '';
  return letters.map(([letter]) => letter).join('') + source;
}

function dynamic(vm: Vm, name: string): string | undefined {
  const made = Object.hasOwn(DYNAMIC, name) ? DYNAMIC[name] : undefined;
  if (made === undefined) return undefined;
  if (vm.flavour.name === 'dash') return undefined;
  return BASH_ONLY.has(name) && vm.flavour.name !== 'bash' ? undefined : made(vm);
}

const DYNAMIC: Readonly<Record<string, (vm: Vm) => string>> = {
  LINENO: (vm) => String(vm.state.line),
  RANDOM: (vm) => once(vm, () => String(vm.sys.random(32768))),
  SECONDS: (vm) => String(Math.floor((vm.sys.now() - vm.state.seconds) / 1000)),
  EPOCHSECONDS: (vm) => String(Math.floor(vm.sys.now() / 1000)),
  EPOCHREALTIME: (vm) => `${(vm.sys.now() / 1000).toFixed(3)}000`,
  BASHPID: (vm) => String(vm.sys.pid),
  BASH_SUBSHELL: (vm) => String(vm.state.subshell),
  BASH: () => '/bin/bash',
  _: (vm) => vm.state.lastArgument,
  UID: (vm) => String(vm.sys.uid),
  EUID: (vm) => String(vm.sys.uid),
  HOSTNAME: (vm) => vm.sys.hostname(),
  FUNCNAME: (vm) => functionNames(vm)[0] ?? '',
};

const BASH_ONLY = new Set(['BASHPID', 'BASH_SUBSHELL', 'BASH', 'UID', 'EUID', 'FUNCNAME', '_']);

function functionNames(vm: Vm): string[] {
  const names: string[] = [];
  for (const frame of vm.state.frames) if (frame.f === 'function') names.unshift(frame.name);
  return names;
}

/** All elements of an array, with its keys where they are asked for. */
export function arrayElements(vm: Vm, name: string): readonly [number | string, string][] {
  const variable = lookup(vm, name);
  if (variable !== undefined) return elements(variable);
  if (name === 'PIPESTATUS') return vm.state.statuses.map((status, i) => [i, String(status)]);
  if (name === 'FUNCNAME') return functionNames(vm).map((each, i) => [i, each]);
  if (name === 'BASH_SOURCE') return [[0, vm.state.name]];
  const made = dynamic(vm, name);
  return made === undefined ? [] : [[0, made]];
}
