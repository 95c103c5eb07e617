// Why an object can't be restored from a map: after a strategic patch the server never had a text to decode, and its words
// are those of its converter.

import { isArray, isObject, type JsonValue, own } from '../../kube/json.ts';
import type { ScalarType, ValueType } from '../../kube/structure.ts';
import { checkScalar } from '../../schema/decode/scalars.ts';

/** The first problem in the order of the type's fields; undefined where the converter finds none. */
export function restoreProblem(value: JsonValue, type: ValueType): string | undefined {
  if (value === null) return undefined;
  switch (type.kind) {
    case 'object': {
      if (!isObject(value)) return `cannot restore struct from: ${goKind(value)}`;
      return first(type.fields, (field) => {
        const member = own(value, field.name);
        return member === undefined ? undefined : restoreProblem(member, field.type());
      });
    }
    case 'list':
      if (!isArray(value)) return `cannot restore slice from ${goKind(value)}`;
      return first(value, (item) => restoreProblem(item, type.items));
    case 'map':
      if (!isObject(value)) return `cannot restore map from ${goKind(value)}`;
      return first(Object.values(value), (item) =>
        item === undefined ? undefined : restoreProblem(item, type.values),
      );
    case 'scalar':
      return scalarProblem(value, type);
  }
}

function first<T>(items: Iterable<T>, look: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = look(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Go's names of the types that the converter knows itself; all others read themselves. */
const PLAIN: ReadonlyMap<string, readonly string[]> = new Map([
  ['string', ['string']],
  ['boolean', ['bool']],
  ['int32', ['int64']],
  ['int64', ['int64']],
  ['double', ['int64', 'float64']],
]);

function scalarProblem(value: JsonValue, type: ScalarType): string | undefined {
  const { scalar, goType = 'string' } = type;
  const kind = goKind(value);
  const accepted = PLAIN.get(scalar);
  if (accepted === undefined) return scalar === 'bytes' ? bytesProblem(value, type) : ownProblem(value, type);
  if (accepted.includes(kind)) return undefined;
  if (kind === 'float64' && (scalar === 'int32' || scalar === 'int64')) return `cannot convert float64 to ${scalar}`;
  // Go would make a letter of the number, which JSON has no word for.
  if (kind === 'int64' && scalar === 'string') return `cannot convert int64 to ${goType.replace('*', '')}`;
  return `unrecognized type: ${scalar === 'boolean' ? 'bool' : scalar === 'double' ? 'float64' : scalar}`;
}

/** What a type that reads itself says: it doesn't know where it stands. */
function ownProblem(value: JsonValue, type: ScalarType): string | undefined {
  const checked = checkScalar(value, type);
  if ('value' in checked) return undefined;
  if ('message' in checked) return checked.message;
  return `json: cannot unmarshal ${checked.mismatch} into Go value of type ${checked.of}`;
}

function bytesProblem(value: JsonValue, type: ScalarType): string | undefined {
  if (isArray(value)) return undefined;
  if (typeof value !== 'string') return `cannot restore slice from ${goKind(value)}`;
  const problem = ownProblem(value, type);
  return problem === undefined ? undefined : `error decoding from json: ${problem}`;
}

function goKind(value: JsonValue): string {
  if (isArray(value)) return 'slice';
  if (isObject(value)) return 'map';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' && !Number.isInteger(value) ? 'float64' : 'int64';
}
