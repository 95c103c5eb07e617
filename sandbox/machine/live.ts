// Programs at work: the generators behind the processes. They are no part of the state. Where a process has none yet
// (in a copy of the machine), its program is run again with what it saved and told what was recorded since, until it
// stands where it stood.

import { type Draws, draws } from '../time/chance.ts';
import { attempt, isInterruptible } from './attempts.ts';
import { type Call, PENDING } from './calls.ts';
import type { Kernel } from './context.ts';
import { frozenEnv, replaceProgram } from './processes.ts';
import { failureOf, isFailure, record, recordedAnswer, recordFailure, WAITED } from './recording.ts';
import type { Process } from './state.ts';
import { type Blocking, type Program, type Sys, SysError, type SystemCall } from './sys.ts';

/** A process's program at work. */
export interface Live {
  readonly process: Process;
  /** The steps of this turn, and those of it that are left. */
  turn: number;
  budget: number;
  /** The next recorded answer to be repeated; undefined when it is on its own. */
  replay: number | undefined;
  /** Why it has stopped: a call waits, its turn is over, or it has become another program. */
  pause: 'waiting' | 'turn-over' | 'replaced';
  /** As the program sees and changes it. */
  env: Map<string, string> | undefined;
  /** The last frozen picture of it; undefined when it has changed since. */
  kept: ReadonlyMap<string, string> | undefined;
  chance: Draws | undefined;
  generator: Blocking<number> | undefined;
}

/** A process that is over may go on until its generator can be dropped; whatever it calls fails with this. */
class Gone extends Error {}

export function isGone(error: unknown): boolean {
  return error instanceof Gone;
}

export function newLive(process: Process): Live {
  return {
    process,
    turn: 0,
    budget: 0,
    replay: undefined,
    pause: 'waiting',
    env: undefined,
    kept: process.env,
    chance: undefined,
    generator: undefined,
  };
}

/** Starts the program, or brings it to where it stood: at the call that it waits for. */
export function begin(live: Live, program: Program, sys: Sys): Blocking<number> {
  const { process } = live;
  const generator = program(sys, process.saved);
  live.generator = generator;
  if (process.call === undefined) return generator;
  live.replay = 0;
  let step = generator.next();
  while (step.done !== true && live.replay < process.recorded) {
    const past = recordedAnswer(process, live.replay++);
    step = isFailure(past) ? generator.throw(failureOf(past)) : generator.next(past);
  }
  live.replay = undefined;
  if (step.done === true || step.value.call !== process.call.call) {
    throw new Error(`${process.argv.join(' ')} does not come back to where it stood: it knows more than it was told`);
  }
  return generator;
}

/** A call that is answered at once. */
export function answer<T>(kernel: Kernel, live: Live, get: () => T): T {
  const { process } = live;
  if (live.replay !== undefined) return repeat(live) as T;
  charge(kernel, live);
  try {
    const value = get();
    record(process, value);
    return value;
  } catch (error) {
    if (error instanceof SysError) recordFailure(process, error);
    throw error;
  }
}

/** A call that can wait: answered at once where that is possible and the turn isn't over. */
export function* block<T>(kernel: Kernel, live: Live, make: () => Call): Blocking<T> {
  const { process } = live;
  if (live.replay !== undefined) {
    const past = repeat(live);
    // What it waits for now stands in the state already; only the name is wanted, to see that this is the same place.
    return (past === WAITED ? yield live.replay < process.recorded ? SOME_CALL : make() : past) as T;
  }
  charge(kernel, live);
  const tried = tryNow(kernel, live, make);
  if (tried.call === undefined) return tried.value as T;
  if (live.pause !== 'replaced') {
    record(process, WAITED);
    process.call = tried.call;
  }
  return (yield tried.call) as T;
}

const SOME_CALL: SystemCall = { call: 'some' };

function repeat(live: Live): unknown {
  const { process, replay = 0 } = live;
  if (replay >= process.recorded) throw new Error(`${process.argv.join(' ')} asks for more than it did before`);
  live.replay = replay + 1;
  const past = recordedAnswer(process, replay);
  if (isFailure(past)) throw failureOf(past);
  return past;
}

/** The answer, or the call that has to wait. */
function tryNow(kernel: Kernel, live: Live, make: () => Call): { readonly value?: unknown; readonly call?: Call } {
  const { process } = live;
  try {
    const call = make();
    live.pause = 'turn-over';
    if (live.budget <= 0) return { call };
    const value = perform(kernel, live, call);
    if (value === PENDING) return { call };
    record(process, value);
    return { value };
  } catch (error) {
    if (error instanceof SysError) recordFailure(process, error);
    throw error;
  }
}

/** Tries a call, those included that only a running program can make. EINTR when a signal has been caught meanwhile. */
export function perform(kernel: Kernel, live: Live, call: Call): unknown {
  const { process } = live;
  if (call.call === 'spend') return spend(live, call);
  if (call.call === 'exec') {
    replaceProgram(kernel, process, call.argv, call.options, currentEnv(live));
    live.pause = 'replaced';
    return PENDING;
  }
  live.pause = 'waiting';
  const value = attempt(kernel, process, call);
  live.budget -= process.debt;
  process.debt = 0;
  // A signal that was caught before it began to wait counts as well: a program can't miss one.
  if (value !== PENDING || !process.interrupted || !isInterruptible(call)) return value;
  process.interrupted = false;
  throw new SysError('EINTR');
}

function spend(live: Live, call: Extract<Call, { call: 'spend' }>): unknown {
  const steps = Math.min(call.steps, live.budget);
  call.steps -= steps;
  live.budget -= steps;
  live.pause = 'turn-over';
  return call.steps <= 0 ? undefined : PENDING;
}

/** Every call costs a step. */
function charge(kernel: Kernel, live: Live): void {
  const { process } = live;
  if (process.ending !== undefined) throw new Gone();
  live.budget--;
  if (live.budget < -kernel.bounds.stepsWithoutWaiting) {
    throw new Error(`${process.argv.join(' ')} goes on without ever waiting`);
  }
}

/** The environment as the program sees it: a map that notices its own changes. */
export function environmentOf(live: Live): Map<string, string> {
  if (live.env !== undefined) return live.env;
  const env = new Map(live.process.env);
  const noticing =
    <A extends unknown[], R>(change: (...given: A) => R) =>
    (...given: A): R => {
      live.kept = undefined;
      return change(...given);
    };
  env.set = noticing(env.set.bind(env));
  env.delete = noticing(env.delete.bind(env));
  env.clear = noticing(env.clear.bind(env));
  live.env = env;
  return env;
}

/** A frozen picture of the environment as it is now. */
export function currentEnv(live: Live): ReadonlyMap<string, string> {
  live.kept ??= frozenEnv(live.env ?? live.process.env);
  return live.kept;
}

/** How far the process's CPU clock is, the steps of this turn included. */
export function clockOf({ process, turn, budget }: Live): number {
  return process.clock + turn - budget;
}

export function chanceOf(kernel: Kernel, live: Live): Draws {
  const { host, container, pid, startedAt } = live.process;
  live.chance ??= draws(
    kernel.state.seed,
    'process',
    host.name,
    container ?? '',
    String(pid),
    String(kernel.loop.age(startedAt)),
  );
  return live.chance;
}
