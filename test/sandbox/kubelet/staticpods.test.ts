import { expect, test } from 'vitest';
import { filesOf } from '../../../sandbox/machine/runtime/walk.ts';
import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import { newWorld, type World } from './world.ts';

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata: {name: static}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: main, image: "nginx:1.27"}]
`;

function nodeFiles({ simulator }: World) {
  const host = simulator.state.machine.hosts.get('node-0');
  if (host === undefined) throw new Error('there is no such node');
  return filesOf(simulator.kernel, host.root);
}

test('a manifest on the node is run, mirrored, mirrored again when that is deleted, and gone with its file', () => {
  const world = newWorld();
  const path = '/etc/kubernetes/manifests/static.yaml';
  nodeFiles(world).write(path, MANIFEST);
  world.pass(13);
  const mirror = world.pod('static-node-0');
  expect(mirror?.status?.phase).toBe('Running');
  expect(mirror?.metadata?.ownerReferences?.[0]).toMatchObject({ kind: 'Node', name: 'node-0', controller: true });
  const { simulator } = world;
  simulator.run(simulator.client().delete(Pods, { name: 'static-node-0', namespace: 'default' }));
  world.pass(1);
  expect(world.pod('static-node-0')?.metadata?.uid).not.toBe(mirror?.metadata?.uid);
  world.pass(12);
  expect(world.pod('static-node-0')?.status?.phase).toBe('Running');
  expect(world.pod('static-node-0')?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
  nodeFiles(world).remove(path);
  world.pass(6);
  expect(world.pod('static-node-0')).toBeUndefined();
  expect(world.errors).toEqual([]);
});
