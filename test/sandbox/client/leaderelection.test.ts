import { expect, test } from 'vitest';
import { clusterOf, newCluster, usualSpec } from '../../../sandbox/cluster.ts';
import { CoreEvents, Deployments, Leases, ReplicaSets } from '../../../sandbox/schema/generated/resources.ts';
import { parseTime, seconds } from '../../../sandbox/time/units.ts';

function stage() {
  const cluster = newCluster({ spec: { ...usualSpec(1), dns: 'builtin' } });
  const client = cluster.client();
  cluster.advance(seconds(10));
  const lease = (name: string) => cluster.run(client.get(Leases, { name, namespace: 'kube-system' })).spec;
  const engine = (name: string) => {
    const found = cluster.components.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  const deploy = (name: string): void => {
    const template = {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] },
    };
    const spec = { replicas: 1, selector: { matchLabels: { app: name } }, template };
    cluster.run(client.create(Deployments, { metadata: { name, namespace: 'default' }, spec }));
  };
  const sets = () => cluster.run(client.list(ReplicaSets, 'default')).items.length;
  const ageOf = (name: string) => cluster.loop.now() - (parseTime(lease(name)?.renewTime ?? undefined) ?? 0);
  return { cluster, client, lease, engine, deploy, sets, ageOf };
}

test.each(['kube-controller-manager', 'kube-scheduler'])(
  '%s holds a lease, renews it, and says that it leads',
  (name) => {
    const { cluster, client, lease, ageOf } = stage();
    const first = lease(name);
    expect(first).toMatchObject({ leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(first?.holderIdentity).toMatch(/^control-plane_[0-9a-f-]{36}$/);
    cluster.advance(seconds(60));
    expect(ageOf(name)).toBeLessThanOrEqual(5100);
    const said = cluster
      .run(client.list(CoreEvents, 'kube-system'))
      .items.filter(({ reason, involvedObject }) => reason === 'LeaderElection' && involvedObject.name === name);
    expect(said.map(({ message }) => message)).toEqual([`${first?.holderIdentity} became leader`]);
  },
);

test('a controller manager that comes back waits until the lease of its earlier life has run out', () => {
  const { cluster, lease, engine, deploy, sets, ageOf } = stage();
  const before = lease('kube-controller-manager')?.holderIdentity;
  engine('kube-controller-manager').stop();
  deploy('web');
  cluster.advance(seconds(5));
  expect(ageOf('kube-controller-manager')).toBeGreaterThanOrEqual(5000);
  engine('kube-controller-manager').start();
  cluster.advance(seconds(13));
  expect(sets()).toBe(0);
  cluster.advance(seconds(6));
  expect(sets()).toBe(1);
  expect(lease('kube-controller-manager')?.leaseTransitions).toBe(1);
  expect(lease('kube-controller-manager')?.holderIdentity).not.toBe(before);
});

test('a scheduler that ends in good order gives its lease back, and needn’t wait', () => {
  const { cluster, lease, engine } = stage();
  engine('kube-scheduler').stop();
  cluster.advance(seconds(1));
  expect(lease('kube-scheduler')).toMatchObject({ leaseDurationSeconds: 1 });
  expect(lease('kube-scheduler')?.holderIdentity ?? '').toBe('');
  engine('kube-scheduler').start();
  cluster.advance(seconds(1));
  expect(lease('kube-scheduler')).toMatchObject({ leaseDurationSeconds: 15, leaseTransitions: 1 });
});

test('who is cut off from the API can’t renew its lease', () => {
  const { cluster, engine, ageOf } = stage();
  engine('kube-controller-manager').cutOff(true);
  cluster.advance(seconds(20));
  expect(ageOf('kube-controller-manager')).toBeGreaterThanOrEqual(20_000);
  engine('kube-controller-manager').cutOff(false);
  cluster.advance(seconds(6));
  expect(ageOf('kube-controller-manager')).toBeLessThanOrEqual(5100);
});

test('a copy that is made while a program waits for its lease goes on waiting', () => {
  const { cluster, engine, deploy } = stage();
  engine('kube-controller-manager').stop();
  engine('kube-controller-manager').start();
  cluster.advance(seconds(5));
  deploy('web');
  const copy = clusterOf(cluster.snapshot());
  const sets = () => copy.run(copy.client().list(ReplicaSets, 'default')).items.length;
  copy.advance(seconds(5));
  expect(sets()).toBe(0);
  copy.advance(seconds(10));
  expect(sets()).toBe(1);
});
