// What redis keeps, and what its commands do with it. Pure: time comes in.

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

export interface Call {
  readonly store: Store;
  readonly name: string;
  readonly args: readonly string[];
  /** Milliseconds. */
  readonly now: number;
}

/** The command can't be done; its words go to the client. */
export class Refused extends Error {}

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

const NOT_INTEGER = 'ERR value is not an integer or out of range';

export function entryOf({ store, now }: Call, key: string): Entry | undefined {
  const entry = store.entries.get(key);
  if (entry?.expires !== undefined && entry.expires <= now) {
    store.entries.delete(key);
    return undefined;
  }
  return entry;
}

export function typed<K extends Entry['kind']>(
  call: Call,
  key: string,
  kind: K,
): Extract<Entry, { kind: K }> | undefined {
  const entry = entryOf(call, key);
  if (entry === undefined) return undefined;
  if (entry.kind !== kind) throw new Refused(WRONG_TYPE);
  return entry as Extract<Entry, { kind: K }>;
}

export function put(call: Call, key: string, entry: Entry): void {
  call.store.entries.set(key, entry);
  call.store.dirty++;
}

export function text(value: string | undefined): Reply {
  return value === undefined ? NOTHING : { r: 'text', text: value };
}

export function number(value: number): Reply {
  return { r: 'number', value };
}

export function list(values: readonly (string | undefined)[]): Reply {
  return { r: 'list', items: values.map(text) };
}

export function integer(value: string | undefined): number {
  if (value === undefined || !/^-?\d{1,16}$/.test(value)) throw new Refused(NOT_INTEGER);
  return Number(value);
}

export function increment(call: Call, by: number): Reply {
  const [key = ''] = call.args;
  const entry = typed(call, key, 'string');
  const value = integer(entry?.value ?? '0') + by;
  put(call, key, { kind: 'string', value: String(value), expires: entry?.expires });
  return number(value);
}

export function set(call: Call): Reply {
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

export function push(call: Call, front: boolean): Reply {
  const [key = '', ...values] = call.args;
  const entry = typed(call, key, 'list') ?? { kind: 'list', items: [], expires: undefined };
  for (const value of values) front ? entry.items.unshift(value) : entry.items.push(value);
  put(call, key, entry);
  return number(entry.items.length);
}

export function pop(call: Call, front: boolean): Reply {
  const [key = ''] = call.args;
  const entry = typed(call, key, 'list');
  const value = front ? entry?.items.shift() : entry?.items.pop();
  if (entry !== undefined) {
    call.store.dirty++;
    if (entry.items.length === 0) call.store.entries.delete(key);
  }
  return text(value);
}

export function slice(items: readonly string[], from: number, to: number): readonly string[] {
  const start = from < 0 ? Math.max(0, items.length + from) : from;
  const end = to < 0 ? items.length + to : to;
  return items.slice(start, end + 1);
}

export function expire(call: Call, unit: number): Reply {
  const [key = '', life] = call.args;
  const entry = entryOf(call, key);
  if (entry === undefined) return number(0);
  entry.expires = call.now + integer(life) * unit;
  call.store.dirty++;
  return number(1);
}

export function ttl(call: Call, unit: number): Reply {
  const entry = entryOf(call, call.args[0] ?? '');
  if (entry === undefined) return number(-2);
  return number(entry.expires === undefined ? -1 : Math.ceil((entry.expires - call.now) / unit));
}

export function hashSet(call: Call): Reply {
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

export function range(call: Call, reversed: boolean): Reply {
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

export function keysLike(call: Call, pattern: string): string[] {
  const tokens = parsePattern(pattern);
  return [...call.store.entries.keys()].filter((key) => entryOf(call, key) !== undefined && matches(tokens, key));
}

export function remove(call: Call): Reply {
  const count = call.args.filter((key) => entryOf(call, key) !== undefined && call.store.entries.delete(key)).length;
  call.store.dirty += count;
  return number(count);
}

export function flush(call: Call): Reply {
  call.store.entries.clear();
  call.store.dirty++;
  return OK;
}
