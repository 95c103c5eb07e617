// The container runtime of one node, as its kubelet calls it. Things are named by their ids; what takes time, or happens
// without being asked for, is told to the node's `events` actor or to the actor that asked, as tasks of the loop.

import type { ChannelId } from '../time/channel.ts';
import type { TaskData } from '../time/loop.ts';
import type { DurationMs, TimeMs } from '../time/units.ts';
import type { CgroupLimits } from './cgroups.ts';
import type { ImageConfig } from './images/format.ts';
import type { NetworkProbe } from './net/agents.ts';
import type { Notify } from './net/fetch.ts';
import type { NewContainer, NewSandbox } from './runtime/containers.ts';
import type { ExecRequest, ExecStarted, HostCommand } from './runtime/exec.ts';
import type { LogQuery } from './runtime/logs.ts';
import type { Container } from './runtime/model.ts';
import type { PullRequest } from './runtime/pulls.ts';
import type { Started } from './runtime/starting.ts';
import type { DiskStats, hostStats, Stats } from './runtime/stats.ts';
import type { Files } from './runtime/walk.ts';
import type { Bytes, TtySize } from './sys.ts';

export interface ImageStatus {
  /** `sha256:...` */
  readonly digest: string;
  /** `docker.io/library/nginx:1.27` and `docker.io/library/nginx@sha256:...` */
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly size: number;
  readonly config: ImageConfig;
  readonly pulledAt: TimeMs;
  readonly usedAt: TimeMs;
}

export interface SandboxStatus {
  readonly id: string;
  readonly createdAt: TimeMs;
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
  /** False once it was stopped, or its host has crashed. */
  readonly ready: boolean;
  readonly labels: TaskData | undefined;
}

export interface ContainerStatus {
  readonly id: string;
  readonly sandbox: string;
  readonly name: string;
  readonly state: Container['state'];
  /** The image as it was named, and its digest. */
  readonly image: string;
  readonly digest: string;
  readonly createdAt: TimeMs;
  readonly startedAt: TimeMs | undefined;
  readonly finishedAt: TimeMs | undefined;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly logPath: string | undefined;
  readonly limits: CgroupLimits;
  readonly user: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };
  readonly tty: boolean;
  readonly labels: TaskData | undefined;
}

export type SandboxSpec = Omit<NewSandbox, 'host'>;

export type ContainerSpec = Omit<NewContainer, 'sandbox' | 'image' | 'imageName' | 'target'> & {
  readonly sandbox: string;
  /** As `findImage` takes it: a name with tag or digest, or a digest alone. */
  readonly image: string;
  /** The container whose processes it joins. */
  readonly target?: string;
};

export interface ContainerRuntime {
  /** Its outcome comes as `ImagePulled`. */
  pullImage(request: PullRequest): void;
  /** Undefined when the node hasn't got it. */
  image(name: string): ImageStatus | undefined;
  images(): readonly ImageStatus[];
  /** False while a container uses it. */
  removeImage(digest: string): boolean;

  createSandbox(spec: SandboxSpec): string;
  sandbox(id: string): SandboxStatus | undefined;
  sandboxes(): readonly SandboxStatus[];
  /** Ends what still runs in it and takes its network apart; its containers can still be looked at. */
  stopSandbox(id: string): void;
  /** With all of its containers. */
  removeSandbox(id: string): void;

  createContainer(
    spec: ContainerSpec,
  ): { readonly ok: true; readonly id: string } | { readonly ok: false; readonly message: string };
  /** Its end, which may come at once, comes as `ContainerExited`. */
  startContainer(id: string): Started;
  stopContainer(id: string, grace: DurationMs): void;
  killContainer(id: string): void;
  removeContainer(id: string): void;
  resizeContainer(id: string, limits: CgroupLimits): void;
  container(id: string): ContainerStatus | undefined;
  containers(sandbox?: string): readonly ContainerStatus[];

  /** The end comes as `ExecEnded`, when an actor is named. */
  exec(container: string, request: ExecRequest): ExecStarted;
  /** On the node itself. */
  execOnHost(request: HostCommand): ExecStarted;
  writeExec(exec: number, bytes: Bytes): void;
  closeExecStdin(exec: number): void;
  resizeExec(exec: number, size: TtySize): void;
  leaveExec(exec: number): void;
  killExec(exec: number): void;
  /** The end comes as `ExecFinished`, with the output. */
  execSync(container: string, argv: readonly string[], timeout: DurationMs | undefined, notify: Notify): number;
  cancelExecSync(number: number): void;

  attach(container: string): { readonly stdout: ChannelId; readonly stderr: ChannelId | undefined };
  detach(container: string, channels: readonly ChannelId[]): void;
  writeContainer(container: string, bytes: Bytes): void;
  closeContainerStdin(container: string): void;
  resizeContainerTty(container: string, size: TtySize): void;

  /** ENOENT. */
  logs(path: string, query: LogQuery): Bytes;
  followLogs(container: string, query: LogQuery): ChannelId;
  /** Connects to a port inside; `Forwarded` says how it went. Channels carry bytes. */
  forwardPort(
    sandbox: string,
    port: number,
    channels: { readonly from: ChannelId; readonly to: ChannelId },
    notify: Notify,
  ): number;
  cancelForward(number: number): void;
  /** From the node's own network; the outcome comes as `Probed`. */
  probe(probe: NetworkProbe, timeout: DurationMs, notify: Notify): number;
  cancelProbe(number: number): void;

  containerStats(id: string): (Stats & { readonly layer: DiskStats }) | undefined;
  sandboxStats(id: string): Stats | undefined;
  hostStats(): ReturnType<typeof hostStats>;
  /** Bytes of all images. */
  imageBytes(): number;

  /** The node's files, and a container's own, as root. */
  files(): Files;
  containerFiles(id: string): Files;
}
