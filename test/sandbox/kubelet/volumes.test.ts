import { expect, test } from 'vitest';
import {
  ConfigMaps,
  PersistentVolumeClaims,
  PersistentVolumes,
  Secrets,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V1PodSpec } from '../../../sandbox/schema/generated/types.ts';
import { newWorld, podOf, type World } from './world.ts';

const IDLE = ['sleep', '3600'];

/** What a command prints in the first container of a pod. */
function run(world: World, pod: string, command: string): string {
  const door = world.door('node-0');
  if (door === undefined) throw new Error('the node has no door');
  const { simulator } = world;
  const where = { namespace: 'default', pod, container: 'main', stdin: false, stdout: true, stderr: true, tty: false };
  const session = simulator.run(door.exec({ ...where, command: ['sh', '-c', command] }));
  world.pass(1);
  let text = '';
  for (const channel of [session.stdout, session.stderr]) {
    while (channel !== undefined) {
      const read = simulator.channels.read(channel);
      if (read.kind !== 'more') break;
      text += new TextDecoder().decode(read.chunk as Uint8Array);
    }
  }
  return text;
}

function configMap(world: World, name: string, data: { readonly [key: string]: string }): void {
  const { simulator } = world;
  simulator.run(simulator.client().create(ConfigMaps, { metadata: { name, namespace: 'default' }, data }));
}

function mounted(world: World, volume: NonNullable<V1PodSpec['volumes']>[number], mount = {}): void {
  const volumeMounts = [{ name: volume.name, mountPath: '/v', ...mount }];
  world.create(podOf('web', { command: IDLE, volumeMounts }, { volumes: [volume] }));
  world.pass(3);
}

test('a changed ConfigMap reaches its volume within the sync period, and never a subPath', () => {
  const world = newWorld();
  configMap(world, 'conf', { a: 'old' });
  const volumes = [{ name: 'conf', configMap: { name: 'conf' } }];
  const volumeMounts = [
    { name: 'conf', mountPath: '/v' },
    { name: 'conf', mountPath: '/single', subPath: 'a' },
  ];
  world.create(podOf('web', { command: IDLE, volumeMounts }, { volumes }));
  world.pass(3);
  expect(run(world, 'web', 'cat /v/a /single')).toBe('oldold');
  const { simulator } = world;
  const patch = { type: 'merge', body: { data: { a: 'new' } } } as const;
  simulator.run(simulator.client().patch(ConfigMaps, { name: 'conf', namespace: 'default' }, patch));
  world.pass(10);
  expect(run(world, 'web', 'cat /v/a')).toBe('old');
  world.pass(85);
  expect(run(world, 'web', 'cat /v/a /single')).toBe('newold');
});

test('secrets are files with the modes that are asked for', () => {
  const world = newWorld();
  const { simulator } = world;
  const data = { user: 'YW5u', pass: 'c2VjcmV0' };
  simulator.run(simulator.client().create(Secrets, { metadata: { name: 's', namespace: 'default' }, data }));
  const items = [{ key: 'pass', path: 'deep/word', mode: 0o440 }];
  mounted(world, { name: 's', secret: { secretName: 's', items, defaultMode: 0o400 } });
  expect(run(world, 'web', 'cat /v/deep/word; echo; ls /v; stat -Lc %a /v/deep/word')).toBe('secret\ndeep\n440\n');
});

test('a missing key, and a host path of another kind, are told in events', () => {
  const world = newWorld();
  configMap(world, 'conf', { a: '1' });
  mounted(world, { name: 'v', configMap: { name: 'conf', items: [{ key: 'b', path: 'b' }] } });
  expect(world.events('web')[0]).toMatch(
    /^FailedMount x\d MountVolume.SetUp failed for volume "v" : references non-existent config key: b$/,
  );
  world.remove('web', 0);
  mounted(world, { name: 'v', hostPath: { path: '/nowhere', type: 'Directory' } });
  expect(world.events('web').at(-1)).toMatch(/hostPath type check failed: \/nowhere is not a directory$/);
});

test('what is written to a claim outlives the pod', () => {
  const world = newWorld();
  const { simulator } = world;
  const client = simulator.client();
  const capacity = { storage: '1Gi' };
  const claimRef = { name: 'data', namespace: 'default' };
  const accessModes = ['ReadWriteOnce'];
  simulator.run(
    client.create(PersistentVolumes, {
      metadata: { name: 'pv' },
      spec: { capacity, accessModes, claimRef, hostPath: { path: '/data/pv' } },
    }),
  );
  const claim = simulator.run(
    client.create(PersistentVolumeClaims, {
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes, resources: { requests: capacity }, volumeName: 'pv', storageClassName: '' },
    }),
  );
  simulator.run(client.updateStatus(PersistentVolumeClaims, { ...claim, status: { phase: 'Bound' } }));
  mounted(world, { name: 'd', persistentVolumeClaim: { claimName: 'data' } });
  run(world, 'web', 'echo kept > /v/file');
  world.remove('web', 0);
  world.pass(5);
  mounted(world, { name: 'd', persistentVolumeClaim: { claimName: 'data' } });
  expect(run(world, 'web', 'cat /v/file')).toBe('kept\n');
  expect(world.errors).toEqual([]);
});

test('a container learns of its pod by variables and files', () => {
  const world = newWorld();
  configMap(world, 'conf', { MODE: 'fast' });
  const env = [
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'conf', key: 'MODE' } } },
    { name: 'GREETING', value: 'hello $(POD) $$(POD) $(NONE)' },
  ];
  const resources = { limits: { memory: '64Mi' } };
  world.create(
    podOf('web', { command: IDLE, env, resources }, { hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }] }),
  );
  world.pass(3);
  expect(run(world, 'web', 'echo $POD $IP $LIMIT $MODE; echo $GREETING; hostname; tail -n 1 /etc/hosts')).toBe(
    'web 10.244.0.2 64 fast\nhello web $(POD) $(NONE)\nweb\n10.1.2.3\tdb\n',
  );
});
