// VolumeBinding: a pod fits where its bound volumes can be reached and where there are volumes for its other claims.

import { own, sameJson } from '../../kube/json.ts';
import type { V1CSINode, V1PersistentVolumeClaim, V1StorageClass } from '../../schema/generated/types.ts';
import type { ClusterEvent } from '../clusterevents.ts';
import type { Plugin, Rejection } from '../plugin.ts';
import type { PodInfo } from '../podinfo.ts';
import type { Objects } from '../snapshot.ts';
import { planVolumes, sortClaims } from '../volumes.ts';

const NAME = 'VolumeBinding';

export const volumeBinding: Plugin = {
  name: NAME,
  filter(pod, { objects }) {
    if (pod.claims.length === 0) return undefined;
    const claims = claimsOf(pod, objects);
    if (typeof claims === 'string') return rejection(claims);
    const sorted = sortClaims(claims, objects);
    if (sorted.immediate.length > 0) return rejection('pod has unbound immediate PersistentVolumeClaims');
    return {
      check(node) {
        const plan = planVolumes(sorted, node, objects);
        return 'reasons' in plan ? { ...rejection(''), reasons: plan.reasons } : undefined;
      },
    };
  },
  interests: [
    { resources: ['storage class'], actions: ['add', 'update'], helps: classHelps },
    { resources: ['claim'], actions: ['add', 'update'], helps: claimHelps },
    { resources: ['volume'], actions: ['add', 'update'] },
    { resources: ['node'], actions: ['add', 'update labels'] },
    { resources: ['csi node'], actions: ['add', 'update'], helps: driversMoved },
    { resources: ['csi driver'], actions: ['update'] },
    { resources: ['csi capacity'], actions: ['add', 'update'] },
  ],
};

function rejection(reason: string): Rejection {
  return { code: 'UnschedulableAndUnresolvable', plugin: NAME, reasons: [reason] };
}

/** A pod's claims; or what is wrong with the first that can't be used. */
export function claimsOf({ pod, namespace, name, uid }: PodInfo, objects: Objects): V1PersistentVolumeClaim[] | string {
  const result: V1PersistentVolumeClaim[] = [];
  for (const { name: volume, persistentVolumeClaim, ephemeral } of pod.spec?.volumes ?? []) {
    if (persistentVolumeClaim === undefined && ephemeral === undefined) continue;
    const claimName = persistentVolumeClaim?.claimName ?? `${name}-${volume}`;
    const claim = objects.claim(`${namespace}/${claimName}`);
    if (claim === undefined)
      return ephemeral === undefined
        ? `persistentvolumeclaim "${claimName}" not found`
        : `waiting for ephemeral volume controller to create the persistentvolumeclaim "${claimName}"`;
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim "${claimName}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`;
    if (claim.metadata?.deletionTimestamp !== undefined) return `persistentvolumeclaim "${claimName}" is being deleted`;
    const owned = claim.metadata?.ownerReferences?.some((owner) => owner.uid === uid && owner.controller === true);
    if (ephemeral !== undefined && owned !== true)
      return `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`;
    result.push(claim);
  }
  return result;
}

export function claimHelps({ namespace, claims }: PodInfo, { after }: ClusterEvent): boolean {
  return after?.metadata?.namespace === namespace && claims.includes(after.metadata.name ?? '');
}

function classHelps(_: PodInfo, { before, after }: ClusterEvent): boolean {
  if (before === undefined) return true;
  const was = (before as V1StorageClass).allowedTopologies;
  return !sameJson(was, (after as V1StorageClass).allowedTopologies);
}

function driversMoved(_: PodInfo, { before, after }: ClusterEvent): boolean {
  const key = 'storage.alpha.kubernetes.io/migrated-plugins';
  if (before === undefined) return true;
  const was = own((before as V1CSINode).metadata?.annotations, key);
  return was !== own((after as V1CSINode).metadata?.annotations, key);
}
