// Doors into what runs: exec, attach, terminals of any size, and a shell on a host.

import type { ChannelId } from '../../time/channel.ts';
import type { TaskData } from '../../time/loop.ts';
import { ALL_CAPABILITIES } from '../capabilities.ts';
import type { Kernel } from '../context.ts';
import { folderAt } from '../files/calls.ts';
import { kernelWalker } from '../files/tree.ts';
import { clockNow, createProcess, frozenEnv, mayCreateProcess } from '../processes.ts';
import type { Host } from '../state.ts';
import { dropChannel, newSource, type Sink } from '../streams/outside.ts';
import { controlTty, enterLine, hangUpTty, newTty, resizeTty, type Tty, typeTty } from '../streams/tty.ts';
import { type Bytes, type SignalName, SysError, type TtySize } from '../sys.ts';
import { newCredentials } from '../users.ts';
import type { Container, Exec } from './model.ts';
import { containerWalker, descriptors, launch, locate, NO_PROCESS, nullDevice, workdirOf } from './starting.ts';

export interface ExecRequest {
  readonly argv: readonly string[];
  readonly tty?: boolean;
  readonly size?: TtySize;
  readonly stdin?: boolean;
  /**
   * Output and errors in two channels; or joined in one, in the order in which they were written, as a terminal does
   * anyway; or marked there, each chunk a `Written`.
   */
  readonly streams?: 'apart' | 'joined' | 'marked';
  readonly env?: ReadonlyMap<string, string>;
  /** Who is told when it has ended. */
  readonly actor?: string;
  readonly key?: TaskData;
}

/** The streams of a command: channels of bytes, closed when it has ended. */
export type ExecStarted =
  | { readonly ok: true; readonly exec: number; readonly stdout: ChannelId; readonly stderr: ChannelId | undefined }
  | { readonly ok: false; readonly message: string };

const EXEC_FAILED = 'OCI runtime exec failed: exec failed: unable to start container process: ';
const DEFAULT_SIZE: TtySize = { columns: 80, rows: 24 };

/** Runs a command in a running container. */
export function execInContainer(kernel: Kernel, container: Container, request: ExecRequest): ExecStarted {
  if (container.state !== 'running') return { ok: false, message: 'container not running' };
  const cwd = workdirOf(kernel, container, container.workdir);
  if (typeof cwd === 'string') return { ok: false, message: EXEC_FAILED + cwd };
  const walker = { ...containerWalker(container), cwd: cwd.place };
  const env =
    request.env ?? (request.tty === true ? frozenEnv(new Map(container.env).set('TERM', 'xterm')) : container.env);
  const found = locate(kernel, walker, request.argv, env.get('PATH'));
  if (found.kind !== 'executable') return { ok: false, message: EXEC_FAILED + found.message };
  if (!mayCreateProcess(kernel, container.sandbox.host, container.cgroup)) {
    return { ok: false, message: EXEC_FAILED + NO_PROCESS };
  }
  const streams = openStreams(kernel, request, 'pts/1');
  const exec = newExec(kernel, container.id, request, streams);
  const fds = descriptors(streams.sink, streams.tty, stdinFile(streams));
  const job = { kind: 'exec', exec: exec.number } as const;
  exec.process = launch(kernel, container, { executable: found.executable, cwd, fds, job, tty: streams.tty, env }).id;
  return { ok: true, exec: exec.number, stdout: streams.stdout, stderr: streams.stderr };
}

export interface HostCommand extends ExecRequest {
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
}

/** Runs a command on a host: the shell of the workstation, or what a node runs of its own. */
export function execOnHost(kernel: Kernel, host: Host, request: HostCommand): ExecStarted {
  const { argv, cwd = '/', uid = 0, gid = 0, groups = [], env = new Map() } = request;
  const walker = kernelWalker({ mount: host.root, inode: host.root.root });
  const found = locate(kernel, walker, argv, env.get('PATH'));
  if (found.kind !== 'executable') return { ok: false, message: found.message };
  if (!mayCreateProcess(kernel, host, host.cgroup)) return { ok: false, message: NO_PROCESS };
  const streams = openStreams(kernel, request, 'pts/0');
  const exec = newExec(kernel, undefined, request, streams);
  const process = createProcess(kernel, {
    host,
    pids: host.pids,
    parent: undefined,
    container: undefined,
    executable: found.executable,
    env: frozenEnv(env),
    root: walker.root,
    cwd: folderAt(kernel, walker, cwd),
    credentials: newCredentials(uid, gid, groups, ALL_CAPABILITIES),
    umask: 0o022,
    fds: descriptors(streams.sink, streams.tty, stdinFile(streams)),
    network: host.network,
    cgroup: host.cgroup,
    hostname: host.hostname,
    job: { kind: 'exec', exec: exec.number },
    clock: clockNow(kernel),
  });
  exec.process = process.id;
  if (streams.tty !== undefined) controlTty(streams.tty, process);
  return { ok: true, exec: exec.number, stdout: streams.stdout, stderr: streams.stderr };
}

interface Streams {
  readonly sink: Sink;
  readonly tty: Tty | undefined;
  readonly stdin: ChannelId | undefined;
  readonly stdout: ChannelId;
  readonly stderr: ChannelId | undefined;
}

function openStreams(
  kernel: Kernel,
  { tty = false, stdin, size, streams = 'apart' }: ExecRequest,
  name: string,
): Streams {
  const stdout = kernel.channels.create();
  const stderr = tty || streams !== 'apart' ? undefined : kernel.channels.create();
  const marked = streams === 'marked' ? ({ marked: true } as const) : {};
  const sink: Sink = {
    log: undefined,
    attached: [
      { channel: stdout, stream: 'stdout', ...marked },
      { channel: stderr ?? stdout, stream: 'stderr', ...marked },
    ],
  };
  return {
    sink,
    tty: tty ? newTty(kernel, name, size ?? DEFAULT_SIZE, sink) : undefined,
    stdin: stdin === true && !tty ? kernel.channels.create() : undefined,
    stdout,
    stderr,
  };
}

function stdinFile({ stdin }: Streams): ReturnType<typeof nullDevice> {
  return stdin === undefined ? nullDevice() : { kind: 'source', refs: 0, source: newSource(stdin) };
}

function newExec(kernel: Kernel, container: string | undefined, { actor, key }: ExecRequest, streams: Streams): Exec {
  const { sink, tty, stdin } = streams;
  const exec: Exec = {
    number: kernel.nextNumber(),
    container,
    process: 0,
    sink,
    tty,
    stdin,
    actor,
    key,
    waiter: 0,
  };
  kernel.state.execs.set(exec.number, exec);
  return exec;
}

/** Hands bytes to a command's stdin or terminal. */
export function writeExec(kernel: Kernel, number: number, bytes: Bytes): void {
  const exec = kernel.state.execs.get(number);
  if (exec?.tty !== undefined) typeTty(kernel, exec.tty, bytes);
  else if (exec?.stdin !== undefined) kernel.channels.write(exec.stdin, bytes, bytes.length);
}

/** Hands a line to a command's terminal that was edited outside of it. */
export function enterExecLine(kernel: Kernel, number: number, line: string): void {
  const tty = kernel.state.execs.get(number)?.tty;
  if (tty !== undefined) enterLine(kernel, tty, line);
}

/** No more will come on stdin. */
export function closeExecStdin(kernel: Kernel, number: number): void {
  const stdin = kernel.state.execs.get(number)?.stdin;
  if (stdin !== undefined) kernel.channels.close(stdin);
}

export function resizeExec(kernel: Kernel, number: number, size: TtySize): void {
  const tty = kernel.state.execs.get(number)?.tty;
  if (tty !== undefined) resizeTty(kernel, tty, size);
}

/** Whoever started it has gone: a terminal hangs up; a command without one goes on, unheard. */
export function leaveExec(kernel: Kernel, number: number): void {
  const exec = kernel.state.execs.get(number);
  if (exec === undefined) return;
  if (exec.tty !== undefined) hangUpTty(kernel, exec.tty);
  closeExecStdin(kernel, number);
  for (const { channel } of exec.sink.attached.splice(0)) dropChannel(kernel, channel);
}

/** A signal to a command and to what it runs in its own group, as from the keyboard. */
export function signalExec(kernel: Kernel, number: number, signal: SignalName): void {
  const exec = kernel.state.execs.get(number);
  const process = exec && kernel.state.processes.get(exec.process);
  if (process !== undefined) kernel.signalGroup(process.pids, process.group, signal);
}

/** Ends a command, as a probe's timeout does. */
export function killExec(kernel: Kernel, number: number): void {
  const exec = kernel.state.execs.get(number);
  const process = exec && kernel.state.processes.get(exec.process);
  if (process !== undefined) kernel.signal(process, 'SIGKILL', true);
}

/** Listens to a running container; its terminal joins both streams in the first. ENOENT when it doesn't run. */
export function attach(
  kernel: Kernel,
  container: Container,
): { readonly stdout: ChannelId; readonly stderr: ChannelId | undefined } {
  if (container.state !== 'running') throw new SysError('ENOENT');
  const stdout = kernel.channels.create();
  container.sink.attached.push({ channel: stdout, stream: 'stdout' });
  if (container.tty !== undefined) return { stdout, stderr: undefined };
  const stderr = kernel.channels.create();
  container.sink.attached.push({ channel: stderr, stream: 'stderr' });
  return { stdout, stderr };
}

export function detach(kernel: Kernel, container: Container, channels: readonly ChannelId[]): void {
  const { attached } = container.sink;
  for (const channel of channels) {
    const at = attached.findIndex((target) => target.channel === channel);
    if (at >= 0) attached.splice(at, 1);
    dropChannel(kernel, channel);
  }
}

export function writeContainer(kernel: Kernel, { tty, stdin }: Container, bytes: Bytes): void {
  if (tty !== undefined) typeTty(kernel, tty, bytes);
  else if (stdin !== undefined) kernel.channels.write(stdin.channel, bytes, bytes.length);
}

/** The attached writer has ended its input: the container's goes on unless it was to be used once. */
export function closeContainerStdin(kernel: Kernel, { stdin, tty }: Container): void {
  if (stdin?.once === true && tty === undefined) kernel.channels.close(stdin.channel);
}

export function resizeContainerTty(kernel: Kernel, { tty }: Container, size: TtySize): void {
  if (tty !== undefined) resizeTty(kernel, tty, size);
}
