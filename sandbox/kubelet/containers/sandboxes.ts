// The sandbox of a pod: its addresses, its name, the group that limits all of its containers, and the files that tell
// them who they are.

import type { Client } from '../../client/client.ts';
import type { CgroupLimits } from '../../machine/cgroups.ts';
import { RuntimeClasses } from '../../schema/generated/resources.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { hostPortsOf } from '../admission.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import { note } from '../kubeletcontext.ts';
import { markChanged } from '../looking.ts';
import { RUNTIME_HANDLERS } from '../node/nodestatus.ts';
import { amountIn, containersOf, isHostNetwork, isSidecar, milliOf } from '../spec.ts';
import type { PodRecord } from '../state.ts';
import { sandboxReady } from '../status/statuses.ts';
import { podFolder } from '../volumes/volumes.ts';
import { words } from '../words.ts';

/** Makes the sandbox; when its network can't be had the sync is over. */
export function* sandboxStep(kubelet: Kubelet, record: PodRecord, attempt: number, client: Client): Work<boolean> {
  const { runtime, node } = kubelet;
  const known = yield* isHandled(kubelet, record, client);
  const addresses = known ? attach(kubelet, record) : undefined;
  if (addresses === undefined) {
    record.result.error = true;
    record.steps = [];
    return false;
  }
  const { spec, metadata } = record.pod;
  const sysctls = new Map((spec?.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value]));
  const id = runtime.createSandbox({
    hostname: hostnameOf(record.pod),
    addresses,
    hostNetwork: isHostNetwork(record.pod),
    hostPid: spec?.hostPID === true,
    shareProcessNamespace: spec?.shareProcessNamespace === true,
    cgroupPath: `/kubepods/pod${record.uid}`,
    limits: podLimits(record.pod),
    sysctls,
    labels: { uid: record.uid, attempt, name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' },
  });
  record.sandboxes.push({ id, attempt });
  kubelet.state().owners.set(id, record.uid);
  writeNames(kubelet, record, isHostNetwork(record.pod) ? [node.address] : addresses);
  sandboxReady(kubelet, record);
  markChanged(kubelet, record);
  return false;
}

/** Whether the runtime has what the pod's runtime class asks for; it is said if not. */
function* isHandled(kubelet: Kubelet, record: PodRecord, client: Client): Work<boolean> {
  const name = record.pod.spec?.runtimeClassName ?? '';
  if (name === '') return true;
  const handler = (yield* client.find(RuntimeClasses, { name }))?.handler;
  if (handler !== undefined && RUNTIME_HANDLERS.includes(handler)) return true;
  const why =
    handler === undefined
      ? `runtimeclass.node.k8s.io "${name}" not found`
      : `rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "${handler}" is configured`;
  note(kubelet, record, words.sandboxFailed(why));
  return false;
}

/** Undefined when there are none to be had; it is said why. */
function attach(kubelet: Kubelet, record: PodRecord): readonly string[] | undefined {
  const { pod, uid } = record;
  if (isHostNetwork(pod)) return [];
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const node = kubelet.nodes.get(kubelet.node.name);
  const podCIDRs = node?.spec?.podCIDRs ?? [];
  const hostPorts = hostPortsOf(pod);
  const attached = kubelet.network.attach({ node: kubelet.node.name, podCIDRs, namespace, name, uid, hostPorts });
  if (attached.ok) return attached.addresses;
  const why = `rpc error: code = Unknown desc = failed to setup network for sandbox: ${attached.message}`;
  note(kubelet, record, words.sandboxFailed(why));
  return undefined;
}

/** Ends what runs in it, and gives its addresses back. */
export function stopSandbox(kubelet: Kubelet, record: PodRecord): void {
  const { sandbox } = record.seen;
  if (sandbox === undefined) return;
  if (kubelet.runtime.sandbox(sandbox.id)?.ready === true) kubelet.runtime.stopSandbox(sandbox.id);
  if (!isHostNetwork(record.pod)) kubelet.network.detach(kubelet.node.name, record.uid);
  markChanged(kubelet, record);
}

const NAME_MAX = 63;

function hostnameOf({ spec, metadata }: V1Pod): string {
  const name = spec?.hostnameOverride ?? spec?.hostname ?? metadata?.name ?? '';
  return name.length <= NAME_MAX ? name : name.slice(0, NAME_MAX).replace(/[-.]{1,63}$/, '');
}

/** All containers together: limits count only when each has one. */
function podLimits(pod: V1Pod): CgroupLimits {
  const own = pod.spec?.resources?.limits;
  const cpu = milliOf(own?.cpu) || summed(pod, 'cpu', milliOf);
  const memory = amountIn(own?.memory) || summed(pod, 'memory', amountIn);
  return { ...(cpu > 0 ? { cpu } : {}), ...(memory > 0 ? { memory } : {}) };
}

function summed(pod: V1Pod, resource: 'cpu' | 'memory', amount: (text: string | undefined) => number): number {
  const lasting = [...containersOf(pod, 'regular'), ...containersOf(pod, 'init').filter(isSidecar)];
  const limits = lasting.map(({ resources }) => amount(resources?.limits?.[resource]));
  if (limits.some((limit) => limit === 0)) return 0;
  const before = containersOf(pod, 'init').filter((one) => !isSidecar(one));
  const most = Math.max(0, ...before.map(({ resources }) => amount(resources?.limits?.[resource])));
  const overhead = amount(pod.spec?.overhead?.[resource]);
  return (
    Math.max(
      most,
      limits.reduce((sum, limit) => sum + limit, 0),
    ) + overhead
  );
}

const CLUSTER_DOMAIN = 'cluster.local';
const CLUSTER_DNS = '10.96.0.10';

/** /etc/hosts, /etc/hostname and /etc/resolv.conf as the pod's containers find them. */
function writeNames(kubelet: Kubelet, record: PodRecord, addresses: readonly string[]): void {
  const files = kubelet.runtime.files();
  const folder = podFolder(record.uid);
  const { pod } = record;
  if (!isHostNetwork(pod)) files.write(`${folder}/etc-hosts`, hostsFile(pod, addresses));
  files.write(`${folder}/hostname`, `${isHostNetwork(pod) ? kubelet.node.name : hostnameOf(pod)}\n`);
  const own = files.exists('/etc/resolv.conf') ? files.readText('/etc/resolv.conf') : '';
  files.write(`${folder}/resolv.conf`, resolvFile(pod, own));
}

const LOOPBACK = [
  '# Kubernetes-managed hosts file.',
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

export function hostsFile(pod: V1Pod, addresses: readonly string[]): string {
  const host = hostnameOf(pod);
  const { subdomain } = pod.spec ?? {};
  const domain =
    subdomain === undefined || subdomain === ''
      ? undefined
      : `${host}.${subdomain}.${pod.metadata?.namespace ?? ''}.svc.${CLUSTER_DOMAIN}`;
  const names = domain === undefined ? host : `${domain}\t${host}`;
  const lines = [...LOOPBACK, ...addresses.map((address) => `${address}\t${names}`)];
  const aliases = pod.spec?.hostAliases ?? [];
  if (aliases.length > 0) {
    lines.push('', '# Entries added by HostAliases.');
    for (const { ip, hostnames = [] } of aliases) lines.push(`${ip}\t${hostnames.join('\t')}`);
  }
  return `${lines.join('\n')}\n`;
}

export function resolvFile(pod: V1Pod, nodes: string): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig } = pod.spec ?? {};
  const namespace = pod.metadata?.namespace ?? '';
  const cluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !isHostNetwork(pod));
  const base = cluster
    ? {
        servers: [CLUSTER_DNS],
        searches: [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN],
        options: ['ndots:5'],
      }
    : dnsPolicy === 'None'
      ? { servers: [], searches: [], options: [] }
      : parseResolv(nodes);
  const given = (dnsConfig?.options ?? []).map(({ name = '', value }) =>
    value === undefined ? name : `${name}:${value}`,
  );
  const renamed = new Set(given.map((option) => option.split(':')[0]));
  const searches = [...new Set([...base.searches, ...(dnsConfig?.searches ?? [])])];
  const servers = [...new Set([...base.servers, ...(dnsConfig?.nameservers ?? [])])];
  const options = [...base.options.filter((option) => !renamed.has(option.split(':')[0])), ...given];
  const lines = [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function parseResolv(text: string): Record<'servers' | 'searches' | 'options', readonly string[]> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s/));
  const of = (keyword: string): readonly string[] =>
    lines.filter(([first]) => first === keyword).flatMap(([, ...rest]) => rest.filter((word) => word !== ''));
  return { servers: of('nameserver'), searches: of('search'), options: of('options') };
}
