// What a command's first word names: a function, a builtin, or a program on the PATH.

import { type ErrnoCode, SysError } from '../../sys.ts';
import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { quoteIfNeeded } from '../expand/quoting.ts';
import { forkShell } from '../fork.ts';
import { jobGroup } from '../jobs.ts';
import { builtinNamed, findProgram, missingWords } from '../lookup.ts';
import type { Request, SimpleFrame } from '../state.ts';
import { environment } from '../variables.ts';
import { push, type Vm } from '../vm.ts';
import { conclude } from './unwind.ts';

/** Runs the command of a frame whose stage is `after` already. */
export function invoke(vm: Vm, frame: SimpleFrame): Request | undefined {
  const [name = '', ...args] = frame.fields;
  const entry = builtinNamed(vm, name);
  const own = vm.state.functions.get(name);
  if (own !== undefined && !(entry?.special === true && vm.flavour.name !== 'bash')) {
    return callFunction(vm, own.name, own.body, args);
  }
  if (entry !== undefined) return runBuiltin(vm, entry.run, name, args, frame);
  return runProgram(vm, frame.fields, frame);
}

export function runBuiltin(
  vm: Vm,
  builtin: Builtin,
  name: string,
  args: readonly string[],
  frame: SimpleFrame,
): undefined {
  const status = builtin(vm, { name, args, frame });
  if (status !== undefined) vm.state.status = status;
  if (vm.state.output.length > 0) vm.state.writing = name;
  return undefined;
}

/** Frames beyond this are a recursion without end, of which a real shell dies. */
const DEPTH_MAX = 3000;

function callFunction(vm: Vm, name: string, body: Parameters<typeof forkShell>[1], args: readonly string[]): undefined {
  if (vm.state.frames.length > DEPTH_MAX) {
    vm.sys.onSignal('SIGSEGV', 'default');
    vm.sys.kill(vm.sys.pid, 'SIGSEGV');
  }
  push(vm, { f: 'function', name, body, positional: vm.state.positional, saved: new Map(), began: false });
  vm.state.positional = args;
  return undefined;
}

/** Starts a program and waits for it in the foreground; the last command of a shell takes its place. */
export function runProgram(vm: Vm, argv: readonly string[], frame: SimpleFrame): Request | undefined {
  const [name = ''] = argv;
  const found = findProgram(vm, name);
  if (typeof found !== 'string') return failProgram(vm, name, found.code);
  if (isLast(vm, frame)) {
    const options = { path: found, fds: vm.state.fds, env: childEnvironment(vm, found) };
    push(vm, { f: 'exec', argv, options, script: found, asked: false });
    return undefined;
  }
  return startProgram(vm, argv, found, frame);
}

function startProgram(vm: Vm, argv: readonly string[], path: string, frame: SimpleFrame): undefined {
  const group = jobGroup(vm, undefined);
  try {
    const pid = vm.sys.spawn(argv, { path, fds: vm.state.fds, env: childEnvironment(vm, path), ...group });
    awaitProcess(vm, pid, argv.map(quoteIfNeeded).join(' '), frame);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    vm.state.hash.delete(argv[0] ?? '');
    if (error.code !== 'ENOEXEC') return failProgram(vm, argv[0] ?? '', error.code);
    awaitProcess(
      vm,
      forkShell(vm, { t: 'script', path, args: argv.slice(1) }, vm.state.fds, group),
      argv.join(' '),
      frame,
    );
  }
  return undefined;
}

/** bash tells a program its own path in `_`. */
function childEnvironment(vm: Vm, path: string): ReadonlyMap<string, string> {
  return vm.flavour.name === 'bash' ? new Map([...environment(vm), ['_', path]]) : environment(vm);
}

function awaitProcess(vm: Vm, pid: number, text: string, frame: SimpleFrame): void {
  const group = vm.state.options.has('monitor') ? pid : undefined;
  push(vm, {
    f: 'await',
    pids: [pid],
    group,
    text,
    line: frame.node.line,
    pipeline: false,
    statuses: [],
    stopped: false,
  });
}

/** Whether nothing is left to do after this command, so that no shell needs to wait for it. */
function isLast(vm: Vm, frame: SimpleFrame): boolean {
  const { state } = vm;
  if (state.interactive || state.jobs.length > 0 || state.options.has('monitor')) return false;
  for (const action of state.traps.values()) if (action !== '') return false;
  if (state.frames.length === 1) return state.frames[0] === frame && state.subshell > 0;
  const [bottom] = state.frames;
  if (state.frames.length !== 2 || bottom?.f !== 'text' || bottom.kind !== 'main' || !state.fromString) return false;
  return /^[\s;]*$/.test(bottom.place.source.slice(bottom.place.position));
}

function failProgram(vm: Vm, name: string, code: ErrnoCode): undefined {
  complain(vm, `${name}: ${missingWords(vm, name, code)}`);
  return conclude(vm, code === 'ENOENT' || code === 'ENOTDIR' ? 127 : 126);
}
