// Operations on custom resources in a version that a webhook converts. They are carried out on a view of the storage in
// which everything is of the request's version; what they write there is converted before it is written in truth.

import type { KubeObject } from '../../kube/meta.ts';
import type { Answer, Caller, Operation, Target } from '../../kube/operation.ts';
import { parseApiVersion } from '../../kube/resource.ts';
import { alreadyExists, conflict } from '../../kube/status.ts';
import { asRevision, type Make, type Store, type Stored } from '../../store/store.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { type Backend, keyIn, tableFor } from '../backend.ts';
import { type Convert, converter, versionOf, type WebhookConversion } from '../customresources/conversion.ts';
import { type Across, createFieldManagers } from '../fieldmanagers.ts';
import type { Served } from '../registry.ts';
import { SERVER } from '../self.ts';

export interface ConvertedRequest {
  readonly served: Served;
  readonly conversion: WebhookConversion;
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
    return yield* write(backend, { served, conversion, target }, convert, run);
  }
  // What can't be read can't be deleted either.
  if (verb === 'delete') yield* currentIn(backend, served, target, convert);
  const answer = yield* run(backend);
  return { ...answer, object: yield* shown(served, answer.object, convert) };
}

/** What is stored, as the version of a request has it. */
export function* asRequested(backend: Backend, served: Served, object: KubeObject): Work<KubeObject> {
  const { conversion } = served;
  if (conversion === undefined) return object;
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
  const converted = yield* convert(object, versionOf(served));
  return (served.normalise?.(converted).value ?? converted) as KubeObject;
}

function* currentIn(backend: Backend, served: Served, target: Target, convert: Convert): Work<Stored | undefined> {
  if (target.name === undefined) return undefined;
  const present = backend.store.get(tableFor(served), keyIn(served.kind.type, target));
  return present && { ...present, object: deepFreeze(yield* one(served, present.object, convert)) };
}

interface Written {
  readonly make: Make;
  /** Absent: it is new. */
  readonly expected?: Stored['modified'];
  readonly key: string;
}

function* write(
  backend: Backend,
  {
    served,
    conversion,
    target,
  }: { readonly served: Served; readonly conversion: WebhookConversion; readonly target: Target },
  convert: Convert,
  run: (backend: Backend) => Work<Answer>,
): Work<Answer> {
  const table = tableFor(served);
  const current = yield* currentIn(backend, served, target, convert);
  const { answer, written: last } = yield* withConversions(backend, served, convert, function* (fields) {
    const written: Written[] = [];
    const store = viewOf(backend.store, table, current, written);
    return { answer: yield* run({ ...backend, store, fields }), written: written.at(-1) };
  });
  if (last === undefined) return answer;
  const object = yield* convert(last.make(asRevision(0)), conversion.stored);
  const stored = put(backend, served, last, object);
  const resourceVersion = String(stored.modified);
  const shownObject = answer.object as KubeObject;
  return { ...answer, object: { ...shownObject, metadata: { ...shownObject.metadata, resourceVersion } } };
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
  served: Served,
  convert: Convert,
  attempt: (fields: Backend['fields']) => Work<T>,
): Work<T> {
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
      known.set(conversionKey(object, wanted), yield* inVersion(backend, served, object, wanted, convert));
    }
  }
}

function conversionKey(object: KubeObject, wanted: string): string {
  return `${wanted} ${JSON.stringify(object)}`;
}

function inVersion(
  { registry }: Backend,
  { type }: Served,
  object: KubeObject,
  wanted: string,
  convert: Convert,
): Work<KubeObject> {
  const { group, version } = parseApiVersion(wanted);
  const served = registry.defined?.(group, version, type.resource);
  return served === undefined ? convert(object, wanted) : one(served, object, convert);
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
  const make: Make = (revision) =>
    deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
  const origin = { actor: 'conversion', causes: [] };
  const stored =
    expected === undefined
      ? backend.store.create(tableFor(served), key, make, origin)
      : backend.store.update(tableFor(served), key, expected, make, origin);
  if (stored !== undefined) return stored;
  if (expected === undefined) throw alreadyExists(about);
  throw conflict(about, 'the object has been modified; please apply your changes to the latest version and try again');
}
