// What a program sees of the machine it runs on: the only way from a program to anything outside of itself.
//
// Two machines offer it: the simulated one (containers and the learner's workstation, on virtual time) and, for
// `k8s-learn kubectl`, the learner's real one. A program never knows which.
//
// A program is a generator function. Calls that can wait are `yield*`ed; the others answer at once. So that a running
// program can be copied with its cluster, everything it learns comes through here and is recorded: a copy runs the
// program again and gives it the recorded answers. What lives long calls `save` at the top of its loop: from there on
// a copy starts with the saved data, and what was recorded before is forgotten. Therefore: no module state, no host.

import type { DurationMs, TimeMs } from '../time/units.ts';

/** A call on its way to the machine; what is in it is between `Sys` and the machine. */
export interface SystemCall {
  readonly call: string;
}

/** Something that can wait: `const status = yield* sys.wait(pid)`. */
export type Blocking<T> = Generator<SystemCall, T, unknown>;

/** Plain data (objects, arrays, maps, sets, strings, numbers): what `copyState` copies. */
export type PlainData = object | string | number | boolean | null;

/** A program's entry point. What it returns is its exit status, 0 to 255. */
export type Program = (sys: Sys, saved: PlainData | undefined) => Blocking<number>;

/** A file descriptor. 0, 1 and 2 are the standard streams. */
export type Fd = number;

/** Bytes are never changed in place once they have been handed over. */
export type Bytes = Uint8Array;

/** The names that errno(3) gives; the text of each is in `errors.ts`. */
export type ErrnoCode =
  | 'E2BIG'
  | 'EACCES'
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'EAGAIN'
  | 'EBADF'
  | 'EBUSY'
  | 'ECHILD'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EEXIST'
  | 'EFBIG'
  | 'EHOSTUNREACH'
  | 'EINTR'
  | 'EINVAL'
  | 'EIO'
  | 'EISCONN'
  | 'EISDIR'
  | 'ELOOP'
  | 'EMFILE'
  | 'ENAMETOOLONG'
  | 'ENETUNREACH'
  | 'ENOENT'
  | 'ENOEXEC'
  | 'ENOMEM'
  | 'ENOSPC'
  | 'ENOSYS'
  | 'ENOTCONN'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'ENOTTY'
  | 'ENXIO'
  | 'EPERM'
  | 'EPIPE'
  | 'EROFS'
  | 'ESRCH'
  | 'ETIMEDOUT'
  | 'EXDEV'
  | 'ENOTFOUND'
  | 'ETLS';

/**
 * A call failed. `ENOTFOUND` is a name that no DNS server knew, `ETLS` a certificate that was refused (`message` says why).
 * It is an Error without a stack: programs ask for files that aren't there all the time, and to note where costs more than
 * to look.
 */
export class SysError implements Error {
  readonly name = 'SysError';
  readonly code: ErrnoCode;
  readonly message: string;
  constructor(code: ErrnoCode, message: string = code) {
    this.code = code;
    this.message = message;
  }
}
Object.setPrototypeOf(SysError.prototype, Error.prototype);

export type SignalName =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGABRT'
  | 'SIGSEGV'
  | 'SIGKILL'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGPIPE'
  | 'SIGALRM'
  | 'SIGTERM'
  | 'SIGCHLD'
  | 'SIGCONT'
  | 'SIGSTOP'
  | 'SIGTSTP'
  | 'SIGTTIN'
  | 'SIGTTOU'
  | 'SIGWINCH';

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'device';

export interface FileStat {
  readonly type: FileType;
  /** Permission bits, such as 0o644, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** In bytes. */
  readonly size: number;
  readonly modified: TimeMs;
  readonly inode: number;
  readonly links: number;
  /** Names the mounted file system that it lies on. */
  readonly device: string;
}

export interface OpenFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  readonly truncate?: boolean;
  /** Fails with EEXIST when it is there already. */
  readonly exclusive?: boolean;
  /** Permission bits of a new file, before the umask; 0o666 unless given. */
  readonly mode?: number;
}

export interface SpawnOptions {
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  /** The child's descriptors, as numbers of ours; 0, 1 and 2 are inherited unless given. A negative number leaves one closed. */
  readonly fds?: ReadonlyMap<Fd, Fd>;
  /** Puts the child into a process group of its own (0) or into an existing one. */
  readonly group?: number;
  /** Puts the child into a session of its own, without a terminal. */
  readonly session?: boolean;
  /** The file to run, when it isn't to be looked up by `argv[0]`. */
  readonly path?: string;
  /**
   * Forks: the child is the caller's own program, begun with this data as what it saved; the file, working folder,
   * memory of ignored signals and (unless given) environment are the caller's. The data is handed over: the caller
   * keeps no way to it.
   */
  readonly forked?: PlainData;
}

/** How a child ended: by itself with a status, or by a signal; or that it was stopped. */
export type WaitStatus =
  | { readonly kind: 'exited'; readonly pid: number; readonly status: number }
  | { readonly kind: 'killed' | 'stopped'; readonly pid: number; readonly signal: SignalName };

export interface HttpRequest {
  readonly method: string;
  /** `https://127.0.0.1:6443/api/v1/pods?limit=500`; names are resolved as the machine resolves them. */
  readonly url: string;
  /** A header that comes several times has a list. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Bytes | string;
  readonly tls?: TlsOptions;
  /** To the first byte of the answer; unlimited unless given. */
  readonly timeout?: DurationMs;
}

export interface TlsOptions {
  /** PEM. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  readonly serverName?: string;
  /** Nothing is asked: the answer is what the server presents, whoever vouches for it. */
  readonly handshakeOnly?: boolean;
}

/** What a server presents: PEM. */
export interface ServerTls {
  readonly cert: string;
  /** For clients that ask for a server of this name; `*.example.com` stands for one label. */
  readonly named?: readonly { readonly name: string; readonly cert: string }[];
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a name that came several times has its values in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Read it to its end or close it. */
  readonly body: Fd;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Only questions for names travel as datagrams; each is a connection of its own to whoever listens for them. */
export type Transport = 'TCP' | 'UDP';

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'NS' | 'SOA' | 'TXT' | 'MX';

export interface DnsQuestion {
  /** The server's address; port 53 unless given. */
  readonly server: string;
  readonly port?: number;
  /** As it is asked, without search path; a dot at the end changes nothing. */
  readonly name: string;
  readonly type: DnsType;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: DnsType;
  /** In seconds. */
  readonly ttl: number;
  /** As dig prints it: `10.96.0.1`, `0 100 443 kubernetes.default.svc.cluster.local.` */
  readonly data: string;
}

export interface DnsAnswer {
  readonly status: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
}

export interface NetworkInterface {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
  /** The next hop of the default route, on the interface that has it. */
  readonly gateway?: string;
}

export interface FileSystemStat {
  /** In bytes. */
  readonly size: number;
  readonly free: number;
  readonly inodes: number;
  readonly freeInodes: number;
  /** What it is mounted from, its type and where: `overlay`, `overlay`, `/`. */
  readonly source: string;
  readonly type: string;
  readonly target: string;
}

export interface TtySize {
  readonly columns: number;
  readonly rows: number;
}

/** The calls have to be made on it: `sys.read(0)`, not `const { read } = sys`. */
export interface Sys {
  readonly pid: number;
  readonly ppid: number;
  /** `argv[0]` is the name by which the program was called. */
  readonly argv: readonly string[];
  /** This process's own environment; changes reach the children that it starts later. */
  readonly env: Map<string, string>;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, `gid` left out. */
  readonly groups: readonly number[];
  hostname(): string;
  /** This process's group. */
  group(): number;
  now(): TimeMs;
  /** CPU time of this process and of children that were waited for: user, system. */
  cpuTimes(): readonly [DurationMs, DurationMs];
  /** A whole number from 0 up to, but without, `limit`, from this process's own stream of chance. */
  random(limit: number): number;
  /**
   * From here on a copy of this process starts with this data instead of what was recorded so far. It is kept by
   * reference and costs nothing; it may be mutable, as long as it is saved again after each change, before anything waits.
   */
  save(data: PlainData): void;

  cwd(): string;
  chdir(path: string): void;
  /** Makes a folder this process's root, and its children's. EPERM without the capability. */
  chroot(path: string): void;
  /** Sets the bits that new files don't get, and answers those before. Without an argument it only answers. */
  umask(mask?: number): number;
  stat(path: string): FileStat;
  lstat(path: string): FileStat;
  fstat(fd: Fd): FileStat;
  statfs(path: string): FileSystemStat;
  /** Names without `.` and `..`, sorted. */
  readdir(path: string): readonly string[];
  mkdir(path: string, mode?: number): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  link(existing: string, path: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  utimes(path: string, modified: TimeMs): void;
  truncate(path: string, size: number): void;
  mkfifo(path: string, mode?: number): void;
  /** Whether this process may read (4), write (2) or execute (1) it. */
  access(path: string, want: number): boolean;

  /** Waits only where the file is a fifo without its other end. */
  open(path: string, flags: OpenFlags): Blocking<Fd>;
  close(fd: Fd): void;
  dup(fd: Fd, to?: Fd): Fd;
  pipe(): { readonly read: Fd; readonly write: Fd };
  seek(fd: Fd, position: number): void;
  /**
   * The next bytes, at least one, at most `limit`; empty at the end. `through` takes no byte beyond the first of this
   * value (10 reads a line and leaves the rest to others), but may take less. On a websocket one whole message.
   */
  read(fd: Fd, limit?: number, through?: number): Blocking<Bytes>;
  /** Writes all of it. EPIPE comes with SIGPIPE. On a websocket one message. */
  write(fd: Fd, data: Bytes | string): Blocking<void>;
  /** Waits until one of these can be read (data, the end, a connection), or for `timeout`; answers those that can. */
  poll(fds: readonly Fd[], timeout?: DurationMs): Blocking<readonly Fd[]>;

  isatty(fd: Fd): boolean;
  /** Undefined where it is no terminal. */
  ttySize(fd: Fd): TtySize | undefined;
  /** Raw: no echo, no lines, no signals from keys. */
  setRaw(fd: Fd, raw: boolean): void;
  /** Whether the terminal shows what is typed. */
  setEcho(fd: Fd, echo: boolean): void;
  /** Makes a process group the one that keys' signals go to. */
  setForeground(fd: Fd, group: number): void;

  sleep(duration: DurationMs): Blocking<void>;
  /** Pays for work with virtual CPU: 10,000 steps are one CPU second. Long work calls it often, so that others run. */
  spend(steps: number): Blocking<void>;
  /** Claims memory in place of what was claimed before, in bytes; the process may be killed for it. */
  claim(bytes: number): Blocking<void>;

  /** Starts a program by name (looked up on the PATH) or path. ENOENT, EACCES, ENOEXEC. */
  spawn(argv: readonly string[], options?: SpawnOptions): number;
  /**
   * Replaces this process's program; the pid, ignored signals and working folder stay, descriptors other than 0, 1, 2
   * and those of `fds` are closed. Returns only by failing, with spawn's errors.
   */
  exec(argv: readonly string[], options?: SpawnOptions): Blocking<never>;
  /** Becomes another user. EPERM unless root. */
  setUser(uid: number, gid: number, groups?: readonly number[]): void;
  /** Waits for a child (any, when no pid is given). Undefined when `noHang` and none has changed. */
  wait(
    pid?: number,
    options?: { readonly noHang?: boolean; readonly stopped?: boolean },
  ): Blocking<WaitStatus | undefined>;
  /** To a process, or to a whole group when negative; 0 is the caller's own group. ESRCH, EPERM. */
  kill(pid: number, signal: SignalName): void;
  /** What a signal does from now on. `catch`: waiting calls fail with EINTR and `caught` tells which came. */
  onSignal(signal: SignalName, action: 'default' | 'ignore' | 'catch'): void;
  /** Signals caught since the last call, in order. */
  caught(): readonly SignalName[];

  /** A TCP connection. ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENOTFOUND. */
  connect(address: Address, timeout?: DurationMs): Blocking<Fd>;
  /** EADDRINUSE. Port 0 chooses one; `localAddress` tells it. With `tls` clients must speak TLS, and check the certificate. */
  listen(address: Address, options?: { readonly tls?: ServerTls; readonly transport?: Transport }): Fd;
  accept(fd: Fd): Blocking<Fd>;
  /** Says that nothing more will be written to a connection; it can still be read. */
  shutdown(fd: Fd): void;
  localAddress(fd: Fd): Address | undefined;
  remoteAddress(fd: Fd): Address | undefined;
  /** Addresses that a name resolves to. ENOTFOUND, ETIMEDOUT. */
  resolve(name: string): Blocking<readonly string[]>;
  /** Asks one DNS server one question, without search path. ETIMEDOUT, ECONNREFUSED. */
  lookup(question: DnsQuestion, timeout?: DurationMs): Blocking<DnsAnswer>;
  /** One ICMP echo; answers how long it took. ETIMEDOUT, EHOSTUNREACH, ENETUNREACH. */
  ping(host: string, timeout?: DurationMs): Blocking<DurationMs>;
  /** The network interfaces of this machine, `lo` first. */
  interfaces(): readonly NetworkInterface[];
  /** What translates addresses here: lines of `iptables-save -t nat`. EPERM. */
  natRules(): readonly string[];
  /** Sends an HTTP request and waits for the head of its answer. */
  http(request: HttpRequest): Blocking<HttpResponse>;
  /** Opens a websocket: reads and writes on the descriptor are whole messages. A refusal answers the response instead. */
  webSocket(
    request: HttpRequest,
    protocols: readonly string[],
  ): Blocking<{ readonly fd: Fd; readonly protocol: string } | { readonly refused: HttpResponse }>;
}
