import { connect } from 'node:net';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, it } from 'vitest';
import { ConfigMaps, createCluster } from '../../sandbox/index.ts';
import { filesOf } from '../../sandbox/machine/runtime/walk.ts';
import type { Outlet } from '../../sandbox/outlet.ts';

const MANIFEST = '/etc/kubernetes/manifests/kube-apiserver.yaml';

const outlets: Outlet[] = [];
afterEach(async () => {
  for (const outlet of outlets.splice(0)) await outlet.close();
});

it('a program in another process finds the cluster of a test by a kubeconfig', async () => {
  const cluster = await createCluster();
  const outlet = await cluster.serve();
  outlets.push(outlet);
  const config = new KubeConfig();
  config.loadFromString(outlet.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const { items } = await api.listNode();
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(['control-plane', 'worker-1', 'worker-2']);
  await api.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'a' }, data: { k: 'v' } } });
  expect((await cluster.client().get(ConfigMaps, { name: 'a', namespace: 'default' })).data).toEqual({ k: 'v' });
});

it('nobody is let in as long as the API server is stopped', async () => {
  const cluster = await createCluster();
  await cluster.advance('30s');
  const outlet = await cluster.serve({ speed: 100 });
  outlets.push(outlet);
  const connects = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(outlet.port, '127.0.0.1', () => resolve(true));
      socket.once('connect', () => socket.destroy()).once('error', () => resolve(false));
    });
  const { kernel } = cluster.cluster;
  const host = kernel.state.hosts.get('control-plane');
  if (host === undefined) throw new Error('there is no such machine');
  const files = filesOf(kernel, host.root);
  const text = files.readText(MANIFEST);
  files.remove(MANIFEST);
  await expect.poll(connects, { timeout: 10_000 }).toBe(false);
  files.write(MANIFEST, text);
  await expect.poll(connects, { timeout: 10_000 }).toBe(true);
});
