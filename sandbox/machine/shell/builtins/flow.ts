// Builtins that change where the shell goes on: loops, functions, other texts, other programs.

import type { Fd } from '../../sys.ts';
import type { Builtin, Call } from '../builtin.ts';
import { complain } from '../complain.ts';
import { findProgram, isSpecial, missingWords, searchPath } from '../lookup.ts';
import { leaveLoops, loopsHere, returnWith } from '../run/functions.ts';
import { runBuiltin, runProgram } from '../run/invoke.ts';
import { leave } from '../run/unwind.ts';
import { environment } from '../variables.ts';
import { push, ShellFailure, type Vm } from '../vm.ts';
import { describeName } from './names.ts';
import { badOption } from './options.ts';

export const colon: Builtin = () => 0;
export const isFalse: Builtin = () => 1;

export const breakLoop: Builtin = (vm, call) => leaveSome(vm, call, false);
export const continueLoop: Builtin = (vm, call) => leaveSome(vm, call, true);

function leaveSome(vm: Vm, { name, args }: Call, goesOn: boolean): number | undefined {
  const [count = '1'] = args;
  if (!/^\d+$/.test(count) || Number(count) === 0) {
    const words = vm.flavour.name === 'bash' ? `${count}: numeric argument required` : `Illegal number: ${count}`;
    complain(vm, words, name);
    return vm.flavour.name === 'bash' ? 128 : 2;
  }
  if (loopsHere(vm).length === 0) {
    if (vm.flavour.name === 'bash') complain(vm, "only meaningful in a `for', `while', or `until' loop", name);
    return 0;
  }
  leaveLoops(vm, Number(count), goesOn);
  return undefined;
}

export const returnFrom: Builtin = (vm, { args }) => {
  const status = statusArgument(vm, 'return', args[0]);
  if (returnWith(vm, status)) return undefined;
  if (vm.flavour.name === 'bash') {
    complain(vm, "can only `return' from a function or sourced script", 'return');
    return 2;
  }
  return leave(vm, status);
};

export const exitShell: Builtin = (vm, { args }) => {
  if (vm.state.interactive && vm.state.jobs.some((job) => job.state === 'stopped' && !job.told)) {
    complain(vm, 'There are stopped jobs.');
    for (const job of vm.state.jobs) job.told = true;
    return 1;
  }
  if (vm.state.interactive && vm.flavour.name === 'bash')
    vm.state.output.push({ fd: vm.state.fds.get(2) ?? 2, text: 'exit\n' });
  return leave(vm, statusArgument(vm, 'exit', args[0]));
};

/** A status between 0 and 255; without one, that of the last command. */
function statusArgument(vm: Vm, name: string, text: string | undefined): number {
  if (text === undefined) return trapStatus(vm) ?? vm.state.status;
  if (/^-?\d+$/.test(text)) return Number(BigInt(text) & 255n);
  if (vm.flavour.name !== 'bash') throw new ShellFailure(`Illegal number: ${text}`, 2, 'shell', name);
  complain(vm, `${text}: numeric argument required`, name);
  return 2;
}

/** Inside of a trap, the status is that from before it. */
function trapStatus(vm: Vm): number | undefined {
  const frame = vm.state.frames.findLast((each) => each.f === 'text' && each.kind === 'trap');
  return frame?.f === 'text' ? frame.status : undefined;
}

export const evaluate: Builtin = (vm, { args }) => {
  const source = args.join(' ');
  if (source.trim() === '') return 0;
  const place = { source, position: 0, line: vm.state.line };
  vm.state.status = 0;
  push(vm, { f: 'text', kind: 'eval', place, failed: false });
  return undefined;
};

export const source: Builtin = (vm, { name, args }) => {
  const [file, ...positional] = args;
  if (file === undefined) {
    if (vm.flavour.name === 'dash') return 0;
    const words = vm.flavour.name === 'bash' ? 'filename argument required' : 'usage: . FILE [ARGS]';
    complain(vm, words, vm.flavour.name === 'bash' ? name : undefined);
    return 2;
  }
  const path = file.includes('/') ? file : sourcePath(vm, file);
  if (path === undefined) {
    if (vm.flavour.name !== 'bash')
      throw new ShellFailure(`${file}: not found`, vm.flavour.name === 'ash' ? 127 : 2, 'shell', name);
    complain(vm, `${file}: No such file or directory`);
    return 1;
  }
  if (isFolder(vm, path)) {
    if (vm.flavour.name === 'bash') complain(vm, `${path}: is a directory`, name);
    return 1;
  }
  push(vm, {
    f: 'load',
    path,
    name: file,
    positional: positional.length > 0 && vm.flavour.name !== 'dash' ? positional : undefined,
    kind: 'source',
    chunks: [],
    ...openedAs(vm, path),
  });
  return undefined;
};

/** A descriptor of the shell's own (`source <(command)`) is open already, by a number that is the script's. */
function openedAs(vm: Vm, path: string): { readonly fd: Fd; readonly stage: 'open' | 'read' } {
  const number = path === '/dev/stdin' ? 0 : /^\/dev\/fd\/(\d+)$/.exec(path)?.[1];
  const fd = number === undefined ? undefined : vm.state.fds.get(Number(number));
  return fd === undefined ? { fd: -1, stage: 'open' } : { fd: vm.sys.dup(fd), stage: 'read' };
}

/** `.` looks along the PATH, and (in bash) in the working folder. */
function sourcePath(vm: Vm, file: string): string | undefined {
  const path = vm.state.variables.get('PATH')?.value ?? '';
  for (const folder of path.split(':')) {
    const candidate = `${folder === '' ? '.' : folder}/${file}`;
    if (isThere(vm, candidate)) return candidate;
  }
  return vm.flavour.name === 'bash' && isThere(vm, file) ? file : undefined;
}

function isThere(vm: Vm, path: string): boolean {
  try {
    return vm.sys.stat(path).type !== 'directory';
  } catch {
    return false;
  }
}

function isFolder(vm: Vm, path: string): boolean {
  try {
    return vm.sys.stat(path).type === 'directory';
  } catch {
    return false;
  }
}

export const exec: Builtin = (vm, { args, frame }) => {
  const rest = [...args];
  let name: string | undefined;
  let bare = false;
  while (rest[0]?.startsWith('-') === true && rest[0] !== '-' && vm.flavour.name !== 'dash') {
    const option = rest.shift();
    if (option === '--') break;
    if (option === '-a') name = rest.shift();
    else if (option === '-c') bare = true;
    else return badOption(vm, 'exec', option ?? '');
  }
  const [command] = rest;
  if (command === undefined) {
    keepRedirections(vm, frame);
    return 0;
  }
  const found = findProgram(vm, command);
  if (typeof found !== 'string') {
    const status = found.code === 'ENOENT' ? 127 : 126;
    const words = `${command}: ${vm.flavour.name === 'bash' && found.code === 'ENOENT' ? 'not found' : missingWords(vm, command, found.code)}`;
    if (!vm.state.interactive) throw new ShellFailure(words, status, 'shell', 'exec');
    complain(vm, words, 'exec');
    return status;
  }
  const env = bare ? new Map<string, string>() : environment(vm);
  const options = { path: found, fds: vm.state.fds, env };
  push(vm, { f: 'exec', argv: [name ?? command, ...rest.slice(1)], options, script: found, asked: false });
  return undefined;
};

/** `exec > file`: the redirections stay, and what they replaced is closed. */
function keepRedirections(vm: Vm, frame: Call['frame']): void {
  const replaced = frame.saved.splice(0).map(([, fd]) => fd);
  const used = new Set(vm.state.fds.values());
  for (const fd of new Set(replaced)) if (fd !== undefined && !used.has(fd) && !isSaved(vm, fd)) vm.sys.close(fd);
}

function isSaved(vm: Vm, fd: number): boolean {
  return vm.state.frames.some(
    (frame) => 'saved' in frame && frame.f !== 'function' && frame.saved.some(([, kept]) => kept === fd),
  );
}

/** `command name`: no functions. `-v` and `-V` tell what a name is. */
export const command: Builtin = (vm, { args, frame }) => {
  const rest = [...args];
  let standardPath = false;
  while (rest[0]?.startsWith('-') === true && rest[0] !== '-') {
    const option = rest.shift() ?? '';
    if (option === '--') break;
    if (option === '-p') standardPath = true;
    else if (option === '-v' || option === '-V') return describeAll(vm, rest, option === '-V' ? 'long' : 'short');
    else return badOption(vm, 'command', option);
  }
  const [name] = rest;
  if (name === undefined) return 0;
  const entry = vm.builtins.get(name);
  if (entry !== undefined && entry.not?.includes(vm.flavour.name) !== true) {
    return runBuiltin(vm, softened(vm, name, entry.run), name, rest.slice(1), frame);
  }
  const found = standardPath
    ? searchPath(vm, name, '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    : undefined;
  const argv = typeof found === 'string' ? [found, ...rest.slice(1)] : rest;
  runProgram(vm, argv, frame);
  return undefined;
};

/** Under `command`, a special builtin's failure doesn't end the shell. */
function softened(vm: Vm, name: string, run: Builtin): Builtin {
  if (!isSpecial(vm, name)) return run;
  return (inner, call) => {
    try {
      return run(inner, call);
    } catch (error) {
      if (!(error instanceof ShellFailure)) throw error;
      throw new ShellFailure(error.message, error.status, 'command', error.command);
    }
  };
}

function describeAll(vm: Vm, names: readonly string[], form: 'long' | 'short'): number {
  let status = 0;
  for (const name of vm.flavour.name === 'bash' ? names : names.slice(0, 1))
    if (!describeName(vm, name, form, 'command')) status = vm.flavour.name === 'bash' ? 1 : 127;
  return names.length === 0 ? 0 : status;
}

export const builtin: Builtin = (vm, { args, frame }) => {
  const [name, ...rest] = args;
  if (name === undefined) return 0;
  const entry = vm.builtins.get(name);
  if (entry === undefined || entry.not?.includes('bash') === true) {
    complain(vm, `${name}: not a shell builtin`, 'builtin');
    return 1;
  }
  return runBuiltin(vm, entry.run, name, rest, frame);
};
