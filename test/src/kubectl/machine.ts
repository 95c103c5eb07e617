// A machine for kubectl alone: files in a map, requests answered by the test, everything at once.

import {
  type Bytes,
  type Fd,
  type FileStat,
  type HttpRequest,
  type Program,
  type Sys,
  SysError,
} from '../../../sandbox/machine/sys.ts';
import { type TimeMs, timeMs } from '../../../sandbox/time/units.ts';
import { kubectl } from '../../../src/kubectl/kubectl.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; bytes as they are. */
  readonly body: object | string | Uint8Array;
}

export interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Undefined: nobody listens. */
  readonly server?: (request: HttpRequest) => Answer;
  readonly now?: string;
  readonly program?: Program;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  readonly requests: readonly HttpRequest[];
  readonly files: ReadonlyMap<string, string>;
}

export const KUBECONFIG = `
apiVersion: v1
kind: Config
current-context: here
clusters: [{name: c, cluster: {server: "http://cluster:8001"}}]
contexts: [{name: here, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: secret}}]
`;

/** Runs `kubectl ARGS...` to its end. */
export function runKubectl(args: readonly string[], world: World = {}): Outcome {
  const machine = createMachine(args, world);
  const running = (world.program ?? kubectl)(machine.sys, undefined);
  const step = running.next();
  if (!step.done) throw new Error(`kubectl waits for ${step.value.call}`);
  return { ...machine.outcome(), status: step.value };
}

function createMachine(args: readonly string[], world: World): { sys: Sys; outcome: () => Omit<Outcome, 'status'> } {
  const home = '/home';
  const files = new Map(Object.entries({ [`${home}/.kube/config`]: KUBECONFIG, ...world.files }));
  const folders = new Set<string>(['/', home, `${home}/.kube`]);
  const open = new Map<Fd, { path?: string; bytes: Bytes; at: number }>();
  const requests: HttpRequest[] = [];
  const output = { stdout: '', stderr: '' };
  const now: TimeMs = timeMs(Date.parse(world.now ?? '2026-01-01T00:00:00Z'));
  let next = 3;
  const at = (path: string): string => normal(path.startsWith('/') ? path : `${home}/${path}`);
  const isFolder = (path: string): boolean =>
    folders.has(path) || [...files.keys()].some((file) => file.startsWith(`${path}/`));
  const addFd = (bytes: Bytes, path?: string): Fd => {
    open.set(next, { bytes, at: 0, ...(path === undefined ? {} : { path }) });
    return next++;
  };
  open.set(0, { bytes: encode(world.stdin ?? ''), at: 0 });
  const stat = (path: string): FileStat => {
    const file = files.get(at(path));
    if (file === undefined && !isFolder(at(path))) throw new SysError('ENOENT');
    const type = file === undefined ? 'directory' : 'file';
    return {
      type,
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: file?.length ?? 0,
      modified: now,
      inode: 1,
      links: 1,
      device: '',
    };
  };
  const given: Partial<Sys> = {
    pid: 4242,
    argv: ['kubectl', ...args],
    env: new Map(Object.entries({ HOME: home, PATH: '/usr/bin', ...world.env })),
    now: () => now,
    random: (limit) => 7 % limit,
    cwd: () => home,
    stat,
    lstat: stat,
    readdir: (path) => childrenOf([...files.keys()], at(path)),
    mkdir: (path) => {
      folders.add(at(path));
    },
    chmod: () => {},
    unlink: (path) => {
      files.delete(at(path));
    },
    rename: (from, to) => {
      files.set(at(to), files.get(at(from)) ?? '');
      files.delete(at(from));
    },
    access: (path) => files.has(at(path)),
    *open(path, flags) {
      const name = at(path);
      if (isFolder(name) && !files.has(name)) throw new SysError('EISDIR');
      if (!files.has(name) && !flags.create) throw new SysError('ENOENT');
      if (flags.truncate || !files.has(name)) files.set(name, '');
      return addFd(encode(files.get(name) ?? ''), name);
    },
    close: (fd) => {
      open.delete(fd);
    },
    *read(fd, limit = 65536) {
      const file = open.get(fd);
      if (file === undefined) throw new SysError('EBADF');
      const bytes = file.bytes.subarray(file.at, file.at + limit);
      file.at += bytes.length;
      return bytes;
    },
    *write(fd, data) {
      const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
      if (fd === 1) output.stdout += text;
      else if (fd === 2) output.stderr += text;
      else {
        const path = open.get(fd)?.path ?? '';
        files.set(path, (files.get(path) ?? '') + text);
      }
    },
    isatty: () => false,
    ttySize: () => undefined,
    *sleep() {},
    *spend() {},
    *http(request) {
      requests.push(request);
      if (world.server === undefined) throw new SysError('ECONNREFUSED');
      const { status = 200, headers = {}, body } = world.server(request);
      const bytes = body instanceof Uint8Array ? body : encode(typeof body === 'string' ? body : JSON.stringify(body));
      const all = { 'content-type': 'application/json', ...headers };
      const values = Object.entries(all).map(([name, value]) => [name.toLowerCase(), [value]] as const);
      return { status, headers: Object.fromEntries(values), body: addFd(bytes) };
    },
  };
  return { sys: given as Sys, outcome: () => ({ ...output, requests, files }) };
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function normal(path: string): string {
  return path.replaceAll('/./', '/').replace(/\/+$/, '') || '/';
}

function childrenOf(paths: readonly string[], folder: string): readonly string[] {
  const inside = paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
  return [...new Set(inside.map((path) => path.split('/')[0] ?? ''))].sort();
}
