// A rolling update of 100 pods while 1,000 requests a second go to their service: what it costs, and what is lost.

import { type Cluster, newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { Deployments, Pods, Services } from '../../sandbox/schema/generated/resources.ts';
import type { V1Container } from '../../sandbox/schema/generated/types.ts';
import { seconds } from '../../sandbox/time/units.ts';
import { type BenchEntry, type Figure, timed } from './entry.ts';

const REPLICAS = 100;
const CLIENTS = 10;
const LABELS = { app: 'web' };

export const traffic: readonly BenchEntry[] = [{ name: 'traffic', run: updates }];

function updates(): Figure[] {
  const right = update({ lifecycle: { preStop: { sleep: { seconds: 5 } } } });
  const wrong = update({});
  return [
    {
      name: 'rolling update of 100 pods under 1,000 requests/s',
      value: right.ms / 1000,
      unit: 's',
      note: `${right.sent} requests`,
    },
    { name: 'requests lost with preStop', value: right.failed, unit: '', limit: 0 },
    { name: 'requests lost without preStop', value: wrong.failed, unit: '', least: 1 },
  ];
}

interface Told {
  readonly ms: number;
  readonly sent: number;
  readonly failed: number;
}

function update(more: Partial<V1Container>): Told {
  const cluster = newCluster({ spec: { ...usualSpec(10), dns: 'builtin' } });
  cluster.advance(seconds(20));
  const { client, run } = cluster;
  const metadata = { name: 'web', namespace: 'default' };
  const readinessProbe = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 };
  const containers = [{ name: 'main', image: 'learn/hello:1.0', readinessProbe, ...more }];
  const template = { metadata: { labels: LABELS }, spec: { containers } };
  run(
    client().create(Deployments, {
      metadata,
      spec: { replicas: REPLICAS, selector: { matchLabels: LABELS }, template },
    }),
  );
  run(client().create(Services, { metadata, spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] } }));
  cluster.advance(seconds(60));
  for (let index = 0; index < CLIENTS; index++) startClient(cluster, index);
  cluster.advance(seconds(10));
  const { ms } = timed(() => {
    run(
      client().patch(Deployments, metadata, {
        type: 'strategic',
        body: { spec: { template: { metadata: { annotations: { v: '2' } } } } },
      }),
    );
    cluster.advance(seconds(60));
  });
  return { ms, ...told(cluster) };
}

function startClient(cluster: Cluster, index: number): void {
  const command = ['sh', '-c', 'load -q -r 100 -d 30 http://web > /dev/termination-log'];
  const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'learn/client:1.0', command }] };
  cluster.run(cluster.client().create(Pods, { metadata: { name: `client-${index}`, namespace: 'default' }, spec }));
}

/** What the clients have written about their requests. */
function told(cluster: Cluster): Omit<Told, 'ms'> {
  let [sent, failed] = [0, 0];
  for (const { status } of cluster.run(cluster.client().list(Pods, 'default')).items) {
    const message = status?.containerStatuses?.[0]?.state?.terminated?.message ?? '';
    const [, all = '0', lost = '0'] = /sent (\d+), failed (\d+)\n(?!.*sent)/s.exec(message) ?? [];
    sent += Number(all);
    failed += Number(lost);
  }
  return { sent, failed };
}
