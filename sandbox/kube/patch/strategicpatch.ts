// Strategic merge patch: what the server does with one, and how a client makes one.

import { goValue } from '../go/text.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { badRequest, failure, type StatusError } from '../status.ts';
import type { ValueType } from '../structure.ts';
import { patchesConflict } from './strategic/conflicts.ts';
import { diffObjects } from './strategic/diff.ts';
import { draftOf, jsonOf } from './strategic/draft.ts';
import { mergeObject } from './strategic/merge.ts';
import { PatchError, PatchFormatError, type Source } from './strategic/meta.ts';

export interface StrategicallyPatched {
  readonly document: JsonObject;
  /** What is left of the patch, as the server quotes it when the document turns out not to be of its type. */
  readonly patchText: string;
}

/** The document after the patch; parts that don't change keep their identity. Throws a StatusError: 400, 422 or 500. */
export function applyStrategicMergePatch(
  document: JsonObject,
  patch: JsonObject,
  type: ValueType,
): StrategicallyPatched {
  const draft = draftOf(patch);
  try {
    const merged = mergeObject(document, draft, type, { into: 'object', source: 'go' });
    return { document: merged, patchText: goValue(jsonOf(draft)) };
  } catch (error) {
    throw error instanceof PatchError ? statusOf(error) : error;
  }
}

function statusOf(error: PatchError): StatusError {
  if (error instanceof PatchFormatError) return badRequest(error.message);
  if (error.message !== 'lists of lists are not supported') return failure(500, '', error.message);
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** The patch was made, but changes what it must not. */
export class PreconditionError extends PatchError {}

/** The patch contradicts what others have changed. */
export class PatchConflictError extends PatchError {}

/** What a patch must be like: true when it is. */
export type Precondition = (patch: JsonObject) => boolean;

export interface ClientOptions {
  /** Where the client has its types from. */
  readonly source?: Source;
  readonly preconditions?: readonly Precondition[];
}

/** The patch that leads from one object to another. Throws a PatchError. */
export function createTwoWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  type: ValueType,
  options: ClientOptions = {},
): JsonObject {
  const { source = 'go', preconditions = [] } = options;
  const patch = diffObjects(original, modified, type, { source, tells: 'all', ordersLists: true });
  checkPreconditions(patch, preconditions);
  return patch;
}

export interface ThreeWayOptions extends ClientOptions {
  /** Whether changes that others made are written over. */
  readonly overwrite: boolean;
}

/**
 * The patch of `kubectl apply`: what is in `modified` and not in `current` is added and changed; what was in `original`
 * (applied last) and isn't in `modified` is deleted. Throws a PatchError.
 */
export function createThreeWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  type: ValueType,
  options: ThreeWayOptions,
): JsonObject {
  const { source = 'go', preconditions = [], overwrite } = options;
  const changes = diffObjects(current, modified, type, { source, tells: 'changes', ordersLists: true });
  const deletions = diffObjects(original, modified, type, { source, tells: 'deletions', ordersLists: true });
  const patch = mergeObject(deletions, draftOf(changes), type, { into: 'patch', source });
  checkPreconditions(patch, preconditions);
  if (!overwrite) checkConflicts(patch, original, current, type, source);
  return patch;
}

function checkConflicts(
  patch: JsonObject,
  original: JsonObject,
  current: JsonObject,
  type: ValueType,
  source: Source,
): void {
  const changed = diffObjects(original, current, type, { source, tells: 'all', ordersLists: false });
  if (patchesConflict(patch, changed, type, source)) {
    throw new PatchConflictError('the patch conflicts with changes made from original to current');
  }
}

export function checkPreconditions(patch: JsonObject, preconditions: readonly Precondition[]): void {
  if (preconditions.every((holds) => holds(patch))) return;
  throw new PreconditionError(`precondition failed for: ${goValue(patch)}`);
}

/** The patch doesn't touch a field at the top. */
export function requireKeyUnchanged(key: string): Precondition {
  return (patch) => !Object.hasOwn(patch, key);
}

/** The patch doesn't touch a field of the metadata. */
export function requireMetadataKeyUnchanged(key: string): Precondition {
  return (patch) => {
    const metadata: JsonValue | undefined = patch['metadata'];
    return typeof metadata !== 'object' || metadata === null || !Object.hasOwn(metadata, key);
  };
}
