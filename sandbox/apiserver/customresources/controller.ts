// What the server itself does about CustomResourceDefinitions: accepts their names, serves them, announces their groups,
// and clears their objects away before they go.

import { withCondition } from '../../kube/conditions.ts';
import { sameJson } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Target } from '../../kube/operation.ts';
import { reasonOf } from '../../kube/status.ts';
import type { V1APIService, V1CustomResourceDefinition } from '../../schema/generated/types.ts';
import type { Loop, Work } from '../../time/loop.ts';
import { rfc3339, seconds } from '../../time/units.ts';
import { priorityOf } from '../priorities.ts';
import { SERVER } from '../self.ts';
import type { ApiServer } from '../server.ts';
import type { WatchId } from '../watches.ts';
import { establishedStatus, namedStatus } from './names.ts';
import { DEFINITIONS } from './registry.ts';
import { conditionOf, isEstablished } from './served.ts';

export interface DefinitionsState {
  watch: WatchId | undefined;
}

export function newDefinitionsState(): DefinitionsState {
  return { watch: undefined };
}

export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';
const ACTOR = 'apiserver/definitions';
const COLLECTION = { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' };
const SERVICES = { group: 'apiregistration.k8s.io', version: 'v1', resource: 'apiservices' };
const SERVICES_TABLE = 'apiservices.apiregistration.k8s.io';
/** How often the server looks again whether all objects have gone. */
const CLEANUP_EVERY = seconds(5);

type DefinitionsTask = { readonly do: 'read' } | { readonly do: 'sync'; readonly name: string };

export function runDefinitions(
  state: DefinitionsState,
  loop: Loop,
  server: ApiServer,
  failed: (error: unknown) => void,
): void {
  const wake = { actor: ACTOR, what: { do: 'read' } satisfies DefinitionsTask };
  const port = loop.actor<DefinitionsTask>(ACTOR, (task) => {
    if (task.do === 'read') read();
    else {
      loop.start(sync(server, task.name, rfc3339(loop.now()), again), (outcome) => {
        if (!outcome.ok && !isRace(outcome.error)) failed(outcome.error);
      });
    }
  });
  const again = (name: string): void => {
    port.post({ do: 'sync', name }, CLEANUP_EVERY);
  };
  const begin = (): void => {
    state.watch = server.watchFrom(COLLECTION, { resourceVersion: String(server.store.revision()) }, SERVER, wake);
    for (const { key } of server.store.list(DEFINITIONS, '')) port.post({ do: 'sync', name: key });
  };
  const read = (): void => {
    const events = state.watch === undefined ? 'gone' : server.watches.take(state.watch, wake);
    if (events === 'gone') begin();
    else for (const { object } of events) port.post({ do: 'sync', name: object.metadata?.name ?? '' });
  };
  // Somebody removed what announces a definition's version: it is announced again.
  server.store.subscribe(({ table, type, object }) => {
    if (table !== SERVICES_TABLE || type !== 'deleted' || object.metadata?.labels?.[MANAGED] !== 'true') return;
    const { group } = (object as V1APIService).spec ?? {};
    const found = server.store.list(DEFINITIONS, '').find(({ object: crd }) => groupOf(crd) === group);
    if (found !== undefined) port.post({ do: 'sync', name: found.key });
  });
  if (state.watch === undefined) begin();
}

function groupOf(definition: KubeObject): string {
  return (definition as V1CustomResourceDefinition).spec.group;
}

/** Somebody else wrote meanwhile: what they wrote comes as another event. */
function isRace(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'Conflict' || reason === 'NotFound' || reason === 'AlreadyExists';
}

function* sync(server: ApiServer, name: string, now: string, again: (name: string) => void): Work<void> {
  const definitions = server.store.list(DEFINITIONS, '').map(({ object }) => object as V1CustomResourceDefinition);
  yield* announce(server, name, definitions, now);
  const crd = definitions.find(({ metadata }) => metadata?.name === name);
  if (crd === undefined) return;
  if (crd.metadata?.deletionTimestamp !== undefined) {
    yield* cleanUp(server, crd, now, again);
    return;
  }
  const status = namedStatus(crd, definitions, now);
  if (!sameJson(status, crd.status)) {
    yield* writeStatus(server, { ...crd, status });
  } else if (!isEstablished(crd) && conditionOf(crd, 'NamesAccepted') === 'True') {
    yield* writeStatus(server, { ...crd, status: establishedStatus(status, now) });
  }
}

function* writeStatus(server: ApiServer, crd: V1CustomResourceDefinition): Work<void> {
  const target = { ...COLLECTION, name: crd.metadata?.name ?? '', subresource: 'status' };
  yield* server.perform({ verb: 'update', target, object: crd }, SERVER);
}

/** Each group and version has an APIService as long as a definition serves it. */
function* announce(
  server: ApiServer,
  name: string,
  definitions: readonly V1CustomResourceDefinition[],
  now: string,
): Work<void> {
  const group = name.slice(name.indexOf('.') + 1);
  const wanted = new Set(
    definitions
      .filter(({ spec }) => spec.group === group)
      .filter(isEstablished)
      .flatMap(({ spec }) => spec.versions.filter(({ served }) => served).map((version) => version.name)),
  );
  for (const version of wanted) {
    const found = server.store.get(SERVICES_TABLE, `${version}.${group}`);
    if (found === undefined)
      yield* server.perform({ verb: 'create', target: SERVICES, object: serviceOf(group, version, now) }, SERVER);
  }
  for (const { key, object } of server.store.list(SERVICES_TABLE, '')) {
    const { spec } = object as KubeObject & { readonly spec?: { readonly group?: string; readonly version?: string } };
    const isOurs = object.metadata?.labels?.[MANAGED] === 'true' && spec?.group === group;
    if (isOurs && !wanted.has(spec?.version ?? '')) {
      yield* server.perform({ verb: 'delete', target: { ...SERVICES, name: key } }, SERVER);
    }
  }
}

const MANAGED = 'kube-aggregator.kubernetes.io/automanaged';

function serviceOf(group: string, version: string, now: string): KubeObject {
  const { groupPriorityMinimum, versionPriority } = priorityOf(group, version);
  const available = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: now,
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
  return {
    kind: 'APIService',
    apiVersion: 'apiregistration.k8s.io/v1',
    metadata: { name: `${version}.${group}`, labels: { [MANAGED]: 'true' } },
    spec: { group, version, groupPriorityMinimum, versionPriority },
    status: { conditions: [available] },
  };
}

/** Removes the objects of a definition on its way out, then what holds it back. */
function* cleanUp(
  server: ApiServer,
  crd: V1CustomResourceDefinition,
  now: string,
  again: (name: string) => void,
): Work<void> {
  const { name = '', finalizers = [] } = crd.metadata ?? {};
  if (!finalizers.includes(CLEANUP)) return;
  const progress = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  };
  const conditions = withCondition(crd.status?.conditions ?? [], progress, now);
  if (!sameJson(conditions, crd.status?.conditions)) {
    yield* writeStatus(server, { ...crd, status: { ...crd.status, conditions } });
    return;
  }
  if (yield* hasObjects(server, crd)) {
    again(name);
    return;
  }
  const done = {
    type: 'Terminating',
    status: 'False',
    reason: 'InstanceDeletionCompleted',
    message: 'removed all instances',
  };
  const target: Target = { ...COLLECTION, name };
  const next = {
    ...crd,
    metadata: { ...crd.metadata, finalizers: finalizers.filter((each) => each !== CLEANUP) },
    status: { ...crd.status, conditions: withCondition(conditions, done, now) },
  };
  yield* server.perform({ verb: 'update', target, object: next }, SERVER);
}

/** Deletes what isn't on its way yet. Whether anything is left. */
function* hasObjects(server: ApiServer, crd: V1CustomResourceDefinition): Work<boolean> {
  const { group, names } = crd.spec;
  const table = `${crd.status?.acceptedNames?.plural ?? names.plural}.${group}`;
  const version = crd.spec.versions.find(({ served }) => served)?.name;
  for (const { object } of server.store.list(table, '')) {
    const { namespace, name = '', deletionTimestamp } = object.metadata ?? {};
    if (deletionTimestamp !== undefined || version === undefined) continue;
    const target = { group, version, resource: names.plural, ...(namespace === undefined ? {} : { namespace }), name };
    yield* server.perform({ verb: 'delete', target }, SERVER);
  }
  return server.store.list(table, '').length > 0;
}
