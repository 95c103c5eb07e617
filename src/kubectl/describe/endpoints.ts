// Describing endpoints and endpoint slices.

import { EndpointSlices, Endpoints } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Endpoint } from '../../../sandbox/schema/generated/types.ts';
import { described } from './describer.ts';
import type { Page } from './page.ts';
import { marks, names } from './workload.ts';

const UNSET = '<unset>';

export const describeEndpoints = described(Endpoints, (page, endpoints) => {
  names(page, endpoints);
  marks(page, endpoints);
  page.line(0, 'Subsets:');
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of endpoints.subsets ?? []) {
    page.line(1, `Addresses:\t${addresses.map(({ ip }) => ip).join(',') || '<none>'}`);
    page.line(1, `NotReadyAddresses:\t${notReadyAddresses.map(({ ip }) => ip).join(',') || '<none>'}`);
    if (ports.length > 0) page.line(1, 'Ports:\n    Name\tPort\tProtocol\n    ----\t----\t--------');
    for (const { name, port, protocol = '' } of ports) page.line(2, `${name || UNSET}\t${port}\t${protocol}`);
    page.line(0, '');
  }
});

export const describeEndpointSlice = described(EndpointSlices, (page, slice) => {
  const ports = slice.ports ?? [];
  const list = slice.endpoints ?? [];
  names(page, slice);
  marks(page, slice);
  page.line(0, `AddressType:\t${slice.addressType}`);
  if (ports.length === 0) page.line(0, 'Ports: <unset>');
  else page.line(0, 'Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------');
  for (const { name, port, protocol = '' } of ports) page.line(1, `${name || UNSET}\t${port ?? UNSET}\t${protocol}`);
  page.line(0, list.length === 0 ? 'Endpoints: <none>' : 'Endpoints:');
  for (const endpoint of list) endpointPart(page, endpoint);
});

function endpointPart(page: Page, { addresses, conditions, hostname, targetRef, nodeName, zone }: V1Endpoint): void {
  page.line(1, `- Addresses:\t${addresses.join(', ') || '<none>'}`);
  page.line(2, 'Conditions:');
  page.line(3, `Ready:\t${conditions?.ready ?? UNSET}`);
  page.line(2, `Hostname:\t${hostname ?? UNSET}`);
  if (targetRef !== undefined) page.line(2, `TargetRef:\t${targetRef.kind ?? ''}/${targetRef.name ?? ''}`);
  page.line(2, `NodeName:\t${nodeName ?? UNSET}`);
  page.line(2, `Zone:\t${zone ?? UNSET}`);
}
