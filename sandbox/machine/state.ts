// All that a machine room remembers: hosts (nodes and the learner's workstation are the same kind of thing), the
// processes on them, and what these hold open. Plain data throughout; things refer to one another directly where one
// owns the other, and by number where somebody waits for something.

import type { ChannelId } from '../time/channel.ts';
import type { Task } from '../time/loop.ts';
import type { TimeMs } from '../time/units.ts';
import type { Call } from './calls.ts';
import type { Cgroup } from './cgroups.ts';
import type { FileSystem, Mount, Place, Pool } from './files/mount.ts';
import type { OpenFile } from './files/open.ts';
import type { RegistryState } from './images/registry.ts';
import type { Agent } from './net/agents.ts';
import type { Exchange } from './net/house.ts';
import type { Connection, NetworkNamespace } from './net/namespace.ts';
import type { Container, Exec, Sandbox } from './runtime/model.ts';
import type { ImageStore } from './runtime/pulls.ts';
import type { Tty } from './streams/tty.ts';
import type { PlainData, SignalName } from './sys.ts';

export interface MachineState {
  readonly seed: number;
  /** The next number for whatever needs one; none is used twice. */
  next: number;
  readonly hosts: Map<string, Host>;
  readonly processes: Map<number, Process>;
  readonly ttys: Map<number, Tty>;
  readonly networks: Map<number, NetworkNamespace>;
  readonly connections: Map<number, Connection>;
  /** What waits for the network without being a process: probes, fetches, forwarded ports. */
  readonly agents: Map<number, Agent>;
  /** Requests to services of the house that have no answer yet. */
  readonly exchanges: Map<number, Exchange>;
  /** File systems that outlive containers, by the name that whoever made them chose. */
  readonly volumes: Map<string, FileSystem>;
  readonly sandboxes: Map<string, Sandbox>;
  readonly containers: Map<string, Container>;
  /** Commands started from outside, in containers and on hosts. */
  readonly execs: Map<number, Exec>;
  readonly registry: RegistryState;
  /** Who waits for a channel, to be read or to be drained. */
  readonly channelWaiters: Map<ChannelId, number[]>;
  /** Bytes of memory that all files together cost the host of the simulation. */
  stored: number;
}

/** A node, or the workstation. */
export interface Host {
  readonly name: string;
  cores: number;
  /** In bytes. */
  memory: number;
  readonly disk: Pool;
  readonly root: Mount;
  readonly network: NetworkNamespace;
  /** Shared with what runs on it outside of pods. */
  readonly hostname: { name: string };
  readonly pids: PidNamespace;
  readonly cgroup: Cgroup;
  readonly images: ImageStore;
  readonly bootedAt: TimeMs;
  /** The actor that is told of what happens to containers here. */
  events: string | undefined;
  /** Processes that are ready to run, in order. */
  readonly queue: number[];
  /** A task to run them is on its way. */
  dispatching: boolean;
  /** Until when its cores are busy, in steps since 1970. */
  clock: number;
}

export interface PidNamespace {
  readonly id: number;
  /** Undefined only while the host is being made. */
  host: Host | undefined;
  next: number;
  /** Process numbers by pid. */
  readonly members: Map<number, number>;
  /** The process that adopts orphans, by its number; 0 when there is none. */
  init: number;
}

/** Why a process is no more. */
export type Ending =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: SignalName; readonly oom: boolean };

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Names without `CAP_`. */
  readonly capabilities: ReadonlySet<string>;
}

/** What a program has learned since it began or last saved, so that a copy can be told the same. */
export interface Recording {
  /** Frozen blocks of answers, shared by all copies. */
  past: readonly (readonly unknown[])[];
  recent: unknown[];
}

export interface Process {
  /** Unique in the whole machine room, and never used again. */
  readonly id: number;
  readonly host: Host;
  /** In its own namespace. */
  readonly pid: number;
  readonly pids: PidNamespace;
  /** As its host sees it; equal to `pid` for a process of the host itself. */
  readonly hostPid: number;
  /** The parent's number in the machine room; 0 when whoever started it isn't a process. */
  parent: number;
  children: readonly number[];
  /** Process group and session, as pids of the namespace. */
  group: number;
  session: number;
  tty: Tty | undefined;
  readonly container: string | undefined;

  argv: readonly string[];
  /** Absolute path of the program's file, and the name under which the program is registered. */
  executable: string;
  program: string;
  /** The environment at its start, and when it last saved. Frozen. */
  environ: ReadonlyMap<string, string>;
  env: ReadonlyMap<string, string>;
  root: Place;
  cwd: Place;
  cwdPath: string;
  credentials: Credentials;
  umask: number;
  fds: Map<number, OpenFile>;
  readonly network: NetworkNamespace;
  readonly cgroup: Cgroup;
  readonly hostname: { name: string };

  /** What it waits for; undefined before its program has begun. */
  call: Call | undefined;
  saved: PlainData | undefined;
  recording: Recording;
  /** How many answers have been recorded since it last saved, and how many bytes they hold. */
  recorded: number;
  recordedBytes: number;
  draws: number;

  actions: Map<SignalName, 'ignore' | 'catch'>;
  caught: readonly SignalName[];
  /** A caught signal has still to end a call that waits: once, now or when it begins to wait. */
  interrupted: boolean;
  /** Came while it was stopped. */
  pending: readonly SignalName[];
  stopped: SignalName | undefined;
  /** Stopped or continued, and the parent hasn't asked yet. */
  stopUnreported: boolean;
  ending: Ending | undefined;

  /** In the host's queue, or waiting for its time to be up. */
  queued: boolean;
  timer: Task | undefined;
  /** Until when its CPU time is used, in steps since 1970. */
  clock: number;
  /** Steps that the call that is being done costs beyond one. */
  debt: number;
  /** Steps used in all, and by children that were waited for. */
  steps: number;
  childSteps: number;
  /** Bytes claimed. */
  memory: number;
  oomScoreAdj: number;
  readonly startedAt: TimeMs;
  /** Who is told when it ends, besides its parent. */
  readonly job: Job | undefined;
}

/** What a process that was started from outside is for. */
export type Job =
  | { readonly kind: 'container'; readonly container: string }
  | { readonly kind: 'exec'; readonly exec: number };

/** An empty room. Images that are in no registry may still be put on hosts. */
export function newMachineState(seed: number, registry: RegistryState): MachineState {
  return {
    seed,
    next: 1,
    hosts: new Map(),
    processes: new Map(),
    ttys: new Map(),
    networks: new Map(),
    connections: new Map(),
    agents: new Map(),
    exchanges: new Map(),
    volumes: new Map(),
    sandboxes: new Map(),
    containers: new Map(),
    execs: new Map(),
    registry,
    channelWaiters: new Map(),
    stored: 0,
  };
}
