// `redis-server` (and learn/kv): the store behind its protocol, kept on disk.

import { durationMs, seconds } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { tryTextFile, writeFile } from '../kit/input.ts';
import { type StreamClient, savedState, serveStreams } from '../kit/serve.ts';
import { strftime } from '../kit/strftime.ts';
import { info, type Told } from './info.ts';
import { decodeCommand, encodeReply, OK, type Reply } from './protocol.ts';
import {
  answerSession,
  closed,
  databaseOf,
  endWaits,
  newSessions,
  nextEnd,
  type Sessions,
  storeOf,
} from './sessions.ts';
import { configOf, readSettings, type Settings, VERSION } from './settings.ts';
import type { Entry } from './store.ts';

interface State extends Sessions {
  readonly settings: Settings;
  readonly since: number;
  commands: number;
  connections: number;
  lastSave: number;
}

export const redisServer: Program = function* run(sys, saved) {
  const known = savedState(saved);
  if (isState(known)) return yield* serve(sys, saved, known);
  const settings = yield* readSettings(sys);
  if (settings === undefined) return 1;
  yield* banner(sys, settings);
  const state: State = {
    ...newSessions(),
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
  return typeof value === 'object' && value !== null && 'stores' in value && 'settings' in value;
}

function* log(sys: Sys, level: '*' | '#' | '.', message: string): Blocking<void> {
  const at = sys.now() / 1000;
  const stamp = `${strftime('%d %b %Y %H:%M:%S', at)}.${String(sys.now() % 1000).padStart(3, '0')}`;
  yield* sys.write(1, `${sys.pid}:M ${stamp} ${level} ${message}\n`);
}

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
  /** The first database unless given. */
  readonly db?: number;
}

function rowOf(db: number, key: string, entry: Entry): Row {
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
  const { expires } = entry;
  return { key, kind: entry.kind, value, ...(expires === undefined ? {} : { expires }), ...(db === 0 ? {} : { db }) };
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
function* load(sys: Sys, state: State): Blocking<void> {
  const { settings } = state;
  const began = sys.now();
  const text = yield* tryTextFile(sys, `${settings.folder}/${settings.file}`);
  if (text?.startsWith(MAGIC) === true) {
    yield* log(sys, '*', `Loading RDB produced by version ${VERSION}`);
    yield* sys.sleep(seconds(text.length / 1_000_000));
    for (const line of text.split('\n').slice(1)) {
      if (line === '') continue;
      const row: Row = JSON.parse(line);
      storeOf(state, row.db ?? 0).entries.set(row.key, entryOf(row));
    }
    yield* log(sys, '*', `Done loading RDB, keys loaded: ${keysIn(state)}, keys expired: 0.`);
    yield* log(sys, '*', `DB loaded from disk: ${((sys.now() - began) / 1000).toFixed(3)} seconds`);
  }
  yield* log(sys, '*', 'Ready to accept connections');
}

/** Writes all keys; false when that can't be done. */
function* persist(sys: Sys, state: State): Blocking<boolean> {
  const rows = [...state.stores].flatMap(([db, { entries }]) =>
    [...entries].map(([key, entry]) => JSON.stringify(rowOf(db, key, entry))),
  );
  try {
    yield* writeFile(sys, `${state.settings.folder}/${state.settings.file}`, `${MAGIC}\n${rows.join('\n')}\n`);
    for (const store of state.stores.values()) store.dirty = 0;
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
    onConnect: (client, own) => {
      own.connections++;
      own.clients.add(client);
    },
    onClose: (client, own) => closed(own, client),
    due: { at: nextEnd, act: (own, inner) => endWaits(own, inner.now()) },
    onData: (client, own, inner) => answerOne(client, own, inner),
    every: {
      time: seconds(10),
      *act(own, inner) {
        const due = own.settings.appendOnly || inner.now() - own.lastSave >= 60_000;
        if (own.settings.saves && changesIn(own) > 0 && due) yield* persist(inner, own);
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

function* answer(client: StreamClient, state: State, sys: Sys, words: readonly string[]): Blocking<Reply | undefined> {
  const { settings } = state;
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
    case 'CLIENT':
      return words[1]?.toUpperCase() === 'LIST' ? { r: 'text', text: clientsIn(state) } : OK;
    case 'COMMAND':
      return { r: 'list', items: [] };
    case 'SLOWLOG':
      return { r: 'list', items: [] };
    case 'DEBUG':
      return yield* debug(sys, words);
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
      return { r: 'text', text: info(toldOf(state, sys), words.slice(1)) };
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
      return answerSession(state, client, words, sys.now());
  }
}

/** `DEBUG SLEEP 5`: nobody is answered meanwhile. */
function* debug(sys: Sys, [, what = '', time = '']: readonly string[]): Blocking<Reply> {
  if (what.toUpperCase() !== 'SLEEP') return { r: 'error', text: `ERR DEBUG ${what} isn't modelled by this server` };
  yield* sys.sleep(durationMs(Number(time) * 1000));
  return OK;
}

function keysIn({ stores }: Sessions): number {
  return [...stores.values()].reduce((sum, { entries }) => sum + entries.size, 0);
}

function changesIn({ stores }: Sessions): number {
  return [...stores.values()].reduce((sum, { dirty }) => sum + dirty, 0);
}

function clientsIn({ clients }: Sessions): string {
  return [...clients].map((one) => `id=${one.fd} addr=${one.host} db=${databaseOf(one)}`).join('\n');
}

function toldOf(state: State, sys: Sys): Told {
  const { settings, since, connections, commands, clients, waiting, stores } = state;
  const filled = [...stores].filter(([, { entries }]) => entries.size > 0);
  return {
    version: VERSION,
    pid: sys.pid,
    port: settings.port,
    upSeconds: Math.floor((sys.now() - since) / 1000),
    clients: clients.size,
    waiting: waiting.length,
    connections,
    commands,
    appendOnly: settings.appendOnly,
    dirty: changesIn(state),
    lastSave: Math.floor(state.lastSave / 1000),
    memory: filled.reduce((sum, [, { entries }]) => sum + sizeOf(entries), 0),
    maxMemory: settings.maxMemory,
    policy: settings.policy,
    keys: filled.map(([db, { entries }]) => {
      const expiring = [...entries.values()].filter(({ expires }) => expires !== undefined);
      return [db, entries.size, expiring.length] as const;
    }),
  };
}

/** Bytes, about. */
function sizeOf(entries: ReadonlyMap<string, Entry>): number {
  let size = 0;
  for (const [key, entry] of entries) size += 50 + JSON.stringify(rowOf(0, key, entry)).length;
  return size;
}
