import { describe, expect, it } from 'vitest';
import { type Cluster, clusterOf, newCluster, usualSpec } from '../../../../sandbox/cluster.ts';
import { APIServices, Pods } from '../../../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../../../sandbox/time/units.ts';

const GROUP = { group: 'metrics.k8s.io', version: 'v1beta1' };
const PodMetrics = { ...GROUP, resource: 'pods', kind: 'PodMetrics', namespaced: true };
const NodeMetrics = { ...GROUP, resource: 'nodes', kind: 'NodeMetrics', namespaced: false };

function metered(metrics = true): Cluster {
  return newCluster({ spec: { ...usualSpec(1), dns: 'builtin', ...(metrics ? { metrics } : {}) } });
}

function withBusyPod(script = 'while :; do :; done'): Cluster {
  const cluster = metered();
  cluster.advance(seconds(30));
  const command = ['sh', '-c', script];
  const resources = { limits: { cpu: '100m' } };
  cluster.run(
    cluster.client().create(Pods, {
      metadata: { name: 'busy', namespace: 'default', labels: { app: 'busy' } },
      spec: { containers: [{ name: 'loop', image: 'busybox:1.36', command, resources }] },
    }),
  );
  cluster.advance(seconds(90));
  return cluster;
}

describe('the metrics server', () => {
  it('has figures of nodes and of what really runs', () => {
    const cluster = withBusyPod();
    const { metadata, items } = cluster.run(cluster.client().list(PodMetrics, 'default'));
    expect(metadata).toEqual({});
    expect(items).toMatchObject([
      { metadata: { name: 'busy', labels: { app: 'busy' } }, window: '15s', containers: [{ name: 'loop' }] },
    ]);
    expect(items[0]).toHaveProperty('containers.0.usage.cpu', expect.stringMatching(/^(100m|(99|100)\d+[un])$/));
    const nodes = cluster.run(cluster.client().list(NodeMetrics)).items;
    expect(nodes.map((node) => node.metadata?.name)).toEqual(['control-plane', 'worker-1']);
  });

  it('counts what lies in /dev/shm as memory of the container', () => {
    const cluster = withBusyPod('dd if=/dev/zero of=/dev/shm/x bs=1M count=20; sleep 3600');
    const [pod] = cluster.run(cluster.client().list(PodMetrics, 'default')).items;
    expect(pod).toHaveProperty('containers.0.usage.memory', expect.stringMatching(/^2[01]\d{3}Ki$/));
  });

  it('lets label and field selectors choose', () => {
    const cluster = withBusyPod();
    const count = (options: object): number =>
      cluster.run(cluster.client().list(PodMetrics, 'default', options)).items.length;
    expect(count({ labelSelector: 'app=busy' })).toBe(1);
    expect(count({ labelSelector: 'app!=busy' })).toBe(0);
    expect(count({ fieldSelector: 'metadata.name=busy' })).toBe(1);
    expect(() => count({ fieldSelector: 'status.phase=Running' })).toThrow(
      '"status.phase" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  it('knows neither pods that are not there nor writing', () => {
    const cluster = withBusyPod();
    const client = cluster.client();
    expect(() => cluster.run(client.get(PodMetrics, { name: 'x', namespace: 'default' }))).toThrow(
      'pods "x" not found',
    );
    expect(() => cluster.run(client.get(NodeMetrics, { name: 'x' }))).toThrow('node "x" not found');
    expect(() => cluster.run(client.delete(PodMetrics, { name: 'busy', namespace: 'default' }))).toThrow(
      'the server does not allow this method on the requested resource',
    );
  });

  it('is served as long as its APIService is there', () => {
    const cluster = withBusyPod();
    const served = (): boolean => cluster.api.registry.all().some(({ type }) => type.group === GROUP.group);
    expect(served()).toBe(true);
    cluster.run(cluster.client().delete(APIServices, { name: 'v1beta1.metrics.k8s.io' }));
    expect(served()).toBe(false);
  });

  it('goes on in a copy of the cluster', () => {
    const copy = clusterOf(withBusyPod().snapshot());
    const time = () => copy.run(copy.client().list(PodMetrics, 'default')).items[0]?.['timestamp'];
    const before = time();
    copy.advance(seconds(15));
    expect(before).toBeDefined();
    expect(time()).not.toBe(before);
  });

  it('is not there unless it was asked for', () => {
    const cluster = metered(false);
    cluster.advance(seconds(60));
    expect(() => cluster.run(cluster.client().list(PodMetrics, 'default'))).toThrow(
      'the server could not find the requested resource',
    );
  });
});
