// How Go words that a JSON value isn't of the type that a field has.

import type { JsonValue } from '../../kube/json.ts';
import { DecodingError } from '../errors.ts';

/** A value of the wrong type. `value` describes it as Go does: `string`, `number 1.5`, `object`. */
export interface Mismatch {
  readonly value: string;
  readonly goType: string;
  /** Where it was found: the struct that declares the field, and the names on the way to it. */
  readonly struct: string;
  readonly path: readonly string[];
}

/** A DecodingError that knows where it happened, so that who reads a part can put its own place before it. */
export class Refusal extends DecodingError {
  readonly mismatch: Mismatch;
  constructor(mismatch: Mismatch) {
    super(mismatchText(mismatch));
    this.mismatch = mismatch;
  }
}

function mismatchText({ value, goType, struct, path }: Mismatch): string {
  const target = struct === '' && path.length === 0 ? 'value' : `struct field ${struct}.${path.join('.')}`;
  return `json: cannot unmarshal ${value} into Go ${target} of type ${goType}`;
}

/** The same error as seen from outside: found within the field at `path`, declared by `struct`. */
export function within(error: unknown, struct: string, path: readonly string[]): unknown {
  if (!(error instanceof Refusal) || struct === '') return error;
  const { mismatch } = error;
  return new Refusal({ ...mismatch, struct, path: [...path, ...mismatch.path] });
}

/** What Go calls a JSON value. */
export function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'object':
      return 'object';
    default:
      return 'number';
  }
}
