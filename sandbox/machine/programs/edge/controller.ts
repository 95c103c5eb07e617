// Controllers of proxies at the edge of a cluster: they watch kinds through the API, compile what they know to rules, keep a
// front for each port, and write into the cluster what came of it.
//
// observe: the kinds of the definition.
// diff:    `plan`, which is pure, says which rules are to hold and what is to be written.
// act:     the file of the rules, the fronts, requests to the API.

import type { JsonObject, JsonValue } from '../../../kube/json.ts';
import { durationMs } from '../../../time/units.ts';
import { serveHttp } from '../../serve.ts';
import { type Blocking, type Fd, type PlainData, type Sys, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import {
  type ApiRequest,
  type ApiView,
  type ApiWatcher,
  askApi,
  connectView,
  hearView,
  jsonObject,
  newApiView,
  nextRetry,
  type WatchedKind,
} from '../kit/apiview.ts';
import { readAll, writeFile } from '../kit/input.ts';
import { type Front, frontServing, isFront, runFront } from './front.ts';
import type { PortPlan } from './routes.ts';

/** Objects by kind, then by `namespace/name` (`/name` for those of the cluster). */
export type World = Map<string, Map<string, JsonObject>>;

/** What is to hold, as the world is now. */
export interface EdgePlan {
  readonly ports: readonly PortPlan[];
  /** Requests that make the cluster say what holds; none for what it says already. */
  readonly writes: readonly ApiRequest[];
  /** Lines for the log, each written once. */
  readonly notes: readonly string[];
}

/** One controller, with what it was told on its command line. */
export interface EdgeController<S extends PlainData> {
  readonly agent: string;
  readonly kinds: readonly WatchedKind[];
  /** Reads the command line; a number is a status to end with. */
  readonly begin: (sys: Sys) => Blocking<S | number>;
  readonly plan: (world: World, settings: S, sys: Sys) => EdgePlan;
  readonly healthPort: number;
  readonly healthPaths: readonly string[];
  /** A line of the log. */
  readonly line: (sys: Sys, text: string) => string;
}

/** Plain data, saved before each wait. */
interface State {
  readonly kind: 'edge';
  readonly settings: PlainData;
  readonly view: ApiView;
  readonly world: World;
  readonly file: string;
  /** Port → the process that serves it, and what it presents. */
  readonly fronts: Map<number, { readonly pid: number; readonly tls: string }>;
  /** What was asked of the API last, by path. */
  readonly written: Map<string, { readonly body: string; readonly at: number }>;
  readonly noted: Set<string>;
  /** When the plan is to be made anew. */
  due: number | undefined;
  healthy: boolean;
}

interface Health {
  readonly kind: 'health';
  readonly port: number;
  readonly paths: readonly string[];
}

const SYNC_MS = 100;
/** An answer that the watch hasn't brought back yet isn't asked for again before. */
const REPEAT_MS = 5000;
const FILE = '/tmp/routes.json';

/** Runs a controller, its fronts and its health page: all are forked from one program. */
export function* runEdge<S extends PlainData>(
  sys: Sys,
  saved: PlainData | undefined,
  controller: EdgeController<S>,
): Blocking<number> {
  if (isFront(saved)) return yield* startFront(sys, saved);
  const front = frontServing(saved);
  if (front !== undefined) return yield* runFront(sys, saved, front);
  if (isHealth(saved)) return yield* health(sys, undefined, saved);
  if (isHealthServing(saved)) return yield* health(sys, saved, saved.state);
  if (isState(saved)) return yield* control(sys, saved, controller);
  const settings = yield* controller.begin(sys);
  if (typeof settings === 'number') return settings;
  const state: State = {
    kind: 'edge',
    settings,
    view: newApiView(controller.kinds),
    world: new Map(controller.kinds.map(({ name }) => [name, new Map()])),
    file: FILE,
    fronts: new Map(),
    written: new Map(),
    noted: new Set(),
    due: undefined,
    healthy: false,
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) sys.onSignal(signal, 'catch');
  return yield* control(sys, state, controller);
}

function isState(saved: PlainData | undefined): saved is State {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'edge';
}

function isHealth(saved: PlainData | undefined): saved is Health {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'health';
}

function isHealthServing(saved: PlainData | undefined): saved is { readonly state: Health } {
  return typeof saved === 'object' && saved !== null && 'connections' in saved && 'state' in saved;
}

/** The one before it may still be closing its port. */
function* startFront(sys: Sys, front: Front): Blocking<number> {
  for (let tries = 0; ; tries++) {
    try {
      return yield* runFront(sys, undefined, front);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EADDRINUSE' || tries > 100) throw error;
      yield* sys.sleep(durationMs(20));
    }
  }
}

function* health(sys: Sys, saved: PlainData | undefined, { port, paths }: Health): Blocking<number> {
  return yield* serveHttp<Health>(sys, saved, {
    port,
    state: () => ({ kind: 'health', port, paths }),
    handle: ({ path }, own) =>
      own.paths.includes(path) ? { status: 200, body: 'ok' } : { status: 404, body: '404 page not found\n' },
  });
}

function watcherOf<S extends PlainData>(sys: Sys, state: State, { agent, kinds }: EdgeController<S>): ApiWatcher {
  const soon = (): void => {
    state.due ??= sys.now() + SYNC_MS;
  };
  return {
    kinds,
    agent,
    forget: (kind) => {
      state.world.get(kind)?.clear();
      soon();
    },
    learn: (kind, object, gone) => {
      const { name = '', namespace = '' } = (object['metadata'] ?? {}) as { name?: string; namespace?: string };
      const known = state.world.get(kind);
      if (gone) known?.delete(`${namespace}/${name}`);
      else known?.set(`${namespace}/${name}`, object);
      soon();
    },
  };
}

function* control<S extends PlainData>(sys: Sys, state: State, controller: EdgeController<S>): Blocking<number> {
  for (;;) {
    sys.save(state);
    try {
      yield* round(sys, state, controller);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
      if (sys.caught().some((signal) => signal !== 'SIGCHLD')) return yield* end(sys, state, controller);
    }
  }
}

function* round<S extends PlainData>(sys: Sys, state: State, controller: EdgeController<S>): Blocking<void> {
  const { view } = state;
  const watcher = watcherOf(sys, state, controller);
  const next = Math.min(nextRetry(view) ?? Number.POSITIVE_INFINITY, state.due ?? Number.POSITIVE_INFINITY);
  const wait = Number.isFinite(next) ? durationMs(Math.max(0, next - sys.now())) : undefined;
  for (const fd of yield* sys.poll([...view.watches.keys()], wait)) yield* hearView(sys, view, watcher, fd);
  for (const problem of yield* connectView(sys, view, watcher)) yield* note(sys, state, controller, problem);
  const isSynced = controller.kinds.every(({ name }) => view.synced.has(name));
  if (!isSynced || state.due === undefined || state.due > sys.now()) return;
  state.due = undefined;
  yield* sync(sys, state, controller);
}

function* note<S extends PlainData>(sys: Sys, state: State, { line }: EdgeController<S>, text: string): Blocking<void> {
  if (state.noted.has(text)) return;
  state.noted.add(text);
  yield* sys.write(2, line(sys, text));
}

function* sync<S extends PlainData>(sys: Sys, state: State, controller: EdgeController<S>): Blocking<void> {
  const plan = controller.plan(state.world, state.settings as S, sys);
  yield* sys.spend(10);
  yield* writeFile(sys, `${state.file}.new`, JSON.stringify({ ports: plan.ports }));
  sys.rename(`${state.file}.new`, state.file);
  keepFronts(sys, state, plan.ports);
  if (!state.healthy) {
    state.healthy = true;
    const forked: Health = { kind: 'health', port: controller.healthPort, paths: controller.healthPaths };
    sys.spawn([], { forked, fds: STREAMS });
  }
  for (const text of plan.notes) yield* note(sys, state, controller, text);
  for (const request of plan.writes) yield* write(sys, state, controller, request);
}

const STREAMS: ReadonlyMap<Fd, Fd> = new Map([
  [0, 0],
  [1, 1],
  [2, 2],
]);

/** A front that presents other certificates makes room for another. */
function keepFronts(sys: Sys, { fronts, file }: State, ports: readonly PortPlan[]): void {
  for (const [port, { pid, tls }] of [...fronts]) {
    const plan = ports.find((each) => each.port === port);
    if (plan !== undefined && tls === JSON.stringify(plan.tls ?? null)) continue;
    fronts.delete(port);
    quit(sys, pid);
  }
  for (const plan of ports) {
    if (fronts.has(plan.port)) continue;
    const forked: Front = { kind: 'front', port: plan.port, file, inode: 0, plan, served: 0 };
    const pid = sys.spawn([], { forked, fds: STREAMS });
    fronts.set(plan.port, { pid, tls: JSON.stringify(plan.tls ?? null) });
  }
}

function quit(sys: Sys, pid: number): void {
  try {
    sys.kill(pid, 'SIGTERM');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

function* write<S extends PlainData>(
  sys: Sys,
  state: State,
  controller: EdgeController<S>,
  request: ApiRequest,
): Blocking<void> {
  const key = `${request.method} ${request.path}`;
  const body = JSON.stringify(request.body ?? null);
  const last = state.written.get(key);
  if (last?.body === body && sys.now() - last.at < REPEAT_MS) return;
  state.written.set(key, { body, at: sys.now() });
  try {
    const response = yield* askApi(sys, controller.agent, request);
    const answer = jsonObject(decode(yield* readAll(sys, response.body)));
    sys.close(response.body);
    if (response.status < 300 || response.status === 409 || response.status === 404) return;
    yield* note(sys, state, controller, `${key}: ${String(answer['message'] satisfies JsonValue | undefined)}`);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    yield* note(sys, state, controller, `${key}: ${error.code}`);
  }
}

/** Fronts finish what was asked of them. */
function* end<S extends PlainData>(sys: Sys, state: State, { line }: EdgeController<S>): Blocking<number> {
  yield* sys.write(2, line(sys, 'Received SIGTERM, shutting down'));
  for (const { pid } of state.fronts.values()) quit(sys, pid);
  for (const { pid } of state.fronts.values()) {
    try {
      yield* sys.wait(pid);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  return 0;
}
