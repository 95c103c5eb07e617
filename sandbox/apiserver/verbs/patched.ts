// What a patch makes of an object: the document after it, decoded again as an object of its kind.

import type { FieldError } from '../../kube/fielderrors.ts';
import { invalid, invalidObject } from '../../kube/fielderrors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Operation } from '../../kube/operation.ts';
import { applyJsonPatch, unknownOperationFields } from '../../kube/patch/jsonpatch.ts';
import { applyMergePatch } from '../../kube/patch/mergepatch.ts';
import { jsonKind, patchedText } from '../../kube/patch/patched.ts';
import { applyStrategicMergePatch } from '../../kube/patch/strategicpatch.ts';
import { badRequest } from '../../kube/status.ts';
import type { KindType, ObjectType } from '../../kube/structure.ts';
import { readDocument, strictWarnings } from '../../schema/body.ts';
import { encodeJson } from '../../schema/encode/json.ts';
import { DecodingError } from '../../schema/errors.ts';
import { parseJson } from '../../schema/json/parse.ts';
import type { Served } from '../registry.ts';
import { restoreProblem } from './restore.ts';
import { wrapped } from './wrap.ts';

export type PatchOperation = Extract<Operation, { readonly verb: 'patch' }>;

/** A document after a patch, and how the server quotes it when it isn't of its type. */
interface Result {
  readonly document: JsonValue;
  readonly text: () => string;
  /** What strict validation has to say of the patch itself. */
  readonly strict: readonly string[];
  /** It was never text: errors are those of restoring an object from a map. */
  readonly restored?: boolean;
}

/** Applies a JSON, merge or strategic patch to an object in the version of the request. */
export function patchedObject(
  current: KubeObject,
  expected: KindType,
  operation: PatchOperation,
  warn: (text: string) => void,
  normalise?: Served['normalise'],
): KubeObject {
  const validation = operation.options?.fieldValidation ?? 'Ignore';
  const result = patchedDocument(current, expected.type, operation);
  const { value, strict } =
    normalise === undefined ? decoded(result, expected, current) : normalisedBy(normalise, result);
  const found = [...(operation.strict ?? []), ...result.strict, ...strict];
  if (found.length > 0 && validation === 'Strict')
    throw notOfType(result, `strict decoding error: ${found.join(', ')}`);
  if (validation === 'Warn') for (const text of strictWarnings(found)) warn(text);
  return value;
}

function patchedDocument(current: KubeObject, type: ObjectType, { type: patchType, body }: PatchOperation): Result {
  switch (patchType) {
    case 'json': {
      const { document } = applyJsonPatch(current, body);
      const text = () => patchedText(applyJsonPatch(wireForm(current, type), body));
      return { document, text, strict: unknownOperationFields(body) };
    }
    case 'merge': {
      const { document } = applyMergePatch(current, body);
      return { document, text: () => patchedText(applyMergePatch(wireForm(current, type), body)), strict: [] };
    }
    default: {
      // Null is a map of nothing to Go.
      const patch = body ?? {};
      if (!isObject(patch)) {
        throw badRequest(`json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`);
      }
      const { document, patchText } = applyStrategicMergePatch(current, patch, type);
      return { document, text: () => patchText, strict: [], restored: true };
    }
  }
}

/** The object as the server writes it, which is what it patches: keys of maps are sorted there. */
export function wireForm(current: KubeObject, type: ObjectType): JsonObject {
  return parseJson(UTF8.encode(encodeJson(current, type))).value as JsonObject;
}

function decoded(
  result: Result,
  expected: KindType,
  current: KubeObject,
): { readonly value: KubeObject; readonly strict: readonly string[] } {
  const { document, restored } = result;
  try {
    const { value, strict } = readDocument(document, expected, current);
    // What is odd is told in the order of the text, which isn't that of the members; what wasn't text, sorted.
    const told =
      strict.length < 2
        ? strict
        : restored
          ? [...strict].sort()
          : readDocument(parseJson(UTF8.encode(result.text())).value, expected).strict;
    return { value: value as KubeObject, strict: told };
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    const low = restored ? wrapped(document, expected.type) : document;
    if (low !== document) return decoded({ ...result, document: low }, expected, current);
    const why = restored ? restoreProblem(document, expected.type) : undefined;
    throw notOfType(result, why ?? error.message);
  }
}

const UTF8 = new TextEncoder();

/** A custom resource is of its schema. */
function normalisedBy(
  normalise: NonNullable<Served['normalise']>,
  result: Result,
): { readonly value: KubeObject; readonly strict: readonly string[] } {
  const { value, unknown } = normalise(isObject(result.document) ? result.document : {});
  return { value, strict: unknown.map((path) => `unknown field ${JSON.stringify(path)}`) };
}

function notOfType({ text }: Result, why: string): Error {
  const errors: FieldError[] = [invalid('patch', text(), why)];
  return invalidObject({ group: '', kind: '' }, '', errors);
}
