// What an applier no longer speaks of goes away, unless somebody else owns it.

import type { KubeObject } from '../meta.ts';
import type { ObjectType } from '../structure.ts';
import { fieldsOf } from './owned.ts';
import type { Owner, Owners } from './owners.ts';
import { withNamedFields } from './reconcile.ts';
import { removeFields } from './remove.ts';
import { difference, EMPTY, type FieldSet, intersection, isEmpty, union } from './set.ts';
import { fitting, type TrackedKind } from './tracking.ts';

/** The merged object without what `last` (the applier's former entry) had and nobody of `owners` has. */
export function pruned(merged: KubeObject, last: Owner | undefined, owners: Owners, kind: TrackedKind): KubeObject {
  if (last === undefined || isEmpty(last.fields)) return merged;
  const version = viewAt(last.apiVersion, kind);
  if (version === undefined) return merged;
  const tried = 'failed to prune fields: failed to convert merged object to last applied version: ';
  const given = fitting(kind, version.type, version.fromThis(merged), tried);
  const former = withNamedFields(version.type, last.fields);
  if (isEmpty(difference(former, withNamedFields(version.type, ownedAt(last.apiVersion, owners))))) return merged;
  const without = removeFields(version.type, given, former) as KubeObject;
  const kept = withOwned(given, without, last.apiVersion, owners, kind);
  const gone = difference(named(version.type, given), named(version.type, kept));
  const rest = removeFields(version.type, given, intersection(gone, former)) as KubeObject;
  return rest === given ? merged : fitting(kind, kind.type, version.toThis(rest), 'failed to prune fields: ');
}

/** A version in which the same object can be looked at. */
interface View {
  readonly type: ObjectType;
  fromThis(object: KubeObject): KubeObject;
  toThis(object: KubeObject): KubeObject;
}

function viewAt(apiVersion: string, kind: TrackedKind): View | undefined {
  if (apiVersion !== kind.apiVersion) return kind.otherVersion?.(apiVersion);
  return { type: kind.type, fromThis: (object) => object, toThis: (object) => object };
}

const ADDING_BACK = 'failed to prune fields: failed add back owned items: failed to convert';

function ownedAt(apiVersion: string, owners: Owners): FieldSet {
  let owned: FieldSet = EMPTY;
  for (const owner of owners.values()) if (owner.apiVersion === apiVersion) owned = union(owned, owner.fields);
  return owned;
}

function named(type: ObjectType, object: KubeObject): FieldSet {
  return withNamedFields(type, fieldsOf(type, object));
}

/** Gives back what others own, looked at in each version in which somebody owns something. `merged` is at `apiVersion`. */
function withOwned(
  merged: KubeObject,
  without: KubeObject,
  apiVersion: string,
  owners: Owners,
  kind: TrackedKind,
): KubeObject {
  const versions = new Set([apiVersion, ...[...owners.values()].map((owner) => owner.apiVersion)]);
  const here = viewAt(apiVersion, kind);
  let result = without;
  for (const version of versions) {
    const view = viewAt(version, kind);
    if (view === undefined || here === undefined) continue;
    const across = (object: KubeObject) => (version === apiVersion ? object : view.fromThis(here.toThis(object)));
    const back = (object: KubeObject) => (version === apiVersion ? object : here.fromThis(view.toThis(object)));
    const all = fitting(kind, view.type, across(merged), `${ADDING_BACK} merged object at version ${version}: `);
    const owned = withNamedFields(view.type, ownedAt(version, owners));
    const left = fitting(kind, view.type, across(result), `${ADDING_BACK} pruned object at version ${version}: `);
    const keep = union(named(view.type, left), owned);
    result = back(removeFields(view.type, all, difference(named(view.type, all), keep)) as KubeObject);
  }
  return result;
}
