// What every part of the kernel works on: the state, the loop, and what the assembly handed in. Parts call one another's
// functions directly where they stand above one another; what goes upward goes through here.

import type { Channels } from '../time/channel.ts';
import type { Loop } from '../time/loop.ts';
import type { TimeMs } from '../time/units.ts';
import type { Bounds } from './bounds.ts';
import type { Cgroup } from './cgroups.ts';
import type { LowerTable } from './files/inode.ts';
import type { Image } from './images/format.ts';
import type { CertificateReader } from './net/tls.ts';
import type { NetworkFabric } from './network.ts';
import type { MachineState, PidNamespace, Process } from './state.ts';
import type { Program, SignalName } from './sys.ts';

/** Told of what should not happen; a test lets them fail. */
export interface MachineHooks {
  /** A program threw something that isn't an error of the field. */
  readonly programFailed?: (argv: readonly string[], error: unknown) => void;
  /** A program lives long without saving: each copy will have to repeat all that it learned. */
  readonly recordsTooMuch?: (argv: readonly string[], answers: number) => void;
  /** A process is over. */
  readonly programEnded?: (process: Process) => void;
}

export interface Kernel {
  readonly state: MachineState;
  readonly loop: Loop;
  readonly channels: Channels;
  readonly programs: ReadonlyMap<string, Program>;
  readonly fabric: NetworkFabric;
  readonly bounds: Bounds;
  readonly hooks: MachineHooks;
  readonly readCertificates: CertificateReader;
  now(): TimeMs;
  nextNumber(): number;
  /** By digest: everything that any registry or node could have. */
  readonly images: ReadonlyMap<string, Image>;
  /** An image's table of inodes, or a built-in one. */
  lower(name: string): LowerTable;
  /** Lets whoever waits under this number try again. */
  wake(waiter: number): void;
  /** Lets it try again at that moment at the latest; forgotten once it has what it waits for. */
  wakeAt(waiter: number, time: TimeMs): void;
  /** Sends a signal, whoever sends it having the right to. `outside`: not from within the process's own namespace. */
  signal(process: Process, signal: SignalName, outside: boolean): void;
  signalGroup(pids: PidNamespace, group: number, signal: SignalName): void;
  /** Gives back what a call that waits has begun; nobody waits for it any more. */
  abandonCall(process: Process): void;
  /** A process is over; told after its parent. */
  ended(process: Process): void;
  /** Counts memory of a group (less, when negative); kills what has to be killed when that is over a limit. */
  chargeMemory(cgroup: Cgroup, bytes: number): void;
}

/** The name of the one actor whose tasks the kernel runs. */
export const MACHINE = 'machine';

/** Lets all of them try again, and forgets them. */
export function wakeAll(kernel: Kernel, waiters: number[]): void {
  if (waiters.length === 0) return;
  for (const waiter of waiters.splice(0)) kernel.wake(waiter);
}

export function addWaiter(waiters: number[], waiter: number): void {
  if (!waiters.includes(waiter)) waiters.push(waiter);
}
