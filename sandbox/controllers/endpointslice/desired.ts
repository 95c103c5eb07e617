// Which endpoints a service has, grouped by the ports under which they serve. Pure.

import { own, sameJson } from '../../kube/json.ts';
import type { DiscoveryV1EndpointPort, V1Endpoint, V1Node, V1Pod, V1Service } from '../../schema/generated/types.ts';
import { isReady } from '../shared/pods.ts';
import { addressesOf, hostnameIn, isEndpoint, portOf } from '../shared/servicepods.ts';
import { portsInOrder } from './ports.ts';

export type AddressType = 'IPv4' | 'IPv6';

/** Endpoints that serve under the same ports, by their identity. */
export interface Group {
  readonly ports: readonly DiscoveryV1EndpointPort[];
  readonly endpoints: Map<string, V1Endpoint>;
}

const ZONE = 'topology.kubernetes.io/zone';

export function addressTypesOf({ spec }: V1Service): readonly AddressType[] {
  const families = (spec?.ipFamilies ?? []).flatMap((one): AddressType[] =>
    one === 'IPv4' || one === 'IPv6' ? [one] : [],
  );
  if (families.length > 0) return families;
  const { clusterIP = '' } = spec ?? {};
  if (clusterIP === '' || clusterIP === 'None') return ['IPv4', 'IPv6'];
  return isIPv6(clusterIP) ? ['IPv6'] : ['IPv4'];
}

export interface Desired {
  readonly groups: ReadonlyMap<string, Group>;
  /** Pods left out because their node isn't known. */
  readonly lost: readonly V1Pod[];
}

export function desiredEndpoints(
  service: V1Service,
  pods: readonly V1Pod[],
  type: AddressType,
  nodeOf: (name: string) => V1Node | undefined,
): Desired {
  const groups = new Map<string, Group>();
  const lost: V1Pod[] = [];
  for (const pod of pods) {
    if (!isEndpoint(pod, true)) continue;
    const ports = portsOf(service, pod);
    const key = groupKey(ports);
    const group = groups.get(key) ?? { ports: portsInOrder(ports), endpoints: new Map() };
    groups.set(key, group);
    const node = nodeOf(pod.spec?.nodeName ?? '');
    if (node === undefined && service.spec?.publishNotReadyAddresses !== true) {
      lost.push(pod);
      continue;
    }
    const endpoint = endpointOf(service, pod, node, type);
    if (endpoint.addresses.length > 0) group.endpoints.set(identityOf(endpoint), endpoint);
  }
  return { groups, lost };
}

/** Endpoints in one slice have the same ports, whatever their order. */
export function groupKey(ports: readonly DiscoveryV1EndpointPort[]): string {
  return ports
    .map(({ name = '', port = 0, protocol = '', appProtocol = '' }) =>
      JSON.stringify([name, port, protocol, appProtocol]),
    )
    .sort()
    .join();
}

/** What makes an endpoint the same one although its state has changed. */
export function identityOf({ addresses, hostname = '', targetRef }: V1Endpoint): string {
  return JSON.stringify([[...addresses].sort(), hostname, targetRef?.namespace ?? '', targetRef?.name ?? '']);
}

/** Whether two of one identity are equal in all that counts; hints don't. */
export function sameEndpoint(a: V1Endpoint, b: V1Endpoint): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.targetRef?.uid === b.targetRef?.uid &&
    sameJson(a.conditions ?? {}, b.conditions ?? {})
  );
}

function portsOf(service: V1Service, pod: V1Pod): readonly DiscoveryV1EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((one): DiscoveryV1EndpointPort[] => {
    const port = portOf(pod, one);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = one;
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function endpointOf(service: V1Service, pod: V1Pod, node: V1Node | undefined, type: AddressType): V1Endpoint {
  const { metadata, spec } = pod;
  const serving = isReady(pod);
  const terminating = metadata?.deletionTimestamp !== undefined;
  const hostname = hostnameIn(service, pod);
  const zone = own(node?.metadata?.labels, ZONE) ?? '';
  return {
    addresses: addressesOf(pod).filter((address) => isIPv6(address) === (type === 'IPv6')),
    conditions: {
      ready: service.spec?.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: {
      kind: 'Pod',
      namespace: metadata?.namespace ?? '',
      name: metadata?.name ?? '',
      uid: metadata?.uid ?? '',
    },
    ...(spec?.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
    ...(zone === '' ? {} : { zone }),
  };
}

function isIPv6(address: string): boolean {
  return address.includes(':');
}
