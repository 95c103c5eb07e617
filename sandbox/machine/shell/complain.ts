// Complaints on standard error, with the prefix that each shell gives them: who complains, of which line, about what.

import type { Frame } from './state.ts';
import { print, type Vm } from './vm.ts';

/** Prints `sh: nosuch: not found`; `command` is the builtin that complains. */
export function complain(vm: Vm, message: string, command?: string): void {
  print(vm, 2, `${prefix(vm, command)}${message}\n`);
}

/** What busybox's own applets print, whichever script they run in: `sh: bad number`. */
export function complainAsApplet(vm: Vm, message: string): void {
  print(vm, 2, `${vm.state.calledAs}: ${message}\n`);
}

export function prefix(vm: Vm, command?: string): string {
  const { state } = vm;
  if (vm.flavour.name === 'dash') return `${state.name}: ${state.line}: ${named(command ?? sourced(vm, state.name))}`;
  if (vm.flavour.name === 'bash') {
    const name = sourced(vm, undefined) ?? state.name;
    return `${name}: ${state.interactive && name === state.name ? '' : `line ${state.line}: `}${named(command)}`;
  }
  const script = innermost(vm);
  const who = command ?? (script === undefined ? undefined : script.kind === 'eval' ? 'eval' : script.name);
  const line = who === undefined || state.interactive ? '' : `line ${state.line}: `;
  return `${state.name}: ${named(who === state.name ? undefined : who)}${line}`;
}

function named(command: string | undefined): string {
  return command === undefined ? '' : `${command}: `;
}

type TextFrame = Extract<Frame, { f: 'text' }>;

/** The text that runs now, if it has a name of its own. */
function innermost(vm: Vm): TextFrame | undefined {
  for (let i = vm.state.frames.length - 1; i >= 0; i--) {
    const frame = vm.state.frames[i];
    if (frame?.f === 'text' && frame.kind !== 'trap') return frame;
    if (frame?.f === 'function') return undefined;
  }
  return undefined;
}

/** The file that is being sourced, if one is. */
function sourced(vm: Vm, otherThan: string | undefined): string | undefined {
  const frame = vm.state.frames.findLast((each): each is TextFrame => each.f === 'text' && each.kind === 'source');
  return frame?.name === otherThan ? undefined : frame?.name;
}
