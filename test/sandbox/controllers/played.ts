// A control plane whose nodes are only played: pods become ready, end and vanish as a kubelet would have them do, without
// anything that runs.

import { bootstrap } from '../../../sandbox/bootstrap.ts';
import type { Client } from '../../../sandbox/client/client.ts';
import type { ComponentEngine } from '../../../sandbox/client/component.ts';
import { keyOf } from '../../../sandbox/client/informer.ts';
import { controllerManager } from '../../../sandbox/controllers/controllermanager.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../sandbox/kube/resource.ts';
import { reasonOf } from '../../../sandbox/kube/status.ts';
import { kubeScheduler } from '../../../sandbox/scheduler/scheduler.ts';
import { Leases, Nodes, Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Node, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import {
  assemble,
  type ComponentDefinition,
  newSimulatorState,
  type Simulator,
  type SimulatorOptions,
} from '../../../sandbox/simulator.ts';
import type { Work } from '../../../sandbox/time/loop.ts';
import { rfc3339, rfc3339Micro, seconds } from '../../../sandbox/time/units.ts';

/** What a played kubelet makes of a pod. */
export type Fate = 'ready' | 'Succeeded' | 'Failed' | 'nothing';

export interface PlayedOptions extends SimulatorOptions {
  readonly nodes?: readonly string[];
  /** Asked for each pod that has a node; ready unless its labels say `fate`. */
  readonly fate?: (pod: V1Pod) => Fate;
  readonly components?: readonly ComponentDefinition[];
  /** Told what went wrong in a component. */
  readonly failed?: (component: string, queue: string, key: string, error: unknown) => void;
}

export interface Played {
  readonly cluster: Simulator;
  readonly client: Client;
  /** Nodes that don't answer: nothing happens on them, and they renew no lease. */
  readonly dead: Set<string>;
  create<T extends KubeObject>(type: ResourceType<T>, object: T): T;
  get<T extends KubeObject>(type: ResourceType<T>, name: string, namespace?: string): T | undefined;
  list<T extends KubeObject>(type: ResourceType<T>, namespace?: string): readonly T[];
  /** Lets seconds of cluster time pass. */
  wait(time: number): void;
}

const ADMIN_GROUPS = ['system:masters', 'system:authenticated'];

export function played(options: PlayedOptions = {}): Played {
  const { nodes = ['w1', 'w2'], fate = byLabel, failed } = options;
  const dead = new Set<string>();
  const cluster = assemble(newSimulatorState(options), {
    components: options.components ?? [controllerManager(), kubeScheduler(), kubelets(fate, dead)],
    ...(failed === undefined ? {} : { failed }),
  });
  const client = cluster.client();
  const game: Played = {
    cluster,
    client,
    dead,
    create: (type, object) => cluster.run(client.create(type, object)),
    get: (type, name, namespace = 'default') =>
      cluster.run(client.find(type, type.namespaced ? { name, namespace } : { name })),
    list: (type, namespace = 'default') =>
      cluster.run(client.list(type, type.namespaced ? namespace : undefined)).items,
    wait: (time) => cluster.advance(seconds(time)),
  };
  bootstrap(cluster, { address: '172.18.0.2', port: 6443 });
  cluster.api.begin();
  for (const component of cluster.components.values()) component.start();
  for (const name of nodes) game.create(Nodes, nodeNamed(name, cluster));
  game.wait(1);
  return game;
}

export function nodeNamed(name: string, cluster: Simulator): V1Node {
  const time = rfc3339(cluster.loop.now());
  const resources = { cpu: '64', memory: '64Gi', pods: '1000' };
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'ready',
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  };
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { capacity: resources, allocatable: resources, conditions: [ready] },
  };
}

function byLabel({ metadata }: V1Pod): Fate {
  const fate = metadata?.labels?.['fate'];
  return fate === 'Succeeded' || fate === 'Failed' || fate === 'nothing' ? fate : 'ready';
}

/** All kubelets in one program. */
export function kubelets(fate: (pod: V1Pod) => Fate, dead: ReadonlySet<string>): ComponentDefinition {
  return {
    name: 'kubelets',
    user: { name: 'system:nodes', groups: ADMIN_GROUPS },
    setup: (component) => setup(component, fate, dead),
  };
}

function setup(component: ComponentEngine, fate: (pod: V1Pod) => Fate, dead: ReadonlySet<string>): void {
  const pods = component.informer(Pods);
  const nodes = component.informer(Nodes);
  const queue = component.queue('pods', function* (key, turn) {
    const pod = pods.get(key);
    const node = pod?.spec?.nodeName;
    if (pod === undefined || node === undefined || dead.has(node)) return undefined;
    const { name = '', namespace, deletionTimestamp } = pod.metadata ?? {};
    if (deletionTimestamp !== undefined) {
      yield* quietly(turn.client.delete(Pods, { name, namespace }, { gracePeriodSeconds: 0 }));
      return undefined;
    }
    const status = statusFor(pod, fate(pod), rfc3339(turn.now()), addressOf(key));
    if (status === undefined) return undefined;
    yield* quietly(
      turn.client.patch(Pods, { name, namespace }, { type: 'strategic', subresource: 'status', body: { status } }),
    );
    return undefined;
  });
  pods.on(({ type, object, causes }) => {
    if (type !== 'deleted' && object.spec?.nodeName !== undefined) queue.add(keyOf(object), causes);
  });
  const beat = component.timer<object>('leases', function* (_, turn) {
    beat.post({}, seconds(10), []);
    for (const { metadata } of nodes.list()) {
      const name = metadata?.name ?? '';
      if (!dead.has(name)) yield* renew(turn.client, name, rfc3339Micro(turn.now()));
    }
    for (const pod of pods.list()) queue.add(keyOf(pod), []);
  });
  component.onStart(() => beat.post({}, undefined, []));
}

function* renew(client: Client, name: string, renewTime: string): Work<void> {
  const ref = { name, namespace: 'kube-node-lease' };
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
  const known = yield* client.find(Leases, ref);
  if (known === undefined) yield* client.create(Leases, { metadata: ref, spec });
  else yield* client.update(Leases, { ...known, spec });
}

/** A number for a name, so that a pod has the same address in each run. */
function addressOf(key: string): string {
  let hash = 7;
  for (const letter of key) hash = (hash * 31 + letter.charCodeAt(0)) % 62_500;
  return `10.244.${Math.floor(hash / 250)}.${(hash % 250) + 2}`;
}

function statusFor({ spec, status }: V1Pod, fate: Fate, time: string, podIP: string) {
  if (fate === 'nothing' || status?.phase === 'Succeeded' || status?.phase === 'Failed') return undefined;
  const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
  if (fate === 'ready' && status?.phase === 'Running' && isReady === true) return undefined;
  const ended = fate !== 'ready';
  const exitCode = fate === 'Failed' ? 1 : 0;
  return {
    phase: ended ? fate : 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: time,
    conditions: [{ type: 'Ready', status: ended ? 'False' : 'True', lastTransitionTime: time }],
    containerStatuses: (spec?.containers ?? []).map(({ name, image = '' }) => ({
      name,
      image,
      imageID: 'x',
      restartCount: 0,
      ready: !ended,
      state: ended ? { terminated: { exitCode, startedAt: time, finishedAt: time } } : { running: { startedAt: time } },
    })),
  };
}

function* quietly<T>(work: Work<T>): Work<void> {
  try {
    yield* work;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== 'NotFound' && reason !== 'Conflict') throw error;
  }
}
