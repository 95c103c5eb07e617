// The interfaces that a pod, a node or a host outside has.

import type { NetworkInterface } from '../machine/sys.ts';
import { gatewayOf, macOf, parseRange } from './addresses.ts';
import type { Layout } from './layout.ts';
import type { Place, Places } from './places.ts';

export function interfacesOf(place: Place, where: Places, layout: Layout): readonly NetworkInterface[] {
  if (place.network.addresses.length === 0) return [];
  const { kind, host } = place;
  const podGateway = where.podGateway(host);
  const prefix = kind === 'node' ? (parseRange(layout.nodes)?.prefix ?? 16) : 24;
  const gateway =
    kind === 'pod' ? podGateway : kind === 'node' ? layout.gateway : gatewayOf(`${place.address}/${prefix}`);
  const eth0: NetworkInterface = {
    name: 'eth0',
    mac: macOf(place.address),
    mtu: 1500,
    up: true,
    addresses: place.network.addresses.map((address) => ({ address, prefix })),
    ...(gateway === undefined ? {} : { gateway }),
  };
  if (kind !== 'node' || podGateway === undefined) return [eth0];
  const bridge: NetworkInterface = {
    name: 'cni0',
    mac: macOf(podGateway),
    mtu: 1500,
    up: true,
    addresses: [{ address: podGateway, prefix: 24 }],
  };
  return [eth0, bridge];
}
