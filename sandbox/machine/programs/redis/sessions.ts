// What redis remembers of a connection: its database, a transaction that is being put together, channels that it listens to,
// and lists that it waits for. Pure but for what it hands to other connections, whose answers are written next.

import type { StreamClient } from '../kit/serve.ts';
import { execute } from './commands.ts';
import { encodeReply, NOTHING, OK, type Reply } from './protocol.ts';
import { newStore, type Store } from './store.ts';

export interface Sessions {
  /** By number; the first is always there. */
  readonly stores: Map<number, Store>;
  readonly clients: Set<StreamClient>;
  /** Who waits for lists, the longest first. */
  readonly waiting: Waiting[];
}

interface Waiting {
  readonly client: StreamClient;
  readonly front: boolean;
  readonly keys: readonly string[];
  readonly db: number;
  /** Milliseconds since 1970; undefined waits for ever. */
  readonly until: number | undefined;
}

export function newSessions(): Sessions {
  return { stores: new Map([[0, newStore()]]), clients: new Set(), waiting: [] };
}

const DATABASES = 16;

export function storeOf({ stores }: Sessions, db: number): Store {
  const known = stores.get(db);
  if (known !== undefined) return known;
  const made = newStore();
  stores.set(db, made);
  return made;
}

export function databaseOf({ memory }: StreamClient): number {
  return Number(memory.get('db') ?? 0);
}

export function closed(sessions: Sessions, client: StreamClient): void {
  sessions.clients.delete(client);
  forget(sessions, client);
}

/** The earliest moment at which somebody has waited long enough. */
export function nextEnd({ waiting }: Sessions): number | undefined {
  const ends = waiting.flatMap(({ until }) => (until === undefined ? [] : [until]));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Who has waited long enough gets nothing. */
export function endWaits(sessions: Sessions, now: number): void {
  for (const { client, until } of [...sessions.waiting]) {
    if (until === undefined || until > now) continue;
    forget(sessions, client);
    client.out.push(encodeReply(NOTHING));
  }
}

function forget({ waiting }: Sessions, client: StreamClient): void {
  const at = waiting.findIndex((one) => one.client === client);
  if (at >= 0) waiting.splice(at, 1);
}

/** The answer; undefined when it comes later, or has been given already. */
export function answerSession(
  sessions: Sessions,
  client: StreamClient,
  words: readonly string[],
  now: number,
): Reply | undefined {
  const [word = '', ...args] = words;
  const name = word.toLowerCase();
  const queued = client.memory.get('multi');
  if (queued !== undefined && !['multi', 'exec', 'discard'].includes(name)) {
    client.memory.set('multi', JSON.stringify([...(JSON.parse(queued) as unknown[]), words]));
    return { r: 'ok', text: 'QUEUED' };
  }
  const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  if (own !== undefined && args.length < own[0])
    return { r: 'error', text: `ERR wrong number of arguments for '${name}' command` };
  if (own !== undefined) return own[1]({ sessions, client, name, args, now });
  const reply = execute(storeOf(sessions, databaseOf(client)), words, now);
  serveWaiting(sessions, now);
  return reply;
}

interface Asked {
  readonly sessions: Sessions;
  readonly client: StreamClient;
  readonly name: string;
  readonly args: readonly string[];
  readonly now: number;
}

/** How many words each needs at least, and what it does. */
const OWN: Readonly<Record<string, readonly [number, (asked: Asked) => Reply | undefined]>> = {
  select: [1, select],
  multi: [
    0,
    ({ client }) => {
      if (client.memory.has('multi')) return { r: 'error', text: 'ERR MULTI calls can not be nested' };
      client.memory.set('multi', '[]');
      return OK;
    },
  ],
  discard: [0, ({ client }) => (client.memory.delete('multi') ? OK : without('DISCARD'))],
  exec: [0, exec],
  blpop: [2, (asked) => blocking(asked, true)],
  brpop: [2, (asked) => blocking(asked, false)],
  subscribe: [1, subscribe],
  publish: [2, publish],
};

function without(name: string): Reply {
  return { r: 'error', text: `ERR ${name} without MULTI` };
}

function select({ client, args: [db = ''] }: Asked): Reply {
  if (!/^\d+$/.test(db)) return { r: 'error', text: 'ERR value is not an integer or out of range' };
  if (Number(db) >= DATABASES) return { r: 'error', text: 'ERR DB index is out of range' };
  client.memory.set('db', db);
  return OK;
}

function exec({ sessions, client, now }: Asked): Reply {
  const queued = client.memory.get('multi');
  if (queued === undefined) return without('EXEC');
  client.memory.delete('multi');
  const commands = JSON.parse(queued) as readonly (readonly string[])[];
  return { r: 'list', items: commands.map((words) => answerSession(sessions, client, words, now) ?? NOTHING) };
}

function blocking({ sessions, client, args, now }: Asked, front: boolean): Reply | undefined {
  const keys = args.slice(0, -1);
  const seconds = Number(args.at(-1));
  if (Number.isNaN(seconds)) return { r: 'error', text: 'ERR timeout is not a float or out of range' };
  if (seconds < 0) return { r: 'error', text: 'ERR timeout is negative' };
  const until = seconds === 0 ? undefined : now + seconds * 1000;
  sessions.waiting.push({ client, front, keys, db: databaseOf(client), until });
  serveWaiting(sessions, now);
  return undefined;
}

/** Whoever waits for a list that has something gets the first of it, in the order of their coming. */
function serveWaiting(sessions: Sessions, now: number): void {
  for (const { client, front, keys, db } of [...sessions.waiting]) {
    for (const key of keys) {
      const reply = execute(storeOf(sessions, db), [front ? 'lpop' : 'rpop', key], now);
      if (reply.r === 'nothing') continue;
      forget(sessions, client);
      const items: Reply = { r: 'list', items: [{ r: 'text', text: key }, reply] };
      client.out.push(encodeReply(reply.r === 'error' ? reply : items));
      break;
    }
  }
}

function message(...words: readonly (string | number)[]): Uint8Array {
  const items = words.map(
    (word): Reply => (typeof word === 'number' ? { r: 'number', value: word } : { r: 'text', text: word }),
  );
  return encodeReply({ r: 'list', items });
}

function channelsOf({ memory }: StreamClient): readonly string[] {
  return JSON.parse(memory.get('channels') ?? '[]') as readonly string[];
}

function subscribe({ client, args }: Asked): undefined {
  for (const channel of args) {
    const channels = [...new Set([...channelsOf(client), channel])];
    client.memory.set('channels', JSON.stringify(channels));
    client.out.push(message('subscribe', channel, channels.length));
  }
}

function publish({ sessions, args: [channel = '', text = ''] }: Asked): Reply {
  const listeners = [...sessions.clients].filter((client) => channelsOf(client).includes(channel));
  for (const client of listeners) client.out.push(message('message', channel, text));
  return { r: 'number', value: listeners.length };
}
