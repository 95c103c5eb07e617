// Delete: at once, or by steps. An object with finalizers or with a time of grace is only marked, and goes when the last
// of them is over.

import type { KubeObject } from '../../kube/meta.ts';
import type { Answer, Caller, DeleteOptions, Target } from '../../kube/operation.ts';
import { conflict, notFound, type V1Status } from '../../kube/status.ts';
import type { Stored } from '../../store/store.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { type Backend, keyIn, tableFor } from '../backend.ts';
import { checkPreconditions, type DeletionStep, deletionStep } from '../deletion.ts';
import type { Served } from '../registry.ts';
import { checkConvertible, fromStored } from '../versions.ts';
import { putNext, storable, takeAway } from './commit.ts';

const RACE_TRIES = 5;
const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export interface DeleteRequest {
  readonly served: Served;
  readonly target: Target;
  readonly options: DeleteOptions;
  readonly caller: Caller;
  readonly warnings: string[];
}

/** What came of one attempt. */
interface Done {
  readonly object: KubeObject;
  readonly gone: boolean;
  /** The object is on its way: it isn't shown again but as any deleted one. */
  readonly pending?: boolean;
}

export function* remove(backend: Backend, request: DeleteRequest): Work<Answer<KubeObject | V1Status>> {
  const { served, target, options, caller, warnings } = request;
  const { kind, type } = served;
  const key = keyIn(kind.type, target);
  const about = { group: type.group, kind: type.resource, name: target.name ?? '' };
  const context = backend.context(caller, options.dryRun === true, warnings);
  warnOfOrphans(request);
  for (let attempt = 1; ; attempt++) {
    const stored = backend.store.get(tableFor(served), key);
    if (stored === undefined) throw notFound(about);
    checkConvertible(served, stored.object);
    checkPreconditions(stored.object, kind, options);
    const step = deletionStep(stored.object, kind, options, context);
    if (step.do === 'nothing' && kind.departure === undefined) {
      return answer(request, { object: stored.object, gone: false, pending: true });
    }
    yield* backend.admission.validate({
      verb: 'DELETE',
      served,
      subresource: target.subresource ?? '',
      namespace: target.namespace,
      name: about.name,
      object: undefined,
      old: stored.object,
      options,
      dryRun: options.dryRun === true,
      caller,
      context,
    });
    const done = options.dryRun === true ? rehearse(served, stored, step) : carryOut(backend, request, stored, step);
    if (done !== undefined) return answer(request, done);
    if (attempt === RACE_TRIES) throw conflict(about, MODIFIED);
  }
}

/** Once for all objects of a collection. */
function warnOfOrphans({ served, options, warnings }: DeleteRequest): void {
  const { warning } = served.kind.orphansByDefault ?? {};
  const isAsked = options.propagationPolicy !== undefined || options.orphanDependents !== undefined;
  if (warning !== undefined && !isAsked && !warnings.includes(warning)) warnings.push(warning);
}

/** What would come of it. */
function rehearse(served: Served, stored: Stored, step: DeletionStep): Done {
  if (step.do !== 'mark') return { object: stored.object, gone: step.do === 'delete' };
  return { object: deepFreeze(storable(served, step.object)), gone: false };
}

/** Undefined when the object was written meanwhile. */
function carryOut(
  backend: Backend,
  { served, caller }: DeleteRequest,
  stored: Stored,
  step: DeletionStep,
): Done | undefined {
  const { origin } = caller;
  if (step.do === 'nothing') return { object: stored.object, gone: false };
  if (step.do === 'delete') {
    const object = takeAway(backend, served, stored, stored.object, origin);
    return object && { object, gone: true };
  }
  const object = putNext(backend, served, stored, storable(served, step.object), origin);
  if (object === undefined || !step.gone) return object && { object, gone: false };
  const marked = backend.store.get(tableFor(served), stored.key);
  const last = marked && takeAway(backend, served, marked, object, origin);
  return last && { object: last, gone: true };
}

function answer(
  { served, options, warnings }: DeleteRequest,
  { object, gone, pending = false }: Done,
): Answer<KubeObject | V1Status> {
  const code = !gone && options.orphanDependents === false ? 202 : 200;
  const shown = (!gone && !pending) || served.kind.answersDeleted === true;
  return { code, object: shown ? fromStored(served, object) : success(served, object), warnings };
}

function success({ type }: Served, { metadata = {} }: KubeObject): V1Status {
  const { name = '', uid = '' } = metadata;
  const details = { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.resource, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details, code: 0 };
}
