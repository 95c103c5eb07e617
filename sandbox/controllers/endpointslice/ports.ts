// In which order the ports of a slice stand: in that of their hashes, which has nothing to do with the service's.

import type { DiscoveryV1EndpointPort } from '../../schema/generated/types.ts';
import { typedText } from '../shared/godump.ts';
import { inHashOrder } from '../shared/hash.ts';

export function portsInOrder(ports: readonly DiscoveryV1EndpointPort[]): readonly DiscoveryV1EndpointPort[] {
  return inHashOrder(ports, (port) => typedText('v1.EndpointPort', port));
}
