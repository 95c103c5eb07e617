// What a change does to the ownership of fields: whoever changes a field owns it, whoever loses one owns it no longer.

import type { KubeObject } from '../meta.ts';
import type { ObjectType } from '../structure.ts';
import { type Comparison, compareObjects } from './compare.ts';
import { type FieldPath, fieldElement } from './element.ts';
import type { Owner, Owners } from './owners.ts';
import {
  difference,
  EMPTY,
  type FieldSet,
  forEachPath,
  intersection,
  isEmpty,
  recursiveDifference,
  setOf,
} from './set.ts';
import { ShapeMismatch } from './shape.ts';
import { printErrors, shapeErrors } from './validate.ts';

/** A kind at the version of the request, and at the others in which fields of it may be owned. */
export interface TrackedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The door through which the object is written; empty for the main one. */
  readonly subresource?: string;
  readonly type: ObjectType;
  /** What this door ignores. Nobody comes to own it here. */
  readonly resetFields?: FieldSet;
  /** Objects may have another shape than that of their type: nobody made them fit it. */
  readonly loose?: boolean;
  /** The kind at another version, with a conversion from this one; undefined for versions that are no longer served. */
  otherVersion?(apiVersion: string): OtherVersion | undefined;
}

interface OtherVersion {
  readonly type: ObjectType;
  readonly resetFields?: FieldSet;
  fromThis(object: KubeObject): KubeObject;
  toThis(object: KubeObject): KubeObject;
}

/** A field that the applier wants to change and another owns. */
export interface OwnedField {
  readonly owner: Owner;
  readonly identity: string;
  readonly path: FieldPath;
}

export interface Outcome {
  readonly owners: Owners;
  readonly comparison: Comparison;
  /** Fields that others own and that changed, or came. */
  taken(): readonly OwnedField[];
}

/** A path of field names as a set: `status`, `metadata.labels`. */
export function fieldSetOf(...paths: readonly string[]): FieldSet {
  return setOf(...paths.map((path) => path.split('.').map(fieldElement)));
}

/**
 * Owners other than `self` lose what changed, came or went. Owners at versions that are no longer served are dropped.
 * `origin` says whether the object after the change was taken over literally from a configuration.
 */
export function afterChange(
  kind: TrackedKind,
  before: KubeObject,
  after: KubeObject,
  owners: Owners,
  self: string,
  origin: 'held' | 'written',
): Outcome {
  const comparison = filtered(compareObjects(kind.type, before, after, origin), kind.resetFields);
  const comparisons = new Map<string, Comparison | undefined>([[kind.apiVersion, comparison]]);
  const result = new Map<string, Owner>();
  const losses: Loss[] = [];
  for (const [identity, owner] of owners) {
    const changes = identity === self ? NO_CHANGES : changesAt(owner.apiVersion, comparisons, kind, before, after);
    if (changes === undefined) continue;
    const fields = difference(difference(owner.fields, changes.changed), changes.removed);
    if (fields !== owner.fields) losses.push({ owner, identity, changed: changes.changed });
    if (!isEmpty(fields)) result.set(identity, fields === owner.fields ? owner : { ...owner, fields });
  }
  return { owners: result, comparison, taken: () => losses.flatMap(takenFields) };
}

const NO_CHANGES: Comparison = { changed: EMPTY, removed: EMPTY };

interface Loss {
  readonly owner: Owner;
  readonly identity: string;
  readonly changed: FieldSet;
}

function takenFields({ owner, identity, changed }: Loss): readonly OwnedField[] {
  const taken: OwnedField[] = [];
  forEachPath(intersection(owner.fields, changed), (path) => taken.push({ owner, identity, path }));
  return taken;
}

function filtered(comparison: Comparison, reset: FieldSet | undefined): Comparison {
  if (reset === undefined) return comparison;
  return {
    changed: recursiveDifference(comparison.changed, reset),
    removed: recursiveDifference(comparison.removed, reset),
  };
}

function changesAt(
  apiVersion: string,
  known: Map<string, Comparison | undefined>,
  kind: TrackedKind,
  before: KubeObject,
  after: KubeObject,
): Comparison | undefined {
  if (known.has(apiVersion)) return known.get(apiVersion);
  const other = kind.otherVersion?.(apiVersion);
  const changes =
    other === undefined
      ? undefined
      : filtered(
          compareObjects(
            other.type,
            other.fromThis(before),
            fitting(kind, other.type, other.fromThis(after), 'failed to convert new object: '),
          ),
          other.resetFields,
        );
  known.set(apiVersion, changes);
  return changes;
}

/** The object, where it has the shape of the type. Throws a ShapeMismatch, which begins with what was `tried`. */
export function fitting(
  { loose }: TrackedKind,
  type: ObjectType,
  object: KubeObject,
  tried: string,
  leniency?: { readonly doubles: boolean },
): KubeObject {
  if (loose !== true) return object;
  // Metadata is the same in all versions, and well-formed.
  const { metadata: _, ...body } = object;
  const errors = shapeErrors(type, body, leniency);
  if (errors.length > 0) throw new ShapeMismatch(`${tried}${printErrors(errors)}`);
  return object;
}

/** Owners with sets that suit today's types. `reconcile` may remember what it did. Throws a ShapeMismatch. */
export function reconciledOwners(
  kind: TrackedKind,
  live: KubeObject,
  owners: Owners,
  reconcile: (type: ObjectType, fields: FieldSet) => FieldSet,
): Owners {
  checkVersions(kind, live, owners);
  let result: Map<string, Owner> | undefined;
  for (const [identity, owner] of owners) {
    const type = owner.apiVersion === kind.apiVersion ? kind.type : kind.otherVersion?.(owner.apiVersion)?.type;
    const fields = type === undefined ? owner.fields : reconcile(type, owner.fields);
    if (fields === owner.fields) continue;
    result ??= new Map(owners);
    result.set(identity, { ...owner, fields });
  }
  return result ?? owners;
}

/** What is there must have the shape of its type in every version in which somebody owns something. */
function checkVersions(kind: TrackedKind, live: KubeObject, owners: Owners): void {
  if (kind.loose !== true) return;
  for (const version of new Set([...owners.values()].map(({ apiVersion }) => apiVersion))) {
    const other = version === kind.apiVersion ? undefined : kind.otherVersion?.(version);
    if (other !== undefined) fitting(kind, other.type, other.fromThis(live), '');
  }
}

/** Fields that every object has and nobody owns. */
const UNOWNED = fieldSetOf(
  'apiVersion',
  'kind',
  'metadata',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.uid',
  'metadata.clusterName',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
);

export function withoutUnowned(fields: FieldSet): FieldSet {
  return difference(fields, UNOWNED);
}

export function withoutReset(fields: FieldSet, { resetFields }: TrackedKind): FieldSet {
  return resetFields === undefined ? fields : recursiveDifference(fields, resetFields);
}
