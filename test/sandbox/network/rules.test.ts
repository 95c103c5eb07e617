import { describe, expect, it } from 'vitest';
import { podNetwork } from '../../../sandbox/network/podnetwork.ts';
import { rulesOf } from '../../../sandbox/network/proxy/rules.ts';
import { findRule, newProxyTable, writeRules } from '../../../sandbox/network/proxy/table.ts';
import { newNetworkState } from '../../../sandbox/network/state.ts';
import type { V1Endpoint, V1EndpointSlice, V1Service } from '../../../sandbox/schema/generated/types.ts';

const NODE = { name: 'a', zone: 'z1' };

function service(spec: V1Service['spec'] = {}): V1Service {
  return {
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.1.1', ports: [{ name: 'http', port: 80, protocol: 'TCP' }], ...spec },
  };
}

function slice(
  endpoints: readonly V1Endpoint[],
  ports: V1EndpointSlice['ports'] = [{ name: 'http', port: 8080 }],
): V1EndpointSlice {
  return { metadata: { name: 'web-1', namespace: 'default' }, addressType: 'IPv4', endpoints, ports: ports ?? null };
}

const READY = { ready: true, serving: true, terminating: false };
const GOING = { ready: false, serving: true, terminating: true };
const GONE = { ready: false, serving: false, terminating: true };

function endpoint(
  n: number,
  nodeName: string,
  conditions: V1Endpoint['conditions'] = READY,
  hints?: V1Endpoint['hints'],
): V1Endpoint {
  return { addresses: [`10.244.0.${n}`], nodeName, ...(conditions ? { conditions } : {}), ...(hints ? { hints } : {}) };
}

const inZone = (name: string) => ({ forZones: [{ name }] });
const onNode = (name: string) => ({ forNodes: [{ name }] });
const addresses = (list: readonly { readonly address: string }[] | undefined) =>
  list?.map(({ address }) => address.split('.')[3]);

function rules(endpoints: readonly V1Endpoint[], spec: V1Service['spec'] = {}) {
  return rulesOf(service(spec), [slice(endpoints)], NODE)[0];
}

describe('the rules for a service', () => {
  it('take endpoints that are ready, and those that end only when none is', () => {
    expect(addresses(rules([endpoint(1, 'a'), endpoint(2, 'b', GOING)])?.cluster)).toEqual(['1']);
    expect(addresses(rules([endpoint(1, 'a', GONE), endpoint(2, 'b', GOING)])?.cluster)).toEqual(['2']);
    expect(rules([endpoint(1, 'a', GONE)])).toMatchObject({ cluster: [], anywhere: false });
  });

  it('take an endpoint without conditions for ready, and each address once', () => {
    const two = rulesOf(service(), [slice([endpoint(1, 'a', undefined)]), slice([endpoint(1, 'a')])], NODE)[0];
    expect(addresses(two?.cluster)).toEqual(['1']);
  });

  it('keep to the node for traffic with the policy Local, ending endpoints of its own included', () => {
    const local = { internalTrafficPolicy: 'Local' };
    expect(addresses(rules([endpoint(1, 'a'), endpoint(2, 'b')], local)?.local)).toEqual(['1']);
    expect(addresses(rules([endpoint(1, 'a', GOING), endpoint(2, 'b')], local)?.local)).toEqual(['1']);
    expect(rules([endpoint(2, 'b')], local)).toMatchObject({ local: [], anywhere: true });
  });

  it('follow hints only when every ready endpoint has one and one of them is for this place', () => {
    const zones = [endpoint(1, 'a', READY, inZone('z1')), endpoint(2, 'b', READY, inZone('z2'))];
    expect(addresses(rules(zones)?.cluster)).toEqual(['1']);
    expect(addresses(rules([...zones, endpoint(3, 'c')])?.cluster)).toEqual(['1', '2', '3']);
    expect(addresses(rules([endpoint(2, 'b', READY, inZone('z2'))])?.cluster)).toEqual(['2']);
    const nodes = [
      endpoint(1, 'a', READY, { ...onNode('a'), ...inZone('z1') }),
      endpoint(2, 'b', READY, { ...onNode('b'), ...inZone('z1') }),
    ];
    expect(addresses(rules(nodes)?.cluster)).toEqual(['1']);
  });

  it('find ports by name and protocol', () => {
    const other = rulesOf(
      service(),
      [slice([endpoint(1, 'a')], [{ name: 'http', port: 53, protocol: 'UDP' }])],
      NODE,
    )[0];
    expect(other?.cluster).toEqual([]);
  });

  it('are none for headless services and aliases', () => {
    expect(rulesOf(service({ clusterIP: 'None' }), [], NODE)).toEqual([]);
    expect(rulesOf(service({ type: 'ExternalName', clusterIP: '' }), [], NODE)).toEqual([]);
  });

  it('go out of a node’s table whole, and leave the doors of others alone', () => {
    const table = newProxyTable();
    const spec = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] };
    writeRules(table, 'default/web', rulesOf(service(spec), [], NODE));
    const rule = (host: string, port: number, own = false) =>
      findRule(table, 'TCP', { host, port }, own)?.rules.service;
    expect([rule('10.96.1.1', 80), rule('172.18.0.2', 30080, true), rule('172.18.0.2', 30080)]).toEqual([
      'default/web',
      'default/web',
      undefined,
    ]);
    writeRules(table, 'default/web', []);
    expect(table.doors.size).toBe(0);
  });
});

describe('addresses of pods', () => {
  const attach = (network: ReturnType<typeof podNetwork>, uid: string, cidr = '10.244.3.0/29') =>
    network.attach({ node: 'a', podCIDRs: cidr === '' ? [] : [cidr], namespace: 'default', name: uid, uid });

  it('are handed out in order, and again only after the range has gone round', () => {
    const network = podNetwork(newNetworkState());
    const take = (uid: string) => {
      const got = attach(network, uid);
      return got.ok ? got.addresses[0] : got.message;
    };
    expect(['1', '2', '3'].map(take)).toEqual(['10.244.3.2', '10.244.3.3', '10.244.3.4']);
    network.detach('a', '2');
    expect(['4', '5', '6', '7'].map(take)).toEqual([
      '10.244.3.5',
      '10.244.3.6',
      '10.244.3.3',
      'plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.3.1-10.244.3.6',
    ]);
  });

  it('wait for the node to have a range', () => {
    expect(attach(podNetwork(newNetworkState()), '1', '')).toEqual({
      ok: false,
      message: 'cni plugin not initialized',
    });
  });
});
