// Subresources that are no part of the object itself: another kind that is computed from it and written back into it
// (`scale`), and acts that are posted (`binding`, `eviction`, `token`).

import { invalidObject } from '../../kube/fielderrors.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Answer, Caller, Operation, Target, WriteOptions } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { notFound, reasonOf } from '../../kube/status.ts';
import type { KindType } from '../../kube/structure.ts';
import { decode } from '../../schema/decode/decode.ts';
import { kindType } from '../../schema/schema.ts';
import type { Work } from '../../time/loop.ts';
import { deepFreeze } from '../../time/state.ts';
import type { Attributes } from '../admission/chain.ts';
import { type Backend, type FieldWrite, fieldWrite, keyIn, tableFor } from '../backend.ts';
import type { Inner, KindContext, Subresource } from '../kind.ts';
import { withMeta } from '../metadata.ts';
import type { Served } from '../registry.ts';
import { putNext, storable } from './commit.ts';
import { inNamespace } from './create.ts';
import { appliedTo, restored } from './patch.ts';
import { type PatchOperation, patchedObject } from './patched.ts';
import { get } from './read.ts';
import { addressed, update } from './update.ts';

export type View = Extract<Subresource<KubeObject>, { readonly type: 'view' }>;
export type Act = Extract<Subresource<KubeObject>, { readonly type: 'act' }>;

export interface ViewRequest {
  readonly served: Served;
  readonly target: Target;
  readonly options: WriteOptions;
  readonly caller: Caller;
  readonly warnings: string[];
}

/** `resourceVersion`: the object must be at least as new as that. */
export function readView(
  backend: Backend,
  view: View,
  { served, target, caller, warnings }: ViewRequest,
  resourceVersion?: string,
): Answer {
  const { object } = get(backend, served, target, resourceVersion);
  const shown = view.read(object, backend.context(caller, false, warnings));
  view.checkShown?.(shown);
  return { code: 200, object: shown, warnings };
}

/** Writes a view into its object; `next` makes the view that is wanted from the one that is there, of an object with the `uid`. */
export function* writeView(
  backend: Backend,
  view: View,
  request: ViewRequest,
  next: (current: KubeObject) => KubeObject,
  { ownsFields = false, uid = '' }: { readonly ownsFields?: boolean; readonly uid?: string } = {},
): Work<Answer> {
  const { served } = request;
  const context = backend.context(request.caller, request.options.dryRun === true, request.warnings);
  const { fields } = backend;
  const paths = view.replicasPaths;
  const answer = yield* update(backend, {
    ...request,
    ...(uid === '' ? {} : { uid }),
    ownsFields: true,
    next: (current = {}) => {
      const shown = fields.scaled(view.read(current, context), current, paths);
      const wanted = next(shown);
      checkView(view, wanted, current);
      const owned = ownsFields ? wanted : fields.written(shown, wanted, viewWrite(backend, view, request));
      return fields.rescaled(inObject(view, wanted, current, context), owned, apiVersion(served.type), paths);
    },
  });
  return { ...answer, object: view.read(answer.object, context) };
}

/** The version that the view insists on is the object's. */
function inObject(view: View, wanted: KubeObject, current: KubeObject, context: KindContext): KubeObject {
  const written = view.write(wanted, current, context);
  const { resourceVersion = '' } = wanted.metadata ?? {};
  return resourceVersion === '' ? written : withMeta(written, { ...written.metadata, resourceVersion });
}

function checkView(view: View, wanted: KubeObject, current: KubeObject): void {
  const errors = [...(view.validate?.(wanted, current) ?? [])];
  if (errors.length > 0) throw invalidObject(view.kind, wanted.metadata?.name ?? '', errors);
}

export function* patchView(
  backend: Backend,
  view: View,
  request: ViewRequest,
  operation: PatchOperation,
): Work<Answer> {
  const expected = kindOf(view);
  const apply = operation.type === 'apply';
  const next = (current: KubeObject): KubeObject => {
    const shown = decode({ value: current }, expected.type).value as KubeObject;
    if (!apply) {
      const patched = patchedObject(shown, expected, operation, (text) => request.warnings.push(text));
      return addressed(patched, request);
    }
    const merged = appliedTo(backend, shown, operation, viewWrite(backend, view, request));
    return restored(merged, expected, operation);
  };
  return yield* writeView(backend, view, request, next, { ownsFields: apply });
}

function kindOf({ kind: { group, version, kind } }: View | Act): KindType {
  const found = kindType(group, version, kind);
  if (found === undefined) throw new Error(`${kind} has no type`);
  return found;
}

/** The books are kept of the view, as an object of its own kind. */
function viewWrite(backend: Backend, view: View | Act, request: ViewRequest): FieldWrite {
  return { ...fieldWrite(backend, request, request.target.subresource ?? '', {}), as: kindOf(view) };
}

/** What is posted, with who set what of it. */
function notedBy(backend: Backend, act: Act, body: KubeObject, request: ViewRequest): KubeObject {
  return backend.fields.written(undefined, body, viewWrite(backend, act, request));
}

const TRIES = 10;

export function* performAct(
  backend: Backend,
  act: Act,
  request: ViewRequest,
  body: KubeObject,
  perform: (operation: Operation, as?: 'as server') => Work<Answer>,
): Work<Answer> {
  const { served, target, options, caller, warnings } = request;
  const plain = backend.context(caller, options.dryRun === true, warnings);
  const context = target.namespace === undefined ? plain : { ...plain, namespace: target.namespace };
  const inner: Inner<KubeObject> = {
    *call(operation, as) {
      return (yield* perform(operation, as)).object as KubeObject;
    },
    rewrite(namespace, name, change) {
      const { group, version, resource } = served.kind.type;
      const object: Target = { group, version, resource, ...(namespace === undefined ? {} : { namespace }), name };
      const stored = backend.store.get(tableFor(served), keyIn(served.kind.type, object));
      if (stored === undefined) throw notFound({ group, kind: resource, name });
      const next = deepFreeze(storable(served, change(stored.object)));
      if (options.dryRun === true) return next;
      const written = putNext(backend, served, stored, next, caller.origin);
      if (written === undefined) throw new Error(`${name} was written while it was written`);
      return written;
    },
    *modify(namespace, name, change) {
      const { group, version, resource } = served.kind.type;
      const object: Target = { group, version, resource, ...(namespace === undefined ? {} : { namespace }), name };
      for (let attempt = 1; ; attempt++) {
        const current = get(backend, served, object).object;
        try {
          const answer = yield* perform({ verb: 'update', target: object, object: change(current), options });
          return answer.object as KubeObject;
        } catch (error) {
          if (reasonOf(error) !== 'Conflict' || attempt === TRIES) throw error;
        }
      }
    },
  };
  const name = target.name ?? '';
  const { namespace, subresource = '' } = target;
  const dryRun = options.dryRun === true;
  const about = { served, subresource, namespace, name, old: undefined, options, dryRun, caller, context };
  const placed = inNamespace(body, served, target);
  const noted = act.noted === undefined ? placed : notedBy(backend, act, act.noted(placed), request);
  const attributes: Attributes = { verb: 'CREATE', object: noted, ...about };
  const admitted = (yield* backend.admission.mutate(attributes)) ?? noted;
  yield* backend.admission.validate({ ...attributes, object: admitted });
  const { code, object } = yield* act.act(admitted, name, context, inner);
  return { code, object, warnings };
}
