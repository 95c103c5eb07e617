// `cd`, `pwd`, `pushd`, `popd`, `dirs`: the working folder, by the name that led to it.

import { errorText } from '../../errors.ts';
import { type ErrnoCode, SysError } from '../../sys.ts';
import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { elements, getVariable, lookup, setArray, setVariable } from '../variables.ts';
import { print, type Vm } from '../vm.ts';
import { readLetters } from './options.ts';

export const cd: Builtin = (vm, { args }) => {
  const options = readLetters(
    vm,
    'cd',
    args[0] === '-' ? ['--', ...args] : args,
    vm.flavour.name === 'bash' ? 'LPe@' : 'LP',
  );
  if (typeof options === 'number') return options;
  const [given, extra] = options.rest;
  if (extra !== undefined && vm.flavour.name === 'bash') return fail(vm, 'too many arguments');
  const home = getVariable(vm, 'HOME');
  const old = getVariable(vm, 'OLDPWD');
  if (given === undefined && home === undefined) return fail(vm, vm.flavour.name === 'bash' ? 'HOME not set' : '');
  if (given === '-' && old === undefined) return fail(vm, vm.flavour.name === 'bash' ? 'OLDPWD not set' : '');
  const target = given === '-' ? (old ?? '') : (given ?? home ?? '');
  const shows = given === '-';
  for (const [path, byPath] of candidates(vm, target)) {
    const code = change(vm, path, options.given.has('P'));
    if (code !== undefined) {
      if (byPath) continue;
      return fail(vm, cannot(vm, given === '-' ? target : (given ?? target), code));
    }
    if (shows || byPath) print(vm, 1, `${getVariable(vm, 'PWD')}\n`);
    return 0;
  }
  return 1;
};

function fail(vm: Vm, message: string): number {
  if (message !== '') complain(vm, message, 'cd');
  return vm.flavour.name === 'bash' ? 1 : 2;
}

function cannot(vm: Vm, target: string, code: ErrnoCode): string {
  if (vm.flavour.name === 'bash') return `${target}: ${errorText(code)}`;
  return vm.flavour.name === 'ash' ? `can't cd to ${target}: ${errorText(code)}` : `can't cd to ${target}`;
}

/** Places along CDPATH come first; going to one of them is told. */
function candidates(vm: Vm, target: string): [string, boolean][] {
  const path = getVariable(vm, 'CDPATH');
  if (path === undefined || path === '' || /^\.{0,2}\//.test(target) || target === '.' || target === '..')
    return [[target, false]];
  return [...path.split(':').map((folder): [string, boolean] => [`${folder}/${target}`, true]), [target, false]];
}

/** Goes there; the error when that doesn't work. */
function change(vm: Vm, target: string, physical: boolean): ErrnoCode | undefined {
  const before = getVariable(vm, 'PWD') ?? vm.sys.cwd();
  const logical = target.startsWith('/') ? normalized(target) : normalized(`${before}/${target}`);
  try {
    vm.sys.chdir(physical ? target : logical);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return error.code;
  }
  setVariable(vm, 'OLDPWD', before);
  setVariable(vm, 'PWD', physical ? vm.sys.cwd() : logical);
  return undefined;
}

/** Without `.`, `..` and double slashes. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const pwd: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'pwd', args, 'LP');
  if (typeof options === 'number') return options;
  const logical = getVariable(vm, 'PWD');
  print(vm, 1, `${options.given.has('P') || logical === undefined ? vm.sys.cwd() : logical}\n`);
  return 0;
};

function stack(vm: Vm): string[] {
  return elements(lookup(vm, 'DIRSTACK')).map(([, value]) => value);
}

function setStack(vm: Vm, folders: readonly string[]): void {
  setArray(
    vm,
    'DIRSTACK',
    folders.map((folder, i) => [i, folder]),
  );
}

function here(vm: Vm): string {
  return getVariable(vm, 'PWD') ?? vm.sys.cwd();
}

function shown(vm: Vm, folder: string): string {
  const home = getVariable(vm, 'HOME');
  return home !== undefined && (folder === home || folder.startsWith(`${home}/`))
    ? `~${folder.slice(home.length)}`
    : folder;
}

export const dirs: Builtin = (vm) => {
  print(vm, 1, `${[here(vm), ...stack(vm)].map((folder) => shown(vm, folder)).join(' ')}\n`);
  return 0;
};

export const pushd: Builtin = (vm, call) => {
  const [target = stack(vm)[0]] = call.args;
  if (target === undefined) {
    complain(vm, 'no other directory', 'pushd');
    return 1;
  }
  const rest = call.args.length === 0 ? stack(vm).slice(1) : stack(vm);
  const before = here(vm);
  const code = change(vm, target, false);
  if (code !== undefined) {
    complain(vm, `${target}: ${errorText(code)}`, 'pushd');
    return 1;
  }
  setStack(vm, [before, ...rest]);
  return dirs(vm, call);
};

export const popd: Builtin = (vm, call) => {
  const [target, ...rest] = stack(vm);
  if (target === undefined) {
    complain(vm, 'directory stack empty', 'popd');
    return 1;
  }
  const code = change(vm, target, false);
  if (code !== undefined) {
    complain(vm, `${target}: ${errorText(code)}`, 'popd');
    return 1;
  }
  setStack(vm, rest);
  return dirs(vm, call);
};
