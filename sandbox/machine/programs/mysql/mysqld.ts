// `mysqld`: a server of SQL that keeps its tables in its data folder, as the images of MySQL and MariaDB start it.

import { seconds } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Fd, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { jsonObject } from '../kit/apiview.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { tryTextFile, writeFile } from '../kit/input.ts';
import { type StreamClient, savedState, serveStreams } from '../kit/serve.ts';
import { strftime } from '../kit/strftime.ts';
import { setting } from '../learn/pages.ts';
import { readDatabases, writeDatabases } from '../sql/disk.ts';
import { type Engine, leave, runStatement, type SqlClient } from '../sql/engine.ts';
import { splitStatements } from '../sql/tokens.ts';
import { SqlProblem } from '../sql/tree.ts';
import { mysqlError } from './messages.ts';
import {
  errorBody,
  greeting,
  INIT_DB,
  okBody,
  PING,
  packet,
  QUERY,
  QUIT,
  readCounted,
  readTerminated,
  resultPackets,
  takePacket,
} from './packets.ts';

const VERSION = '8.4.6';
/** How long it takes to make a fresh data folder. */
const FIRST_START = seconds(5);

interface State {
  readonly kind: 'mysqld';
  readonly folder: string;
  /** Passwords by user, as they were settled when the folder was made. */
  readonly users: Map<string, string>;
  readonly engine: Engine;
  readonly clients: Map<Fd, SqlClient>;
  connections: number;
}

function isState(saved: PlainData | undefined): saved is State {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'mysqld';
}

export const mysqld: Program = function* run(sys, saved) {
  const known = savedState(saved);
  if (isState(known)) return yield* serve(sys, saved, known);
  const folder = sys.argv.find((arg) => arg.startsWith('--datadir='))?.slice(10) ?? '/var/lib/mysql';
  try {
    if (statOrNothing(sys, `${folder}/mysql.ibd`) === undefined) {
      const status = yield* initialize(sys, folder);
      if (status !== 0) return status;
    }
    const engine: Engine = { databases: yield* readDatabases(sys, folder), dirty: new Set() };
    const settled = jsonObject((yield* tryTextFile(sys, `${folder}/mysql.ibd`)) ?? '');
    const users = new Map(Object.entries(settled).map(([user, password]) => [user, String(password)]));
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) sys.onSignal(signal, 'catch');
    const state: State = { kind: 'mysqld', folder, users, engine, clients: new Map(), connections: 0 };
    yield* log(
      sys,
      'System',
      'Server',
      `${sys.argv[0]}: ready for connections. Version: '${VERSION}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL (simulated).`,
    );
    return yield* serve(sys, undefined, state);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    yield* log(sys, 'ERROR', 'Server', `${folder}: ${errorText(error.code)}`);
    yield* log(sys, 'ERROR', 'Server', 'Aborting');
    return 1;
  }
};

function* log(sys: Sys, level: string, part: string, text: string): Blocking<void> {
  const millis = String(sys.now() % 1000).padStart(3, '0');
  yield* sys.write(
    2,
    `${strftime('%Y-%m-%dT%H:%M:%S', sys.now() / 1000)}.${millis}000Z 0 [${level}] [MY-010000] [${part}] ${text}\n`,
  );
}

const NO_PASSWORD = `[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD
`;

/** A setting under either name. */
function* either(sys: Sys, name: string): Blocking<string> {
  const mysql = yield* setting(sys, `MYSQL_${name}`);
  return mysql === '' ? yield* setting(sys, `MARIADB_${name}`) : mysql;
}

function* initialize(sys: Sys, folder: string): Blocking<number> {
  const root = yield* either(sys, 'ROOT_PASSWORD');
  if (root === '' && (yield* either(sys, 'ALLOW_EMPTY_PASSWORD')) === '') {
    yield* sys.write(2, `${strftime('%Y-%m-%d %H:%M:%S+00:00', sys.now() / 1000)} ${NO_PASSWORD}`);
    return 1;
  }
  if (statOrNothing(sys, folder) === undefined) sys.mkdir(folder);
  const there = sys.readdir(folder).filter((name) => name !== 'lost+found');
  if (there.length > 0) {
    yield* log(sys, 'ERROR', 'Server', '--initialize specified but the data directory has files in it. Aborting.');
    return 1;
  }
  yield* sys.write(
    1,
    `${strftime('%Y-%m-%d %H:%M:%S+00:00', sys.now() / 1000)} [Note] [Entrypoint]: Initializing database files\n`,
  );
  yield* sys.sleep(FIRST_START);
  const names = ['mysql', 'sys'];
  const first = yield* either(sys, 'DATABASE');
  if (first !== '') names.push(first);
  const engine: Engine = {
    databases: new Map(names.map((name) => [name, { tables: new Map() }])),
    dirty: new Set(names),
  };
  const user = yield* either(sys, 'USER');
  const users = { root, ...(user === '' ? {} : Object.fromEntries([[user, yield* either(sys, 'PASSWORD')]])) };
  yield* writeDatabases(sys, folder, engine);
  yield* writeFile(sys, `${folder}/mysql.ibd`, JSON.stringify(users), 0o600);
  yield* sys.write(
    1,
    `${strftime('%Y-%m-%d %H:%M:%S+00:00', sys.now() / 1000)} [Note] [Entrypoint]: MySQL init process done. Ready for start up.\n\n`,
  );
  return 0;
}

function* serve(sys: Sys, saved: PlainData | undefined, state: State): Blocking<number> {
  return yield* serveStreams<State>(sys, saved, {
    ports: [3306],
    state: () => state,
    onConnect: (client, own) => {
      own.connections++;
      client.out.push(packet(0, greeting(VERSION, own.connections)));
    },
    onData: (client, own, inner) => receive(client, own, inner),
    onClose: ({ fd }, { clients, engine }) => {
      leave(engine, clients.get(fd));
      clients.delete(fd);
    },
    *settle({ engine, folder }, inner) {
      if (engine.dirty.size === 0) return false;
      const problem = yield* writeDatabases(inner, folder, engine);
      if (problem !== undefined) yield* log(inner, 'ERROR', 'InnoDB', problem);
      return problem === undefined;
    },
    *onSignal(_, __, inner) {
      yield* log(
        inner,
        'System',
        'Server',
        `Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${VERSION}).`,
      );
      yield* log(
        inner,
        'System',
        'Server',
        `${inner.argv[0]}: Shutdown complete (mysqld ${VERSION})  MySQL Community Server - GPL.`,
      );
      return 'stop';
    },
  });
}

function* receive(client: StreamClient, state: State, sys: Sys): Blocking<void> {
  yield* sys.spend(1);
  for (;;) {
    const next = takePacket(client.received);
    if (next === undefined || client.closing) return;
    client.received = client.received.subarray(next.size);
    const session = state.clients.get(client.fd);
    if (session === undefined) login(client, state, next.body);
    else obey(client, session, state, sys, next.body);
  }
}

/** Who it is, the password, and which database: after 32 bytes of what the client can do. */
function login(client: StreamClient, state: State, body: Uint8Array): void {
  const [user, afterUser] = readTerminated(body, 32);
  const [password, afterPassword] = readCounted(body, afterUser);
  const [database] = readTerminated(body, afterPassword);
  const given = (password ?? '').replace(/\0$/, '');
  const refusal = refusalOf(state, client, { user, password: given, database });
  client.out.push(packet(2, refusal ?? okBody(0)));
  if (refusal === undefined) state.clients.set(client.fd, { user, database, before: undefined, failed: false });
  else client.closing = true;
}

interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

function refusalOf(state: State, { host }: StreamClient, { user, password, database }: Login): Uint8Array | undefined {
  if (state.users.get(user) !== password) {
    const using = password === '' ? 'NO' : 'YES';
    return errorBody(1045, '28000', `Access denied for user '${user}'@'${host}' (using password: ${using})`);
  }
  const isThere = database === '' || state.engine.databases.has(database);
  return isThere ? undefined : errorBody(1049, '42000', `Unknown database '${database}'`);
}

function obey(client: StreamClient, own: SqlClient, state: State, sys: Sys, body: Uint8Array): void {
  const text = decode(body.subarray(1));
  switch (body[0]) {
    case QUIT:
      client.closing = true;
      return;
    case PING:
      client.out.push(packet(1, okBody(0)));
      return;
    case INIT_DB:
      answer(client, own, state, sys, `use \`${text}\``);
      return;
    case QUERY:
      answer(client, own, state, sys, text);
      return;
    default:
      client.out.push(packet(1, errorBody(1047, '08S01', "Unknown command: this server doesn't model it")));
  }
}

function answer(client: StreamClient, own: SqlClient, state: State, sys: Sys, text: string): void {
  const session = {
    dialect: 'mysql',
    database: own.database,
    user: own.user,
    version: VERSION,
    now: sys.now(),
    hostname: sys.hostname(),
    random: () => sys.random(1_000_000) / 1_000_000,
  } as const;
  const { whole, rest } = splitStatements(text);
  let reply = packet(1, okBody(0));
  try {
    for (const statement of [...whole, rest]) {
      const outcome = runStatement(state.engine, own, statement, session);
      if (outcome === undefined) continue;
      reply = outcome.result === undefined ? packet(1, okBody(outcome.count)) : resultPackets(outcome.result, 1);
    }
  } catch (error) {
    if (!(error instanceof SqlProblem)) throw error;
    const { code, state: words, message } = mysqlError(error, own.database);
    reply = packet(1, errorBody(code, words, message));
  }
  client.out.push(reply);
}
