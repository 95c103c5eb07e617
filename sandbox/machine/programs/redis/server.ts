// `redis-server` (and learn/kv): the store behind its protocol, kept on disk.

import { seconds } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { tryTextFile, writeFile } from '../kit/input.ts';
import { type StreamClient, savedState, serveStreams } from '../kit/serve.ts';
import { strftime } from '../kit/strftime.ts';
import { execute } from './commands.ts';
import { decodeCommand, encodeReply, OK, type Reply } from './protocol.ts';
import { type Entry, newStore, type Store } from './store.ts';

interface Settings {
  readonly port: number;
  readonly password: string | undefined;
  readonly folder: string;
  readonly file: string;
  /** Writes to disk by itself when something has changed. */
  readonly saves: boolean;
  readonly appendOnly: boolean;
}

interface State {
  readonly store: Store;
  readonly settings: Settings;
  readonly since: number;
  commands: number;
  connections: number;
  lastSave: number;
}

const VERSION = '7.0.15';

export const redisServer: Program = function* run(sys, saved) {
  const known = savedState(saved);
  if (isState(known)) return yield* serve(sys, saved, known);
  const settings = yield* readSettings(sys);
  if (settings === undefined) return 1;
  yield* banner(sys, settings);
  const state: State = {
    store: newStore(),
    settings,
    since: sys.now(),
    commands: 0,
    connections: 0,
    lastSave: sys.now(),
  };
  yield* load(sys, state);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) sys.onSignal(signal, 'catch');
  try {
    return yield* serve(sys, undefined, state);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EADDRINUSE') throw error;
    yield* log(
      sys,
      '#',
      `Warning: Could not create server TCP listening socket *:${settings.port}: bind: ${errorText(error.code)}`,
    );
    yield* log(sys, '#', 'Failed listening on port 6379 (TCP), aborting.');
    return 1;
  }
};

function isState(value: PlainData | undefined): value is State {
  return typeof value === 'object' && value !== null && 'store' in value && 'settings' in value;
}

function* log(sys: Sys, level: '*' | '#' | '.', message: string): Blocking<void> {
  const at = sys.now() / 1000;
  const stamp = `${strftime('%d %b %Y %H:%M:%S', at)}.${String(sys.now() % 1000).padStart(3, '0')}`;
  yield* sys.write(1, `${sys.pid}:M ${stamp} ${level} ${message}\n`);
}

/** `redis-server /etc/redis.conf --port 6380 --requirepass secret` */
function* readSettings(sys: Sys): Blocking<Settings | undefined> {
  const options = new Map<string, string>();
  const args = sys.argv.slice(1);
  const [file] = args;
  if (file !== undefined && !file.startsWith('-')) {
    const text = yield* tryTextFile(sys, file);
    if (text === undefined) {
      yield* sys.write(2, `*** FATAL CONFIG FILE ERROR (Redis ${VERSION}) ***\nCan't open config file '${file}'\n`);
      return undefined;
    }
    for (const line of text.split('\n')) {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      if (name !== '' && !name.startsWith('#'))
        options.set(name.toLowerCase(), rest.join(' ').replace(/^"(.*)"$/, '$1'));
    }
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('--')) continue;
    const values: string[] = [];
    while (args[i + 1] !== undefined && !args[i + 1]?.startsWith('--')) values.push(args[++i] ?? '');
    options.set(arg.slice(2).toLowerCase(), values.join(' '));
  }
  const unknown = [...options.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) {
    yield* sys.write(
      2,
      `\n*** FATAL CONFIG FILE ERROR (Redis ${VERSION}) ***\nReading the configuration file, at line 2\n>>> '${unknown} "${options.get(unknown)}"'\nBad directive or wrong number of arguments\n`,
    );
    return undefined;
  }
  return {
    port: Number(options.get('port') ?? 6379),
    password: options.get('requirepass') || undefined,
    folder: options.get('dir') ?? sys.cwd(),
    file: options.get('dbfilename') ?? 'dump.rdb',
    saves: options.get('save') !== '',
    appendOnly: options.get('appendonly') === 'yes',
  };
}

const KNOWN = new Set(
  'port requirepass dir dbfilename save appendonly appendfsync bind protected-mode maxmemory maxmemory-policy loglevel logfile databases timeout tcp-keepalive daemonize masterauth replicaof tcp-backlog supervised stop-writes-on-bgsave-error rdbcompression rdbchecksum'.split(
    ' ',
  ),
);

function* banner(sys: Sys, { port }: Settings): Blocking<void> {
  const at = strftime('%d %b %Y %H:%M:%S', sys.now() / 1000);
  yield* sys.write(
    1,
    `${sys.pid}:C ${at}.${String(sys.now() % 1000).padStart(3, '0')} # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n${sys.pid}:C ${at}.${String(sys.now() % 1000).padStart(3, '0')} # Redis version=${VERSION}, bits=64, commit=00000000, modified=0, pid=${sys.pid}, just started\n`,
  );
  if (sys.argv.length < 2)
    yield* sys.write(
      1,
      `${sys.pid}:C ${at}.${String(sys.now() % 1000).padStart(3, '0')} # Warning: no config file specified, using the default config. In order to specify a config file use ${sys.argv[0]} /path/to/redis.conf\n`,
    );
  yield* log(sys, '*', 'monotonic clock: POSIX clock_gettime');
  yield* log(sys, '*', `Running mode=standalone, port=${port}.`);
  yield* log(sys, '#', 'Server initialized');
}

/** What is on disk is JSON lines: keys with their entries. */
interface Row {
  readonly key: string;
  readonly kind: Entry['kind'];
  readonly value: unknown;
  readonly expires?: number;
}

function rowOf(key: string, entry: Entry): Row {
  const value =
    entry.kind === 'string'
      ? entry.value
      : entry.kind === 'list'
        ? entry.items
        : entry.kind === 'hash'
          ? [...entry.fields]
          : entry.kind === 'set'
            ? [...entry.members]
            : [...entry.scores];
  return { key, kind: entry.kind, value, ...(entry.expires === undefined ? {} : { expires: entry.expires }) };
}

function entryOf({ kind, value, expires }: Row): Entry {
  switch (kind) {
    case 'string':
      return { kind, value: String(value), expires };
    case 'list':
      return { kind, items: value as string[], expires };
    case 'hash':
      return { kind, fields: new Map(value as [string, string][]), expires };
    case 'set':
      return { kind, members: new Set(value as string[]), expires };
    case 'zset':
      return { kind, scores: new Map(value as [string, number][]), expires };
  }
}

const MAGIC = 'REDIS0010';

/** A large file takes its time: a second for each megabyte. */
function* load(sys: Sys, { store, settings }: State): Blocking<void> {
  const began = sys.now();
  const text = yield* tryTextFile(sys, `${settings.folder}/${settings.file}`);
  if (text?.startsWith(MAGIC) === true) {
    yield* log(sys, '*', `Loading RDB produced by version ${VERSION}`);
    yield* sys.sleep(seconds(text.length / 1_000_000));
    for (const line of text.split('\n').slice(1)) {
      if (line === '') continue;
      const row: Row = JSON.parse(line);
      store.entries.set(row.key, entryOf(row));
    }
    yield* log(sys, '*', `Done loading RDB, keys loaded: ${store.entries.size}, keys expired: 0.`);
    yield* log(sys, '*', `DB loaded from disk: ${((sys.now() - began) / 1000).toFixed(3)} seconds`);
  }
  yield* log(sys, '*', 'Ready to accept connections');
}

/** Writes all keys; false when that can't be done. */
function* persist(sys: Sys, state: State): Blocking<boolean> {
  const rows = [...state.store.entries].map(([key, entry]) => JSON.stringify(rowOf(key, entry)));
  try {
    yield* writeFile(sys, `${state.settings.folder}/${state.settings.file}`, `${MAGIC}\n${rows.join('\n')}\n`);
    state.store.dirty = 0;
    state.lastSave = sys.now();
    yield* log(sys, '*', 'DB saved on disk');
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* log(
      sys,
      '#',
      `Failed opening the temp RDB file ${state.settings.file} (in server root dir ${state.settings.folder}) for saving: ${errorText(error.code)}`,
    );
    return false;
  }
}

function* serve(sys: Sys, saved: PlainData | undefined, state: State): Blocking<number> {
  return yield* serveStreams<State>(sys, saved, {
    ports: [state.settings.port],
    state: () => state,
    onConnect: (_, own) => {
      own.connections++;
    },
    onData: (client, own, inner) => answerOne(client, own, inner),
    every: {
      time: seconds(10),
      *act(own, inner) {
        const due = own.settings.appendOnly || inner.now() - own.lastSave >= 60_000;
        if (own.settings.saves && own.store.dirty > 0 && due) yield* persist(inner, own);
      },
    },
    *onSignal(signal, own, inner) {
      yield* log(
        inner,
        '#',
        signal === 'SIGTERM' ? 'User requested shutdown...' : 'Received SIGINT scheduling shutdown...',
      );
      if (own.settings.saves) {
        yield* log(inner, '*', 'Saving the final RDB snapshot before exiting.');
        yield* persist(inner, own);
      }
      yield* log(inner, '#', 'Redis is now ready to exit, bye bye...');
      return 'stop';
    },
  });
}

/** One command; what has come behind it is looked at next. */
function* answerOne(client: StreamClient, state: State, sys: Sys): Blocking<void> {
  const command = decodeCommand(client.received, 0);
  if (command === undefined) return;
  if (state.commands % 50 === 49) yield* sys.spend(5);
  const reply = command.value.length === 0 ? undefined : yield* answer(client, state, sys, command.value);
  client.received = client.received.subarray(command.used);
  if (reply === undefined) return;
  state.commands++;
  client.out.push(encodeReply(reply));
}

function* answer(client: StreamClient, state: State, sys: Sys, words: readonly string[]): Blocking<Reply> {
  const { settings, store } = state;
  const name = (words[0] ?? '').toUpperCase();
  if (name === 'AUTH') {
    if (settings.password === undefined)
      return {
        r: 'error',
        text: 'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      };
    if (words.at(-1) !== settings.password)
      return { r: 'error', text: 'WRONGPASS invalid username-password pair or user is disabled.' };
    client.memory.set('auth', 'yes');
    return OK;
  }
  if (name === 'QUIT') {
    client.closing = true;
    return OK;
  }
  if (settings.password !== undefined && !client.memory.has('auth'))
    return { r: 'error', text: 'NOAUTH Authentication required.' };
  switch (name) {
    case 'SELECT':
    case 'CLIENT':
    case 'COMMAND':
      return name === 'COMMAND' ? { r: 'list', items: [] } : OK;
    case 'SAVE':
      return (yield* persist(sys, state)) ? OK : { r: 'error', text: 'ERR' };
    case 'BGSAVE':
      yield* persist(sys, state);
      return { r: 'ok', text: 'Background saving started' };
    case 'CONFIG':
      return words[1]?.toUpperCase() === 'GET'
        ? { r: 'list', items: configOf(settings, words[2] ?? '*').map((each) => ({ r: 'text', text: each })) }
        : OK;
    case 'INFO':
      return { r: 'text', text: info(state, sys) };
    case 'ROLE':
      return {
        r: 'list',
        items: [
          { r: 'text', text: 'master' },
          { r: 'number', value: 0 },
          { r: 'list', items: [] },
        ],
      };
    case 'SHUTDOWN':
      sys.kill(sys.pid, 'SIGTERM');
      return OK;
    default:
      return execute(store, words, sys.now());
  }
}

function configOf(settings: Settings, pattern: string): string[] {
  const values: readonly (readonly [string, string])[] = [
    ['port', String(settings.port)],
    ['dir', settings.folder],
    ['dbfilename', settings.file],
    ['appendonly', settings.appendOnly ? 'yes' : 'no'],
    ['maxmemory', '0'],
  ];
  return values.filter(([name]) => pattern === '*' || pattern === name).flat();
}

function info({ since, commands, connections, store }: State, sys: Sys): string {
  const up = Math.floor((sys.now() - since) / 1000);
  return [
    '# Server',
    `redis_version:${VERSION}`,
    'redis_mode:standalone',
    `process_id:${sys.pid}`,
    `uptime_in_seconds:${up}`,
    '',
    '# Stats',
    `total_connections_received:${connections}`,
    `total_commands_processed:${commands}`,
    '',
    '# Replication',
    'role:master',
    'connected_slaves:0',
    '',
    '# Keyspace',
    ...(store.entries.size > 0 ? [`db0:keys=${store.entries.size},expires=0,avg_ttl=0`] : []),
    '',
  ].join('\r\n');
}
