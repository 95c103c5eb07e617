// A control plane of an API server and a scheduler, with short ways to make nodes and pods.

import { bootstrap } from '../../../sandbox/bootstrap.ts';
import { kubeScheduler, type SchedulerOptions } from '../../../sandbox/scheduler/scheduler.ts';
import { Events, Nodes, Pods, PriorityClasses, ServiceAccounts } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Node, V1Pod, V1PodSpec } from '../../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState, type Simulator, type SimulatorState } from '../../../sandbox/simulator.ts';
import { durationMs } from '../../../sandbox/time/units.ts';

export interface Lab {
  readonly cluster: Simulator;
  node(name: string, more?: NodeWish): V1Node;
  pod(name: string, more?: PodWish): V1Pod;
  get(name: string): V1Pod;
  remove(name: string): void;
  /** `n1`, or why there is no node. */
  outcome(name: string): string;
  events(name: string): readonly string[];
  wait(ms?: number): void;
  /** The same cluster once more, from a copy of its state. */
  copy(): Lab;
}

export interface NodeWish {
  readonly cpu?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly effect: string; readonly value?: string }[];
  readonly pods?: string;
}

export interface PodWish {
  readonly cpu?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Partial<V1PodSpec>;
}

export function newLab(options: SchedulerOptions = {}, seed = 1): Lab {
  const lab = labOf(newSimulatorState({ seed }), options);
  const { cluster } = lab;
  const client = cluster.client();
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  cluster.run(client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } }));
  for (const [name, value] of [
    ['low', 10],
    ['high', 1000],
  ] as const)
    cluster.run(client.create(PriorityClasses, { metadata: { name }, value }));
  cluster.api.begin();
  for (const component of cluster.components.values()) component.start();
  lab.wait();
  return lab;
}

function labOf(state: SimulatorState, options: SchedulerOptions): Lab {
  const cluster = assemble(state, { components: [kubeScheduler(options)] });
  const client = cluster.client();
  const lab: Lab = {
    cluster,
    node(name, { cpu = '2', labels = {}, taints, pods = '110' } = {}) {
      const allocatable = { cpu, memory: '8Gi', pods };
      const conditions = [{ type: 'Ready', status: 'True' }];
      const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } };
      const made = cluster.run(
        client.create<V1Node>(Nodes, { metadata, status: { allocatable, capacity: allocatable, conditions } }),
      );
      const { taints: _, ...spec } = made.spec ?? {};
      return cluster.run(client.update(Nodes, { ...made, spec: taints === undefined ? spec : { ...spec, taints } }));
    },
    pod(name, { cpu, labels = {}, spec = {} } = {}) {
      const resources = cpu === undefined ? {} : { requests: { cpu } };
      const metadata = { name, namespace: 'default', labels };
      const containers = [{ name: 'main', image: 'pause', resources }];
      return cluster.run(client.create<V1Pod>(Pods, { metadata, spec: { containers, ...spec } }));
    },
    get: (name) => cluster.run(client.get(Pods, { namespace: 'default', name })),
    remove(name) {
      cluster.run(client.delete(Pods, { namespace: 'default', name }, { gracePeriodSeconds: 0 }));
    },
    outcome(name) {
      const { spec, status } = lab.get(name);
      return spec?.nodeName ?? status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message ?? '';
    },
    events(name) {
      const { items } = cluster.run(client.list(Events, 'default'));
      return items.filter(({ regarding }) => regarding?.name === name).map(({ reason, note }) => `${reason}: ${note}`);
    },
    wait: (ms = 1000) => cluster.advance(durationMs(ms)),
    copy: () => labOf(cluster.snapshot(), options),
  };
  return lab;
}
