// Starting a container's first process, and what runc says when that can't be done.

import { timeMs } from '../../time/units.ts';
import { bytesOf } from '../bytes.ts';
import type { Kernel } from '../context.ts';
import { errorText } from '../errors.ts';
import { type Executable, findExecutable, loadExecutable } from '../executables.ts';
import { folderAt } from '../files/calls.ts';
import type { Place } from '../files/mount.ts';
import type { OpenFile } from '../files/open.ts';
import { type KernelWalker, kernelWalker } from '../files/tree.ts';
import { clockNow, createProcess, mayCreateProcess } from '../processes.ts';
import type { Job, Process } from '../state.ts';
import { emit, newSource, type Sink } from '../streams/outside.ts';
import { controlTty, type Tty } from '../streams/tty.ts';
import { type Fd, SysError } from '../sys.ts';
import { mountContainer } from './containers.ts';
import { finishContainer } from './endings.ts';
import type { Container } from './model.ts';
import { makeFolders } from './walk.ts';

export type Started = { readonly ok: true } | { readonly ok: false; readonly message: string };

const START_FAILED =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';
/** What a shell-less exec of something that can't be run leaves behind. */
const CANNOT_RUN = 255;
const START_ERROR = 128;
/** What a full table of processes does to runc. */
export const NO_PROCESS = 'fork/exec /proc/self/exe: resource temporarily unavailable';

/**
 * Starts a container. When it can't be started it has exited with 128 and the reason StartError, as kubelet reports it,
 * and the message says why.
 */
export function startContainer(kernel: Kernel, container: Container): Started {
  const walker = containerWalker(container);
  const wrong = mountContainer(kernel, container);
  if (wrong !== undefined) return refuse(kernel, container, `error during container init: ${wrong}`);
  const begun = begin(kernel, container, walker);
  if (begun.kind === 'refused') return refuse(kernel, container, begun.message);
  container.startedAt = kernel.now();
  container.state = 'running';
  if (begun.kind === 'running') container.init = begun.process.id;
  else {
    emit(kernel, container.sink, 'stderr', bytesOf(`${begun.message}\n`));
    finishContainer(kernel, container, CANNOT_RUN, 'Error', '');
  }
  return { ok: true };
}

function refuse(kernel: Kernel, container: Container, why: string): Started {
  const message = START_FAILED + why;
  container.startedAt = timeMs(0);
  finishContainer(kernel, container, START_ERROR, 'StartError', message);
  return { ok: false, message };
}

export function containerWalker({ root, credentials }: Container): KernelWalker {
  return { ...kernelWalker({ mount: root, inode: root.root }), credentials };
}

type Begun =
  | { readonly kind: 'running'; readonly process: Process }
  | { readonly kind: 'refused' | 'cannot-run'; readonly message: string };

function begin(kernel: Kernel, container: Container, walker: KernelWalker): Begun {
  const cwd = workdirOf(kernel, container, container.workdir);
  if (typeof cwd === 'string') return { kind: 'refused', message: cwd };
  const found = locate(kernel, { ...walker, cwd: cwd.place }, container.argv, container.env.get('PATH'));
  if (found.kind !== 'executable') return found;
  if (!mayCreateProcess(kernel, container.sandbox.host, container.cgroup))
    return { kind: 'refused', message: NO_PROCESS };
  const stdin = stdinOf(container);
  const fds = descriptors(container.sink, container.tty, stdin);
  const job: Job = { kind: 'container', container: container.id };
  return {
    kind: 'running',
    process: launch(kernel, container, { executable: found.executable, cwd, fds, job, tty: container.tty }),
  };
}

/** The folder is made when it isn't there, as runc does; the message says what stands in the way. */
export function workdirOf(
  kernel: Kernel,
  { root }: Container,
  path: string,
): { readonly place: Place; readonly path: string } | string {
  const walker = kernelWalker({ mount: root, inode: root.root });
  try {
    if (!root.readOnly) makeFolders(kernel, walker, path);
    return folderAt(kernel, walker, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.code === 'ENOTDIR') return `error during container init: mkdir ${path}: not a directory`;
    return `error during container init: chdir to cwd ("${path}") set in config.json failed: ${errorText(error.code).toLowerCase()}`;
  }
}

type Located = { readonly kind: 'executable'; readonly executable: Executable } | Extract<Begun, { message: string }>;

/** Finds what is to be run. `refused` with runc's text; `cannot-run` for what is found but isn't a program. */
export function locate(
  kernel: Kernel,
  walker: KernelWalker,
  argv: readonly string[],
  path: string | undefined,
): Located {
  const [command = ''] = argv;
  let file: string;
  try {
    file = findExecutable(kernel, walker, command, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { kind: 'refused', message: `exec: ${JSON.stringify(command)}: ${whyNotFound(command, error)}` };
  }
  try {
    return { kind: 'executable', executable: loadExecutable(kernel, walker, file, argv) };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { kind: 'cannot-run', message: `exec ${file}: ${errorText(error.code).toLowerCase()}` };
  }
}

function whyNotFound(command: string, { code }: SysError): string {
  if (!command.includes('/')) return 'executable file not found in $PATH';
  if (code === 'EACCES') return 'permission denied';
  return `stat ${command}: ${errorText(code).toLowerCase()}`;
}

function stdinOf({ stdin, tty }: Container): OpenFile {
  if (stdin === undefined || tty !== undefined) return nullDevice();
  return { kind: 'source', refs: 0, source: newSource(stdin.channel) };
}

export function nullDevice(): OpenFile {
  return { kind: 'device', refs: 0, device: 'null', place: undefined };
}

/** The standard streams: of a terminal, or three of their own. */
export function descriptors(sink: Sink, tty: Tty | undefined, stdin: OpenFile): ReadonlyMap<Fd, OpenFile> {
  if (tty !== undefined) {
    const file: OpenFile = { kind: 'tty', refs: 0, tty };
    return new Map([0, 1, 2].map((fd) => [fd, file]));
  }
  return new Map<Fd, OpenFile>([
    [0, stdin],
    [1, { kind: 'sink', refs: 0, sink, stream: 'stdout' }],
    [2, { kind: 'sink', refs: 0, sink, stream: 'stderr' }],
  ]);
}

/** What a process begins with. */
interface Start {
  readonly executable: Executable;
  readonly cwd: { readonly place: Place; readonly path: string };
  readonly fds: ReadonlyMap<Fd, OpenFile>;
  readonly job: Job;
  readonly tty: Tty | undefined;
  /** The container's own unless given. */
  readonly env?: ReadonlyMap<string, string>;
}

/** A process of a container that nobody inside has started. */
export function launch(kernel: Kernel, container: Container, start: Start): Process {
  const { executable, cwd, fds, job, tty, env = container.env } = start;
  const { sandbox, pids, root, credentials, cgroup, oomScoreAdj } = container;
  const process = createProcess(kernel, {
    host: sandbox.host,
    pids,
    parent: undefined,
    container: container.id,
    executable,
    env,
    root: { mount: root, inode: root.root },
    cwd,
    credentials,
    umask: 0o022,
    fds,
    network: sandbox.network,
    cgroup,
    hostname: sandbox.hostname,
    job,
    clock: clockNow(kernel),
    oomScoreAdj,
  });
  if (tty !== undefined) controlTty(tty, process);
  return process;
}
