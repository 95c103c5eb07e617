import { describe, expect, it } from 'vitest';
import { cloudController } from '../../../sandbox/network/cloud.ts';
import { Namespaces, Services } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Service } from '../../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState } from '../../../sandbox/simulator.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { openToAll } from './lab.ts';

function cluster() {
  const simulator = assemble(newSimulatorState(), { components: [cloudController()] });
  const client = simulator.client();
  simulator.run(client.create(Namespaces, { metadata: { name: 'default' } }));
  openToAll(simulator);
  for (const component of simulator.components.values()) component.start();
  const put = (name: string, type: string): V1Service =>
    simulator.run(
      client.create(Services, {
        metadata: { name, namespace: 'default' },
        spec: { type, ports: [{ port: 80, protocol: 'TCP' }] },
      }),
    );
  const address = (name: string) =>
    simulator.run(client.get(Services, { name, namespace: 'default' })).status?.loadBalancer?.ingress?.[0]?.ip;
  return { simulator, client, put, address };
}

describe('a cloud', () => {
  it('gives a load balancer its address after a while, and each another', () => {
    const { simulator, put, address } = cluster();
    put('a', 'LoadBalancer');
    put('b', 'LoadBalancer');
    put('c', 'ClusterIP');
    simulator.advance(seconds(15));
    expect(address('a')).toBeUndefined();
    simulator.advance(seconds(10));
    expect([address('a'), address('b'), address('c')].sort()).toEqual(['172.19.0.100', '172.19.0.101', undefined]);
  });

  it('takes the address back when the service is of another type', () => {
    const { simulator, client, put, address } = cluster();
    put('a', 'LoadBalancer');
    simulator.advance(seconds(30));
    const ref = { name: 'a', namespace: 'default' };
    simulator.run(client.patch(Services, ref, { type: 'merge', body: { spec: { type: 'ClusterIP' } } }));
    simulator.advance(seconds(5));
    expect(address('a')).toBeUndefined();
  });
});
