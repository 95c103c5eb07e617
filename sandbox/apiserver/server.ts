// The API server: the only door to the store. Every request, from a component of the cluster or from a client outside,
// goes through the same steps: who asks, may they, what does admission say, what do the rules of the kind say, store.

import type { KubeObject } from '../kube/meta.ts';
import type { Answer, Caller, Operation, Target, WatchOptions } from '../kube/operation.ts';
import { failure } from '../kube/status.ts';
import { asRevision, type Store } from '../store/store.ts';
import { draws } from '../time/chance.ts';
import type { Loop, Wake, Work } from '../time/loop.ts';
import type { AdmissionChain } from './admission/chain.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { checkAllowed } from './auth/authorizer.ts';
import { type Backend, type FieldManagers, keyIn, type NamesState, newNamesState, tableFor } from './backend.ts';
import type { KindContext } from './kind.ts';
import type { Patcher } from './patcher.ts';
import type { Registry, Served } from './registry.ts';
import { compileSelection } from './selection.ts';
import { create } from './verbs/create.ts';
import { remove } from './verbs/delete.ts';
import { get, list } from './verbs/read.ts';
import { update } from './verbs/update.ts';
import { toStored } from './versions.ts';
import { createWatches, newWatchesState, type WatchesState, type WatchId } from './watches.ts';

/** What an API server remembers beside the store; plain data. */
export interface ApiServerState {
  readonly names: NamesState;
  readonly watches: WatchesState;
}

export function newApiServerState(): ApiServerState {
  return { names: newNamesState(), watches: newWatchesState() };
}

export interface ApiServerDeps {
  readonly loop: Loop;
  readonly store: Store;
  readonly seed: number;
  readonly registry: Registry;
  readonly admission: (server: ApiServer) => AdmissionChain;
  readonly authorizer: (server: ApiServer) => Authorizer;
  readonly fields: FieldManagers;
  readonly patcher: Patcher;
}

export interface ApiServer {
  readonly registry: Registry;
  readonly store: Store;
  /** Carries out an operation. Throws a `StatusError`. */
  call(operation: Operation, caller: Caller): Work<Answer>;
  watch(target: Target, options: WatchOptions, caller: Caller, wake: Wake): WatchId;
  readonly watches: ReturnType<typeof createWatches>;
  /** What rules and plug-ins read the cluster through. */
  context(caller: Caller, dryRun: boolean, warnings: string[]): KindContext;
}

export function createApiServer(state: ApiServerState, deps: ApiServerDeps): ApiServer {
  const { loop, store, seed, registry, patcher } = deps;
  const storedKind = (table: string): Served | undefined => {
    const dot = table.indexOf('.');
    return dot < 0 ? registry.stored('', table) : registry.stored(table.slice(dot + 1), table.slice(0, dot));
  };
  const watches = createWatches(state.watches, {
    loop,
    store,
    seed,
    compile: (table, text) => compileSelection(storedKind(table) ?? missing(), text),
    hints: (table, object) => hintsOf(storedKind(table), object),
  });

  const context = (caller: Caller, dryRun: boolean, warnings: string[]): KindContext => ({
    now: loop.now,
    caller,
    dryRun,
    draws: (...purpose) => draws(seed, ...purpose),
    get: (type, namespace, name) => {
      const served = registry.stored(type.group, type.resource);
      if (served === undefined) return undefined;
      const target = { ...type, ...(namespace === undefined ? {} : { namespace }), name };
      return store.get(tableFor(served), keyIn(served.kind.type, target))?.object as never;
    },
    list: (type, namespace) => {
      const served = registry.stored(type.group, type.resource);
      if (served === undefined) return [];
      const prefix = namespace === undefined || !type.namespaced ? '' : `${namespace}/`;
      return store.list(tableFor(served), prefix).map(({ object }) => object) as never;
    },
    warn: (text) => {
      if (!warnings.includes(text)) warnings.push(text);
    },
  });

  const served = (target: Target): Served => registry.find(target.group, target.version, target.resource) ?? missing();

  const server: ApiServer = {
    registry,
    store,
    watches,
    context,
    *call(operation, caller) {
      const { target } = operation;
      checkAllowed(authorizer, operation.verb, target, caller);
      const found = served(target);
      const warnings: string[] = [];
      const { verb } = operation;
      switch (verb) {
        case 'get':
          return get(backend, found, target);
        case 'list':
          return list(backend, found, target, operation.options ?? {});
        case 'create':
          return yield* create(backend, {
            served: found,
            target,
            object: operation.object,
            options: operation.options ?? {},
            caller,
            warnings,
          });
        case 'update': {
          const next = toStored(found, operation.object);
          const defaulted = found.kind.strategy.defaults?.(next) ?? next;
          return yield* update(backend, {
            served: found,
            target,
            options: operation.options ?? {},
            caller,
            warnings,
            next: () => defaulted,
          });
        }
        case 'patch':
          return yield* patcher.patch(backend, found, operation, caller, warnings);
        case 'delete':
          return yield* remove(backend, { served: found, target, options: operation.options ?? {}, caller, warnings });
        case 'deletecollection': {
          const doomed = list(backend, found, target, operation.list ?? {});
          for (const { metadata } of doomed.object.items) {
            const one: Target = {
              ...target,
              ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }),
              name: metadata?.name ?? '',
            };
            yield* remove(backend, { served: found, target: one, options: operation.options ?? {}, caller, warnings });
          }
          return doomed;
        }
        default:
          return verb satisfies never;
      }
    },
    watch(target, options, caller, wake) {
      checkAllowed(authorizer, 'watch', target, caller);
      const found = served(target);
      const prefix = found.kind.type.namespaced && target.namespace !== undefined ? `${target.namespace}/` : '';
      const text = { prefix, labelSelector: options.labelSelector ?? '', fieldSelector: options.fieldSelector ?? '' };
      compileSelection(found, text);
      return watches.open(
        tableFor(found),
        text,
        asRevision(Number(options.resourceVersion ?? '0')),
        caller.origin.actor,
        wake,
      );
    },
  };

  const authorizer = deps.authorizer(server);
  const backend: Backend = {
    loop,
    store,
    registry,
    admission: deps.admission(server),
    fields: deps.fields,
    seed,
    names: state.names,
    context,
  };
  return server;
}

function missing(): never {
  throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** By which pairs an object is found when a watch asks for exactly one value of a field. */
function hintsOf(served: Served | undefined, object: KubeObject): readonly string[] {
  const fields = Object.entries(served?.kind.selectableFields ?? {});
  return [`metadata.name=${object.metadata?.name ?? ''}`, ...fields.map(([field, read]) => `${field}=${read(object)}`)];
}
