// Subshells: a copy of the shell in a process of its own, which runs one command and ends with its status.

import type { Fd } from '../sys.ts';
import { frameOf } from './run/begin.ts';
import type { ShellState, Variable } from './state.ts';
import type { Node } from './syntax.ts';
import { environment } from './variables.ts';
import type { Vm } from './vm.ts';

export interface ForkOptions {
  /** The process group to be in: 0 for one of its own. */
  readonly group?: number;
  /** Runs without the terminal's attention: keyboard signals are ignored, where there is no job control. */
  readonly background?: boolean;
}

/** Starts a subshell on this command, with these descriptors; answers its pid. */
export function forkShell(vm: Vm, body: Node, fds: ReadonlyMap<number, Fd>, options: ForkOptions = {}): number {
  return vm.sys.spawn(vm.sys.argv, {
    forked: forkState(vm, body, fds, options),
    fds,
    env: environment(vm),
    ...(options.group === undefined ? {} : { group: options.group }),
  });
}

function forkState(vm: Vm, body: Node, fds: ReadonlyMap<number, Fd>, options: ForkOptions): ShellState {
  const { state } = vm;
  const kept = new Set(state.options);
  kept.delete('monitor');
  return {
    ...state,
    interactive: false,
    options: kept,
    variables: copyVariables(state.variables),
    functions: new Map(state.functions),
    aliases: new Map(state.aliases),
    frames: [frameOf(body)],
    subshell: state.subshell + 1,
    fds: new Map([...fds.keys()].map((number) => [number, number])),
    jobs: [],
    traps: inheritedTraps(state.traps, options.background === true && !state.options.has('monitor')),
    pending: [],
    request: undefined,
    answer: undefined,
    steps: 0,
    getopts: { ...state.getopts },
    hash: new Map(state.hash),
    output: [],
    writing: undefined,
    history: [],
    ended: false,
    begun: false,
    failing: undefined,
  };
}

/** Traps that ignore stay; others are reset. What runs in the background ignores the keyboard. */
function inheritedTraps(traps: ReadonlyMap<string, string>, deaf: boolean): Map<string, string> {
  const kept = new Map([...traps].filter(([, action]) => action === ''));
  if (deaf) {
    kept.set('INT', '');
    kept.set('QUIT', '');
  }
  return kept;
}

function copyVariables(variables: ReadonlyMap<string, Variable>): Map<string, Variable> {
  const copy = new Map<string, Variable>();
  for (const [name, variable] of variables) {
    copy.set(
      name,
      variable.items === undefined
        ? variable
        : { ...variable, items: new Map<never, string>(variable.items as Map<never, string>) },
    );
  }
  return copy;
}
