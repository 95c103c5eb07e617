// What provisioners outside of the controller manager share: which claims wait for them, which volumes they take away.

import { own } from '../../kube/json.ts';
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from '../../schema/generated/types.ts';
import { PROVISIONED_BY, PROVISIONER, SELECTED_NODE } from './provision.ts';

/** Nobody else makes its volume, and the node is known if the class waits for that. */
export function waitsFor(
  driver: string,
  { metadata, spec }: V1PersistentVolumeClaim,
  { provisioner, volumeBindingMode }: V1StorageClass,
): boolean {
  if (provisioner !== driver || own(metadata?.annotations, PROVISIONER) !== driver) return false;
  if (spec?.volumeName !== undefined || metadata?.deletionTimestamp !== undefined) return false;
  return volumeBindingMode !== 'WaitForFirstConsumer' || own(metadata?.annotations, SELECTED_NODE) !== undefined;
}

/** Its own, released, and to be deleted then. */
export function isForsaken(driver: string, { metadata, spec, status }: V1PersistentVolume): boolean {
  const isOurs = own(metadata?.annotations, PROVISIONED_BY) === driver;
  const isReleased = status?.phase === 'Released' && spec?.persistentVolumeReclaimPolicy === 'Delete';
  return isOurs && isReleased && metadata?.deletionTimestamp === undefined;
}
