// Describing what service addresses come from: ServiceCIDRs and IPAddresses.

import { IPAddresses, ServiceCIDRs } from '../../../sandbox/schema/generated/resources.ts';
import { described } from './describer.ts';
import { fullTime, metaOf } from './parts.ts';
import { marks } from './workload.ts';

export const describeServiceCIDR = described(ServiceCIDRs, (page, range) => {
  page.line(0, `Name:\t${metaOf(range).name ?? ''}`);
  marks(page, range);
  page.line(0, `CIDRs:\t${(range.spec?.cidrs ?? []).join(', ')}`);
  const { conditions = [] } = range.status ?? {};
  if (conditions.length === 0) return;
  page.line(0, 'Status:');
  page.line(0, 'Conditions:');
  page.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
  page.line(1, '----\t------\t------------------\t------\t-------');
  for (const { type, status, lastTransitionTime, reason, message } of conditions) {
    page.line(1, `${type}\t${status}\t${fullTime(lastTransitionTime)}\t${reason}\t${message}`);
  }
});

export const describeIPAddress = described(IPAddresses, (page, address) => {
  const parent = address.spec?.parentRef;
  page.line(0, `Name:\t${metaOf(address).name ?? ''}`);
  marks(page, address);
  if (parent === undefined) return;
  page.line(0, 'Parent Reference:');
  page.line(1, `Group:\t${parent.group ?? ''}`);
  page.line(1, `Resource:\t${parent.resource}`);
  page.line(1, `Namespace:\t${parent.namespace ?? ''}`);
  page.line(1, `Name:\t${parent.name}`);
});
