// The life of a process: how it begins, becomes another program, ends, and is waited for.

import { PENDING, type Pending } from './calls.ts';
import { type Cgroup, chargeMemory, chargePids, hasRoomForProcess, STEPS_PER_MS } from './cgroups.ts';
import { type Kernel, wakeAll } from './context.ts';
import { fileOf, releaseFile } from './descriptors.ts';
import { DEFAULT_PATH, type Executable, findExecutable, loadExecutable } from './executables.ts';
import { folderAt } from './files/calls.ts';
import type { Place } from './files/mount.ts';
import type { OpenFile } from './files/open.ts';
import type { NetworkNamespace } from './net/namespace.ts';
import { NOTHING, noEntries, ownEntries } from './nothing.ts';
import { forgetRecording, newRecording } from './recording.ts';
import type { Credentials, Ending, Host, Job, PidNamespace, Process } from './state.ts';
import { type Fd, type PlainData, type SignalName, type SpawnOptions, SysError, type WaitStatus } from './sys.ts';

/** Memory that any process takes before it claims more. */
export const BASE_MEMORY = 524_288;

export interface NewProcess {
  readonly host: Host;
  readonly pids: PidNamespace;
  readonly parent: Process | undefined;
  readonly container: string | undefined;
  readonly executable: Executable;
  readonly env: ReadonlyMap<string, string>;
  readonly root: Place;
  readonly cwd: { readonly place: Place; readonly path: string };
  readonly credentials: Credentials;
  readonly umask: number;
  readonly fds: ReadonlyMap<Fd, OpenFile>;
  readonly network: NetworkNamespace;
  readonly cgroup: Cgroup;
  readonly hostname: { name: string };
  readonly saved?: PlainData;
  readonly job?: Job;
  readonly clock: number;
  /** As in `SpawnOptions`; a process without a parent leads a session of its own. */
  readonly group?: number;
  readonly session?: boolean;
  readonly oomScoreAdj?: number;
}

export function newPids(kernel: Kernel, host: Host | undefined): PidNamespace {
  return { id: kernel.nextNumber(), host, next: 1, members: new Map(), init: 0 };
}

/** Whether the bounds of the room and of the host, and the limits of a group, allow one more process. */
export function mayCreateProcess(kernel: Kernel, host: Host, cgroup: Cgroup): boolean {
  const { bounds, state } = kernel;
  if (state.processes.size >= bounds.processes || host.pids.members.size >= bounds.processesPerHost) return false;
  return hasRoomForProcess(cgroup);
}

/** EAGAIN when a limit on processes is reached. */
export function createProcess(kernel: Kernel, options: NewProcess): Process {
  const { host, pids, parent, cgroup, fds } = options;
  if (!mayCreateProcess(kernel, host, cgroup)) throw new SysError('EAGAIN');
  const process = newProcess(kernel, options);
  chargePids(cgroup, 1);
  for (const file of fds.values()) file.refs++;
  for (const [signal, action] of parent?.actions ?? []) if (action === 'ignore') setAction(process, signal, action);
  if (parent !== undefined) parent.children = [...parent.children, process.id];
  kernel.state.processes.set(process.id, process);
  pids.members.set(process.pid, process.id);
  host.pids.members.set(process.hostPid, process.id);
  if (pids.init === 0 && pids !== host.pids) pids.init = process.id;
  kernel.chargeMemory(cgroup, BASE_MEMORY);
  kernel.wake(process.id);
  return process;
}

function newProcess(kernel: Kernel, options: NewProcess): Process {
  const { host, pids, parent, cgroup, executable, fds, env, cwd } = options;
  const pid = pids.next++;
  const hostPid = pids === host.pids ? pid : host.pids.next++;
  const leads = parent === undefined || options.session === true;
  const group = leads || options.group === 0 ? pid : (options.group ?? parent.group);
  return {
    id: kernel.nextNumber(),
    host,
    pid,
    pids,
    hostPid,
    parent: parent?.id ?? 0,
    children: NOTHING,
    group,
    session: leads ? pid : parent.session,
    tty: leads ? undefined : parent.tty,
    container: options.container,
    argv: Object.freeze([...executable.argv]),
    executable: executable.path,
    program: executable.program,
    environ: env,
    env,
    root: options.root,
    cwd: cwd.place,
    cwdPath: cwd.path,
    credentials: options.credentials,
    umask: options.umask,
    fds: new Map(fds),
    network: options.network,
    cgroup,
    hostname: options.hostname,
    call: undefined,
    saved: options.saved,
    recording: newRecording(),
    recorded: 0,
    recordedBytes: 0,
    draws: 0,
    actions: noEntries(),
    caught: NOTHING,
    interrupted: false,
    pending: NOTHING,
    stopped: undefined,
    stopUnreported: false,
    ending: undefined,
    queued: false,
    timer: undefined,
    clock: options.clock,
    debt: 0,
    steps: 0,
    childSteps: 0,
    memory: BASE_MEMORY,
    oomScoreAdj: options.oomScoreAdj ?? parent?.oomScoreAdj ?? 0,
    startedAt: kernel.now(),
    job: options.job,
  };
}

/** `sys.spawn`: the pid of the child. `env` is the caller's environment as it is now, `clock` the time it has reached. */
export function spawn(
  kernel: Kernel,
  parent: Process,
  argv: readonly string[],
  options: SpawnOptions,
  env: ReadonlyMap<string, string>,
  clock: number,
): number {
  const { forked } = options;
  const executable =
    forked === undefined
      ? locate(kernel, parent, argv, options, env)
      : { path: parent.executable, program: parent.program, argv: argv.length > 0 ? argv : parent.argv };
  const child = createProcess(kernel, {
    host: parent.host,
    pids: parent.pids,
    parent,
    container: parent.container,
    executable,
    env: options.env === undefined ? env : frozenEnv(options.env),
    root: parent.root,
    cwd: cwdFor(kernel, parent, options.cwd),
    credentials: parent.credentials,
    umask: parent.umask,
    fds: descriptorsFor(parent, options.fds),
    network: parent.network,
    cgroup: parent.cgroup,
    hostname: parent.hostname,
    clock,
    ...(forked === undefined ? {} : { saved: forked }),
    ...(options.group === undefined ? {} : { group: options.group }),
    ...(options.session === undefined ? {} : { session: options.session }),
  });
  return child.pid;
}

function locate(
  kernel: Kernel,
  process: Process,
  argv: readonly string[],
  options: SpawnOptions,
  env: ReadonlyMap<string, string>,
): Executable {
  const command = options.path ?? argv[0] ?? '';
  const path = findExecutable(kernel, process, command, (options.env ?? env).get('PATH') ?? DEFAULT_PATH);
  return loadExecutable(kernel, process, path, argv);
}

export function frozenEnv(env: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return Object.isFrozen(env) ? env : Object.freeze(new Map(env));
}

function cwdFor(kernel: Kernel, process: Process, cwd: string | undefined): NewProcess['cwd'] {
  if (cwd === undefined || cwd === process.cwdPath) return { place: process.cwd, path: process.cwdPath };
  return folderAt(kernel, process, cwd);
}

/** 0, 1 and 2 go on unless something else is given; a negative number stands for none. EBADF. */
function descriptorsFor(process: Process, given: ReadonlyMap<Fd, Fd> | undefined): Map<Fd, OpenFile> {
  const fds = new Map<Fd, OpenFile>();
  for (const fd of [0, 1, 2]) {
    const file = process.fds.get(fd);
    if (file !== undefined && given?.has(fd) !== true) fds.set(fd, file);
  }
  for (const [fd, own] of given ?? []) if (own >= 0) fds.set(fd, fileOf(process, own));
  return fds;
}

/** `sys.exec`: the process goes on as another program. */
export function replaceProgram(
  kernel: Kernel,
  process: Process,
  argv: readonly string[],
  options: SpawnOptions,
  env: ReadonlyMap<string, string>,
): void {
  const executable = locate(kernel, process, argv, options, env);
  const cwd = cwdFor(kernel, process, options.cwd);
  const fds = descriptorsFor(process, options.fds);
  for (const file of fds.values()) file.refs++;
  for (const file of process.fds.values()) releaseFile(kernel, file);
  process.fds = fds;
  process.argv = Object.freeze([...executable.argv]);
  process.executable = executable.path;
  process.program = executable.program;
  process.environ = options.env === undefined ? env : frozenEnv(options.env);
  process.env = process.environ;
  process.cwd = cwd.place;
  process.cwdPath = cwd.path;
  process.saved = undefined;
  forgetRecording(process);
  process.call = undefined;
  process.caught = NOTHING;
  process.interrupted = false;
  for (const [signal, action] of process.actions) if (action === 'catch') setAction(process, signal, 'default');
  setMemory(kernel, process, BASE_MEMORY);
}

/** `sys.onSignal`. */
export function setAction(process: Process, signal: SignalName, action: 'default' | 'ignore' | 'catch'): void {
  process.actions = ownEntries(process.actions);
  if (action === 'default') process.actions.delete(signal);
  else process.actions.set(signal, action);
}

export function setMemory(kernel: Kernel, process: Process, bytes: number): void {
  const growth = bytes - process.memory;
  process.memory = bytes;
  if (growth !== 0) kernel.chargeMemory(process.cgroup, growth);
}

/** The process is over: what it held is given back, and whoever should know is told. */
export function endProcess(kernel: Kernel, process: Process, ending: Ending): void {
  if (process.ending !== undefined) return;
  process.ending = ending;
  process.stopped = undefined;
  kernel.abandonCall(process);
  kernel.loop.cancel(process.timer);
  process.timer = undefined;
  for (const file of process.fds.values()) releaseFile(kernel, file);
  process.fds.clear();
  chargeMemory(process.cgroup, -process.memory);
  process.memory = 0;
  forgetRecording(process);
  process.saved = undefined;
  orphanChildren(kernel, process);
  if (process.pids.init === process.id) endNamespace(kernel, process);
  leaveTerminal(kernel, process);
  const parent = kernel.state.processes.get(process.parent);
  if (parent === undefined || parent.actions.get('SIGCHLD') === 'ignore') reap(kernel, process);
  else {
    kernel.signal(parent, 'SIGCHLD', false);
    if (parent.call?.call === 'wait') kernel.wake(parent.id);
  }
  kernel.ended(process);
}

/** Children go to the first process of the namespace; where there is none, nobody will ask for them. */
function orphanChildren(kernel: Kernel, process: Process): void {
  const { init } = process.pids;
  const adopter = init === process.id ? undefined : kernel.state.processes.get(init);
  const { children } = process;
  process.children = NOTHING;
  for (const id of children) {
    const child = kernel.state.processes.get(id);
    if (child === undefined) continue;
    child.parent = adopter?.id ?? 0;
    if (adopter !== undefined) {
      adopter.children = [...adopter.children, id];
      if (child.ending !== undefined) kernel.signal(adopter, 'SIGCHLD', false);
      if (child.ending !== undefined && adopter.call?.call === 'wait') kernel.wake(adopter.id);
    } else if (child.ending !== undefined) reap(kernel, child);
  }
}

/** With its first process a namespace ends. */
function endNamespace(kernel: Kernel, { pids }: Process): void {
  for (const id of [...pids.members.values()]) {
    const member = kernel.state.processes.get(id);
    if (member !== undefined) kernel.signal(member, 'SIGKILL', true);
  }
}

function leaveTerminal(kernel: Kernel, process: Process): void {
  const { tty, pid, pids, session } = process;
  process.tty = undefined;
  if (tty === undefined || session !== pid || tty.pids !== pids || tty.session !== pid) return;
  const { foreground } = tty;
  tty.session = 0;
  tty.foreground = 0;
  wakeAll(kernel, tty.waiters);
  kernel.signalGroup(pids, foreground, 'SIGHUP');
  kernel.signalGroup(pids, foreground, 'SIGCONT');
}

/** Takes a process that is over out of all tables. */
function reap(kernel: Kernel, process: Process): void {
  const { processes } = kernel.state;
  if (!processes.delete(process.id)) return;
  process.pids.members.delete(process.pid);
  process.host.pids.members.delete(process.hostPid);
  chargePids(process.cgroup, -1);
  const parent = processes.get(process.parent);
  if (parent !== undefined) parent.children = parent.children.filter((id) => id !== process.id);
}

/** `sys.wait`: ECHILD when there is no such child. */
export function waitForChild(
  kernel: Kernel,
  process: Process,
  { pid, noHang, stopped }: { readonly pid: number | undefined; readonly noHang: boolean; readonly stopped: boolean },
): WaitStatus | undefined | Pending {
  let any = false;
  for (const id of process.children) {
    const child = kernel.state.processes.get(id);
    if (child === undefined || !isWanted(process, child, pid)) continue;
    any = true;
    const status = statusOf(child, stopped);
    if (status === undefined) continue;
    if (child.ending !== undefined) {
      process.clock = Math.max(process.clock, child.clock);
      process.childSteps += child.steps + child.childSteps;
      reap(kernel, child);
    }
    return status;
  }
  if (!any) throw new SysError('ECHILD');
  return noHang ? undefined : PENDING;
}

/** As waitpid(2) has it: -1 any, 0 of the own group, below -1 of a group. */
function isWanted(process: Process, child: Process, pid: number | undefined): boolean {
  if (pid === undefined || pid === -1) return true;
  if (pid > 0) return child.pid === pid;
  return child.group === (pid === 0 ? process.group : -pid);
}

function statusOf(child: Process, stopped: boolean): WaitStatus | undefined {
  const { ending, pid } = child;
  if (ending?.kind === 'exited') return { kind: 'exited', pid, status: ending.status };
  if (ending?.kind === 'killed') return { kind: 'killed', pid, signal: ending.signal };
  if (!stopped || child.stopped === undefined || !child.stopUnreported) return undefined;
  child.stopUnreported = false;
  return { kind: 'stopped', pid, signal: child.stopped };
}

/** The CPU clock of something that begins now. */
export function clockNow(kernel: Kernel): number {
  return kernel.now() * STEPS_PER_MS;
}
