// Managed fields of a scale: the same owners, of the one field that an object and its scale share.

import { type FieldPath, fieldElement } from './fields/element.ts';
import type { Owner } from './fields/owners.ts';
import { difference, has, isEmpty, setOf } from './fields/set.ts';
import type { FieldStore } from './managedfields.ts';
import type { V1ManagedFieldsEntry } from './meta.ts';

/** Where each version of a kind keeps its replicas: `apps/v1` → `spec.replicas`. */
export type ReplicasPaths = ReadonlyMap<string, string>;

const SCALE = 'autoscaling/v1';
const REPLICAS: FieldPath = [fieldElement('spec'), fieldElement('replicas')];

/** The entries of the object as its scale shows them. */
export function scaleEntries(
  parent: readonly V1ManagedFieldsEntry[],
  paths: ReplicasPaths,
  store: FieldStore,
): readonly V1ManagedFieldsEntry[] | undefined {
  const owners = new Map<string, Owner>();
  for (const [identity, owner] of store.read(parent)) {
    const path = pathAt(owner.apiVersion, paths);
    if (path === undefined || !has(owner.fields, path)) continue;
    owners.set(identity, { ...owner, apiVersion: SCALE, fields: setOf(REPLICAS) });
  }
  return store.write(owners, parent);
}

/** The entries of the object after its scale was written with these. `apiVersion` is that of the object. */
export function parentEntries(
  parent: readonly V1ManagedFieldsEntry[],
  scale: readonly V1ManagedFieldsEntry[],
  apiVersion: string,
  paths: ReplicasPaths,
  store: FieldStore,
): readonly V1ManagedFieldsEntry[] | undefined {
  const parentOwners = store.read(parent);
  const scaleOwners = store.read(scale);
  const owners = new Map<string, Owner>();
  for (const [identity, owner] of parentOwners) {
    const kept = withoutLost(owner, scaleOwners.has(identity), paths);
    if (kept !== undefined) owners.set(identity, kept);
  }
  const path = pathAt(apiVersion, paths) ?? [];
  for (const [identity, { time: _, ...owner }] of scaleOwners) {
    if (parentOwned(parentOwners.get(identity), paths) || !has(owner.fields, REPLICAS)) continue;
    const time = parentOwners.get(identity)?.time;
    owners.set(identity, { ...owner, apiVersion, ...(time === undefined ? {} : { time }), fields: setOf(path) });
  }
  return store.write(owners, parent);
}

/** An owner of the object, without the replicas when the scale has no entry of it. Owners at versions without replicas are dropped. */
function withoutLost(owner: Owner, isInScale: boolean, paths: ReplicasPaths): Owner | undefined {
  const path = pathAt(owner.apiVersion, paths);
  if (path === undefined) return undefined;
  if (isInScale || !has(owner.fields, path)) return owner;
  const fields = difference(owner.fields, setOf(path));
  return isEmpty(fields) ? undefined : { ...owner, fields };
}

function parentOwned(owner: Owner | undefined, paths: ReplicasPaths): boolean {
  const path = owner === undefined ? undefined : pathAt(owner.apiVersion, paths);
  return owner !== undefined && path !== undefined && has(owner.fields, path);
}

function pathAt(apiVersion: string, paths: ReplicasPaths): FieldPath | undefined {
  return paths.get(apiVersion)?.split('.').map(fieldElement);
}
