// Volumes for a pod: which of its claims are bound, and which could be, on one node or another. Decisions only.

import { own } from '../kube/json.ts';
import { compareQuantities, parseQuantity, quantityValue, ZERO } from '../kube/quantity.ts';
import { matchesLabels, selectorOf } from '../kube/selectors/labelselectors.ts';
import { termTest } from '../kube/selectors/nodeselectors.ts';
import type {
  V1CSIStorageCapacity,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1StorageClass,
} from '../schema/generated/types.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { Objects } from './snapshot.ts';

type Claim = V1PersistentVolumeClaim;
type Volume = V1PersistentVolume;

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
const CLASS = 'volume.beta.kubernetes.io/storage-class';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** What has to be done for a pod's volumes on one node. */
export interface VolumePlan {
  /** Volumes that are there, to be bound to claims. */
  readonly bind: readonly { readonly volume: Volume; readonly claim: Claim }[];
  /** Claims to be provisioned for this node. */
  readonly provision: readonly Claim[];
}

/** A pod's claims by what has become of them. */
export interface Claims {
  readonly bound: readonly Claim[];
  /** They wait for a pod that uses them. */
  readonly waiting: readonly Claim[];
  /** They are to be bound without waiting, and aren't yet. */
  readonly immediate: readonly Claim[];
}

export function classOf({ metadata, spec }: Claim | Volume): string {
  return own(metadata?.annotations, CLASS) ?? spec?.storageClassName ?? '';
}

export function isFullyBound({ metadata, spec }: Claim): boolean {
  return (spec?.volumeName ?? '') !== '' && own(metadata?.annotations, BIND_COMPLETED) !== undefined;
}

export function sortClaims(claims: readonly Claim[], objects: Objects): Claims {
  const bound = claims.filter(isFullyBound);
  const unbound = claims.filter((claim) => !isFullyBound(claim));
  const waits = (claim: Claim): boolean =>
    objects.storageClass(classOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer' &&
    (claim.spec?.volumeName ?? '') === '';
  return { bound, waiting: unbound.filter(waits), immediate: unbound.filter((claim) => !waits(claim)) };
}

const ABSENT = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
const ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity";
const NONE_FREE = "node(s) didn't find available persistent volumes to bind";
const NO_SPACE = 'node(s) did not have enough free storage';

/** How a pod's claims can be met on a node; or why not. Throws when a claim's class is gone. */
export function planVolumes(
  { bound, waiting }: Claims,
  node: NodeInfo,
  objects: Objects,
): VolumePlan | { readonly reasons: readonly string[] } {
  const reasons: string[] = [];
  for (const claim of bound) {
    const volume = objects.volume(claim.spec?.volumeName ?? '');
    if (volume === undefined) reasons.push(ABSENT);
    else if (!isReachable(volume, node)) reasons.unshift(ELSEWHERE);
    if (reasons.length > 0) break;
  }
  const plan = planUnbound(waiting, node, objects);
  if ('reasons' in plan) {
    const order = [ELSEWHERE, NONE_FREE, NO_SPACE, ABSENT];
    return { reasons: order.filter((reason) => reasons.includes(reason) || plan.reasons.includes(reason)) };
  }
  return reasons.length > 0 ? { reasons } : plan;
}

function planUnbound(
  claims: readonly Claim[],
  node: NodeInfo,
  objects: Objects,
): VolumePlan | { readonly reasons: readonly string[] } {
  const provision: Claim[] = [];
  const toMatch: Claim[] = [];
  for (const claim of claims) {
    const selected = selectedNode(claim, objects);
    if (selected === undefined) toMatch.push(claim);
    else if (selected === node.name) provision.push(claim);
    else return { reasons: [NONE_FREE] };
  }
  const bind: { volume: Volume; claim: Claim }[] = [];
  for (const claim of toMatch.sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))) {
    const volume = smallestMatch(claim, node, objects, new Set(bind.map((one) => one.volume)));
    if (volume === undefined) provision.push(claim);
    else bind.push({ volume, claim });
  }
  for (const claim of provision) {
    const problem = provisionProblem(claim, node, objects);
    if (problem !== undefined) return { reasons: [problem] };
  }
  return { bind, provision };
}

function selectedNode(claim: Claim, { reservations }: Objects): string | undefined {
  const { namespace = '', name = '' } = claim.metadata ?? {};
  return own(claim.metadata?.annotations, SELECTED_NODE) ?? reservations().claims.get(`${namespace}/${name}`);
}

function sizeOf({ spec }: Claim) {
  const text = own(spec?.resources?.requests, 'storage');
  return text === undefined ? ZERO : parseQuantity(text);
}

/** Whether a volume can be used on a node. */
function isReachable({ spec }: Volume, node: Pick<NodeInfo, 'name' | 'labels'>): boolean {
  const required = spec?.nodeAffinity?.required;
  return required === undefined || required.nodeSelectorTerms.some((term) => termTest(term)(node));
}

function smallestMatch(claim: Claim, node: NodeInfo, objects: Objects, taken: ReadonlySet<Volume>): Volume | undefined {
  let best: { readonly volume: Volume; readonly size: ReturnType<typeof parseQuantity> } | undefined;
  for (const volume of objects.volumes()) {
    if (taken.has(volume) || !isCandidate(volume, claim, objects)) continue;
    if (isFor(volume, claim)) return isReachable(volume, node) ? volume : undefined;
    if (!matches(volume, claim) || !isReachable(volume, node)) continue;
    const size = capacityOf(volume);
    if (best === undefined || compareQuantities(best.size, size) > 0) best = { volume, size };
  }
  return best?.volume;
}

function capacityOf({ spec }: Volume) {
  return parseQuantity(own(spec?.capacity, 'storage') ?? '0');
}

function isFor({ spec }: Volume, { metadata }: Claim): boolean {
  const ref = spec?.claimRef;
  if (ref === undefined || ref.name !== metadata?.name || ref.namespace !== metadata?.namespace) return false;
  return (ref.uid ?? '') === '' || ref.uid === metadata?.uid;
}

/** What holds for volumes that wait for this claim, too. */
function isCandidate(volume: Volume, claim: Claim, { reservations }: Objects): boolean {
  const { metadata, spec } = volume;
  if (spec?.claimRef !== undefined && !isFor(volume, claim)) return false;
  const { namespace = '', name = '' } = claim.metadata ?? {};
  const reserved = reservations().volumes.get(metadata?.name ?? '');
  return (
    (reserved === undefined || reserved === `${namespace}/${name}`) &&
    compareQuantities(capacityOf(volume), sizeOf(claim)) >= 0 &&
    (spec?.volumeMode ?? 'Filesystem') === (claim.spec?.volumeMode ?? 'Filesystem') &&
    (spec?.volumeAttributesClassName ?? '') === (claim.spec?.volumeAttributesClassName ?? '') &&
    metadata?.deletionTimestamp === undefined
  );
}

function matches(volume: Volume, claim: Claim): boolean {
  const { selector, accessModes = [] } = claim.spec ?? {};
  return (
    volume.status?.phase === 'Available' &&
    (selector === undefined || matchesLabels(selectorOf(selector), volume.metadata?.labels)) &&
    classOf(volume) === classOf(claim) &&
    accessModes.every((mode) => volume.spec?.accessModes?.includes(mode) === true)
  );
}

function provisionProblem(claim: Claim, node: NodeInfo, objects: Objects): string | undefined {
  const { namespace = '', name = '' } = claim.metadata ?? {};
  const className = classOf(claim);
  if (className === '') throw new Error(`no class for claim "${namespace}/${name}"`);
  const storageClass = objects.storageClass(className);
  if (storageClass === undefined) throw new Error(`failed to find storage class "${className}"`);
  const { provisioner } = storageClass;
  if (provisioner === '' || provisioner === NO_PROVISIONER || !isAllowed(storageClass, node)) return NONE_FREE;
  return hasSpace(claim, storageClass, node, objects) ? undefined : NO_SPACE;
}

function isAllowed({ allowedTopologies = [] }: V1StorageClass, { labels }: NodeInfo): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => {
      const value = own(labels, key);
      return value !== undefined && values.includes(value);
    }),
  );
}

function hasSpace(claim: Claim, { metadata, provisioner }: V1StorageClass, node: NodeInfo, objects: Objects): boolean {
  if (objects.csiDriver(provisioner)?.spec.storageCapacity !== true) return true;
  const size = quantityValue(sizeOf(claim));
  return objects
    .capacities()
    .some((one) => one.storageClassName === metadata?.name && limitOf(one) >= size && reaches(one, node));
}

function limitOf({ maximumVolumeSize, capacity }: V1CSIStorageCapacity): number {
  const text = maximumVolumeSize ?? capacity;
  return text === undefined ? -1 : quantityValue(parseQuantity(text));
}

function reaches({ nodeTopology }: V1CSIStorageCapacity, { labels }: NodeInfo): boolean {
  return nodeTopology !== undefined && matchesLabels(selectorOf(nodeTopology), labels);
}
