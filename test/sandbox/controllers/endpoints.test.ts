import { expect, test } from 'vitest';
import { mirrorsOf } from '../../../sandbox/controllers/endpointslicemirroring.ts';
import type { V1Endpoints } from '../../../sandbox/schema/generated/types.ts';

const SERVICE = { metadata: { name: 'm', namespace: 'default' }, spec: { ports: [{ port: 80 }] } };

function endpoints(subsets: V1Endpoints['subsets'], annotations: Record<string, string> = {}): V1Endpoints {
  return {
    metadata: { name: 'm', namespace: 'default', uid: 'u', annotations },
    ...(subsets === undefined ? {} : { subsets }),
  };
}

test('a mirrored slice has the annotations of its endpoints, but those that speak of the endpoints alone', () => {
  const [slice] = mirrorsOf(
    SERVICE,
    endpoints([{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80 }] }], {
      x: 'y',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
    }),
  );
  expect(slice?.metadata?.annotations).toEqual({ x: 'y' });
});

test('subsets of the same ports are mirrored as one slice, of each family of addresses one', () => {
  const slices = mirrorsOf(
    SERVICE,
    endpoints([
      { addresses: [{ ip: '1.2.3.4' }, { ip: 'fd00::1' }], ports: [{ port: 80 }] },
      { addresses: [{ ip: '1.2.3.5' }], ports: [{ port: 80 }] },
    ]),
  );
  expect(slices.map(({ addressType, endpoints: list }) => [addressType, list?.length])).toEqual([
    ['IPv4', 2],
    ['IPv6', 1],
  ]);
});

test('no more than 1,000 addresses of a subset are mirrored', () => {
  const addresses = Array.from({ length: 1100 }, (_, i) => ({ ip: `10.0.${Math.floor(i / 250)}.${i % 250}` }));
  const [slice] = mirrorsOf(SERVICE, endpoints([{ addresses, ports: [{ port: 80 }] }]));
  expect(slice?.endpoints).toHaveLength(1000);
});
