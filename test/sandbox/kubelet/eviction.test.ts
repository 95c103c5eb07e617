import { expect, test } from 'vitest';
import { Nodes } from '../../../sandbox/schema/generated/resources.ts';
import { newWorld, podOf } from './world.ts';

test('a pod that writes more than its volume may hold is evicted', () => {
  const world = newWorld();
  const volumes = [{ name: 'data', emptyDir: { sizeLimit: '1Mi' } }];
  const command = ['sh', '-c', 'head -c 3000000 /dev/zero > /data/f; sleep 600'];
  world.create(podOf('greedy', { command, volumeMounts: [{ name: 'data', mountPath: '/data' }] }, { volumes }));
  world.pass(20);
  expect(world.pod('greedy')?.status).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: 'Usage of EmptyDir volume "data" exceeds the limit "1Mi". ',
  });
  expect(world.events('greedy')).toContain('Evicted x1 Usage of EmptyDir volume "data" exceeds the limit "1Mi". ');
  expect(world.errors).toEqual([]);
});

test('a node short of memory says so and gives up the pod that asked for nothing', () => {
  const world = newWorld();
  const { simulator } = world;
  world.create(podOf('modest', { command: ['sleep', '600'], resources: { requests: { memory: '256Mi' } } }));
  world.create(podOf('careless', { command: ['sleep', '600'] }));
  world.pass(3);
  const host = simulator.state.machine.hosts.get('node-0');
  if (host === undefined) throw new Error('there is no such node');
  simulator.kernel.chargeMemory(host.cgroup, host.memory - 80 * 2 ** 20);
  world.pass(15);
  const status = world.pod('careless')?.status;
  expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
  expect(status?.message).toContain('The node was low on resource: memory. Threshold quantity: 100Mi, available: ');
  expect(status?.conditions?.[0]).toMatchObject({ type: 'DisruptionTarget', reason: 'TerminationByKubelet' });
  expect(world.pod('modest')?.status?.phase).toBe('Running');
  const node = simulator.run(simulator.client().get(Nodes, { name: 'node-0' }));
  expect(node.status?.conditions?.find(({ type }) => type === 'MemoryPressure')?.status).toBe('True');
  world.create(podOf('late', {}));
  world.pass(1);
  expect(world.pod('late')?.status).toMatchObject({
    reason: 'Evicted',
    message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
  });
});
