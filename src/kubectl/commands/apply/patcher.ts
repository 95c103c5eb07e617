// Client-side apply of one object that is there: the patch that leads from what is there to what is wished, where what was
// applied last tells which fields are to go.

import { goJson } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { createThreeWayJsonMergePatch } from '../../../../sandbox/kube/patch/mergediff.ts';
import { mergePatched } from '../../../../sandbox/kube/patch/mergepatch.ts';
import {
  applyStrategicMergePatch,
  createThreeWayMergePatch,
  PreconditionError,
  requireKeyUnchanged,
  requireMetadataKeyUnchanged,
} from '../../../../sandbox/kube/patch/strategicpatch.ts';
import { StatusError } from '../../../../sandbox/kube/status.ts';
import type { KindType } from '../../../../sandbox/kube/structure.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../../sandbox/time/units.ts';
import type { Call } from '../../call.ts';
import { asError, withMessage, withSource } from '../../errors.ts';
import { lastApplied } from '../../lastapplied.ts';
import { untilNotFound } from '../../resource/gone.ts';
import { type Info, infoText, mappingOf, objectOf, withMeta } from '../../resource/info.ts';
import { createObject, deleteObject, getObject, type PatchType, patchObject } from '../../resource/requests.ts';
import { typeOf } from '../../resource/typed.ts';
import { hasReason } from '../../rest/status.ts';
import { parseJson } from '../../text/json.ts';
import { deleteOptions } from '../shared/deletion.ts';
import { type ApplyOptions, applyWriteOptions } from './options.ts';

export interface Applied {
  readonly object: JsonObject;
  /** Nothing had to be changed. */
  readonly unchanged: boolean;
}

interface Patch {
  readonly type: PatchType;
  readonly patch: JsonObject;
  readonly text: string;
}

const MAX_RETRIES = 5;
const PAUSE_MS = 1000;

/** Makes the object that is there what `modified` (a manifest's text, with itself in its annotation) says. */
export function* applyPatch(call: Call, options: ApplyOptions, info: Info, modified: string): Blocking<Applied> {
  let tried = '';
  let current = objectOf(info);
  try {
    for (let attempt = 0; ; attempt++) {
      const patch = yield* patchFor(call, info, current, modified);
      tried = patch.text;
      try {
        return yield* sent(call, options, info, current, patch);
      } catch (error) {
        const conflict = hasReason(error, 'Conflict');
        if (!conflict || attempt >= MAX_RETRIES) {
          if (!call.flags.has('force') || !call.flags.bool('force') || !(conflict || hasReason(error, 'Invalid')))
            throw patching(info, error);
          tried = modified;
          return yield* replacedByForce(call, options, info, current, modified);
        }
      }
      if (attempt > 0) yield* call.sys.sleep(durationMs(PAUSE_MS));
      current = yield* getObject(yield* call.client(), mappingOf(info), info.namespace, info.name);
    }
  } catch (error) {
    throw withSource(`applying patch:\n${tried}\nto:\n${infoText(info)}\nfor:`, info.source, asError(error));
  }
}

function patching(info: Info, error: unknown): Error {
  return withSource('patching', info.source, asError(error));
}

function* sent(call: Call, options: ApplyOptions, info: Info, current: JsonObject, patch: Patch): Blocking<Applied> {
  if (patch.text === '{}') return { object: current, unchanged: true };
  if (options.dryRun === 'client') return { object: patchedHere(info, current, patch), unchanged: false };
  const request = applyWriteOptions(options);
  const { resourceVersion } = options;
  const text =
    resourceVersion === undefined
      ? patch.text
      : goJson(withMeta(patch.patch, 'resourceVersion', resourceVersion), 'sorted');
  const object = yield* patchObject(yield* call.client(), info, patch.type, text, request);
  return { object, unchanged: false };
}

function patchedHere(info: Info, current: JsonObject, { type, patch }: Patch): JsonObject {
  const kind = typeOf(mappingOf(info));
  if (type === 'merge' || kind === undefined) return mergePatched(current, patch);
  return applyStrategicMergePatch(current, patch, kind.type).document;
}

function* patchFor(call: Call, info: Info, current: JsonObject, modified: string): Blocking<Patch> {
  const mapping = mappingOf(info);
  const kind = typeOf(mapping);
  const usesOpenApi = !call.flags.has('openapi-patch') || call.flags.bool('openapi-patch');
  if (usesOpenApi) {
    yield* call.openApi.document(mapping.group, mapping.version);
    // kubectl looks for a kind that it doesn't know in the older document, too.
    if (kind === undefined) yield* call.openApi.documentV2();
  }
  const original = lastApplied(current) ?? '';
  try {
    const patch = threeWay(
      { original: parsedObject(original || '{}'), modified: parsedObject(modified), current },
      kind,
      !call.flags.has('overwrite') || call.flags.bool('overwrite'),
      usesOpenApi,
    );
    return { type: kind === undefined ? 'merge' : 'strategic', patch, text: goJson(patch, 'sorted') };
  } catch (error) {
    const said = error instanceof PreconditionError ? CHANGED : asError(error).message;
    const text = `creating patch with:\noriginal:\n${original}\nmodified:\n${modified}\ncurrent:\n${goJson(current, 'sorted')}\n\nfor: ${said}`;
    throw error instanceof StatusError ? withMessage(error, text) : new Error(text);
  }
}

const CHANGED = 'At least one of apiVersion, kind and name was changed';

interface Versions {
  readonly original: JsonObject;
  readonly modified: JsonObject;
  readonly current: JsonObject;
}

function threeWay(
  { original, modified, current }: Versions,
  kind: KindType | undefined,
  overwrite: boolean,
  usesOpenApi: boolean,
): JsonObject {
  if (kind !== undefined) {
    const options = { overwrite, source: usesOpenApi ? ('openapi' as const) : ('go' as const) };
    return createThreeWayMergePatch(original, modified, current, kind.type, options);
  }
  return createThreeWayJsonMergePatch(original, modified, current, [
    requireKeyUnchanged('apiVersion'),
    requireKeyUnchanged('kind'),
    requireMetadataKeyUnchanged('name'),
  ]);
}

function parsedObject(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new Error('the configuration is no object');
  return value;
}

/** --force: what can't be patched is deleted and made anew. */
function* replacedByForce(
  call: Call,
  options: ApplyOptions,
  info: Info,
  current: JsonObject,
  modified: string,
): Blocking<Applied> {
  const client = yield* call.client();
  const mapping = mappingOf(info);
  const { namespace, name } = info;
  const request = deleteOptions(options.cascade, call.flags.number('grace-period'));
  yield* deleteObject(client, mapping, namespace, name, request);
  const look = (): Blocking<unknown> => getObject(client, mapping, namespace, name);
  yield* untilNotFound(call.sys, look, call.sys.now() + call.flags.duration('timeout'));
  const write = applyWriteOptions(options);
  try {
    const object = yield* createObject(client, mapping, namespace, parsedObject(modified), write);
    return { object, unchanged: false };
  } catch (error) {
    yield* restored(createObject(client, mapping, namespace, current, write), asError(error));
    throw error;
  }
}

/** What was there comes back when what was to replace it can't be made. */
function* restored(creation: Blocking<JsonObject>, cause: Error): Blocking<void> {
  try {
    yield* creation;
  } catch (error) {
    throw new Error(
      `An error occurred force-replacing the existing object with the newly provided one:\n\n${cause.message}.\n\n` +
        `Additionally, an error occurred attempting to restore the original object:\n\n${asError(error).message}`,
    );
  }
}
