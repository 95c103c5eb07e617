import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, it } from 'vitest';
import { ConfigMaps, createCluster } from '../../sandbox/index.ts';
import type { Outlet } from '../../sandbox/outlet.ts';

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
