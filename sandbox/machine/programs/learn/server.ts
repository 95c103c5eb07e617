// The teaching images' web server: one program that behaves as its image's knobs say (slow to start, freezing, leaking,
// deaf to SIGTERM, busy, misconfigured).

import { durationMs, rfc3339, seconds } from '../../../time/units.ts';
import { httpHeader } from '../../http.ts';
import { type HttpReply, type HttpServer, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type Bytes, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { readFile, tryTextFile } from '../kit/input.ts';
import { type Behaviour, isOff, readBehaviour } from './behaviour.ts';

/** What the server remembers; plain data. */
interface State {
  readonly role: 'server' | 'admin';
  readonly behaviour: Behaviour;
  /** When it began to answer. */
  readonly since: number;
  requests: number;
  busySeconds: number;
  /** The process that leaks or serves the admin page. */
  helpers: number[];
}

export const learnServer: Program = function* run(sys, saved) {
  if (isServing(saved)) return yield* serve(sys, saved, saved.state);
  if (isLeak(saved)) return yield* leak(sys, saved);
  if (isState(saved)) return yield* serve(sys, undefined, saved);
  const behaviour = yield* readBehaviour(sys);
  if (behaviour.crash) return yield* crash(sys, behaviour);
  sys.onSignal('SIGTERM', behaviour.onTerm === 'ignore' ? 'ignore' : 'catch');
  if (behaviour.startupSeconds > 0) {
    yield* sys.write(1, `${rfc3339(sys.now())} warming up, ready in ${behaviour.startupSeconds} s\n`);
    if (!(yield* pause(sys, behaviour.startupSeconds))) return 0;
  }
  yield* sys.write(
    1,
    `${rfc3339(sys.now())} ${behaviour.name} ${sys.env.get('VERSION') ?? ''} listens on ${behaviour.port}\n`.replace(
      '  ',
      ' ',
    ),
  );
  const state: State = { role: 'server', behaviour, since: sys.now(), requests: 0, busySeconds: 0, helpers: [] };
  startHelpers(sys, state);
  return yield* serve(sys, undefined, state);
};

function isServing(saved: PlainData | undefined): saved is { readonly state: State } {
  return typeof saved === 'object' && saved !== null && 'connections' in saved && 'state' in saved;
}

function isState(saved: PlainData | undefined): saved is State {
  return typeof saved === 'object' && saved !== null && 'role' in saved;
}

interface Leak {
  readonly leakMbPerMinute: number;
  readonly since: number;
}

function isLeak(saved: PlainData | undefined): saved is Leak {
  return typeof saved === 'object' && saved !== null && 'leakMbPerMinute' in saved;
}

/** Sleeps; false when a signal came. */
function* pause(sys: Sys, length: number): Blocking<boolean> {
  try {
    yield* sys.sleep(seconds(length));
    return true;
  } catch (error) {
    if (error instanceof SysError && error.code === 'EINTR') return false;
    throw error;
  }
}

function* crash(sys: Sys, { name }: Behaviour): Blocking<number> {
  yield* sys.write(
    2,
    `${name}: starting\npanic: missing migration 0042: column "nickname" does not exist\n\ngoroutine 1 [running]:\nmain.mustMigrate(...)\n\t/src/${name}/migrate.go:87 +0x1d4\nmain.main()\n\t/src/${name}/main.go:31 +0x9c\nexit status 1\n`,
  );
  return 1;
}

function startHelpers(sys: Sys, state: State): void {
  const { behaviour } = state;
  const inherited = {
    fds: new Map([
      [0, 0],
      [1, 1],
      [2, 2],
    ]),
  };
  if (behaviour.leakMbPerMinute > 0) {
    const forked: Leak = { leakMbPerMinute: behaviour.leakMbPerMinute, since: sys.now() };
    state.helpers.push(sys.spawn(sys.argv, { forked, ...inherited }));
  }
  if (behaviour.admin !== undefined)
    state.helpers.push(sys.spawn(sys.argv, { forked: { ...state, role: 'admin', helpers: [] }, ...inherited }));
}

const MB = 1024 * 1024;

/** Claims a little more each second; the memory counts for the whole container. */
function* leak(sys: Sys, state: Leak): Blocking<number> {
  for (;;) {
    sys.save(state);
    const minutes = (sys.now() - state.since) / 60_000;
    yield* sys.claim(Math.round(8 * MB + minutes * state.leakMbPerMinute * MB));
    yield* sys.sleep(seconds(1));
  }
}

function* serve(sys: Sys, saved: PlainData | undefined, state: State): Blocking<number> {
  const { behaviour, role } = state;
  const server: HttpServer<State> = {
    port: role === 'admin' ? (behaviour.admin?.port ?? 9000) : behaviour.port,
    ...(role === 'admin' ? { host: '127.0.0.1' } : {}),
    state: () => state,
    onSignal: (_, own) => {
      for (const pid of own.helpers) end(sys, pid);
      return 'drain';
    },
    handle: (request, own, inner) => (own.role === 'admin' ? admin(request, own) : answer(request, own, inner)),
    onAnswer: (request, reply, _, inner) => log(inner, request, reply),
  };
  const status = yield* serveHttp(sys, saved, server);
  yield* sys.write(1, `${rfc3339(sys.now())} ${behaviour.name} has answered all requests, bye\n`);
  return status;
}

function end(sys: Sys, pid: number): void {
  try {
    sys.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

function admin(request: ServedRequest, { behaviour }: State): HttpReply {
  if (request.path === '/token') return { status: 200, body: `${behaviour.admin?.token ?? ''}\n` };
  return { status: 200, body: 'admin: GET /token\n' };
}

/** Never, for all practical purposes. */
const FROZEN = durationMs(30 * 86_400_000);

function* answer(request: ServedRequest, state: State, sys: Sys): Blocking<HttpReply> {
  const { behaviour } = state;
  state.requests++;
  const age = (sys.now() - state.since) / 1000;
  const frozen = behaviour.freezeAfterSeconds > 0 && age >= behaviour.freezeAfterSeconds;
  if (frozen || isOff(sys, 'answers')) return { status: 200, body: '', delay: FROZEN };
  if (behaviour.cpuMillisecondsPerRequest > 0 && request.path === '/') {
    state.busySeconds += behaviour.cpuMillisecondsPerRequest / 1000;
    yield* sys.spend(Math.ceil(behaviour.cpuMillisecondsPerRequest * 10));
  }
  const reply = yield* route(request, state, sys);
  return behaviour.requestSeconds > 0 && !HEALTH.has(request.path)
    ? { ...reply, delay: seconds(behaviour.requestSeconds) }
    : reply;
}

const HEALTH = new Set(['/healthz', '/livez', '/live', '/readyz', '/ready', '/metrics']);

function* route(request: ServedRequest, state: State, sys: Sys): Blocking<HttpReply> {
  switch (request.path) {
    case '/healthz':
    case '/livez':
    case '/live':
      return isOff(sys, 'live') ? { status: 500, body: 'switched off\n' } : { status: 200, body: 'ok\n' };
    case '/readyz':
    case '/ready':
      return ready(sys);
    case '/metrics':
      return metrics(state, sys);
    case '/version':
      return { status: 200, body: `${sys.env.get('VERSION') ?? '-'}\n` };
    case '/env':
      return { status: 200, body: [...sys.env].map(([name, value]) => `${name}=${value}\n`).join('') };
    default:
      return yield* content(request, state, sys);
  }
}

function ready(sys: Sys): HttpReply {
  for (const name of ['ready', 'dependency'])
    if (isOff(sys, name)) return { status: 503, body: `${name} is switched off\n` };
  return { status: 200, body: 'ready\n' };
}

function metrics({ requests, busySeconds }: State, sys: Sys): HttpReply {
  const [user, system] = sys.cpuTimes();
  const body = `# TYPE http_requests_total counter\nhttp_requests_total ${requests}\n# TYPE work_seconds_total counter\nwork_seconds_total ${busySeconds.toFixed(3)}\n# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total ${((user + system) / 1000).toFixed(2)}\n`;
  return { status: 200, headers: { 'Content-Type': 'text/plain; version=0.0.4' }, body };
}

/** A file below the content folder; who answers; or why not. */
function* content(request: ServedRequest, state: State, sys: Sys): Blocking<HttpReply> {
  const { config } = state.behaviour;
  const wrong = config === undefined ? undefined : yield* misconfigured(sys, config);
  if (wrong !== undefined) return { status: 500, body: `${wrong}\n` };
  const folder = sys.env.get('CONTENT_DIR') ?? '/content';
  if (request.path !== '/' && !request.path.includes('..')) {
    const path = folder + request.path;
    const file = statOrNothing(sys, path)?.type === 'file' ? yield* fileOrNothing(sys, path) : undefined;
    const greeting = request.path === '/hello' ? (sys.env.get('GREETING') ?? '') : '';
    if (file !== undefined) return { status: 200, body: file };
    if (greeting !== '') return { status: 200, body: `${greeting}\n` };
    return { status: 404, body: `nothing at ${request.path}\n` };
  }
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: whoAnswers(sys) };
}

function* fileOrNothing(sys: Sys, path: string): Blocking<Bytes | undefined> {
  try {
    return yield* readFile(sys, path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

function* misconfigured(
  sys: Sys,
  { path, needs }: { path: string; needs: readonly string[] },
): Blocking<string | undefined> {
  const text = yield* tryTextFile(sys, path);
  if (text === undefined) return `cannot read ${path}`;
  const lines = text.split('\n').map((line) => line.trim());
  const missing = needs.find((need) => !lines.includes(need));
  return missing === undefined ? undefined : `${path}: expected a line "${missing}"`;
}

function whoAnswers(sys: Sys): string {
  const from = (...names: readonly string[]): string =>
    names.map((name) => sys.env.get(name)).find((value) => value !== undefined) ?? '-';
  return `version: ${from('VERSION')}\npod: ${from('POD_NAME') === '-' ? sys.hostname() : from('POD_NAME')}\nnode: ${from('NODE_NAME')}\nzone: ${from('ZONE')}\n`;
}

function* log(sys: Sys, request: ServedRequest, reply: HttpReply): Blocking<void> {
  if (HEALTH.has(request.path) && httpHeader(request.headers, 'user-agent')?.startsWith('kube-probe') === true) return;
  const line = `${rfc3339(sys.now())} ${request.method} ${request.target} ${reply.status} ${request.client?.host ?? '-'}\n`;
  yield* sys.write(1, line);
  const path = sys.env.get('LOG_FILE');
  if (path === undefined) return;
  try {
    const fd = yield* sys.open(path, { write: true, create: true, append: true });
    yield* sys.write(fd, line);
    sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
  }
}
