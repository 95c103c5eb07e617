// Whether a node takes a pod that was bound to it. The scheduler has mostly asked the same before; whoever binds pods
// otherwise, or too late, hears it from here.

import { own } from '../kube/json.ts';
import { fitsNode } from '../kube/selectors/nodeselectors.ts';
import { toleratesAny, untolerated as untoleratedTaint } from '../kube/tolerations.ts';
import type { HostPort } from '../machine/podnetwork.ts';
import type { V1Node, V1Pod, V1Taint } from '../schema/generated/types.ts';
import type { Kubelet } from './kubeletcontext.ts';
import { amountOf, requestedResources, requestOf } from './requests.ts';
import { containersOf, isHostNetwork, isTerminal, qosClass } from './spec.ts';
import type { PodRecord } from './state.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** Undefined when the pod may run. */
export function rejectionOf(kubelet: Kubelet, record: PodRecord): Rejection | undefined {
  const node = kubelet.nodes.get(kubelet.node.name);
  if (node === undefined) return undefined;
  const others = activePods(kubelet, record);
  return (
    underPressure(kubelet, record) ??
    forbiddenSysctl(record.pod) ??
    tooLittle(record.pod, others, node) ??
    elsewhere(record.pod, node) ??
    portsTaken(record.pod, others) ??
    untolerated(record, node)
  );
}

/** The other pods that are on the node, or will be. */
export function activePods({ state }: Kubelet, record: PodRecord): readonly V1Pod[] {
  return [...state().pods.values()]
    .filter((other) => other !== record && other.work !== 'finished' && other.work !== 'terminated')
    .map(({ pod }) => pod)
    .filter(({ status }) => !isTerminal(status?.phase));
}

const CRITICAL = 2_000_000_000;

export function isCritical({ pod, isStatic }: PodRecord): boolean {
  return isStatic || (pod.spec?.priority ?? 0) >= CRITICAL;
}

function underPressure({ state }: Kubelet, record: PodRecord): Rejection | undefined {
  const met = [...state().node.pressure.keys()];
  if (met.length === 0 || isCritical(record)) return undefined;
  const memory: V1Taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };
  if (met.every((type) => type === 'MemoryPressure')) {
    if (qosClass(record.pod) !== 'BestEffort') return undefined;
    if (toleratesAny(record.pod.spec?.tolerations, memory)) return undefined;
  }
  return { reason: 'Evicted', message: `The node had condition: [${met.join(' ')}]. ` };
}

const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

function forbiddenSysctl(pod: V1Pod): Rejection | undefined {
  for (const { name } of pod.spec?.securityContext?.sysctls ?? []) {
    const dotted = name.replace(/\//g, '.');
    const why = !SAFE_SYSCTLS.has(dotted)
      ? 'not allowlisted'
      : dotted.startsWith('net.') && isHostNetwork(pod)
        ? 'not allowed with host net enabled'
        : dotted.startsWith('kernel.shm') && pod.spec?.hostIPC === true
          ? 'not allowed with host ipc enabled'
          : undefined;
    if (why !== undefined) return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${dotted}" ${why}` };
  }
  return undefined;
}

/** cpu, memory and ephemeral storage come first, in this order. */
function tooLittle(pod: V1Pod, others: readonly V1Pod[], { status }: V1Node): Rejection | undefined {
  const { allocatable = {} } = status ?? {};
  const places = amountOf('pods', allocatable.pods);
  if (others.length + 1 > places) return outOf('pods', 1, others.length, places);
  const asked = new Set(requestedResources(pod));
  const usual = ['cpu', 'memory', 'ephemeral-storage'];
  for (const resource of [
    ...usual.filter((name) => asked.has(name)),
    ...[...asked].filter((name) => !usual.includes(name)),
  ]) {
    const capacity = own(allocatable, resource);
    // What no device plug-in has announced is none of the kubelet's business.
    if (capacity === undefined && !usual.includes(resource)) continue;
    const short = shortage(pod, others, resource, amountOf(resource, capacity));
    if (short !== undefined) return short;
  }
  return undefined;
}

/** Undefined when there is enough of a resource for a pod beside others. */
export function shortage(
  pod: V1Pod,
  others: readonly V1Pod[],
  resource: string,
  capacity: number,
): Rejection | undefined {
  const requested = requestOf(pod, resource);
  const used = others.reduce((sum, other) => sum + requestOf(other, resource), 0);
  return requested > 0 && requested + used > capacity ? outOf(resource, requested, used, capacity) : undefined;
}

function outOf(resource: string, requested: number, used: number, capacity: number): Rejection {
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message };
}

function elsewhere(pod: V1Pod, node: V1Node): Rejection | undefined {
  if (fitsNode(pod, node)) return undefined;
  return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
}

function failed(predicate: string, why: string): Rejection {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${why}` };
}

/** The ports of its node that a pod asks for. */
export function hostPortsOf(pod: V1Pod): readonly HostPort[] {
  return [...containersOf(pod, 'regular'), ...containersOf(pod, 'init').filter((one) => one.restartPolicy === 'Always')]
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
    .map(({ hostPort: port = 0, hostIP = '', protocol = 'TCP', containerPort }) => ({
      ip: hostIP === '' ? ANY : hostIP,
      port,
      protocol,
      containerPort,
    }));
}

const ANY = '0.0.0.0';

function portsTaken(pod: V1Pod, others: readonly V1Pod[]): Rejection | undefined {
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0) return undefined;
  const taken = others.flatMap(hostPortsOf);
  const clash = wanted.some((one) =>
    taken.some(
      ({ ip, port, protocol }) =>
        port === one.port && protocol === one.protocol && (ip === one.ip || ip === ANY || one.ip === ANY),
    ),
  );
  return clash ? failed('NodePorts', "node(s) didn't have free ports for the requested pod ports") : undefined;
}

function untolerated({ pod, isStatic }: PodRecord, { spec }: V1Node): Rejection | undefined {
  if (isStatic) return undefined;
  const taint = untoleratedTaint(spec?.taints, pod.spec?.tolerations, ['NoExecute']);
  return taint === undefined ? undefined : failed('TaintToleration', 'node(s) had untolerated taint(s)');
}
