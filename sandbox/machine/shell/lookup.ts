// What a name stands for: a builtin of this shell, or a program on the PATH.

import { errorText } from '../errors.ts';
import { type ErrnoCode, SysError } from '../sys.ts';
import type { BuiltinEntry } from './builtin.ts';
import { getVariable } from './variables.ts';
import type { Vm } from './vm.ts';

export function builtinNamed(vm: Vm, name: string): BuiltinEntry | undefined {
  const entry = vm.builtins.get(name);
  return entry?.not?.includes(vm.flavour.name) === true ? undefined : entry;
}

export function isSpecial(vm: Vm, name: string): boolean {
  return builtinNamed(vm, name)?.special === true;
}

export interface NotFound {
  readonly code: ErrnoCode | 'EISDIR';
}

/** The file that a command's name stands for. */
export function findProgram(vm: Vm, name: string): string | NotFound {
  if (name.includes('/')) return runnable(vm, name);
  if (name === '') return { code: 'ENOENT' };
  const known = vm.state.hash.get(name);
  if (known !== undefined) return known;
  const result = searchPath(vm, name, getVariable(vm, 'PATH') ?? '');
  if (typeof result === 'string') vm.state.hash.set(name, result);
  return result;
}

/** Looks along a PATH; the first file that may be run, or what is wrong with the first that may not. */
export function searchPath(vm: Vm, name: string, path: string): string | NotFound {
  let refused: NotFound = { code: 'ENOENT' };
  for (const folder of path.split(':')) {
    const candidate = runnable(vm, folder === '' ? `./${name}` : `${folder.replace(/\/$/, '')}/${name}`);
    if (typeof candidate === 'string') return candidate;
    if (candidate.code === 'EACCES') refused = candidate;
  }
  return refused;
}

function runnable(vm: Vm, path: string): string | NotFound {
  try {
    if (vm.sys.stat(path).type === 'directory') return { code: 'EISDIR' };
    return vm.sys.access(path, 1) ? path : { code: 'EACCES' };
  } catch (error) {
    if (error instanceof SysError) return { code: error.code };
    throw error;
  }
}

/** Why a command can't be run, in the shell's words. */
export function missingWords(vm: Vm, name: string, code: ErrnoCode): string {
  if (code === 'ENOENT') {
    if (vm.flavour.name !== 'bash') return name === '' ? errorText('EACCES') : 'not found';
    return name.includes('/') ? errorText(code) : 'command not found';
  }
  if (code === 'EISDIR' && vm.flavour.name !== 'bash') return errorText('EACCES');
  return errorText(code);
}
