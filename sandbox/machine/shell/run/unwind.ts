// Leaving frames, at their end or in the middle: whatever a frame changed for its time is put back.

import type { Frame, SavedFds, Variable } from '../state.ts';
import { restoreVariable } from '../variables.ts';
import { hasOption, type Vm } from '../vm.ts';
import { setFd } from './fds.ts';

/** The top frame is over, with this status. */
export function finish(vm: Vm, status: number): undefined {
  popFrame(vm);
  vm.state.status = status;
  return undefined;
}

/** Like `finish`, for a command whose failure counts: `set -e` and the ERR trap look at it. */
export function conclude(vm: Vm, status: number): undefined {
  finish(vm, status);
  if (status === 0 || vm.state.tested > 0) return undefined;
  const action = vm.state.traps.get('ERR');
  if (action !== undefined && action !== '' && trapsErrors(vm)) runTrap(vm, 'ERR', action);
  if (hasOption(vm, 'errexit')) vm.state.failing = status;
  return undefined;
}

/** The ERR trap has no business in traps, nor (unless `set -E`) in functions. */
function trapsErrors(vm: Vm): boolean {
  const inside = hasOption(vm, 'errtrace');
  return !vm.state.frames.some(
    (frame) => (frame.f === 'text' && frame.kind === 'trap') || (frame.f === 'function' && !inside),
  );
}

/** Pushes the commands of a trap; `$?` is put back after them. */
export function runTrap(vm: Vm, name: string, action: string): void {
  const place = { source: action, position: 0, line: vm.state.line };
  vm.state.frames.push({
    f: 'text',
    kind: 'trap',
    place,
    name: `${name} trap`,
    status: vm.state.status,
    failed: false,
  });
}

export function popFrame(vm: Vm): void {
  const frame = vm.state.frames.pop();
  if (frame !== undefined) cleanUp(vm, frame);
}

/** Leaves all frames above the one at this height. */
export function unwindTo(vm: Vm, height: number): void {
  while (vm.state.frames.length > height) popFrame(vm);
}

/** Ends the shell, after its EXIT trap. */
export function leave(vm: Vm, status: number): undefined {
  unwindTo(vm, 0);
  vm.state.status = status;
  vm.state.failing = undefined;
  return undefined;
}

function cleanUp(vm: Vm, frame: Frame): void {
  switch (frame.f) {
    case 'simple':
      restoreVariables(vm, frame.restore);
      restoreFds(vm, frame.saved);
      return;
    case 'redirected':
      restoreFds(vm, frame.saved);
      return;
    case 'function':
      vm.state.positional = frame.positional;
      restoreVariables(vm, [...frame.saved]);
      return;
    case 'choose':
    case 'not':
    case 'if':
    case 'while':
      if (frame.tested) vm.state.tested--;
      return;
    case 'text':
      if (frame.positional !== undefined) vm.state.positional = frame.positional;
      return;
    case 'substitute':
      if (frame.stage === 'read') vm.sys.close(frame.fd);
      return;
    case 'load':
      if (frame.stage === 'read') vm.sys.close(frame.fd);
      return;
    default:
  }
}

function restoreVariables(vm: Vm, saved: readonly (readonly [string, Variable | undefined])[] | undefined): void {
  if (saved === undefined) return;
  for (let i = saved.length - 1; i >= 0; i--) {
    const entry = saved[i];
    if (entry !== undefined) restoreVariable(vm, entry[0], entry[1]);
  }
}

/** Puts descriptors back; what was open only for the while is closed. */
function restoreFds(vm: Vm, saved: SavedFds): void {
  for (let i = saved.length - 1; i >= 0; i--) {
    const entry = saved[i];
    if (entry !== undefined) setFd(vm, entry[0], entry[1]);
  }
}
