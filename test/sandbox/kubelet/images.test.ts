import { expect, test } from 'vitest';
import { encodeBase64 } from '../../../sandbox/kube/go/base64.ts';
import { requireLogin } from '../../../sandbox/machine/images/registry.ts';
import { Secrets } from '../../../sandbox/schema/generated/resources.ts';
import { newWorld, podOf } from './world.ts';

test('an init container whose image is missing keeps all others waiting', () => {
  const world = newWorld();
  const initContainers = [{ name: 'first', image: 'busybox:none' }];
  world.create(podOf('web', { command: ['sleep', '600'] }, { initContainers }));
  world.pass(4);
  const status = world.pod('web')?.status;
  expect(status?.initContainerStatuses?.[0]?.state?.waiting?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
  expect(status?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
});

test('an image that wants a login is pulled with the pod’s pull secret', () => {
  const world = newWorld({ present: ['busybox:1.36'] });
  const { simulator } = world;
  requireLogin(simulator.state.machine.registry, 'docker.io/library/nginx', { user: 'ann', password: 'secret' });
  world.create(podOf('without', { image: 'nginx:1.27' }));
  const config = { auths: { 'https://index.docker.io/v1/': { username: 'ann', password: 'secret' } } };
  simulator.run(
    simulator.client().create(Secrets, {
      metadata: { name: 'pull', namespace: 'default' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': encodeBase64(new TextEncoder().encode(JSON.stringify(config))) },
    }),
  );
  world.create(
    podOf('with', { image: 'nginx:1.27', imagePullPolicy: 'Always' }, { imagePullSecrets: [{ name: 'pull' }] }),
  );
  world.pass(40);
  expect(world.pod('with')?.status?.phase).toBe('Running');
  // The image is on the node by now, but not for who can't have got it.
  const waiting = world.pod('without')?.status?.containerStatuses?.[0]?.state?.waiting;
  expect(waiting?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
  world.create(podOf('never', { image: 'nginx:1.27', imagePullPolicy: 'Never' }));
  world.create(podOf('too', { image: 'nginx:1.27' }, { imagePullSecrets: [{ name: 'pull' }] }));
  world.pass(4);
  expect(world.pod('never')?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
    reason: 'ErrImageNeverPull',
    message: 'Container image "nginx:1.27" is not present with pull policy of Never',
  });
  expect(world.pod('too')?.status?.phase).toBe('Running');
});

test('a pull secret of another type is not read, and one that is missing is told of', () => {
  const world = newWorld({ present: ['busybox:1.36'] });
  const { simulator } = world;
  requireLogin(simulator.state.machine.registry, 'docker.io/library/nginx', { user: 'ann', password: 'secret' });
  const config = { auths: { 'https://index.docker.io/v1/': { username: 'ann', password: 'secret' } } };
  simulator.run(
    simulator.client().create(Secrets, {
      metadata: { name: 'opaque', namespace: 'default' },
      type: 'Opaque',
      data: { '.dockerconfigjson': encodeBase64(new TextEncoder().encode(JSON.stringify(config))) },
    }),
  );
  const imagePullSecrets = [{ name: 'opaque' }, { name: 'elsewhere' }];
  world.create(podOf('web', { image: 'nginx:1.27' }, { imagePullSecrets }));
  world.pass(4);
  expect(world.pod('web')?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toMatch(
    /^(ErrImagePull|ImagePullBackOff)$/,
  );
  expect(world.events('web')).toContainEqual(
    expect.stringContaining('Unable to retrieve some image pull secrets (elsewhere); attempting'),
  );
});

test('one image is mounted in a container of another', () => {
  const world = newWorld({ present: ['busybox:1.36'] });
  const volumes = [{ name: 'pages', image: { reference: 'nginx:1.27', pullPolicy: 'IfNotPresent' } }];
  const volumeMounts = [{ name: 'pages', mountPath: '/pages' }];
  const command = ['sh', '-c', 'ls /pages/etc/nginx/nginx.conf && sleep 600'];
  world.create(podOf('reader', { command, volumeMounts }, { volumes }));
  world.pass(9);
  expect(world.pod('reader')?.status?.containerStatuses?.[0]?.state?.running).toBeDefined();
  expect(world.events('reader')).toContain('Pulling x1 Pulling image "nginx:1.27"');
});
