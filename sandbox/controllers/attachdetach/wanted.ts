// Which volumes belong on which nodes, and what keeps one from going there. Pure.

import { type Informer, keyOf } from '../../client/informer.ts';
import { attachmentName } from '../../kube/attachments.ts';
import type {
  V1CSIDriver,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1VolumeAttachment,
} from '../../schema/generated/types.ts';
import { claimsOf, isOver } from '../shared/pods.ts';

export interface Observed {
  readonly pods: Informer<V1Pod>;
  readonly claims: Informer<V1PersistentVolumeClaim>;
  readonly volumes: Informer<V1PersistentVolume>;
  readonly drivers: Informer<V1CSIDriver>;
}

/** A volume on a node, and the pods there that use it. */
export interface Wanted {
  readonly volume: V1PersistentVolume;
  readonly node: string;
  readonly pods: readonly V1Pod[];
}

export function nameOf({ volume, node }: Wanted): string {
  const { volumeHandle = '', driver = '' } = volume.spec?.csi ?? {};
  return attachmentName(volumeHandle, driver, node);
}

/** A pod that is over needs its volumes no more; one that is being stopped still does. */
export function wantedAttachments({ pods, claims, volumes, drivers }: Observed): readonly Wanted[] {
  const found = new Map<string, { volume: V1PersistentVolume; node: string; pods: V1Pod[] }>();
  for (const pod of pods.list()) {
    const node = pod.spec?.nodeName;
    if (node === undefined || isOver(pod)) continue;
    for (const claim of claimsOf(pod)) {
      const volume = volumes.get(claims.get(claim)?.spec?.volumeName ?? '');
      const driver = volume?.spec?.csi?.driver;
      if (volume === undefined || driver === undefined || drivers.get(driver)?.spec?.attachRequired === false) continue;
      const key = `${keyOf(volume)} ${node}`;
      const known = found.get(key) ?? { volume, node, pods: [] };
      known.pods.push(pod);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

const SHARED: ReadonlySet<string> = new Set(['ReadWriteMany', 'ReadOnlyMany']);

/** Why a volume can't go to a node now: it is on another one, and may be on one only. */
export function conflictOf(
  { volume, node, pods: asking }: Wanted,
  attachments: readonly V1VolumeAttachment[],
  pods: Informer<V1Pod>,
): string | undefined {
  if ((volume.spec?.accessModes ?? []).some((mode) => SHARED.has(mode))) return undefined;
  const elsewhere = attachments.some(
    ({ spec }) => spec.source.persistentVolumeName === keyOf(volume) && spec.nodeName !== node,
  );
  if (!elsewhere) return undefined;
  const { name = '', namespace = '' } = volume.spec?.claimRef ?? {};
  const users = pods
    .list(namespace)
    .filter((pod) => !asking.includes(pod) && !isOver(pod) && claimsOf(pod).includes(`${namespace}/${name}`))
    .filter(({ spec }) => spec?.nodeName !== undefined && spec.nodeName !== node)
    .map(({ metadata }) => metadata?.name ?? '');
  return users.length === 0
    ? "Volume is already exclusively attached to one node and can't be attached to another"
    : `Volume is already used by pod(s) ${users.join(', ')}`;
}
