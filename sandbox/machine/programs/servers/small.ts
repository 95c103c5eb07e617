// Small programs that images exist for: `pause`, `stress`, `whoami`, `http-echo`, `memcached`.

import { durationMs, seconds } from '../../../time/units.ts';
import { type HttpReply, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';
import { command } from '../kit/command.ts';
import { readDuration } from '../kit/duration.ts';
import { headerName } from '../kit/headername.ts';
import { type StreamClient, savedState, serveStreams } from '../kit/serve.ts';
import { parseSize } from '../kit/sizes.ts';

/** Holds a pod's namespaces: does nothing until it is asked to end. */
export const pause: Program = function* run(sys) {
  sys.onSignal('SIGTERM', 'catch');
  sys.onSignal('SIGINT', 'catch');
  for (;;) {
    sys.save(0);
    try {
      yield* sys.sleep(durationMs(86_400_000 * 365));
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
      yield* sys.write(2, 'Shutting down, got signal: Terminated\n');
      return 0;
    }
  }
};

const STRESS = {
  usage: '[OPTION [ARG]] ...',
  flags:
    'c|cpu= m|vm= vm-bytes= vm-keep vm-hang= i|io= d|hdd= t|timeout= v|verbose q|quiet n|dry-run vm-stride= hdd-bytes= cpu-load= metrics metrics-brief cpu-method= vm-method=',
};

interface Hog {
  readonly kind: 'cpu' | 'vm';
  readonly claimed: boolean;
  readonly bytes: number;
  /** A share of one core, 1 to 100. */
  readonly load: number;
  readonly until: number;
}

function isHog(saved: PlainData | undefined): saved is Hog {
  return typeof saved === 'object' && saved !== null && 'until' in saved;
}

/** Uses CPU and memory as told, in processes of their own. */
export const stress = command(STRESS, function* (context) {
  const { sys, flags } = context;
  if (isHog(context.saved)) return yield* hog(sys, context.saved);
  const cpus = Number(flags.value('c') ?? 0);
  const memories = Number(flags.value('m') ?? 0);
  const length = readDuration(flags.value('t') ?? '') ?? 0;
  const until = length > 0 ? sys.now() + length : Number.MAX_SAFE_INTEGER;
  if (cpus + memories === 0) {
    context.print(`stress: info: [${sys.pid}] no hogs specified\n`);
    return 0;
  }
  context.print(`${context.name}: info: [${sys.pid}] dispatching hogs: ${cpus} cpu, 0 io, ${memories} vm, 0 hdd\n`);
  yield* context.flush();
  const bytes = parseSize(flags.value('vm-bytes') ?? '256M') ?? 256 * 1024 * 1024;
  const base = { bytes, claimed: false, load: Number(flags.value('cpu-load') ?? 100), until };
  const pids: number[] = [];
  for (let i = 0; i < cpus; i++) pids.push(sys.spawn(sys.argv, { forked: { ...base, kind: 'cpu' } }));
  for (let i = 0; i < memories; i++) pids.push(sys.spawn(sys.argv, { forked: { ...base, kind: 'vm' } }));
  return yield* awaitHogs(context.name, sys, pids);
});

function* awaitHogs(name: string, sys: Sys, pids: readonly number[]): Blocking<number> {
  const began = sys.now();
  for (let left = pids.length; left > 0; left--) {
    const ended = yield* sys.wait();
    if (ended === undefined || (ended.kind === 'exited' && ended.status === 0)) continue;
    const how =
      ended.kind === 'exited' ? `returned error ${ended.status}` : `got signal ${ended.signal === 'SIGKILL' ? 9 : 15}`;
    yield* sys.write(
      2,
      `${name}: FAIL: [${sys.pid}] (415) <-- worker ${ended.pid} ${how}\n${name}: WARN: [${sys.pid}] (417) now reaping child worker processes\n`,
    );
    for (const pid of pids) if (pid !== ended.pid) killQuietly(sys, pid);
    yield* sys.write(
      2,
      `${name}: FAIL: [${sys.pid}] (451) failed run completed in ${Math.round((sys.now() - began) / 1000)}s\n`,
    );
    return 1;
  }
  yield* sys.write(
    1,
    `${name}: info: [${sys.pid}] successful run completed in ${Math.round((sys.now() - began) / 1000)}s\n`,
  );
  return 0;
}

function killQuietly(sys: Sys, pid: number): void {
  try {
    sys.kill(pid, 'SIGTERM');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

function* hog(sys: Sys, saved: Hog): Blocking<number> {
  if (saved.kind === 'vm' && !saved.claimed) yield* sys.claim(saved.bytes);
  // A copy goes on from here, with the memory that it has; it may ask nothing before.
  const state: Hog = { ...saved, claimed: true };
  for (;;) {
    sys.save(state);
    if (sys.now() >= state.until) return 0;
    if (state.kind === 'vm') {
      yield* sys.spend(20);
      yield* sys.sleep(seconds(1));
      continue;
    }
    yield* sys.spend(state.load * 10);
    if (state.load < 100) yield* sys.sleep(durationMs((100 - state.load) * 1));
  }
}

interface EchoState {
  readonly text: string | undefined;
  readonly port: number;
}

function isEcho(saved: PlainData | undefined): saved is { readonly state: EchoState } {
  return typeof saved === 'object' && saved !== null && 'connections' in saved && 'state' in saved;
}

/** `whoami`: tells a request back; `http-echo -text=...`: always the same text. */
function* serveEcho(sys: Sys, saved: PlainData | undefined, fresh: EchoState): Blocking<number> {
  sys.onSignal('SIGTERM', 'catch');
  const state = isEcho(saved) ? saved.state : fresh;
  return yield* serveHttp<EchoState>(sys, saved, {
    port: state.port,
    state: () => state,
    onSignal: () => 'drain',
    handle: (request, own, inner) =>
      own.text === undefined
        ? whoAsked(request, inner)
        : { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${own.text}\n` },
  });
}

function whoAsked(request: ServedRequest, sys: Sys): HttpReply {
  if (request.path === '/health') return { status: 200 };
  const addresses = sys.interfaces().flatMap(({ addresses: each }) => each.map(({ address }) => `IP: ${address}\n`));
  const headers = Object.entries(request.headers)
    .filter(([name]) => name !== 'host')
    .map(([name, values]) => `${headerName(name)}: ${values.join(', ')}\n`);
  const body = `Hostname: ${sys.hostname()}\n${addresses.join('')}RemoteAddr: ${request.client?.host}:${request.client?.port}\n${request.method} ${request.target} ${request.version}\nHost: ${request.headers['host']?.[0] ?? ''}\n${headers.sort().join('')}\n`;
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
}

function option(sys: Sys, name: string): string | undefined {
  const at = sys.argv.findIndex((arg) => new RegExp(`^--?${name}(=|$)`).test(arg));
  if (at < 0) return undefined;
  const arg = sys.argv[at] ?? '';
  return arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : sys.argv[at + 1];
}

export const whoamiServer: Program = function* run(sys, saved) {
  const port = Number(option(sys, 'port') ?? sys.env.get('WHOAMI_PORT_NUMBER') ?? 80);
  if (saved === undefined) yield* sys.write(2, `Starting up on port ${port}\n`);
  return yield* serveEcho(sys, saved, { text: undefined, port });
};

export const httpEcho: Program = function* run(sys, saved) {
  const text = option(sys, 'text') ?? sys.env.get('ECHO_TEXT');
  if (text === undefined && saved === undefined) {
    yield* sys.write(2, 'Missing -text option!\n');
    return 127;
  }
  const port = Number(/(\d+)$/.exec(option(sys, 'listen') ?? ':5678')?.[1] ?? 5678);
  if (saved === undefined) yield* sys.write(2, `[INFO] server is listening on :${port}\n`);
  return yield* serveEcho(sys, saved, { text: text ?? '', port });
};

interface Cache {
  readonly items: Map<string, { readonly flags: string; readonly value: string; readonly expires: number }>;
  readonly port: number;
  gets: number;
  sets: number;
}

function isCache(value: PlainData | undefined): value is Cache {
  return typeof value === 'object' && value !== null && 'items' in value;
}

/** `memcached`, its text protocol. */
export const memcached: Program = function* run(sys, saved) {
  const known = savedState(saved);
  const state: Cache = isCache(known)
    ? known
    : { items: new Map(), port: Number(option(sys, 'p') ?? option(sys, 'port') ?? 11211), gets: 0, sets: 0 };
  sys.onSignal('SIGTERM', 'catch');
  return yield* serveStreams<Cache>(sys, saved, {
    ports: [state.port],
    state: () => state,
    onData: (client, own, inner) => cacheData(client, own, inner),
  });
};

function* cacheData(client: StreamClient, state: Cache, sys: Sys): Blocking<void> {
  for (;;) {
    const end = client.received.indexOf(10);
    if (end < 0) return;
    const [name = '', key = '', flags = '0', life = '0', size = '0'] = decode(client.received.subarray(0, end))
      .trim()
      .split(/\s+/);
    let used = end + 1;
    let reply: string;
    if (name === 'set' || name === 'add' || name === 'replace') {
      const bytes = Number(size);
      if (client.received.length < used + bytes + 2) return;
      const there = fresh(state, key, sys.now()) !== undefined;
      const stores = name === 'set' || (name === 'add') !== there;
      if (stores)
        state.items.set(key, {
          flags,
          value: decode(client.received.subarray(used, used + bytes)),
          expires: Number(life) === 0 ? Number.MAX_SAFE_INTEGER : sys.now() + Number(life) * 1000,
        });
      state.sets++;
      used += bytes + 2;
      reply = stores ? 'STORED\r\n' : 'NOT_STORED\r\n';
    } else reply = cacheCommand(state, sys, name, key, flags, client);
    client.received = client.received.subarray(used);
    client.out.push(encode(reply));
    yield* sys.spend(1);
  }
}

function fresh(
  { items }: Cache,
  key: string,
  now: number,
): { readonly flags: string; readonly value: string } | undefined {
  const item = items.get(key);
  if (item === undefined || item.expires > now) return item;
  items.delete(key);
  return undefined;
}

function cacheCommand(state: Cache, sys: Sys, name: string, key: string, by: string, client: StreamClient): string {
  const item = fresh(state, key, sys.now());
  switch (name) {
    case 'get':
    case 'gets':
      state.gets++;
      return item === undefined
        ? 'END\r\n'
        : `VALUE ${key} ${item.flags} ${concat([encode(item.value)]).length}\r\n${item.value}\r\nEND\r\n`;
    case 'delete':
      return state.items.delete(key) ? 'DELETED\r\n' : 'NOT_FOUND\r\n';
    case 'incr':
    case 'decr': {
      if (item === undefined) return 'NOT_FOUND\r\n';
      const value = Math.max(0, Number(item.value) + (name === 'incr' ? Number(by) : -Number(by)));
      state.items.set(key, { ...item, value: String(value), expires: Number.MAX_SAFE_INTEGER });
      return `${value}\r\n`;
    }
    case 'flush_all':
      state.items.clear();
      return 'OK\r\n';
    case 'version':
      return 'VERSION 1.6.21\r\n';
    case 'stats':
      return `STAT pid ${sys.pid}\r\nSTAT curr_items ${state.items.size}\r\nSTAT cmd_get ${state.gets}\r\nSTAT cmd_set ${state.sets}\r\nEND\r\n`;
    case 'quit':
      client.closing = true;
      return '';
    default:
      return 'ERROR\r\n';
  }
}
