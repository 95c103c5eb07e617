// Who owns the claims of a StatefulSet: that decides with whom they go. Pure.

import type { KubeObject, V1OwnerReference } from '../../kube/meta.ts';
import { apiVersion, type ResourceType } from '../../kube/resource.ts';
import { Pods, StatefulSets } from '../../schema/generated/resources.ts';
import type { V1PersistentVolumeClaim, V1Pod, V1StatefulSet } from '../../schema/generated/types.ts';
import { controllerReference } from '../shared/owners.ts';
import { isInRange, ordinalOf } from './identity.ts';

export interface RetentionPolicy {
  readonly whenDeleted: boolean;
  readonly whenScaled: boolean;
}

/** Whether claims go when the set does, and when it shrinks. */
export function retentionOf({ spec }: V1StatefulSet): RetentionPolicy {
  const { whenDeleted, whenScaled } = spec?.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenDeleted: whenDeleted === 'Delete', whenScaled: whenScaled === 'Delete' };
}

/** The claim with the owners that it should have; the same object when it has them, or when they are not ours to change. */
export function withOwners(claim: V1PersistentVolumeClaim, set: V1StatefulSet, pod: V1Pod): V1PersistentVolumeClaim {
  if (hasStaleOwner(claim, set, StatefulSets) || hasStaleOwner(claim, pod, Pods)) return claim;
  const references = claim.metadata?.ownerReferences ?? [];
  const foreign = isForeign(claim, set, pod);
  const others = references.filter((one) => !names(one, set, StatefulSets) && !names(one, pod, Pods));
  const wanted = foreign ? others : [...others, ...ownersFor(set, pod)];
  const same =
    wanted.length === references.length &&
    wanted.every(({ uid, controller }) =>
      references.some((one) => one.uid === uid && (one.controller === true) === (controller === true)),
    );
  return same ? claim : { ...claim, metadata: { ...claim.metadata, ownerReferences: wanted } };
}

function ownersFor(set: V1StatefulSet, pod: V1Pod): readonly V1OwnerReference[] {
  const { whenDeleted, whenScaled } = retentionOf(set);
  const scaledDown = !isInRange(set, ordinalOf(pod) ?? -1);
  if (whenScaled && scaledDown) return [controllerReference(pod, Pods)];
  return whenDeleted ? [controllerReference(set, StatefulSets)] : [];
}

/** Somebody else manages the claim. */
export function isForeign(claim: V1PersistentVolumeClaim, set: V1StatefulSet, pod: V1Pod): boolean {
  const { whenDeleted, whenScaled } = retentionOf(set);
  if (!whenDeleted && !whenScaled) return false;
  return (claim.metadata?.ownerReferences ?? []).some((one) => {
    if (names(one, set, StatefulSets)) return one.uid !== set.metadata?.uid;
    if (names(one, pod, Pods)) return one.uid !== pod.metadata?.uid;
    return one.controller === true;
  });
}

/** It is owned by a former object of the same name, and will go with it. */
export function hasStaleOwner(claim: V1PersistentVolumeClaim, owner: KubeObject, type: ResourceType): boolean {
  const reference = claim.metadata?.ownerReferences?.find((one) => names(one, owner, type));
  return reference !== undefined && reference.uid !== owner.metadata?.uid;
}

function names(reference: V1OwnerReference, owner: KubeObject, type: ResourceType): boolean {
  return (
    reference.apiVersion === apiVersion(type) && reference.kind === type.kind && reference.name === owner.metadata?.name
  );
}
