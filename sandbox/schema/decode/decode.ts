// Typed decoding: a JSON value becomes an object of its kind, as the API server's decoder makes it.

import { isObject, type JsonObject, type JsonValue } from '../../kube/json.ts';
import { QuantityError } from '../../kube/quantity.ts';
import type { ObjectType } from '../../kube/structure.ts';
import { DecodingError } from '../errors.ts';
import type { ParsedJson } from '../json/reader.ts';
import { canonicalFromText, Misfit } from './canonical.ts';
import { inspect } from './inspect.ts';

export interface Decoded {
  /** In canonical form: what the server would answer. */
  readonly value: JsonObject;
  /** What strict decoding refuses and lenient decoding warns of: `unknown field "spec.foo"`, in the order of the text. */
  readonly strict: readonly string[];
}

/**
 * Decodes a parsed text as an object of the type. Unknown fields are dropped and reported, case counts, null is unset.
 * Throws a DecodingError: `json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32`.
 * `known`: an earlier state of the object, in canonical form.
 */
export function decode({ value, notes }: ParsedJson, type: ObjectType, known?: JsonObject): Decoded {
  const quick = notes === undefined ? tryCanonical(value, type, known) : undefined;
  if (quick !== undefined) return { value: quick, strict: [] };
  const { value: cleaned, strict } = inspect(value, type, notes);
  return { value: canonicalFromText(cleaned, type), strict };
}

/** Undefined when the value doesn't fit; why, the careful look will tell. */
function tryCanonical(value: JsonValue, type: ObjectType, known: JsonObject | undefined): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  try {
    return canonicalFromText(value, type, known);
  } catch (error) {
    if (error instanceof Misfit || error instanceof DecodingError || error instanceof QuantityError) return undefined;
    throw error;
  }
}
