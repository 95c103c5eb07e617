// What a node says of itself: its object in the API, made once and kept up to date, and the lease that shows that it lives.

import type { Client } from '../../client/client.ts';
import type { EventType } from '../../client/events.ts';
import { mayKubeletSet } from '../../kube/nodelabels.ts';
import { RELEASE } from '../../kube/release.ts';
import { reasonOf } from '../../kube/status.ts';
import { Leases, Nodes } from '../../schema/generated/resources.ts';
import type { V1ContainerImage, V1Lease, V1Node, V1NodeCondition, V1NodeStatus } from '../../schema/generated/types.ts';
import { draws, uuid } from '../../time/chance.ts';
import type { Work } from '../../time/loop.ts';
import { minutes, rfc3339, rfc3339Micro, seconds } from '../../time/units.ts';
import type { Kubelet } from '../kubeletcontext.ts';

export const LEASE_PERIOD = seconds(10);
export const STATUS_PERIOD = seconds(10);
const REPORT_PERIOD = minutes(5);
const LEASE_SECONDS = 40;
const LEASE_NAMESPACE = 'kube-node-lease';
const MAX_PODS = '110';
const PORT = 10_250;
const IMAGES_MAX = 50;
/** What a node's container runtime is configured for. */
export const RUNTIME_HANDLERS: readonly string[] = ['', 'runc'];

/** Makes the node's object, or takes over the one that is there. */
export function* registerNode(kubelet: Kubelet, client: Client): Work<void> {
  const { node } = kubelet;
  const known = yield* client.find(Nodes, { name: node.name });
  if (known !== undefined) return;
  yield* client.create(Nodes, newNode(kubelet));
}

function newNode(kubelet: Kubelet): V1Node {
  const { node } = kubelet;
  const { podCIDR, taints, providerID = `kind://docker/kind/${node.name}` } = node;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        ...Object.fromEntries(Object.entries(node.labels).filter(([key]) => mayKubeletSet(key))),
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {
      ...(podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] }),
      providerID,
      ...(taints.length === 0 ? {} : { taints: [...taints] }),
    },
    status: statusOf(kubelet, []),
  };
}

/** Writes the node's status when it says something new, and each five minutes otherwise. */
export function* reportNode(kubelet: Kubelet, client: Client): Work<void> {
  const { node, state, nodes } = kubelet;
  const known = nodes.get(node.name) ?? (yield* client.find(Nodes, { name: node.name }));
  // A node whose object was deleted comes back only with its kubelet's next start.
  if (known === undefined) return;
  const memory = state().node;
  const status = statusOf(kubelet, known.status?.conditions ?? []);
  const said = saying(status);
  const now = kubelet.now();
  const due = memory.writtenAt === undefined || now - memory.writtenAt >= REPORT_PERIOD;
  if (!due && said === memory.written) return;
  const conditions = withOthers(known, status);
  yield* client.patch(
    Nodes,
    { name: node.name },
    {
      type: 'strategic',
      body: { status: { ...status, conditions } },
      subresource: 'status',
    },
  );
  const ready = (list: readonly V1NodeCondition[] | undefined) => list?.find(({ type }) => type === 'Ready')?.status;
  if (ready(known.status?.conditions) !== ready(status.conditions))
    noteNode(kubelet, ready(status.conditions) === 'True' ? 'NodeReady' : 'NodeNotReady');
  memory.written = said;
  memory.writtenAt = now;
}

/** All but the times. */
function saying(status: V1NodeStatus): string {
  const conditions = status.conditions?.map(({ lastHeartbeatTime: _, lastTransitionTime: __, ...rest }) => rest);
  return JSON.stringify({ ...status, conditions });
}

function withOthers(node: V1Node, { conditions = [] }: V1NodeStatus): readonly V1NodeCondition[] {
  const own = new Set(conditions.map(({ type }) => type));
  return [...(node.status?.conditions ?? []).filter(({ type }) => !own.has(type)), ...conditions];
}

function statusOf(kubelet: Kubelet, old: readonly V1NodeCondition[]): V1NodeStatus {
  const { node } = kubelet;
  const amounts = {
    cpu: String(node.cores),
    'ephemeral-storage': `${Math.floor(node.disk / 1024)}Ki`,
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${Math.floor(node.memory / 1024)}Ki`,
    pods: MAX_PODS,
  };
  return {
    addresses: [
      { address: node.address, type: 'InternalIP' },
      { address: node.name, type: 'Hostname' },
    ],
    allocatable: amounts,
    capacity: amounts,
    conditions: conditionsOf(kubelet, old),
    daemonEndpoints: { kubeletEndpoint: { Port: PORT } },
    declaredFeatures: [
      'ExtendWebSocketsToKubelet',
      'InPlacePodLevelResourcesVerticalScaling',
      'InPlacePodVerticalScalingInitContainers',
      'RestartAllContainersOnContainerExits',
    ],
    features: { supplementalGroupsPolicy: true },
    images: imagesOf(kubelet),
    nodeInfo: infoOf(kubelet),
    runtimeHandlers: RUNTIME_HANDLERS.map((name) => ({
      features: { recursiveReadOnlyMounts: true, userNamespaces: false },
      name,
    })),
  };
}

/** The biggest first. */
function imagesOf({ runtime }: Kubelet): readonly V1ContainerImage[] {
  return [...runtime.images()]
    .sort((a, b) => b.size - a.size)
    .slice(0, IMAGES_MAX)
    .map(({ digests, tags, size }) => ({ names: [...digests, ...tags], sizeBytes: size }));
}

function infoOf({ node, component, host }: Kubelet): NonNullable<V1NodeStatus['nodeInfo']> {
  const stream = draws(component.seed, 'machine-id', node.name);
  const machine = uuid(stream, 0).replace(/-/g, '');
  return {
    architecture: 'amd64',
    bootID: uuid(draws(component.seed, 'boot-id', node.name, String(component.age(host.bootedAt))), 0),
    containerRuntimeVersion: 'containerd://2.2.3',
    kernelVersion: '6.8.0-45-generic',
    kubeProxyVersion: '',
    kubeletVersion: RELEASE,
    machineID: machine,
    operatingSystem: 'linux',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    systemUUID: machine,
  };
}

interface Pressure {
  readonly type: string;
  readonly good: readonly [reason: string, message: string];
  readonly bad: readonly [reason: string, message: string];
}

const PRESSURES: readonly Pressure[] = [
  {
    type: 'MemoryPressure',
    good: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    bad: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
  },
  {
    type: 'DiskPressure',
    good: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    bad: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
  },
  {
    type: 'PIDPressure',
    good: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    bad: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
  },
];

function conditionsOf(kubelet: Kubelet, old: readonly V1NodeCondition[]): readonly V1NodeCondition[] {
  const { pressure } = kubelet.state().node;
  const said = PRESSURES.map(({ type, good, bad }) => {
    const met = pressure.has(type);
    const [reason, message] = met ? bad : good;
    return { type, status: met ? 'True' : 'False', reason, message };
  });
  return [...said, readyOf(kubelet)].map((condition) => timed(kubelet, condition, old));
}

type Said = Pick<V1NodeCondition, 'type' | 'status'> & { readonly reason: string; readonly message: string };

function readyOf(kubelet: Kubelet): Said {
  const problem = networkProblem(kubelet);
  if (problem === undefined)
    return { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  const message = `container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: ${problem}`;
  return { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message };
}

/** Whether the node is ready, and says that it isn't; or the other way round. */
export function isReadinessStale(kubelet: Kubelet): boolean {
  const { conditions = [] } = kubelet.nodes.get(kubelet.node.name)?.status ?? {};
  const said = conditions.find(({ type }) => type === 'Ready')?.status;
  return said !== undefined && said !== readyOf(kubelet).status;
}

/** An event about the node itself. */
export function noteNode(
  { node, events }: Kubelet,
  reason: string,
  message = `Node ${node.name} status is now: ${reason}`,
  type: EventType = 'Normal',
): void {
  const about = { apiVersion: 'v1', kind: 'Node', metadata: { name: node.name, uid: node.name } };
  events.note({ about, type, reason, message, causes: [] });
}

/** Why pods can't be connected here at present. */
export function networkProblem({ network, node, nodes }: Kubelet): string | undefined {
  const ranges = nodes.get(node.name)?.spec?.podCIDRs ?? [];
  return network.problem(node.name) ?? (ranges.length === 0 ? 'cni plugin not initialized' : undefined);
}

function timed(kubelet: Kubelet, said: Said, old: readonly V1NodeCondition[]): V1NodeCondition {
  const now = rfc3339(kubelet.now());
  const was = old.find(({ type }) => type === said.type);
  const since = was?.status === said.status ? (was.lastTransitionTime ?? now) : now;
  return { lastHeartbeatTime: now, lastTransitionTime: since, ...said };
}

/** Shows that the node lives. */
export function* renewLease(kubelet: Kubelet, client: Client): Work<void> {
  const { name } = kubelet.node;
  const ref = { name, namespace: LEASE_NAMESPACE };
  const renewTime = rfc3339Micro(kubelet.now());
  const known = yield* client.find(Leases, ref);
  if (known !== undefined) {
    yield* client.update(Leases, { ...known, spec: { ...known.spec, renewTime } });
    return;
  }
  const node = yield* client.find(Nodes, { name });
  if (node === undefined) return;
  const uid = node.metadata?.uid;
  const lease: V1Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...ref,
      ...(uid === undefined ? {} : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] }),
    },
    spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
  };
  try {
    yield* client.create(Leases, lease);
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
  }
}
