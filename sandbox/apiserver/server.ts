// The API server: the only door to the store. Every request, from a component of the cluster or from a client outside,
// goes through the same steps: who asks, may they, what does admission say, what do the rules of the kind say, store.

import type { Origin } from '../kube/cause.ts';
import { type Forward, NOWHERE } from '../kube/forward.ts';
import { lazy } from '../kube/lazy.ts';
import type { KubeList, KubeObject } from '../kube/meta.ts';
import type { Answer, Caller, ListOptions, Operation, Target, WatchOptions } from '../kube/operation.ts';
import type { Outgoing } from '../kube/outgoing.ts';
import { apiVersion, parseApiVersion } from '../kube/resource.ts';
import { methodNotAllowed } from '../kube/status.ts';
import { type Documentation, UNDOCUMENTED } from '../schema/documentation.ts';
import { asRevision, type Revision, type Store } from '../store/store.ts';
import { draws } from '../time/chance.ts';
import type { Loop, Wake, Work } from '../time/loop.ts';
import type { AdmissionChain } from './admission/chain.ts';
import {
  type Aggregator,
  type AggregatorState,
  createAggregator,
  newAggregatorState,
} from './aggregation/aggregator.ts';
import { auditedCall } from './audit/calls.ts';
import { type AuditLog, type AuditState, newAuditState } from './audit/log.ts';
import { type Authorizer, checkAllowed, checkPathAllowed } from './auth/authorizer.ts';
import type { Tokens } from './auth/tokens.ts';
import { type Backend, keyIn, type NamesState, newNamesState, tableFor } from './backend.ts';
import { type DefinitionsState, newDefinitionsState, runDefinitions } from './customresources/controller.ts';
import { createFieldManagers } from './fieldmanagers.ts';
import { type HistoryState, newHistoryState, noteCompaction } from './history.ts';
import type { KindContext } from './kind.ts';
import { plainVersion } from './listing.ts';
import type { Registry, Served } from './registry.ts';
import { compileSelection, storedFieldSelector } from './selection.ts';
import { asRequested } from './verbs/converted.ts';
import { load } from './verbs/load.ts';
import { missing, perform } from './verbs/perform.ts';
import { checkAllConvertible } from './versions.ts';
import { createWatches, newWatchesState, type SelectionText, type WatchesState, type WatchId } from './watches.ts';

/** What an API server remembers beside the store; plain data. */
export interface ApiServerState {
  readonly names: NamesState;
  readonly watches: WatchesState;
  readonly history: HistoryState;
  readonly definitions: DefinitionsState;
  readonly audit: AuditState;
  readonly aggregator: AggregatorState;
}

export function newApiServerState(): ApiServerState {
  return {
    names: newNamesState(),
    watches: newWatchesState(),
    history: newHistoryState(),
    definitions: newDefinitionsState(),
    audit: newAuditState(),
    aggregator: newAggregatorState(),
  };
}

export interface ApiServerDeps {
  readonly loop: Loop;
  readonly store: Store;
  readonly seed: number;
  readonly registry: Registry;
  readonly admission: (server: ApiServer) => AdmissionChain;
  readonly authorizer: (server: ApiServer) => Authorizer;
  readonly tokens: Tokens;
  readonly outgoing: Outgoing;
  /** How other API servers are reached; nobody is there unless given. */
  readonly forward?: Forward;
  /** Absent where nothing is audited. */
  readonly audit?: AuditLog;
  /** What kinds and fields are for; nothing is described unless given. */
  readonly documentation?: Documentation;
  /** Told what went wrong in what the server does by itself. */
  readonly failed?: (error: unknown) => void;
}

export interface ApiServer {
  readonly registry: Registry;
  readonly documentation: Documentation;
  readonly store: Store;
  /** What other API servers serve. */
  readonly aggregator: Aggregator;
  /** Throws Forbidden unless the caller may do it. */
  authorize(verb: string, target: Target, caller: Caller, fieldSelector?: string): void;
  /** The same for a path that is no resource. */
  authorizePath(verb: string, path: string, caller: Caller): void;
  /** Carries out an operation, if the caller may. Throws a `StatusError`. */
  call(operation: Operation, caller: Caller): Work<Answer>;
  /** The same for whoever has been authorized already, or is the server itself. */
  perform(operation: Operation, caller: Caller): Work<Answer>;
  watch(target: Target, options: WatchOptions, caller: Caller, wake: Wake): WatchId;
  /** The same for whoever has been authorized already. */
  watchFrom(target: Target, options: WatchOptions, caller: Caller, wake: Wake): WatchId;
  /** What a watch that begins now sees at first, in the version that is stored. */
  listNow(target: Target, options: ListOptions): KubeList;
  /** What is stored as a version has it, where a webhook converts it. Throws a 500. */
  converted(served: Served, object: KubeObject): Work<KubeObject>;
  readonly watches: ReturnType<typeof createWatches>;
  /** Puts an object of a stored version into the store as its creation would have left it, if its kind is served. */
  load(object: KubeObject, origin: Origin): void;
  /** The server has set itself up: what was before isn't told to watches. */
  begin(): void;
  /** The storage behind the server was compacted. */
  compact(revision: Revision): void;
  /** What rules and plug-ins read the cluster through. */
  context(caller: Caller, dryRun: boolean, warnings: string[]): KindContext;
}

export function createApiServer(state: ApiServerState, deps: ApiServerDeps): ApiServer {
  const { loop, store, seed, registry, tokens, documentation = UNDOCUMENTED } = deps;
  const storedKind = (table: string): Served | undefined => {
    const dot = table.indexOf('.');
    return dot < 0 ? registry.stored('', table) : registry.stored(table.slice(dot + 1), table.slice(0, dot));
  };
  const watches = createWatches(state.watches, {
    loop,
    store,
    seed,
    history: state.history,
    compile(table, text) {
      const stored = storedKind(table);
      const { group, resource } = stored?.type ?? {};
      const known =
        text.version === undefined || group === undefined || resource === undefined
          ? stored
          : (registry.find(group, text.version, resource) ?? stored);
      if (known !== undefined) return compileSelection(known, text);
      // A watch of a copied state may outlive its kind: it hears of objects if the kind comes back.
      const later = lazy(() => compileSelection(storedKind(table) ?? refuse(), text));
      return { prefix: text.prefix, matches: (object) => later().matches(object) };
    },
    hints: (table, object) => hintsOf(storedKind(table), object),
  });

  const objectsOf = (table: string): readonly KubeObject[] => store.list(table, '').map(({ object }) => object);

  const context = (caller: Caller, dryRun: boolean, warnings: string[]): KindContext => ({
    now: loop.now,
    age: () => loop.age(),
    caller,
    dryRun,
    revision: store.revision,
    tokens,
    decide: (attributes) => authorizer(attributes),
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

  /** What knows the fields of a selection by the names that `selectionText` gives them. */
  const storedLabels = (found: Served): Served =>
    found.version?.fieldLabels === undefined ? found : (storedKind(tableFor(found)) ?? found);
  const served = (target: Target): Served => registry.find(target.group, target.version, target.resource) ?? refuse();

  const server: ApiServer = {
    get aggregator() {
      return aggregator;
    },
    registry,
    documentation,
    store,
    watches,
    load(object, origin) {
      const { group, version } = parseApiVersion(object.apiVersion ?? '');
      const found = registry.byKind(group, version, object.kind ?? '');
      if (found !== undefined) load(backend, found, object, origin);
    },
    begin() {
      state.history.since = store.revision();
      state.audit.events.length = 0;
    },
    compact: (revision) => noteCompaction(state.history, revision, loop.now()),
    context,
    authorize: (verb, target, caller, fieldSelector) => checkAllowed(authorizer, verb, target, caller, fieldSelector),
    authorizePath: (verb, path, caller) => checkPathAllowed(authorizer, verb, path, caller),
    call(operation, caller) {
      if (deps.audit !== undefined && caller.notes === undefined) {
        return auditedCall(deps.audit, operation, caller, (noted) => server.call(operation, noted));
      }
      checkAllowed(authorizer, operation.verb, operation.target, caller, fieldSelectorOf(operation));
      return perform(backend, operation, caller);
    },
    perform: (operation, caller) => perform(backend, operation, caller),
    watch(target, options, caller, wake) {
      checkAllowed(authorizer, 'watch', target, caller, options.fieldSelector);
      return server.watchFrom(target, options, caller, wake);
    },
    watchFrom(target, options, caller, wake) {
      const found = served(target);
      if (!found.names.verbs.includes('watch')) throw methodNotAllowed();
      const text = selectionText(found, target, options);
      compileSelection(storedLabels(found), text);
      if (found.custom) checkAllConvertible(found, objectsOf(tableFor(found)));
      const since = asRevision(plainVersion(options.resourceVersion ?? ''));
      return watches.open(tableFor(found), text, since, caller.origin.actor, wake);
    },
    converted: (found, object) => asRequested(backend, found, object),
    listNow(target, options) {
      const found = served(target);
      const { matches, prefix } = compileSelection(storedLabels(found), selectionText(found, target, options));
      const items = store.list(tableFor(found), prefix).filter(({ object }) => matches(object));
      return { metadata: { resourceVersion: String(store.revision()) }, items: items.map(({ object }) => object) };
    },
  };

  const authorizer = deps.authorizer(server);
  const backend: Backend = {
    loop,
    store,
    registry,
    admission: deps.admission(server),
    fields: createFieldManagers(registry),
    seed,
    outgoing: deps.outgoing,
    names: state.names,
    history: state.history,
    context,
  };
  const failed = deps.failed ?? (() => undefined);
  const aggregator = createAggregator(state.aggregator, server, { loop, forward: deps.forward ?? NOWHERE, failed });
  runDefinitions(state.definitions, loop, server, failed);
  return server;
}

function selectionText(served: Served, { namespace }: Target, options: ListOptions): SelectionText {
  const { kind } = served;
  const { labelSelector = '', fieldSelector = '' } = options;
  return {
    prefix: kind.type.namespaced && namespace !== undefined ? `${namespace}/` : '',
    labelSelector,
    fieldSelector: storedFieldSelector(served, fieldSelector),
    ...(isStoredVersion(served) ? {} : { version: served.type.version }),
  };
}

function isStoredVersion({ conversion, type }: Served): boolean {
  return conversion === undefined || conversion.stored === apiVersion(type);
}

function fieldSelectorOf(operation: Operation): string | undefined {
  if (operation.verb === 'list') return operation.options?.fieldSelector;
  return operation.verb === 'deletecollection' ? operation.list?.fieldSelector : undefined;
}

function refuse(): never {
  throw missing();
}

/** By which pairs an object is found when a watch asks for exactly one value of a field. */
function hintsOf(served: Served | undefined, object: KubeObject): readonly string[] {
  const fields = Object.entries(served?.kind.selectableFields ?? {});
  return [`metadata.name=${object.metadata?.name ?? ''}`, ...fields.map(([field, read]) => `${field}=${read(object)}`)];
}
