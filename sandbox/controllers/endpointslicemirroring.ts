// Endpoints that somebody writes by hand, for a service without a selector, are mirrored as endpoint slices.
//
// observe: services without selectors, their endpoints, and the slices made of these.
// diff:    `mirrorsOf` says which slices a set of endpoints makes.
// act:     create, update and delete slices.

import { unlessGone } from '../client/gone.ts';
import { type Informer, keyOf } from '../client/informer.ts';
import { own, sameJson } from '../kube/json.ts';
import { EndpointSlices, Endpoints, Services } from '../schema/generated/resources.ts';
import type {
  V1Endpoint,
  V1EndpointAddress,
  V1EndpointSlice,
  V1Endpoints,
  V1Service,
} from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { Controller, ControllerHost } from './controller.ts';
import { MANAGED_BY, SERVICE_NAME } from './endpointslice/plan.ts';
import { controllerReference } from './shared/owners.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const BY_SERVICE = 'mirrored';
/** More addresses of one subset aren't mirrored. */
const SUBSET_MAX = 1000;

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
        yield* bringTo({ ...host, client: turn.client }, wanted, slices.by(BY_SERVICE, key));
        return undefined;
      },
      client,
    );
    for (const informer of [services, endpoints] as readonly Informer<V1Service | V1Endpoints>[])
      informer.on(({ object, causes }) => queue.add(keyOf(object), causes));
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
  return (endpoints.subsets ?? []).flatMap((subset) =>
    (['IPv4', 'IPv6'] as const).flatMap((addressType): V1EndpointSlice[] => {
      const list = [
        ...(subset.addresses ?? []).map((address) => mirrored(address, true)),
        ...(subset.notReadyAddresses ?? []).map((address) => mirrored(address, false)),
      ].filter(({ addresses }) => (addresses[0]?.includes(':') === true) === (addressType === 'IPv6'));
      if (list.length === 0) return [];
      const metadata = {
        generateName: `${name}-`,
        namespace,
        labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER },
        ownerReferences: [controllerReference(endpoints, Endpoints)],
      };
      const ports = (subset.ports ?? []).map(({ name: port = '', ...rest }) => ({ name: port, ...rest }));
      return [{ metadata, addressType, endpoints: list.slice(0, SUBSET_MAX), ports }];
    }),
  );
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

/** Slices that are right stay, others are changed into those that are missing, the rest is made or deleted. */
function* bringTo(
  { client }: ControllerHost,
  wanted: readonly V1EndpointSlice[],
  there: readonly V1EndpointSlice[],
): Work<void> {
  const same = (a: V1EndpointSlice, b: V1EndpointSlice): boolean =>
    a.addressType === b.addressType &&
    sameJson(a.endpoints ?? [], b.endpoints ?? []) &&
    sameJson(a.ports ?? [], b.ports ?? []);
  const wrong = there.filter((slice) => !wanted.some((one) => same(one, slice)));
  for (const slice of wanted.filter((one) => !there.some((known) => same(one, known)))) {
    const at = wrong.findIndex(({ addressType }) => addressType === slice.addressType);
    const [reused] = at < 0 ? [] : wrong.splice(at, 1);
    if (reused === undefined) yield* client.create(EndpointSlices, slice);
    else
      yield* client.update(EndpointSlices, { ...reused, endpoints: slice.endpoints ?? [], ports: slice.ports ?? [] });
  }
  for (const { metadata } of wrong) {
    yield* unlessGone(client.delete(EndpointSlices, { name: metadata?.name ?? '', namespace: metadata?.namespace }));
  }
}
