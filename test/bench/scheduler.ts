// How many pods a second get a node in a big cluster: from their being there to their being bound, events included.

import { bootstrap } from '../../sandbox/bootstrap.ts';
import { kubeScheduler } from '../../sandbox/scheduler/scheduler.ts';
import { Nodes, Pods, ServiceAccounts } from '../../sandbox/schema/generated/resources.ts';
import type { V1Pod, V1PodSpec } from '../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState, type Simulator } from '../../sandbox/simulator.ts';
import { seconds } from '../../sandbox/time/units.ts';
import { type BenchEntry, timed } from './entry.ts';

const NODES = 5000;
const PODS = 1000;
const ZONE = 'topology.kubernetes.io/zone';
const HOSTNAME = 'kubernetes.io/hostname';

const SELECTED = { matchLabels: { app: 'measured' } };

/** What makes the measured pods hard to place. */
const KINDS: readonly { readonly name: string; readonly least: number; readonly extra: Partial<V1PodSpec> }[] = [
  { name: 'basic', least: 1000, extra: {} },
  {
    name: 'anti-affinity',
    least: 200,
    extra: {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: SELECTED, topologyKey: HOSTNAME }],
        },
      },
    },
  },
  {
    name: 'zone spreading',
    least: 200,
    extra: {
      topologySpreadConstraints: [
        { maxSkew: 5, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: SELECTED },
      ],
    },
  },
];

export const scheduler: readonly BenchEntry[] = [
  {
    name: 'scheduler',
    run: () =>
      KINDS.map(({ name, least, extra }) => {
        const cluster = bigCluster();
        place(cluster, 'before', {});
        const { ms } = place(cluster, 'measured', extra);
        const note = `${NODES} nodes, ${PODS} pods there already`;
        return { name: `scheduling, ${name}`, value: (PODS * 1000) / ms, unit: 'pods/s', least, note };
      }),
  },
];

function bigCluster(): Simulator {
  const cluster = assemble(newSimulatorState(), { components: [kubeScheduler()] });
  const client = cluster.client();
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  cluster.run(client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } }));
  cluster.api.begin();
  for (const component of cluster.components.values()) component.start();
  const allocatable = { cpu: '4', memory: '32Gi', pods: '110' };
  for (let i = 0; i < NODES; i++) {
    const name = `node-${i}`;
    const metadata = { name, labels: { [HOSTNAME]: name, [ZONE]: `zone-${i % 3}` } };
    const status = { allocatable, capacity: allocatable, conditions: [{ type: 'Ready', status: 'True' }] };
    const made = cluster.run(client.create(Nodes, { metadata, status }));
    if (made.spec?.taints !== undefined)
      cluster.run(client.update(Nodes, { ...made, spec: { ...made.spec, taints: [] } }));
  }
  cluster.advance(seconds(1));
  return cluster;
}

function place(cluster: Simulator, app: string, extra: Partial<V1PodSpec>): { readonly ms: number } {
  const client = cluster.client();
  const container = { name: 'main', image: 'pause', resources: { requests: { cpu: '100m', memory: '500Mi' } } };
  for (let i = 0; i < PODS; i++) {
    const metadata = { name: `${app}-${i}`, namespace: 'default', labels: { app } };
    cluster.run(client.create<V1Pod>(Pods, { metadata, spec: { containers: [container], ...extra } }));
  }
  const { ms } = timed(() => cluster.advance(seconds(5)));
  const pods = cluster.run(client.list(Pods, 'default')).items;
  const left = pods.filter(({ spec }) => spec?.nodeName === undefined).length;
  if (left > 0) throw new Error(`${left} pods have no node`);
  return { ms };
}
