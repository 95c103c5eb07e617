// What controllers ask about replica sets, one or several.

import type { V1ReplicaSet } from '../../schema/generated/types.ts';

type Order = (a: V1ReplicaSet, b: V1ReplicaSet) => number;

export function replicasOf(set: V1ReplicaSet | undefined): number {
  return set === undefined ? 0 : (set.spec?.replicas ?? 1);
}

/** The sum of what sets are asked for. */
export function wantedBy(sets: readonly V1ReplicaSet[]): number {
  return sum(sets, replicasOf);
}

/** Sums up a figure over sets. */
export function sum(sets: readonly V1ReplicaSet[], figure: (set: V1ReplicaSet) => number): number {
  return sets.reduce((total, set) => total + figure(set), 0);
}

export function availableOf(set: V1ReplicaSet): number {
  return set.status?.availableReplicas ?? 0;
}

/** Those that are asked for any pods. */
export function activeAmong(sets: readonly V1ReplicaSet[]): readonly V1ReplicaSet[] {
  return sets.filter((set) => replicasOf(set) > 0);
}

export const byCreation: Order = (a, b) => compare(createdAt(a), createdAt(b)) || compare(nameOf(a), nameOf(b));

/** The biggest first, of equals the newer or the older one. */
export const bySizeNewer: Order = (a, b) => replicasOf(b) - replicasOf(a) || byCreation(b, a);
export const bySizeOlder: Order = (a, b) => replicasOf(b) - replicasOf(a) || byCreation(a, b);

function createdAt({ metadata }: V1ReplicaSet): string {
  return metadata?.creationTimestamp ?? '';
}

function nameOf({ metadata }: V1ReplicaSet): string {
  return metadata?.name ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
