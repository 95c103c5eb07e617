// Endpoints that somebody writes by hand, for a service without a selector, are mirrored as endpoint slices.
//
// observe: services without selectors, their endpoints, and the slices made of these.
// diff:    `mirrorsOf` says which slices a set of endpoints makes.
// act:     create, update and delete slices.

import type { Client } from '../client/client.ts';
import { unlessGone } from '../client/gone.ts';
import { keyOf } from '../client/informer.ts';
import type { Cause } from '../kube/cause.ts';
import { own, sameJson } from '../kube/json.ts';
import { SERVICE_NAME } from '../kube/wellknown.ts';
import { EndpointSlices, Endpoints, Services } from '../schema/generated/resources.ts';
import type {
  V1Endpoint,
  V1EndpointAddress,
  V1EndpointSlice,
  V1EndpointSubset,
  V1Endpoints,
  V1Service,
} from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { repacked } from './endpoints/subsets.ts';
import { MANAGED_BY } from './endpointslice/plan.ts';
import { portsInOrder } from './endpointslice/ports.ts';
import { controllerReference } from './shared/owners.ts';
import { TRIGGER_TIME } from './shared/triggertime.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const BY_SERVICE = 'mirrored';
/** More addresses of one subset aren't mirrored. */
const SUBSET_MAX = 1000;
/** Annotations that speak of the endpoints alone. */
const NOT_MIRRORED: ReadonlySet<string> = new Set([TRIGGER_TIME, 'kubectl.kubernetes.io/last-applied-configuration']);

export const endpointSliceMirroringController: Controller = {
  name: 'endpointslicemirroring-controller',
  source: 'endpoint-slice-mirroring-controller',
  setup(host) {
    const { component, client } = host;
    const services = component.informer(Services);
    const endpoints = component.informer(Endpoints);
    const slices = component.informer(EndpointSlices);
    slices.index(BY_SERVICE, ({ metadata }) =>
      own(metadata?.labels, MANAGED_BY) === MANAGER
        ? [`${metadata?.namespace ?? ''}/${own(metadata?.labels, SERVICE_NAME) ?? ''}`]
        : [],
    );
    const queue = component.queue(
      'mirrored endpoints',
      function* (key, turn) {
        const wanted = mirrorsOf(services.get(key), endpoints.get(key));
        if (wanted.length > 0) complain(host, endpoints.get(key), turn.causes);
        yield* bringTo(turn.client, wanted, slices.by(BY_SERVICE, key));
        return undefined;
      },
      client,
    );
    for (const informer of [services, endpoints]) informer.on(({ object, causes }) => queue.add(keyOf(object), causes));
  },
};

/** The slices that shall be there; none where there is nothing to mirror. Pure. */
export function mirrorsOf(
  service: V1Service | undefined,
  endpoints: V1Endpoints | undefined,
): readonly V1EndpointSlice[] {
  const { annotations, labels, name = '', namespace = '' } = endpoints?.metadata ?? {};
  if (service === undefined || endpoints === undefined || service.spec?.selector !== undefined) return [];
  if (own(labels, SKIP) === 'true' || own(annotations, LEADER) !== undefined) return [];
  const shown = Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !NOT_MIRRORED.has(key)));
  const metadata = {
    generateName: `${name}-`,
    namespace,
    labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER },
    ...(Object.keys(shown).length === 0 ? {} : { annotations: shown }),
    ownerReferences: [controllerReference(endpoints, Endpoints)],
  };
  return repacked(endpoints.subsets ?? []).flatMap((subset) =>
    (['IPv4', 'IPv6'] as const).flatMap((addressType): V1EndpointSlice[] => {
      const list = addressesOf(subset)
        .slice(0, SUBSET_MAX)
        .filter(({ addresses }) => (addresses[0]?.includes(':') === true) === (addressType === 'IPv6'));
      if (list.length === 0) return [];
      const ports = (subset.ports ?? []).map(({ name: port = '', ...rest }) => ({ name: port, ...rest }));
      return [{ metadata, addressType, endpoints: list, ports: portsInOrder(ports) }];
    }),
  );
}

function addressesOf({ addresses = [], notReadyAddresses = [] }: V1EndpointSubset): readonly V1Endpoint[] {
  return [
    ...addresses.map((address) => mirrored(address, true)),
    ...notReadyAddresses.map((address) => mirrored(address, false)),
  ];
}

function mirrored({ ip, hostname, nodeName, targetRef }: V1EndpointAddress, ready: boolean): V1Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(targetRef === undefined ? {} : { targetRef }),
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

/** Says that some addresses are left out. */
function complain({ events }: ControllerHost, endpoints: V1Endpoints | undefined, causes: readonly Cause[]): void {
  const counts = repacked(endpoints?.subsets ?? []).map((subset) => addressesOf(subset).length);
  const skipped = counts.reduce((sum, count) => sum + Math.max(0, count - SUBSET_MAX), 0);
  if (endpoints === undefined || skipped === 0) return;
  const about = { ...endpoints, apiVersion: 'v1', kind: 'Endpoints' };
  const message = `A max of ${SUBSET_MAX} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
  events.note({ about, type: 'Warning', reason: 'TooManyAddressesToMirror', message, causes });
}

/** Slices that are right stay, others are changed into those that are missing, the rest is made or deleted. */
function* bringTo(client: Client, wanted: readonly V1EndpointSlice[], there: readonly V1EndpointSlice[]): Work<void> {
  const wrong = there.filter((slice) => !wanted.some((one) => isSame(one, slice)));
  for (const slice of wanted.filter((one) => !there.some((known) => isSame(one, known)))) {
    const alike = wrong.filter(({ addressType }) => addressType === slice.addressType);
    const reused = alike.find(({ ports }) => sameJson(ports ?? [], slice.ports ?? [])) ?? alike[0];
    if (reused === undefined) {
      yield* client.create(EndpointSlices, slice);
      continue;
    }
    wrong.splice(wrong.indexOf(reused), 1);
    const { annotations: _, ...kept } = reused.metadata ?? {};
    const { generateName: __, ...metadata } = slice.metadata ?? {};
    yield* client.update(EndpointSlices, { ...reused, ...slice, metadata: { ...kept, ...metadata } });
  }
  for (const { metadata } of wrong) {
    yield* unlessGone(client.delete(EndpointSlices, { name: metadata?.name ?? '', namespace: metadata?.namespace }));
  }
}

function isSame(a: V1EndpointSlice, b: V1EndpointSlice): boolean {
  return (
    a.addressType === b.addressType &&
    sameJson(a.endpoints ?? [], b.endpoints ?? []) &&
    sameJson(a.ports ?? [], b.ports ?? []) &&
    sameJson(a.metadata?.labels ?? {}, b.metadata?.labels ?? {}) &&
    sameJson(a.metadata?.annotations ?? {}, b.metadata?.annotations ?? {})
  );
}
