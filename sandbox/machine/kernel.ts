// The kernel put together: one actor runs all of its tasks, and hands each to the part that it belongs to. A machine room
// holds any number of hosts; its state is plain data, and a kernel can be made anew over a copy of it.

import type { Channels } from '../time/channel.ts';
import type { Loop } from '../time/loop.ts';
import { durationMs, type TimeMs } from '../time/units.ts';
import { abandon } from './attempts.ts';
import { type Bounds, DEFAULT_BOUNDS } from './bounds.ts';
import { type Kernel, MACHINE, type MachineHooks } from './context.ts';
import { type DispatchTask, dispatch, makeReady, type ResumeTask, resume } from './cpu.ts';
import { BUILTIN_TABLES } from './files/builtin.ts';
import type { LowerTable } from './files/inode.ts';
import type { Image } from './images/format.ts';
import { rootTable } from './images/rootfs.ts';
import { takeMemory } from './memory.ts';
import { type Agent, type AgentTask, wakeAgent } from './net/agents.ts';
import { advanceFetch, advanceForward } from './net/fetch.ts';
import { deliverAnswer, deliverRequest, type HouseTask } from './net/house.ts';
import { type ArriveTask, arrive, type ExpireTask, resetConnection } from './net/sockets.ts';
import { type CertificateReader, readCertificates } from './net/tls.ts';
import type { NetworkFabric } from './network.ts';
import { advanceProbe } from './probe.ts';
import { createRunner } from './runner.ts';
import { endOfJob, expireGrace, type GraceTask } from './runtime/endings.ts';
import { advanceExec } from './runtime/execsync.ts';
import { finishPull, type PullTask } from './runtime/pulls.ts';
import { sendSignal, signalGroup } from './signalling.ts';
import type { MachineState } from './state.ts';
import { type ChannelTask, wakeChannelWaiters } from './streams/outside.ts';
import type { Program } from './sys.ts';

/** What an assembly hands in. */
export interface MachineParts {
  readonly loop: Loop;
  readonly channels: Channels;
  readonly fabric: NetworkFabric;
  /** By name: `sh`, `nginx`, `learn/hello`. */
  readonly programs: ReadonlyMap<string, Program>;
  /** Everything that any registry or node could have. */
  readonly images: Iterable<Image>;
  readonly bounds?: Bounds;
  readonly hooks?: MachineHooks;
  /** Reads certificates of other kinds than the simulated ones. */
  readonly readCertificates?: CertificateReader;
}

interface TimerTask {
  readonly kind: 'wake';
  readonly waiter: number;
}

type MachineTask =
  | DispatchTask
  | ResumeTask
  | TimerTask
  | ChannelTask
  | ArriveTask
  | ExpireTask
  | HouseTask
  | AgentTask
  | PullTask
  | GraceTask;

/** Wires a kernel to its state. Once for each state: it registers the actor that runs its tasks. */
export function createKernel(state: MachineState, parts: MachineParts): Kernel {
  const { loop, channels, fabric, programs, bounds = DEFAULT_BOUNDS, hooks = {} } = parts;
  const images = new Map([...parts.images].map((image) => [image.digest, image]));
  const kernel: Kernel = {
    state,
    loop,
    channels,
    fabric,
    programs,
    bounds,
    hooks,
    images,
    readCertificates: parts.readCertificates ?? readCertificates,
    now: loop.now,
    nextNumber: () => state.next++,
    lower: lowerTables(images),
    wake: (waiter) => wake(kernel, waiter),
    wakeAt: (waiter, time) => wakeAt(kernel, waiter, time),
    signal: (process, signal, outside) => sendSignal(kernel, process, signal, outside),
    signalGroup: (pids, group, signal) => signalGroup(kernel, pids, group, signal),
    chargeMemory: (cgroup, bytes) => takeMemory(kernel, cgroup, bytes),
    abandonCall: (process) => abandon(kernel, process),
    ended: (process) => {
      hooks.programEnded?.(process);
      endOfJob(kernel, process);
    },
  };
  const run = createRunner(kernel);
  loop.actor<MachineTask>(MACHINE, (task) => perform(kernel, run, task));
  return kernel;
}

/** Tables are made when they are first wanted. */
function lowerTables(images: ReadonlyMap<string, Image>): Kernel['lower'] {
  const tables = new Map<string, LowerTable>(BUILTIN_TABLES);
  return (name) => {
    const known = tables.get(name);
    if (known !== undefined) return known;
    const image = images.get(name);
    if (image === undefined) throw new Error(`there is no image ${name}`);
    const table = rootTable(image);
    tables.set(name, table);
    return table;
  };
}

function perform(kernel: Kernel, run: ReturnType<typeof createRunner>, task: MachineTask): void {
  const { state } = kernel;
  switch (task.kind) {
    case 'dispatch': {
      const host = state.hosts.get(task.host);
      if (host !== undefined) dispatch(kernel, host, run);
      break;
    }
    case 'resume': {
      const process = state.processes.get(task.process);
      if (process !== undefined) resume(kernel, process);
      break;
    }
    case 'wake':
      wake(kernel, task.waiter);
      break;
    case 'channel':
      wakeChannelWaiters(kernel, task.channel);
      break;
    case 'arrive': {
      const connection = state.connections.get(task.connection);
      if (connection !== undefined) arrive(kernel, connection);
      break;
    }
    case 'expire': {
      const connection = state.connections.get(task.connection);
      if (connection !== undefined) resetConnection(kernel, connection);
      break;
    }
    case 'request':
      deliverRequest(kernel, task.exchange);
      break;
    case 'answer':
      if (task.response !== undefined) deliverAnswer(kernel, task.exchange, task.response);
      break;
    case 'agent':
      advanceAgent(kernel, state.agents.get(task.agent));
      break;
    case 'pull':
      finishPull(kernel, task);
      break;
    case 'grace':
      expireGrace(kernel, task);
      break;
    default:
      task satisfies never;
  }
}

function wake(kernel: Kernel, waiter: number): void {
  const process = kernel.state.processes.get(waiter);
  if (process !== undefined) {
    makeReady(kernel, process);
    return;
  }
  const agent = kernel.state.agents.get(waiter);
  if (agent !== undefined) wakeAgent(kernel, agent);
}

function wakeAt(kernel: Kernel, waiter: number, time: TimeMs): void {
  const owner = kernel.state.processes.get(waiter) ?? kernel.state.agents.get(waiter);
  if (owner === undefined) return;
  const { timer } = owner;
  if (timer !== undefined && !timer.cancelled && timer.at > kernel.now() && timer.at <= time) return;
  kernel.loop.cancel(timer);
  const what: TimerTask = { kind: 'wake', waiter };
  owner.timer = kernel.loop.wake({ actor: MACHINE, what }, durationMs(time - kernel.now()));
}

function advanceAgent(kernel: Kernel, agent: Agent | undefined): void {
  if (agent === undefined) return;
  agent.queued = false;
  switch (agent.kind) {
    case 'probe':
      advanceProbe(kernel, agent);
      break;
    case 'fetch':
      advanceFetch(kernel, agent);
      break;
    case 'forward':
      advanceForward(kernel, agent);
      break;
    case 'exec':
      advanceExec(kernel, agent);
      break;
    default:
      agent satisfies never;
  }
}
