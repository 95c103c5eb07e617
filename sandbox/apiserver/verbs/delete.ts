// Delete: at once, or by steps. An object with finalizers or with a time of grace is only marked, and goes when the last
// of them is over.

import type { KubeObject } from '../../kube/meta.ts';
import type { Answer, Caller, DeleteOptions, Target } from '../../kube/operation.ts';
import { conflict, notFound, type V1Status } from '../../kube/status.ts';
import type { Revision, Stored } from '../../store/store.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import { after, parseTime, rfc3339, seconds } from '../../time/units.ts';
import { type Backend, keyIn, tableFor } from '../backend.ts';
import { keepCompanions } from '../companions.ts';
import type { KindContext } from '../kind.ts';
import { withMeta } from '../metadata.ts';
import type { Served } from '../registry.ts';
import { fromStored } from '../versions.ts';

const RACE_TRIES = 5;
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export interface DeleteRequest {
  readonly served: Served;
  readonly target: Target;
  readonly options: DeleteOptions;
  readonly caller: Caller;
  readonly warnings: string[];
}

export function* remove(backend: Backend, request: DeleteRequest): Work<Answer<KubeObject | V1Status>> {
  const { served, target, options, caller, warnings } = request;
  const table = tableFor(served);
  const key = keyIn(served.kind.type, target);
  const about = { group: served.type.group, kind: served.type.resource, name: target.name ?? '' };
  const dryRun = options.dryRun === true;
  const context = backend.context(caller, dryRun, warnings);
  for (let attempt = 1; ; attempt++) {
    const stored = backend.store.get(table, key);
    if (stored === undefined) throw notFound(about);
    checkPreconditions(stored.object, served, options);
    yield* backend.admission.validate({
      verb: 'DELETE',
      served,
      subresource: target.subresource ?? '',
      namespace: target.namespace,
      name: about.name,
      object: undefined,
      old: stored.object,
      options,
      dryRun,
      caller,
      context,
    });
    const step = firstStep(stored.object, served, options, context);
    const done = dryRun ? { object: step.object, gone: step.gone } : carryOut(backend, served, stored, step, caller);
    if (done !== undefined) return answer(served, options, done, warnings);
    if (attempt === RACE_TRIES)
      throw conflict(
        about,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
  }
}

function checkPreconditions(object: KubeObject, { type }: Served, { preconditions }: DeleteOptions): void {
  const { name = '', uid, resourceVersion } = object.metadata ?? {};
  const about = { group: type.group, kind: type.kind, name };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      about,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid ?? ''}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      about,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion ?? ''}). The object might have been modified`,
    );
  }
}

interface Step {
  readonly object: KubeObject;
  readonly gone: boolean;
}

/** What a deletion does to the object now. */
function firstStep(object: KubeObject, served: Served, options: DeleteOptions, context: KindContext): Step {
  const finalizers = finalizersAfter(object, served, options);
  const { finalizers: _, ...rest } = object.metadata ?? {};
  const meta = finalizers.length === 0 ? rest : { ...rest, finalizers };
  const { departure } = served.kind;
  if (departure?.isHeld(object) === true) {
    if (object.metadata?.deletionTimestamp !== undefined) return { object, gone: false };
    const marked = withMeta(object, { ...meta, deletionTimestamp: rfc3339(context.now()) });
    return { object: departure.begin(marked), gone: false };
  }
  const grace = graceFor(object, served, options, context);
  if (grace === 0 && finalizers.length === 0) return { object: withMeta(object, meta), gone: true };
  const { deletionTimestamp, deletionGracePeriodSeconds, generation, ...other } = meta;
  const begun = deletionTimestamp !== undefined;
  if (begun && grace >= (deletionGracePeriodSeconds ?? 0)) return { object: withMeta(object, meta), gone: false };
  const from = begun
    ? after(parseTime(deletionTimestamp) ?? context.now(), seconds(-(deletionGracePeriodSeconds ?? 0)))
    : context.now();
  const marked = {
    ...other,
    deletionTimestamp: rfc3339(after(from, seconds(grace))),
    deletionGracePeriodSeconds: grace,
    ...(generation === undefined ? {} : { generation: begun ? generation : generation + 1 }),
  };
  return { object: withMeta(object, marked), gone: false };
}

function graceFor(
  object: KubeObject,
  { kind }: Served,
  { gracePeriodSeconds }: DeleteOptions,
  context: KindContext,
): number {
  const grace = kind.deletionGrace?.(object, gracePeriodSeconds, context) ?? 'now';
  return grace === 'now' ? 0 : grace.graceSeconds;
}

/** Finalizers say how dependents are treated; the options of this deletion decide which are there. */
function finalizersAfter(object: KubeObject, { kind }: Served, options: DeleteOptions): readonly string[] {
  const present = object.metadata?.finalizers ?? [];
  const policy =
    policyOf(options) ??
    (present.includes(ORPHAN)
      ? 'Orphan'
      : present.includes(FOREGROUND)
        ? 'Foreground'
        : kind.orphansByDefault === true
          ? 'Orphan'
          : 'Background');
  const others = present.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  if (policy === 'Orphan') return [...others, ORPHAN];
  return policy === 'Foreground' ? [...others, FOREGROUND] : others;
}

function policyOf({ propagationPolicy, orphanDependents }: DeleteOptions): DeleteOptions['propagationPolicy'] {
  if (propagationPolicy !== undefined) return propagationPolicy;
  return orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background';
}

function carryOut(backend: Backend, served: Served, stored: Stored, step: Step, caller: Caller): Step | undefined {
  const table = tableFor(served);
  const make = (revision: Revision): KubeObject =>
    deepFreeze(withMeta(step.object, { ...step.object.metadata, resourceVersion: String(revision) }));
  if (step.gone) {
    const gone = backend.store.delete(table, stored.key, stored.modified, make, caller.origin);
    if (gone !== undefined) keepCompanions(backend, served, gone.object, undefined, caller.origin);
    return gone && { object: gone.object, gone: true };
  }
  if (step.object === stored.object) return step;
  const marked = backend.store.update(table, stored.key, stored.modified, make, caller.origin);
  return marked && { object: marked.object, gone: false };
}

function answer(
  served: Served,
  options: DeleteOptions,
  { object, gone }: Step,
  warnings: readonly string[],
): Answer<KubeObject | V1Status> {
  const waits = policyOf(options) === 'Foreground' || policyOf(options) === 'Orphan';
  const code = !gone && waits ? 202 : 200;
  if (!gone || served.kind.answersDeleted === true) return { code, object: fromStored(served, object), warnings };
  const { group, resource } = served.type;
  const { name = '', uid = '' } = object.metadata ?? {};
  const details = { name, ...(group === '' ? {} : { group }), kind: resource, uid };
  return {
    code,
    object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details, code: 0 },
    warnings,
  };
}
