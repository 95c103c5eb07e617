// What a snapshot is taken of, and how: the class that it names or gets, and the volume behind its claim. What isn't right is
// refused in the words of its event.

import { type Informer, keyOf } from '../../client/informer.ts';
import { own } from '../../kube/json.ts';
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from '../../schema/generated/types.ts';
import { classOf } from '../persistentvolume/match.ts';
import { SNAPSHOT_GROUP, type VolumeSnapshot, type VolumeSnapshotClass, type VolumeSnapshotContent } from './kinds.ts';

export interface Caches {
  readonly snapshots: Informer<VolumeSnapshot>;
  readonly contents: Informer<VolumeSnapshotContent>;
  readonly classes: Informer<VolumeSnapshotClass>;
  readonly claims: Informer<V1PersistentVolumeClaim>;
  readonly volumes: Informer<V1PersistentVolume>;
  readonly storage: Informer<V1StorageClass>;
}

type Asked = Caches & { readonly snapshot: VolumeSnapshot };

/** What keeps a snapshot from being taken: the reason of its event, and the words. */
export class Refusal extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

const IS_DEFAULT = 'snapshot.storage.kubernetes.io/is-default-class';

export function wantsDefaultClass({ spec, status }: VolumeSnapshot): boolean {
  const { persistentVolumeClaimName } = spec?.source ?? {};
  return persistentVolumeClaimName !== undefined && spec?.volumeSnapshotClassName === undefined && !status?.readyToUse;
}

/** Of the driver that makes the volumes of the claim, as far as that is known. */
export function defaultClass(asked: Asked): VolumeSnapshotClass {
  const driver = driverOf(asked);
  const found = asked.classes
    .list()
    .filter((one) => own(one.metadata?.annotations, IS_DEFAULT) === 'true' && (driver === '' || one.driver === driver));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const why =
    only === undefined ? 'cannot find default snapshot class' : `${found.length} default snapshot classes were found`;
  throw new Refusal('SetDefaultSnapshotClassFailed', `Failed to set default snapshot class with error ${why}`);
}

function driverOf({ snapshot, claims, storage }: Asked): string {
  const { namespace = '' } = snapshot.metadata ?? {};
  const claim = claims.get(`${namespace}/${snapshot.spec?.source.persistentVolumeClaimName ?? ''}`);
  return (claim === undefined ? undefined : storage.get(classOf(claim))?.provisioner) ?? '';
}

export function namedClass({ snapshot, classes }: Asked): VolumeSnapshotClass {
  const name = snapshot.spec?.volumeSnapshotClassName ?? '';
  const named = classes.get(name);
  if (named !== undefined) return named;
  const missing = `"volumesnapshotclass.${SNAPSHOT_GROUP} \\"${name}\\" not found"`;
  const why = `failed to retrieve snapshot class ${name} from the informer: ${missing}`;
  throw new Refusal('GetSnapshotClassFailed', `Failed to get snapshot class with error ${why}`);
}

/** The volume behind the claim that is named. */
export function sourceVolume({ snapshot, claims, volumes }: Asked): V1PersistentVolume {
  const { name = '', namespace = '' } = snapshot.metadata ?? {};
  const failed = (why: string) =>
    new Refusal('SnapshotContentCreationFailed', `Failed to create snapshot content with error ${why}`);
  const wanted = snapshot.spec?.source.persistentVolumeClaimName ?? '';
  const claim = claims.get(`${namespace}/${wanted}`);
  const refused = (object: string, why: string) =>
    failed(`snapshot controller failed to update ${object} on API server: ${why}`);
  if (claim === undefined) throw refused(name, 'cannot get claim from snapshot');
  if (claim.metadata?.deletionTimestamp !== undefined)
    throw refused(wanted, 'cannot add finalizer on claim because it is being deleted');
  const input = `failed to get input parameters to create snapshot ${name}`;
  const volume = volumes.get(claim.spec?.volumeName ?? '');
  if (claim.status?.phase !== 'Bound' || volume === undefined)
    throw failed(`${input}: "the PVC ${wanted} is not yet bound to a PV, will not attempt to take a snapshot"`);
  if (volume.spec?.csi === undefined)
    throw failed(`cannot find CSI PersistentVolumeSource for volume ${keyOf(volume)}`);
  return volume;
}
