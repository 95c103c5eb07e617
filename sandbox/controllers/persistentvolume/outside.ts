// What provisioners outside of the controller manager share: which claims wait for them, how they make
// volumes and tell of it, which volumes they take away.

import type { Client } from '../../client/client.ts';
import type { Component } from '../../client/component.ts';
import { unlessGone } from '../../client/gone.ts';
import { type Key, keyOf } from '../../client/informer.ts';
import { own } from '../../kube/json.ts';
import { reasonOf } from '../../kube/status.ts';
import { PersistentVolumes } from '../../schema/generated/resources.ts';
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
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

/** Tells of it on its claim. */
type Say = (reason: string, message: string) => void;

/** Makes the volume of a claim (by its key), and tells before and after. One that is there already is left alone. */
export function* provision(client: Client, claim: Key, volume: V1PersistentVolume, say: Say): Work<void> {
  say('Provisioning', `External provisioner is provisioning volume for claim "${claim}"`);
  try {
    yield* client.create(PersistentVolumes, volume);
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') throw error;
  }
  say('ProvisioningSucceeded', `Successfully provisioned volume ${keyOf(volume)}`);
}

/** Takes away the volumes of a driver that nobody claims any more. */
export function removeForsaken(component: Component, driver: string): void {
  const volumes = component.informer(PersistentVolumes);
  const queue = component.queue('volumes', function* (key, turn) {
    const volume = volumes.get(key);
    if (volume === undefined || !isForsaken(driver, volume)) return undefined;
    yield* unlessGone(turn.client.delete(PersistentVolumes, { name: key }));
    return undefined;
  });
  volumes.on(({ type, object, causes }) => {
    if (type !== 'deleted' && isForsaken(driver, object)) queue.add(keyOf(object), causes);
  });
}

/** Its own, released, and to be deleted then. */
function isForsaken(driver: string, { metadata, spec, status }: V1PersistentVolume): boolean {
  const isOurs = own(metadata?.annotations, PROVISIONED_BY) === driver;
  const isReleased = status?.phase === 'Released' && spec?.persistentVolumeReclaimPolicy === 'Delete';
  return isOurs && isReleased && metadata?.deletionTimestamp === undefined;
}
