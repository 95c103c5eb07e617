// From an operation to what carries it out: which verb, on the object, on a part of it, or on something that stands for it.

import type { KubeObject } from '../../kube/meta.ts';
import type { Answer, Caller, Operation } from '../../kube/operation.ts';
import { failure, methodNotAllowed, StatusError } from '../../kube/status.ts';
import { canonical } from '../../schema/decode/canonical.ts';
import type { Work } from '../../time/loop.ts';
import { type Backend, partOf } from '../backend.ts';
import type { Kind } from '../kind.ts';
import type { Served } from '../registry.ts';
import { SERVER } from '../self.ts';
import { defaulted, fromStored, Unconvertible, uninitialized } from '../versions.ts';
import { readComputed } from './computed.ts';
import { performConverted } from './converted.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import { removeAll } from './deletecollection.ts';
import { patch } from './patch.ts';
import { get, list } from './read.ts';
import { review } from './review.ts';
import { addressed, update } from './update.ts';
import { patchView, performAct, readView, writeView } from './views.ts';

/** Carries out an operation that is allowed. Throws a `StatusError`. */
export function perform(backend: Backend, operation: Operation, caller: Caller): Work<Answer> {
  const { target } = operation;
  const served = backend.registry.find(target.group, target.version, target.resource);
  if (served === undefined) throw missing();
  const { answers } = served.kind;
  if (answers !== undefined) return answered(answers(operation, backend.context(caller, false, [])));
  const part = partOf(served, target.subresource ?? '');
  if (part === undefined && (target.subresource ?? '') !== '') throw missing();
  if (part === undefined || part.type === 'part') return performMain(backend, served, operation, caller);
  const run = (on: Backend): Work<Answer> => performPart(on, served, operation, caller);
  const { conversion } = served;
  return conversion === undefined
    ? run(backend)
    : performConverted(backend, { served, conversion, operation, caller }, run);
}

function* answered(object: KubeObject): Work<Answer> {
  return { code: 200, object, warnings: [] };
}

function* performMain(backend: Backend, served: Served, operation: Operation, caller: Caller): Work<Answer> {
  const { computed, standsFor } = served.kind;
  if (computed !== undefined) return readComputed(backend, served, computed, operation, caller);
  if (standsFor !== undefined) return yield* perform(backend, onActedOn(operation, standsFor), caller);
  const warnings: string[] = [];
  const { conversion } = served;
  const run = (on: Backend): Work<Answer> => performOn(on, served, operation, caller, warnings);
  try {
    if (conversion === undefined) return yield* run(backend);
    return yield* performConverted(backend, { served, conversion, operation, caller }, run);
  } catch (error) {
    if (warnings.length === 0 || !(error instanceof StatusError)) throw error;
    throw new StatusError(error.status, warnings);
  }
}

function* performOn(
  backend: Backend,
  served: Served,
  operation: Operation,
  caller: Caller,
  warnings: string[],
): Work<Answer> {
  const { target, verb } = operation;
  switch (verb) {
    case 'get':
      return get(backend, served, target, operation.options?.resourceVersion);
    case 'list':
      if (served.kind.review !== undefined) throw methodNotAllowed();
      return listed(backend, served, operation);
    case 'create': {
      const { options = {} } = operation;
      const object = canonical(operation.object, served.structure);
      const request = { served, target, object, options, caller, warnings };
      return served.kind.review === undefined
        ? yield* create(backend, request)
        : yield* review(backend, served.kind.review, request);
    }
    case 'update': {
      const object = addressed(operation.object, { served, target });
      const { options = {} } = operation;
      const { uid } = object.metadata ?? {};
      return yield* update(backend, {
        served,
        target,
        options,
        caller,
        warnings,
        next: (current) => defaulted(served, sent(served, object, current), current),
        mayCreate: (target.subresource ?? '') === '' && served.kind.strategy.createsOnUpdate === true,
        ...(uid === undefined || uid === '' ? {} : { uid }),
      });
    }
    case 'patch':
      return yield* patch(backend, { served, operation, caller, warnings });
    case 'delete':
      return yield* remove(backend, { served, target, options: operation.options ?? {}, caller, warnings });
    case 'deletecollection': {
      const { options = {}, list: selection = {} } = operation;
      return yield* removeAll(backend, { served, target, options, selection, caller, warnings });
    }
    default:
      return verb satisfies never;
  }
}

/** Lists come from the server's memory, which isn't there when something can't be read into it. */
function listed(
  backend: Backend,
  served: Served,
  { target, options = {} }: Extract<Operation, { readonly verb: 'list' }>,
): Answer {
  try {
    return list(backend, served, target, options);
  } catch (error) {
    // Pages come from the storage itself.
    if (!(error instanceof Unconvertible) || (options.limit ?? 0) > 0) throw error;
    throw uninitialized(served, error);
  }
}

/** The act that a post to a collection of acts is: on the object that has the name of what is posted. */
function onActedOn(operation: Operation, { type, subresource }: NonNullable<Kind['standsFor']>): Operation {
  if (operation.verb !== 'create') throw methodNotAllowed();
  const { group, version, resource } = type;
  const { namespace } = operation.target;
  const { name = '' } = operation.object.metadata ?? {};
  const within = namespace === undefined ? {} : { namespace };
  return { ...operation, target: { group, version, resource, subresource, name, ...within } };
}

/** An object that a client has changed: much of it may still be what it was given. */
function sent(served: Served, object: KubeObject, current: KubeObject | undefined): KubeObject {
  return canonical(object, served.structure, current === undefined ? undefined : fromStored(served, current));
}

function* performPart(backend: Backend, served: Served, operation: Operation, caller: Caller): Work<Answer> {
  const { target, verb } = operation;
  const part = partOf(served, target.subresource ?? '');
  const request = { served, target, options: {}, caller, warnings: [] };
  if (verb === 'get' && part?.type === 'view')
    return readView(backend, part, request, operation.options?.resourceVersion);
  if (verb === 'create' && part?.type === 'act') {
    const { object, options = {} } = operation;
    return yield* performAct(backend, part, { ...request, options }, object, (inner, as) =>
      perform(backend, inner, as === undefined ? caller : asServer(caller)),
    );
  }
  if (part?.type !== 'view' || (verb !== 'update' && verb !== 'patch')) throw methodNotAllowed();
  const writing = { ...request, options: operation.options ?? {} };
  if (operation.verb === 'patch') return yield* patchView(backend, part, writing, operation);
  const object = addressed(operation.object, { served, target });
  const { uid = '' } = object.metadata ?? {};
  return yield* writeView(backend, part, writing, () => object, { uid });
}

/** The server's own name, for what it does in the course of another's request. */
function asServer({ origin }: Caller): Caller {
  return { ...SERVER, origin };
}

/** There is no such resource. */
export function missing(): Error {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}
