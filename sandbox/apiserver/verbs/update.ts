// Update: a changed object replaces the one that is stored, if that is still the one which the change was made from.
// PUT and PATCH meet here; they differ only in how the next object comes about.

import { invalidObject } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { pathSegmentName } from '../../kube/names.ts';
import type { Answer, Caller, Target, WriteOptions } from '../../kube/operation.ts';
import { apiVersion, groupResource } from '../../kube/resource.ts';
import { badRequest, conflict, notFound } from '../../kube/status.ts';
import type { Revision, Stored } from '../../store/store.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { rfc3339 } from '../../time/units.ts';
import type { Attributes } from '../admission/chain.ts';
import { type Backend, type FieldWrite, keyIn, managerOf, partOf, tableFor } from '../backend.ts';
import { keepCompanions } from '../companions.ts';
import type { KindContext, Strategy } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors, withMeta } from '../metadata.ts';
import type { Served } from '../registry.ts';
import { fromStored } from '../versions.ts';
import { create } from './create.ts';

/** A write that lost a race is done again on the newer object, this often, when it doesn't insist on a version. */
const RACE_TRIES = 5;

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export interface UpdateRequest {
  readonly served: Served;
  readonly target: Target;
  readonly options: WriteOptions;
  readonly caller: Caller;
  readonly warnings: string[];
  /** The next object, in the stored version with defaults, made from the current one; undefined current: it isn't there. */
  readonly next: (current: KubeObject | undefined) => KubeObject;
  /** Server-side apply keeps its own books of who owns what. */
  readonly ownsFields?: boolean;
  /** Where it isn't there, it is created. */
  readonly mayCreate?: boolean;
}

/** The rules of the part of the object that the request addresses. */
export function strategyOf(served: Served, subresource: string): Strategy<KubeObject> {
  const part = partOf(served, subresource);
  return part?.type === 'part' ? part.strategy : served.kind.strategy;
}

export function* update(backend: Backend, request: UpdateRequest): Work<Answer<KubeObject>> {
  for (let attempt = 1; ; attempt++) {
    const current = backend.store.get(tableFor(request.served), keyIn(request.served.kind.type, request.target));
    if (current === undefined) {
      if (request.mayCreate !== true && request.served.kind.strategy.createsOnUpdate !== true) throw missing(request);
      return yield* createInstead(backend, request);
    }
    const answer = yield* replace(backend, request, current, attempt === RACE_TRIES);
    if (answer !== undefined) return answer;
  }
}

/** The object as `next` makes it from nothing. */
function createInstead(backend: Backend, request: UpdateRequest): Work<Answer<KubeObject>> {
  const object = request.next(undefined);
  checkAddress(object, request);
  const { served, target, options, caller, warnings, ownsFields } = request;
  return create(backend, {
    served,
    target,
    object,
    options,
    caller,
    warnings,
    ...(ownsFields === true ? { ownsFields } : {}),
  });
}

function missing({ served, target }: UpdateRequest): Error {
  return notFound({ group: served.type.group, kind: served.type.resource, name: target.name ?? '' });
}

/** One attempt; undefined when somebody else wrote meanwhile and it may be tried again. */
function* replace(
  backend: Backend,
  request: UpdateRequest,
  stored: Stored,
  last: boolean,
): Work<Answer<KubeObject> | undefined> {
  const { served, target, options, caller, warnings } = request;
  const { type } = served;
  const about = { group: type.group, kind: type.resource, name: target.name ?? '' };
  const dryRun = options.dryRun === true;
  const context = { ...backend.context(caller, dryRun, warnings), apiVersion: apiVersion(served.type) };
  const strategy = strategyOf(served, target.subresource ?? '');
  const current = stored.object;
  const asked = request.next(current);
  checkAddress(asked, request);
  const wanted = asked.metadata?.resourceVersion ?? '';
  if (wanted !== '' && wanted !== current.metadata?.resourceVersion) throw conflict(about, MODIFIED);
  if (wanted === '' && strategy.unconditionalUpdate === false) {
    throw invalidObject(served.kind.type, about.name, [
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  }
  const kept = keepSystemFields(asked, current);
  const owned =
    request.ownsFields === true ? kept : backend.fields.written(current, kept, fieldWrite(backend, request, strategy));
  const attributes: Attributes = {
    verb: 'UPDATE',
    served,
    subresource: target.subresource ?? '',
    namespace: target.namespace,
    name: about.name,
    object: owned,
    old: current,
    options,
    dryRun,
    caller,
    context,
  };
  const admitted = (yield* backend.admission.mutate(attributes)) ?? owned;
  const ready = prepare(strategy, admitted, current, context);
  checkChange(ready, current, served, strategy, context);
  yield* backend.admission.validate({ ...attributes, object: ready });
  if (dryRun) return { code: 200, object: fromStored(served, deepFreeze(ready)), warnings };
  const written = write(backend, served, stored, ready, caller);
  if (written !== undefined) return { code: 200, object: fromStored(served, written), warnings };
  if (wanted !== '' || last) throw conflict(about, MODIFIED);
  return undefined;
}

function checkAddress(next: KubeObject, { target, served }: UpdateRequest): void {
  const { name = '', namespace } = next.metadata ?? {};
  if (name !== (target.name ?? '')) {
    throw badRequest(
      name === ''
        ? 'name must be provided'
        : `the name of the object (${name}) does not match the name on the URL (${target.name ?? ''})`,
    );
  }
  if (served.type.namespaced && namespace !== undefined && namespace !== '' && namespace !== target.namespace) {
    throw badRequest(
      `the namespace of the object (${namespace}) does not match the namespace on the URL (${target.namespace ?? ''})`,
    );
  }
}

/** What only the server sets stays as it is, unless the change names another value, which validation then refuses. */
function keepSystemFields(next: KubeObject, current: KubeObject): KubeObject {
  const {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    namespace,
    generation,
    resourceVersion,
  } = current.metadata ?? {};
  const { generation: _, selfLink: __, namespace: ___, ...given } = next.metadata ?? {};
  return withMeta(next, {
    ...given,
    // Whoever insists on no version means the newest.
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(given.uid === undefined && uid !== undefined ? { uid } : {}),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined || given.deletionGracePeriodSeconds !== undefined
      ? {}
      : { deletionGracePeriodSeconds }),
    ...(generation === undefined ? {} : { generation }),
  });
}

function fieldWrite(
  backend: Backend,
  { served, target, options, caller }: UpdateRequest,
  strategy: Strategy<KubeObject>,
): FieldWrite {
  return {
    served,
    subresource: target.subresource ?? '',
    manager: managerOf(caller, options),
    time: rfc3339(backend.loop.now()),
    resetFields: strategy.resetFields ?? [],
  };
}

function prepare(
  strategy: Strategy<KubeObject>,
  next: KubeObject,
  current: KubeObject,
  context: KindContext,
): KubeObject {
  return strategy.prepareUpdate === undefined ? next : strategy.prepareUpdate(next, current, context);
}

function checkChange(
  next: KubeObject,
  current: KubeObject,
  served: Served,
  strategy: Strategy<KubeObject>,
  context: KindContext,
): void {
  const errors = [
    ...plainMetaErrors(next, { namespaced: served.type.namespaced, name: pathSegmentName }),
    ...plainMetaUpdateErrors(next, current),
    ...(strategy.validateUpdate?.(next, current, context) ?? []),
  ];
  if (errors.length > 0) throw invalidObject(served.kind.type, next.metadata?.name ?? '', errors);
  for (const warning of strategy.warnings?.(next, current, context) ?? []) context.warn(warning);
}

/** Writes it, or finds that nothing changed, or that the object, on its way out, is free to go. */
function write(
  backend: Backend,
  served: Served,
  stored: Stored,
  next: KubeObject,
  caller: Caller,
): KubeObject | undefined {
  const table = tableFor(served);
  const { object: current, key, modified } = stored;
  const { type } = served.kind;
  const typed: KubeObject = { ...next, apiVersion: apiVersion(type), kind: type.kind };
  const versioned = (revision: Revision): KubeObject =>
    deepFreeze(withMeta(typed, { ...typed.metadata, resourceVersion: String(revision) }));
  if (mayGo(typed) && served.kind.departure?.isHeld(typed) !== true) {
    const gone = backend.store.delete(table, key, modified, versioned, caller.origin)?.object;
    if (gone !== undefined) keepCompanions(backend, served, gone, undefined, caller.origin);
    return gone;
  }
  const { resourceVersion } = current.metadata ?? {};
  const same = withMeta(typed, { ...typed.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) });
  if (sameJson(same, current)) return current;
  const written = backend.store.update(table, key, modified, versioned, caller.origin)?.object;
  if (written !== undefined) keepCompanions(backend, served, current, written, caller.origin);
  return written;
}

/** Deletion has begun, its grace is over, and nobody holds the object back any more. */
export function mayGo({ metadata = {} }: KubeObject): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers ?? []).length === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0
  );
}

/** The collection's name in messages. */
export function resourceName(served: Served): string {
  return groupResource(served.type);
}
