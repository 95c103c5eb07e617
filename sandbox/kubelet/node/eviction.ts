// Eviction: what a node does before it has run out of memory or disk, and to pods that take more of its disk than they may.
// Each ten seconds it looks; one pod at most goes each time for the node's sake.

import type { Client } from '../../client/client.ts';
import { lazyFor } from '../../kube/lazy.ts';
import { formatQuantity, quantity } from '../../kube/quantity.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { seconds } from '../../time/units.ts';
import { isCritical } from '../admission.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import { note } from '../kubeletcontext.ts';
import { requestOf } from '../requests.ts';
import { amountIn, containersOf } from '../spec.ts';
import type { PodRecord } from '../state.ts';
import { words } from '../words.ts';
import { requestSync } from '../worker.ts';
import { noteNode } from './nodestatus.ts';

export const EVICTION_PERIOD = seconds(10);
/** So long a node says that it is under pressure after it has been. */
const TRANSITION_MS = 300_000;
const MEMORY_THRESHOLD = 100 * 2 ** 20;
const DISK_SHARE = 0.1;
const INODES_SHARE = 0.05;
/** A kubelet has none for processes of itself; those of managed clusters have this one. */
const PIDS_SHARE = 0.1;

interface Shortage {
  readonly resource: 'memory' | 'ephemeral-storage' | 'inodes' | 'pids';
  readonly condition: string;
  /** As the message names them. */
  readonly threshold: string;
  readonly available: string;
}

export function* watchPressure(kubelet: Kubelet, client: Client): Work<void> {
  const records = [...kubelet.state().pods.values()].filter(
    (one) => one.work === 'syncing' && one.evicted === undefined,
  );
  const found = shortages(kubelet);
  showPressure(kubelet, found);
  for (const record of records) {
    const message = overOwnLimit(kubelet, record);
    if (message === undefined) continue;
    yield* evict(kubelet, record, message, false, client);
    return;
  }
  const [first] = found;
  if (first === undefined) return;
  noteNode(kubelet, 'EvictionThresholdMet', `Attempting to reclaim ${first.resource}`, 'Warning');
  if (DISKS.has(first.resource) && collectImages(kubelet) && shortages(kubelet).length === 0) return;
  const [victim] = ranked(kubelet, records, first.resource);
  if (victim !== undefined) yield* evict(kubelet, victim, lowMessage(kubelet, victim, first), true, client);
}

/** What images take. */
const DISKS: ReadonlySet<Shortage['resource']> = new Set(['ephemeral-storage', 'inodes']);

function shortages({ runtime, node, host, kernel }: Kubelet): readonly Shortage[] {
  const { memory, disk } = runtime.hostStats();
  const found: Shortage[] = [];
  const free = node.memory - memory.workingSet;
  if (free < MEMORY_THRESHOLD)
    found.push({ resource: 'memory', condition: 'MemoryPressure', threshold: '100Mi', available: kibi(free) });
  const left = disk.sizeBytes - disk.usedBytes;
  if (left < disk.sizeBytes * DISK_SHARE) {
    const threshold = String(Math.floor(disk.sizeBytes * DISK_SHARE));
    found.push({ resource: 'ephemeral-storage', condition: 'DiskPressure', threshold, available: kibi(left) });
  }
  const inodes = host.disk.inodes - disk.inodesUsed;
  if (inodes < host.disk.inodes * INODES_SHARE) {
    const threshold = String(Math.floor(host.disk.inodes * INODES_SHARE));
    found.push({ resource: 'inodes', condition: 'DiskPressure', threshold, available: String(inodes) });
  }
  const { processesPerHost } = kernel.bounds;
  const pids = processesPerHost - host.pids.members.size;
  if (pids < processesPerHost * PIDS_SHARE) {
    const threshold = String(Math.floor(processesPerHost * PIDS_SHARE));
    found.push({ resource: 'pids', condition: 'PIDPressure', threshold, available: String(pids) });
  }
  return found;
}

function kibi(bytes: number): string {
  return `${Math.max(0, Math.floor(bytes / 1024))}Ki`;
}

/** Pressure shows in the node's conditions as long as it lasts, and for some time after. */
function showPressure(kubelet: Kubelet, found: readonly Shortage[]): void {
  const { pressure } = kubelet.state().node;
  const now = kubelet.now();
  const before = [...pressure.keys()].join();
  for (const { condition } of found) {
    if (!pressure.has(condition)) noteNode(kubelet, PRESSED[condition] ?? condition);
    pressure.set(condition, now);
  }
  for (const [condition, seen] of [...pressure]) {
    if (now - seen < TRANSITION_MS) continue;
    pressure.delete(condition);
    noteNode(kubelet, RELIEVED[condition] ?? condition);
  }
  if ([...pressure.keys()].join() !== before) kubelet.port.post({ do: 'report' }, undefined, []);
}

const PRESSED: Readonly<Record<string, string>> = {
  MemoryPressure: 'NodeHasInsufficientMemory',
  DiskPressure: 'NodeHasDiskPressure',
  PIDPressure: 'NodeHasInsufficientPID',
};
const RELIEVED: Readonly<Record<string, string>> = {
  MemoryPressure: 'NodeHasSufficientMemory',
  DiskPressure: 'NodeHasNoDiskPressure',
  PIDPressure: 'NodeHasSufficientPID',
};

/** Images that no container uses are given up. True when there were some. */
function collectImages({ runtime }: Kubelet): boolean {
  let removed = false;
  for (const { digest } of [...runtime.images()].sort((a, b) => a.usedAt - b.usedAt)) {
    if (runtime.removeImage(digest)) removed = true;
  }
  return removed;
}

/** Who goes first: who uses more than it asked for, who matters least, who uses most beyond that. */
function ranked(kubelet: Kubelet, records: readonly PodRecord[], resource: Shortage['resource']): readonly PodRecord[] {
  const rows = records
    .filter((record) => !isCritical(record) && record.sandboxes.length > 0)
    .map((record) => {
      const used = usageOf(kubelet, record, resource);
      const beyond = used - (isCounted(resource) ? 0 : requestOf(record.pod, resource));
      return { record, beyond, priority: record.pod.spec?.priority ?? 0 };
    });
  rows.sort((a, b) => Number(b.beyond > 0) - Number(a.beyond > 0) || a.priority - b.priority || b.beyond - a.beyond);
  return rows.map(({ record }) => record);
}

/** Nobody can ask for these. */
function isCounted(resource: Shortage['resource']): resource is 'inodes' | 'pids' {
  return resource === 'inodes' || resource === 'pids';
}

function usageOf(kubelet: Kubelet, record: PodRecord, resource: Shortage['resource']): number {
  if (DISKS.has(resource)) return diskOf(kubelet, record);
  const stats = kubelet.runtime.sandboxStats(record.sandboxes.at(-1)?.id ?? '');
  return (resource === 'pids' ? stats?.processes : stats?.memory.workingSet) ?? 0;
}

/** Bytes of its containers' layers and logs, and of its own volumes. */
function diskOf(kubelet: Kubelet, record: PodRecord): number {
  const layers = record.containers.reduce((sum, { id }) => sum + containerDisk(kubelet, id), 0);
  let volumes = 0;
  for (const made of record.volumes.made.values()) {
    if (made.kind === 'volume' && made.own) volumes += volumeSize(kubelet, made.volume);
  }
  return layers + volumes;
}

function containerDisk({ runtime }: Kubelet, id: string): number {
  const { logPath } = runtime.container(id) ?? {};
  const log = logPath === undefined ? 0 : runtime.files().size(logPath);
  return (runtime.containerStats(id)?.layer.usedBytes ?? 0) + log;
}

function volumeSize({ kernel }: Kubelet, volume: string): number {
  return kernel.state.volumes.get(volume)?.usedBytes ?? 0;
}

function lowMessage(kubelet: Kubelet, record: PodRecord, { resource, threshold, available }: Shortage): string {
  const lead = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `;
  const details = containersOf(record.pod, 'regular').map(({ name, resources }) => {
    const id = record.containers.findLast((one) => one.name === name)?.id ?? '';
    const stats = kubelet.runtime.containerStats(id);
    const used = resource === 'memory' ? (stats?.memory.workingSet ?? 0) : containerDisk(kubelet, id);
    const asked = resources?.requests?.[resource] ?? '0';
    if (isCounted(resource) || used <= amountIn(asked)) return '';
    return `Container ${name} was using ${kibi(used)}, request is ${asked}, has larger consumption of ${resource}. `;
  });
  return lead + details.join('');
}

/** Whether a pod says at all how much of the node's disk it may take. */
const limitsDisk = lazyFor(
  (pod: V1Pod) =>
    (pod.spec?.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) ||
    containersOf(pod, 'regular').some(({ resources }) => resources?.limits?.['ephemeral-storage'] !== undefined),
);

/** What a pod may take of the node's disk, and whether it takes more; undefined when it doesn't. */
function overOwnLimit(kubelet: Kubelet, record: PodRecord): string | undefined {
  if (!limitsDisk(record.pod)) return undefined;
  for (const { name, emptyDir } of record.pod.spec?.volumes ?? []) {
    const made = record.volumes.made.get(name);
    const { sizeLimit } = emptyDir ?? {};
    if (sizeLimit === undefined || made?.kind !== 'volume' || amountIn(sizeLimit) === 0) continue;
    if (volumeSize(kubelet, made.volume) > amountIn(sizeLimit))
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${sizeLimit}". `;
  }
  const limits = containersOf(record.pod, 'regular').map(({ name, resources }) => ({
    name,
    limit: resources?.limits?.['ephemeral-storage'],
  }));
  if (limits.length > 0 && limits.every(({ limit }) => limit !== undefined)) {
    const total = limits.reduce((sum, { limit }) => sum + amountIn(limit), 0);
    if (diskOf(kubelet, record) > total)
      return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(quantity(total, 'BinarySI'))}. `;
  }
  for (const { name, limit } of limits) {
    const id = record.containers.findLast((one) => one.name === name)?.id;
    if (limit !== undefined && id !== undefined && containerDisk(kubelet, id) > amountIn(limit))
      return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `;
  }
  return undefined;
}

function* evict(kubelet: Kubelet, record: PodRecord, message: string, forTheNode: boolean, client: Client): Work<void> {
  if (isCritical(record)) return;
  note(kubelet, record, words.evicted(message));
  record.evicted = { reason: 'Evicted', message, grace: 1, disruption: forTheNode };
  yield* requestSync(kubelet, record, [], client);
}
