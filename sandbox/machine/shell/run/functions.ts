// Function calls, and leaving them and loops early.

import type { Frame, FunctionFrame } from '../state.ts';
import type { Vm } from '../vm.ts';
import { begin } from './begin.ts';
import { finish, unwindTo } from './unwind.ts';

export function runFunction(vm: Vm, frame: FunctionFrame): undefined {
  if (frame.began) return finish(vm, vm.state.status);
  frame.began = true;
  return begin(vm, frame.body);
}

/** Leaves the function or the sourced file that runs; false when there is none. */
export function returnWith(vm: Vm, status: number): boolean {
  const at = vm.state.frames.findLastIndex(
    (frame) => frame.f === 'function' || (frame.f === 'text' && frame.kind === 'source'),
  );
  if (at < 0) return false;
  unwindTo(vm, at + 1);
  finish(vm, status);
  return true;
}

const LOOPS: ReadonlySet<Frame['f']> = new Set(['while', 'for', 'cfor', 'select']);

/** How many loops run in the present function. */
export function loopsHere(vm: Vm): number[] {
  const heights: number[] = [];
  for (let i = vm.state.frames.length - 1; i >= 0; i--) {
    const frame = vm.state.frames[i];
    if (frame === undefined || frame.f === 'function' || (frame.f === 'text' && frame.kind === 'source')) break;
    if (LOOPS.has(frame.f)) heights.push(i);
  }
  return heights;
}

/** `break n` and `continue n`: leaves loops from the innermost on. */
export function leaveLoops(vm: Vm, count: number, goesOn: boolean): void {
  const heights = loopsHere(vm);
  const height = heights[Math.min(count, heights.length) - 1];
  if (height === undefined) return;
  unwindTo(vm, height + 1);
  vm.state.status = 0;
  if (!goesOn) finish(vm, 0);
}
