// `postgres`: a server of SQL that keeps its tables in its data folder. What SQL it doesn't know it refuses by name.

import { errorText } from '../../errors.ts';
import { type Blocking, type Fd, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { type StreamClient, savedState, serveStreams } from '../kit/serve.ts';
import { strftime } from '../kit/strftime.ts';
import { type Engine, leave, runStatement, type SqlClient } from '../sql/engine.ts';
import type { Session } from '../sql/evaluate.ts';
import { splitStatements } from '../sql/tokens.ts';
import { SqlProblem } from '../sql/tree.ts';
import { errorMessage, outcomeMessages, readyFor } from './answers.ts';
import { type Cluster, flush, initialize, markRunning, openCluster, VERSION } from './cluster.ts';
import { postgresError } from './messages.ts';
import { cstring, cstrings, int32, message, PROTOCOL, readInt32, SSL_REQUEST, takeMessage } from './protocol.ts';

interface State {
  readonly kind: 'postgres';
  readonly cluster: Cluster;
  readonly engine: Engine;
  readonly clients: Map<Fd, SqlClient>;
  /** Lines that aren't written yet. */
  readonly lines: string[];
  readonly port: number;
}

function isState(saved: PlainData | undefined): saved is State {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'postgres';
}

export const postgres: Program = function* run(sys, saved) {
  const known = savedState(saved);
  if (isState(known)) return yield* serve(sys, saved, known);
  if (sys.argv.includes('--version') || sys.argv.includes('-V')) {
    yield* sys.write(1, `postgres (PostgreSQL) ${VERSION}\n`);
    return 0;
  }
  const folder = flag(sys, 'D') ?? sys.env.get('PGDATA') ?? '/var/lib/postgresql/data';
  try {
    if (statOrNothing(sys, `${folder}/PG_VERSION`) === undefined) {
      const status = yield* initialize(sys, folder);
      if (status !== 0) return status;
    } else
      yield* sys.write(1, '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n');
    return yield* start(sys, folder);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    const why = errorText(error.code);
    const text =
      error.code === 'EADDRINUSE'
        ? `could not bind IPv4 address "0.0.0.0": ${why}\n${stamp(sys)} FATAL:  could not create any TCP/IP sockets`
        : `could not use data directory "${folder}": ${why}`;
    yield* log(sys, error.code === 'EADDRINUSE' ? 'LOG' : 'FATAL', text);
    return 1;
  }
};

function* start(sys: Sys, folder: string): Blocking<number> {
  yield* log(sys, 'LOG', `starting PostgreSQL ${VERSION} (simulated) on x86_64-pc-linux-gnu, 64-bit`);
  const { cluster, engine, crashed } = yield* openCluster(sys, folder);
  const state: State = {
    kind: 'postgres',
    cluster,
    engine,
    clients: new Map(),
    lines: [],
    port: Number(flag(sys, 'p') ?? sys.env.get('PGPORT') ?? 5432),
  };
  yield* log(sys, 'LOG', `listening on IPv4 address "0.0.0.0", port ${state.port}`);
  if (crashed) {
    yield* log(sys, 'LOG', 'database system was interrupted; last known up at some time before');
    yield* log(sys, 'LOG', 'database system was not properly shut down; automatic recovery in progress');
    yield* log(sys, 'LOG', 'redo done');
  }
  yield* markRunning(sys, folder, true);
  yield* log(sys, 'LOG', 'database system is ready to accept connections');
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) sys.onSignal(signal, 'catch');
  return yield* serve(sys, undefined, state);
}

function flag(sys: Sys, letter: string): string | undefined {
  const at = sys.argv.findIndex((arg) => arg.startsWith(`-${letter}`));
  const arg = sys.argv[at];
  return arg === undefined ? undefined : arg.length > 2 ? arg.slice(2) : sys.argv[at + 1];
}

function stamp(sys: Sys): string {
  const millis = String(sys.now() % 1000).padStart(3, '0');
  return `${strftime('%Y-%m-%d %H:%M:%S', sys.now() / 1000)}.${millis} UTC [${sys.pid}]`;
}

function lineOf(sys: Sys, level: string, text: string): string {
  return `${stamp(sys)} ${level}:  ${text}\n`;
}

function* log(sys: Sys, level: string, text: string): Blocking<void> {
  yield* sys.write(2, lineOf(sys, level, text));
}

function* serve(sys: Sys, saved: PlainData | undefined, state: State): Blocking<number> {
  return yield* serveStreams<State>(sys, saved, {
    ports: [state.port],
    state: () => state,
    onData: (client, own, inner) => receive(client, own, inner),
    onClose: ({ fd }, { clients, engine }) => {
      leave(engine, clients.get(fd));
      clients.delete(fd);
    },
    *settle({ lines, cluster, engine }, inner) {
      if (engine.dirty.size > 0) yield* flush(inner, cluster, engine);
      if (lines.length === 0) return false;
      yield* inner.write(2, lines.join(''));
      lines.length = 0;
      return true;
    },
    *onSignal(signal, own, inner) {
      const kind = signal === 'SIGTERM' ? 'smart' : signal === 'SIGINT' ? 'fast' : 'immediate';
      yield* log(inner, 'LOG', `received ${kind} shutdown request`);
      yield* log(inner, 'LOG', 'shutting down');
      if (signal !== 'SIGQUIT') yield* markRunning(inner, own.cluster.folder, false);
      yield* log(inner, 'LOG', 'database system is shut down');
      return 'stop';
    },
  });
}

function* receive(client: StreamClient, state: State, sys: Sys): Blocking<void> {
  yield* sys.spend(1);
  while (!client.closing) {
    const session = state.clients.get(client.fd);
    const next = takeMessage(client.received, client.memory.has('user'));
    if (next === undefined) return;
    client.received = client.received.subarray(next.size);
    if (next.type === '') greet(client, state, sys, next.body);
    else if (next.type === 'p') login(client, state, sys, cstrings(next.body)[0] ?? '');
    else if (next.type === 'X') client.closing = true;
    else if (session === undefined) refuse(client, state, sys, '08P01', 'expected a password');
    else if (next.type === 'Q') answer(client, session, state, sys, cstrings(next.body)[0] ?? '');
    else refuse(client, state, sys, '0A000', `messages of type ${next.type} aren't modelled by this server`);
  }
}

function refuse(client: StreamClient, state: State, sys: Sys, code: string, text: string): void {
  client.out.push(errorMessage({ code, message: text, detail: undefined, position: undefined }, 'FATAL'));
  client.closing = true;
  state.lines.push(lineOf(sys, 'FATAL', text));
}

function greet(client: StreamClient, state: State, sys: Sys, body: Uint8Array): void {
  const version = readInt32(body, 0);
  if (version === SSL_REQUEST) {
    client.out.push(new Uint8Array([78]));
    return;
  }
  if (version !== PROTOCOL) {
    refuse(client, state, sys, '0A000', 'unsupported frontend protocol');
    return;
  }
  const words = cstrings(body.subarray(4));
  const settings = new Map<string, string>();
  for (let i = 0; i + 1 < words.length; i += 2) settings.set(words[i] ?? '', words[i + 1] ?? '');
  const user = settings.get('user') ?? '';
  client.memory.set('user', user);
  client.memory.set('database', settings.get('database') ?? user);
  const isTrusted = client.host === '127.0.0.1' || state.cluster.trust;
  if (isTrusted) welcome(client, state, sys);
  else client.out.push(message('R', int32(3)));
}

function login(client: StreamClient, state: State, sys: Sys, password: string): void {
  const user = client.memory.get('user') ?? '';
  if (user === state.cluster.user && password === state.cluster.password) welcome(client, state, sys);
  else refuse(client, state, sys, '28P01', `password authentication failed for user "${user}"`);
}

function welcome(client: StreamClient, state: State, sys: Sys): void {
  const [user = '', database = ''] = [client.memory.get('user'), client.memory.get('database')];
  if (user !== state.cluster.user) {
    refuse(client, state, sys, '28000', `role "${user}" does not exist`);
    return;
  }
  if (!state.engine.databases.has(database)) {
    refuse(client, state, sys, '3D000', `database "${database}" does not exist`);
    return;
  }
  state.clients.set(client.fd, { user, database, before: undefined, failed: false });
  const parameter = (name: string, value: string): Uint8Array => message('S', cstring(name), cstring(value));
  client.out.push(message('R', int32(0)), parameter('server_version', VERSION), readyFor(false, false));
}

function sessionOf({ user, database }: SqlClient, sys: Sys): Session {
  return {
    dialect: 'postgres',
    database,
    user,
    version: `PostgreSQL ${VERSION} (simulated) on x86_64-pc-linux-gnu, 64-bit`,
    now: sys.now(),
    hostname: sys.hostname(),
    random: () => sys.random(1_000_000) / 1_000_000,
  };
}

/** One message may hold several statements; the first that fails ends it. */
function answer(client: StreamClient, own: SqlClient, state: State, sys: Sys, text: string): void {
  const { whole, rest } = splitStatements(text);
  for (const statement of [...whole, rest]) {
    try {
      const outcome = runStatement(state.engine, own, statement, sessionOf(own, sys));
      if (outcome !== undefined) client.out.push(outcomeMessages(outcome));
    } catch (error) {
      if (!(error instanceof SqlProblem)) throw error;
      const said = postgresError(error);
      client.out.push(errorMessage(said));
      state.lines.push(lineOf(sys, 'ERROR', said.message), lineOf(sys, 'STATEMENT', statement.trim()));
      break;
    }
  }
  client.out.push(readyFor(own.before !== undefined, own.failed));
}
