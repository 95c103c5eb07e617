// Update: a changed object replaces the one that is stored, if that is still the one which the change was made from.
// PUT and PATCH meet here; they differ only in how the next object comes about.

import { invalid, invalidObject } from '../../kube/fielderrors.ts';
import { sameJson } from '../../kube/json.ts';
import { withoutIdleTimes } from '../../kube/managedfields.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { pathSegmentName } from '../../kube/names.ts';
import type { Answer, Caller, Target, WriteOptions } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { badRequest, conflict, failure, notFound } from '../../kube/status.ts';
import type { Stored } from '../../store/store.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import type { Attributes } from '../admission/chain.ts';
import { type Backend, fieldWrite, keyIn, partOf, tableFor } from '../backend.ts';
import type { KindContext, Strategy } from '../kind.ts';
import { unsignedProblem } from '../listing.ts';
import { plainMetaErrors, plainMetaUpdateErrors, withMeta } from '../metadata.ts';
import { withoutDoubledOwners } from '../owners.ts';
import { registryKey, type Served } from '../registry.ts';
import { fromStored } from '../versions.ts';
import { putNext, storable, takeAway } from './commit.ts';
import { create, inNamespace } from './create.ts';

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
  /** The object must be the one with this uid. */
  readonly uid?: string;
}

/** The rules of the part of the object that the request addresses. */
export function strategyOf(served: Served, subresource: string): Strategy<KubeObject> {
  const part = partOf(served, subresource);
  return part?.type === 'part' ? part.strategy : served.kind.strategy;
}

export function* update(backend: Backend, request: UpdateRequest): Work<Answer<KubeObject>> {
  const { served, target } = request;
  for (let attempt = 1; ; attempt++) {
    const current = backend.store.get(tableFor(served), keyIn(served.kind.type, target));
    checkUid(request, current?.object);
    if (current === undefined) {
      if (request.mayCreate !== true) throw notFound(aboutOf(request));
      return yield* createInstead(backend, request);
    }
    const answer = yield* replace(backend, request, current, attempt === RACE_TRIES);
    if (answer !== undefined) return answer;
  }
}

function aboutOf({ served: { type }, target }: UpdateRequest) {
  return { group: type.group, kind: type.resource, name: target.name ?? '' };
}

function checkUid(request: UpdateRequest, current: KubeObject | undefined): void {
  const { uid, served, target } = request;
  const present = current?.metadata?.uid ?? '';
  if (uid === undefined || uid === present || (current === undefined && request.mayCreate !== true)) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present}`;
  const key = registryKey(served, target);
  const error = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
  throw conflict(aboutOf(request), error);
}

/** The object as `next` makes it from nothing. */
function createInstead(backend: Backend, request: UpdateRequest): Work<Answer<KubeObject>> {
  const object = addressed(request.next(undefined), request);
  const { uid } = object.metadata ?? {};
  if (uid !== undefined && uid !== '') {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(aboutOf(request), why);
  }
  const { served, target, options, caller, warnings, ownsFields = false } = request;
  return create(backend, { served, target, object, options, caller, warnings, ownsFields });
}

/** One attempt; undefined when somebody else wrote meanwhile and it may be tried again. */
function* replace(
  backend: Backend,
  request: UpdateRequest,
  stored: Stored,
  last: boolean,
): Work<Answer<KubeObject> | undefined> {
  const { served, target, options, caller, warnings } = request;
  const { subresource = '' } = target;
  const dryRun = options.dryRun === true;
  const context = { ...backend.context(caller, dryRun, warnings), apiVersion: apiVersion(served.type) };
  const strategy = strategyOf(served, subresource);
  const current = stored.object;
  const asked = addressed(request.next(current), request);
  const sent = withoutDoubledOwners(asked, 'sent', context.warn);
  const owned =
    request.ownsFields === true
      ? sent
      : backend.fields.written(current, sent, fieldWrite(backend, request, subresource, strategy));
  const attributes: Attributes = {
    verb: 'UPDATE',
    served,
    subresource,
    namespace: target.namespace,
    name: target.name ?? '',
    object: owned,
    old: current,
    options,
    dryRun,
    caller,
    context,
  };
  const mutated = (yield* backend.admission.mutate(attributes)) ?? owned;
  const admitted = withoutDoubledOwners(mutated, 'admitted', context.warn);
  const insists = checkVersion(admitted, current, request, strategy);
  const prepared = prepare(strategy, keepSystemFields(admitted, current), current, context);
  checkChange(prepared, current, served, strategy, context);
  const ready = withoutIdleTimes(storable(served, prepared, current), current);
  yield* backend.admission.validate({ ...attributes, object: ready });
  if (dryRun) return { code: 200, object: fromStored(served, deepFreeze(ready)), warnings };
  const written = write(backend, served, stored, ready, caller);
  if (written !== undefined) return { code: 200, object: fromStored(served, written), warnings };
  if (insists || last) throw conflict(aboutOf(request), MODIFIED);
  return undefined;
}

/** The object in the namespace that the request names. Throws BadRequest when it has another name or namespace. */
export function addressed(
  object: KubeObject,
  { served, target }: Pick<UpdateRequest, 'served' | 'target'>,
): KubeObject {
  const placed = inNamespace(object, served, target);
  const { name = '' } = placed.metadata ?? {};
  if (name === target.name) return placed;
  const path = target.name ?? '';
  throw badRequest(
    name === ''
      ? `the name of the object (${path} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${name}) does not match the name on the URL (${path})`,
  );
}

/** Whether the change insists on a version. Throws Conflict when that isn't the current one. */
function checkVersion(
  next: KubeObject,
  current: KubeObject,
  request: UpdateRequest,
  { unconditionalUpdate = true }: Strategy<KubeObject>,
): boolean {
  const wanted = next.metadata?.resourceVersion ?? '';
  if (wanted === '' || wanted === '0') {
    if (unconditionalUpdate) return false;
    const { group, kind, name } = aboutOf(request);
    throw invalidObject({ group, kind }, name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  const problem = unsignedProblem(wanted);
  if (problem !== undefined) throw failure(500, '', problem);
  if (wanted !== current.metadata?.resourceVersion) throw conflict(aboutOf(request), MODIFIED);
  return true;
}

/** What only the server sets stays as it is, unless the change names another value, which validation then refuses. */
function keepSystemFields(next: KubeObject, current: KubeObject): KubeObject {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion } =
    current.metadata ?? {};
  const { generation: _, ...given } = next.metadata ?? {};
  const grace = given.deletionGracePeriodSeconds ?? deletionGracePeriodSeconds;
  return withMeta(next, {
    ...given,
    // Whoever insists on no version means the newest.
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...((given.uid ?? '') === '' && uid !== undefined ? { uid } : {}),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(grace === undefined ? {} : { deletionGracePeriodSeconds: grace }),
    ...(generation === undefined ? {} : { generation }),
  });
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
  { origin }: Caller,
): KubeObject | undefined {
  if (mayGo(next, stored.object) && served.kind.departure?.isHeld(next) !== true) {
    // Watches are told of what was stored, not of what was sent.
    return takeAway(backend, served, stored, stored.object, origin) === undefined ? undefined : next;
  }
  if (sameJson(next, stored.object)) return stored.object;
  return putNext(backend, served, stored, next, origin);
}

/** Its deletion has begun, its grace is over, and now nobody holds the object back any more. */
function mayGo({ metadata: next = {} }: KubeObject, { metadata: current = {} }: KubeObject): boolean {
  return (
    current.deletionTimestamp !== undefined &&
    (next.finalizers ?? []).length === 0 &&
    (current.deletionGracePeriodSeconds ?? 0) === 0
  );
}
