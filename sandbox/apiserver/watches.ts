// Watches: what changes in the store becomes events for whoever asked. Each watch sees one collection through its own
// selectors; an object that leaves a selection is deleted as far as that watch can tell. The delay of delivery, and every
// fault of delivery, happens here and nowhere else.

import type { KubeObject } from '../kube/meta.ts';
import type { WatchEvent } from '../kube/operation.ts';
import type { Change, Revision, Store } from '../store/store.ts';
import { latency } from '../time/latency.ts';
import type { Loop, Wake } from '../time/loop.ts';
import { type DurationMs, durationMs } from '../time/units.ts';
import { type HistoryState, tooOld } from './history.ts';

/** A watch's number; never used twice in one cluster. */
export type WatchId = number & { readonly unit: 'watch' };

/** Which objects a watch sees. `hint` is a pair that each of them has for certain, by which the watch is found quickly. */
export interface Selection {
  /** With its slash: `default/`; empty for all namespaces and for cluster-scoped tables. */
  readonly prefix: string;
  readonly hint?: string;
  /** Rebuilt from `selectors` after a copy. */
  readonly matches: (object: KubeObject) => boolean;
  /** Fields are judged by who takes the events, once objects are converted: each event tells what was before. */
  readonly tellsBefore?: boolean;
}

/** What a selection is rebuilt from; plain data. */
export interface SelectionText {
  readonly prefix: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** Of custom resources: the version whose fields these are, if it isn't the one that is stored. */
  readonly version?: string;
}

/** A fault of one client's watches: extra delay, lost events, a watch that is gone. */
interface WatchFault {
  readonly lag?: DurationMs;
  readonly lose?: boolean;
  readonly double?: boolean;
}

interface Watch {
  readonly id: WatchId;
  readonly table: string;
  readonly selection: SelectionText;
  /** Whose it is: names the stream of delays, and the faults. */
  readonly owner: string;
  events: WatchEvent[];
  /** Told when events are there; undefined once told, until `take`. */
  wake: Wake | undefined;
  gone: boolean;
  /** How many deliveries there were; numbers the draws of delay. */
  deliveries: number;
}

export interface WatchesState {
  next: number;
  readonly open: Map<WatchId, Watch>;
  readonly faults: Map<string, WatchFault>;
}

export function newWatchesState(): WatchesState {
  return { next: 1, open: new Map(), faults: new Map() };
}

export interface Watches {
  /** Begins after `since`. Throws Expired when the store has forgotten that. */
  open(table: string, selection: SelectionText, since: Revision, owner: string, wake: Wake): WatchId;
  take(id: WatchId, wake: Wake): readonly WatchEvent[] | 'gone';
  close(id: WatchId): void;
  /** Ends all watches of an owner (of everybody, without one), as a server that restarts does. */
  expire(owner?: string): void;
  fault(owner: string, fault: WatchFault | undefined): void;
  count(): number;
}

export interface WatchesDeps {
  readonly loop: Loop;
  readonly store: Store;
  readonly seed: number;
  readonly history: HistoryState;
  /** Compiles a selection; throws a Status for a bad selector. */
  readonly compile: (table: string, text: SelectionText) => Selection;
  /** The hints under which an object of a table is found, beside its prefix. */
  readonly hints: (table: string, object: KubeObject) => readonly string[];
}

/** A watch with more undelivered events than this is cut off: its reader is dead or too slow. */
const BACKLOG_MAX = 200_000;

export function createWatches(state: WatchesState, deps: WatchesDeps): Watches {
  const { loop, store, seed, history, compile, hints } = deps;
  const selections = new Map<WatchId, Selection>();
  /** Table → watches without a hint, and by hint. Rebuilt from the state. */
  const byTable = new Map<string, { readonly all: Set<WatchId>; readonly hinted: Map<string, Set<WatchId>> }>();
  const delays = new Map<string, ReturnType<typeof latency>>();

  const index = (watch: Watch): void => {
    const selection = compile(watch.table, watch.selection);
    selections.set(watch.id, selection);
    const entry = byTable.get(watch.table) ?? { all: new Set<WatchId>(), hinted: new Map<string, Set<WatchId>>() };
    byTable.set(watch.table, entry);
    if (selection.hint === undefined) entry.all.add(watch.id);
    else {
      const found = entry.hinted.get(selection.hint) ?? new Set<WatchId>();
      entry.hinted.set(selection.hint, found.add(watch.id));
    }
  };
  for (const watch of state.open.values()) index(watch);

  const forget = (watch: Watch): void => {
    const entry = byTable.get(watch.table);
    const { hint } = selections.get(watch.id) ?? {};
    entry?.all.delete(watch.id);
    if (hint !== undefined) {
      const found = entry?.hinted.get(hint);
      found?.delete(watch.id);
      if (found?.size === 0) entry?.hinted.delete(hint);
    }
    selections.delete(watch.id);
  };

  const notify = (watch: Watch): void => {
    const { wake } = watch;
    if (wake === undefined) return;
    watch.wake = undefined;
    let delay = delays.get(watch.owner);
    if (delay === undefined) {
      delay = latency(seed, 'watch', watch.owner);
      delays.set(watch.owner, delay);
    }
    const lag = state.faults.get(watch.owner)?.lag ?? 0;
    loop.wake(wake, durationMs(delay.at(watch.deliveries++) + lag));
  };

  const offer = (watch: Watch, change: Change): void => {
    const selection = selections.get(watch.id);
    const event = selection && eventOf(change, selection);
    if (event === undefined || watch.gone) return;
    const fault = state.faults.get(watch.owner);
    if (fault?.lose === true) return;
    watch.events.push(event);
    if (fault?.double === true) watch.events.push(event);
    if (watch.events.length > BACKLOG_MAX) {
      watch.events = [];
      watch.gone = true;
    }
    notify(watch);
  };

  store.subscribe((change) => {
    const entry = byTable.get(change.table);
    if (entry === undefined) return;
    for (const id of watchersOf(entry, hints, change)) {
      const watch = state.open.get(id);
      if (watch !== undefined) offer(watch, change);
    }
  });

  const end = (watch: Watch): void => {
    watch.gone = true;
    watch.events = [];
    notify(watch);
  };

  return {
    open(table, selection, since, owner, wake) {
      if (since < history.since) throw tooOld(since, history.since);
      const changes = store.changesAfter(table, since);
      if ('gone' in changes) throw tooOld(since, changes.oldest);
      const id = state.next++ as WatchId;
      const watch: Watch = { id, table, selection, owner, events: [], wake, gone: false, deliveries: 0 };
      index(watch);
      state.open.set(id, watch);
      for (const change of changes) offer(watch, change);
      return id;
    },
    take(id, wake) {
      const watch = state.open.get(id);
      if (watch === undefined) return 'gone';
      if (watch.gone) {
        forget(watch);
        state.open.delete(id);
        return 'gone';
      }
      watch.wake = wake;
      const { events } = watch;
      watch.events = [];
      return events;
    },
    close(id) {
      const watch = state.open.get(id);
      if (watch === undefined) return;
      forget(watch);
      state.open.delete(id);
    },
    expire(owner) {
      for (const watch of state.open.values()) if (owner === undefined || watch.owner === owner) end(watch);
    },
    fault(owner, fault) {
      if (fault === undefined) state.faults.delete(owner);
      else state.faults.set(owner, fault);
    },
    count: () => state.open.size,
  };
}

function* watchersOf(
  entry: { readonly all: Set<WatchId>; readonly hinted: Map<string, Set<WatchId>> },
  hints: WatchesDeps['hints'],
  change: Change,
): Generator<WatchId> {
  yield* entry.all;
  if (entry.hinted.size === 0) return;
  const now = hints(change.table, change.object);
  const before = change.previous === undefined ? [] : hints(change.table, change.previous.object);
  const found = before.length === 0 ? now : [...new Set([...now, ...before])];
  for (const hint of found) yield* entry.hinted.get(hint) ?? [];
}

/** What a change looks like through a selection; undefined when it isn't seen at all. */
function eventOf(change: Change, selection: Selection): WatchEvent | undefined {
  const event = seenOf(change, selection);
  if (selection.tellsBefore !== true || event === undefined || change.previous === undefined) return event;
  return { ...event, previous: change.previous.object };
}

function seenOf(change: Change, { prefix, matches }: Selection): WatchEvent | undefined {
  if (prefix !== '' && !change.key.startsWith(prefix)) return undefined;
  const { object, previous, revision } = change;
  const before = previous !== undefined && matches(previous.object);
  const after = change.type !== 'deleted' && matches(object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object, revision };
  if (!before) return undefined;
  return { type: 'DELETED', object: change.type === 'deleted' ? object : leaving(previous.object, object), revision };
}

/** An object that leaves a selection is told in its last state inside, with the version of the change. */
export function leaving(inside: KubeObject, outside: KubeObject): KubeObject {
  const resourceVersion = outside.metadata?.resourceVersion;
  return Object.freeze({
    ...inside,
    metadata: Object.freeze({ ...inside.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) }),
  });
}
