// What names mean: `type`, `command -v`, `hash`, `alias`.

import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { quoteForShell, quoteSimply } from '../expand/quoting.ts';
import { builtinNamed, findProgram, searchPath } from '../lookup.ts';
import { printFunction } from '../unparse.ts';
import { hasOption, print, type Vm } from '../vm.ts';
import { RESERVED } from '../words.ts';
import { readLetters } from './options.ts';

const BASH_KEYWORDS = new Set(['[[', ']]', 'function', 'select', 'time', 'coproc']);

function isKeyword(vm: Vm, name: string): boolean {
  return RESERVED.has(name) || (vm.flavour.name === 'bash' && BASH_KEYWORDS.has(name));
}

/** Prints what a name is, or that it is nothing; false then. */
export function describeName(vm: Vm, name: string, form: 'long' | 'short', who: 'type' | 'command'): boolean {
  const described = describe(vm, name, form);
  if (described !== undefined) {
    print(vm, 1, `${described}\n`);
    return true;
  }
  if (form === 'short') return false;
  if (vm.flavour.name === 'bash') complain(vm, `${name}: not found`, who);
  else print(vm, who === 'type' ? 1 : 1, `${name}: not found\n`);
  return false;
}

function describe(vm: Vm, name: string, form: 'long' | 'short'): string | undefined {
  const alias = vm.state.aliases.get(name);
  const short = form === 'short';
  if (alias !== undefined && (vm.flavour.name !== 'bash' || vm.state.interactive || hasOption(vm, 'expand_aliases'))) {
    if (short) return aliasLine(vm, name, alias, true);
    return vm.flavour.name === 'bash' ? `${name} is aliased to \`${alias}'` : `${name} is an alias for ${alias}`;
  }
  if (isKeyword(vm, name)) return short ? name : `${name} is a shell keyword`;
  const own = vm.state.functions.get(name);
  if (own !== undefined) {
    if (short) return name;
    return functionWords(vm, name, own);
  }
  const entry = builtinNamed(vm, name);
  if (entry !== undefined) {
    if (short) return name;
    return `${name} is a ${entry.special === true && vm.flavour.name !== 'bash' ? 'special ' : ''}shell builtin`.replace(
      'special ',
      '',
    );
  }
  const found = findProgram(vm, name);
  if (typeof found !== 'string') return undefined;
  return short ? found : `${name} is ${found}`;
}

function functionWords(vm: Vm, name: string, own: Parameters<typeof printFunction>[0]): string {
  if (vm.flavour.name === 'ash') return `${name} is a function`;
  if (vm.flavour.name === 'dash') return `${name} is a shell function`;
  return `${name} is a function\n${printFunction(own)}`;
}

export const type: Builtin = (vm, { args }) => {
  const letters = vm.flavour.name === 'bash' ? 'afptP' : '';
  const options = readLetters(vm, 'type', args, letters);
  if (typeof options === 'number') return options;
  let status = 0;
  for (const name of options.rest) {
    const found = options.given.has('a')
      ? describeEach(vm, name)
      : options.given.has('t')
        ? printKind(vm, name)
        : options.given.has('p') || options.given.has('P')
          ? printPath(vm, name)
          : describeName(vm, name, 'long', 'type');
    if (!found) status = vm.flavour.name === 'bash' ? 1 : 127;
  }
  return status;
};

/** Everything that a name could mean, files included. */
function describeEach(vm: Vm, name: string): boolean {
  const first = describe(vm, name, 'long');
  const paths = (vm.state.variables.get('PATH')?.value ?? '').split(':');
  const files = paths.map((folder) => searchPath(vm, name, folder)).filter((path) => typeof path === 'string');
  if (first === undefined) complain(vm, `${name}: not found`, 'type');
  const lines = new Set([...(first === undefined ? [] : [first]), ...files.map((path) => `${name} is ${path}`)]);
  print(vm, 1, [...lines].map((line) => `${line}\n`).join(''));
  return first !== undefined;
}

function printKind(vm: Vm, name: string): boolean {
  const kind = kindOf(vm, name);
  if (kind !== undefined) print(vm, 1, `${kind}\n`);
  return kind !== undefined;
}

function kindOf(vm: Vm, name: string): string | undefined {
  if (vm.state.aliases.has(name) && vm.state.interactive) return 'alias';
  if (isKeyword(vm, name)) return 'keyword';
  if (vm.state.functions.has(name)) return 'function';
  if (builtinNamed(vm, name) !== undefined) return 'builtin';
  return typeof findProgram(vm, name) === 'string' ? 'file' : undefined;
}

function printPath(vm: Vm, name: string): boolean {
  const found = findProgram(vm, name);
  if (typeof found === 'string' && kindOf(vm, name) === 'file') print(vm, 1, `${found}\n`);
  return typeof found === 'string';
}

export const hash: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'hash', args, vm.flavour.name === 'bash' ? 'lrp:dt' : 'r');
  if (typeof options === 'number') return options;
  if (options.given.has('r')) vm.state.hash.clear();
  const path = options.values.get('p');
  let status = 0;
  for (const name of options.rest) {
    if (path !== undefined) vm.state.hash.set(name, path);
    else if (options.given.has('d')) vm.state.hash.delete(name);
    else {
      vm.state.hash.delete(name);
      const found = findProgram(vm, name);
      if (typeof found === 'string') vm.state.hash.set(name, found);
      else {
        complain(vm, `${name}: not found`, 'hash');
        status = 1;
      }
    }
  }
  if (args.length === 0) printHash(vm);
  return status;
};

function printHash(vm: Vm): void {
  const paths = [...vm.state.hash.values()];
  if (vm.flavour.name !== 'bash') print(vm, 1, paths.map((path) => `${path}\n`).join(''));
  else if (paths.length === 0) print(vm, 1, 'hash: hash table empty\n');
  else print(vm, 1, `hits\tcommand\n${paths.map((path) => `   1\t${path}\n`).join('')}`);
}

function aliasLine(vm: Vm, name: string, value: string, withWord: boolean): string {
  if (vm.flavour.name === 'bash') return `alias ${name}=${quoteForShell(value)}`;
  return `${withWord ? 'alias ' : ''}${name}=${quoteSimply(value)}`;
}

export const alias: Builtin = (vm, { args }) => {
  const names = args[0] === '-p' || args[0] === '--' ? args.slice(1) : args;
  if (names.length === 0) {
    const sorted = [...vm.state.aliases].sort(([a], [b]) => (a < b ? -1 : 1));
    print(vm, 1, sorted.map(([name, value]) => `${aliasLine(vm, name, value, false)}\n`).join(''));
    return 0;
  }
  let status = 0;
  for (const arg of names) {
    const at = arg.indexOf('=');
    const value = vm.state.aliases.get(arg);
    if (at > 0) vm.state.aliases.set(arg.slice(0, at), arg.slice(at + 1));
    else if (value !== undefined) print(vm, 1, `${aliasLine(vm, arg, value, false)}\n`);
    else {
      if (vm.flavour.name === 'bash') complain(vm, `${arg}: not found`, 'alias');
      else print(vm, 2, `alias: ${arg} not found\n`);
      status = 1;
    }
  }
  return status;
};

export const unalias: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'unalias', args, 'a');
  if (typeof options === 'number') return options;
  if (options.given.has('a')) vm.state.aliases.clear();
  let status = 0;
  for (const name of options.rest) {
    if (vm.state.aliases.delete(name)) continue;
    if (vm.flavour.name === 'bash') complain(vm, `${name}: not found`, 'unalias');
    else print(vm, 2, `unalias: ${name} not found\n`);
    status = 1;
  }
  return status;
};
