// What containers cost over a long time: a day of short jobs, one that prints without end, the heap of many pods.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Cluster, newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { CronJobs, Deployments, Pods } from '../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../sandbox/time/units.ts';
import { type BenchEntry, type Figure, median, timed } from './entry.ts';

export const containers: readonly BenchEntry[] = [
  { name: 'day', run: day },
  { name: 'printing', run: printing },
  { name: 'heap', run: heap },
];

const HOURS = 24;

function settled(nodes: number): Cluster {
  const cluster = newCluster({ spec: { ...usualSpec(nodes), dns: 'builtin' } });
  cluster.advance(seconds(20));
  return cluster;
}

function day(): Figure[] {
  const cluster = settled(1);
  const containers = [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'date'] }];
  const template = { spec: { restartPolicy: 'Never', containers } };
  const metadata = { name: 'tick', namespace: 'default' };
  const spec = { schedule: '* * * * *', jobTemplate: { spec: { template } } };
  cluster.run(cluster.client().create(CronJobs, { metadata, spec }));
  const { ms } = timed(() => cluster.advance(seconds(HOURS * 3600)));
  const name = 'a day with a job each minute';
  return [{ name, value: ms / 1000, unit: 's', limit: 20, note: `${cluster.store.revision()} revisions` }];
}

/** Short lines are the dearest. The program pays for them with its own processor's time. */
function printing(): Figure[] {
  const cluster = settled(1);
  const containers = [{ name: 'main', image: 'busybox:1.36', command: ['yes', 'hello'] }];
  cluster.run(
    cluster.client().create(Pods, { metadata: { name: 'loud', namespace: 'default' }, spec: { containers } }),
  );
  cluster.advance(seconds(10));
  const times = Array.from({ length: 10 }, () => timed(() => cluster.advance(seconds(1))).ms);
  const name = 'a second of a container that prints without end';
  return [{ name, value: median(times), unit: 'ms', limit: 100, note: 'a tenth of a core' }];
}

const PODS = 2000;

function heap(): Figure[] {
  const cluster = settled(20);
  const before = heapUsed();
  cluster.run(cluster.client().create(Deployments, deployment()));
  for (let at = 0; at < 300 && running(cluster) < PODS; at++) cluster.advance(seconds(1));
  // Changes of the past are kept for five minutes; what is measured is what stays.
  cluster.advance(seconds(600));
  const value = (heapUsed() - before) / PODS / 1024;
  return [
    {
      name: 'heap of a running pod',
      value,
      unit: 'KiB',
      note: `${running(cluster)} pods, with the changes that are kept`,
    },
  ];
}

function deployment() {
  const labels = { app: 'web' };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] },
  };
  const spec = { replicas: PODS, selector: { matchLabels: labels }, template };
  return { metadata: { name: 'web', namespace: 'default' }, spec };
}

function running(cluster: Cluster): number {
  const { items } = cluster.run(cluster.client().list(Pods, 'default'));
  return items.filter(({ status }) => status?.phase === 'Running').length;
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}
