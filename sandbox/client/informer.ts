// Informers: a cache of one collection, kept up to date by list and watch, that tells its listeners what changed.
// What it knows may be behind the server, as with any client; that is what controllers have to live with.

import type { Cause } from '../kube/cause.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ListOptions, WatchEvent } from '../kube/operation.ts';
import type { ResourceType } from '../kube/resource.ts';
import type { Wake } from '../time/loop.ts';
import { type Client, collectionOf, type Transport, type WatchId } from './client.ts';

/** `namespace/name`, or `name` for cluster-scoped objects. */
export type Key = string;

export interface InformerState {
  watch: WatchId | undefined;
  /** The first list has come. */
  synced: boolean;
  readonly objects: Map<Key, KubeObject>;
  /** Objects by what each index files them under. Kept, so that their order outlives a copy. */
  readonly indexes: Map<string, Map<string, Map<Key, KubeObject>>>;
}

export interface InformerEvent<T extends KubeObject> {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: T;
  readonly previous: T | undefined;
  /** The change that was seen; none for what a first list found. */
  readonly causes: readonly Cause[];
}

export interface Informer<T extends KubeObject> {
  readonly type: ResourceType<T>;
  synced(): boolean;
  get(key: Key): T | undefined;
  /** All objects, or those of one namespace, in no promised order but the same in every run. */
  list(namespace?: string): readonly T[];
  /** The objects that an index files under a value. */
  by(index: string, value: string): readonly T[];
  /** Names a way to find objects: `values` says under what to file each. Call it before the informer starts. */
  index(name: string, values: (object: T) => readonly string[]): void;
  on(listener: (event: InformerEvent<T>) => void): void;
}

export interface InformerOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** The part of an informer that its component drives. */
export interface InformerEngine<T extends KubeObject = KubeObject> extends Informer<T> {
  /** Lists, fills the cache, and begins to watch. */
  start(): void;
  /** Takes what the watch has brought. */
  receive(): void;
  /** Forgets everything, as a process that ended does. */
  stop(): void;
}

const NO_VALUES: readonly string[] = [];

interface Index<T> {
  readonly values: (object: T) => readonly string[];
  readonly entries: Map<string, Map<Key, T>>;
}

/** The key of an object in every cache and queue. */
export function keyOf(object: KubeObject): Key {
  const { namespace, name = '' } = object.metadata ?? {};
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function splitKey(key: Key): { readonly namespace: string | undefined; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function newInformerState(): InformerState {
  return { watch: undefined, synced: false, objects: new Map(), indexes: new Map() };
}

/** Runs a listing that cannot wait: admission has no part in reads. */
export interface InformerDeps {
  readonly client: Client;
  readonly transport: Transport;
  /** How to be told about events, in this life of the component. */
  readonly wake: () => Wake;
  /** Called when listing fails; the component tries again later. */
  readonly failed: (error: unknown) => void;
}

export function createInformer<T extends KubeObject>(
  state: InformerState,
  type: ResourceType<T>,
  options: InformerOptions,
  { client, transport, wake, failed }: InformerDeps,
): InformerEngine<T> {
  const listeners: ((event: InformerEvent<T>) => void)[] = [];
  const indexes = new Map<string, Index<T>>();
  const objects = state.objects as Map<Key, T>;
  const { namespace, ...selectors } = options;
  const query: ListOptions = selectors;

  const file = ({ entries }: Index<T>, value: string, key: Key, object: T): void => {
    const entry = entries.get(value);
    if (entry === undefined) entries.set(value, new Map([[key, object]]));
    else entry.set(key, object);
  };
  const unfile = ({ entries }: Index<T>, value: string, key: Key): void => {
    const entry = entries.get(value);
    entry?.delete(key);
    if (entry?.size === 0) entries.delete(value);
  };
  /** An object keeps its place where it stays filed under the same value. */
  const refile = (index: Index<T>, key: Key, previous: T | undefined, object: T | undefined): void => {
    const before = previous === undefined ? NO_VALUES : index.values(previous);
    const after = object === undefined ? NO_VALUES : index.values(object);
    for (const value of before) if (!after.includes(value)) unfile(index, value, key);
    if (object !== undefined) for (const value of after) file(index, value, key, object);
  };

  const apply = (event: Omit<InformerEvent<T>, 'previous'>): void => {
    const key = keyOf(event.object);
    const previous = objects.get(key);
    if (event.type === 'deleted') {
      if (previous === undefined) return;
      objects.delete(key);
    } else objects.set(key, event.object);
    const object = event.type === 'deleted' ? undefined : event.object;
    for (const index of indexes.values()) refile(index, key, previous, object);
    const type = event.type === 'deleted' ? 'deleted' : previous === undefined ? 'added' : 'updated';
    for (const listener of listeners) listener({ ...event, type, previous });
  };

  /** A list replaces all that was known: what isn't in it has gone meanwhile. */
  const replace = (items: readonly T[]): void => {
    const present = new Set(items.map(keyOf));
    for (const [key, object] of [...objects])
      if (!present.has(key)) apply({ type: 'deleted', object, causes: lastWrite(object) });
    for (const object of items) {
      const known = objects.get(keyOf(object));
      if (known?.metadata?.resourceVersion !== object.metadata?.resourceVersion)
        apply({ type: 'updated', object, causes: lastWrite(object) });
    }
  };

  const start = (): void => {
    const listing = client.list(type, namespace, query);
    const step = listing.next();
    if (step.done !== true) throw new Error('a list has to wait for something, which reads never do');
    replace(step.value.items);
    state.synced = true;
    const resourceVersion = step.value.metadata?.resourceVersion ?? '';
    state.watch = transport.watch(collectionOf(type, namespace), { ...query, resourceVersion }, client.caller, wake());
  };

  const restart = (): void => {
    try {
      if (state.watch !== undefined) transport.unwatch(state.watch);
      start();
    } catch (error) {
      state.watch = undefined;
      failed(error);
    }
  };

  const receive = (): void => {
    if (state.watch === undefined) return;
    const events = transport.take(state.watch, wake());
    if (events === 'gone') restart();
    else for (const event of events) apply(changeOf<T>(event));
  };

  return {
    type,
    synced: () => state.synced,
    get: (key) => objects.get(key),
    list: (only) =>
      only === undefined ? [...objects.values()] : [...objects.values()].filter((o) => o.metadata?.namespace === only),
    by: (name, value) => [...(indexes.get(name)?.entries.get(value)?.values() ?? [])],
    index(name, values) {
      if (indexes.has(name)) return;
      const known = state.indexes.get(name);
      const index: Index<T> = { values, entries: (known ?? new Map()) as Index<T>['entries'] };
      indexes.set(name, index);
      if (known !== undefined) return;
      state.indexes.set(name, index.entries);
      for (const [key, object] of objects) refile(index, key, undefined, object);
    },
    on: (listener) => {
      listeners.push(listener);
    },
    start: restart,
    receive,
    stop() {
      if (state.watch !== undefined) transport.unwatch(state.watch);
      state.watch = undefined;
      state.synced = false;
      objects.clear();
      for (const index of indexes.values()) index.entries.clear();
    },
  };
}

function changeOf<T extends KubeObject>(event: WatchEvent): Omit<InformerEvent<T>, 'previous'> {
  return {
    type: event.type === 'DELETED' ? 'deleted' : 'updated',
    object: event.object as T,
    causes: [{ kind: 'revision', revision: event.revision }],
  };
}

/** What is found in a list is as it is because of its last write. */
function lastWrite({ metadata }: KubeObject): readonly Cause[] {
  const revision = Number(metadata?.resourceVersion);
  return revision > 0 ? [{ kind: 'revision', revision }] : [];
}
