// Create: decoded object in, stored object out.

import { invalidObject } from '../../kube/fielderrors.ts';
import { withoutKey } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { pathSegmentName } from '../../kube/names.ts';
import type { Answer, Caller, Target, WriteOptions } from '../../kube/operation.ts';
import { apiVersion, groupResource } from '../../kube/resource.ts';
import { alreadyExists, badRequest } from '../../kube/status.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { rfc3339 } from '../../time/units.ts';
import type { Attributes } from '../admission/chain.ts';
import { type Backend, generateName, keyIn, managerOf, newUid, tableFor } from '../backend.ts';
import { keepCompanions } from '../companions.ts';
import type { KindContext } from '../kind.ts';
import { plainMetaErrors, withMeta } from '../metadata.ts';
import type { Served } from '../registry.ts';
import { fromStored, toStored } from '../versions.ts';

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
  const dryRun = options.dryRun === true;
  const context = { ...backend.context(caller, dryRun, warnings), apiVersion: apiVersion(served.type) };
  const { strategy } = served.kind;
  const sent = toStored(served, inNamespace(request.object, served, target));
  const defaulted = strategy.defaults === undefined ? sent : strategy.defaults(sent);
  const owned =
    request.ownsFields === true
      ? defaulted
      : backend.fields.written(undefined, defaulted, {
          served,
          subresource: '',
          manager: managerOf(caller, options),
          time: rfc3339(backend.loop.now()),
          resetFields: strategy.resetFields ?? [],
        });
  const attributes: Attributes = {
    verb: 'CREATE',
    served,
    subresource: '',
    namespace: target.namespace,
    name: owned.metadata?.name ?? '',
    object: owned,
    old: undefined,
    options,
    dryRun,
    caller,
    context,
  };
  const admitted = (yield* backend.admission.mutate(attributes)) ?? owned;
  for (let attempt = 1; ; attempt++) {
    const ready = prepare(backend, served, admitted, context);
    checkNew(ready, served, context);
    yield* backend.admission.validate({ ...attributes, object: ready, name: ready.metadata?.name ?? '' });
    const stored = store(backend, request, ready, dryRun);
    if (stored !== undefined) return { code: 201, object: fromStored(served, stored), warnings };
    const { type } = served;
    const name = ready.metadata?.name ?? '';
    const generated = (admitted.metadata?.name ?? '') === '';
    if (!generated || attempt === NAME_TRIES) throw alreadyExists({ group: type.group, kind: type.resource, name });
  }
}

/** Puts the object into the namespace of the request, or refuses it when it names another. Without one, none is kept. */
function inNamespace(object: KubeObject, { type }: Served, target: Target): KubeObject {
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
  const {
    resourceVersion: _,
    deletionTimestamp: __,
    deletionGracePeriodSeconds: ___,
    selfLink: ____,
    ...given
  } = object.metadata ?? {};
  const table = tableFor(served);
  const named = given.name === undefined || given.name === '';
  const name =
    named && given.generateName !== undefined && given.generateName !== ''
      ? generateName(backend, table, given.namespace ?? '', given.generateName)
      : (given.name ?? '');
  const metadata = {
    ...given,
    ...(name === '' ? {} : { name }),
    uid: newUid(backend, table, keyIn(kind.type, { ...kind.type, namespace: given.namespace ?? '' }, name)),
    creationTimestamp: rfc3339(backend.loop.now()),
  };
  const filled = withMeta(object, metadata);
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
  const { kind } = served;
  const table = tableFor(served);
  const { namespace = '', name = '' } = object.metadata ?? {};
  const key = keyIn(kind.type, { ...kind.type, namespace }, name);
  const typed: KubeObject = { ...object, apiVersion: apiVersion(kind.type), kind: kind.type.kind };
  if (dryRun) return backend.store.get(table, key) === undefined ? deepFreeze(typed) : undefined;
  const made = backend.store.create(
    table,
    key,
    (revision) => deepFreeze(withMeta(typed, { ...typed.metadata, resourceVersion: String(revision) })),
    caller.origin,
  );
  if (made !== undefined) keepCompanions(backend, served, undefined, made.object, caller.origin);
  return made?.object;
}

/** The collection's name in messages about an object of it. */
export function collectionName({ type }: Served): string {
  return groupResource(type);
}
