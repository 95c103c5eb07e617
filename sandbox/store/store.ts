// The store: revisions, optimistic concurrency, the log of changes. It stands in for etcd and knows tables and keys, not
// kinds. Only `apiserver/` writes here. Objects are frozen and shared with whoever reads.

import type { Origin } from '../kube/cause.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Loop } from '../time/loop.ts';
import { minutes, type TimeMs } from '../time/units.ts';
import { insertKey, keysWithPrefix, newSortedKeys, removeKey, type SortedKeys } from './sortedkeys.ts';

/** A revision of the whole store; every write makes the next one. */
export type Revision = number & { readonly unit: 'revision' };

/** An object as it lies in the store. */
export interface Stored {
  readonly key: string;
  readonly object: KubeObject;
  readonly created: Revision;
  /** The revision of its last write, which is also its resourceVersion. */
  readonly modified: Revision;
}

/** One write, as the log keeps it. */
export interface Change {
  readonly revision: Revision;
  readonly time: TimeMs;
  readonly table: string;
  readonly key: string;
  readonly type: 'created' | 'updated' | 'deleted';
  /** The object after the write; for a deletion its last state, with the deletion's revision. */
  readonly object: KubeObject;
  readonly previous: Stored | undefined;
}

/** Who wrote a revision and why; kept longer than the change itself. */
export interface CauseRow extends Origin {
  readonly revision: Revision;
  readonly time: TimeMs;
  readonly verb: Change['type'];
  readonly table: string;
  readonly key: string;
}

interface Table {
  readonly objects: Map<string, Stored>;
  readonly keys: SortedKeys;
}

export interface StoreState {
  revision: Revision;
  /** Changes at this revision and before are forgotten. */
  compacted: Revision;
  readonly tables: Map<string, Table>;
  /** Changes in order, from the first one that is still known. */
  log: Change[];
  readonly causes: Map<Revision, CauseRow>;
}

/** Makes the object that is written, given the revision that it gets; it must be frozen. */
export type Make = (revision: Revision) => KubeObject;

/** A listing at one moment of the past isn't possible any more. */
export type Gone = { readonly gone: true; readonly oldest: Revision };

export interface Store {
  revision(): Revision;
  compacted(): Revision;
  get(table: string, key: string): Stored | undefined;
  /** In the order of keys. */
  list(table: string, prefix: string): readonly Stored[];
  count(table: string): number;
  /** The listing as it was right after `revision`. */
  listAt(table: string, prefix: string, revision: Revision): readonly Stored[] | Gone;
  /** Undefined when the key is taken. */
  create(table: string, key: string, make: Make, origin: Origin): Stored | undefined;
  /** Undefined when the object is gone or was written since `expected`. */
  update(table: string, key: string, expected: Revision, make: Make, origin: Origin): Stored | undefined;
  /** Undefined when the object is gone or was written since `expected`; `make` gives its last state. */
  delete(table: string, key: string, expected: Revision, make: Make, origin: Origin): Stored | undefined;
  /** The changes of a table after `revision`, or that they aren't all known any more. */
  changesAfter(table: string, revision: Revision): readonly Change[] | Gone;
  /** Called for each change, in order, right after it was made. */
  subscribe(listener: (change: Change) => void): void;
  /** Forgets the changes up to and including `revision`. */
  compact(revision: Revision): void;
  causeOf(revision: Revision): CauseRow | undefined;
  /** Makes the revision jump forward, as an etcd restore with a bump does; all changes before are forgotten. */
  bump(by: number): void;
}

const LOG_AGE = minutes(5);
const LOG_LENGTH = 20_000;
const CAUSE_ROWS = 200_000;

export function newStoreState(): StoreState {
  return { revision: asRevision(1), compacted: asRevision(0), tables: new Map(), log: [], causes: new Map() };
}

/** A number as a revision; the caller has it from a resourceVersion or from arithmetic on revisions. */
export function asRevision(value: number): Revision {
  return value as Revision;
}

export function createStore(state: StoreState, loop: Loop): Store {
  const listeners: ((change: Change) => void)[] = [];
  /** What was listed of a table since it was last written to, by prefix: whoever reads page by page asks for the same again. */
  const listings = new Map<string, Map<string, readonly Stored[]>>();

  const table = (name: string): Table => {
    let found = state.tables.get(name);
    if (found === undefined) {
      found = { objects: new Map(), keys: newSortedKeys() };
      state.tables.set(name, found);
    }
    return found;
  };

  const record = (change: Change, origin: Origin): void => {
    state.log.push(change);
    const { revision, time, type, table: name, key } = change;
    listings.delete(name);
    state.causes.set(
      revision,
      Object.freeze({ revision, time, verb: type, table: name, key, actor: origin.actor, causes: origin.causes }),
    );
    trimCauses(state);
    trimLog(state, loop.now());
    for (const listener of listeners) listener(change);
  };

  const write = (name: string, key: string, previous: Stored | undefined, make: Make, origin: Origin): Stored => {
    const revision = asRevision(state.revision + 1);
    const object = make(revision);
    state.revision = revision;
    const stored: Stored = Object.freeze({ key, object, created: previous?.created ?? revision, modified: revision });
    const { objects, keys } = table(name);
    objects.set(key, stored);
    if (previous === undefined) insertKey(keys, key);
    const type = previous === undefined ? 'created' : 'updated';
    record(Object.freeze({ revision, time: loop.now(), table: name, key, type, object, previous }), origin);
    return stored;
  };

  const list = (name: string, prefix: string): readonly Stored[] => {
    const ofTable = listings.get(name) ?? new Map<string, readonly Stored[]>();
    const listing = ofTable.get(prefix) ?? listNow(state.tables.get(name), prefix);
    listings.set(name, ofTable.set(prefix, listing));
    return listing;
  };

  /** The object under a key, if it is still the one that the caller knows. */
  const unchanged = (name: string, key: string, expected: Revision): Stored | undefined => {
    const current = table(name).objects.get(key);
    return current?.modified === expected ? current : undefined;
  };

  return {
    revision: () => state.revision,
    compacted: () => state.compacted,
    get: (name, key) => state.tables.get(name)?.objects.get(key),
    list,
    count: (name) => state.tables.get(name)?.objects.size ?? 0,
    listAt(name, prefix, revision) {
      if (revision < state.compacted) return { gone: true, oldest: state.compacted };
      const later = logAfter(state.log, revision).filter(({ table: of, key }) => of === name && key.startsWith(prefix));
      return undone(list(name, prefix), later);
    },
    create(name, key, make, origin) {
      return table(name).objects.has(key) ? undefined : write(name, key, undefined, make, origin);
    },
    update(name, key, expected, make, origin) {
      const current = unchanged(name, key, expected);
      return current && write(name, key, current, make, origin);
    },
    delete(name, key, expected, make, origin) {
      const previous = unchanged(name, key, expected);
      if (previous === undefined) return undefined;
      const revision = asRevision(state.revision + 1);
      const object = make(revision);
      state.revision = revision;
      const { objects, keys } = table(name);
      objects.delete(key);
      removeKey(keys, key);
      record(
        Object.freeze({ revision, time: loop.now(), table: name, key, type: 'deleted', object, previous }),
        origin,
      );
      return Object.freeze({ key, object, created: previous.created, modified: revision });
    },
    changesAfter(name, revision) {
      if (revision < state.compacted) return { gone: true, oldest: state.compacted };
      return logAfter(state.log, revision).filter((change) => change.table === name);
    },
    subscribe: (listener) => {
      listeners.push(listener);
    },
    compact: (revision) => forget(state, revision),
    causeOf: (revision) => state.causes.get(revision),
    bump(by) {
      state.revision = asRevision(state.revision + by);
      forget(state, state.revision);
    },
  };
}

function listNow(table: Table | undefined, prefix: string): readonly Stored[] {
  const result: Stored[] = [];
  if (table === undefined) return result;
  for (const key of keysWithPrefix(table.keys, prefix)) {
    const stored = table.objects.get(key);
    if (stored !== undefined) result.push(stored);
  }
  return result;
}

/** Today's listing without what happened since. */
function undone(now: readonly Stored[], later: Change[]): readonly Stored[] {
  if (later.length === 0) return now;
  const then = new Map(now.map((stored) => [stored.key, stored]));
  for (const change of later.reverse()) {
    if (change.previous === undefined) then.delete(change.key);
    else then.set(change.key, change.previous);
  }
  return [...then.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The log is in the order of revisions. */
function logAfter(log: readonly Change[], revision: Revision): Change[] {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle]?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return log.slice(low);
}

function forget(state: StoreState, revision: Revision): void {
  if (revision <= state.compacted) return;
  state.compacted = revision;
  state.log = logAfter(state.log, revision);
}

/** Keeps 5 virtual minutes or 20,000 changes, whichever is more; looked at now and then, so that it costs nothing. */
function trimLog(state: StoreState, now: TimeMs): void {
  if (state.log.length < 2 * LOG_LENGTH || state.log.length % 1000 !== 0) return;
  const keep = state.log.length - LOG_LENGTH;
  let young = 0;
  while (young < keep && now - (state.log[young]?.time ?? now) > LOG_AGE) young++;
  const last = state.log[young - 1];
  if (last !== undefined) forget(state, last.revision);
}

function trimCauses(state: StoreState): void {
  if (state.causes.size <= CAUSE_ROWS) return;
  const oldest = state.causes.keys().next();
  if (oldest.done !== true) state.causes.delete(oldest.value);
}
