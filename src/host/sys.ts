// The real machine as programs of the sandbox see it: what `k8s-learn kubectl` runs on. What kubectl has no use for is refused.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import {
  type Blocking,
  type Fd,
  type FileStat,
  type FileType,
  type OpenFlags,
  type SignalName,
  type SpawnOptions,
  type Sys,
  SysError,
  type WaitStatus,
} from '../../sandbox/machine/sys.ts';
import { durationMs, timeMs } from '../../sandbox/time/units.ts';
import {
  createDescriptors,
  type Descriptor,
  type Descriptors,
  fileDescriptor,
  inputDescriptor,
} from './descriptors.ts';
import { waitFor } from './drive.ts';
import { hostCall } from './errors.ts';
import type { HostHttp } from './http.ts';

const READ_LIMIT = 65_536;

export interface HostSys {
  readonly sys: Sys;
  /** Ends what would keep the process alive. */
  close(): void;
}

/** `argv[0]` is the program's name; `standard` are its first three descriptors, this process's own unless given. */
export function createHostSys(argv: readonly string[], standard?: readonly Descriptor[]): HostSys {
  const descriptors = createDescriptors(
    standard ?? [inputDescriptor(), fileDescriptor(1, false), fileDescriptor(2, false)],
  );
  // Node's network takes longer to load than a command that asks nobody to run.
  let asked: Promise<HostHttp> | undefined;
  const http = (): Promise<HostHttp> => {
    asked ??= import('./http.ts').then(({ createHttp }) => createHttp(descriptors));
    return asked;
  };
  const children = createChildren((fd) => descriptors.get(fd).hostFd);
  const caught: SignalName[] = [];
  const sys = refusingOthers({
    pid: process.pid,
    ppid: process.ppid,
    argv,
    env: new Map(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    groups: [],
    group: () => process.pid,
    cpuTimes: () => {
      const { user, system } = process.cpuUsage();
      return [durationMs(user / 1000), durationMs(system / 1000)];
    },
    hostname,
    now: () => timeMs(Date.now()),
    random: (limit) => randomInt(limit),
    save: () => {},
    ...fileCalls(),
    *open(path, flags) {
      const fd = hostCall(() => fs.openSync(path, openMode(flags), flags.mode ?? 0o666));
      return descriptors.add(fileDescriptor(fd, true));
    },
    close: (fd) => hostCall(() => descriptors.close(fd)),
    *read(fd, limit = READ_LIMIT) {
      return yield* waitFor(() => descriptors.get(fd).read(limit));
    },
    *write(fd, data) {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      const descriptor = descriptors.get(fd);
      yield* waitFor(async () => descriptor.write(bytes));
    },
    *poll(fds, timeout) {
      return yield* waitFor(() => pollAll(descriptors, fds, timeout));
    },
    isatty: (fd) => {
      const { hostFd } = descriptors.get(fd);
      return hostFd !== undefined && isatty(hostFd);
    },
    ttySize: (fd) => terminalSize(descriptors.get(fd).hostFd),
    setRaw: (fd, raw) => {
      if (fd === 0 && process.stdin.isTTY) process.stdin.setRawMode(raw);
    },
    *sleep(duration) {
      yield* waitFor(() => new Promise((resolve) => setTimeout(resolve, duration)));
    },
    *spend() {},
    *claim() {},
    spawn: (command, options) => children.spawn(command, options),
    wait: (pid) => children.wait(pid),
    kill: (pid, signal) => {
      hostCall(() => process.kill(pid, signal));
    },
    onSignal: (signal, action) => {
      process.removeAllListeners(signal);
      if (action === 'catch') process.on(signal, () => caught.push(signal));
      if (action === 'ignore') process.on(signal, () => {});
    },
    caught: () => caught.splice(0),
    *http(request) {
      return yield* waitFor(async () => (await http()).request(request));
    },
    *webSocket(request, protocols) {
      return yield* waitFor(async () => (await http()).webSocket(request, protocols));
    },
  });
  return { sys, close: () => void asked?.then((opened) => opened.close()) };
}

/** Those that can be read, as soon as one can. */
async function pollAll(descriptors: Descriptors, fds: readonly Fd[], timeout?: number): Promise<readonly Fd[]> {
  const ready: Fd[] = [];
  const watched = fds.map(async (fd) => {
    await descriptors.get(fd).readable?.();
    ready.push(fd);
  });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    if (timeout !== undefined) timer = setTimeout(resolve, timeout);
  });
  await Promise.race([...watched, limit]);
  clearTimeout(timer);
  return [...ready];
}

function openMode({ read, write, append, create, truncate, exclusive }: OpenFlags): number {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_CREAT, O_TRUNC, O_EXCL } = fs.constants;
  const access = write || append ? (read ? O_RDWR : O_WRONLY) : O_RDONLY;
  return (
    access | (append ? O_APPEND : 0) | (create ? O_CREAT : 0) | (truncate ? O_TRUNC : 0) | (exclusive ? O_EXCL : 0)
  );
}

function terminalSize(hostFd: number | undefined): ReturnType<Sys['ttySize']> {
  const stream = [process.stdin, process.stdout, process.stderr][hostFd ?? -1];
  if (stream === undefined || !('columns' in stream) || !stream.isTTY) return undefined;
  return { columns: stream.columns, rows: stream.rows };
}

function fileCalls(): Partial<Sys> {
  return {
    cwd: () => process.cwd(),
    chdir: (path) => hostCall(() => process.chdir(path)),
    stat: (path) => statOf(hostCall(() => fs.statSync(path))),
    lstat: (path) => statOf(hostCall(() => fs.lstatSync(path))),
    readdir: (path) => hostCall(() => fs.readdirSync(path).sort()),
    mkdir: (path, mode = 0o777) => {
      hostCall(() => fs.mkdirSync(path, mode));
    },
    rmdir: (path) => hostCall(() => fs.rmdirSync(path)),
    unlink: (path) => hostCall(() => fs.unlinkSync(path)),
    rename: (from, to) => hostCall(() => fs.renameSync(from, to)),
    link: (existing, path) => hostCall(() => fs.linkSync(existing, path)),
    symlink: (target, path) => hostCall(() => fs.symlinkSync(target, path)),
    readlink: (path) => hostCall(() => fs.readlinkSync(path)),
    chmod: (path, mode) => hostCall(() => fs.chmodSync(path, mode)),
    utimes: (path, modified) => hostCall(() => fs.utimesSync(path, modified / 1000, modified / 1000)),
    truncate: (path, size) => hostCall(() => fs.truncateSync(path, size)),
    access: (path, want) => {
      try {
        fs.accessSync(path, want);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function statOf(stats: fs.Stats): FileStat {
  return {
    type: typeOf(stats),
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    modified: timeMs(stats.mtimeMs),
    inode: stats.ino,
    links: stats.nlink,
    device: String(stats.dev),
  };
}

function typeOf(stats: fs.Stats): FileType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  return stats.isSocket() ? 'socket' : 'device';
}

interface Children {
  spawn(argv: readonly string[], options?: SpawnOptions): number;
  wait(pid: number | undefined): Blocking<WaitStatus | undefined>;
}

function createChildren(hostFd: (fd: number) => number | undefined): Children {
  const running = new Map<number, Promise<WaitStatus>>();
  return {
    spawn([command = '', ...args], options = {}) {
      const stdio = [0, 1, 2].map((fd) => hostFd(options.fds?.get(fd) ?? fd) ?? ('ignore' as const));
      const child = spawn(options.path ?? command, args, {
        stdio,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: Object.fromEntries(options.env) }),
      });
      const { pid } = child;
      if (pid === undefined) {
        child.on('error', () => {});
        throw new SysError('ENOENT');
      }
      running.set(pid, endOf(child, pid));
      return pid;
    },
    *wait(pid) {
      const ends = pid === undefined ? [...running.values()] : [running.get(pid)];
      const ended = yield* waitFor(() => Promise.race(ends));
      if (ended !== undefined) running.delete(ended.pid);
      return ended;
    },
  };
}

function endOf(child: ChildProcess, pid: number): Promise<WaitStatus> {
  return new Promise((resolve) => {
    child.on('exit', (status, signal) => {
      if (signal === null) resolve({ kind: 'exited', pid, status: status ?? 0 });
      // Node's names of signals are the machine's.
      else resolve({ kind: 'killed', pid, signal: signal as SignalName });
    });
  });
}

/** Calls that no program which runs here makes are refused. */
function refusingOthers(given: Partial<Sys>): Sys {
  const refuse = (): never => {
    throw new SysError('ENOSYS');
  };
  // Every call that isn't given is a function, so the proxy has all that Sys has.
  return new Proxy(given, { get: (calls, name) => Reflect.get(calls, name) ?? refuse }) as Sys;
}
