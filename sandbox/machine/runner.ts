// A process's turn: the call that it waited for is tried again, its program goes on until it waits or its turn is over,
// and what comes of it is written down.

import { bytesOf } from './bytes.ts';
import { PENDING } from './calls.ts';
import type { Kernel } from './context.ts';
import type { RunTurn } from './cpu.ts';
import { fileOf, writeFile } from './descriptors.ts';
import { errorText } from './errors.ts';
import { unsimulated } from './executables.ts';
import { begin, isGone, type Live, newLive, perform } from './live.ts';
import { endProcess } from './processes.ts';
import { record, recordFailure } from './recording.ts';
import type { Process } from './state.ts';
import { type Blocking, SysError, type SystemCall } from './sys.ts';
import { createSys } from './system.ts';

/** Keeps the programs at work of one kernel. */
export function createRunner(kernel: Kernel): RunTurn {
  const lives = new Map<number, Live>();

  const runTurn = (process: Process, steps: number): ReturnType<RunTurn> => {
    const live = lives.get(process.id) ?? newLive(process);
    lives.set(process.id, live);
    live.turn = steps;
    live.budget = steps;
    proceed(kernel, live);
    const used = live.turn - live.budget;
    const replaced = live.pause === 'replaced';
    if (process.ending !== undefined || replaced) lives.delete(process.id);
    else warnOfRecording(kernel, process);
    return { used, ready: process.ending === undefined && live.pause !== 'waiting' };
  };

  return (process, steps) => {
    if (lives.size > 2 * kernel.state.processes.size + SLACK) dropEnded(kernel, lives);
    return runTurn(process, steps);
  };
}

/** Programs of processes that were killed while they waited are dropped now and then. */
const SLACK = 64;

function dropEnded(kernel: Kernel, lives: Map<number, Live>): void {
  for (const [id, { process }] of lives) {
    if (process.ending !== undefined || !kernel.state.processes.has(id)) lives.delete(id);
  }
}

function proceed(kernel: Kernel, live: Live): void {
  const { process } = live;
  try {
    const step = process.call === undefined ? begun(kernel, live).next() : resumed(kernel, live);
    if (step?.done === true) endProcess(kernel, process, { kind: 'exited', status: step.value & 0xff });
  } catch (error) {
    fail(kernel, process, error);
  }
}

function begun(kernel: Kernel, live: Live): Blocking<number> {
  const { process } = live;
  if (live.generator !== undefined) return live.generator;
  const program = kernel.programs.get(process.program) ?? unsimulated;
  return begin(live, program, createSys(kernel, live));
}

/** Tries the call again; undefined when it goes on waiting. */
function resumed(kernel: Kernel, live: Live): IteratorResult<SystemCall, number> | undefined {
  const { process } = live;
  const { call } = process;
  if (call === undefined) return undefined;
  let value: unknown;
  let failure: SysError | undefined;
  try {
    value = perform(kernel, live, call);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    failure = error;
  }
  if (value === PENDING || process.ending !== undefined) return undefined;
  const generator = begun(kernel, live);
  if (failure !== undefined) kernel.abandonCall(process);
  process.call = undefined;
  kernel.loop.cancel(process.timer);
  process.timer = undefined;
  if (failure === undefined) record(process, value);
  else recordFailure(process, failure);
  return failure === undefined ? generator.next(value) : generator.throw(failure);
}

/** A program that doesn't handle an error of the field says so and ends; anything else is a fault of ours. */
function fail(kernel: Kernel, process: Process, error: unknown): void {
  if (isGone(error)) return;
  if (error instanceof SysError) {
    complain(kernel, process, error.message === error.code ? errorText(error.code) : error.message);
    endProcess(kernel, process, { kind: 'exited', status: 1 });
    return;
  }
  endProcess(kernel, process, { kind: 'killed', signal: 'SIGSEGV', oom: false });
  kernel.hooks.programFailed?.(process.argv, error);
}

function complain(kernel: Kernel, process: Process, text: string): void {
  try {
    writeFile(kernel, process, fileOf(process, 2), bytesOf(`${process.argv[0] ?? process.program}: ${text}\n`));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

function warnOfRecording(kernel: Kernel, process: Process): void {
  const { recorded, recordedBytes } = kernel.bounds;
  if (process.recorded > recorded || process.recordedBytes > recordedBytes)
    kernel.hooks.recordsTooMuch?.(process.argv, process.recorded);
}
