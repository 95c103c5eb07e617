// The typed client that every actor uses. It is bound to a user and to a reason: whatever it writes carries both.

import type { Cause, Origin } from '../kube/cause.ts';
import type { JsonValue } from '../kube/json.ts';
import type { KubeList, KubeObject } from '../kube/meta.ts';
import type {
  Answer,
  Caller,
  DeleteOptions,
  ListOptions,
  Operation,
  PatchType,
  Target,
  UserInfo,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../kube/operation.ts';
import type { ResourceType } from '../kube/resource.ts';
import { reasonOf, type V1Status } from '../kube/status.ts';
import type { Wake, Work } from '../time/loop.ts';

/** A watch's number at the server. */
export type WatchId = number & { readonly unit: 'watch' };

/** What carries operations to an API server. `simulator.ts` binds it to the embedded one, `remote/` to others. */
export interface Transport {
  call(operation: Operation, caller: Caller): Work<Answer>;
  /** Begins a watch after `options.resourceVersion`. When events are there, `wake` is posted once; `take` fetches them. */
  watch(target: Target, options: WatchOptions, caller: Caller, wake: Wake): WatchId;
  /** The events since the last call; `gone` when the watch has ended and must be begun again with a list. */
  take(watch: WatchId, wake: Wake): readonly WatchEvent[] | 'gone';
  unwatch(watch: WatchId): void;
}

/** Names one object: the namespace is left out for cluster-scoped kinds. */
export interface ObjectRef {
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface Client {
  readonly caller: Caller;
  /** The same client, acting for these causes. */
  because(causes: readonly Cause[]): Client;
  /** The same client as another user, with the actor's name that is kept with what it writes. */
  as(user: UserInfo, actor: string): Client;

  /** Throws NotFound. */
  get<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef): Work<T>;
  /** Reads a subresource that is an object: `scale`. */
  getPart<T extends KubeObject>(type: ResourceType, ref: ObjectRef, subresource: string): Work<T>;
  /** Undefined when it isn't there. */
  find<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef): Work<T | undefined>;
  list<T extends KubeObject>(type: ResourceType<T>, namespace?: string, options?: ListOptions): Work<KubeList<T>>;
  /** Lists what stands at a place of its own: the figures of `pods/*`, say. */
  listAt(target: Target, options?: ListOptions): Work<KubeList>;
  create<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Work<T>;
  update<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Work<T>;
  updateStatus<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Work<T>;
  /** Replaces a subresource that takes a whole object: `finalize`. */
  updatePart<T extends KubeObject>(type: ResourceType<T>, subresource: string, object: T): Work<T>;
  patch<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, patch: Patch): Work<T>;
  /** A deletion answers the object while it lives on (finalizers, grace), or a Status. */
  delete<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, options?: DeleteOptions): Work<T | V1Status>;
  /** Deletes all objects of a namespace that are selected. */
  deleteCollection(type: ResourceType, namespace: string, options?: DeleteOptions, list?: ListOptions): Work<unknown>;
  /** Posts to a subresource: `binding`, `eviction`, `token`. */
  post<T extends KubeObject>(type: ResourceType, ref: ObjectRef, subresource: string, body: KubeObject): Work<T>;
}

export interface Patch {
  readonly type: PatchType;
  readonly body: JsonValue;
  readonly subresource?: string;
  readonly options?: WriteOptions;
}

/** Binds a client to a transport, a user and an actor's name. */
export function createClient(transport: Transport, caller: Caller): Client {
  function* send<T>(operation: Operation): Work<T> {
    const answer = yield* transport.call(operation, caller);
    return answer.object as T;
  }

  const client: Client = {
    caller,
    because: (causes) => createClient(transport, { ...caller, origin: { ...caller.origin, causes } }),
    as: (user, actor) => createClient(transport, { ...caller, user, origin: { ...caller.origin, actor } }),
    get: (type, ref) => send({ verb: 'get', target: targetOf(type, ref) }),
    getPart: (type, ref, subresource) => send({ verb: 'get', target: { ...targetOf(type, ref), subresource } }),
    *find(type, ref) {
      try {
        return yield* client.get(type, ref);
      } catch (error) {
        if (reasonOf(error) === 'NotFound') return undefined;
        throw error;
      }
    },
    list: (type, namespace, options = {}) => send({ verb: 'list', target: collectionOf(type, namespace), options }),
    listAt: (target, options = {}) => send({ verb: 'list', target, options }),
    create: (type, object, options = {}) =>
      send({ verb: 'create', target: collectionOf(type, object.metadata?.namespace), object, options }),
    update: (type, object, options = {}) =>
      send({ verb: 'update', target: targetOf(type, refOf(object)), object, options }),
    updateStatus: (type, object, options = {}) =>
      send({ verb: 'update', target: { ...targetOf(type, refOf(object)), subresource: 'status' }, object, options }),
    updatePart: (type, subresource, object) =>
      send({ verb: 'update', target: { ...targetOf(type, refOf(object)), subresource }, object, options: {} }),
    patch: (type, ref, { type: patchType, body, subresource, options = {} }) => {
      const target = subresource === undefined ? targetOf(type, ref) : { ...targetOf(type, ref), subresource };
      return send({ verb: 'patch', target, type: patchType, body, options });
    },
    delete: (type, ref, options = {}) => send({ verb: 'delete', target: targetOf(type, ref), options }),
    deleteCollection: (type, namespace, options = {}, list = {}) =>
      send({ verb: 'deletecollection', target: collectionOf(type, namespace), options, list }),
    post: (type, ref, subresource, object) =>
      send({ verb: 'create', target: { ...targetOf(type, ref), subresource }, object, options: {} }),
  };
  return client;
}

/** The collection of a type, in one namespace or in all. */
export function collectionOf(type: ResourceType, namespace?: string): Target {
  const { group, version, resource, namespaced } = type;
  return { group, version, resource, ...(namespaced && namespace !== undefined ? { namespace } : {}) };
}

function targetOf(type: ResourceType, ref: ObjectRef): Target {
  return { ...collectionOf(type, ref.namespace), name: ref.name };
}

function refOf(object: KubeObject): ObjectRef {
  const { name = '', namespace } = object.metadata ?? {};
  return { name, namespace };
}

/** A caller without causes: the start of everything that a component does by itself. */
export function rootCaller(user: UserInfo, actor: string, userAgent = actor): Caller {
  const origin: Origin = { actor, causes: [] };
  return { user, origin, userAgent };
}
