import { expect, test } from 'vitest';
import { Nodes } from '../../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { newWorld, podOf, type World } from './world.ts';

const LOOP = ['sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.2; done'];

function tell(world: World): readonly unknown[] {
  const names = ['web', 'crash', 'job', 'wrong'];
  return names.flatMap((name) => [world.pod(name), ...world.events(name)]);
}

test('a copy of a cluster in the middle of everything goes on as the cluster does', () => {
  const world = newWorld();
  const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 1 };
  world.create(podOf('web', { image: 'nginx:1.27', readinessProbe: probe }));
  world.create(podOf('crash', { command: ['sh', '-c', 'sleep 1; exit 1'] }));
  world.create(podOf('job', { command: ['sleep', '4'] }, { restartPolicy: 'Never' }));
  world.create(podOf('wrong', { image: 'nginx:no-such-tag' }));
  for (const moment of [0.4, 0.3, 1.1]) {
    world.pass(moment);
    const [one, other] = [world.copy(), world.copy()];
    one.pass(4);
    other.pass(4);
    expect(tell(one)).toEqual(tell(other));
  }
  const copy = world.copy();
  copy.pass(12);
  world.pass(12);
  expect(tell(copy)).toEqual(tell(world));
});

test('a node that was deleted comes back when its kubelet is started again', () => {
  const { simulator } = newWorld();
  const client = simulator.client();
  const find = () => simulator.run(client.find(Nodes, { name: 'node-0' }));
  simulator.run(client.delete(Nodes, { name: 'node-0' }));
  simulator.advance(seconds(30));
  expect(find()).toBeUndefined();
  const kubelet = simulator.components.get('kubelet/node-0');
  kubelet?.stop();
  kubelet?.start();
  simulator.advance(seconds(1));
  expect(find()?.metadata?.name).toBe('node-0');
});

test('a kubelet that is started again takes over what runs', () => {
  const world = newWorld();
  world.create(podOf('web', { command: LOOP }));
  world.pass(3);
  const before = world.pod('web')?.status?.containerStatuses?.[0]?.containerID;
  const kubelet = world.simulator.components.get('kubelet/node-0');
  kubelet?.stop();
  world.pass(5);
  kubelet?.start();
  world.pass(3);
  const status = world.pod('web')?.status?.containerStatuses?.[0];
  expect(status?.containerID).toBe(before);
  expect(status?.restartCount).toBe(0);
  world.remove('web');
  world.pass(5);
  expect(world.pod('web')).toBeUndefined();
  expect(world.errors).toEqual([]);
});

test('a pod that was deleted by force is stopped all the same', () => {
  const world = newWorld();
  world.create(podOf('web', { command: ['sleep', '600'] }));
  world.pass(3);
  const { machine } = world.simulator.state;
  expect(machine.containers.size).toBe(1);
  world.remove('web', 0);
  expect(world.pod('web')).toBeUndefined();
  world.pass(8);
  expect(machine.containers.size).toBe(0);
  expect(machine.sandboxes.size).toBe(0);
  expect(machine.volumes.size).toBe(0);
});

test('commands that ask a pod whether it is ready are cancelled once it is being stopped', () => {
  const world = newWorld();
  const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 };
  world.create(podOf('web', { command: ['sleep', '600'], readinessProbe }, { terminationGracePeriodSeconds: 3 }));
  world.pass(3);
  world.remove('web');
  world.pass(2.5);
  const canceled = 'rpc error: code = Canceled desc = context canceled';
  expect(world.events('web')).toContain(
    `Unhealthy x2 Readiness probe errored and resulted in unknown state: ${canceled}`,
  );
  expect(world.pod('web')?.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
});

test('a pod that asks for more than there is fails on its node', () => {
  const world = newWorld();
  world.create(podOf('big', { resources: { requests: { cpu: '3' } } }));
  world.pass(2);
  expect(world.pod('big')?.status).toMatchObject({
    phase: 'Failed',
    reason: 'OutOfcpu',
    message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000",
  });
  expect(world.events('big')).toEqual([
    "OutOfcpu x1 Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000",
  ]);
  world.remove('big');
  world.pass(2);
  expect(world.pod('big')).toBeUndefined();
});

test('nothing of a pod stays on its node', () => {
  const world = newWorld();
  const volumes = [{ name: 'data', emptyDir: {} }];
  world.create(podOf('web', { command: LOOP, volumeMounts: [{ name: 'data', mountPath: '/data' }] }, { volumes }));
  world.pass(3);
  const { machine } = world.simulator.state;
  expect(machine.volumes.size).toBe(2);
  world.remove('web');
  world.pass(5);
  expect([machine.volumes.size, machine.sandboxes.size, machine.containers.size]).toEqual([0, 0, 0]);
  expect(world.simulator.state.network.nodes.get('node-0')?.leases.size).toBe(0);
});

test('a pod whose sidecar ended after its work is over only when that was seen: it stays Running for a moment', () => {
  const world = newWorld();
  const command = (script: string) => ['sh', '-c', script];
  const image = 'busybox:1.36';
  world.create({
    metadata: { name: 'both', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      nodeName: 'node-0',
      initContainers: [
        { name: 'logs', image, restartPolicy: 'Always', command: command("trap 'exit 0' TERM; sleep 99 & wait") },
      ],
      containers: [{ name: 'main', image, command: command('sleep 5') }],
    },
  });
  const phases = new Set<string>();
  for (let tenths = 0; tenths < 150; tenths++) {
    world.pass(0.1);
    const status = world.pod('both')?.status;
    const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    if (all.length === 2 && all.every(({ state }) => state?.terminated !== undefined)) phases.add(status?.phase ?? '');
  }
  expect([...phases]).toEqual(['Running', 'Succeeded']);
});
