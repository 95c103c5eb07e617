// What a program is handed: the calls of `sys.ts`, each charged, recorded, and done by the part of the kernel that it
// belongs to. A program's handle is an object of two fields; the calls are shared by all, so that a process costs little.

import { after, type DurationMs, durationMs } from '../time/units.ts';
import { bytesOf } from './bytes.ts';
import { STEPS_PER_MS } from './cgroups.ts';
import type { Kernel } from './context.ts';
import { addDescriptor, closeDescriptor, fileOf, seekFile, statFile } from './descriptors.ts';
import * as files from './files/calls.ts';
import type { OpenFile } from './files/open.ts';
import { findPath } from './files/paths.ts';
import { type Handle, now, type Part, whenDone } from './handle.ts';
import { chanceOf, clockOf, currentEnv, environmentOf, type Live } from './live.ts';
import { NOTHING } from './nothing.ts';
import { setAction, spawn } from './processes.ts';
import { forgetRecording } from './recording.ts';
import { kill } from './signalling.ts';
import { isUnstoppable } from './signals.ts';
import type { Process } from './state.ts';
import { joinPipe, newPipe } from './streams/pipe.ts';
import { setTtyForeground, setTtyRaw, type Tty } from './streams/tty.ts';
import { type Fd, type FileStat, type Sys, SysError } from './sys.ts';
import { networkCalls } from './systemnet.ts';
import { setUser } from './users.ts';

const READ_LIMIT = 65_536;

type Identity =
  | 'pid'
  | 'ppid'
  | 'argv'
  | 'env'
  | 'uid'
  | 'gid'
  | 'groups'
  | 'group'
  | 'hostname'
  | 'now'
  | 'cpuTimes'
  | 'random'
  | 'save';

const identity: Part<Identity> = {
  get pid() {
    return this.live.process.pid;
  },
  get argv() {
    return this.live.process.argv;
  },
  get env() {
    return environmentOf(this.live);
  },
  get ppid() {
    return now(this, parentPid);
  },
  get uid() {
    return now(this, (_kernel, { credentials }) => credentials.uid);
  },
  get gid() {
    return now(this, (_kernel, { credentials }) => credentials.gid);
  },
  get groups() {
    return now(this, (_kernel, { credentials }) => credentials.groups);
  },
  group() {
    return now(this, (_kernel, process) => process.group);
  },
  hostname() {
    return now(this, (_kernel, process) => process.hostname.name);
  },
  now() {
    return now(this, (kernel) => kernel.now());
  },
  cpuTimes() {
    return now(this, () => Object.freeze([cpuTime(this.live), durationMs(0)] as const));
  },
  random(limit) {
    return now(this, (kernel, process) => chanceOf(kernel, this.live).below(process.draws++, limit));
  },
  save(data) {
    const { live } = this;
    if (live.replay !== undefined) return;
    live.process.saved = data;
    live.process.env = currentEnv(live);
    forgetRecording(live.process);
  },
};

function cpuTime({ process: { steps, childSteps }, turn, budget }: Live): DurationMs {
  return durationMs((steps + childSteps + turn - budget) / STEPS_PER_MS);
}

function parentPid(kernel: Kernel, process: Process): number {
  const parent = kernel.state.processes.get(process.parent);
  return parent?.pids === process.pids ? parent.pid : 0;
}

type Paths =
  | 'cwd'
  | 'chdir'
  | 'chroot'
  | 'umask'
  | 'stat'
  | 'lstat'
  | 'statfs'
  | 'readdir'
  | 'mkdir'
  | 'rmdir'
  | 'unlink'
  | 'rename'
  | 'link'
  | 'symlink'
  | 'readlink'
  | 'chmod'
  | 'chown'
  | 'utimes'
  | 'truncate'
  | 'mkfifo'
  | 'access';

/** A name may stand for what lies nowhere: `/dev/fd/63` for a pipe. */
function statNamed(kernel: Kernel, process: Process, path: string): FileStat {
  try {
    return files.stat(kernel, process, path);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'ENOENT') throw error;
    const { open } = findPath(kernel, process, path);
    if (open === undefined) throw error;
    return statFile(kernel, process, open);
  }
}

const pathCalls: Part<Paths> = {
  cwd() {
    return now(this, (_kernel, process) => process.cwdPath);
  },
  chdir(path) {
    now(this, (kernel, process) => files.chdir(kernel, process, path));
  },
  chroot(path) {
    now(this, (kernel, process) => files.chroot(kernel, process, path));
  },
  umask(mask) {
    return now(this, (_kernel, process) => {
      const before = process.umask;
      process.umask = mask === undefined ? before : mask & 0o777;
      return before;
    });
  },
  stat(path) {
    return now(this, (kernel, process) => statNamed(kernel, process, path));
  },
  lstat(path) {
    return now(this, (kernel, process) => files.lstat(kernel, process, path));
  },
  statfs(path) {
    return now(this, (kernel, process) => files.statfs(kernel, process, path));
  },
  readdir(path) {
    return now(this, (kernel, process) => files.readdir(kernel, process, path));
  },
  mkdir(path, mode) {
    now(this, (kernel, process) => files.mkdir(kernel, process, path, mode));
  },
  rmdir(path) {
    now(this, (kernel, process) => files.rmdir(kernel, process, path));
  },
  unlink(path) {
    now(this, (kernel, process) => files.unlink(kernel, process, path));
  },
  rename(from, to) {
    now(this, (kernel, process) => files.rename(kernel, process, from, to));
  },
  link(existing, path) {
    now(this, (kernel, process) => files.link(kernel, process, existing, path));
  },
  symlink(target, path) {
    now(this, (kernel, process) => files.symlink(kernel, process, target, path));
  },
  readlink(path) {
    return now(this, (kernel, process) => files.readlink(kernel, process, path));
  },
  chmod(path, mode) {
    now(this, (kernel, process) => files.chmod(kernel, process, path, mode));
  },
  chown(path, uid, gid) {
    now(this, (kernel, process) => files.chown(kernel, process, path, uid, gid));
  },
  utimes(path, modified) {
    now(this, (kernel, process) => files.utimes(kernel, process, path, modified));
  },
  truncate(path, size) {
    now(this, (kernel, process) => files.truncate(kernel, process, path, size));
  },
  mkfifo(path, mode) {
    now(this, (kernel, process) => files.mkfifo(kernel, process, path, mode));
  },
  access(path, want) {
    return now(this, (kernel, process) => files.access(kernel, process, path, want));
  },
};

type Streams = 'open' | 'close' | 'dup' | 'pipe' | 'seek' | 'read' | 'write' | 'poll' | 'fstat';

const streamCalls: Part<Streams> = {
  open(path, flags) {
    return whenDone(this, () => ({ call: 'open', path, flags, opened: undefined }));
  },
  close(fd) {
    now(this, (kernel, process) => closeDescriptor(kernel, process, fd));
  },
  dup(fd, to) {
    return now(this, (kernel, process) => duplicate(kernel, process, fd, to));
  },
  pipe() {
    return now(this, openPipe);
  },
  seek(fd, position) {
    now(this, (_kernel, process) => seekFile(fileOf(process, fd), position));
  },
  read(fd, limit = READ_LIMIT, through) {
    return whenDone(this, () => ({ call: 'read', fd, limit, through }));
  },
  write(fd, data) {
    return whenDone(this, () => ({ call: 'write', fd, data: bytesOf(data), done: 0 }));
  },
  poll(fds, timeout) {
    return whenDone(this, (kernel) => ({
      call: 'poll',
      fds: [...fds],
      until: timeout === undefined ? undefined : after(kernel.now(), timeout),
    }));
  },
  fstat(fd) {
    return now(this, (kernel, process) => statFile(kernel, process, fileOf(process, fd)));
  },
};

function duplicate(kernel: Kernel, process: Process, fd: Fd, to: Fd | undefined): Fd {
  const file = fileOf(process, fd);
  if (to === undefined) return addDescriptor(kernel, process, file);
  if (to === fd) return to;
  if (to < 0 || to >= kernel.bounds.filesPerProcess) throw new SysError('EBADF');
  file.refs++;
  if (process.fds.has(to)) closeDescriptor(kernel, process, to);
  process.fds.set(to, file);
  return to;
}

function openPipe(kernel: Kernel, process: Process): { readonly read: Fd; readonly write: Fd } {
  const pipe = newPipe(kernel);
  const end = (which: 'read' | 'write'): Fd => {
    const file: OpenFile = { kind: 'pipe', refs: 0, pipe, end: which, place: undefined, met: 0 };
    const fd = addDescriptor(kernel, process, file);
    joinPipe(kernel, pipe, which);
    return fd;
  };
  return Object.freeze({ read: end('read'), write: end('write') });
}

const ttyCalls: Part<'isatty' | 'ttySize' | 'setRaw' | 'setEcho' | 'setForeground'> = {
  isatty(fd) {
    return now(this, (_kernel, process) => process.fds.get(fd)?.kind === 'tty');
  },
  ttySize(fd) {
    return now(this, (_kernel, process) => {
      const file = process.fds.get(fd);
      return file?.kind === 'tty' ? Object.freeze({ ...file.tty.size }) : undefined;
    });
  },
  setRaw(fd, raw) {
    now(this, (kernel, process) => setTtyRaw(kernel, ttyOf(process, fd), raw));
  },
  setEcho(fd, echo) {
    now(this, (_kernel, process) => {
      ttyOf(process, fd).echo = echo;
    });
  },
  setForeground(fd, group) {
    now(this, (kernel, process) => setTtyForeground(kernel, ttyOf(process, fd), process, group));
  },
};

function ttyOf(process: Process, fd: Fd): Tty {
  const file = fileOf(process, fd);
  if (file.kind !== 'tty') throw new SysError('ENOTTY');
  return file.tty;
}

type Processes = 'sleep' | 'spend' | 'claim' | 'spawn' | 'exec' | 'setUser' | 'wait' | 'kill' | 'onSignal' | 'caught';

const processCalls: Part<Processes> = {
  sleep(duration) {
    return whenDone(this, (kernel) => ({
      call: 'sleep',
      until: after(kernel.now(), durationMs(Math.max(0, duration))),
    }));
  },
  spend(steps) {
    return whenDone(this, () => ({ call: 'spend', steps }));
  },
  claim(bytes) {
    return whenDone(this, () => ({ call: 'claim', bytes }));
  },
  spawn(argv, options = {}) {
    const { live } = this;
    return now(this, (kernel, process) => spawn(kernel, process, argv, options, currentEnv(live), clockOf(live)));
  },
  exec(argv, options = {}) {
    return whenDone(this, () => ({ call: 'exec', argv, options }));
  },
  setUser(uid, gid, groups = []) {
    now(this, (_kernel, process) => setUser(process, uid, gid, groups));
  },
  wait(pid, { noHang = false, stopped = false } = {}) {
    return whenDone(this, () => ({ call: 'wait', pid, noHang, stopped }));
  },
  kill(pid, signal) {
    now(this, (kernel, process) => kill(kernel, process, pid, signal));
  },
  onSignal(signal, action) {
    now(this, (_kernel, process) => {
      if (isUnstoppable(signal)) throw new SysError('EINVAL');
      setAction(process, signal, action);
    });
  },
  caught() {
    return now(this, (_kernel, process) => {
      const { caught } = process;
      process.caught = NOTHING;
      process.interrupted = false;
      return Object.freeze(caught);
    });
  },
};

/** The calls of all programs, together. */
const calls: Sys = Object.defineProperties(
  {},
  {
    ...Object.getOwnPropertyDescriptors(identity),
    ...Object.getOwnPropertyDescriptors(pathCalls),
    ...Object.getOwnPropertyDescriptors(streamCalls),
    ...Object.getOwnPropertyDescriptors(ttyCalls),
    ...Object.getOwnPropertyDescriptors(processCalls),
    ...Object.getOwnPropertyDescriptors(networkCalls),
  },
) as Sys;

export function createSys(kernel: Kernel, live: Live): Sys {
  return Object.assign(Object.create(calls), { kernel, live } satisfies Handle);
}
