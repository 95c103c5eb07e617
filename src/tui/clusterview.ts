// The cluster as the map shows it: nodes with their pods, pods that have none, services and where they lead. A pure function of
// objects that the API gives.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { SERVICE_NAME } from '../../sandbox/kube/wellknown.ts';
import type {
  V1ContainerStatus,
  V1EndpointSlice,
  V1Node,
  V1Pod,
  V1Service,
} from '../../sandbox/schema/generated/types.ts';

export type Health = 'ready' | 'busy' | 'bad' | 'done';

export interface PodView {
  /** With its namespace before a `/`, where pods of several are seen and this isn't the default one. */
  readonly name: string;
  readonly namespace: string;
  readonly health: Health;
  /** `1/1` */
  readonly ready: string;
  /** As kubectl's STATUS column has it. */
  readonly word: string;
  readonly address: string | undefined;
}

export interface NodeView {
  readonly name: string;
  readonly health: Health;
  /** `Ready`, `NotReady`, with `SchedulingDisabled`. */
  readonly word: string;
  readonly pods: readonly PodView[];
}

export interface ServiceView {
  /** As a pod's. */
  readonly name: string;
  readonly port: number | undefined;
  /** Names of ready pods, or addresses where no pod stands behind. */
  readonly leadsTo: readonly string[];
}

export interface ClusterView {
  /** Only where there are several. */
  readonly name?: string;
  readonly nodes: readonly NodeView[];
  /** Pods without a node. */
  readonly waiting: readonly PodView[];
  readonly services: readonly ServiceView[];
}

export const EMPTY_CLUSTER: ClusterView = { nodes: [], waiting: [], services: [] };

export interface ClusterObjects {
  readonly nodes: readonly V1Node[];
  readonly pods: readonly V1Pod[];
  readonly services: readonly V1Service[];
  readonly slices: readonly V1EndpointSlice[];
}

/** Namespaces that are the cluster's own; what is in them isn't shown. */
const BACKGROUND = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** What runs there came with the cluster, and isn't shown. */
export function isBackground(namespace = ''): boolean {
  return BACKGROUND.has(namespace);
}

export function clusterView({ nodes, pods, services, slices }: ClusterObjects): ClusterView {
  const seen = pods.filter((pod) => !isBackground(pod.metadata?.namespace)).sort(byName);
  const several = new Set(seen.map(({ metadata }) => metadata?.namespace)).size > 1;
  const called = <T extends { readonly name: string }>({ metadata }: KubeObject, view: T): T =>
    several && metadata?.namespace !== 'default' ? { ...view, name: `${metadata?.namespace}/${view.name}` } : view;
  const calledPod = (pod: V1Pod): PodView => called(pod, podView(pod));
  const on = (name: string): readonly V1Pod[] => seen.filter((pod) => (pod.spec?.nodeName ?? '') === name);
  return {
    nodes: [...nodes].sort(byName).map((node) => nodeView(node, on(nameOf(node)).map(calledPod))),
    waiting: on('').map(calledPod),
    services: services
      .filter((service) => !isBackground(service.metadata?.namespace))
      .sort(byName)
      .map((service) => called(service, serviceView(service, slices))),
  };
}

function nameOf({ metadata }: KubeObject): string {
  return metadata?.name ?? '';
}

function byName(a: KubeObject, b: KubeObject): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

function nodeView(node: V1Node, pods: readonly PodView[]): NodeView {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  const cordoned = node.spec?.unschedulable === true;
  const word = `${ready ? 'Ready' : 'NotReady'}${cordoned ? ',SchedulingDisabled' : ''}`;
  return {
    name: nameOf(node),
    health: !ready ? 'bad' : cordoned ? 'busy' : 'ready',
    word,
    pods,
  };
}

export function podView(pod: V1Pod): PodView {
  const statuses = pod.status?.containerStatuses ?? [];
  const ready = statuses.filter((status) => status.ready).length;
  const total = pod.spec?.containers.length ?? 0;
  const word = podWord(pod);
  return {
    name: nameOf(pod),
    namespace: pod.metadata?.namespace ?? '',
    health: healthOf(word, ready === total),
    ready: `${ready}/${total}`,
    word,
    address: pod.status?.podIP,
  };
}

const GOING_WELL = new Set(['Pending', 'ContainerCreating', 'PodInitializing', 'Terminating', 'NotReady']);

function healthOf(word: string, ready: boolean): Health {
  if (word === 'Running') return ready ? 'ready' : 'busy';
  if (word === 'Completed' || word === 'Succeeded') return 'done';
  return GOING_WELL.has(word) || /^Init:\d/.test(word) ? 'busy' : 'bad';
}

/** The one word for how a pod is: the reason of the container that is worst off, or the phase. */
function podWord(pod: V1Pod): string {
  const { status, metadata } = pod;
  if (metadata?.deletionTimestamp !== undefined) return 'Terminating';
  const init = initWord(pod);
  if (init !== undefined) return init;
  const containers = status?.containerStatuses ?? [];
  const stuck = containers.map(containerWord).find((word) => word !== undefined);
  if (stuck !== undefined && !(stuck === 'Completed' && containers.some(isRunning))) return stuck;
  return status?.reason ?? status?.phase ?? 'Unknown';
}

function initWord({ spec, status }: V1Pod): string | undefined {
  // What becomes of a sidecar later is no beginning any more.
  if (status?.conditions?.some(({ type, status: is }) => type === 'Initialized' && is === 'True')) return undefined;
  const total = spec?.initContainers?.length ?? 0;
  const statuses = status?.initContainerStatuses ?? [];
  for (const [i, each] of statuses.entries()) {
    const { state, started } = each;
    if (state?.terminated?.exitCode === 0 || (started === true && state?.running !== undefined)) continue;
    const reason = containerWord(each);
    return reason === undefined || reason === 'PodInitializing' ? `Init:${i}/${total}` : `Init:${reason}`;
  }
  return undefined;
}

function containerWord({ state }: V1ContainerStatus): string | undefined {
  if (state?.waiting !== undefined) return state.waiting.reason ?? 'Waiting';
  if (state?.terminated === undefined) return undefined;
  const { reason, exitCode, signal } = state.terminated;
  return reason ?? (signal === undefined ? `ExitCode:${exitCode}` : `Signal:${signal}`);
}

function isRunning({ state }: V1ContainerStatus): boolean {
  return state?.running !== undefined;
}

function serviceView(service: V1Service, slices: readonly V1EndpointSlice[]): ServiceView {
  const { type, externalName, ports } = service.spec ?? {};
  if (type === 'ExternalName') return { name: nameOf(service), port: ports?.[0]?.port, leadsTo: [externalName ?? ''] };
  const own = slices.filter(
    ({ metadata }) =>
      metadata?.namespace === service.metadata?.namespace && metadata?.labels?.[SERVICE_NAME] === nameOf(service),
  );
  const ready = own.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return {
    name: nameOf(service),
    port: ports?.[0]?.port,
    leadsTo: ready.map(({ targetRef, addresses }) => targetRef?.name ?? addresses[0] ?? ''),
  };
}
