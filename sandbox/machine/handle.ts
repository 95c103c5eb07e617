// A program's way into the kernel, and the two ways in which its calls are answered.

import type { Call } from './calls.ts';
import type { Kernel } from './context.ts';
import { answer, block, type Live } from './live.ts';
import type { Process } from './state.ts';
import type { Blocking, Sys } from './sys.ts';

/** What is behind a program's `sys`. The calls find it as `this`: they have to be called on it. */
export interface Handle {
  readonly kernel: Kernel;
  readonly live: Live;
}

/** Some of the calls. */
export type Part<K extends keyof Sys> = Pick<Sys, K> & ThisType<Handle>;

/** Answered at once. */
export function now<T>({ kernel, live }: Handle, get: (kernel: Kernel, process: Process) => T): T {
  return answer(kernel, live, () => get(kernel, live.process));
}

/** Answered when it is done. */
export function whenDone<T>({ kernel, live }: Handle, make: (kernel: Kernel, process: Process) => Call): Blocking<T> {
  return block(kernel, live, () => make(kernel, live.process));
}
