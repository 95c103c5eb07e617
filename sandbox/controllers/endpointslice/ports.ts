// In which order the ports of a slice stand: in that of their hashes, which has nothing to do with the service's.

import type { DiscoveryV1EndpointPort } from '../../schema/generated/types.ts';
import { typedText } from '../shared/godump.ts';
import { fnv128a } from '../shared/hash.ts';

export function portsInOrder(ports: readonly DiscoveryV1EndpointPort[]): readonly DiscoveryV1EndpointPort[] {
  if (ports.length < 2) return ports;
  const hashed = ports.map((port) => ({ port, hash: fnv128a(typedText('v1.EndpointPort', port)) }));
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ port }) => port);
}
