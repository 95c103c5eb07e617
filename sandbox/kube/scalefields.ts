// Managed fields of a scale: the same owners, of the one field that an object and its scale share.

import { type FieldPath, fieldElement } from './fields/element.ts';
import { identityOf, type Owner, writeOwners } from './fields/owners.ts';
import { difference, has, isEmpty, setOf } from './fields/set.ts';
import type { FieldStore } from './managedfields.ts';
import type { V1ManagedFieldsEntry } from './meta.ts';

/** Where each version of a kind keeps its replicas: `apps/v1` → `spec.replicas`; empty for one without a scale. */
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
  for (const owner of store.read(parent).values()) {
    const path = pathAt(owner.apiVersion, paths);
    if (path === undefined || !has(owner.fields, path)) continue;
    // Who updates is another in each version, and so in the scale.
    const shown = { ...owner, apiVersion: SCALE, fields: setOf(REPLICAS) };
    owners.set(identityOf(shown), shown);
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
  // Whoever updates comes back as another, even if both are written alike: that is no reading to remember.
  return writeOwners(owners, parent);
}

/** An owner of the object, without the replicas when the scale has no entry of it. Owners at versions that nobody knows are dropped. */
function withoutLost(owner: Owner, isInScale: boolean, paths: ReplicasPaths): Owner | undefined {
  if (!paths.has(owner.apiVersion)) return undefined;
  const path = pathAt(owner.apiVersion, paths);
  if (path === undefined || isInScale || !has(owner.fields, path)) return owner;
  const fields = difference(owner.fields, setOf(path));
  return isEmpty(fields) ? undefined : { ...owner, fields };
}

function parentOwned(owner: Owner | undefined, paths: ReplicasPaths): boolean {
  const path = owner === undefined ? undefined : pathAt(owner.apiVersion, paths);
  return owner !== undefined && path !== undefined && has(owner.fields, path);
}

function pathAt(apiVersion: string, paths: ReplicasPaths): FieldPath | undefined {
  const path = paths.get(apiVersion) ?? '';
  return path === '' ? undefined : path.split('.').map(fieldElement);
}
