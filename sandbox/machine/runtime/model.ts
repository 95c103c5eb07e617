// What a node's container runtime remembers: pod sandboxes, containers, and commands run in them.

import type { ChannelId } from '../../time/channel.ts';
import type { Task, TaskData } from '../../time/loop.ts';
import type { TimeMs } from '../../time/units.ts';
import type { Cgroup } from '../cgroups.ts';
import type { FileSystem, Mount } from '../files/mount.ts';
import type { NetworkNamespace } from '../net/namespace.ts';
import type { Credentials, Host, PidNamespace } from '../state.ts';
import type { Sink } from '../streams/outside.ts';
import type { Tty } from '../streams/tty.ts';
import type { SignalName } from '../sys.ts';
import type { MountSpec } from './mounting.ts';

/** A pod's surroundings: addresses, name, and what its containers share. */
export interface Sandbox {
  readonly id: string;
  readonly host: Host;
  readonly network: NetworkNamespace;
  /** The host's own network, pids: nothing of them goes with the sandbox. */
  readonly hostNetwork: boolean;
  readonly hostname: { name: string };
  readonly cgroup: Cgroup;
  /** Shared by all containers where that was asked for. */
  readonly pids: PidNamespace | undefined;
  readonly createdAt: TimeMs;
  /** Opaque to the runtime. */
  readonly labels: TaskData | undefined;

  /** False once it was stopped, or its host has crashed: its network is gone, its containers run no more. */
  ready: boolean;
}

type ContainerState = 'created' | 'running' | 'exited';

/** What its processes show of the walls around them. */
interface Confinement {
  /** A seccomp profile filters their calls. */
  readonly filtered: boolean;
  readonly noNewPrivileges: boolean;
}

export interface Container {
  readonly id: string;
  readonly sandbox: Sandbox;
  readonly name: string;
  /** By digest; and as it was named. */
  readonly image: string;
  readonly imageName: string;
  readonly fs: FileSystem;
  readonly root: Mount;
  readonly pids: PidNamespace;
  readonly cgroup: Cgroup;
  readonly credentials: Credentials;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly workdir: string;
  readonly stopSignal: SignalName;
  readonly oomScoreAdj: number;
  readonly confinement: Confinement;
  readonly mounts: readonly MountSpec[];
  readonly sink: Sink;
  readonly tty: Tty | undefined;
  /** What is written here its first process reads; undefined when nobody may write. */
  readonly stdin: { readonly channel: ChannelId; readonly once: boolean } | undefined;
  readonly logPath: string | undefined;
  readonly createdAt: TimeMs;
  /** Opaque to the runtime. */
  readonly labels: TaskData | undefined;

  state: ContainerState;
  /** The number of its first process. */
  init: number;
  startedAt: TimeMs | undefined;
  finishedAt: TimeMs | undefined;
  exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, `StartError`; empty until it has exited. */
  reason: string;
  message: string;
  /** Kills it when the grace period is over. */
  killer: Task | undefined;
}

/** A command that was started from outside: in a container, or (a shell of the workstation) on a host. */
export interface Exec {
  readonly number: number;
  readonly container: string | undefined;
  /** The number of its process. */
  process: number;
  readonly sink: Sink;
  readonly tty: Tty | undefined;
  readonly stdin: ChannelId | undefined;
  /** Who is told, and by what it knows this one. */
  readonly actor: string | undefined;
  readonly key: TaskData | undefined;
  /** An agent that waits for the status; 0 when none does. */
  waiter: number;
}
