// The Endpoints controller writes the older form of endpoint slices: one object a service, with all addresses in it.
//
// observe: services, pods, and the endpoints themselves.
// diff:    endpoints/subsets.ts says which addresses serve under which ports.
// act:     create, update or delete the object of the service's name.

import type { Requeue } from '../client/component.ts';
import { unlessGone } from '../client/gone.ts';
import { type Informer, keyOf, splitKey } from '../client/informer.ts';
import { own, sameJson } from '../kube/json.ts';
import { messageOf } from '../kube/thrown.ts';
import { Endpoints, Pods, Services } from '../schema/generated/resources.ts';
import type { V1Endpoints, V1Pod, V1Service } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { isOverfull, repacked, subsetsOf, truncated } from './endpoints/subsets.ts';
import { isNamespaceGoing } from './shared/errors.ts';
import { isBehind, LATER, newWritten, noteGone, noteWritten, type Written } from './shared/readback.ts';
import { isHeadless, podsFor, wakeServices } from './shared/servicepods.ts';
import { TRIGGER_TIME, type TriggerTimes, triggerTime } from './shared/triggertime.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const MANAGER = 'endpoint-controller';
const HEADLESS = 'service.kubernetes.io/headless';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

interface Observed {
  readonly services: Informer<V1Service>;
  readonly pods: Informer<V1Pod>;
  readonly endpoints: Informer<V1Endpoints>;
  readonly written: () => Written;
  readonly times: () => TriggerTimes;
}

export const endpointsController: Controller = {
  name: 'endpoint-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      services: component.informer(Services),
      pods: component.informer(Pods),
      endpoints: component.informer(Endpoints),
      written: component.memory<Written>('endpoints written', newWritten),
      times: component.memory<TriggerTimes>('endpoints trigger times', () => new Map()),
    };
    const { services, pods, endpoints } = observed;
    const queue = component.queue(
      'endpoints',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, observed),
      client,
    );
    wakeServices(services, pods, queue);
    endpoints.on(({ type, object, causes }) => {
      const waits = observed.written().has(keyOf(object));
      if (type === 'deleted') noteGone(observed.written(), keyOf(object));
      if (type === 'deleted' || waits) queue.add(keyOf(object), causes);
    });
  },
};

function* reconcile(host: ControllerHost, key: string, observed: Observed): Work<Requeue> {
  const { client } = host;
  const service = observed.services.get(key);
  if (service === undefined) {
    observed.times().delete(key);
    if (observed.endpoints.get(key) !== undefined) yield* remove(host, key);
    return undefined;
  }
  if (service.spec?.type === 'ExternalName' || service.spec?.selector === undefined) return undefined;
  const pods = podsFor(observed.pods, service);
  // As in the real controller, a time that is taken up while the cache is behind is lost.
  const time = triggerTime(observed.times(), key, service, pods);
  if (isBehind(observed.written(), observed.endpoints, [key], host.component.now())) return LATER;
  const known = observed.endpoints.get(key);
  const subsets = repacked(subsetsOf(service, pods));
  if (known !== undefined && isRight(known, service, subsets)) return undefined;
  const next = endpointsOf(known, service, subsets, time);
  try {
    const made = known === undefined ? yield* client.create(Endpoints, next) : yield* client.update(Endpoints, next);
    noteWritten(observed.written(), key, made, host.component.now());
  } catch (error) {
    if (isNamespaceGoing(error)) return undefined;
    complain(host, next, known === undefined, service, error);
  }
  return undefined;
}

function* remove({ client }: ControllerHost, key: string): Work<void> {
  yield* unlessGone(client.delete(Endpoints, splitKey(key)));
}

function complain(
  { events, client }: ControllerHost,
  about: V1Endpoints,
  isNew: boolean,
  service: V1Service,
  error: unknown,
): never {
  const [reason, what] = isNew
    ? ['FailedToCreateEndpoint', `Failed to create endpoint for service ${keyOf(service)}`]
    : ['FailedToUpdateEndpoint', `Failed to update endpoint ${keyOf(service)}`];
  const { causes } = client.caller.origin;
  const named = { ...about, apiVersion: 'v1', kind: 'Endpoints' };
  events.note({ about: named, type: 'Warning', reason, message: `${what}: ${messageOf(error)}`, causes });
  throw error;
}

type Subsets = NonNullable<V1Endpoints['subsets']>;

function isRight(known: V1Endpoints, service: V1Service, subsets: Subsets): boolean {
  const current = known.subsets ?? [];
  const { labels, annotations } = known.metadata ?? {};
  const own_ = Object.fromEntries(
    Object.entries(labels ?? {}).filter(([key]) => key !== MANAGED_BY && key !== HEADLESS),
  );
  return (
    (sameJson(current, subsets) || sameJson(repacked(current), subsets)) &&
    own(labels, MANAGED_BY) === MANAGER &&
    sameJson(own_, service.metadata?.labels ?? {}) &&
    !isOverfull(current) &&
    own(annotations, OVER_CAPACITY) === undefined
  );
}

function endpointsOf(
  known: V1Endpoints | undefined,
  service: V1Service,
  subsets: Subsets,
  time: string | undefined,
): V1Endpoints {
  const { name = '', namespace = '', labels } = service.metadata ?? {};
  const kept = Object.entries(known?.metadata?.annotations ?? {}).filter(
    ([key]) => key !== TRIGGER_TIME && key !== OVER_CAPACITY,
  );
  const annotations = Object.fromEntries([
    ...kept,
    ...(time === undefined ? [] : [[TRIGGER_TIME, time] as const]),
    ...(isOverfull(subsets) ? [[OVER_CAPACITY, 'truncated'] as const] : []),
  ]);
  const all = Object.fromEntries([
    ...Object.entries(labels ?? {}).filter(([key]) => key !== HEADLESS),
    ...(isHeadless(service) ? [[HEADLESS, ''] as const] : []),
    [MANAGED_BY, MANAGER] as const,
  ]);
  return {
    ...known,
    metadata: {
      ...known?.metadata,
      name,
      namespace,
      labels: all,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    subsets: truncated(subsets),
  };
}
