import { expect, test } from 'vitest';
import { Leases, Nodes, Pods } from '../../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { newWorld, podOf } from './world.ts';

test('a pod that names its node is pulled, started and ready', () => {
  const world = newWorld();
  world.create(podOf('web', { image: 'nginx:1.27' }));
  world.pass(3);
  expect(world.errors).toEqual([]);
  expect(world.events('web')).toEqual([
    'Pulled x1 Container image "nginx:1.27" already present on machine and can be accessed by the pod',
    'Created x1 Container created',
    'Started x1 Container started',
  ]);
  const status = world.pod('web')?.status;
  expect(status?.phase).toBe('Running');
  expect(status?.podIP).toBe('10.244.0.2');
  expect(status?.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
    'PodReadyToStartContainers=True',
    'Initialized=True',
    'Ready=True',
    'ContainersReady=True',
    'PodScheduled=True',
  ]);
  expect(status?.containerStatuses?.[0]).toMatchObject({ ready: true, started: true, restartCount: 0 });
});

test('a wrong tag ends in ErrImagePull, then ImagePullBackOff, and runs once the image is mended', () => {
  const world = newWorld();
  world.create(podOf('typo', { image: 'nginx:no-such-tag' }));
  const reason = () => world.pod('typo')?.status?.containerStatuses?.[0]?.state?.waiting?.reason;
  world.pass(4);
  expect(reason()).toBe('ErrImagePull');
  world.pass(15);
  expect(reason()).toBe('ImagePullBackOff');
  const { simulator } = world;
  const fix = { type: 'strategic', body: { spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } } } as const;
  simulator.run(simulator.client().patch(Pods, { name: 'typo', namespace: 'default' }, fix));
  world.pass(3);
  expect(world.pod('typo')?.status?.phase).toBe('Running');
  expect(world.errors).toEqual([]);
});

test('a node is registered, ready, and renews its lease', () => {
  const { simulator } = newWorld();
  const client = simulator.client();
  const node = simulator.run(client.get(Nodes, { name: 'node-0' }));
  expect(node.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
    'MemoryPressure=False',
    'DiskPressure=False',
    'PIDPressure=False',
    'Ready=True',
  ]);
  const renewed = () =>
    simulator.run(client.get(Leases, { name: 'node-0', namespace: 'kube-node-lease' })).spec?.renewTime;
  const before = renewed();
  simulator.advance(seconds(11));
  expect(renewed()).not.toBe(before);
});
