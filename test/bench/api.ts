// The API server in process: writes, lists, and what they cost when there is much. Beside the writes stands what the least
// of all stores does for them: a map of JSON texts.

import { encodeBody } from '../../sandbox/apiserver/http/encode.ts';
import { bootstrap } from '../../sandbox/bootstrap.ts';
import { ConfigMaps, Pods, ServiceAccounts } from '../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState, type Simulator } from '../../sandbox/simulator.ts';
import { type BenchEntry, type Figure, median, timed } from './entry.ts';

export const api: readonly BenchEntry[] = [
  { name: 'writes', run: writes },
  { name: 'lists', run: lists },
  { name: 'growth', run: growth },
];

const PODS = 3000;
const ORIGIN = { actor: 'bench', causes: [] };

function emptyCluster(): Simulator {
  const cluster = assemble(newSimulatorState());
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  cluster.run(cluster.client().create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } }));
  return cluster;
}

function podNamed(name: string): V1Pod {
  return {
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: {
      containers: [
        {
          name: 'nginx',
          image: 'nginx:1.28',
          ports: [{ containerPort: 80 }],
          readinessProbe: { httpGet: { path: '/', port: 80 } },
          resources: { requests: { cpu: '10m', memory: '16Mi' } },
        },
      ],
    },
  };
}

const NAMES: readonly string[] = Array.from({ length: PODS }, (_, i) => `web-${i}`);

/** How many of them a second. */
function rate(act: (name: string) => void): number {
  return (PODS * 1000) / timed(() => NAMES.forEach(act)).ms;
}

function writes(): Figure[] {
  // Once for the engine to get warm, once to be measured.
  measuredWrites();
  const { create, patch, status, floor } = measuredWrites();
  return [
    { name: 'a map of JSON texts', value: floor, unit: '/s' },
    { name: 'creates in process', value: create, unit: '/s', least: 5000, note: `1/${(floor / create).toFixed(0)}` },
    { name: 'patches in process', value: patch, unit: '/s', least: 5000, note: `1/${(floor / patch).toFixed(0)}` },
    { name: 'status updates', value: status, unit: '/s', least: 15_000, note: `1/${(floor / status).toFixed(0)}` },
  ];
}

function measuredWrites() {
  const cluster = emptyCluster();
  const { run } = cluster;
  const client = cluster.client();
  const texts = new Map<string, string>();
  const floor = rate((name) => texts.set(name, JSON.stringify(podNamed(name))));
  const create = rate((name) => run(client.create(Pods, podNamed(name))));
  const body = { metadata: { labels: { tier: 'front' } } };
  const patch = rate((name) => run(client.patch(Pods, { name, namespace: 'default' }, { type: 'merge', body })));
  const there = new Map(run(client.list(Pods)).items.map((pod) => [pod.metadata?.name ?? '', pod]));
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const status = rate((name) => {
    const pod = there.get(name) ?? {};
    run(client.updateStatus(Pods, { ...pod, status: { ...pod.status, phase: 'Running', conditions: [ready] } }));
  });
  return { floor, create, patch, status };
}

/** Fills a store with pods as they lie in it. */
function filled(count: number): Simulator {
  const cluster = emptyCluster();
  const made = cluster.run(cluster.client().create(Pods, podNamed('web')));
  for (let i = 0; i < count; i++)
    cluster.api.load({ ...made, metadata: { ...made.metadata, name: `web-${i}` } }, ORIGIN);
  return cluster;
}

function lists(): Figure[] {
  const [few, many] = [listing(10_000), listing(150_000)];
  const note = (first: number): string => `${first.toFixed(0)} ms for the first time`;
  return [
    { name: 'list of 10,000 pods as JSON', value: few.again, unit: 'ms', limit: 100, note: note(few.first) },
    { name: 'list of 150,000 pods as JSON', value: many.again, unit: 'ms', limit: 2000, note: note(many.first) },
  ];
}

/** Real milliseconds from the request to the bytes, for the first time and later. */
function listing(count: number): { readonly first: number; readonly again: number } {
  const cluster = filled(count);
  const client = cluster.client();
  const once = () => timed(() => Buffer.from(encodeBody({ ...cluster.run(client.list(Pods)) }, 'json', false))).ms;
  const first = once();
  const again = median([once(), once(), once()]);
  return { first, again };
}

function growth(): Figure[] {
  const few = writeCost(1000);
  const many = writeCost(100_000);
  const note = `${(few * 1000).toFixed(0)} and ${(many * 1000).toFixed(0)} µs`;
  return [{ name: 'a write among 100,000 objects, to 1,000', value: many / few, unit: 'x', limit: 1.3, note }];
}

/** Real milliseconds of a create when there are so many objects. */
function writeCost(count: number): number {
  const cluster = filled(count);
  const client = cluster.client();
  const rounds = Array.from({ length: 5 }, (_, round) => {
    const names = Array.from({ length: 400 }, (__, i) => `c-${round}-${i}`);
    const create = (name: string): unknown =>
      cluster.run(client.create(ConfigMaps, { metadata: { name, namespace: 'default' }, data: { a: name } }));
    return timed(() => names.forEach(create)).ms / names.length;
  });
  return median(rounds);
}
