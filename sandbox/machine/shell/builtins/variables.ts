// Builtins about variables: `export`, `readonly`, `unset`, `local`, `declare`, `shift`, `let`.

import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { isTrue } from '../expand/calculate.ts';
import { attributes } from '../expand/parameter.ts';
import { quoteForShell, quoteSimply } from '../expand/quoting.ts';
import { evaluate, keyOf } from '../expand/words.ts';
import { integerText } from '../run/simple.ts';
import type { Variable } from '../state.ts';
import { printFunction } from '../unparse.ts';
import {
  elements,
  getVariable,
  lookup,
  setArray,
  setAttributes,
  setElement,
  setVariable,
  unsetVariable,
} from '../variables.ts';
import { print, ShellFailure, type Vm } from '../vm.ts';
import { readLetters } from './options.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Complains of what can't be a variable; false then. */
function isName(vm: Vm, command: string, name: string, shown: string): boolean {
  if (NAME.test(name)) return true;
  if (vm.flavour.name === 'bash') {
    complain(vm, `\`${shown}': not a valid identifier`, command);
    return false;
  }
  throw new ShellFailure(`${name}: bad variable name`, 2, 'shell', command);
}

function split(arg: string): { name: string; value: string | undefined; append: boolean } {
  const at = arg.indexOf('=');
  if (at < 0) return { name: arg, value: undefined, append: false };
  const append = arg.charAt(at - 1) === '+';
  return { name: arg.slice(0, append ? at - 1 : at), value: arg.slice(at + 1), append };
}

function assign(vm: Vm, name: string, value: string | undefined, append: boolean): void {
  if (value === undefined) return;
  setVariable(vm, name, append ? (getVariable(vm, name) ?? '') + value : integerText(vm, name, value));
}

export const exportNames: Builtin = (vm, { args }) => {
  const options = readLetters(
    vm,
    'export',
    args,
    vm.flavour.name === 'bash' ? 'fnp' : vm.flavour.name === 'ash' ? 'np' : 'p',
  );
  if (typeof options === 'number') return options;
  if (options.rest.length === 0) return printAll(vm, 'export', (variable) => variable.exported);
  let status = 0;
  for (const arg of options.rest) {
    if (options.given.has('f')) continue;
    const { name, value, append } = split(arg);
    if (!isName(vm, 'export', name, arg)) {
      status = 1;
      continue;
    }
    assign(vm, name, value, append);
    setAttributes(vm, name, { exported: !options.given.has('n') });
  }
  return status;
};

export const readonlyNames: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'readonly', args, vm.flavour.name === 'bash' ? 'aAfp' : 'p');
  if (typeof options === 'number') return options;
  if (options.rest.length === 0) return printAll(vm, 'readonly', (variable) => variable.readonly);
  let status = 0;
  for (const arg of options.rest) {
    const { name, value, append } = split(arg);
    if (!isName(vm, 'readonly', name, arg)) {
      status = 1;
      continue;
    }
    assign(vm, name, value, append);
    setAttributes(vm, name, { readonly: true });
  }
  return status;
};

function printAll(vm: Vm, command: 'export' | 'readonly', wanted: (variable: Variable) => boolean): number {
  const found = [...vm.state.variables].filter(([, variable]) => wanted(variable)).sort(byName);
  for (const [name, variable] of found) {
    if (vm.flavour.name === 'bash') print(vm, 1, `${declaration(vm, name)}\n`);
    else print(vm, 1, `${command} ${name}${variable.value === undefined ? '' : `=${quoteSimply(variable.value)}`}\n`);
  }
  return 0;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** `declare -x A="1"` */
function declaration(vm: Vm, name: string): string {
  const variable = vm.state.variables.get(name);
  const letters = attributes(vm, name);
  const flags = `declare -${letters === '' ? '-' : letters}`;
  if (variable?.reference !== undefined) return `${flags} ${name}="${variable.reference}"`;
  if (variable?.items !== undefined) {
    const items = elements(variable).map(([key, value]) => `[${key}]=${doubleQuoted(value)}`);
    return `${flags} ${name}=(${items.join(' ')}${variable.associative === true && items.length > 0 ? ' ' : ''})`;
  }
  return variable?.value === undefined ? `${flags} ${name}` : `${flags} ${name}=${doubleQuoted(variable.value)}`;
}

function doubleQuoted(value: string): string {
  if (/[\0-\x1f\x7f]/.test(value)) return quoteForShell(value);
  return `"${value.replace(/["$`\\]/g, '\\$&')}"`;
}

export const unset: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'unset', args, vm.flavour.name === 'bash' ? 'fvn' : 'fv');
  if (typeof options === 'number') return options;
  let status = 0;
  for (const name of options.rest) {
    if (options.given.has('f')) vm.state.functions.delete(name);
    else if (!unsetOne(vm, name, options.given.has('v'))) status = 1;
  }
  return status;
};

function unsetOne(vm: Vm, name: string, variablesOnly: boolean): boolean {
  const element = /^([A-Za-z_]\w*)\[(.+)\]$/.exec(name);
  if (element !== null && vm.flavour.arrays) return unsetElement(vm, element[1] ?? '', element[2] ?? '');
  if (!NAME.test(name)) return vm.flavour.name === 'bash' || isName(vm, 'unset', name, name);
  if (lookup(vm, name)?.readonly === true) {
    if (vm.flavour.name !== 'bash') throw new ShellFailure(`${name}: is read only`, 2, 'shell', 'unset');
    complain(vm, `${name}: cannot unset: readonly variable`, 'unset');
    return false;
  }
  if (lookup(vm, name) !== undefined) unsetVariable(vm, name);
  else if (!variablesOnly && vm.flavour.name === 'bash') vm.state.functions.delete(name);
  return true;
}

function unsetElement(vm: Vm, name: string, index: string): boolean {
  const variable = lookup(vm, name);
  if (index === '@' || index === '*') {
    unsetVariable(vm, name);
    return true;
  }
  const key = keyOf(vm, name, { parts: [{ k: 'text', text: index, quoted: true }], runs: false });
  setArray(
    vm,
    name,
    elements(variable).filter(([each]) => each !== key),
  );
  return true;
}

/** Hides a variable until the function ends. */
function makeLocal(vm: Vm, name: string, keepsValue: boolean): boolean {
  const frame = vm.state.frames.findLast((each) => each.f === 'function');
  if (frame?.f !== 'function') return false;
  if (frame.saved.has(name)) return true;
  const old = vm.state.variables.get(name);
  frame.saved.set(name, old);
  if (keepsValue && old !== undefined) return true;
  vm.state.variables.delete(name);
  vm.environment = undefined;
  return true;
}

export const local: Builtin = (vm, call) => {
  if (!vm.state.frames.some((frame) => frame.f === 'function')) {
    if (vm.flavour.name !== 'bash') throw new ShellFailure('not in a function', 2, 'shell', 'local');
    complain(vm, 'can only be used in a function', 'local');
    return 1;
  }
  if (vm.flavour.name === 'bash') return declare(vm, call);
  for (const arg of call.args) {
    const { name, value } = split(arg);
    isName(vm, 'local', name, arg);
    makeLocal(vm, name, true);
    if (value !== undefined) setVariable(vm, name, value);
  }
  return 0;
};

interface Declaring {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
  readonly rest: readonly string[];
}

/** `-ax` turns on, `+x` off. */
function readDeclaring(vm: Vm, command: string, args: readonly string[]): Declaring | number {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') return { on, off, rest: args.slice(i + 1) };
    if (!/^[-+][A-Za-z]/.test(arg)) break;
    if (!/^[-+][aAfFgiIlnrtuxp]+$/.test(arg)) {
      const refused = readLetters(vm, command, [arg.replace('+', '-')], 'aAfFgiIlnrtuxp');
      return typeof refused === 'number' ? refused : 2;
    }
    for (const letter of arg.slice(1)) (arg.startsWith('-') ? on : off).add(letter);
  }
  return { on, off, rest: args.slice(i) };
}

export const declare: Builtin = (vm, { name: command, args, frame }) => {
  const options = readDeclaring(vm, command, args);
  if (typeof options === 'number') return options;
  const { on, rest } = options;
  if (on.has('f') || on.has('F')) return printFunctions(vm, rest, on.has('F'));
  if (on.has('p') || rest.length === 0) return printDeclarations(vm, command, rest, options);
  let status = 0;
  for (const arg of rest) if (!declareOne(vm, command, arg, options, frame)) status = 1;
  return status;
};

function declareOne(
  vm: Vm,
  command: string,
  arg: string,
  options: Declaring,
  frame: Parameters<Builtin>[1]['frame'],
): boolean {
  const { on, off } = options;
  const { name: written, value, append } = split(arg);
  const element = /^([A-Za-z_]\w*)\[(.+)\]$/.exec(written);
  const name = element?.[1] ?? written;
  if (!isName(vm, command, name, arg)) return false;
  const wasAssigned = frame.node.assignments.some((each) => each.name === name && 'elements' in each.value);
  const inFunction = vm.state.frames.some((each) => each.f === 'function');
  if (inFunction && !on.has('g') && command !== 'export' && !wasAssigned) makeLocal(vm, name, append);
  if (on.has('n')) {
    setAttributes(vm, name, { reference: value ?? '' });
    return true;
  }
  setAttributes(vm, name, changes(vm, name, on, off));
  if (element !== null && value !== undefined) {
    const key = keyOf(vm, name, { parts: [{ k: 'text', text: element[2] ?? '', quoted: true }], runs: false });
    setElement(vm, name, key, value);
  } else assign(vm, name, value, append);
  if (on.has('r')) setAttributes(vm, name, { readonly: true });
  return true;
}

function changes(vm: Vm, name: string, on: ReadonlySet<string>, off: ReadonlySet<string>): Partial<Variable> {
  const variable = lookup(vm, name);
  return {
    ...(on.has('x') ? { exported: true } : off.has('x') ? { exported: false } : {}),
    ...(on.has('i') ? { integer: true } : off.has('i') ? { integer: false } : {}),
    ...(on.has('u') ? { letters: 'upper' } : on.has('l') ? { letters: 'lower' } : {}),
    ...(on.has('A') && variable?.items === undefined
      ? { associative: true, items: new Map<string, string>(), value: undefined }
      : {}),
    ...(on.has('a') && variable?.items === undefined
      ? { items: new Map<number, string>(variable?.value === undefined ? [] : [[0, variable.value]]), value: undefined }
      : {}),
  };
}

function printFunctions(vm: Vm, names: readonly string[], namesOnly: boolean): number {
  let status = 0;
  for (const name of names.length > 0 ? names : [...vm.state.functions.keys()].sort()) {
    const own = vm.state.functions.get(name);
    if (own === undefined) status = 1;
    else if (namesOnly) print(vm, 1, names.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else print(vm, 1, `${printFunction(own)}\n`);
  }
  return status;
}

function printDeclarations(vm: Vm, command: string, names: readonly string[], options: Declaring): number {
  let status = 0;
  if (names.length === 0) {
    const wanted = [...options.on].filter((letter) => 'aAirxlun'.includes(letter));
    for (const [name] of [...vm.state.variables].sort(byName)) {
      if (!wanted.every((letter) => attributes(vm, name).includes(letter))) continue;
      print(vm, 1, options.on.size === 0 ? `${setLine(vm, name)}\n` : `${declaration(vm, name)}\n`);
    }
    return 0;
  }
  for (const name of names) {
    if (vm.state.variables.has(name)) print(vm, 1, `${declaration(vm, name)}\n`);
    else {
      complain(vm, `${name}: not found`, command);
      status = 1;
    }
  }
  return status;
}

/** `name=value` as `set` prints it. */
export function setLine(vm: Vm, name: string): string {
  const variable = vm.state.variables.get(name);
  if (variable?.items !== undefined) return declaration(vm, name).replace(/^declare -\S+ /, '');
  const value = variable?.value ?? '';
  if (vm.flavour.name !== 'bash') return `${name}=${quoteSimply(value)}`;
  return `${name}=${/^[A-Za-z0-9_@%+=:,./-]*$/.test(value) ? value : quoteForShell(value)}`;
}

export const shift: Builtin = (vm, { args }) => {
  const [text = '1'] = args;
  if (!/^\d+$/.test(text)) {
    const words = vm.flavour.name === 'bash' ? `${text}: numeric argument required` : `Illegal number: ${text}`;
    if (vm.flavour.name === 'bash') complain(vm, words, 'shift');
    else throw new ShellFailure(words, 2, 'shell', 'shift');
    return 1;
  }
  if (Number(text) > vm.state.positional.length) {
    if (vm.flavour.name === 'dash') throw new ShellFailure("can't shift that many", 2, 'shell', 'shift');
    return 1;
  }
  vm.state.positional = vm.state.positional.slice(Number(text));
  return 0;
};

export const letBuiltin: Builtin = (vm, { args }) => {
  if (args.length === 0) {
    complain(vm, 'expression expected', 'let');
    return 1;
  }
  let value = false;
  for (const text of args) {
    value = isTrue(evaluate(vm, { word: { parts: [{ k: 'text', text, quoted: true }], runs: false } }));
  }
  return value ? 0 : 1;
};
