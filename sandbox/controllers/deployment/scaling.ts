// How many pods each ReplicaSet of a Deployment shall have. Pure: sets in, sizes out.

import type { V1Deployment, V1ReplicaSet } from '../../schema/generated/types.ts';
import {
  activeAmong,
  availableOf,
  byCreation,
  bySizeNewer,
  bySizeOlder,
  replicasOf,
  sum,
  wantedBy,
} from '../shared/replicasets.ts';
import { isRollingUpdate, maxSurge, maxUnavailable, wantedReplicas } from '../shared/rollout.ts';
import { countIn, DESIRED_REPLICAS, MAX_REPLICAS, type Sets } from './revisions.ts';

/** A set and the size that it shall have. `always`: its annotations are brought up to date even if the size stays. */
export interface Resize {
  readonly set: V1ReplicaSet;
  readonly to: number;
  readonly always: boolean;
}

/** How big the set of today's template may be now. */
export function sizeOfCurrent(deployment: V1Deployment, all: readonly V1ReplicaSet[], current: V1ReplicaSet): number {
  const wanted = wantedReplicas(deployment);
  if (!isRollingUpdate(deployment) || replicasOf(current) > wanted) return wanted;
  const room = wanted + maxSurge(deployment) - wantedBy(all);
  return room <= 0 ? replicasOf(current) : Math.min(wanted, replicasOf(current) + room);
}

/** Old sets that give up pods for the current one: first what isn't available anyway, then as much as availability allows. */
export function shrinkOld(deployment: V1Deployment, { current, old }: Sets): readonly Resize[] {
  const active = [...activeAmong(old)].sort(byCreation);
  if (active.length === 0 || current === undefined) return [];
  const least = wantedReplicas(deployment) - maxUnavailable(deployment);
  const all = [...old, current];
  const unavailable = replicasOf(current) - availableOf(current);
  const sizes = new Map(active.map((set) => [set, replicasOf(set)]));
  let cleanup = wantedBy(all) - least - unavailable;
  if (cleanup <= 0) return [];
  for (const set of active) {
    const sick = Math.min(Math.max(0, cleanup), replicasOf(set) - availableOf(set));
    sizes.set(set, replicasOf(set) - sick);
    cleanup -= sick;
  }
  let spare = sum([...active, current], availableOf) - least;
  for (const set of active) {
    const size = sizes.get(set) ?? 0;
    const less = Math.min(Math.max(0, spare), size);
    sizes.set(set, size - less);
    spare -= less;
  }
  return active
    .map((set) => ({ set, to: sizes.get(set) ?? 0, always: false }))
    .filter(({ set, to }) => to !== replicasOf(set));
}

/** Whether somebody has changed the number of wanted pods since the sets were last sized. */
export function isRescaled(deployment: V1Deployment, { current, old }: Sets): boolean {
  return activeAmong(current === undefined ? old : [...old, current]).some((set) => {
    const desired = countIn(set, DESIRED_REPLICAS);
    return desired !== undefined && desired !== wantedReplicas(deployment);
  });
}

/** The sizes after the number of wanted pods has changed, or while the Deployment is paused. */
export function rescaled(deployment: V1Deployment, { current, old }: Sets): readonly Resize[] {
  const wanted = wantedReplicas(deployment);
  const only = onlyActive(current, old);
  if (only !== undefined) return replicasOf(only) === wanted ? [] : [{ set: only, to: wanted, always: false }];
  if (isSaturated(deployment, current)) return activeAmong(old).map((set) => ({ set, to: 0, always: false }));
  if (!isRollingUpdate(deployment)) return [];
  return proportional(deployment, activeAmong(current === undefined ? old : [...old, current]));
}

/** The one set that has pods; if none has, the current one or the newest; undefined when several have. */
function onlyActive(current: V1ReplicaSet | undefined, old: readonly V1ReplicaSet[]): V1ReplicaSet | undefined {
  const newestFirst = [...old].sort((a, b) => byCreation(b, a));
  const active = activeAmong(current === undefined ? newestFirst : [...newestFirst, current]);
  if (active.length > 1) return undefined;
  return active[0] ?? current ?? newestFirst[0];
}

/** The current set has all that is wanted, and all of it is available. */
function isSaturated(deployment: V1Deployment, current: V1ReplicaSet | undefined): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    current !== undefined &&
    replicasOf(current) === wanted &&
    countIn(current, DESIRED_REPLICAS) === wanted &&
    availableOf(current) === wanted
  );
}

/** Shares the difference out among the sets by their sizes; what rounding leaves goes to the biggest. */
function proportional(deployment: V1Deployment, active: readonly V1ReplicaSet[]): readonly Resize[] {
  const wanted = wantedReplicas(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - wantedBy(active);
  const sorted = toAdd === 0 ? active : [...active].sort(toAdd > 0 ? bySizeNewer : bySizeOlder);
  let added = 0;
  const sizes = sorted.map((set) => {
    const share = shareOf(deployment, set, toAdd, added);
    added += share;
    return replicasOf(set) + share;
  });
  return sorted.map((set, i) => {
    const size = (sizes[i] ?? 0) + (i === 0 ? toAdd - added : 0);
    return { set, to: Math.max(0, size), always: true };
  });
}

function shareOf(deployment: V1Deployment, set: V1ReplicaSet, toAdd: number, added: number): number {
  if (toAdd === 0 || toAdd === added) return 0;
  const fraction = fractionOf(deployment, set);
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}

function fractionOf(deployment: V1Deployment, set: V1ReplicaSet): number {
  const wanted = wantedReplicas(deployment);
  if (wanted === 0) return -replicasOf(set);
  const before = countIn(set, MAX_REPLICAS) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  const size = (replicasOf(set) * (wanted + maxSurge(deployment))) / before;
  return roundAwayFromZero(size) - replicasOf(set);
}

function roundAwayFromZero(value: number): number {
  return value < 0 ? Math.trunc(value - 0.5) : Math.trunc(value + 0.5);
}
