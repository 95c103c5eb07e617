import { describe, expect, it } from 'vitest';
import { ConfigMaps, createCluster, Deployments, Namespaces, ReplicaSets, restore } from '../../sandbox/index.ts';

describe('a cluster as a library', () => {
  it('is there at once, and has a client', async () => {
    const cluster = await createCluster();
    const client = cluster.client();
    const { items } = await client.list(Namespaces);
    expect(items.map(({ metadata }) => metadata?.name)).toContain('kube-system');
    await expect(client.get(ConfigMaps, { name: 'no', namespace: 'default' })).rejects.toMatchObject({
      status: { reason: 'NotFound', code: 404 },
    });
  });

  it('lets time pass, and waits for what a test waits for', async () => {
    const cluster = await createCluster({ startTime: '2030-05-06T07:08:09Z' });
    expect(cluster.now()).toBe('2030-05-06T07:08:09.000Z');
    await cluster.advance('1m30s');
    expect(cluster.now()).toBe('2030-05-06T07:09:39.000Z');
    const client = cluster.client();
    await client.create(Deployments, deployment('web'));
    await cluster.until(async () => (await client.list(ReplicaSets, 'default')).items.length === 1, '10s');
    await expect(cluster.until(() => false, '10s')).rejects.toThrow('it did not hold within 10s of cluster time');
  });

  it('can be copied and begun again', async () => {
    const cluster = await createCluster();
    await cluster.client().create(ConfigMaps, { metadata: { name: 'a', namespace: 'default' } });
    const snapshot = cluster.snapshot();
    const fork = cluster.fork();
    await fork.client().delete(ConfigMaps, { name: 'a', namespace: 'default' });
    for (const other of [cluster, restore(snapshot), restore(snapshot)]) {
      await expect(other.client().get(ConfigMaps, { name: 'a', namespace: 'default' })).resolves.toBeDefined();
    }
    await expect(fork.client().find(ConfigMaps, { name: 'a', namespace: 'default' })).resolves.toBeUndefined();
  });

  it('lets its components fail', async () => {
    const cluster = await createCluster();
    cluster.component('kube-controller-manager').stop();
    await cluster.client().create(Deployments, deployment('web'));
    await cluster.advance('1m');
    expect((await cluster.client().list(ReplicaSets, 'default')).items).toHaveLength(0);
    cluster.component('kube-controller-manager').start();
    await cluster.advance('20s');
    expect((await cluster.client().list(ReplicaSets, 'default')).items).toHaveLength(1);
    expect(() => cluster.component('nobody')).toThrow('no component is called nobody');
  });
});

function deployment(name: string) {
  const labels = { app: name };
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image: 'nginx' }] } },
    },
  };
}
