// Describing nodes, with the pods on them and what these ask for.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { StatusError } from '../../../sandbox/kube/status.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Leases, Nodes, Pods, ResourceSlices } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Lease, V1Node, V1Pod, V1ResourceSlice } from '../../../sandbox/schema/generated/types.ts';
import { asError } from '../errors.ts';
import { getTyped, listTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart, type FoundEvents, type Scope } from './describer.ts';
import { allocationPart } from './nodeallocation.ts';
import { type Page, pageText } from './page.ts';
import { fullTime, metaOf, type Texts, taints } from './parts.ts';
import { marks } from './workload.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';
const POOLS_SHOWN = 10;

const SYSTEM_INFO = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
] as const;

export const describeNode: Describe = function* (scope, _, name) {
  const node = yield* getTyped(scope.client, Nodes, '', name);
  const pods = yield* podsOn(scope, name);
  const events = yield* eventsOf(scope, node);
  const slices = yield* slicesOf(scope, name);
  const lease = yield* leaseOf(scope, name);
  return pageText((page) => {
    headPart(page, node);
    leasePart(page, lease);
    conditionsPart(page, node);
    capacityPart(page, node);
    slicesPart(page, slices);
    systemPart(page, node);
    if (pods === undefined) page.line(0, 'Pods:\tnot authorized');
    else allocationPart(page, node, pods, scope.now);
    eventsPart(page, events, scope.now);
  });
};

/** Those that haven't ended; undefined when one may not see pods. */
function* podsOn({ client, chunkSize }: Scope, node: string): Blocking<readonly V1Pod[] | undefined> {
  const fieldSelector = `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`;
  try {
    return yield* listTyped(client, Pods, '', { fieldSelector, chunkSize });
  } catch (error) {
    if (error instanceof StatusError && error.status.reason === 'Forbidden') return undefined;
    throw error;
  }
}

/** Kubelets name a node by its uid in some events and by its name in others. */
function* eventsOf(scope: Scope, node: V1Node): Blocking<FoundEvents> {
  const byUid = yield* eventsAbout(scope, Nodes.kind, node);
  if (byUid === undefined) return undefined;
  return [...byUid, ...((yield* eventsAbout(scope, Nodes.kind, node, metaOf(node).name)) ?? [])];
}

function* slicesOf({ client }: Scope, node: string): Blocking<readonly V1ResourceSlice[]> {
  try {
    return yield* listTyped(client, ResourceSlices, '', { fieldSelector: `spec.nodeName=${node}` });
  } catch {
    return [];
  }
}

function* leaseOf({ client }: Scope, node: string): Blocking<V1Lease | Error> {
  try {
    return yield* getTyped(client, Leases, 'kube-node-lease', node);
  } catch (error) {
    return asError(error);
  }
}

function headPart(page: Page, node: V1Node): void {
  page.line(0, `Name:\t${metaOf(node).name ?? ''}`);
  page.line(0, `Roles:\t${rolesOf(metaOf(node).labels).join(',') || '<none>'}`);
  marks(page, node);
  page.line(0, `CreationTimestamp:\t${fullTime(metaOf(node).creationTimestamp)}`);
  taints(page, 'Taints', node.spec?.taints);
  page.line(0, `Unschedulable:\t${node.spec?.unschedulable ?? false}`);
}

function rolesOf(labels: Texts | undefined): readonly string[] {
  const roles = Object.entries(labels ?? {}).map(([key, value]) =>
    key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === ROLE_LABEL ? value : '',
  );
  return [...new Set(roles.filter((role) => role !== ''))].sort(compareText);
}

function leasePart(page: Page, lease: V1Lease | Error): void {
  if (lease instanceof Error) {
    page.line(0, `Lease:\tFailed to get lease: ${lease.message}`);
    return;
  }
  const { holderIdentity = '<unset>', acquireTime, renewTime } = lease.spec ?? {};
  page.line(0, 'Lease:');
  page.line(1, `HolderIdentity:\t${holderIdentity}`);
  page.line(1, `AcquireTime:\t${acquireTime === undefined ? '<unset>' : fullTime(acquireTime)}`);
  page.line(1, `RenewTime:\t${renewTime === undefined ? '<unset>' : fullTime(renewTime)}`);
}

function conditionsPart(page: Page, { status }: V1Node): void {
  const { conditions = [], addresses = [] } = status ?? {};
  if (conditions.length > 0) {
    page.line(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
    page.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  }
  for (const { type, status: value, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    const times = `${fullTime(lastHeartbeatTime)} \t${fullTime(lastTransitionTime)}`;
    page.line(1, `${type} \t${value} \t${times} \t${reason} \t${message}`);
  }
  page.line(0, 'Addresses:');
  for (const { type, address } of addresses) page.line(1, `${type}:\t${address}`);
}

function capacityPart(page: Page, { status }: V1Node): void {
  for (const [title, list] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    const names = Object.keys(list ?? {}).sort(compareText);
    if (names.length > 0) page.line(0, `${title}:`);
    for (const name of names) page.line(1, `${name}:\t${list?.[name]}`);
  }
}

function slicesPart(page: Page, slices: readonly V1ResourceSlice[]): void {
  if (slices.length === 0) return;
  const pools = new Map<string, { driver: string; pool: string; slices: number; devices: number }>();
  for (const { spec } of slices) {
    const key = `${spec.driver}/${spec.pool.name}`;
    const known = pools.get(key) ?? { driver: spec.driver, pool: spec.pool.name, slices: 0, devices: 0 };
    pools.set(key, { ...known, slices: known.slices + 1, devices: known.devices + (spec.devices?.length ?? 0) });
  }
  page.line(0, 'Node-Local ResourceSlices:');
  page.line(1, 'Driver\tPool\tSlices\tDevices');
  page.line(1, '------\t----\t------\t-------');
  const inOrder = [...pools].sort(([a], [b]) => compareText(a, b));
  for (const [, { driver, pool, slices: count, devices }] of inOrder.slice(0, POOLS_SHOWN)) {
    page.line(1, `${driver}\t${pool}\t${count}\t${devices}`);
  }
  if (inOrder.length > POOLS_SHOWN) page.line(1, `...and ${inOrder.length - POOLS_SHOWN} more pools`);
}

function systemPart(page: Page, { spec, status }: V1Node): void {
  page.line(0, 'System Info:');
  for (const [title, field] of SYSTEM_INFO) page.line(1, `${title}:\t${status?.nodeInfo?.[field] ?? ''}`);
  if (spec?.podCIDR) page.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if (spec?.podCIDRs && spec.podCIDRs.length > 0) page.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`);
  if (spec?.providerID) page.line(0, `ProviderID:\t${spec.providerID}`);
}
