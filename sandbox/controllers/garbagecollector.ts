// The garbage collector deletes what is left of owners that have gone, and makes owners wait that want to go last.
//
// observe: objects of every kind, by their uid and by those of their owners.
// diff:    garbagecollector/fate.ts says what becomes of an object whose owners live, go or are gone.
// act:     delete it, cut references to owners that are gone, take finalizers away.

import type { Client } from '../client/client.ts';
import type { Queue, Requeue } from '../client/component.ts';
import { type Informer, type InformerEvent, keyOf, splitKey } from '../client/informer.ts';
import type { KubeObject, V1OwnerReference } from '../kube/meta.ts';
import { groupResource, type ResourceType } from '../kube/resource.ts';
import { reasonOf } from '../kube/status.ts';
import type { Work } from '../time/loop.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { FOREGROUND, fateOf, isDeletingDependents, ORPHAN, type OwnerState } from './garbagecollector/fate.ts';
import { type Discovery, discovery } from './shared/discovery.ts';

const BY_OWNER = 'owner';

/** What the collector works with. A key of its queues is `resource.group|namespace/name`. */
interface Collector {
  readonly host: ControllerHost;
  readonly kinds: Discovery;
  /** By group and resource. */
  readonly informers: Map<string, Informer<KubeObject>>;
  readonly queue: () => Queue;
}

export const garbageCollector: Controller = {
  name: 'generic-garbage-collector',
  source: 'garbage-collector-controller',
  setup(host) {
    const { component, client } = host;
    const informers = new Map<string, Informer<KubeObject>>();
    const holder: { queue?: Queue } = {};
    const kinds = discovery(component, (type, fresh) => {
      const informer: Informer<KubeObject> = component.informer(type);
      informer.index(BY_OWNER, ({ metadata }) => (metadata?.ownerReferences ?? []).map(({ uid }) => uid));
      informers.set(groupResource(type), informer);
      informer.on((event) => notice(collector, informer, event));
      if (!fresh) return;
      for (const object of informer.list())
        notice(collector, informer, { type: 'added', object, previous: undefined, causes: [] });
    });
    const collector: Collector = {
      host,
      kinds,
      informers,
      queue: () => {
        if (holder.queue === undefined) throw new Error('the collector has no queue yet');
        return holder.queue;
      },
    };
    holder.queue = component.queue(
      'garbage',
      (key, turn) => collect({ ...collector, host: { ...host, client: turn.client } }, key),
      client,
    );
  },
};

/** What a change means for whom: for the object itself, for what it owns, for those that wait for it. */
function notice(collector: Collector, informer: Informer<KubeObject>, event: InformerEvent<KubeObject>): void {
  const { object, previous, type, causes } = event;
  const queue = collector.queue();
  const { metadata = {} } = object;
  if (type === 'deleted') {
    for (const [dependent, kind] of dependentsOf(collector, metadata.uid)) queue.add(keyIn(kind, dependent), causes);
    for (const reference of metadata.ownerReferences ?? []) wakeWaiting(collector, reference, object, event);
    return;
  }
  const hasNewOwners = metadata.ownerReferences !== previous?.metadata?.ownerReferences;
  const going = metadata.deletionTimestamp !== undefined && previous?.metadata?.deletionTimestamp === undefined;
  if (hasNewOwners) {
    for (const reference of previous?.metadata?.ownerReferences ?? []) wakeWaiting(collector, reference, object, event);
    if ((metadata.ownerReferences ?? []).some((reference) => isDoubtful(collector, object, reference)))
      queue.add(keyIn(informer.type, object), causes);
  }
  const holds = metadata.finalizers?.some((one) => one === FOREGROUND || one === ORPHAN) === true;
  const had = previous?.metadata?.finalizers?.some((one) => one === FOREGROUND || one === ORPHAN) === true;
  if (holds && metadata.deletionTimestamp !== undefined && (going || !had))
    queue.add(keyIn(informer.type, object), causes);
}

/** An owner that waits for its dependents has one less to wait for, perhaps. */
function wakeWaiting(
  collector: Collector,
  reference: V1OwnerReference,
  child: KubeObject,
  { causes }: InformerEvent<KubeObject>,
): void {
  const found = cachedOwner(collector, child, reference);
  if (found !== undefined && isDeletingDependents(found.owner))
    collector.queue().add(keyIn(found.type, found.owner), causes);
}

/** The cache doesn't show that the owner lives on, so that it has to be looked into. */
function isDoubtful(collector: Collector, child: KubeObject, reference: V1OwnerReference): boolean {
  const found = cachedOwner(collector, child, reference);
  return found === undefined || isDeletingDependents(found.owner);
}

function cachedOwner(
  { kinds, informers }: Collector,
  child: KubeObject,
  { apiVersion, kind, name, uid }: V1OwnerReference,
): { readonly owner: KubeObject; readonly type: ResourceType } | undefined {
  const type = kinds.find(apiVersion, kind);
  if (type === undefined) return undefined;
  const { namespace } = child.metadata ?? {};
  const owner = informers.get(groupResource(type))?.get(type.namespaced ? `${namespace ?? ''}/${name}` : name);
  return owner?.metadata?.uid === uid ? { owner, type } : undefined;
}

function dependentsOf({ informers }: Collector, uid = ''): readonly (readonly [KubeObject, ResourceType])[] {
  return [...informers.values()].flatMap((informer) =>
    informer.by(BY_OWNER, uid).map((object) => [object, informer.type] as const),
  );
}

function keyIn(type: ResourceType, object: KubeObject): string {
  return `${groupResource(type)}|${keyOf(object)}`;
}

function* collect(collector: Collector, key: string): Work<Requeue> {
  const bar = key.indexOf('|');
  const type = collector.kinds.served().get(key.slice(0, bar));
  if (type === undefined) return undefined;
  const cached = collector.informers.get(key.slice(0, bar))?.get(key.slice(bar + 1));
  if (cached === undefined || isSettled(collector, cached)) return undefined;
  const { client } = collector.host;
  const object: KubeObject | undefined = yield* client.find(type, splitKey(key.slice(bar + 1)));
  if (object === undefined || object.metadata?.uid !== cached.metadata?.uid) return undefined;
  if (object.metadata?.deletionTimestamp === undefined) yield* decide(collector, type, object);
  else if (object.metadata.finalizers?.includes(ORPHAN)) yield* orphan(collector, type, object);
  else if (isDeletingDependents(object)) yield* awaitDependents(collector, type, object);
  return undefined;
}

/** All owners are known to live: nothing to ask the server for. */
function isSettled(collector: Collector, object: KubeObject): boolean {
  const { deletionTimestamp, ownerReferences = [] } = object.metadata ?? {};
  return (
    deletionTimestamp === undefined && !ownerReferences.some((reference) => isDoubtful(collector, object, reference))
  );
}

function* decide(collector: Collector, type: ResourceType, object: KubeObject): Work<void> {
  const { client } = collector.host;
  const owners: { reference: V1OwnerReference; state: OwnerState }[] = [];
  for (const reference of object.metadata?.ownerReferences ?? [])
    owners.push({ reference, state: yield* stateOf(collector, object, reference) });
  const dependents = dependentsOf(collector, object.metadata?.uid);
  const fate = fateOf(object, owners, dependents.length > 0);
  const { uid = '', resourceVersion = '' } = object.metadata ?? {};
  switch (fate.kind) {
    case 'stays':
      return;
    case 'cut':
      yield* changeOwners(client, type, object, (references) =>
        references.filter((one) => !fate.uids.includes(one.uid)),
      );
      return;
    case 'delete in turn': {
      // Two that wait for each other would wait for ever.
      const circular = dependents.some(([dependent]) => isDeletingDependents(dependent));
      const fresh = circular
        ? yield* changeOwners(client, type, object, (all) => all.map((one) => ({ ...one, blockOwnerDeletion: false })))
        : object;
      const preconditions = { uid, resourceVersion: fresh?.metadata?.resourceVersion ?? '' };
      yield* quietly(client.delete(type, refIn(type, object), { propagationPolicy: 'Foreground', preconditions }));
      return;
    }
    case 'delete':
      yield* quietly(
        client.delete(type, refIn(type, object), {
          propagationPolicy: fate.policy,
          preconditions: { uid, resourceVersion },
        }),
      );
  }
}

/** Asks the server: the cache may be behind. */
function* stateOf(collector: Collector, child: KubeObject, reference: V1OwnerReference): Work<OwnerState> {
  const { apiVersion, kind, name, uid } = reference;
  const type = collector.kinds.find(apiVersion, kind);
  if (type === undefined) return 'unknown';
  const { namespace } = child.metadata ?? {};
  if (type.namespaced && namespace === undefined) {
    reportNamespace(collector, child, reference);
    return 'unknown';
  }
  const owner: KubeObject | undefined = yield* collector.host.client.find(
    type,
    type.namespaced ? { name, namespace } : { name },
  );
  if (owner === undefined || owner.metadata?.uid !== uid) {
    if (livesElsewhere(collector, type, reference, namespace)) reportNamespace(collector, child, reference);
    return 'gone';
  }
  return isDeletingDependents(owner) ? 'waiting' : 'lives';
}

function livesElsewhere(
  { informers }: Collector,
  type: ResourceType,
  { name, uid }: V1OwnerReference,
  namespace: string | undefined,
): boolean {
  const all = informers.get(groupResource(type))?.list() ?? [];
  return all.some(
    ({ metadata }) => metadata?.uid === uid && metadata.name === name && metadata.namespace !== namespace,
  );
}

function reportNamespace({ host, kinds }: Collector, child: KubeObject, reference: V1OwnerReference): void {
  const { apiVersion, kind, name, uid } = reference;
  const { namespace = '' } = child.metadata ?? {};
  const isNamespaced = kinds.find(apiVersion, kind)?.namespaced === true && namespace !== '';
  const where = isNamespaced ? `namespace: ${namespace}, ` : '';
  const message = `ownerRef [${apiVersion}/${kind}, ${where}name: ${name}, uid: ${uid}] does not exist in namespace "${namespace}"`;
  const { causes } = host.client.caller.origin;
  host.events.note({ about: child, type: 'Warning', reason: 'OwnerRefInvalidNamespace', message, causes });
}

/** It goes when nothing is left that blocks it; what blocks it is asked to go. */
function* awaitDependents(collector: Collector, type: ResourceType, object: KubeObject): Work<void> {
  const uid = object.metadata?.uid ?? '';
  const blocking = dependentsOf(collector, uid).filter(([{ metadata }]) =>
    metadata?.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion === true),
  );
  if (blocking.length === 0) return yield* withoutFinalizer(collector.host.client, type, object, FOREGROUND);
  const { causes } = collector.host.client.caller.origin;
  for (const [dependent, kind] of blocking)
    if (dependent.metadata?.deletionTimestamp === undefined) collector.queue().add(keyIn(kind, dependent), causes);
  for (const [dependent, kind] of dependentsOf(collector, uid))
    if (dependent.metadata?.deletionTimestamp === undefined) collector.queue().add(keyIn(kind, dependent), causes);
}

/** Its dependents live on without it. */
function* orphan(collector: Collector, type: ResourceType, object: KubeObject): Work<void> {
  const { client } = collector.host;
  const uid = object.metadata?.uid ?? '';
  for (const [dependent, kind] of dependentsOf(collector, uid))
    yield* changeOwners(client, kind, dependent, (references) => references.filter((one) => one.uid !== uid));
  yield* withoutFinalizer(client, type, object, ORPHAN);
}

/** Answers the object as it is then; undefined when it has gone. */
function* changeOwners(
  client: Client,
  type: ResourceType,
  object: KubeObject,
  change: (references: readonly V1OwnerReference[]) => readonly V1OwnerReference[],
): Work<KubeObject | undefined> {
  const { uid = '', resourceVersion = '', ownerReferences = [] } = object.metadata ?? {};
  const changed = change(ownerReferences);
  const metadata = { uid, resourceVersion, ownerReferences: changed.length === 0 ? null : changed };
  return yield* quietly(client.patch(type, refIn(type, object), { type: 'merge', body: { metadata } }));
}

function* withoutFinalizer(client: Client, type: ResourceType, object: KubeObject, finalizer: string): Work<void> {
  const { resourceVersion = '', finalizers = [] } = object.metadata ?? {};
  const rest = finalizers.filter((one) => one !== finalizer);
  const metadata = { resourceVersion, finalizers: rest.length === 0 ? null : rest };
  yield* quietly(client.patch(type, refIn(type, object), { type: 'merge', body: { metadata } }));
}

function refIn({ namespaced }: ResourceType, { metadata }: KubeObject) {
  const { name = '', namespace } = metadata ?? {};
  return namespaced ? { name, namespace } : { name };
}

/** What has gone meanwhile is no failure. */
function* quietly<T>(work: Work<T>): Work<T | undefined> {
  try {
    return yield* work;
  } catch (error) {
    if (reasonOf(error) === 'NotFound') return undefined;
    throw error;
  }
}
