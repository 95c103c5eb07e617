// What a program is handed: the calls of `sys.ts`, each charged, recorded, and done by the part of the kernel that it
// belongs to.

import { after, type DurationMs, durationMs } from '../time/units.ts';
import { callerOf, pingCall } from './attempts.ts';
import { bytesOf } from './bytes.ts';
import type { Call } from './calls.ts';
import { STEPS_PER_MS } from './cgroups.ts';
import type { Kernel } from './context.ts';
import { addDescriptor, closeDescriptor, fileOf, seekFile, statFile } from './descriptors.ts';
import * as files from './files/calls.ts';
import type { OpenFile } from './files/open.ts';
import { answer, block, chanceOf, clockOf, currentEnv, environmentOf, type Live } from './live.ts';
import { httpCall } from './net/client.ts';
import { connectCall } from './net/connect.ts';
import { interfacesOf } from './net/interfaces.ts';
import { questionCall, resolveCall } from './net/resolver.ts';
import { openListener, shutEndpoint } from './net/sockets.ts';
import { spawn } from './processes.ts';
import { forgetRecording } from './recording.ts';
import { kill } from './signalling.ts';
import { isUnstoppable } from './signals.ts';
import type { Process } from './state.ts';
import { joinPipe, newPipe } from './streams/pipe.ts';
import { setTtyForeground, setTtyRaw } from './streams/tty.ts';
import { type Blocking, type Fd, type HttpRequest, type Sys, SysError } from './sys.ts';
import { setUser } from './users.ts';

const READ_LIMIT = 65_536;
const PING_TIMEOUT = durationMs(10_000);

/** How the parts below answer: at once, or when the call is done. */
interface Answering {
  readonly kernel: Kernel;
  readonly live: Live;
  readonly process: Process;
  now<T>(get: () => T): T;
  whenDone<T>(make: () => Call): Blocking<T>;
}

export function createSys(kernel: Kernel, live: Live): Sys {
  const answering: Answering = {
    kernel,
    live,
    process: live.process,
    now: (get) => answer(kernel, live, get),
    whenDone: (make) => block(kernel, live, make),
  };
  return Object.assign(
    identity(answering),
    pathCalls(answering),
    streamCalls(answering),
    ttyCalls(answering),
    processCalls(answering),
    networkCalls(answering),
  );
}

type Part<K extends keyof Sys> = Pick<Sys, K>;

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

function identity({ kernel, live, process, now }: Answering): Part<Identity> {
  return {
    pid: process.pid,
    argv: process.argv,
    get ppid() {
      return now(() => parentPid(kernel, process));
    },
    get env() {
      return environmentOf(live);
    },
    get uid() {
      return now(() => process.credentials.uid);
    },
    get gid() {
      return now(() => process.credentials.gid);
    },
    get groups() {
      return now(() => process.credentials.groups);
    },
    hostname: () => now(() => process.hostname.name),
    group: () => now(() => process.group),
    now: () => now(kernel.now),
    cpuTimes: () => now(() => Object.freeze([cpuTime(live), durationMs(0)] as const)),
    random: (limit) => now(() => chanceOf(kernel, live).below(process.draws++, limit)),
    save(data) {
      if (live.replay !== undefined) return;
      process.saved = data;
      process.env = currentEnv(live);
      forgetRecording(process);
    },
  };
}

function cpuTime(live: Live): DurationMs {
  const { steps, childSteps } = live.process;
  return durationMs((steps + childSteps + live.turn - live.budget) / STEPS_PER_MS);
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

function pathCalls({ kernel, process, now }: Answering): Part<Paths> {
  return {
    cwd: () => now(() => process.cwdPath),
    chdir: (path) => now(() => files.chdir(kernel, process, path)),
    chroot: (path) => now(() => files.chroot(kernel, process, path)),
    umask: (mask) =>
      now(() => {
        const before = process.umask;
        process.umask = mask === undefined ? before : mask & 0o777;
        return before;
      }),
    stat: (path) => now(() => files.stat(kernel, process, path)),
    lstat: (path) => now(() => files.lstat(kernel, process, path)),
    statfs: (path) => now(() => files.statfs(kernel, process, path)),
    readdir: (path) => now(() => files.readdir(kernel, process, path)),
    mkdir: (path, mode) => now(() => files.mkdir(kernel, process, path, mode)),
    rmdir: (path) => now(() => files.rmdir(kernel, process, path)),
    unlink: (path) => now(() => files.unlink(kernel, process, path)),
    rename: (from, to) => now(() => files.rename(kernel, process, from, to)),
    link: (existing, path) => now(() => files.link(kernel, process, existing, path)),
    symlink: (target, path) => now(() => files.symlink(kernel, process, target, path)),
    readlink: (path) => now(() => files.readlink(kernel, process, path)),
    chmod: (path, mode) => now(() => files.chmod(kernel, process, path, mode)),
    chown: (path, uid, gid) => now(() => files.chown(kernel, process, path, uid, gid)),
    utimes: (path, modified) => now(() => files.utimes(kernel, process, path, modified)),
    truncate: (path, size) => now(() => files.truncate(kernel, process, path, size)),
    mkfifo: (path, mode) => now(() => files.mkfifo(kernel, process, path, mode)),
    access: (path, want) => now(() => files.access(kernel, process, path, want)),
  };
}

type Streams = 'open' | 'close' | 'dup' | 'pipe' | 'seek' | 'read' | 'write' | 'poll' | 'fstat';

function streamCalls({ kernel, process, now, whenDone }: Answering): Part<Streams> {
  return {
    open: (path, flags) => whenDone(() => ({ call: 'open', path, flags, opened: undefined })),
    close: (fd) => now(() => closeDescriptor(kernel, process, fd)),
    dup: (fd, to) => now(() => duplicate(kernel, process, fd, to)),
    pipe: () => now(() => openPipe(kernel, process)),
    seek: (fd, position) => now(() => seekFile(fileOf(process, fd), position)),
    read: (fd, limit = READ_LIMIT, through) => whenDone(() => ({ call: 'read', fd, limit, through })),
    write: (fd, data) => whenDone(() => ({ call: 'write', fd, data: bytesOf(data), done: 0 })),
    poll: (fds, timeout) =>
      whenDone(() => ({
        call: 'poll',
        fds: [...fds],
        until: timeout === undefined ? undefined : after(kernel.now(), timeout),
      })),
    fstat: (fd) => now(() => statFile(kernel, process, fileOf(process, fd))),
  };
}

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

function ttyCalls({
  kernel,
  process,
  now,
}: Answering): Part<'isatty' | 'ttySize' | 'setRaw' | 'setEcho' | 'setForeground'> {
  const ttyOf = (fd: Fd) => {
    const file = fileOf(process, fd);
    if (file.kind !== 'tty') throw new SysError('ENOTTY');
    return file.tty;
  };
  return {
    isatty: (fd) => now(() => process.fds.get(fd)?.kind === 'tty'),
    ttySize: (fd) =>
      now(() => {
        const file = process.fds.get(fd);
        return file?.kind === 'tty' ? Object.freeze({ ...file.tty.size }) : undefined;
      }),
    setRaw: (fd, raw) => now(() => setTtyRaw(kernel, ttyOf(fd), raw)),
    setEcho: (fd, echo) =>
      now(() => {
        ttyOf(fd).echo = echo;
      }),
    setForeground: (fd, group) => now(() => setTtyForeground(kernel, ttyOf(fd), process, group)),
  };
}

type Processes = 'sleep' | 'spend' | 'claim' | 'spawn' | 'exec' | 'setUser' | 'wait' | 'kill' | 'onSignal' | 'caught';

function processCalls({ kernel, live, process, now, whenDone }: Answering): Part<Processes> {
  return {
    sleep: (duration) =>
      whenDone(() => ({ call: 'sleep', until: after(kernel.now(), durationMs(Math.max(0, duration))) })),
    spend: (steps) => whenDone(() => ({ call: 'spend', steps })),
    claim: (bytes) => whenDone(() => ({ call: 'claim', bytes })),
    spawn: (argv, options = {}) => now(() => spawn(kernel, process, argv, options, currentEnv(live), clockOf(live))),
    exec: (argv, options = {}) => whenDone(() => ({ call: 'exec', argv, options })),
    setUser: (uid, gid, groups = []) => now(() => setUser(process, uid, gid, groups)),
    wait: (pid, { noHang = false, stopped = false } = {}) => whenDone(() => ({ call: 'wait', pid, noHang, stopped })),
    kill: (pid, signal) => now(() => kill(kernel, process, pid, signal)),
    onSignal: (signal, action) =>
      now(() => {
        if (isUnstoppable(signal)) throw new SysError('EINVAL');
        if (action === 'default') process.actions.delete(signal);
        else process.actions.set(signal, action);
      }),
    caught: () =>
      now(() => {
        const { caught } = process;
        if (caught.length > 0) process.caught = [];
        return Object.freeze(caught);
      }),
  };
}

type Network =
  | 'connect'
  | 'listen'
  | 'accept'
  | 'shutdown'
  | 'localAddress'
  | 'remoteAddress'
  | 'resolve'
  | 'lookup'
  | 'ping'
  | 'interfaces'
  | 'http'
  | 'webSocket';

function networkCalls({ kernel, process, now, whenDone }: Answering): Part<Network> {
  return {
    connect: (address, timeout) =>
      whenDone(() => ({ call: 'connect', connect: connectCall(kernel, address, timeout, false) })),
    listen: (address, options) =>
      now(() => {
        if (isPrivileged(process, address.port)) throw new SysError('EACCES');
        const listener = openListener(kernel, process.network, address, process.credentials.uid, options?.tls);
        return addDescriptor(kernel, process, { kind: 'listener', refs: 0, listener });
      }),
    accept: (fd) => whenDone(() => ({ call: 'accept', fd })),
    shutdown: (fd) =>
      now(() => {
        const file = fileOf(process, fd);
        if (file.kind !== 'stream') throw new SysError('ENOTCONN');
        shutEndpoint(kernel, file.endpoint);
      }),
    localAddress: (fd) => now(() => addressOf(fileOf(process, fd), 'local')),
    remoteAddress: (fd) => now(() => addressOf(fileOf(process, fd), 'remote')),
    resolve: (name) => whenDone(() => ({ call: 'resolve', lookup: resolveCall(kernel, callerOf(process), name) })),
    lookup: (question, timeout) => whenDone(() => ({ call: 'lookup', lookup: questionCall(question, timeout) })),
    ping: (host, timeout = PING_TIMEOUT) => whenDone(() => pingCall(kernel, process, host, timeout)),
    interfaces: () => now(() => interfacesOf(kernel, process.network)),
    http: (request) => whenDone(() => ({ call: 'http', http: httpCall(kernel, clientRequest(request, undefined)) })),
    webSocket: (request, protocols) =>
      whenDone(() => ({ call: 'webSocket', http: httpCall(kernel, clientRequest(request, protocols)) })),
  };
}

/** Containers may use all ports: containerd lets ports begin at 0 for those without a right of their own. */
function isPrivileged({ container, credentials }: Process, port: number): boolean {
  return port > 0 && port < 1024 && container === undefined && !credentials.capabilities.has('NET_BIND_SERVICE');
}

function clientRequest(request: HttpRequest, webSocket: readonly string[] | undefined): Parameters<typeof httpCall>[1] {
  const { method, url, headers = {}, body = '', tls, timeout } = request;
  return { method, url, headers, body, tls, timeout, webSocket };
}

function addressOf(file: OpenFile, side: 'local' | 'remote'): Readonly<{ host: string; port: number }> | undefined {
  if (file.kind === 'stream') return file.endpoint[side];
  if (file.kind !== 'listener' || side === 'remote') return undefined;
  const { host, port } = file.listener;
  return { host: host === '' ? '0.0.0.0' : host, port };
}
