// `coredns`: one process that answers questions for names, watches the cluster, and serves its pages for probes and
// metrics. Questions for servers elsewhere are asked by processes of their own, so that nobody waits for them.

import { durationMs } from '../../../time/units.ts';
import { bytesOf } from '../../bytes.ts';
import {
  type Address,
  type Blocking,
  type Bytes,
  type DnsAnswer,
  type Fd,
  type PlainData,
  type Program,
  type Sys,
  SysError,
} from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import { nextRetry } from '../kit/apiview.ts';
import { tryTextFile } from '../kit/input.ts';
import { dnsType, readResolverConfig } from '../net/names.ts';
import { ask, type Question } from './chain.ts';
import { type ClusterView, connect, hear, isSynced, newClusterView } from './cluster.ts';
import { blockFor, CorefileError, directive, parseCorefile, type ServerBlock } from './corefile.ts';
import { CLIENT_FD, type Errand, errand, info, isErrand, logQuestion, writeOrGone } from './errand.ts';
import { type Page, pageFor } from './pages.ts';

/** Somebody who has connected and may not have said everything yet. */
interface Client {
  /** The port of the questions, or the page's server. */
  readonly what: number | Page;
  readonly from: Address | undefined;
  heard: Bytes;
}

/** Plain data, saved before each wait. */
interface State {
  readonly kind: 'coredns';
  readonly path: string;
  text: string;
  blocks: readonly ServerBlock[];
  readonly nameservers: readonly string[];
  readonly listeners: Map<Fd, number | Page>;
  readonly clients: Map<Fd, Client>;
  readonly view: ClusterView;
  /** Questions answered, by status. */
  readonly answered: Map<string, number>;
  /** When the file is looked at again. */
  reloads: number;
  /** When it ends, once it was told to. */
  ends: number | undefined;
  /** Counts the questions, for the log. */
  asked: number;
}

const VERSION = '1.14.2';
const RELOAD_MS = 30_000;
const LAMEDUCK_MS = 5000;
const SYNC_WAIT_MS = 5000;

export const coredns: Program = function* run(sys, saved) {
  if (isErrand(saved)) return yield* errand(sys, saved);
  if (isState(saved)) return yield* serve(sys, saved);
  const path = flagOf(sys, 'conf') ?? 'Corefile';
  if (sys.argv.includes('-version') || sys.argv.includes('--version')) {
    yield* sys.write(1, `CoreDNS-${VERSION}\nlinux/amd64, go1.26.8, 1f2b1a5\n`);
    return 0;
  }
  const state = yield* begin(sys, path);
  return typeof state === 'number' ? state : yield* serve(sys, state);
};

function isState(saved: PlainData | undefined): saved is State {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'coredns';
}

function flagOf(sys: Sys, name: string): string | undefined {
  const at = sys.argv.findIndex((arg) => arg === `-${name}` || arg === `--${name}`);
  return at < 0 ? undefined : sys.argv[at + 1];
}

/** The state to serve from, or the status to exit with. */
function* begin(sys: Sys, path: string): Blocking<State | number> {
  const text = (yield* tryTextFile(sys, path)) ?? DEFAULT_COREFILE;
  const blocks = readBlocks(sys, text, path);
  if (typeof blocks === 'string') return yield* die(sys, blocks);
  const usesCluster = blocks.some((block) => directive(block, 'kubernetes') !== undefined);
  if (usesCluster && (sys.env.get('KUBERNETES_SERVICE_HOST') ?? '') === '')
    return yield* die(
      sys,
      'plugin/kubernetes: unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
    );
  const { servers } = yield* readResolverConfig(sys);
  const view = newClusterView(usesCluster);
  const state: State = {
    kind: 'coredns',
    path,
    text,
    blocks,
    nameservers: servers,
    listeners: new Map(),
    clients: new Map(),
    view,
    answered: new Map(),
    reloads: sys.now() + RELOAD_MS,
    ends: undefined,
    asked: 0,
  };
  yield* waitForCluster(sys, view);
  try {
    listen(sys, state);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* die(
      sys,
      `Listen: listen tcp :53: bind: ${error.code === 'EACCES' ? 'permission denied' : 'address already in use'}`,
    );
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) sys.onSignal(signal, 'catch');
  sys.onSignal('SIGCHLD', 'ignore');
  const zones = blocks.flatMap(({ zones: each, port }) => each.map((zone) => `${zone}.:${port}\n`));
  yield* sys.write(1, zones.join(''));
  if (blocks.some((block) => directive(block, 'reload') !== undefined))
    yield* info(sys, `plugin/reload: Running configuration SHA512 = ${fingerprint(text)}`);
  yield* sys.write(1, `CoreDNS-${VERSION}\nlinux/amd64, go1.26.8, 1f2b1a5\n`);
  return state;
}

const DEFAULT_COREFILE = '.:53 {\n whoami\n log\n}\n';

function readBlocks(sys: Sys, text: string, path: string): readonly ServerBlock[] | string {
  try {
    return parseCorefile(text, path, sys.env);
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
}

function* die(sys: Sys, message: string): Blocking<number> {
  yield* sys.write(1, `${message}\n`);
  return 1;
}

/** At most five seconds; then it serves what it can. */
function* waitForCluster(sys: Sys, view: ClusterView): Blocking<void> {
  const until = sys.now() + SYNC_WAIT_MS;
  while (!isSynced(view) && view.retries.size > 0) {
    for (const problem of yield* connect(sys, view)) yield* sys.write(2, `[ERROR] ${problem}\n`);
    if (isSynced(view)) return;
    if (sys.now() >= until) {
      yield* sys.write(1, '[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API\n');
      return;
    }
    yield* info(sys, 'plugin/kubernetes: waiting for Kubernetes API before starting server');
    yield* sys.sleep(durationMs(1000));
  }
}

/** 128 digits that change with the text. */
function fingerprint(text: string): string {
  let out = '';
  for (let part = 0; part < 16; part++) {
    let hash = 2166136261 ^ part;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619) >>> 0;
    out += hash.toString(16).padStart(8, '0');
  }
  return out;
}

function listen(sys: Sys, { blocks, listeners }: State): void {
  for (const port of new Set(blocks.map((block) => block.port)))
    listeners.set(sys.listen({ host: '', port }, { transport: 'UDP' }), port);
  const pages: readonly (readonly [string, Page, number])[] = [
    ['health', 'health', 8080],
    ['ready', 'ready', 8181],
    ['prometheus', 'metrics', 9153],
  ];
  for (const [name, page, usual] of pages) {
    const found = blocks.map((block) => directive(block, name)).find((each) => each !== undefined);
    if (found === undefined) continue;
    const port = Number(/:(\d+)$/.exec(found.args[0] ?? '')?.[1] ?? usual);
    listeners.set(sys.listen({ host: '', port }), page);
  }
}

function* serve(sys: Sys, state: State): Blocking<number> {
  for (;;) {
    sys.save(state);
    if (state.ends !== undefined && sys.now() >= state.ends) return 0;
    try {
      yield* round(sys, state);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
      if (sys.caught().length > 0) yield* goDown(sys, state);
    }
  }
}

function* goDown(sys: Sys, state: State): Blocking<void> {
  if (state.ends !== undefined) return;
  const health = state.blocks.map((block) => directive(block, 'health')).find((each) => each !== undefined);
  const lame = health?.block.some(([word]) => word === 'lameduck') === true;
  yield* info(sys, 'SIGTERM: Shutting down servers then terminating');
  if (lame) yield* info(sys, 'plugin/health: Going into lameduck mode for 5s');
  state.ends = sys.now() + (lame ? LAMEDUCK_MS : 0);
}

/** Waits for whatever comes next, and does it. */
function* round(sys: Sys, state: State): Blocking<void> {
  const { listeners, clients, view } = state;
  const fds = [...listeners.keys(), ...clients.keys(), ...view.watches.keys()];
  const due = Math.min(
    nextRetry(view) ?? Number.POSITIVE_INFINITY,
    state.reloads,
    state.ends ?? Number.POSITIVE_INFINITY,
  );
  const ready = yield* sys.poll(fds, durationMs(Math.max(0, due - sys.now())));
  for (const fd of ready) {
    const what = listeners.get(fd);
    if (what !== undefined) {
      const client = yield* sys.accept(fd);
      clients.set(client, { what, from: sys.remoteAddress(client), heard: bytesOf('') });
    } else if (view.watches.has(fd)) yield* hear(sys, view, fd);
    else yield* receive(sys, state, fd);
  }
  for (const problem of yield* connect(sys, view)) yield* sys.write(2, `[ERROR] ${problem}\n`);
  if (sys.now() >= state.reloads) yield* reload(sys, state);
}

function* receive(sys: Sys, state: State, fd: Fd): Blocking<void> {
  const client = state.clients.get(fd);
  if (client === undefined) return;
  const bytes = yield* readOrGone(sys, fd);
  if (bytes === undefined) {
    drop(sys, state, fd);
    return;
  }
  client.heard = concat([client.heard, bytes]);
  if (typeof client.what === 'number') {
    if (bytes.length === 0) yield* answer(sys, state, fd, client, client.what);
    return;
  }
  if (bytes.length === 0 || decode(client.heard).includes('\r\n\r\n')) {
    yield* writeOrGone(
      sys,
      fd,
      pageFor(client.what, decode(client.heard), {
        ready: isReady(state),
        answered: state.answered,
        ending: state.ends !== undefined,
      }),
    );
    drop(sys, state, fd);
  }
}

function isReady({ view, blocks }: State): boolean {
  return isSynced(view) || !blocks.some((block) => directive(block, 'kubernetes') !== undefined);
}

function drop(sys: Sys, { clients }: State, fd: Fd): void {
  clients.delete(fd);
  sys.close(fd);
}

function* readOrGone(sys: Sys, fd: Fd): Blocking<Bytes | undefined> {
  try {
    return yield* sys.read(fd, 65_536);
  } catch (error) {
    if (error instanceof SysError && error.code !== 'EINTR') return undefined;
    throw error;
  }
}

function questionOf(text: string): Question | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('name' in value) || !('type' in value)) return undefined;
    const type = dnsType(String(value.type));
    return type === undefined ? undefined : { name: String(value.name), type };
  } catch {
    return undefined;
  }
}

function* answer(sys: Sys, state: State, fd: Fd, { heard, from }: Client, port: number): Blocking<void> {
  const question = questionOf(decode(heard));
  if (question === undefined) {
    drop(sys, state, fd);
    return;
  }
  const block = blockFor(state.blocks, port, question.name.toLowerCase().replace(/\.$/, ''));
  const { names, changedAt } = state.view;
  const serial = Math.floor(changedAt / 1000);
  const step = ask(block, question, { names, serial, synced: isSynced(state.view), nameservers: state.nameservers });
  const logs = block !== undefined && directive(block, 'log') !== undefined;
  state.asked++;
  if (step.kind === 'forward') {
    const complains = block !== undefined && directive(block, 'errors') !== undefined;
    const forked: Errand = { kind: 'errand', step, logs, complains };
    sys.spawn(sys.argv, {
      forked,
      fds: new Map([
        [0, 0],
        [1, 1],
        [2, 2],
        [CLIENT_FD, fd],
      ]),
    });
    drop(sys, state, fd);
    return;
  }
  const shuffles = block !== undefined && directive(block, 'loadbalance') !== undefined;
  const given = shuffles ? shuffled(sys, step.answer) : step.answer;
  state.answered.set(given.status, (state.answered.get(given.status) ?? 0) + 1);
  yield* writeOrGone(sys, fd, JSON.stringify(given));
  drop(sys, state, fd);
  if (logs) yield* logQuestion(sys, question, given, from);
}

/** Addresses come in another order each time. */
function shuffled(sys: Sys, given: DnsAnswer): DnsAnswer {
  const first = given.answers.findIndex(({ type }) => type === 'A');
  const addresses = first < 0 ? [] : given.answers.slice(first);
  if (addresses.length < 2) return given;
  const turn = sys.random(addresses.length);
  return {
    ...given,
    answers: [...given.answers.slice(0, first), ...addresses.slice(turn), ...addresses.slice(0, turn)],
  };
}

/** Looks whether the file has changed, where it was told to. */
function* reload(sys: Sys, state: State): Blocking<void> {
  state.reloads = sys.now() + RELOAD_MS;
  if (!state.blocks.some((block) => directive(block, 'reload') !== undefined)) return;
  const text = yield* tryTextFile(sys, state.path);
  if (text === undefined || text === state.text) return;
  yield* info(sys, 'Reloading');
  const blocks = readBlocks(sys, text, state.path);
  state.text = text;
  if (typeof blocks === 'string') {
    yield* sys.write(
      1,
      `[ERROR] Restart failed: ${blocks}\n[ERROR] plugin/reload: Corefile changed but reload failed: starting with listener file descriptors: ${blocks}\n`,
    );
    return;
  }
  for (const fd of state.listeners.keys()) sys.close(fd);
  state.listeners.clear();
  state.blocks = blocks;
  listen(sys, state);
  yield* info(sys, `plugin/reload: Running configuration SHA512 = ${fingerprint(text)}`);
  yield* info(sys, 'Reloading complete');
}
