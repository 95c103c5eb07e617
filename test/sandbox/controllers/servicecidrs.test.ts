import { describe, expect, it } from 'vitest';
import { canGo } from '../../../sandbox/controllers/servicecidrs.ts';
import type { V1IPAddress, V1ServiceCIDR } from '../../../sandbox/schema/generated/types.ts';

const range = (name: string, ...cidrs: string[]): V1ServiceCIDR => ({ metadata: { name }, spec: { cidrs } });
const address = (name: string): V1IPAddress => ({
  metadata: { name, labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' } },
  spec: { parentRef: { resource: 'services', name: 's' } },
});

describe('a range of service addresses', () => {
  const extra = range('extra', '10.97.0.0/24');

  it('may go when nobody has an address of it', () => {
    expect(canGo(extra, [extra], [address('10.98.0.1')])).toBe(true);
  });

  it('stays while an address lies in it alone', () => {
    expect(canGo(extra, [extra, range('other', '10.98.0.0/24')], [address('10.97.0.7')])).toBe(false);
  });

  it('may go when another range covers its addresses, or all of it', () => {
    const half = range('half', '10.97.0.0/25');
    expect(canGo(extra, [extra, half], [address('10.97.0.7')])).toBe(true);
    expect(canGo(extra, [extra, half], [address('10.97.0.200')])).toBe(false);
    expect(canGo(extra, [extra, range('wide', '10.96.0.0/12')], [address('10.97.0.200')])).toBe(true);
  });
});
