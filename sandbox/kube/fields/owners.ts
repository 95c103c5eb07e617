// Who owns which fields of an object: managedFields, read and written.

import { compareText, quote } from '../go/text.ts';
import type { JsonObject } from '../json.ts';
import type { V1ManagedFieldsEntry } from '../meta.ts';
import { PathElementError } from './element.ts';
import { EMPTY, type FieldSet, isEmpty } from './set.ts';

/** One manager with one kind of operation. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  /** When it last changed something; RFC 3339. */
  readonly time?: string;
  readonly fields: FieldSet;
}

/** By their identity. */
export type Owners = ReadonlyMap<string, Owner>;

export const NOBODY: Owners = new Map();

/** managedFields aren't well-formed. The message is the server's. */
export class ManagedFieldsError extends Error {}

/** What makes entries one: an applier is the same in every version. */
export function identityOf(owner: Omit<Owner, 'fields' | 'time'>): string {
  const { manager, operation, apiVersion, subresource = '' } = owner;
  return `${manager}\0${operation}\0${operation === 'Apply' ? '' : apiVersion}\0${subresource}`;
}

/** How messages name an owner: `"kubectl" using apps/v1`, `"x" with subresource "status"`. */
export function describeOwner({ manager, operation, apiVersion, subresource = '' }: Owner): string {
  const name = subresource === '' ? quote(manager) : `${quote(manager)} with subresource ${quote(subresource)}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

/** Reads what an entry holds. Throws a PathElementError or a TypeError. */
export type FieldsReader = (fields: JsonObject) => FieldSet;

/** Throws a ManagedFieldsError. */
export function readOwners(entries: readonly V1ManagedFieldsEntry[], read: FieldsReader): Owners {
  const owners = new Map<string, Owner>();
  for (const [i, entry] of entries.entries()) {
    const owner = readOwner(entry, i, read);
    owners.set(identityOf(owner), owner);
  }
  return owners;
}

function readOwner(entry: V1ManagedFieldsEntry, index: number, read: FieldsReader): Owner {
  const { manager = '', operation, apiVersion = '', subresource = '', time, fieldsType = '' } = entry;
  if (operation !== 'Apply' && operation !== 'Update') {
    throw new ManagedFieldsError('operation must be `Apply` or `Update`');
  }
  if (apiVersion === '') throw new ManagedFieldsError('apiVersion must not be empty');
  if (fieldsType === '') throw new ManagedFieldsError(`missing fieldsType in managed fields entry ${index}`);
  if (fieldsType !== 'FieldsV1') {
    throw new ManagedFieldsError(`invalid fieldsType ${quote(fieldsType)} in managed fields entry ${index}`);
  }
  return {
    manager,
    operation,
    apiVersion,
    ...(subresource === '' ? {} : { subresource }),
    ...(time === undefined ? {} : { time }),
    fields: readFields(entry, read),
  };
}

function readFields({ fieldsV1 }: V1ManagedFieldsEntry, read: FieldsReader): FieldSet {
  if (fieldsV1 === undefined) return EMPTY;
  try {
    return read(fieldsV1);
  } catch (error) {
    if (!(error instanceof PathElementError) && !(error instanceof TypeError)) throw error;
    throw new ManagedFieldsError(`error decoding versioned set: error decoding set: ${error.message}`);
  }
}

/**
 * The entries of these owners, in the server's order. Those that didn't change are the very ones of `before`, and so is
 * the list when none did. Undefined when nobody owns anything.
 */
export function writeOwners(
  owners: Owners,
  before: readonly V1ManagedFieldsEntry[],
): readonly V1ManagedFieldsEntry[] | undefined {
  if (owners.size === 0) return undefined;
  const entries = [...owners.values()].sort(compareOwners).map((owner) => entryOf(owner, before));
  const same = entries.length === before.length && entries.every((entry, i) => entry === before[i]);
  return same ? before : entries;
}

type NewEntry = { -readonly [Key in keyof V1ManagedFieldsEntry]: V1ManagedFieldsEntry[Key] };

/** In the order in which Go writes its fields. */
function entryOf(owner: Owner, before: readonly V1ManagedFieldsEntry[]): V1ManagedFieldsEntry {
  for (const known of before) if (isEntryOf(known, owner)) return known;
  const entry: NewEntry = {};
  if (owner.manager !== '') entry.manager = owner.manager;
  entry.operation = owner.operation;
  entry.apiVersion = owner.apiVersion;
  if (owner.time !== undefined) entry.time = owner.time;
  entry.fieldsType = 'FieldsV1';
  entry.fieldsV1 = owner.fields;
  if (owner.subresource !== undefined) entry.subresource = owner.subresource;
  return entry;
}

function isEntryOf(entry: V1ManagedFieldsEntry, owner: Owner): boolean {
  return (
    entry.fieldsV1 === owner.fields &&
    (entry.manager ?? '') === owner.manager &&
    entry.operation === owner.operation &&
    entry.apiVersion === owner.apiVersion &&
    entry.time === owner.time &&
    (entry.subresource ?? '') === (owner.subresource ?? '')
  );
}

/** Appliers first, then by time; who has no time comes first. */
function compareOwners(a: Owner, b: Owner): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource ?? '', b.subresource ?? '')
  );
}

/** Owners with one set, or removed when nothing is left to it. */
export function withOwner(owners: Owners, identity: string, owner: Owner | undefined): Owners {
  const result = new Map(owners);
  if (owner === undefined || isEmpty(owner.fields)) result.delete(identity);
  else result.set(identity, owner);
  return result;
}
