// VolumeRestrictions: disks that only one pod may have at a time, and claims that only one pod may use at all.

import type { V1Pod, V1Volume } from '../../schema/generated/types.ts';
import { type ClusterEvent, podOf } from '../clusterevents.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { Filter, Plugin, Rejection } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';
import { claimHelps } from './volumebinding.ts';

const NAME = 'VolumeRestrictions';

const DISK_TAKEN: Rejection = { code: 'Unschedulable', plugin: NAME, reasons: ['node(s) had no available disk'] };
const CLAIM_IN_USE: Rejection = {
  code: 'Unschedulable',
  plugin: NAME,
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
};

export const volumeRestrictions: Plugin = {
  name: NAME,
  filter(pod, { nodes, objects }) {
    const disks = (pod.pod.spec?.volumes ?? []).filter(isExclusiveDisk);
    const exclusive = new Set<string>();
    for (const name of namedClaims(pod.pod)) {
      const claim = objects.claim(`${pod.namespace}/${name}`);
      if (claim === undefined) return missing(name);
      if (claim.spec?.accessModes?.includes('ReadWriteOncePod') === true) exclusive.add(name);
    }
    const inUse = exclusive.size === 0 ? 0 : countUses(nodes, pod, exclusive);
    return disks.length === 0 && inUse === 0 ? undefined : filterBy(pod, disks, exclusive, inUse);
  },
  interests: [
    { resources: ['assigned pod', 'unscheduled pod'], actions: ['delete'], helps: frees },
    { resources: ['node'], actions: ['add'] },
    { resources: ['claim'], actions: ['add'], helps: claimHelps },
  ],
};

function missing(claim: string): Rejection {
  const reasons = [`persistentvolumeclaim "${claim}" not found`];
  return { code: 'UnschedulableAndUnresolvable', plugin: NAME, reasons };
}

function namedClaims({ spec }: V1Pod): readonly string[] {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

function filterBy(pod: PodInfo, disks: readonly V1Volume[], exclusive: ReadonlySet<string>, inUse: number): Filter {
  let uses = inUse;
  const usesOf = (other: PodInfo): number =>
    other.namespace === pod.namespace ? namedClaims(other.pod).filter((name) => exclusive.has(name)).length : 0;
  return {
    check(node) {
      if (disks.some((disk) => isDiskTaken(disk, node))) return DISK_TAKEN;
      return uses > 0 ? CLAIM_IN_USE : undefined;
    },
    add: (other) => {
      uses += usesOf(other);
    },
    remove: (other) => {
      uses -= usesOf(other);
    },
    copy: () => filterBy(pod, disks, exclusive, uses),
  };
}

function countUses(nodes: readonly NodeInfo[], { namespace }: PodInfo, exclusive: ReadonlySet<string>): number {
  const used = new Set<string>();
  for (const { pods } of nodes)
    for (const other of pods.values())
      if (other.namespace === namespace)
        for (const name of namedClaims(other.pod)) if (exclusive.has(name)) used.add(name);
  return used.size;
}

function isExclusiveDisk({ gcePersistentDisk, awsElasticBlockStore, rbd, iscsi }: V1Volume): boolean {
  return [gcePersistentDisk, awsElasticBlockStore, rbd, iscsi].some((disk) => disk !== undefined);
}

function isDiskTaken(disk: V1Volume, { pods }: Pick<NodeInfo, 'pods'>): boolean {
  for (const { pod } of pods.values())
    if ((pod.spec?.volumes ?? []).some((other) => isSameDisk(disk, other))) return true;
  return false;
}

/** The same disk, and not only read by both. */
function isSameDisk(a: V1Volume, b: V1Volume): boolean {
  const [gce, otherGce] = [a.gcePersistentDisk, b.gcePersistentDisk];
  if (gce !== undefined && gce.pdName === otherGce?.pdName && !readBoth(gce, otherGce)) return true;
  const aws = a.awsElasticBlockStore?.volumeID;
  if (aws !== undefined && aws === b.awsElasticBlockStore?.volumeID) return true;
  const [iscsi, otherIscsi] = [a.iscsi, b.iscsi];
  if (iscsi !== undefined && iscsi.iqn === otherIscsi?.iqn && !readBoth(iscsi, otherIscsi)) return true;
  const [rbd, otherRbd] = [a.rbd, b.rbd];
  if (rbd === undefined || otherRbd === undefined || readBoth(rbd, otherRbd)) return false;
  const meet = rbd.monitors.some((monitor) => otherRbd.monitors.includes(monitor));
  return meet && rbd.pool === otherRbd.pool && rbd.image === otherRbd.image;
}

function readBoth(a: { readonly readOnly?: boolean }, b: { readonly readOnly?: boolean } | undefined): boolean {
  return a.readOnly === true && b?.readOnly === true;
}

function frees({ namespace, pod }: PodInfo, event: ClusterEvent): boolean {
  const gone = podOf(event);
  if (gone.metadata?.namespace !== namespace) return false;
  const disks = (pod.spec?.volumes ?? []).filter(isExclusiveDisk);
  const freed = gone.spec?.volumes ?? [];
  if (disks.some((disk) => freed.some((other) => isSameDisk(disk, other)))) return true;
  const mine = namedClaims(pod);
  return namedClaims(gone).some((name) => mine.includes(name));
}
