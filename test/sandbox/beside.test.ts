import { describe, expect, it } from 'vitest';
import { type Cluster, clusterOf, newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { Deployments, Namespaces, Nodes, Pods } from '../../sandbox/schema/generated/resources.ts';
import { durationMs } from '../../sandbox/time/units.ts';

const SPEC = {
  ...usualSpec(1),
  name: 'west',
  beside: [
    { ...usualSpec(2), name: 'east' },
    { ...usualSpec(1), name: 'north' },
  ],
};

function started(seed = 1): Cluster {
  const cluster = newCluster({ seed, spec: SPEC });
  cluster.advance(durationMs(3000));
  return cluster;
}

function beside(cluster: Cluster, name: string): Cluster {
  const found = cluster.beside.get(name);
  if (found === undefined) throw new Error(`no cluster ${name}`);
  return found;
}

function deploy(cluster: Cluster, name: string): void {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name, image: 'learn/hello:1.0' }] },
  };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  cluster.run(cluster.client().create(Deployments, { metadata: { name, namespace: 'default' }, spec }));
}

function running(cluster: Cluster): readonly string[] {
  const { items } = cluster.run(cluster.client().list(Pods, 'default'));
  return items.filter(({ status }) => status?.phase === 'Running').map(({ metadata }) => metadata?.name ?? '');
}

describe('clusters side by side', () => {
  it('come up together, each with nodes, names and keys of its own', () => {
    const west = started();
    const [east, north] = [beside(west, 'east'), beside(west, 'north')];
    const nodes = [west, east, north].map((one) => one.run(one.client().list(Nodes)).items.length);
    expect(nodes).toEqual([2, 3, 2]);
    const uid = (one: Cluster) => one.run(one.client().get(Namespaces, { name: 'default' })).metadata?.uid;
    expect(new Set([west, east, north].map(uid)).size).toBe(3);
    expect(west.authority().certificate).not.toBe(east.authority().certificate);
  });

  it('do not see each other: what is deployed in one runs there alone', () => {
    const west = started();
    const east = beside(west, 'east');
    deploy(east, 'web');
    west.advance(durationMs(20_000));
    expect([running(west), running(east).length, running(beside(west, 'north'))]).toEqual([[], 2, []]);
    expect(east.loop.now()).toBe(west.loop.now());
  });

  it('are copied as one, and each goes its own way in the copy', () => {
    const west = started();
    deploy(beside(west, 'east'), 'web');
    const copy = clusterOf(west.snapshot());
    copy.advance(durationMs(20_000));
    expect([running(beside(copy, 'east')).length, running(beside(west, 'east'))]).toEqual([2, []]);
    west.advance(durationMs(20_000));
    expect(running(beside(west, 'east'))).toEqual(running(beside(copy, 'east')));
    expect(beside(west, 'east').store.revision()).toBe(beside(copy, 'east').store.revision());
  });
});
