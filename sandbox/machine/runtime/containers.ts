// Pod sandboxes and containers: made, started, stopped, removed, as a CRI runtime does it for a kubelet.

import { draws } from '../../time/chance.ts';
import type { TaskData } from '../../time/loop.ts';
import { type DurationMs, durationMs } from '../../time/units.ts';
import { containerCapabilities } from '../capabilities.ts';
import { type CgroupLimits, newCgroup, setLimits } from '../cgroups.ts';
import { type Kernel, MACHINE } from '../context.ts';
import { createFileSystem, destroyFileSystem } from '../files/filesystem.ts';
import { kernelWalker } from '../files/tree.ts';
import type { Image } from '../images/format.ts';
import { destroyNetwork, newNetwork } from '../net/sockets.ts';
import { frozenEnv, newPids } from '../processes.ts';
import { parseSignal } from '../signals.ts';
import type { Host, Process } from '../state.ts';
import { openLog } from '../streams/log.ts';
import { dropChannel, endSink, type Sink } from '../streams/outside.ts';
import { newTty } from '../streams/tty.ts';
import type { GraceTask } from './endings.ts';
import { type Identity, identityOf, type UserSpec } from './identity.ts';
import type { Container, Sandbox } from './model.ts';
import { MountError, type MountSpec, mountSpec, mountUsual, rootMount, unmountAll } from './mounting.ts';
import { filesOf, makeFolders, parentPath } from './walk.ts';

export interface NewSandbox {
  readonly host: Host;
  readonly hostname: string;
  /** Its own unless it is of the host's network. */
  readonly addresses: readonly string[];
  readonly hostNetwork?: boolean;
  readonly hostPid?: boolean;
  readonly shareProcessNamespace?: boolean;
  /** `/kubepods/pod<uid>` */
  readonly cgroupPath: string;
  readonly limits?: CgroupLimits;
  /** By dotted name. */
  readonly sysctls?: ReadonlyMap<string, string>;
  readonly labels?: TaskData;
}

export function createSandbox(kernel: Kernel, options: NewSandbox): Sandbox {
  const { host, hostNetwork = false, hostname, addresses, sysctls } = options;
  const id = newId(kernel, 'sandbox', host);
  const network = hostNetwork ? host.network : newNetwork(kernel, host.name, id);
  if (!hostNetwork) {
    network.addresses = Object.freeze([...addresses]);
    for (const [name, value] of sysctls ?? []) network.sysctls.set(name, value);
  }
  const ownPids = options.shareProcessNamespace === true ? newPids(kernel, host) : undefined;
  const sandbox: Sandbox = {
    id,
    host,
    network,
    hostNetwork,
    hostname: hostNetwork ? host.hostname : { name: hostname },
    cgroup: newCgroup(options.cgroupPath, host.cgroup, options.limits ?? {}),
    pids: options.hostPid === true ? host.pids : ownPids,
    createdAt: kernel.now(),
    labels: options.labels,
    ready: true,
  };
  kernel.state.sandboxes.set(id, sandbox);
  return sandbox;
}

/** 64 hexadecimal digits, as containerd names things. */
function newId(kernel: Kernel, kind: string, host: Host): string {
  const stream = draws(kernel.state.seed, kind, host.name, String(kernel.nextNumber()));
  return Array.from({ length: 8 }, (_, i) => stream.bits(i).toString(16).padStart(8, '0')).join('');
}

/** What still runs in it is killed, and its network is taken apart. What has ended can still be looked at. */
export function stopSandbox(kernel: Kernel, sandbox: Sandbox): void {
  sandbox.ready = false;
  for (const container of [...kernel.state.containers.values()]) {
    if (container.sandbox === sandbox) killContainer(kernel, container);
  }
  if (!sandbox.hostNetwork && kernel.state.networks.has(sandbox.network.number))
    destroyNetwork(kernel, sandbox.network);
}

/** All of its containers go first. */
export function removeSandbox(kernel: Kernel, sandbox: Sandbox): void {
  for (const container of [...kernel.state.containers.values()]) {
    if (container.sandbox === sandbox) removeContainer(kernel, container);
  }
  stopSandbox(kernel, sandbox);
  kernel.state.sandboxes.delete(sandbox.id);
}

export interface NewContainer {
  readonly sandbox: Sandbox;
  readonly name: string;
  readonly image: Image;
  readonly imageName: string;
  /** In place of the image's entrypoint, and of its command. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: ReadonlyMap<string, string>;
  readonly workdir?: string;
  readonly user?: UserSpec;
  readonly privileged?: boolean;
  readonly addCapabilities?: readonly string[];
  readonly dropCapabilities?: readonly string[];
  readonly readOnlyRoot?: boolean;
  /** A seccomp profile: the runtime's own, or a file of the node. */
  readonly seccomp?: { readonly file?: string };
  readonly noNewPrivileges?: boolean;
  readonly mounts?: readonly MountSpec[];
  readonly limits?: CgroupLimits;
  readonly oomScoreAdj?: number;
  readonly tty?: boolean;
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly stopSignal?: string;
  /** On the node: `/var/log/pods/ns_name_uid/main/0.log`. */
  readonly logPath?: string;
  readonly rotateBytes?: number;
  readonly rotateFiles?: number;
  /** The container whose processes it joins, for `kubectl debug --target`. */
  readonly target?: Container;
  readonly labels?: TaskData;
}

export type Created =
  | { readonly ok: true; readonly container: Container }
  | { readonly ok: false; readonly message: string };

/** Makes a container, without starting it. The message is what containerd says when it can't. */
export function createContainer(kernel: Kernel, options: NewContainer): Created {
  const { sandbox, image } = options;
  const { host } = sandbox;
  const fs = createFileSystem(kernel, { type: 'overlay', source: 'overlay', lower: image.digest, pool: host.disk });
  const root = rootMount(kernel, fs, options.readOnlyRoot === true);
  const identity = identityOf(
    kernel,
    kernelWalker({ mount: root, inode: root.root }),
    image.config,
    options.user ?? {},
  );
  if ('message' in identity) return { ok: false, message: identity.message };
  const profile = options.seccomp?.file;
  if (profile !== undefined && !filesOf(kernel, host.root).exists(profile))
    return { ok: false, message: noProfile(profile) };
  const container = assemble(kernel, options, { fs, root, identity });
  kernel.state.containers.set(container.id, container);
  const stored = host.images.images.get(image.digest);
  if (stored !== undefined) stored.usedAt = kernel.now();
  return { ok: true, container };
}

function noProfile(path: string): string {
  return `failed to create containerd container: cannot load seccomp profile "${path}": open ${path}: no such file or directory`;
}

function assemble(
  kernel: Kernel,
  options: NewContainer,
  { fs, root, identity }: Pick<Container, 'fs' | 'root'> & { readonly identity: Identity },
): Container {
  const { sandbox, name, image, stdin } = options;
  const { host } = sandbox;
  const id = newId(kernel, 'container', host);
  const { config } = image;
  const sink: Sink = { log: logOf(kernel, options), attached: [] };
  const capabilities = containerCapabilities(
    options.addCapabilities ?? [],
    options.dropCapabilities ?? [],
    options.privileged === true,
  );
  return {
    id,
    sandbox,
    name,
    image: image.digest,
    imageName: options.imageName,
    fs,
    root,
    pids: options.target?.pids ?? sandbox.pids ?? newPids(kernel, host),
    cgroup: newCgroup(`${sandbox.cgroup.path}/${id}`, sandbox.cgroup, options.limits ?? {}),
    credentials: identity.credentials(capabilities),
    argv: argvOf(image, options),
    env: environmentOf(image, options, identity, sandbox.hostname.name),
    workdir: options.workdir ?? (config.workdir === '' ? '/' : config.workdir),
    stopSignal: parseSignal(options.stopSignal ?? config.stopSignal) ?? 'SIGTERM',
    oomScoreAdj: options.oomScoreAdj ?? 0,
    confinement: { filtered: options.seccomp !== undefined, noNewPrivileges: options.noNewPrivileges === true },
    mounts: options.mounts ?? [],
    sink,
    tty: options.tty === true ? newTty(kernel, 'pts/0', { columns: 80, rows: 24 }, sink) : undefined,
    stdin: stdin === true ? { channel: kernel.channels.create(), once: options.stdinOnce === true } : undefined,
    logPath: options.logPath,
    createdAt: kernel.now(),
    labels: options.labels,
    state: 'created',
    init: 0,
    startedAt: undefined,
    finishedAt: undefined,
    exitCode: 0,
    reason: '',
    message: '',
    killer: undefined,
  };
}

function logOf(kernel: Kernel, { sandbox, logPath, rotateBytes, rotateFiles }: NewContainer): Sink['log'] {
  if (logPath === undefined) return undefined;
  const { root } = sandbox.host;
  const folder = makeFolders(kernel, kernelWalker({ mount: root, inode: root.root }), parentPath(logPath));
  return openLog(kernel, folder, logPath.slice(logPath.lastIndexOf('/') + 1), {
    ...(rotateBytes === undefined ? {} : { rotateBytes }),
    ...(rotateFiles === undefined ? {} : { rotateFiles }),
  });
}

/** A command of its own makes a container forget the image's arguments. */
function argvOf({ config }: Image, { command, args }: NewContainer): readonly string[] {
  const entrypoint = command !== undefined && command.length > 0 ? command : config.entrypoint;
  const own = args !== undefined && args.length > 0;
  return Object.freeze([...entrypoint, ...(own ? args : entrypoint === config.entrypoint ? config.cmd : [])]);
}

function environmentOf(
  { config }: Image,
  { env, tty }: NewContainer,
  { home }: Identity,
  hostname: string,
): ReadonlyMap<string, string> {
  const all = new Map(config.env);
  all.set('HOSTNAME', hostname);
  if (tty === true) all.set('TERM', 'xterm');
  for (const [name, value] of env ?? []) all.set(name, value);
  if (!all.has('HOME')) all.set('HOME', home);
  return frozenEnv(all);
}

/** A mount below another one comes after it, in whichever order they are listed. */
function shallowFirst(mounts: readonly MountSpec[]): readonly MountSpec[] {
  const depth = ({ target }: MountSpec): number => target.split('/').filter((part) => part !== '').length;
  return [...mounts].sort((a, b) => depth(a) - depth(b));
}

/** Mounts everything; what is wrong is known only when the container starts. */
export function mountContainer(kernel: Kernel, container: Container): string | undefined {
  const { root, sandbox, pids, mounts, cgroup } = container;
  mountUsual(kernel, root, pids, cgroup);
  try {
    for (const spec of shallowFirst(mounts)) mountSpec(kernel, root, sandbox.host, spec);
    return undefined;
  } catch (error) {
    if (error instanceof MountError) return error.message;
    throw error;
  }
}

/** Asks its first process to end, and kills it when it hasn't by the end of the grace period. */
export function stopContainer(kernel: Kernel, container: Container, grace: DurationMs): void {
  const process = kernel.state.processes.get(container.init);
  if (container.state !== 'running' || process === undefined) return;
  if (grace <= 0) {
    killContainer(kernel, container);
    return;
  }
  kernel.signal(process, container.stopSignal, true);
  kernel.loop.cancel(container.killer);
  if (kernel.state.processes.get(container.init)?.ending !== undefined || isExited(container)) return;
  const what: GraceTask = { kind: 'grace', container: container.id };
  container.killer = kernel.loop.wake({ actor: MACHINE, what }, durationMs(grace));
}

function isExited({ state }: Container): boolean {
  return state === 'exited';
}

export function killContainer(kernel: Kernel, container: Container): void {
  const process = kernel.state.processes.get(container.init);
  if (process !== undefined) kernel.signal(process, 'SIGKILL', true);
}

/** A running one is killed first. Its layer and its processes are gone afterwards; its log stays. */
export function removeContainer(kernel: Kernel, container: Container): void {
  killContainer(kernel, container);
  kernel.loop.cancel(container.killer);
  for (const process of membersOf(kernel, container)) kernel.signal(process, 'SIGKILL', true);
  if (container.state === 'created') endSink(kernel, container.sink);
  if (container.stdin !== undefined) dropChannel(kernel, container.stdin.channel);
  if (container.tty !== undefined) kernel.state.ttys.delete(container.tty.number);
  unmountAll(kernel, container.root);
  destroyFileSystem(kernel, container.fs);
  kernel.state.containers.delete(container.id);
}

export function membersOf(kernel: Kernel, container: Container): readonly Process[] {
  return [...kernel.state.processes.values()].filter((process) => process.container === container.id);
}

/** In place, for a running container too: over a lower memory limit somebody is killed. */
export function resizeContainer(kernel: Kernel, container: Container, limits: CgroupLimits): void {
  setLimits(container.cgroup, limits);
  kernel.chargeMemory(container.cgroup, 0);
}
