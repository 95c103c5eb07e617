import { expect, test } from 'vitest';
import { repacked } from '../../../sandbox/controllers/endpoints/subsets.ts';
import { portsInOrder } from '../../../sandbox/controllers/endpointslice/ports.ts';
import { fnv128a } from '../../../sandbox/controllers/shared/hash.ts';

test('the wide hash is that of a real cluster', () => {
  const text =
    '(v1.EndpointPort){Name:(*string)http Protocol:(*v1.Protocol)TCP Port:(*int32)8080 AppProtocol:(*string)<nil>}';
  expect(fnv128a(text)).toBe('0e874d5677090ee5c32afa85f637c347');
  expect(fnv128a('')).toBe('6c62272e07bb014262b821756295c58d');
});

test('ports of a slice stand in the order of their hashes, as a real cluster has them', () => {
  const http = { name: 'http', protocol: 'TCP', port: 8080 };
  const other = { name: 'http', protocol: 'TCP', port: 8081 };
  const metrics = { name: 'm', protocol: 'TCP', port: 9 };
  expect(portsInOrder([http, metrics])).toEqual([metrics, http]);
  expect(portsInOrder([metrics, other])).toEqual([metrics, other]);
});

test('ports of Endpoints stand in the order of hashes of their own, as a real cluster has them', () => {
  const namesOf = (ports: Parameters<typeof repacked>[0][number]['ports']) =>
    repacked([{ addresses: [{ ip: '10.0.0.9' }], ports: ports ?? [] }])[0]?.ports?.map(({ name }) => name);
  const tcp = { protocol: 'TCP' };
  expect(
    namesOf([
      { name: 'http', port: 8080, ...tcp },
      { name: 'https', port: 8443, ...tcp },
      { name: 'metrics', port: 9090, ...tcp },
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, ...tcp, appProtocol: 'dns' },
    ]),
  ).toEqual(['http', 'dns-tcp', 'metrics', 'dns', 'https']);
  expect(
    namesOf([
      { name: 'a', port: 1, ...tcp },
      { name: 'b', port: 2, ...tcp },
      { name: 'c', port: 3, ...tcp },
    ]),
  ).toEqual(['c', 'b', 'a']);
});
