// What redis keeps, and the commands on it that people use. Pure: time comes in.

import { matches, parsePattern } from '../../shell/expand/pattern.ts';
import { NOTHING, OK, type Reply } from './protocol.ts';

export type Entry =
  | { readonly kind: 'string'; value: string; expires: number | undefined }
  | { readonly kind: 'list'; readonly items: string[]; expires: number | undefined }
  | { readonly kind: 'hash'; readonly fields: Map<string, string>; expires: number | undefined }
  | { readonly kind: 'set'; readonly members: Set<string>; expires: number | undefined }
  | { readonly kind: 'zset'; readonly scores: Map<string, number>; expires: number | undefined };

export interface Store {
  readonly entries: Map<string, Entry>;
  /** Changes since it was last written to disk. */
  dirty: number;
}

export function newStore(): Store {
  return { entries: new Map(), dirty: 0 };
}

interface Call {
  readonly store: Store;
  readonly name: string;
  readonly args: readonly string[];
  /** Milliseconds. */
  readonly now: number;
}

/** The command can't be done; its words go to the client. */
class Refused extends Error {}

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const NOT_INTEGER = 'ERR value is not an integer or out of range';

export function execute(store: Store, words: readonly string[], now: number): Reply {
  const [word = '', ...args] = words;
  const name = word.toLowerCase();
  const found = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (found === undefined)
    return {
      r: 'error',
      text: `ERR unknown command '${word}', with args beginning with: ${args
        .slice(0, 3)
        .map((arg) => `'${arg}' `)
        .join('')}`,
    };
  const [least, most, run] = found;
  if (args.length < least || args.length > most)
    return { r: 'error', text: `ERR wrong number of arguments for '${name}' command` };
  try {
    return run({ store, name, args, now });
  } catch (error) {
    if (error instanceof Refused) return { r: 'error', text: error.message };
    throw error;
  }
}

type Row = readonly [number, number, (call: Call) => Reply];

const MANY = Number.POSITIVE_INFINITY;

function entryOf({ store, now }: Call, key: string): Entry | undefined {
  const entry = store.entries.get(key);
  if (entry?.expires !== undefined && entry.expires <= now) {
    store.entries.delete(key);
    return undefined;
  }
  return entry;
}

function typed<K extends Entry['kind']>(call: Call, key: string, kind: K): Extract<Entry, { kind: K }> | undefined {
  const entry = entryOf(call, key);
  if (entry === undefined) return undefined;
  if (entry.kind !== kind) throw new Refused(WRONG_TYPE);
  return entry as Extract<Entry, { kind: K }>;
}

function put(call: Call, key: string, entry: Entry): void {
  call.store.entries.set(key, entry);
  call.store.dirty++;
}

function text(value: string | undefined): Reply {
  return value === undefined ? NOTHING : { r: 'text', text: value };
}

function number(value: number): Reply {
  return { r: 'number', value };
}

function list(values: readonly (string | undefined)[]): Reply {
  return { r: 'list', items: values.map(text) };
}

function integer(value: string | undefined): number {
  if (value === undefined || !/^-?\d{1,16}$/.test(value)) throw new Refused(NOT_INTEGER);
  return Number(value);
}

function increment(call: Call, by: number): Reply {
  const [key = ''] = call.args;
  const entry = typed(call, key, 'string');
  const value = integer(entry?.value ?? '0') + by;
  put(call, key, { kind: 'string', value: String(value), expires: entry?.expires });
  return number(value);
}

function set(call: Call): Reply {
  const [key = '', value = '', ...options] = call.args;
  const words = options.map((option) => option.toUpperCase());
  const there = entryOf(call, key);
  if ((words.includes('NX') && there !== undefined) || (words.includes('XX') && there === undefined)) return NOTHING;
  const at = words.findIndex((option) => option === 'EX' || option === 'PX');
  const life = at < 0 ? undefined : integer(options[at + 1]) * (words[at] === 'EX' ? 1000 : 1);
  put(call, key, {
    kind: 'string',
    value,
    expires: life === undefined ? (words.includes('KEEPTTL') ? there?.expires : undefined) : call.now + life,
  });
  return OK;
}

function push(call: Call, front: boolean): Reply {
  const [key = '', ...values] = call.args;
  const entry = typed(call, key, 'list') ?? { kind: 'list', items: [], expires: undefined };
  for (const value of values) front ? entry.items.unshift(value) : entry.items.push(value);
  put(call, key, entry);
  return number(entry.items.length);
}

function pop(call: Call, front: boolean): Reply {
  const [key = ''] = call.args;
  const entry = typed(call, key, 'list');
  const value = front ? entry?.items.shift() : entry?.items.pop();
  if (entry !== undefined) {
    call.store.dirty++;
    if (entry.items.length === 0) call.store.entries.delete(key);
  }
  return text(value);
}

function slice(items: readonly string[], from: number, to: number): readonly string[] {
  const start = from < 0 ? Math.max(0, items.length + from) : from;
  const end = to < 0 ? items.length + to : to;
  return items.slice(start, end + 1);
}

function expire(call: Call, unit: number): Reply {
  const [key = '', life] = call.args;
  const entry = entryOf(call, key);
  if (entry === undefined) return number(0);
  entry.expires = call.now + integer(life) * unit;
  call.store.dirty++;
  return number(1);
}

function ttl(call: Call, unit: number): Reply {
  const entry = entryOf(call, call.args[0] ?? '');
  if (entry === undefined) return number(-2);
  return number(entry.expires === undefined ? -1 : Math.ceil((entry.expires - call.now) / unit));
}

function hashSet(call: Call): Reply {
  const [key = '', ...pairs] = call.args;
  if (pairs.length % 2 !== 0) throw new Refused(`ERR wrong number of arguments for '${call.name}' command`);
  const entry = typed(call, key, 'hash') ?? { kind: 'hash', fields: new Map(), expires: undefined };
  let added = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    if (!entry.fields.has(pairs[i] ?? '')) added++;
    entry.fields.set(pairs[i] ?? '', pairs[i + 1] ?? '');
  }
  put(call, key, entry);
  return call.name === 'hmset' ? OK : number(added);
}

function ranked(entry: Extract<Entry, { kind: 'zset' }> | undefined): [string, number][] {
  return [...(entry?.scores ?? [])].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

function range(call: Call, reversed: boolean): Reply {
  const [key = '', from, to, option] = call.args;
  const rows = ranked(typed(call, key, 'zset'));
  if (reversed) rows.reverse();
  const names = slice(
    rows.map(([name]) => name),
    integer(from),
    integer(to),
  );
  const scores = new Map(rows);
  return list(
    option?.toUpperCase() === 'WITHSCORES' ? names.flatMap((name) => [name, String(scores.get(name))]) : names,
  );
}

function keysLike(call: Call, pattern: string): string[] {
  const tokens = parsePattern(pattern);
  return [...call.store.entries.keys()].filter((key) => entryOf(call, key) !== undefined && matches(tokens, key));
}

const COMMANDS: Readonly<Record<string, Row>> = {
  get: [1, 1, (call) => text(typed(call, call.args[0] ?? '', 'string')?.value)],
  set: [2, 6, set],
  setnx: [
    2,
    2,
    (call) => {
      if (entryOf(call, call.args[0] ?? '') !== undefined) return number(0);
      set(call);
      return number(1);
    },
  ],
  setex: [3, 3, (call) => set({ ...call, args: [call.args[0] ?? '', call.args[2] ?? '', 'EX', call.args[1] ?? ''] })],
  getset: [
    2,
    2,
    (call) => {
      const old = typed(call, call.args[0] ?? '', 'string')?.value;
      set(call);
      return text(old);
    },
  ],
  getdel: [
    1,
    1,
    (call) => {
      const old = typed(call, call.args[0] ?? '', 'string')?.value;
      if (call.store.entries.delete(call.args[0] ?? '')) call.store.dirty++;
      return text(old);
    },
  ],
  mget: [
    1,
    MANY,
    (call) =>
      list(
        call.args.map((key) => {
          const entry = entryOf(call, key);
          return entry?.kind === 'string' ? entry.value : undefined;
        }),
      ),
  ],
  mset: [
    2,
    MANY,
    (call) => {
      for (let i = 0; i + 1 < call.args.length; i += 2)
        put(call, call.args[i] ?? '', { kind: 'string', value: call.args[i + 1] ?? '', expires: undefined });
      return OK;
    },
  ],
  append: [
    2,
    2,
    (call) => {
      const [key = '', tail = ''] = call.args;
      const entry = typed(call, key, 'string');
      const value = (entry?.value ?? '') + tail;
      put(call, key, { kind: 'string', value, expires: entry?.expires });
      return number(value.length);
    },
  ],
  strlen: [1, 1, (call) => number(typed(call, call.args[0] ?? '', 'string')?.value.length ?? 0)],
  incr: [1, 1, (call) => increment(call, 1)],
  decr: [1, 1, (call) => increment(call, -1)],
  incrby: [2, 2, (call) => increment(call, integer(call.args[1]))],
  decrby: [2, 2, (call) => increment(call, -integer(call.args[1]))],
  del: [1, MANY, remove],
  unlink: [1, MANY, remove],
  exists: [1, MANY, (call) => number(call.args.filter((key) => entryOf(call, key) !== undefined).length)],
  keys: [1, 1, (call) => list(keysLike(call, call.args[0] ?? '*'))],
  scan: [
    1,
    7,
    (call) => {
      const at = call.args.findIndex((arg) => arg.toUpperCase() === 'MATCH');
      return { r: 'list', items: [text('0'), list(keysLike(call, at < 0 ? '*' : (call.args[at + 1] ?? '*')))] };
    },
  ],
  type: [1, 1, (call) => ({ r: 'ok', text: entryOf(call, call.args[0] ?? '')?.kind ?? 'none' })],
  rename: [
    2,
    2,
    (call) => {
      const [from = '', to = ''] = call.args;
      const entry = entryOf(call, from);
      if (entry === undefined) throw new Refused('ERR no such key');
      call.store.entries.delete(from);
      put(call, to, entry);
      return OK;
    },
  ],
  expire: [2, 3, (call) => expire(call, 1000)],
  pexpire: [2, 3, (call) => expire(call, 1)],
  ttl: [1, 1, (call) => ttl(call, 1000)],
  pttl: [1, 1, (call) => ttl(call, 1)],
  persist: [
    1,
    1,
    (call) => {
      const entry = entryOf(call, call.args[0] ?? '');
      const had = entry?.expires !== undefined;
      if (entry !== undefined) entry.expires = undefined;
      return number(had ? 1 : 0);
    },
  ],
  lpush: [2, MANY, (call) => push(call, true)],
  rpush: [2, MANY, (call) => push(call, false)],
  lpop: [1, 2, (call) => pop(call, true)],
  rpop: [1, 2, (call) => pop(call, false)],
  llen: [1, 1, (call) => number(typed(call, call.args[0] ?? '', 'list')?.items.length ?? 0)],
  lrange: [
    3,
    3,
    (call) =>
      list(slice(typed(call, call.args[0] ?? '', 'list')?.items ?? [], integer(call.args[1]), integer(call.args[2]))),
  ],
  lindex: [2, 2, (call) => text(typed(call, call.args[0] ?? '', 'list')?.items.at(integer(call.args[1])))],
  ltrim: [
    3,
    3,
    (call) => {
      const entry = typed(call, call.args[0] ?? '', 'list');
      if (entry !== undefined)
        entry.items.splice(
          0,
          entry.items.length,
          ...slice([...entry.items], integer(call.args[1]), integer(call.args[2])),
        );
      return OK;
    },
  ],
  hset: [3, MANY, hashSet],
  hmset: [3, MANY, hashSet],
  hget: [2, 2, (call) => text(typed(call, call.args[0] ?? '', 'hash')?.fields.get(call.args[1] ?? ''))],
  hmget: [
    2,
    MANY,
    (call) => list(call.args.slice(1).map((field) => typed(call, call.args[0] ?? '', 'hash')?.fields.get(field))),
  ],
  hgetall: [1, 1, (call) => list([...(typed(call, call.args[0] ?? '', 'hash')?.fields ?? [])].flat())],
  hkeys: [1, 1, (call) => list([...(typed(call, call.args[0] ?? '', 'hash')?.fields.keys() ?? [])])],
  hvals: [1, 1, (call) => list([...(typed(call, call.args[0] ?? '', 'hash')?.fields.values() ?? [])])],
  hlen: [1, 1, (call) => number(typed(call, call.args[0] ?? '', 'hash')?.fields.size ?? 0)],
  hexists: [
    2,
    2,
    (call) => number(typed(call, call.args[0] ?? '', 'hash')?.fields.has(call.args[1] ?? '') === true ? 1 : 0),
  ],
  hdel: [
    2,
    MANY,
    (call) => {
      const entry = typed(call, call.args[0] ?? '', 'hash');
      return number(call.args.slice(1).filter((field) => entry?.fields.delete(field)).length);
    },
  ],
  hincrby: [
    3,
    3,
    (call) => {
      const [key = '', field = '', by] = call.args;
      const value = integer(typed(call, key, 'hash')?.fields.get(field) ?? '0') + integer(by);
      hashSet({ ...call, args: [key, field, String(value)] });
      return number(value);
    },
  ],
  sadd: [
    2,
    MANY,
    (call) => {
      const [key = '', ...members] = call.args;
      const entry = typed(call, key, 'set') ?? { kind: 'set', members: new Set<string>(), expires: undefined };
      const before = entry.members.size;
      for (const member of members) entry.members.add(member);
      put(call, key, entry);
      return number(entry.members.size - before);
    },
  ],
  srem: [
    2,
    MANY,
    (call) => {
      const entry = typed(call, call.args[0] ?? '', 'set');
      return number(call.args.slice(1).filter((member) => entry?.members.delete(member)).length);
    },
  ],
  smembers: [1, 1, (call) => list([...(typed(call, call.args[0] ?? '', 'set')?.members ?? [])])],
  sismember: [
    2,
    2,
    (call) => number(typed(call, call.args[0] ?? '', 'set')?.members.has(call.args[1] ?? '') === true ? 1 : 0),
  ],
  scard: [1, 1, (call) => number(typed(call, call.args[0] ?? '', 'set')?.members.size ?? 0)],
  zadd: [
    3,
    MANY,
    (call) => {
      const [key = '', ...pairs] = call.args;
      const entry = typed(call, key, 'zset') ?? { kind: 'zset', scores: new Map<string, number>(), expires: undefined };
      const before = entry.scores.size;
      for (let i = 0; i + 1 < pairs.length; i += 2) {
        const score = Number(pairs[i]);
        if (Number.isNaN(score)) throw new Refused('ERR value is not a valid float');
        entry.scores.set(pairs[i + 1] ?? '', score);
      }
      put(call, key, entry);
      return number(entry.scores.size - before);
    },
  ],
  zrange: [3, 4, (call) => range(call, false)],
  zrevrange: [3, 4, (call) => range(call, true)],
  zscore: [
    2,
    2,
    (call) => {
      const score = typed(call, call.args[0] ?? '', 'zset')?.scores.get(call.args[1] ?? '');
      return text(score === undefined ? undefined : String(score));
    },
  ],
  zcard: [1, 1, (call) => number(typed(call, call.args[0] ?? '', 'zset')?.scores.size ?? 0)],
  dbsize: [0, 0, (call) => number(keysLike(call, '*').length)],
  flushall: [0, 1, flush],
  flushdb: [0, 1, flush],
  ping: [0, 1, (call) => (call.args.length === 0 ? { r: 'ok', text: 'PONG' } : text(call.args[0]))],
  echo: [1, 1, (call) => text(call.args[0])],
  time: [0, 0, (call) => list([String(Math.floor(call.now / 1000)), String((call.now % 1000) * 1000)])],
};

function remove(call: Call): Reply {
  const count = call.args.filter((key) => entryOf(call, key) !== undefined && call.store.entries.delete(key)).length;
  call.store.dirty += count;
  return number(count);
}

function flush(call: Call): Reply {
  call.store.entries.clear();
  call.store.dirty++;
  return OK;
}
