// The addresses of a service in the form of Endpoints: sets of addresses that serve under the same ports. Pure.

import { compareText } from '../../kube/go/text.ts';
import type {
  CoreV1EndpointPort,
  V1EndpointAddress,
  V1EndpointSubset,
  V1Pod,
  V1Service,
} from '../../schema/generated/types.ts';
import { inHashOrder } from '../shared/hash.ts';
import { isReady } from '../shared/pods.ts';
import { addressesOf, hostnameIn, isEndpoint, portOf } from '../shared/servicepods.ts';

/** More addresses aren't written into one object. */
const CAPACITY = 1000;

/** One subset for each pod and port. */
export function subsetsOf(service: V1Service, pods: readonly V1Pod[]): readonly V1EndpointSubset[] {
  const { ports = [], clusterIP, publishNotReadyAddresses = false } = service.spec ?? {};
  return pods.flatMap((pod): V1EndpointSubset[] => {
    const address = isEndpoint(pod, publishNotReadyAddresses) ? addressOf(service, pod) : undefined;
    if (address === undefined) return [];
    const place =
      publishNotReadyAddresses || isReady(pod) ? { addresses: [address] } : { notReadyAddresses: [address] };
    if (ports.length === 0) return clusterIP === 'None' ? [{ ...place, ports: [] }] : [];
    return ports.flatMap((one) => {
      const port = portOf(pod, one);
      if (port === undefined) return [];
      const { name = '', protocol = 'TCP', appProtocol } = one;
      const shown = {
        ...(name === '' ? {} : { name }),
        port,
        protocol,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      };
      return [{ ...place, ports: [shown] }];
    });
  });
}

/** The pod's address in the service's own family. */
function addressOf(service: V1Service, pod: V1Pod): V1EndpointAddress | undefined {
  const [family = 'IPv4'] = service.spec?.ipFamilies ?? [];
  const ip = addressesOf(pod).find((one) => one.includes(':') === (family === 'IPv6'));
  if (ip === undefined) return undefined;
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  const hostname = hostnameIn(service, pod);
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

interface Place {
  readonly address: V1EndpointAddress;
  ready: boolean;
}

/** As few subsets as possible: all addresses of equal ports in one, in order. An address that is ready anywhere is ready. */
export function repacked(subsets: readonly V1EndpointSubset[]): readonly V1EndpointSubset[] {
  const byPort = new Map<string, { port: CoreV1EndpointPort | undefined; places: Map<string, Place> }>();
  for (const subset of subsets) {
    const ports = (subset.ports ?? []).length === 0 ? [undefined] : (subset.ports ?? []);
    for (const port of ports) {
      const key = JSON.stringify(port ?? null);
      const entry = byPort.get(key) ?? { port, places: new Map<string, Place>() };
      byPort.set(key, entry);
      for (const address of subset.notReadyAddresses ?? []) place(entry.places, address, false);
      for (const address of subset.addresses ?? []) place(entry.places, address, true);
    }
  }
  const byPlaces = new Map<string, { ports: CoreV1EndpointPort[]; places: readonly Place[] }>();
  for (const { port, places } of byPort.values()) {
    const sorted = [...places.values()].sort((a, b) => byAddress(a.address, b.address));
    const key = JSON.stringify(sorted);
    const entry = byPlaces.get(key) ?? { ports: [], places: sorted };
    byPlaces.set(key, entry);
    if (port !== undefined) entry.ports.push(port);
  }
  const packs = [...byPlaces.values()].map(packed);
  return inHashOrder(packs, JSON.stringify);
}

function place(places: Map<string, Place>, address: V1EndpointAddress, ready: boolean): void {
  const key = JSON.stringify([address.ip, address.targetRef?.uid ?? '']);
  const known = places.get(key);
  if (known === undefined) places.set(key, { address, ready });
  else known.ready &&= ready;
}

function packed({
  ports,
  places,
}: {
  ports: readonly CoreV1EndpointPort[];
  places: readonly Place[];
}): V1EndpointSubset {
  const ready = places.filter((one) => one.ready).map(({ address }) => address);
  const notReady = places.filter((one) => !one.ready).map(({ address }) => address);
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0 ? {} : { ports: inHashOrder(ports, portText) }),
  };
}

/** A port as the real controller prints it before it takes the hash; ports of slices have the same name in Go, and other fields. */
function portText({ name = '', port, protocol = 'TCP', appProtocol = '<nil>' }: CoreV1EndpointPort): string {
  return `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:(*string)${appProtocol}}`;
}

function byAddress(a: V1EndpointAddress, b: V1EndpointAddress): number {
  return compareText(a.ip, b.ip) || compareText(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '');
}

export function isOverfull(subsets: readonly V1EndpointSubset[]): boolean {
  return count(subsets, 'addresses') + count(subsets, 'notReadyAddresses') > CAPACITY;
}

function count(subsets: readonly V1EndpointSubset[], which: 'addresses' | 'notReadyAddresses'): number {
  return subsets.reduce((sum, subset) => sum + (subset[which] ?? []).length, 0);
}

/** Not more than the object may hold: ready ones first, each subset in proportion. */
export function truncated(subsets: readonly V1EndpointSubset[]): readonly V1EndpointSubset[] {
  if (!isOverfull(subsets)) return subsets;
  const ready = count(subsets, 'addresses');
  const which = ready > CAPACITY ? 'addresses' : 'notReadyAddresses';
  const total = count(subsets, which);
  const most = ready > CAPACITY ? CAPACITY : CAPACITY - ready;
  let left = most;
  return subsets.map((subset) => {
    const list = subset[which] ?? [];
    const kept = list.slice(0, Math.min(left, Math.ceil((list.length / total) * most)));
    left -= kept.length;
    const { addresses = [], notReadyAddresses = [], ...rest } = subset;
    return which === 'addresses' ? { ...rest, addresses: kept } : { ...rest, addresses, notReadyAddresses: kept };
  });
}
