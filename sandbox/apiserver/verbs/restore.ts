// Why an object can't be restored from a map: after a strategic patch the server never had a text to decode, and its words
// are those of its converter.

import { isArray, isObject, type JsonValue, own } from '../../kube/json.ts';
import type { ScalarType, ValueType } from '../../kube/structure.ts';

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

function scalarProblem(value: JsonValue, { scalar }: ScalarType): string | undefined {
  const accepted = PLAIN.get(scalar);
  if (goKind(value) === 'float64' && (scalar === 'int32' || scalar === 'int64'))
    return `cannot convert float64 to ${scalar}`;
  if (accepted === undefined || accepted.includes(goKind(value))) return undefined;
  const name = scalar === 'boolean' ? 'bool' : scalar === 'double' ? 'float64' : scalar;
  return `unrecognized type: ${name}`;
}

function goKind(value: JsonValue): string {
  if (isArray(value)) return 'slice';
  if (isObject(value)) return 'map';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' && !Number.isInteger(value) ? 'float64' : 'int64';
}
