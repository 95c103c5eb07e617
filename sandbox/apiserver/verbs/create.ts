// Create: decoded object in, stored object out.

import { invalidObject } from '../../kube/fielderrors.ts';
import { withoutKey } from '../../kube/json.ts';
import type { KubeObject, V1ObjectMeta } from '../../kube/meta.ts';
import { pathSegmentName } from '../../kube/names.ts';
import type { Answer, Caller, Target, WriteOptions } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { alreadyExists, badRequest, failure, forbidden } from '../../kube/status.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { rfc3339 } from '../../time/units.ts';
import type { Attributes } from '../admission/chain.ts';
import { type Backend, fieldWrite, generateName, newUid, tableFor } from '../backend.ts';
import type { KindContext } from '../kind.ts';
import { plainMetaErrors, withMeta } from '../metadata.ts';
import { withoutDoubledOwners } from '../owners.ts';
import { type Served, storeKey } from '../registry.ts';
import { fromStored, toStored } from '../versions.ts';
import { putNew, storable } from './commit.ts';

/** Another generated name is tried when one is taken, this often. */
const NAME_TRIES = 8;

export interface CreateRequest {
  readonly served: Served;
  readonly target: Target;
  readonly object: KubeObject;
  readonly options: WriteOptions;
  readonly caller: Caller;
  readonly warnings: string[];
  /** The object comes with managed fields, as server-side apply made them. */
  readonly ownsFields?: boolean;
}

export function* create(backend: Backend, request: CreateRequest): Work<Answer<KubeObject>> {
  const { served, target, options, caller, warnings } = request;
  if (served.terminating === true) throw closing(request);
  const dryRun = options.dryRun === true;
  const context = { ...backend.context(caller, dryRun, warnings), apiVersion: apiVersion(served.type) };
  const sent = withoutDoubledOwners(sentObject(request), 'sent', context.warn);
  const { strategy } = served.kind;
  const owned =
    request.ownsFields === true
      ? sent
      : backend.fields.written(undefined, sent, fieldWrite(backend, request, '', strategy));
  const attributes: Attributes = {
    verb: 'CREATE',
    served,
    subresource: '',
    namespace: namespaceOf(request),
    name: target.name ?? owned.metadata?.name ?? '',
    object: owned,
    old: undefined,
    options,
    dryRun,
    caller,
    context,
  };
  const mutated = (yield* backend.admission.mutate(attributes)) ?? owned;
  const admitted = withoutDoubledOwners(mutated, 'admitted', context.warn);
  for (let attempt = 1; ; attempt++) {
    const ready = prepare(backend, served, admitted, context);
    checkNew(ready, served, context);
    const named = { name: attributes.name === '' ? (ready.metadata?.name ?? '') : attributes.name };
    yield* backend.admission.validate({ ...attributes, ...named, object: ready });
    const stored = store(backend, request, ready, dryRun);
    if (stored !== undefined) return { code: 201, object: fromStored(served, stored), warnings };
    const generated = (admitted.metadata?.name ?? '') === '';
    if (!generated || attempt === NAME_TRIES) throw taken(backend, served, ready);
  }
}

function closing({ served, object }: CreateRequest): Error {
  const { group, resource } = served.type;
  const why = 'create not allowed while custom resource definition is terminating';
  return forbidden({ group, kind: resource, name: object.metadata?.name ?? '' }, why);
}

/** In the stored version, with defaults, without what only the server says of an object. */
function sentObject({ served, object, target }: CreateRequest): KubeObject {
  const placed = inNamespace(object, served, target);
  const stored = toStored(served, withMeta(placed, withoutSystemFields(placed.metadata ?? {})));
  return served.kind.strategy.defaults?.(stored) ?? stored;
}

/** Without what only the server says. */
export function withoutSystemFields(metadata: V1ObjectMeta): V1ObjectMeta {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, selfLink, ...given } = metadata;
  const none = [uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, selfLink];
  return none.every((value) => value === undefined) ? metadata : given;
}

/** A namespace is admitted as if it stood in itself. */
function namespaceOf({ served, target, object }: CreateRequest): string | undefined {
  const { group, resource } = served.type;
  return group === '' && resource === 'namespaces' ? object.metadata?.name : target.namespace;
}

/** Puts the object into the namespace of the request, or refuses it when it names another. Without one, none is kept. */
export function inNamespace(object: KubeObject, { type }: Served, target: Target): KubeObject {
  const { namespace } = object.metadata ?? {};
  if (!type.namespaced)
    return namespace === undefined ? object : withMeta(object, withoutKey(object.metadata ?? {}, 'namespace'));
  if (target.namespace === undefined || namespace === target.namespace) return object;
  if (namespace !== undefined && namespace !== '') {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return withMeta(object, { ...object.metadata, namespace: target.namespace });
}

/** Fills in what the server gives every object, then what its kind's rules say. */
function prepare(backend: Backend, served: Served, object: KubeObject, context: KindContext): KubeObject {
  const { kind } = served;
  const { name: givenName = '', generateName: prefix = '', namespace, ...rest } = object.metadata ?? {};
  const table = tableFor(served);
  const name = givenName === '' && prefix !== '' ? generateName(backend, table, namespace ?? '', prefix) : givenName;
  const filled = withMeta(object, {
    ...(name === '' ? {} : { name }),
    ...(prefix === '' ? {} : { generateName: prefix }),
    ...(namespace === undefined ? {} : { namespace }),
    ...rest,
    uid: newUid(backend, table, storeKey(kind.type, namespace, name)),
    creationTimestamp: rfc3339(backend.loop.now()),
  });
  return kind.strategy.prepareCreate === undefined ? filled : kind.strategy.prepareCreate(filled, context);
}

function checkNew(object: KubeObject, served: Served, context: KindContext): void {
  const { strategy } = served.kind;
  const own = [...(strategy.validate?.(object, context) ?? [])];
  // What a kind says of its metadata is more precise; this catches what it says nothing of.
  const { namespaced } = served.type;
  const errors = own.length > 0 ? own : [...plainMetaErrors(object, { namespaced, name: pathSegmentName })];
  if (errors.length > 0) throw invalidObject(served.kind.type, object.metadata?.name ?? '', errors);
  for (const warning of strategy.warnings?.(object, undefined, context) ?? []) context.warn(warning);
}

/** The object as it was stored (or would be); undefined when the name is taken. */
function store(
  backend: Backend,
  { served, caller }: CreateRequest,
  object: KubeObject,
  dryRun: boolean,
): KubeObject | undefined {
  const { namespace = '', name = '', resourceVersion = '' } = object.metadata ?? {};
  if (!dryRun && resourceVersion !== '' && resourceVersion !== '0') {
    throw failure(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const ready = storable(served, object);
  const key = storeKey(served.kind.type, namespace, name);
  if (!dryRun) return putNew(backend, served, key, ready, caller.origin);
  return backend.store.get(tableFor(served), key) === undefined ? deepFreeze(ready) : undefined;
}

function taken(backend: Backend, served: Served, object: KubeObject): Error {
  const { name = '', generateName: prefix = '', namespace = '' } = object.metadata ?? {};
  const { group, resource } = served.type;
  const about = { group, kind: resource, name };
  const error = alreadyExists(about);
  if (prefix !== '') {
    const why = 'the server was not able to generate a unique name for the object';
    const { message = '', details } = error.status;
    return failure(409, 'AlreadyExists', `${message}, ${why}`, { ...details, retryAfterSeconds: 1 });
  }
  const present = backend.store.get(tableFor(served), storeKey(served.kind.type, namespace, name));
  if (present?.object.metadata?.deletionTimestamp === undefined) return error;
  return failure(409, 'AlreadyExists', `object is being deleted: ${error.message}`, error.status.details);
}
