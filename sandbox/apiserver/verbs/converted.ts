// Operations on custom resources of several versions. They are carried out on a view of the storage in
// which everything is of the request's version; what they write there is converted before it is written in truth.

import { sameJson } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Answer, Caller, Operation, Target } from '../../kube/operation.ts';
import { parseApiVersion } from '../../kube/resource.ts';
import { alreadyExists, conflict } from '../../kube/status.ts';
import { asRevision, type Make, type Store, type Stored } from '../../store/store.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { type Backend, keyIn, tableFor } from '../backend.ts';
import { type Conversion, type Convert, converter, versionOf } from '../customresources/conversion.ts';
import { type Across, createFieldManagers } from '../fieldmanagers.ts';
import type { Served } from '../registry.ts';
import { SERVER } from '../self.ts';
import { fromStored } from '../versions.ts';

export interface ConvertedRequest {
  readonly served: Served;
  readonly conversion: Conversion;
  readonly operation: Operation;
  readonly caller: Caller;
}

/** `run`: the operation as it is for every kind. */
export function* performConverted(
  backend: Backend,
  { served, conversion, operation, caller }: ConvertedRequest,
  run: (backend: Backend) => Work<Answer>,
): Work<Answer> {
  const { target, verb } = operation;
  const convert = converter(conversion, backend.context(caller, false, []), backend);
  if (verb === 'create' || verb === 'update' || verb === 'patch') {
    const dryRun = operation.options?.dryRun === true;
    return yield* write(backend, { served, conversion, target, dryRun }, convert, run);
  }
  // What needs no webhook is read as it goes.
  if (conversion.strategy === 'None') return yield* run(backend);
  // What can't be read can't be deleted either.
  const current = verb === 'delete' || verb === 'get' ? yield* currentIn(backend, served, target, convert) : undefined;
  if (verb === 'get') return yield* run({ ...backend, store: viewOf(backend.store, tableFor(served), current, []) });
  const on = selectsByFields(operation) ? yield* convertedTable(backend, served, convert) : backend;
  const answer = yield* run(on);
  return { ...answer, object: yield* shown(served, answer.object, convert) };
}

function selectsByFields(operation: Operation): boolean {
  const { fieldSelector = '' } =
    operation.verb === 'list'
      ? (operation.options ?? {})
      : operation.verb === 'deletecollection'
        ? (operation.list ?? {})
        : {};
  return fieldSelector !== '';
}

/** The storage with a collection as the request's version has it: by its fields it is selected. */
function* convertedTable(backend: Backend, served: Served, convert: Convert): Work<Backend> {
  const { store } = backend;
  const table = tableFor(served);
  const seen = new Map<KubeObject, KubeObject>();
  for (const { object } of store.list(table, '')) seen.set(object, deepFreeze(yield* one(served, object, convert)));
  const list: Store['list'] = (from, prefix) =>
    from !== table
      ? store.list(from, prefix)
      : store.list(from, prefix).map((stored) => ({ ...stored, object: seen.get(stored.object) ?? stored.object }));
  return { ...backend, store: { ...store, list } };
}

/** What is stored, as the version of a request has it. */
export function* asRequested(backend: Backend, served: Served, object: KubeObject): Work<KubeObject> {
  const { conversion } = served;
  if (conversion?.strategy !== 'Webhook') return fromStored(served, object);
  return yield* one(served, object, converter(conversion, backend.context(SERVER, false, []), backend));
}

/** Objects, and those in lists, as the request's version has them. */
function* shown<T extends Answer['object']>(served: Served, object: T, convert: Convert): Work<T> {
  if ('items' in object && Array.isArray(object.items)) {
    const items: KubeObject[] = [];
    for (const item of object.items) items.push(yield* one(served, item, convert));
    return { ...object, items };
  }
  if (object.kind !== served.type.kind) return object;
  return (yield* one(served, object as KubeObject, convert)) as T;
}

function* one(served: Served, object: KubeObject, convert: Convert): Work<KubeObject> {
  const { reader, conversion } = served;
  if (reader === undefined || conversion?.strategy === 'None') return fromStored(served, object);
  const settled = reader.settled(object);
  const converted = yield* convert(settled, versionOf(served));
  return converted === settled ? settled : reader.known(converted);
}

function* currentIn(backend: Backend, served: Served, target: Target, convert: Convert): Work<Stored | undefined> {
  if (target.name === undefined) return undefined;
  const present = backend.store.get(tableFor(served), keyIn(served.kind.type, target));
  return present && { ...present, object: deepFreeze(yield* one(served, present.object, convert)) };
}

interface Writing {
  readonly served: Served;
  readonly conversion: Conversion;
  readonly target: Target;
  readonly dryRun: boolean;
}

interface Written {
  readonly make: Make;
  /** Absent: it is new. */
  readonly expected?: Stored['modified'];
  readonly key: string;
}

function* write(
  backend: Backend,
  { served, conversion, target, dryRun }: Writing,
  convert: Convert,
  run: (backend: Backend) => Work<Answer>,
): Work<Answer> {
  const table = tableFor(served);
  const current = yield* currentIn(backend, served, target, convert);
  const { answer, written } = yield* withConversions(backend, conversion, convert, function* (fields) {
    const written: Written[] = [];
    const store = viewOf(backend.store, table, current, written);
    return { answer: yield* run({ ...backend, store, fields }), written: written.at(-1) };
  });
  const kept = inStorage(backend, served, conversion);
  const isIdle = written === undefined && current !== undefined && !dryRun;
  const last = isIdle ? { key: current.key, expected: current.modified, make: () => current.object } : written;
  const shownObject = answer.object as KubeObject;
  const isView = shownObject.kind !== served.type.kind;
  if (last !== undefined) {
    const object = kept(yield* convert(last.make(asRevision(0)), conversion.stored));
    const stored = put(backend, served, last, object);
    const { resourceVersion = '' } = stored.object.metadata ?? {};
    return {
      ...answer,
      object: isView ? atVersion(shownObject, resourceVersion) : yield* one(served, stored.object, convert),
    };
  }
  if (isView) return answer;
  // What is only tried is shown as the storage would have it.
  const tried = kept(yield* convert(shownObject, conversion.stored));
  return { ...answer, object: yield* one(served, tried, convert) };
}

function atVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

/** An object of the version that is stored, without what that version doesn't know. */
function inStorage(
  { registry }: Backend,
  { type }: Served,
  { stored }: Conversion,
): (object: KubeObject) => KubeObject {
  const { group, version } = parseApiVersion(stored);
  const reader = registry.defined?.(group, version, type.resource)?.reader;
  return (object) => reader?.known(object) ?? object;
}

/** The books of managed fields need an object in the version of another manager. */
class Unconverted extends Error {
  readonly object: KubeObject;
  readonly wanted: string;
  constructor(object: KubeObject, wanted: string) {
    super(`${object.kind ?? ''} isn't converted to ${wanted} yet`);
    this.object = object;
    this.wanted = wanted;
  }
}

/**
 * The books are kept in one go, and webhooks take time: what they find unconverted is converted, and the attempt is made
 * again. Nothing has been written or admitted by then.
 */
function* withConversions<T>(
  backend: Backend,
  { strategy }: Conversion,
  convert: Convert,
  attempt: (fields: Backend['fields']) => Work<T>,
): Work<T> {
  if (strategy === 'None') return yield* attempt(backend.fields);
  const known = new Map<string, KubeObject>();
  const across: Across = (object, wanted) => {
    const found = known.get(conversionKey(object, wanted));
    if (found === undefined) throw new Unconverted(object, wanted);
    return found;
  };
  const fields = createFieldManagers(backend.registry, across);
  for (;;) {
    try {
      return yield* attempt(fields);
    } catch (error) {
      if (!(error instanceof Unconverted)) throw error;
      const { object, wanted } = error;
      known.set(conversionKey(object, wanted), yield* convert(object, wanted));
    }
  }
}

function conversionKey(object: KubeObject, wanted: string): string {
  return `${wanted} ${JSON.stringify(object)}`;
}

/** The storage with one object in it; what is written is only noted. */
function viewOf(store: Store, table: string, current: Stored | undefined, written: Written[]): Store {
  const note = (key: string, make: Make, expected?: Stored['modified']): Stored => {
    written.push({ key, make, ...(expected === undefined ? {} : { expected }) });
    const modified = store.revision();
    return { key, object: deepFreeze(make(modified)), created: current?.created ?? modified, modified };
  };
  return {
    ...store,
    get: (from, key) => (from === table && key === current?.key ? current : store.get(from, key)),
    create: (into, key, make, origin) => {
      if (into !== table) return store.create(into, key, make, origin);
      return store.get(into, key) === undefined ? note(key, make) : undefined;
    },
    update: (into, key, expected, make, origin) =>
      into === table ? note(key, make, expected) : store.update(into, key, expected, make, origin),
  };
}

function put(backend: Backend, served: Served, { key, expected }: Written, object: KubeObject): Stored {
  const { type } = served;
  const about = { group: type.group, kind: type.resource, name: object.metadata?.name ?? '' };
  const make: Make = (revision) => deepFreeze(atVersion(object, String(revision)));
  const table = tableFor(served);
  // A write that changes nothing for its version may still lose what that version doesn't know.
  const present = expected === undefined ? undefined : backend.store.get(table, key);
  if (present !== undefined && present.modified === expected && sameJson(present.object, object)) return present;
  const origin = { actor: 'conversion', causes: [] };
  const stored =
    expected === undefined
      ? backend.store.create(table, key, make, origin)
      : backend.store.update(table, key, expected, make, origin);
  if (stored !== undefined) return stored;
  if (expected === undefined) throw alreadyExists(about);
  throw conflict(about, 'the object has been modified; please apply your changes to the latest version and try again');
}
