// Who runs when. A process that is ready gets a turn of at most 10 ms of one core; what it has used it must wait for, and
// so must those that share its cores when all of them are busy, and those whose group has used up its limit.

import { durationMs, type TimeMs, timeMs } from '../time/units.ts';
import { chargeSteps, quotaLeft, quotaRenewed, STEPS_PER_MS } from './cgroups.ts';
import { type Kernel, MACHINE } from './context.ts';
import type { Host, Process } from './state.ts';

/** A turn, in steps: 10 ms. */
const TURN = 100;
/** Turns in one task, so that whoever looks at the cluster between tasks gets to look. */
const TURNS_PER_TASK = 32;

/** Tasks of the kernel's: a host runs whoever is ready; a process that had its turn may queue again. */
export interface DispatchTask {
  readonly kind: 'dispatch';
  readonly host: string;
}
export interface ResumeTask {
  readonly kind: 'resume';
  readonly process: number;
}

/** Puts a process in the queue of its host. */
export function makeReady(kernel: Kernel, process: Process): void {
  if (process.queued || process.ending !== undefined || process.stopped !== undefined) return;
  process.queued = true;
  process.host.queue.push(process.id);
  dispatchAt(kernel, process.host, kernel.now());
}

function dispatchAt(kernel: Kernel, host: Host, time: TimeMs): void {
  if (host.dispatching) return;
  host.dispatching = true;
  const what: DispatchTask = { kind: 'dispatch', host: host.name };
  kernel.loop.wake({ actor: MACHINE, what }, durationMs(time - kernel.now()));
}

/** Runs one turn of a process; answers the steps that it used and whether it wants to go on. */
export type RunTurn = (process: Process, steps: number) => { readonly used: number; readonly ready: boolean };

/** Gives those that are ready their turns, as far as the host's cores go. */
export function dispatch(kernel: Kernel, host: Host, run: RunTurn): void {
  host.dispatching = false;
  const start = kernel.now() * STEPS_PER_MS;
  for (let turns = 0; turns < TURNS_PER_TASK; turns++) {
    if (host.queue.length === 0) return;
    if (host.clock >= start + TURN) {
      dispatchAt(kernel, host, timeMs(Math.ceil((host.clock - TURN + 1) / STEPS_PER_MS)));
      return;
    }
    const process = kernel.state.processes.get(host.queue.shift() ?? 0);
    if (process !== undefined && process.ending === undefined) takeTurn(kernel, process, start, run);
  }
  if (host.queue.length > 0) dispatchAt(kernel, host, kernel.now());
}

function takeTurn(kernel: Kernel, process: Process, start: number, run: RunTurn): void {
  if (process.stopped !== undefined) {
    process.queued = false;
    return;
  }
  if (process.clock < start) process.clock = start;
  const ahead = process.clock - start;
  if (ahead >= TURN) {
    resumeAt(kernel, process, process.clock);
    return;
  }
  const quota = quotaLeft(process.cgroup, kernel.now());
  if (quota <= 0) {
    resumeAt(kernel, process, quotaRenewed(process.cgroup, kernel.now()) * STEPS_PER_MS);
    return;
  }
  process.queued = false;
  const { used, ready } = run(process, Math.min(TURN - ahead, quota));
  account(process, used, start);
  if (!ready || process.ending !== undefined) return;
  process.queued = true;
  resumeAt(kernel, process, process.clock);
}

/** Its time is up, or its quota renewed: back into the queue. */
export function resume(kernel: Kernel, process: Process): void {
  if (!process.queued || process.ending !== undefined) return;
  process.host.queue.push(process.id);
  dispatchAt(kernel, process.host, kernel.now());
}

/** Comes back into the queue when everybody's clock, in steps, has reached a point. Until then it counts as queued. */
function resumeAt(kernel: Kernel, process: Process, clock: number): void {
  const what: ResumeTask = { kind: 'resume', process: process.id };
  const delay = Math.max(1, Math.ceil(clock / STEPS_PER_MS) - kernel.now());
  kernel.loop.wake({ actor: MACHINE, what }, durationMs(delay));
}

function account(process: Process, used: number, start: number): void {
  if (used === 0) return;
  const { host } = process;
  process.clock += used;
  process.steps += used;
  chargeSteps(process.cgroup, used);
  host.clock = Math.max(host.clock, start) + used / host.cores;
}
