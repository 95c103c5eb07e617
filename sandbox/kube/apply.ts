// Server-side apply: a configuration says what its applier wants; fields that others own are conflicts, and what the
// applier no longer speaks of goes away.

import { printPath } from './fields/element.ts';
import { untouchedSinceLastApplied, withLastApplied } from './fields/lastapplied.ts';
import { mergeConfiguration } from './fields/merge.ts';
import { fieldsOf } from './fields/owned.ts';
import { describeOwner, identityOf, ManagedFieldsError, type Owner, type Owners, withOwner } from './fields/owners.ts';
import { pruned } from './fields/prune.ts';
import { has, sameSet } from './fields/set.ts';
import { ItemError, ShapeMismatch } from './fields/shape.ts';
import {
  afterChange,
  fitting,
  type Outcome,
  type OwnedField,
  reconciledOwners,
  type TrackedKind,
  withoutReset,
  withoutUnowned,
} from './fields/tracking.ts';
import { printErrors, shapeErrors } from './fields/validate.ts';
import { compareText } from './go/text.ts';
import { isObject, type JsonObject, own } from './json.ts';
import { type FieldStore, ownersAfterUpdate, withManagedFields } from './managedfields.ts';
import type { KubeObject } from './meta.ts';
import { parseApiVersion } from './resource.ts';
import { badRequest, failure, type StatusError } from './status.ts';

export interface ApplyRequest {
  /** The object as it is, in the version of the request; undefined when it is created. */
  readonly live: KubeObject | undefined;
  readonly config: JsonObject;
  readonly manager: string;
  /** Takes fields that others own. */
  readonly force: boolean;
  /** RFC 3339, whole seconds. */
  readonly now: string;
  readonly kind: TrackedKind;
}

/**
 * The object that results, with its managed fields, to be decoded and given its defaults. Throws a StatusError: 400 for
 * what is no configuration of this kind, 409 for conflicts, 500 for one that doesn't have the shape of its type.
 */
export function applyConfiguration(request: ApplyRequest, store: FieldStore): KubeObject {
  checkConfiguration(request);
  const { object, owners: after } = explained(() => {
    checkLive(request);
    return applyLikeKubectl(request, ownersBefore(request, store), store);
  });
  const before = request.live?.metadata?.managedFields ?? [];
  const result = withManagedFields(object, store.write(after, before));
  return request.manager === 'kubectl' ? withLastApplied(result, request.config) : result;
}

function checkConfiguration({ config, kind }: ApplyRequest): void {
  const { apiVersion, kind: name } = typeOf(config);
  if (apiVersion !== kind.apiVersion || name !== kind.kind) {
    throw badRequest(`invalid object type: ${describeType(config)}`);
  }
  const metadata = own(config, 'metadata');
  const managedFields = isObject(metadata) ? own(metadata, 'managedFields') : undefined;
  if (Array.isArray(managedFields)) throw badRequest('metadata.managedFields must be nil');
  const errors = shapeErrors(kind.type, config);
  if (errors.length > 0) {
    throw failure(500, '', `failed to create typed patch object (${describe(config)}): ${printErrors(errors)}`);
  }
}

function checkLive({ live, kind }: ApplyRequest): void {
  if (live === undefined) return;
  fitting(kind, kind.type, live, `failed to create typed live object (${describe(live as JsonObject)}): `, {
    doubles: true,
  });
}

/** Objects that don't have the shape of their type, here or in another version, can't be applied to. */
function explained<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof ShapeMismatch ? failure(500, '', error.message) : error;
  }
}

function typeOf(config: JsonObject): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: textField(config, 'apiVersion'), kind: textField(config, 'kind') };
}

function textField(object: JsonObject, name: string): string {
  const value = own(object, name);
  return typeof value === 'string' ? value : '';
}

/** `apps/v1, Kind=Deployment`. */
function describeType(config: JsonObject): string {
  const { group, version } = parseApiVersion(textField(config, 'apiVersion'));
  return `${group}/${version}, Kind=${textField(config, 'kind')}`;
}

/** `namespace/name; apps/v1, Kind=Deployment`. */
function describe(config: JsonObject): string {
  const metadata = own(config, 'metadata');
  const named = isObject(metadata) ? metadata : {};
  return `${textField(named, 'namespace')}/${textField(named, 'name')}; ${describeType(config)}`;
}

/** Who owns what before. What is there of an object that nobody owns belongs to `before-first-apply`. */
function ownersBefore({ live, now, kind }: ApplyRequest, store: FieldStore): Owners {
  const owners = decodeOwners(live, store);
  if (owners.size > 0 || live === undefined) return owners;
  const everything = { live: undefined, next: live, manager: 'before-first-apply', now, kind };
  return ownersAfterUpdate(everything, owners, store);
}

function decodeOwners(live: KubeObject | undefined, store: FieldStore): Owners {
  try {
    return store.read(live?.metadata?.managedFields ?? []);
  } catch (error) {
    if (!(error instanceof ManagedFieldsError)) throw error;
    throw failure(500, '', `failed to decode managed fields: ${error.message}`);
  }
}

interface Applied {
  readonly object: KubeObject;
  readonly owners: Owners;
}

/** kubectl may take fields that still are as its own client-side apply left them. */
function applyLikeKubectl(request: ApplyRequest, owners: Owners, store: FieldStore): Applied {
  const outcome = apply(request, owners, store);
  if (request.force) return outcome;
  const taken = outcome.taken();
  if (taken.length === 0) return outcome;
  const untouched = request.manager === 'kubectl' ? untouchedFields(request) : undefined;
  const conflicts = untouched === undefined ? taken : taken.filter(({ path }) => !has(untouched, path));
  if (conflicts.length > 0) throw conflictError(conflicts);
  return outcome;
}

function untouchedFields({ live, kind }: ApplyRequest) {
  return live === undefined ? undefined : untouchedSinceLastApplied(live, kind);
}

function apply(request: ApplyRequest, owners: Owners, store: FieldStore): Applied & Pick<Outcome, 'taken'> {
  const { live = newObject(request), config, kind } = request;
  const before = reconciledOwners(kind, live, owners, store.reconcile);
  const identity = identityOf(applier(request));
  const last = before.get(identity);
  const self: Owner = {
    ...applier(request),
    ...(last?.time === undefined ? {} : { time: last.time }),
    fields: withoutReset(fieldsOf(kind.type, config), kind),
  };
  const claimed = new Map(before).set(identity, self);
  const merged = pruned(mergeOrFail(kind, live, config), last, claimed, kind);
  const { owners: after, taken } = afterChange(kind, live, merged, claimed, identity, 'written');
  const changes = merged !== live;
  return {
    object: changes ? merged : live,
    owners: settled(after, identity, last, changes ? request.now : undefined),
    taken,
  };
}

function applier({ manager, kind }: ApplyRequest): Omit<Owner, 'fields'> {
  const { apiVersion, subresource = '' } = kind;
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation: 'Apply',
    apiVersion,
    ...(subresource === '' ? {} : { subresource }),
  };
}

function newObject({ kind }: ApplyRequest): KubeObject {
  return { apiVersion: kind.apiVersion, kind: kind.kind };
}

function mergeOrFail(kind: TrackedKind, live: KubeObject, config: JsonObject): KubeObject {
  try {
    return mergeConfiguration(kind.type, live, config) as KubeObject;
  } catch (error) {
    if (error instanceof ItemError) throw failure(500, '', `failed to merge config: ${error.message}`);
    throw error;
  }
}

/** The applier's entry as it is stored. Its time is that of the last change it made, so that a first apply without any has none. */
function settled(owners: Owners, identity: string, last: Owner | undefined, now: string | undefined): Owners {
  const self = owners.get(identity);
  if (self === undefined) return owners;
  const owned = withoutUnowned(self.fields);
  // The same set again stays the same object.
  const fields = last !== undefined && sameSet(last.fields, owned) ? last.fields : owned;
  return withOwner(owners, identity, { ...self, ...(now === undefined ? {} : { time: now }), fields });
}

/** 409 with a cause for each field. */
function conflictError(conflicts: readonly OwnedField[]): StatusError {
  const ordered = [...conflicts].sort((a, b) => compareText(a.identity, b.identity));
  const causes = ordered.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describeOwner(owner)}`,
    field: printPath(path),
  }));
  return failure(409, 'Conflict', conflictMessage(ordered), { causes });
}

function conflictMessage(conflicts: readonly OwnedField[]): string {
  const [only, ...more] = conflicts;
  if (only !== undefined && more.length === 0) {
    return `Apply failed with 1 conflict: conflict with ${describeOwner(only.owner)}: ${printPath(only.path)}`;
  }
  const owners = new Map(conflicts.map((conflict) => [conflict.identity, conflict.owner]));
  const lines = [...owners].flatMap(([identity, owner]) => [
    `conflicts with ${describeOwner(owner)}:`,
    ...conflicts.filter((conflict) => conflict.identity === identity).map(({ path }) => `- ${printPath(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}
