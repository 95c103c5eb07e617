import { expect, test } from 'vitest';
import {
  PersistentVolumeClaims,
  PersistentVolumes,
  RuntimeClasses,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V1PodSpec } from '../../../sandbox/schema/generated/types.ts';
import { newWorld, podOf, type World } from './world.ts';

const STATUS = ['sh', '-c', 'grep -E "Seccomp|NoNewPrivs" /proc/self/status > /dev/termination-log'];

function said(world: World, name: string): string | undefined {
  return world.pod(name)?.status?.containerStatuses?.[0]?.state?.terminated?.message;
}

test('a process sees that its calls are filtered, and that it gains no privileges', () => {
  const world = newWorld();
  const once: Partial<V1PodSpec> = { restartPolicy: 'Never' };
  world.create(podOf('plain', { command: STATUS }, once));
  const securityContext = { allowPrivilegeEscalation: false };
  const seccompProfile = { type: 'RuntimeDefault' };
  world.create(podOf('walled', { command: STATUS, securityContext }, { ...once, securityContext: { seccompProfile } }));
  world.create(
    podOf(
      'privileged',
      { command: STATUS, securityContext: { privileged: true } },
      { ...once, securityContext: { seccompProfile } },
    ),
  );
  world.pass(6);
  expect(said(world, 'plain')).toBe('NoNewPrivs:\t0\nSeccomp:\t0\n');
  expect(said(world, 'walled')).toBe('NoNewPrivs:\t1\nSeccomp:\t2\n');
  expect(said(world, 'privileged')).toBe('NoNewPrivs:\t0\nSeccomp:\t0\n');
});

test('a container whose seccomp profile is not on the node is not created', () => {
  const world = newWorld();
  const securityContext = { seccompProfile: { type: 'Localhost', localhostProfile: 'audit.json' } };
  world.create(podOf('web', { command: ['sleep', '9'], securityContext }));
  world.pass(4);
  expect(world.pod('web')?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('CreateContainerError');
  expect(world.events('web').join('\n')).toContain(
    'cannot load seccomp profile "/var/lib/kubelet/seccomp/audit.json": open /var/lib/kubelet/seccomp/audit.json: no such file or directory',
  );
});

test('a runtime class whose handler no node has gets no sandbox', () => {
  const world = newWorld();
  const { simulator } = world;
  simulator.run(simulator.client().create(RuntimeClasses, { metadata: { name: 'sandboxed' }, handler: 'runsc' }));
  simulator.run(simulator.client().create(RuntimeClasses, { metadata: { name: 'usual' }, handler: 'runc' }));
  world.create(podOf('bad', { command: ['sleep', '9'] }, { runtimeClassName: 'sandboxed' }));
  world.create(podOf('good', { command: ['sleep', '9'] }, { runtimeClassName: 'usual' }));
  world.pass(4);
  expect(world.pod('good')?.status?.phase).toBe('Running');
  expect(world.pod('bad')?.status?.phase).toBe('Pending');
  expect(world.events('bad').join('\n')).toContain(
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "runsc" is configured',
  );
});

test('a mount below another one is there, in whichever order they are listed', () => {
  const world = newWorld();
  const command = ['sh', '-c', 'touch /a/b/x /a/y && ls /a /a/b > /dev/termination-log'];
  const volumes = [
    { name: 'inner', emptyDir: {} },
    { name: 'outer', emptyDir: {} },
  ];
  const volumeMounts = [
    { name: 'inner', mountPath: '/a/b' },
    { name: 'outer', mountPath: '/a' },
  ];
  world.create(podOf('web', { command, volumeMounts }, { volumes, restartPolicy: 'Never' }));
  world.pass(4);
  expect(said(world, 'web')).toBe('/a:\nb\ny\n\n/a/b:\nx\n');
});

test('what a server exports over NFS is the same for pods and claims on every node', () => {
  const world = newWorld({ nodes: 2 });
  const { simulator } = world;
  const client = simulator.client();
  const nfs = { server: 'files.example.com', path: '/exports' };
  const amount = { storage: '1Gi' };
  simulator.run(
    client.create(PersistentVolumes, {
      metadata: { name: 'pv' },
      spec: { capacity: amount, accessModes: ['ReadWriteMany'], nfs, claimRef: { namespace: 'default', name: 'data' } },
    }),
  );
  const claim = simulator.run(
    client.create(PersistentVolumeClaims, {
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteMany'], storageClassName: '', volumeName: 'pv', resources: { requests: amount } },
    }),
  );
  simulator.run(client.updateStatus(PersistentVolumeClaims, { ...claim, status: { phase: 'Bound' } }));
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const write = { command: ['sh', '-c', 'echo hello > /data/f'], volumeMounts };
  world.create(podOf('writer', write, { volumes: [{ name: 'data', nfs }], restartPolicy: 'Never' }));
  world.pass(4);
  const read = { command: ['sh', '-c', 'cat /data/f > /dev/termination-log'], volumeMounts };
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  world.create(podOf('reader', read, { volumes, restartPolicy: 'Never', nodeName: 'node-1' }));
  world.pass(4);
  expect(said(world, 'reader')).toBe('hello\n');
});
