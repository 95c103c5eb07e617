import { expect, test } from 'vitest';
import { planZones, sharesOf } from '../../../sandbox/controllers/endpointslice/topology.ts';
import { CoreEvents, EndpointSlices, Nodes, Pods, Services } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Endpoint, V1Node } from '../../../sandbox/schema/generated/types.ts';
import { nodeNamed, played } from './played.ts';

function endpoints(zones: string): readonly V1Endpoint[] {
  return [...zones].map((zone, i) => ({ addresses: [`10.0.0.${i}`], zone, conditions: { ready: true } }));
}

function zoned(zones: string, shares: Record<string, number>): string | undefined {
  const all = endpoints(zones);
  const { zones: planned, problem } = planZones(all, new Map(Object.entries(shares)));
  return problem ?? all.map((one) => planned?.get(one)).join('');
}

test('endpoints serve their own zones where these have as many as their part of the CPU asks for', () => {
  expect(zoned('aabb', { a: 0.5, b: 0.5 })).toBe('aabb');
  expect(zoned('aaab', { a: 0.75, b: 0.25 })).toBe('aaab');
});

test('zones that have too few are lent endpoints of those that have too many', () => {
  expect(zoned('aaaa', { a: 0.5, b: 0.5 })).toBe('bbaa');
  expect(zoned('aaaaabc', { a: 0.34, b: 0.33, c: 0.33 })).toMatch(/^[abc]{5}bc$/);
});

test('there are no hints where the parts can not be told or met', () => {
  expect(planZones(endpoints('ab'), undefined).problem).toContain('Insufficient Node information');
  expect(zoned('a', { a: 0.5, b: 0.5 })).toBe('Insufficient number of endpoints (1 endpoints, 2 zones)');
  expect(zoned('abcd', { a: 0.31, b: 0.31, c: 0.31, d: 0.07 })).toContain('exceeding overload threshold');
});

test('the parts are those of the CPU of ready nodes that say their zone', () => {
  const node = (zone: string | undefined, cpu: string, ready = 'True'): V1Node => ({
    metadata: { name: 'n', labels: zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone } },
    status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: ready }] },
  });
  expect(sharesOf([node('a', '3'), node('b', '1'), node(undefined, '9', 'False')])).toEqual(
    new Map([
      ['a', 0.75],
      ['b', 0.25],
    ]),
  );
  expect(sharesOf([node('a', '3'), node(undefined, '1')])).toBeUndefined();
});

test('a service that asks for it is told that its zones are served by themselves, and why not', () => {
  const game = played({ nodes: [] });
  for (const [name, zone] of [
    ['w1', 'a'],
    ['w2', 'b'],
  ] as const) {
    const node = nodeNamed(name, game.cluster);
    game.create(Nodes, {
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata?.labels, 'topology.kubernetes.io/zone': zone } },
    });
  }
  game.create(Services, {
    metadata: {
      name: 's',
      namespace: 'default',
      annotations: { 'service.kubernetes.io/topology-mode': 'Auto' },
    },
    spec: { selector: { app: 'e' }, ports: [{ port: 80 }] },
  });
  const pod = (name: string, nodeName: string) =>
    game.create(Pods, {
      metadata: { name, namespace: 'default', labels: { app: 'e' } },
      spec: { nodeName, containers: [{ name: 'c', image: 'x:1' }] },
    });
  const said = () => game.list(CoreEvents).map(({ reason, message }) => `${reason}: ${message}`);
  pod('p1', 'w1');
  game.wait(3);
  expect(said()).toContain(
    'TopologyAwareHintsDisabled: Insufficient number of endpoints (1 endpoints, 2 zones), addressType: IPv4',
  );
  pod('p2', 'w2');
  game.wait(3);
  const slice = game.list(EndpointSlices).find(({ metadata }) => metadata?.generateName === 's-');
  expect(slice?.endpoints?.map(({ zone, hints }) => [zone, hints?.forZones?.map(({ name }) => name)]).sort()).toEqual([
    ['a', ['a']],
    ['b', ['b']],
  ]);
  expect(said()).toContain('TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4');
  game.cluster.run(
    game.client.patch(
      Services,
      { name: 's', namespace: 'default' },
      { type: 'merge', body: { metadata: { annotations: { 'service.kubernetes.io/topology-mode': 'Disabled' } } } },
    ),
  );
  game.wait(3);
  expect(said()).toContain('TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4');
});
