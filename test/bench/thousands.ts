// A cluster as big as the project promises: 30,000 pods on 1,000 nodes, created by Deployments. It takes minutes, and runs
// only when it is named; K8S_LEARN_BENCH_PODS asks for fewer pods, on as many nodes fewer.

import { type Cluster, newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { Deployments, Pods } from '../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../sandbox/time/units.ts';
import { type BenchEntry, type Figure, timed } from './entry.ts';

const ALL_PODS = 30_000;
const PODS_A_NODE = 30;
const PODS_A_DEPLOYMENT = 100;
/** Cluster time after which a rollout that isn't done is given up. */
const LONGEST_S = 600;
/** What is compared with the cost of a pod in the big cluster: a tenth of it. */
const PART = 10;
const IDLE_S = 60;
const STANDSTILL_MS = 1000;
const MB = 1024 * 1024;

export const thousands: readonly BenchEntry[] = [{ name: 'thousands', run: thousandsOfPods, onlyNamed: true }];

async function thousandsOfPods(): Promise<Figure[]> {
  const pods = Number(process.env['K8S_LEARN_BENCH_PODS'] ?? ALL_PODS);
  const isWhole = pods === ALL_PODS;
  const size = `${pods} pods on ${nodesFor(pods)} nodes`;
  const small = rollOut(Math.ceil(pods / PART)).ms / Math.ceil(pods / PART);
  const { cluster, ms, note } = rollOut(pods);
  const memory = process.memoryUsage().rss / MB;
  const idle = cpuOf(() => cluster.advance(seconds(IDLE_S)));
  const still = await cpuWhile(STANDSTILL_MS);
  return [
    { name: `${size} Running`, value: ms / 1000, unit: 's', note, ...(isWhole ? { limit: 60 } : {}) },
    { name: `memory with ${size}`, value: memory, unit: 'MB', ...(isWhole ? { limit: 1536 } : {}) },
    { name: `cost of a pod against that at ${pods / PART}`, value: ms / pods / small, unit: 'times', limit: 1.5 },
    { name: `idle at 1x with ${size}`, value: (100 * idle) / (IDLE_S * 1000), unit: '% of a core', limit: 5 },
    { name: `standing still with ${size}`, value: (100 * still) / STANDSTILL_MS, unit: '% of a core', limit: 1 },
  ];
}

interface Rollout {
  readonly cluster: Cluster;
  readonly ms: number;
  readonly note: string;
}

/** Makes the cluster first; what is measured begins with the Deployments and ends when the last pod runs. */
function rollOut(pods: number): Rollout {
  const cluster = newCluster({ spec: usualSpec(nodesFor(pods)) });
  cluster.advance(seconds(30));
  const client = cluster.client();
  const { ms, result } = timed(() => {
    for (let at = 0; at * PODS_A_DEPLOYMENT < pods; at++) {
      const replicas = Math.min(PODS_A_DEPLOYMENT, pods - at * PODS_A_DEPLOYMENT);
      cluster.run(client.create(Deployments, deployment(`d${at}`, replicas)));
    }
    let waited = 0;
    for (; waited < LONGEST_S && running(cluster) < pods; waited += 5) cluster.advance(seconds(5));
    return waited;
  });
  return { cluster, ms, note: `${running(cluster)} run after ${result} s of cluster time` };
}

function nodesFor(pods: number): number {
  return Math.ceil(pods / PODS_A_NODE);
}

function running(cluster: Cluster): number {
  const { items } = cluster.run(cluster.client().list(Pods, 'default'));
  return items.filter(({ status }) => status?.phase === 'Running').length;
}

function deployment(name: string, replicas: number) {
  const container = {
    name: 'pause',
    image: 'registry.k8s.io/pause:3.10',
    resources: { requests: { cpu: '10m', memory: '16Mi' } },
  };
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      strategy: {},
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}

/** Milliseconds of processor time that a piece of work takes. */
function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The same while nothing is done for a while. */
async function cpuWhile(ms: number): Promise<number> {
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
