// The commands of redis that people use: how many words each takes, and what it does. Pure: time comes in.

import { OK, type Reply } from './protocol.ts';
import {
  type Call,
  entryOf,
  expire,
  flush,
  hashSet,
  increment,
  integer,
  keysLike,
  list,
  number,
  pop,
  push,
  put,
  Refused,
  range,
  remove,
  type Store,
  set,
  slice,
  text,
  ttl,
  typed,
} from './store.ts';

export function execute(store: Store, words: readonly string[], now: number): Reply {
  const [word = '', ...args] = words;
  const name = word.toLowerCase();
  const found = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (UNMODELLED.has(name)) return { r: 'error', text: `ERR '${word}' isn't modelled by this server` };
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

/** What a real one knows, and this one doesn't. */
const UNMODELLED = new Set(
  `acl asking bgrewriteaof bitcount bitfield bitop bitpos blmove bzpopmax bzpopmin cluster copy dump eval evalsha eval_ro
failover fcall function geoadd geodist geopos geosearch getbit getex hello hscan incrbyfloat latency lcs linsert lmove lmpop
lolwut lpos lpushx lset memory migrate module monitor msetnx object pfadd pfcount pfmerge psubscribe pubsub randomkey
replicaof restore rpoplpush rpushx script sdiff setbit setrange sinter slaveof smove spop spublish srandmember sscan sunion
swapdb touch unsubscribe unwatch wait watch xack xadd xclaim xdel xgroup xinfo xlen xpending xrange xread xreadgroup xtrim
zcount zinter zlexcount zpopmax zpopmin zrangebyscore zrank zrevrank zscan zunion`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

type Row = readonly [number, number, (call: Call) => Reply];

const MANY = Number.POSITIVE_INFINITY;

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
  zincrby: [
    3,
    3,
    (call) => {
      const [key = '', by, member = ''] = call.args;
      const entry = typed(call, key, 'zset') ?? { kind: 'zset', scores: new Map<string, number>(), expires: undefined };
      const score = (entry.scores.get(member) ?? 0) + Number(by);
      if (Number.isNaN(score)) throw new Refused('ERR value is not a valid float');
      entry.scores.set(member, score);
      put(call, key, entry);
      return text(String(score));
    },
  ],
  zrem: [
    2,
    MANY,
    (call) => {
      const entry = typed(call, call.args[0] ?? '', 'zset');
      return number(call.args.slice(1).filter((member) => entry?.scores.delete(member)).length);
    },
  ],
  lrem: [
    3,
    3,
    (call) => {
      const [key = '', count, value] = call.args;
      const entry = typed(call, key, 'list');
      const most = integer(count) === 0 ? MANY : Math.abs(integer(count));
      let gone = 0;
      const order = (entry?.items ?? []).map((_, i) => i);
      if (integer(count) < 0) order.reverse();
      const drop = new Set(order.filter((i) => entry?.items[i] === value && gone++ < most));
      entry?.items.splice(0, entry.items.length, ...entry.items.filter((_, i) => !drop.has(i)));
      return number(drop.size);
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
