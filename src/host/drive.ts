// Running a program of the sandbox on the real machine: what it waits for is a promise, and it goes on when that is kept.

import type { Blocking, Program, Sys, SystemCall } from '../../sandbox/machine/sys.ts';

/** A call that waits for the host. */
interface HostCall extends SystemCall {
  readonly call: 'host';
  readonly start: () => Promise<unknown>;
}

/** The program's exit status. */
export async function runProgram(program: Program, sys: Sys): Promise<number> {
  const running = program(sys, undefined);
  let step = running.next();
  while (!step.done) {
    if (!isHostCall(step.value)) throw new Error(`the host knows no call ${step.value.call}`);
    try {
      step = running.next(await step.value.start());
    } catch (error) {
      step = running.throw(error);
    }
  }
  return step.value;
}

/** Lets a program wait for a promise. Only inside of `runProgram`. */
export function* waitFor<T>(start: () => Promise<T>): Blocking<T> {
  const call: HostCall = { call: 'host', start };
  // The driver hands back what this promise gave.
  return (yield call) as T;
}

function isHostCall(call: SystemCall): call is HostCall {
  return call.call === 'host';
}
