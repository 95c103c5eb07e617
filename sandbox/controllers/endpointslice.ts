// The EndpointSlice controller says where the pods of each service are found: their addresses, their ports, whether they
// are ready, in slices of at most 100.
//
// observe: services, pods, nodes (for zones), and the slices themselves.
// diff:    endpointslice/desired.ts says which endpoints there are, plan.ts how they are laid out in slices.
// act:     create, update and delete slices.

import type { Client } from '../client/client.ts';
import type { Requeue } from '../client/component.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { own, withKey } from '../kube/json.ts';
import { reasonOf } from '../kube/status.ts';
import { messageOf } from '../kube/thrown.ts';
import { SERVICE_NAME } from '../kube/wellknown.ts';
import { EndpointSlices, Nodes, Pods, Services } from '../schema/generated/resources.ts';
import type { V1EndpointSlice, V1Node, V1Pod, V1Service } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { TimeMs } from '../time/units.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { addressTypesOf, desiredEndpoints } from './endpointslice/desired.ts';
import type { HintedPlan } from './endpointslice/hints.ts';
import { isManaged, planSlices, type SlicePlan } from './endpointslice/plan.ts';
import { asksForZones, sharesOf } from './endpointslice/topology.ts';
import { isNamespaceGoing } from './shared/errors.ts';
import { isBehind, LATER, newWritten, noteDeleted, noteGone, noteWritten, type Written } from './shared/readback.ts';
import { podsFor, servicesFor, wakeServices } from './shared/servicepods.ts';
import { TRIGGER_TIME, type TriggerTimes, triggerTime } from './shared/triggertime.ts';

const BY_SERVICE = 'service';

interface Observed {
  readonly services: Informer<V1Service>;
  readonly pods: Informer<V1Pod>;
  readonly nodes: Informer<V1Node>;
  readonly slices: Informer<V1EndpointSlice>;
  /** By service: what was written lately. */
  readonly written: () => Map<string, Written>;
  readonly times: () => TriggerTimes;
  /** Keys of services whose zones are served by themselves. */
  readonly hinted: () => Set<string>;
}

export const endpointSliceController: Controller = {
  name: 'endpointslice-controller',
  source: 'endpoint-slice-controller',
  setup(host) {
    const { component, client } = host;
    const observed: Observed = {
      services: component.informer(Services),
      pods: component.informer(Pods),
      nodes: component.informer(Nodes),
      slices: component.informer(EndpointSlices),
      written: component.memory('slices written', () => new Map<string, Written>()),
      times: component.memory<TriggerTimes>('slice trigger times', () => new Map()),
      hinted: component.memory<Set<string>>('services with hints', () => new Set()),
    };
    const { services, pods, nodes, slices } = observed;
    slices.index(BY_SERVICE, (slice) => (isManaged(slice) ? [serviceKeyOf(slice)] : []));
    const queue = component.queue(
      'endpoint slices',
      (key, turn) => reconcile({ ...host, client: turn.client }, key, observed),
      client,
    );
    wakeServices(services, pods, queue);
    slices.on(({ type, object, causes }) => {
      const written = observed.written().get(serviceKeyOf(object));
      if (type === 'deleted' && written !== undefined) noteGone(written, keyOf(object));
      if (isManaged(object)) queue.add(serviceKeyOf(object), causes);
    });
    nodes.on(({ type, object, previous, causes }) => {
      for (const service of services.list().filter(asksForZones)) queue.add(keyOf(service), causes);
      const zone = (node: V1Node | undefined) => own(node?.metadata?.labels, 'topology.kubernetes.io/zone');
      if (type === 'updated' && zone(object) === zone(previous)) return;
      for (const pod of pods.list())
        if (pod.spec?.nodeName === object.metadata?.name)
          for (const service of servicesFor(services, pod)) queue.add(keyOf(service), causes);
    });
  },
};

function serviceKeyOf({ metadata }: V1EndpointSlice): string {
  return `${metadata?.namespace ?? ''}/${own(metadata?.labels, SERVICE_NAME) ?? ''}`;
}

function* reconcile(host: ControllerHost, key: string, observed: Observed): Work<Requeue> {
  const service = observed.services.get(key);
  const written = observed.written().get(key) ?? newWritten();
  if (service === undefined) {
    observed.written().delete(key);
    observed.times().delete(key);
    observed.hinted().delete(key);
    return undefined;
  }
  if (service.spec?.type === 'ExternalName' || service.spec?.selector === undefined) return undefined;
  observed.written().set(key, written);
  if (isBehind(written, observed.slices, written.keys(), host.component.now())) return LATER;
  const pods = podsFor(observed.pods, service);
  const time = triggerTime(observed.times(), key, service, pods);
  const existing = observed.slices
    .by(BY_SERVICE, key)
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const problems: string[] = [];
  for (const type of addressTypesOf(service)) {
    const { groups, lost } = desiredEndpoints(service, pods, type, (name) => observed.nodes.get(name));
    const plan = planSlices(
      service,
      existing.filter(({ addressType }) => addressType === type),
      groups,
      type,
      () => sharesOf(observed.nodes.list()),
    );
    sayTopology(host, service, observed.hinted(), plan, type);
    yield* carryOut(host.client, service, plan, time, written, host.component.now());
    problems.push(...lost.map((pod) => lostText(service, pod)));
  }
  const types: readonly string[] = addressTypesOf(service);
  const foreign = existing.filter(({ addressType }) => !types.includes(addressType));
  yield* carryOut(
    host.client,
    service,
    { create: [], update: [], delete: foreign },
    time,
    written,
    host.component.now(),
  );
  if (problems.length > 0) complain(host, service, problems);
  return undefined;
}

/** Whether zones have endpoints of their own is said when that begins and when it ends. */
function sayTopology(
  { events, client }: ControllerHost,
  service: V1Service,
  hinted: Set<string>,
  { problem }: HintedPlan,
  addressType: string,
): void {
  const key = keyOf(service);
  const had = hinted.delete(key);
  const { causes } = client.caller.origin;
  const say = (type: 'Normal' | 'Warning', state: string, text: string) =>
    events.note({
      about: service,
      type,
      reason: `TopologyAwareHints${state}`,
      message: `${text}, addressType: ${addressType}`,
      causes,
    });
  if (problem !== undefined) say('Warning', 'Disabled', problem);
  else if (asksForZones(service)) {
    hinted.add(key);
    if (!had) say('Normal', 'Enabled', 'Topology Aware Hints has been enabled');
  } else if (had) say('Warning', 'Disabled', 'Topology Aware Hints has been disabled');
}

function lostText({ metadata: service }: V1Service, { metadata, spec }: V1Pod): string {
  const where = `${service?.namespace ?? ''}/${service?.name ?? ''}`;
  return `skipping Pod ${metadata?.name ?? ''} for Service ${where}: Node ${spec?.nodeName ?? ''} Not Found`;
}

function complain({ events, client }: ControllerHost, service: V1Service, problems: readonly string[]): never {
  const text = problems.length === 1 ? problems.join() : `[${problems.join(', ')}]`;
  const message = `Error updating Endpoint Slices for Service ${keyOf(service)}: ${text}`;
  const { causes } = client.caller.origin;
  events.note({ about: service, type: 'Warning', reason: 'FailedToUpdateEndpointSlices', message, causes });
  throw new Error(text);
}

function* carryOut(
  client: Client,
  service: V1Service,
  { create, update, delete: doomed }: SlicePlan,
  time: string | undefined,
  written: Written,
  now: TimeMs,
): Work<void> {
  for (const slice of service.metadata?.deletionTimestamp === undefined ? create : []) {
    try {
      const made = yield* client.create(EndpointSlices, dated(slice, time));
      noteWritten(written, keyOf(made), made, now);
    } catch (error) {
      if (isNamespaceGoing(error)) return;
      throw new Error(`failed to create EndpointSlice for Service ${keyOf(service)}: ${messageOf(error)}`);
    }
  }
  for (const slice of update) {
    const made = yield* client.update(EndpointSlices, dated(slice, time));
    noteWritten(written, keyOf(made), made, now);
  }
  for (const slice of doomed) {
    const { name = '', namespace } = slice.metadata ?? {};
    try {
      yield* client.delete(EndpointSlices, { name, namespace });
      noteDeleted(written, keyOf(slice), slice, now);
    } catch (error) {
      if (reasonOf(error) !== 'NotFound') throw error;
    }
  }
}

/** Without a time, an old one goes. */
function dated(slice: V1EndpointSlice, time: string | undefined): V1EndpointSlice {
  const { [TRIGGER_TIME]: _, ...rest } = slice.metadata?.annotations ?? {};
  const annotations = time === undefined ? rest : withKey(rest, TRIGGER_TIME, time);
  return { ...slice, metadata: { ...slice.metadata, annotations: annotations as { [key: string]: string } } };
}
