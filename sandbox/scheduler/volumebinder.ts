// Before a pod is bound to its node, its volumes are: volumes that are there are given to its claims, other claims are
// told the node to be provisioned for; then the pod waits until all of them are bound.

import type { Turn } from '../client/component.ts';
import { own } from '../kube/json.ts';
import { PersistentVolumeClaims, PersistentVolumes, Pods } from '../schema/generated/resources.ts';
import type { Work } from '../time/loop.ts';
import type { Desk } from './desk.ts';
import type { NodeInfo } from './nodeinfo.ts';
import { claimsOf } from './plugins/volumebinding.ts';
import type { PodInfo } from './podinfo.ts';
import { BOUND_BY_CONTROLLER, isFullyBound, planVolumes, SELECTED_NODE, sortClaims } from './volumes.ts';

/** What a pod has been promised; plain data. */
export interface Promised {
  /** Volumes by name, with the key of the claim each is for. */
  readonly bind: readonly { readonly volume: string; readonly claim: string }[];
  /** Keys of claims to be provisioned. */
  readonly provision: readonly string[];
}

/** Promises a pod its volumes on a node; undefined when all of them are bound already. */
export function reserveVolumes({ objects, memory }: Desk, pod: PodInfo, node: NodeInfo): Promised | undefined {
  const claims = pod.claims.length === 0 ? [] : claimsOf(pod, objects);
  if (typeof claims === 'string' || claims.every(isFullyBound)) return undefined;
  const plan = planVolumes(sortClaims(claims, objects), node, objects);
  if ('reasons' in plan) return undefined;
  const keyOf = (name = ''): string => `${pod.namespace}/${name}`;
  const promised: Promised = {
    bind: plan.bind.map(({ volume, claim }) => ({
      volume: volume.metadata?.name ?? '',
      claim: keyOf(claim.metadata?.name),
    })),
    provision: plan.provision.map(({ metadata }) => keyOf(metadata?.name)),
  };
  const { volumes, claims: reserved } = memory().reservations;
  for (const { volume, claim } of promised.bind) volumes.set(volume, claim);
  for (const claim of promised.provision) reserved.set(claim, node.name);
  return promised;
}

export function releaseVolumes({ memory }: Desk, { bind, provision }: Promised): void {
  const { volumes, claims } = memory().reservations;
  for (const { volume } of bind) volumes.delete(volume);
  for (const claim of provision) claims.delete(claim);
}

/** Tells the API what was promised, and on which node the pod is expected. */
export function* writeVolumes(desk: Desk, turn: Turn, pod: PodInfo, node: string, promised: Promised): Work<void> {
  const { objects } = desk;
  const status = { nominatedNodeName: node };
  const { namespace, name } = pod;
  if (pod.pod.status?.nominatedNodeName !== node)
    yield* turn.client.patch(Pods, { namespace, name }, { type: 'strategic', body: { status }, subresource: 'status' });
  for (const { volume: volumeName, claim: key } of promised.bind) {
    const volume = objects.volume(volumeName);
    const claim = objects.claim(key);
    if (volume === undefined || claim === undefined) throw new Error(`failed to check binding: ${volumeName} is gone`);
    const { name: claimName = '', uid = '', resourceVersion = '' } = claim.metadata ?? {};
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace,
      name: claimName,
      uid,
      resourceVersion,
    };
    const annotations =
      volume.spec?.claimRef === undefined
        ? { ...volume.metadata?.annotations, [BOUND_BY_CONTROLLER]: 'yes' }
        : volume.metadata?.annotations;
    const metadata = { ...volume.metadata, ...(annotations === undefined ? {} : { annotations }) };
    yield* turn.client.update(PersistentVolumes, { ...volume, metadata, spec: { ...volume.spec, claimRef } });
  }
  for (const key of promised.provision) {
    const claim = objects.claim(key);
    if (claim === undefined) throw new Error(`failed to check provisioning pvc: ${key} is gone`);
    const annotations = { ...claim.metadata?.annotations, [SELECTED_NODE]: node };
    yield* turn.client.update(PersistentVolumeClaims, { ...claim, metadata: { ...claim.metadata, annotations } });
  }
}

/** Whether all volumes of a pod are bound by now. Throws when that won't happen on this node any more. */
export function areBound({ objects }: Desk, pod: PodInfo, node: string, { provision }: Promised): boolean {
  const claims = claimsOf(pod, objects);
  if (typeof claims === 'string') throw new Error(`failed to check binding: ${claims}`);
  for (const claim of claims) {
    const { name = '', namespace = '', annotations } = claim.metadata ?? {};
    if (!provision.includes(`${namespace}/${name}`) || isFullyBound(claim)) continue;
    const selected = own(annotations, SELECTED_NODE);
    if (selected !== undefined && selected !== node) throw new Error(`provisioning failed for PVC "${name}"`);
  }
  return claims.every(isFullyBound);
}
