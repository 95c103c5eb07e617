// A shell at work: its state, wired to the machine. What every part of the evaluator needs, and nothing that lasts.

import type { Sys } from '../sys.ts';
import type { BuiltinEntry } from './builtin.ts';
import { FLAVOURS, type Flavour } from './flavour.ts';
import type { Frame, Journal, ShellState } from './state.ts';

export interface Vm {
  readonly state: ShellState;
  readonly sys: Sys;
  readonly flavour: Flavour;
  readonly builtins: ReadonlyMap<string, BuiltinEntry>;
  /** The journal of the expansion that runs now, where one is kept. */
  journal: { readonly entries: Journal; at: number } | undefined;
  /** The environment for children, until a variable changes. */
  environment: ReadonlyMap<string, string> | undefined;
}

export function newVm(state: ShellState, sys: Sys, builtins: ReadonlyMap<string, BuiltinEntry>): Vm {
  return { state, sys, flavour: FLAVOURS[state.flavour], builtins, journal: undefined, environment: undefined };
}

/**
 * How much a failure ends: the command it happened in, the line that was read (bash goes on with the next one), or the
 * whole shell (an interactive one goes back to its prompt).
 */
export type Reach = 'command' | 'line' | 'shell';

/** A command can't go on. Thrown out of expansions and builtins, caught where frames run. */
export class ShellFailure extends Error {
  readonly status: number;
  readonly reach: Reach;
  readonly command: string | undefined;
  constructor(message: string, status: number, reach: Reach, command?: string) {
    super(message);
    this.status = status;
    this.reach = reach;
    this.command = command;
  }
}

/** A failure as the flavours take it: bash drops the line (or the shell), the others end. */
export function failure(vm: Vm, message: string, inBash: Reach = 'line', bashStatus = 1): ShellFailure {
  return vm.flavour.name === 'bash'
    ? new ShellFailure(message, bashStatus, inBash)
    : new ShellFailure(message, 2, 'shell');
}

export function push(vm: Vm, frame: Frame): void {
  vm.state.frames.push(frame);
}

export function hasOption(vm: Vm, name: string): boolean {
  return vm.state.options.has(name);
}

/** Prints through a descriptor as the script numbers it; written when the command is over. */
export function print(vm: Vm, fd: 1 | 2, text: string): void {
  if (text === '') return;
  const to = vm.state.fds.get(fd);
  if (to === undefined) return;
  const last = vm.state.output.at(-1);
  if (last?.fd === to) last.text += text;
  else vm.state.output.push({ fd: to, text });
}

/** A line of `set -x`. */
export function traceWords(vm: Vm, words: readonly string[]): void {
  if (words.length > 0) print(vm, 2, `${vm.state.variables.get('PS4')?.value ?? '+ '}${words.join(' ')}\n`);
}
