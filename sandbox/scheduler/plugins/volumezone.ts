// VolumeZone: a volume with labels of a zone or region is used there only.

import { own } from '../../kube/json.ts';
import type { V1PersistentVolume } from '../../schema/generated/types.ts';
import type { Plugin, Rejection } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';
import type { Objects } from '../snapshot.ts';
import { classOf } from '../volumes.ts';
import { claimHelps } from './volumebinding.ts';

const NAME = 'VolumeZone';
const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
/** Labels of topology, the older ones with what has replaced them. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', ZONE],
  ['failure-domain.beta.kubernetes.io/region', REGION],
  [ZONE, ZONE],
  [REGION, REGION],
]);

interface Topology {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

export const volumeZone: Plugin = {
  name: NAME,
  filter(pod, { objects }) {
    const topologies = topologiesOf(pod, objects);
    if (typeof topologies === 'string') return rejection(topologies);
    if (topologies.length === 0) return undefined;
    const elsewhere = rejection('node(s) had no available volume zone');
    return {
      check({ labels }) {
        const known = [...LABELS.keys()].some((label) => own(labels, label) !== undefined);
        const fits = topologies.every(({ key, values }) => {
          const value = own(labels, key) ?? own(labels, LABELS.get(key) ?? key);
          return value !== undefined && values.has(value);
        });
        return known && !fits ? elsewhere : undefined;
      },
    };
  },
  interests: [
    { resources: ['storage class'], actions: ['add'] },
    { resources: ['node'], actions: ['add', 'update labels'] },
    { resources: ['claim'], actions: ['add', 'update'], helps: claimHelps },
    { resources: ['volume'], actions: ['add', 'update'] },
  ],
};

function rejection(reason: string): Rejection {
  return { code: 'UnschedulableAndUnresolvable', plugin: NAME, reasons: [reason] };
}

/** Where a pod's volumes are; or what is wrong with one. */
function topologiesOf({ pod, namespace }: PodInfo, objects: Objects): readonly Topology[] | string {
  const result: Topology[] = [];
  for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = objects.claim(`${namespace}/${claimName}`);
    if (claim === undefined) return `persistentvolumeclaim "${claimName}" not found`;
    const volumeName = claim.spec?.volumeName ?? '';
    if (volumeName === '') {
      const className = classOf(claim);
      if (className === '') return 'PersistentVolumeClaim had no pv name and storageClass name';
      const mode = objects.storageClass(className)?.volumeBindingMode;
      if (objects.storageClass(className) === undefined) return `storageclass.storage.k8s.io "${className}" not found`;
      if (mode === undefined) return `VolumeBindingMode not set for StorageClass "${className}"`;
      if (mode === 'WaitForFirstConsumer') continue;
      return 'PersistentVolume had no name';
    }
    const volume = objects.volume(volumeName);
    if (volume === undefined) return `persistentvolume "${volumeName}" not found`;
    result.push(...labelsOf(volume));
  }
  return result;
}

function labelsOf({ metadata }: V1PersistentVolume): readonly Topology[] {
  return [...LABELS.keys()].flatMap((key) => {
    const value = own(metadata?.labels, key);
    return value === undefined ? [] : [{ key, values: new Set(value.split('__')) }];
  });
}
