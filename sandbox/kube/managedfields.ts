// Managed fields: who last changed or applied which field of an object. Updates are tracked here; what server-side apply
// does stands in apply.ts.

import { wasEmptied } from './emptied.ts';
import { cappedOwners } from './fields/cap.ts';
import {
  identityOf,
  ManagedFieldsError,
  NOBODY,
  type Owner,
  type Owners,
  readOwners,
  withOwner,
  writeOwners,
} from './fields/owners.ts';
import { reconciled } from './fields/reconcile.ts';
import { difference, EMPTY, type FieldSet, isEmpty, parseFieldSet, union } from './fields/set.ts';
import { ItemError, ShapeMismatch } from './fields/shape.ts';
import {
  afterChange,
  fitting,
  reconciledOwners,
  type TrackedKind,
  withoutReset,
  withoutUnowned,
} from './fields/tracking.ts';
import { type JsonObject, sameJson } from './json.ts';
import type { KubeObject, V1ManagedFieldsEntry } from './meta.ts';
import type { ObjectType } from './structure.ts';

export type { FieldSet } from './fields/set.ts';
export { fieldSetOf, type TrackedKind } from './fields/tracking.ts';

/** Reads and writes managed fields. It remembers what it read of objects that never change, and nothing else. */
export interface FieldStore {
  /** Throws a ManagedFieldsError. */
  read(entries: readonly V1ManagedFieldsEntry[]): Owners;
  /** `before` gives the entries, and the list, that stay the same. */
  write(owners: Owners, before: readonly V1ManagedFieldsEntry[]): readonly V1ManagedFieldsEntry[] | undefined;
  /** The fields as they have to be for a type. */
  reconcile(type: ObjectType, fields: FieldSet): FieldSet;
}

/** `intern` gives the one object that stands for all equal sets; without it each object keeps its own. */
export function createFieldStore(intern: (fields: FieldSet) => FieldSet = (fields) => fields): FieldStore {
  const owners = new WeakMap<readonly V1ManagedFieldsEntry[], Owners>();
  const settled = new WeakMap<FieldSet, ObjectType>();
  return {
    read(entries) {
      const known = owners.get(entries);
      if (known !== undefined) return known;
      const read = readOwners(entries, canonical);
      if (Object.isFrozen(entries)) owners.set(entries, read);
      return read;
    },
    write(next, before) {
      const held = internedOwners(next, before, intern);
      const entries = writeOwners(held, before);
      if (entries !== undefined) owners.set(entries, held);
      return entries;
    },
    reconcile(type, fields) {
      if (settled.get(fields) === type) return fields;
      const set = reconciled(type, fields);
      settled.set(set, type);
      return set;
    },
  };
}

/** Owners whose sets are those that stand for all equal ones. */
function internedOwners(
  owners: Owners,
  before: readonly V1ManagedFieldsEntry[],
  intern: (fields: FieldSet) => FieldSet,
): Owners {
  const result = new Map<string, Owner>();
  for (const [identity, owner] of owners) {
    const isHeld = before.some(({ fieldsV1 }) => fieldsV1 === owner.fields);
    const fields = isHeld ? owner.fields : intern(owner.fields);
    result.set(identity, fields === owner.fields ? owner : { ...owner, fields });
  }
  return result;
}

/** The object itself when it is canonical already. */
function canonical(fields: JsonObject): FieldSet {
  const set = parseFieldSet(fields);
  return isSameText(set, fields) ? (fields as FieldSet) : set;
}

function isSameText(set: FieldSet, fields: JsonObject): boolean {
  return JSON.stringify(set) === JSON.stringify(fields);
}

export interface UpdateRequest {
  /** The object as it is, in the version of the request; undefined when it is created. */
  readonly live: KubeObject | undefined;
  /** What it is to become, decoded and with its defaults. */
  readonly next: KubeObject;
  /** Given by the request, or the first part of its user agent. */
  readonly manager: string;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  readonly kind: TrackedKind;
}

/** The next object with its managed fields. What it says of them itself counts only where the server lets it. */
export function trackUpdate(request: UpdateRequest, store: FieldStore): KubeObject {
  const { live, next } = request;
  const before = live?.metadata?.managedFields ?? [];
  try {
    const owners = updatedOwners(request, ownersOf(request, store), store);
    return withManagedFields(next, store.write(owners, before));
  } catch (error) {
    // What can't be tracked is stored without managed fields, as on a real server.
    if (error instanceof ItemError || error instanceof ShapeMismatch) return withManagedFields(next, undefined);
    throw error;
  }
}

/** Who owns what before the change. An object that brings managed fields of its own may rewrite them, or reset them. */
function ownersOf({ live, next, kind }: UpdateRequest, store: FieldStore): Owners {
  const current = live?.metadata?.managedFields ?? [];
  const brought = next.metadata?.managedFields ?? (wasEmptied(next.metadata, 'managedFields') ? [] : undefined);
  if ((kind.subresource ?? '') !== '' || brought === undefined || brought === current)
    return readOrNobody(current, store);
  if (isReset(brought)) return NOBODY;
  const owners = readOrUndefined(brought, store);
  return owners === undefined || owners.size === 0 ? readOrNobody(current, store) : owners;
}

function isReset(entries: readonly V1ManagedFieldsEntry[]): boolean {
  const [only, ...more] = entries;
  return only === undefined || (more.length === 0 && sameJson(only, {}));
}

function readOrNobody(entries: readonly V1ManagedFieldsEntry[], store: FieldStore): Owners {
  return readOrUndefined(entries, store) ?? NOBODY;
}

function readOrUndefined(entries: readonly V1ManagedFieldsEntry[], store: FieldStore): Owners | undefined {
  try {
    return store.read(entries);
  } catch (error) {
    if (error instanceof ManagedFieldsError) return undefined;
    throw error;
  }
}

function updatedOwners(request: UpdateRequest, owners: Owners, store: FieldStore): Owners {
  // Once nobody owns anything of an object, updates aren't tracked until somebody applies.
  if (owners.size === 0 && (request.live?.metadata?.uid ?? '') !== '') return owners;
  return cappedOwners(ownersAfterUpdate(request, owners, store));
}

/** Lists that name an item twice may stay. */
const DOUBLES = { doubles: true };

/** What `manager` changed is added to what it owned before. Also used for what was there before the first apply. */
export function ownersAfterUpdate(
  { live, next, manager, now, kind }: UpdateRequest,
  owners: Owners,
  store: FieldStore,
): Owners {
  const { apiVersion, subresource = '' } = kind;
  for (const object of live === undefined ? [next] : [next, live]) fitting(kind, kind.type, object, '', DOUBLES);
  const self: Omit<Owner, 'fields'> = {
    manager: manager === '' ? 'unknown' : manager,
    operation: 'Update',
    apiVersion,
    ...(subresource === '' ? {} : { subresource }),
  };
  const identity = identityOf(self);
  const before = reconciledOwners(kind, live ?? {}, owners, store.reconcile);
  const { owners: after, comparison } = afterChange(kind, live ?? {}, next, before, identity, 'held');
  const { removed } = comparison;
  const changed = withoutUnowned(withoutReset(comparison.changed, kind));
  const previous = before.get(identity);
  const fields = union(difference(previous?.fields ?? EMPTY, removed), changed);
  // Losing a field is no change of one's own: the time stays.
  const time = isEmpty(changed) ? previous?.time : now;
  if (previous !== undefined && fields === previous.fields && time === previous.time) return after;
  return withOwner(after, identity, { ...self, ...(time === undefined ? {} : { time }), fields });
}

/** The object with these managed fields, or with none. */
export function withManagedFields(
  object: KubeObject,
  entries: readonly V1ManagedFieldsEntry[] | undefined,
): KubeObject {
  const metadata = object.metadata ?? {};
  if (metadata.managedFields === entries) return object;
  if (entries !== undefined) return { ...object, metadata: { ...metadata, managedFields: entries } };
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/**
 * An update that changes nothing but the times of managed fields changes nothing at all: the next object with the times of
 * the live one, or as it is.
 */
export function withoutIdleTimes(next: KubeObject, live: KubeObject): KubeObject {
  const entries = next.metadata?.managedFields ?? [];
  const before = live.metadata?.managedFields ?? [];
  if (entries === before || entries.length === 0 || entries.length !== before.length) return next;
  if (!entries.every((entry, i) => isSameButTime(entry, before[i] ?? {}))) return next;
  const kept = withManagedFields(next, before);
  return sameJson(kept, live) ? kept : next;
}

function isSameButTime(
  { time: _, ...entry }: V1ManagedFieldsEntry,
  { time: __, ...other }: V1ManagedFieldsEntry,
): boolean {
  return sameJson(entry, other);
}

/** Why managed fields aren't well-formed; undefined when they are. */
export function managedFieldsError(entries: readonly V1ManagedFieldsEntry[]): string | undefined {
  try {
    readOwners(entries, parseFieldSet);
    return undefined;
  } catch (error) {
    if (error instanceof ManagedFieldsError) return error.message;
    throw error;
  }
}
