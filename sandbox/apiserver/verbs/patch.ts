// Patch: JSON, merge and strategic patches make the next object from the current one; server-side apply merges what the
// applier wants into it, or creates it.

import { isObject, type JsonValue } from '../../kube/json.ts';
import type { KubeObject, V1ObjectMeta } from '../../kube/meta.ts';
import type { Answer, Caller } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { badRequest, failure } from '../../kube/status.ts';
import type { KindType } from '../../kube/structure.ts';
import { strictWarnings } from '../../schema/body.ts';
import { decode } from '../../schema/decode/decode.ts';
import { describe } from '../../schema/decode/refusal.ts';
import { DecodingError } from '../../schema/errors.ts';
import type { Work } from '../../time/loop.ts';
import { type Backend, type FieldWrite, fieldWrite } from '../backend.ts';
import type { Served } from '../registry.ts';
import { defaulted, fromStored } from '../versions.ts';
import { type PatchOperation, patchedObject } from './patched.ts';
import { restoreProblem } from './restore.ts';
import { strategyOf, update } from './update.ts';
import { wrapped } from './wrap.ts';

export interface PatchRequest {
  readonly served: Served;
  readonly operation: PatchOperation;
  readonly caller: Caller;
  readonly warnings: string[];
}

export function patch(backend: Backend, request: PatchRequest): Work<Answer<KubeObject>> {
  const { served, operation, caller, warnings } = request;
  const apply = operation.type === 'apply';
  return update(backend, {
    served,
    target: operation.target,
    options: operation.options ?? {},
    caller,
    warnings,
    next: (current) => (apply ? applied(backend, request, current) : afterPatch(request, current ?? {})),
    ownsFields: apply,
    mayCreate: apply && (operation.target.subresource ?? '') === '',
  });
}

function afterPatch({ served, operation, warnings }: PatchRequest, current: KubeObject): KubeObject {
  const warn = (text: string): void => {
    warnings.push(text);
  };
  const next = patchedObject(fromStored(served, current), kindOf(served), operation, warn, served.normalise);
  return defaulted(served, next, current);
}

function kindOf({ type: { group, version, kind }, structure }: Served): KindType {
  return { group, version, kind, type: structure };
}

function applied(backend: Backend, request: PatchRequest, current: KubeObject | undefined): KubeObject {
  const { served, operation, caller } = request;
  const { target, options = {} } = operation;
  const { subresource = '' } = target;
  const write = fieldWrite(backend, { served, options, caller }, subresource, strategyOf(served, subresource));
  const merged = appliedTo(backend, current, operation, write);
  noteDoubled(request);
  return defaulted(served, restored(merged, kindOf(served), operation), current);
}

/** Keys that stand twice in the YAML are refused or warned of, as the client wants it. */
function noteDoubled({ operation: { strict = [], options }, warnings }: PatchRequest): void {
  if (strict.length === 0) return;
  if (options?.fieldValidation === 'Strict') {
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${strict.join(', ')}`);
  }
  if (options?.fieldValidation !== 'Warn') return;
  for (const text of strictWarnings(strict)) if (!warnings.includes(text)) warnings.push(text);
}

/** What server-side apply makes of the current object. */
export function appliedTo(
  { fields }: Backend,
  current: KubeObject | undefined,
  { body, options }: PatchOperation,
  write: FieldWrite,
): KubeObject {
  if (!isObject(body)) throw badRequest(notAMap(body));
  return fields.applied(current, body, write, options?.force === true);
}

function notAMap(body: JsonValue): string {
  const why = `json: cannot unmarshal ${describe(body)} into Go value of type map[string]interface {}`;
  return `error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`;
}

/** What was merged, as an object of its type. Throws what the server says, by what was sent, of values that aren't of their types. */
export function restored(merged: KubeObject, kind: KindType, operation: PatchOperation): KubeObject {
  try {
    return decode({ value: merged }, kind.type).value as KubeObject;
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    const low = wrapped(merged, kind.type);
    if (low !== merged) return restored(low as KubeObject, kind, operation);
    const about = `${kind.group === '' ? '/' : ''}${apiVersion(kind)}, Kind=${kind.kind}`;
    const { body } = operation;
    const sent: V1ObjectMeta = isObject(body) && isObject(body['metadata']) ? body['metadata'] : {};
    const which = `${sent.namespace ?? ''}/${sent.name ?? ''}`;
    const why = restoreProblem(merged, kind.type) ?? error.message;
    const what = `failed to convert new object (${which}; ${about}) to proper version`;
    throw failure(500, '', `${what}: unable to convert unstructured object to ${about}: ${why}`);
  }
}
