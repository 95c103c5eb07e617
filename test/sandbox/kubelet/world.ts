// A small world for tests of kubelets: an API server, nodes with machines, and nobody who schedules: pods name their node.

import type { NodeDoor } from '../../../sandbox/kube/nodedoor.ts';
import { type KubeletNode, kubelets } from '../../../sandbox/kubelet/definitions.ts';
import { CATALOGUE } from '../../../sandbox/machine/images/catalogue.ts';
import { buildImages } from '../../../sandbox/machine/images/format.ts';
import { PROGRAMS } from '../../../sandbox/machine/programs/table.ts';
import { storeImage } from '../../../sandbox/machine/runtime/pulls.ts';
import { podNetwork } from '../../../sandbox/network/podnetwork.ts';
import { type NetworkState, newNetworkState } from '../../../sandbox/network/state.ts';
import {
  ConfigMaps,
  CoreEvents,
  Namespaces,
  Pods,
  ServiceAccounts,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V1Pod, V1PodSpec } from '../../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState, type Simulator, type SimulatorState } from '../../../sandbox/simulator.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { directFabric } from '../machine/directfabric.ts';

const IMAGES = [...buildImages(CATALOGUE)];
const GIB = 2 ** 30;

export function testNode(index: number): KubeletNode {
  return {
    name: `node-${index}`,
    cores: 2,
    memory: 8 * GIB,
    disk: 100 * GIB,
    labels: {},
    taints: [],
    address: `172.18.0.${index + 2}`,
    podCIDR: `10.244.${index}.0/24`,
  };
}

export interface World {
  readonly simulator: Simulator<WorldState>;
  readonly errors: unknown[];
  door(node: string): NodeDoor | undefined;
  create(pod: V1Pod): V1Pod;
  pod(name: string): V1Pod | undefined;
  remove(name: string, grace?: number): void;
  /** Runs the clock. */
  pass(howLong: number): void;
  /** `reason xN message` of the events about an object, in their order. */
  events(name: string): readonly string[];
  /** Another world that goes on from the same moment. */
  copy(): World;
}

interface WorldState extends SimulatorState {
  readonly network: NetworkState;
  readonly nodes: readonly KubeletNode[];
}

export function newWorld({
  nodes = 1,
  present = ['busybox:1.36', 'nginx:1.27'],
}: {
  readonly nodes?: number;
  readonly present?: readonly string[];
} = {}): World {
  const world = worldOf({
    ...newSimulatorState({ images: IMAGES }),
    network: newNetworkState(),
    nodes: Array.from({ length: nodes }, (_, index) => testNode(index)),
  });
  const { simulator } = world;
  const client = simulator.client();
  for (const name of ['default', 'kube-node-lease']) simulator.run(client.create(Namespaces, { metadata: { name } }));
  simulator.run(client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'default' } }));
  const ca = { metadata: { name: 'kube-root-ca.crt', namespace: 'default' }, data: { 'ca.crt': 'a certificate' } };
  simulator.run(client.create(ConfigMaps, ca));
  for (const name of present) load(simulator, name);
  simulator.api.begin();
  for (const component of simulator.components.values()) component.start();
  simulator.advance(seconds(2));
  return world;
}

/** Puts an image on all nodes. */
function load({ state, kernel }: Simulator<WorldState>, name: string): void {
  const [repository = '', tag = ''] = name.split(':');
  const image = IMAGES.find((one) => one.repository === `docker.io/library/${repository}` && one.tags.includes(tag));
  if (image === undefined) throw new Error(`there is no image ${name}`);
  for (const host of state.machine.hosts.values()) storeImage(kernel, host, image, tag);
}

function worldOf(state: WorldState): World {
  const errors: unknown[] = [];
  const { components, door } = kubelets(state.nodes, () => podNetwork(state.network));
  const simulator = assemble(state, {
    images: IMAGES,
    programs: PROGRAMS,
    components,
    fabric: () => directFabric(state.machine, { latencyMs: 1, services: new Map() }),
    hooks: { programFailed: (_argv, error) => errors.push(error) },
    log: (error) => errors.push(error),
    failed: (_component, _queue, _key, error) => errors.push(error),
  });
  const client = simulator.client();
  return {
    simulator,
    errors,
    door,
    create: (pod) => simulator.run(client.create(Pods, pod)),
    pod: (name) => simulator.run(client.find(Pods, { name, namespace: 'default' })),
    remove: (name, grace) =>
      simulator.run(
        client.delete(Pods, { name, namespace: 'default' }, grace === undefined ? {} : { gracePeriodSeconds: grace }),
      ),
    pass: (howLong) => simulator.advance(seconds(howLong)),
    events: (name) =>
      simulator
        .run(client.list(CoreEvents, 'default'))
        .items.filter((event) => event.involvedObject.name === name)
        .map(({ reason = '', count = 1, message = '' }) => `${reason} x${count} ${message}`),
    copy: () => worldOf(simulator.snapshot()),
  };
}

/** A pod of one container, on the first node. */
export function podOf(
  name: string,
  container: Partial<V1PodSpec['containers'][number]>,
  spec: Partial<V1PodSpec> = {},
): V1Pod {
  return {
    metadata: { name, namespace: 'default' },
    spec: { nodeName: 'node-0', ...spec, containers: [{ name: 'main', image: 'busybox:1.36', ...container }] },
  };
}
