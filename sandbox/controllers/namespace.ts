// The namespace controller empties a namespace that is being deleted, first of its pods, then of everything else, and
// lets it go.
//
// observe: namespaces.
// diff:    what is left in it, counted by kind and by finalizer; namespace/conditions.ts says it in conditions.
// act:     delete all of each kind, write the conditions, take the finalizer away when nothing is left.

import type { Client } from '../client/client.ts';
import type { Requeue } from '../client/component.ts';
import { keyOf } from '../client/informer.ts';
import { compareText } from '../kube/go/text.ts';
import type { ResourceType } from '../kube/resource.ts';
import { reasonOf } from '../kube/status.ts';
import { messageOf } from '../kube/thrown.ts';
import { APIServices, Namespaces, Pods } from '../schema/generated/resources.ts';
import type { V1Namespace } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { parseTime, seconds, type TimeMs } from '../time/units.ts';
import type { Controller } from './controller.ts';
import { conditionsOf, discoveryProblem, type Remains } from './namespace/conditions.ts';
import { discovery } from './shared/discovery.ts';
import { isOver } from './shared/pods.ts';
import { withRetry } from './shared/retry.ts';

/** Others may have begun to make something before they saw that the namespace goes. */
const GRACE = seconds(5);
/** What waits for its finalizers is looked at again after about this many seconds. */
const FINALIZER_ESTIMATE = 15;
const FINALIZER = 'kubernetes';

export const namespaceController: Controller = {
  name: 'namespace-controller',
  setup({ component, client }) {
    const namespaces = component.informer(Namespaces);
    const kinds = discovery(component);
    const queue = component.queue(
      'namespaces',
      (key, turn) => reconcile(turn.client, key, [...kinds.served().values()], turn.now()),
      client,
    );
    namespaces.on(({ type, object, causes }) => {
      const going = object.metadata?.deletionTimestamp !== undefined;
      if (going && type !== 'deleted') queue.addAfter(keyOf(object), GRACE, causes);
    });
  },
};

function* reconcile(client: Client, name: string, kinds: readonly ResourceType[], now: TimeMs): Work<Requeue> {
  const found = yield* client.find(Namespaces, { name });
  if (found?.metadata?.deletionTimestamp === undefined) return undefined;
  const namespace = yield* withPhase(client, found);
  if ((namespace.spec?.finalizers ?? []).length === 0) return undefined;
  const remains = yield* empty(client, namespace, kinds, now);
  const conditions = conditionsOf(namespace, remains, now);
  const current =
    conditions === namespace.status?.conditions
      ? namespace
      : yield* client.updateStatus(Namespaces, { ...namespace, status: { ...namespace.status, conditions } });
  if (remains.undiscovered.length > 0) throw new Error(discoveryProblem(remains.undiscovered));
  if (remains.errors.length > 0) throw remains.errors[0];
  if (remains.estimate > 0) return { after: seconds(Math.floor(remains.estimate / 2) + 1) };
  if (remains.complete) yield* finalize(client, current);
  return undefined;
}

function* withPhase(client: Client, namespace: V1Namespace): Work<V1Namespace> {
  if (namespace.status?.phase === 'Terminating') return namespace;
  return yield* client.updateStatus(Namespaces, {
    ...namespace,
    status: { ...namespace.status, phase: 'Terminating' },
  });
}

function* finalize(client: Client, namespace: V1Namespace): Work<void> {
  yield* withRetry(function* () {
    const fresh = yield* client.find(Namespaces, { name: namespace.metadata?.name ?? '' });
    if (fresh === undefined) return;
    const finalizers = (fresh.spec?.finalizers ?? []).filter((one) => one !== FINALIZER);
    yield* client.updatePart(Namespaces, 'finalize', { ...fresh, spec: { ...fresh.spec, finalizers } });
  });
}

/** Deletes what is there, and says what is left. While there are pods, nothing else is touched. */
function* empty(client: Client, { metadata }: V1Namespace, kinds: readonly ResourceType[], now: TimeMs): Work<Remains> {
  const name = metadata?.name ?? '';
  const remains: Remains = { ...(yield* nothingFound(client)), complete: true };
  const age = now - (parseTime(metadata?.deletionTimestamp) ?? now);
  yield* emptyOf(client, name, Pods, remains, yield* graceLeft(client, name, age));
  if (remains.resources.size > 0) return { ...remains, resources: new Map(), finalizers: new Map(), complete: false };
  for (const type of kinds)
    if (type.namespaced && type.resource !== Pods.resource) yield* emptyOf(client, name, type, remains, 0);
  return remains;
}

function* nothingFound(client: Client): Work<Omit<Remains, 'complete'>> {
  const undiscovered = yield* staleVersions(client);
  return { resources: new Map(), finalizers: new Map(), errors: [], undiscovered, estimate: 0 };
}

/** What is in them only another API server knows, and that can't be asked now. */
function* staleVersions(client: Client): Work<readonly string[]> {
  const { items } = yield* client.list(APIServices);
  return items
    .filter(({ spec, status }) => {
      const isAvailable = (status?.conditions ?? []).some(
        ({ type, status: is }) => type === 'Available' && is === 'True',
      );
      return spec?.service !== undefined && !isAvailable;
    })
    .map(({ spec }) => `${spec?.group ?? ''}/${spec?.version ?? ''}`)
    .sort(compareText);
}

/** How many seconds the slowest of the pods may still take. */
function* graceLeft(client: Client, name: string, ageMs: number): Work<number> {
  const { items } = yield* client.list(Pods, name);
  const graces = items.filter((pod) => !isOver(pod)).map(({ spec }) => spec?.terminationGracePeriodSeconds ?? 0);
  const longest = Math.max(0, ...graces);
  return ageMs >= longest * 1000 ? 0 : longest;
}

function* emptyOf(client: Client, name: string, type: ResourceType, remains: Remains, estimate: number): Work<void> {
  try {
    yield* client.deleteCollection(type, name, { propagationPolicy: 'Background' });
    const { items } = yield* client.list(type, name);
    if (items.length === 0) return;
    remains.resources.set(type, items.length);
    const finalizers = items.flatMap(({ metadata }) => metadata?.finalizers ?? []);
    for (const one of finalizers) remains.finalizers.set(one, (remains.finalizers.get(one) ?? 0) + 1);
    remains.estimate = Math.max(remains.estimate, estimate || (finalizers.length > 0 ? FINALIZER_ESTIMATE : 0));
    if (estimate > 0 || finalizers.length > 0) return;
    const gvr = `${type.group}/${type.version}, Resource=${type.resource}`;
    remains.errors.push(new Error(`unexpected items still remain in namespace: ${name} for gvr: ${gvr}`));
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'NotFound' || reason === 'MethodNotAllowed') return;
    remains.errors.push(error instanceof Error ? error : new Error(messageOf(error)));
    remains.estimate = Math.max(remains.estimate, estimate);
  }
}
