// Whole clusters: how soon one is there, how soon a thousand pods run in it, what a copy costs.

import { newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { ConfigMaps, Deployments, Nodes, Pods } from '../../sandbox/schema/generated/resources.ts';
import { durationMs, seconds } from '../../sandbox/time/units.ts';
import { type BenchEntry, type Figure, median, timed } from './entry.ts';

export const clusters: readonly BenchEntry[] = [
  { name: 'cluster', run: ready },
  { name: 'fork', run: fork },
  { name: 'rollout', run: rollout },
];

function ready(): Figure[] {
  newCluster();
  const rounds = Array.from({ length: 5 }, (_, seed) =>
    timed(() => {
      const cluster = newCluster({ seed });
      for (let at = 0; at < 600 && readyNodes(cluster) < 3; at++) cluster.advance(durationMs(100));
      return readyNodes(cluster);
    }),
  );
  const value = median(rounds.map(({ ms }) => ms));
  return [{ name: 'cluster of 3 nodes ready', value, unit: 'ms', limit: 100, note: `${rounds[0]?.result} nodes` }];
}

function readyNodes(cluster: ReturnType<typeof newCluster>): number {
  const { items } = cluster.run(cluster.client().list(Nodes));
  return items.filter((node) => node.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'))
    .length;
}

function fork(): Figure[] {
  const cluster = newCluster();
  cluster.advance(seconds(30));
  const client = cluster.client();
  for (let at = 0; at < 500; at++) {
    cluster.run(
      client.create(ConfigMaps, { metadata: { name: `c${at}`, namespace: 'default' }, data: { a: `${at}` } }),
    );
  }
  cluster.advance(seconds(5));
  const rounds = Array.from({ length: 9 }, () => timed(() => cluster.snapshot()).ms);
  return [{ name: 'fork of 500 objects', value: median(rounds), unit: 'ms', limit: 20 }];
}

const PODS = 1000;

function rollout(): Figure[] {
  const cluster = newCluster({ spec: usualSpec(100) });
  cluster.advance(seconds(30));
  const before = cluster.store.revision();
  const { ms, result } = timed(() => {
    cluster.run(cluster.client().create(Deployments, nginx()));
    let seconds = 0;
    while (readyPods(cluster) < PODS && seconds < 300) {
      cluster.advance(durationMs(1000));
      seconds++;
    }
    return seconds;
  });
  const writes = cluster.store.revision() - before;
  const note = `${readyPods(cluster)} ready after ${result} s of cluster time, ${(writes / PODS).toFixed(1)} writes a pod`;
  return [{ name: 'rollout of 1,000 pods on 100 nodes', value: ms / 1000, unit: 's', limit: 5, note }];
}

function readyPods(cluster: ReturnType<typeof newCluster>): number {
  const { items } = cluster.run(cluster.client().list(Pods, 'default'));
  return items.filter((pod) => pod.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'))
    .length;
}

function nginx() {
  const container = {
    name: 'nginx',
    image: 'nginx:1.28',
    ports: [{ containerPort: 80 }],
    readinessProbe: { httpGet: { path: '/', port: 80 } },
    resources: { requests: { cpu: '10m', memory: '16Mi' } },
  };
  return {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: PODS,
      selector: { matchLabels: { app: 'web' } },
      strategy: {},
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
    },
  };
}
