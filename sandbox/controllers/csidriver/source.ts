// What a new volume begins with: nothing, what a snapshot has, or what another claim's volume has at this moment.

import type { Client } from '../../client/client.ts';
import { own } from '../../kube/json.ts';
import { parseQuantity, quantityValue } from '../../kube/quantity.ts';
import { messageOf } from '../../kube/thrown.ts';
import { PersistentVolumeClaims } from '../../schema/generated/resources.ts';
import type { V1PersistentVolumeClaim } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { requested } from '../expansion.ts';
import { SNAPSHOT_GROUP, VolumeSnapshotContents, VolumeSnapshots } from '../snapshots/kinds.ts';
import { filesOfSnapshot, filesOfVolume } from './storage.ts';

/** Where the files lie that a claim's volume begins with; undefined for an empty one. Throws an Error with what the provisioner says. */
export function* sourceOf(client: Client, claim: V1PersistentVolumeClaim): Work<string | undefined> {
  const { kind = '', name = '', apiGroup = '' } = claim.spec?.dataSource ?? {};
  const from =
    kind === 'VolumeSnapshot' && apiGroup === SNAPSHOT_GROUP
      ? fromSnapshot
      : kind === 'PersistentVolumeClaim' && apiGroup === ''
        ? fromClaim
        : undefined;
  if (from === undefined) return undefined;
  try {
    return yield* from(client, claim, name);
  } catch (error) {
    throw new Error(`error getting handle for DataSource Type ${kind} by Name ${name}: ${messageOf(error)}`);
  }
}

function* fromSnapshot(client: Client, claim: V1PersistentVolumeClaim, name: string): Work<string> {
  const namespace = claim.metadata?.namespace ?? '';
  const snapshot = yield* client.find(VolumeSnapshots, { name, namespace });
  if (snapshot === undefined)
    throw new Error(
      `error getting snapshot ${name} from api server: volumesnapshots.${SNAPSHOT_GROUP} "${name}" not found`,
    );
  if (snapshot.metadata?.deletionTimestamp !== undefined)
    throw new Error(`snapshot ${name} is currently being deleted`);
  const bound = snapshot.status?.boundVolumeSnapshotContentName;
  if (bound === undefined) throw new Error(`snapshot ${name} not bound`);
  const content = yield* client.find(VolumeSnapshotContents, { name: bound });
  if (content === undefined)
    throw new Error(
      `snapshot ${name} not bound to content ${bound}: volumesnapshotcontents.${SNAPSHOT_GROUP} "${bound}" not found`,
    );
  if (snapshot.status?.readyToUse !== true) throw new Error(`snapshot ${name} is not Ready`);
  const asked = bytes(requested(claim));
  const least = content.status?.restoreSize ?? 0;
  if (asked < least)
    throw new Error(`requested volume size ${asked} is less than the size ${least} for the source snapshot ${name}`);
  return filesOfSnapshot(content.status?.snapshotHandle ?? '');
}

function* fromClaim(client: Client, claim: V1PersistentVolumeClaim, name: string): Work<string> {
  const namespace = claim.metadata?.namespace ?? '';
  const source = yield* client.find(PersistentVolumeClaims, { name, namespace });
  if (source === undefined)
    throw new Error(
      `error getting PVC ${name} (namespace "${namespace}") from api server: persistentvolumeclaims "${name}" not found`,
    );
  if (source.metadata?.deletionTimestamp !== undefined) throw new Error('the PVC source is currently being deleted');
  if (source.status?.phase !== 'Bound') throw new Error(`the PVC ${name} is not in the Bound phase`);
  const [asked, has] = [bytes(requested(claim)), bytes(own(source.status.capacity, 'storage'))];
  if (asked < has)
    throw new Error(
      `error, new PVC request must be greater than or equal in size to the specified PVC data source, requested ${asked} but source is ${has}`,
    );
  return filesOfVolume(source.spec?.volumeName ?? '');
}

function bytes(size: string | undefined): number {
  return quantityValue(parseQuantity(size ?? '0'));
}
