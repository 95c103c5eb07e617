// `nc` (busybox's and the one of OpenBSD) and `telnet`: bytes between a connection and the standard streams.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, type Fd, type Program, type Sys, SysError } from '../../sys.ts';
import { type CommandSpec, type Context, command, type Flavour } from '../kit/command.ts';
import { readDuration } from '../kit/duration.ts';
import { isIPv4 } from './names.ts';

const NC: CommandSpec = {
  usage: '[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen',
  flags: 'l p= n v w= z k e= i= q= N 4 s= o=',
  refused: 'u U b x X= h t 6',
  arguments: [0, 2],
};

export function nc(flavour: Flavour): Program {
  return command(NC, (context) => (context.flags.has('l') ? listen(context) : connect(context)))(flavour);
}

function waitOf({ flags }: Context): number | undefined {
  const text = flags.value('w');
  return text === undefined ? undefined : (readDuration(text) ?? 0);
}

interface Target {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

function* connect(context: Context): Blocking<number> {
  const { args, flags, flavour } = context;
  const [host, ports] = args;
  if (host === undefined || ports === undefined) {
    context.warn(
      flavour === 'gnu'
        ? 'usage: nc [-46lnvzkN] [-p source_port] [-w timeout] [destination] [port]\n'
        : 'nc: no port specified\n',
    );
    return 1;
  }
  const address = yield* resolved(context, host, ports);
  if (address === undefined) return 1;
  const [from = '', to = from] = ports.split('-');
  let status = 0;
  for (let port = Number(from); port <= Number(to); port++) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      context.complain(flavour === 'gnu' ? `port number invalid: ${ports}` : `bad port '${ports}'`);
      return 1;
    }
    status = yield* connectTo(context, { host, address, port }, flags.has('z') || from !== to);
  }
  return status;
}

function* resolved({ sys, flavour, complain }: Context, host: string, port: string): Blocking<string | undefined> {
  try {
    return (yield* sys.resolve(host))[0];
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    const gnu = error.code === 'ETIMEDOUT' ? 'Temporary failure in name resolution' : 'Name or service not known';
    complain(flavour === 'gnu' ? `getaddrinfo for host "${host}" port ${port}: ${gnu}` : `bad address '${host}'`);
    return undefined;
  }
}

function* connectTo(context: Context, target: Target, only: boolean): Blocking<number> {
  const { sys, flags } = context;
  const wait = waitOf(context);
  let fd: Fd;
  try {
    fd = yield* sys.connect(
      { host: target.address, port: target.port },
      wait === undefined ? undefined : durationMs(wait),
    );
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    sayFailed(context, target, error);
    return 1;
  }
  if (flags.has('v')) context.warn(opened(context, target));
  yield* context.flush();
  if (only) {
    sys.close(fd);
    return 0;
  }
  const program = flags.value('e');
  if (program !== undefined) return yield* become(sys, fd, [program]);
  return yield* exchange(context, fd);
}

const SERVICES: Readonly<Record<number, string>> = {
  22: 'ssh',
  53: 'domain',
  80: 'http',
  443: 'https',
  3306: 'mysql',
  5432: 'postgresql',
  6379: 'redis',
  8080: 'http-alt',
};

function opened({ flavour }: Context, { host, address, port }: Target): string {
  if (flavour === 'busybox') return `${host} (${address}:${port}) open\n`;
  const place = isIPv4(host) ? host : `${host} (${address})`;
  return `Connection to ${place} ${port} port [tcp/${SERVICES[port] ?? '*'}] succeeded!\n`;
}

function sayFailed(context: Context, { host, address, port }: Target, { code }: SysError): void {
  const { flavour, flags } = context;
  const why = code === 'ETIMEDOUT' && flavour === 'gnu' ? 'Connection timed out' : errorText(code);
  if (flavour === 'gnu') {
    if (flags.has('v'))
      context.complain(`connect to ${isIPv4(host) ? host : `${host} (${address})`} port ${port} (tcp) failed: ${why}`);
  } else if (code === 'ETIMEDOUT' && flags.has('w')) context.complain('timed out');
  else context.complain(`${host} (${address}:${port}): ${why}`);
}

function* become(sys: Sys, fd: Fd, argv: readonly string[]): Blocking<number> {
  return yield* sys.exec(argv, {
    fds: new Map([
      [0, fd],
      [1, fd],
      [2, 2],
    ]),
  });
}

function* listen(context: Context): Blocking<number> {
  const { sys, args, flags, flavour } = context;
  const text = flags.value('p') ?? args.at(-1) ?? '0';
  const port = Number(text);
  let listener: Fd;
  try {
    listener = sys.listen({ host: flags.value('s') ?? '', port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(flavour === 'gnu' ? errorText(error.code) : `bind: ${errorText(error.code)}`);
    return 1;
  }
  if (flags.has('v'))
    context.warn(flavour === 'gnu' ? `Listening on 0.0.0.0 ${port}\n` : `listening on 0.0.0.0:${port} ...\n`);
  yield* context.flush();
  const again = flags.has('k') || flags.count('l') > 1;
  for (;;) {
    const fd = yield* sys.accept(listener);
    const peer = sys.remoteAddress(fd);
    if (flags.has('v') && peer !== undefined)
      context.warn(
        flavour === 'gnu'
          ? `Connection received on ${peer.host} ${peer.port}\n`
          : `connect to 0.0.0.0:${port} from ${peer.host}:${peer.port} (${peer.host}:${peer.port})\n`,
      );
    yield* context.flush();
    const program = flags.value('e');
    if (program !== undefined && !again) return yield* become(sys, fd, [program, ...args]);
    if (program !== undefined) {
      const pid = sys.spawn([program, ...args], {
        fds: new Map([
          [0, fd],
          [1, fd],
          [2, 2],
        ]),
      });
      sys.close(fd);
      yield* sys.wait(pid, { noHang: true });
      continue;
    }
    if (!again) {
      sys.close(listener);
      return yield* exchange(context, fd);
    }
    yield* exchange(context, fd);
  }
}

/** Both ways until the other side ends; our own end is passed on. */
function* exchange(context: Context, fd: Fd): Blocking<number> {
  const { sys, flags, flavour } = context;
  const idle = waitOf(context);
  const sources = new Set<Fd>([0, fd]);
  while (sources.has(fd)) {
    const ready = yield* sys.poll([...sources], idle === undefined || idle === 0 ? undefined : durationMs(idle));
    if (ready.length === 0) break;
    for (const source of ready) {
      const bytes = yield* readOrEnd(sys, source);
      if (bytes.length > 0) {
        if (!(yield* writeOrStop(sys, source === 0 ? fd : 1, bytes))) sources.delete(fd);
        continue;
      }
      sources.delete(source);
      if (source === 0 && (flavour === 'busybox' || flags.has('N') || flags.has('q'))) sys.shutdown(fd);
    }
  }
  sys.close(fd);
  return 0;
}

function* readOrEnd(sys: Sys, fd: Fd): Blocking<Bytes> {
  try {
    return yield* sys.read(fd, 65_536);
  } catch (error) {
    if (error instanceof SysError && (error.code === 'ECONNRESET' || error.code === 'EIO')) return new Uint8Array(0);
    throw error;
  }
}

function* writeOrStop(sys: Sys, fd: Fd, bytes: Bytes): Blocking<boolean> {
  try {
    yield* sys.write(fd, bytes);
    return true;
  } catch (error) {
    if (error instanceof SysError && error.code === 'ECONNRESET') return false;
    throw error;
  }
}

/** Enough of telnet to see whether a port is open, and to type to what is there. */
export const telnet: (flavour: Flavour) => Program = command(
  { usage: '[-a] [-l USER] HOST [PORT]', flags: 'a l=', arguments: [1, 2] },
  function* (context) {
    const { sys, args, flavour } = context;
    const [host = '', port = '23'] = args;
    if (flavour === 'gnu') context.print(`Trying ${host}...\n`);
    const address = yield* telnetAddress(context, host);
    if (address === undefined) return 1;
    let fd: Fd;
    try {
      fd = yield* sys.connect({ host: address, port: Number(port) });
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      if (flavour === 'gnu') context.warn(`telnet: Unable to connect to remote host: ${errorText(error.code)}\n`);
      else context.complain(`can't connect to remote host (${address}): ${errorText(error.code)}`);
      return 1;
    }
    context.print(flavour === 'gnu' ? `Connected to ${host}.\nEscape character is '^]'.\n` : `Connected to ${host}\n`);
    yield* context.flush();
    const status = yield* exchange(context, fd);
    context.warn('Connection closed by foreign host\n');
    return status;
  },
);

function* telnetAddress({ sys, flavour, complain, warn }: Context, host: string): Blocking<string | undefined> {
  try {
    return (yield* sys.resolve(host))[0];
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    if (flavour === 'gnu') warn(`telnet: could not resolve ${host}: Name or service not known\n`);
    else complain(`bad address '${host}'`);
    return undefined;
  }
}
