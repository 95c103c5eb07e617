// Which volume suits a claim. Pure.

import { own } from '../../kube/json.ts';
import { compareQuantities, parseQuantity } from '../../kube/quantity.ts';
import { matchesLabels, selectorOf } from '../../kube/selectors/labelselectors.ts';
import type { V1PersistentVolume, V1PersistentVolumeClaim } from '../../schema/generated/types.ts';

const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

export function classOf({ metadata, spec }: V1PersistentVolumeClaim | V1PersistentVolume): string {
  return own(metadata?.annotations, OLD_CLASS) ?? spec?.storageClassName ?? '';
}

/** It names a class, if only that of no name. */
export function hasClass({ metadata, spec }: V1PersistentVolumeClaim): boolean {
  return own(metadata?.annotations, OLD_CLASS) !== undefined || spec?.storageClassName !== undefined;
}

/** The volume is kept for this very claim. */
export function isFor({ spec }: V1PersistentVolume, { metadata }: V1PersistentVolumeClaim): boolean {
  const reference = spec?.claimRef;
  if (reference === undefined || reference.name !== metadata?.name || reference.namespace !== metadata?.namespace)
    return false;
  return (reference.uid ?? '') === '' || reference.uid === metadata?.uid;
}

/** Why a volume that was asked for by name can't be had; undefined when it can. */
export function mismatch(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): string | undefined {
  if (compareQuantities(sizeOf(volume), requestOf(claim)) < 0) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode';
  return offersModes(volume, claim) ? undefined : 'incompatible accessMode';
}

/** The volume kept for the claim, or the smallest one that will do. `keptOnly`: the node decides, later. */
export function bestVolume(
  claim: V1PersistentVolumeClaim,
  volumes: readonly V1PersistentVolume[],
  keptOnly: boolean,
): V1PersistentVolume | undefined {
  const suiting = volumes.filter((volume) => suits(volume, claim));
  const kept = suiting.find((volume) => isFor(volume, claim));
  if (kept !== undefined || keptOnly) return kept;
  const selector = claim.spec?.selector === undefined ? undefined : selectorOf(claim.spec.selector);
  return suiting
    .filter(({ spec, status }) => spec?.claimRef === undefined && status?.phase === 'Available')
    .filter(({ metadata }) => selector === undefined || matchesLabels(selector, metadata?.labels))
    .filter((volume) => classOf(volume) === classOf(claim))
    .sort(
      (a, b) =>
        compareQuantities(sizeOf(a), sizeOf(b)) || ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1),
    )[0];
}

function suits(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): boolean {
  if (volume.metadata?.deletionTimestamp !== undefined || modeOf(volume) !== modeOf(claim)) return false;
  if (!offersModes(volume, claim)) return false;
  return compareQuantities(sizeOf(volume), requestOf(claim)) >= 0;
}

function offersModes({ spec: volume }: V1PersistentVolume, { spec: claim }: V1PersistentVolumeClaim): boolean {
  return (claim?.accessModes ?? []).every((mode) => volume?.accessModes?.includes(mode) === true);
}

function modeOf({ spec }: V1PersistentVolume | V1PersistentVolumeClaim): string {
  return spec?.volumeMode ?? 'Filesystem';
}

function sizeOf({ spec }: V1PersistentVolume) {
  return parseQuantity(String(own(spec?.capacity, 'storage') ?? '0'));
}

function requestOf({ spec }: V1PersistentVolumeClaim) {
  return parseQuantity(String(own(spec?.resources?.requests, 'storage') ?? '0'));
}
