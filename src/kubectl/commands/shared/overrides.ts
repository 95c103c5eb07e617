// --overrides: JSON that changes a generated object before it is sent.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../../../sandbox/kube/json.ts';
import { applyJsonPatch } from '../../../../sandbox/kube/patch/jsonpatch.ts';
import { mergePatched } from '../../../../sandbox/kube/patch/mergepatch.ts';
import { applyStrategicMergePatch } from '../../../../sandbox/kube/patch/strategicpatch.ts';
import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import { kindIn } from '../../../../sandbox/schema/decode/kind.ts';
import type { Call } from '../../call.ts';
import { canonicalObject, typeOf } from '../../resource/typed.ts';
import { parseJson } from '../../text/json.ts';

/** The object as --overrides and --override-type make it. Throws when they can't be applied. */
export function overridden(call: Call, object: JsonObject, type: ResourceType): JsonObject {
  const text = call.flags.string('overrides');
  if (text === '') return object;
  const patched = patch(object, text, call.flags.string('override-type') || 'merge', type);
  if (!isObject(patched)) throw new Error('Invalid JSON Patch');
  return canonicalObject(patched, type);
}

function patch(object: JsonObject, text: string, how: string, type: ResourceType): JsonValue {
  const kind = typeOf(type);
  switch (how) {
    case 'json':
      return applyJsonPatch(object, listIn(text)).document;
    case 'merge':
      return mergePatched(object, mergeIn(text));
    case 'strategic':
      return kind === undefined ? object : applyStrategicMergePatch(object, objectIn(text), kind.type).document;
    default:
      throw new Error(`invalid override type: ${how}`);
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** A list would take the place of the object, and is found to be of no kind. */
function mergeIn(text: string): JsonObject {
  const value = parsed(text);
  if (isArray(value)) kindIn(value);
  return objectIn(text);
}

function objectIn(text: string): JsonObject {
  const value = parsed(text);
  if (!isObject(value)) throw new Error('Invalid JSON Patch');
  return value;
}

function listIn(text: string): JsonValue {
  const value = parsed(text);
  if (value === undefined) throw new Error('error parsing JSONPatch: invalid character');
  return isArray(value) ? value : [value];
}
