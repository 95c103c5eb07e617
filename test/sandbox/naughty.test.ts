import { describe, expect, it } from 'vitest';
import { type Cluster, newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { CoreEvents, Nodes, Pods } from '../../sandbox/schema/generated/resources.ts';
import type { V1Container } from '../../sandbox/schema/generated/types.ts';
import { seconds } from '../../sandbox/time/units.ts';

const GOOD: Partial<V1Container> = {
  command: ['httpd', '-f'],
  readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1, failureThreshold: 1 },
};

/** A node with a pod that does no harm and one that does, some seconds later. */
function beside(script: string, more: Partial<V1Container> = {}, length = 12): Cluster {
  const cluster = newCluster({ spec: { ...usualSpec(1), dns: 'builtin' } });
  cluster.advance(seconds(5));
  const create = (name: string, container: Partial<V1Container>): void => {
    const containers = [{ name: 'main', image: 'busybox:1.36', ...container }];
    cluster.run(cluster.client().create(Pods, { metadata: { name, namespace: 'default' }, spec: { containers } }));
  };
  create('good', { ...GOOD, command: ['sh', '-c', 'echo ok > index.html; httpd -f'] });
  cluster.advance(seconds(5));
  create('bad', { command: ['sh', '-c', script], ...more });
  cluster.advance(seconds(length));
  return cluster;
}

function goesOn(cluster: Cluster): void {
  const { client, run } = cluster;
  const { status } = run(client().get(Pods, { name: 'good', namespace: 'default' }));
  expect(status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 });
  for (const node of run(client().list(Nodes)).items)
    expect(node.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  expect(cluster.kernel.state.stored).toBeLessThan(cluster.kernel.bounds.storedBytes);
}

describe('A pod that does harm leaves the rest as it is', () => {
  it('when it forks without end: the host refuses further processes', () => {
    const cluster = beside('b() { b | b & }; b; while :; do sleep 1; done');
    goesOn(cluster);
    expect(cluster.kernel.state.processes.size).toBeLessThanOrEqual(cluster.kernel.bounds.processes);
  });

  it('and is evicted for the sake of the node, which says for a while that processes are scarce', () => {
    const cluster = beside('b() { b | b & }; b; while :; do sleep 1; done', {}, 40);
    const { client, run } = cluster;
    const { status } = run(client().get(Pods, { name: 'bad', namespace: 'default' }));
    expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(status?.message).toMatch(
      /^The node was low on resource: pids\. Threshold quantity: 819, available: \d+\. $/,
    );
    const worker = run(client().list(Nodes)).items.find(({ spec }) =>
      spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/pid-pressure'),
    );
    expect(worker?.status?.conditions?.find(({ type }) => type === 'PIDPressure')?.reason).toBe(
      'KubeletHasInsufficientPID',
    );
    goesOn(cluster);
  });

  it('when it fills the disk: it is evicted, with an event', () => {
    const cluster = beside('yes 0123456789 > /tmp/full; sleep 1000', {
      resources: { limits: { 'ephemeral-storage': '20Mi' } },
    });
    goesOn(cluster);
    const events = cluster.run(cluster.client().list(CoreEvents, 'default')).items;
    expect(events.map(({ message }) => message)).toContain(
      'Pod ephemeral local storage usage exceeds the total limit of containers 20Mi. ',
    );
  });

  it('when it prints a gigabyte: its log is rotated', () => {
    goesOn(beside('yes hello world | head -c 1000000000; sleep 1000', {}, 4));
  });

  it('when it spins, and does not hear signals', () => {
    goesOn(beside("trap '' TERM INT; while :; do :; done"));
  });
});
