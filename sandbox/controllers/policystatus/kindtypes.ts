// What expressions know of the objects of a kind: the types of its fields, as the API's document gives them. Quantities
// and arbitrary JSON have no type there, so no expression finds such a field. Types are named by the way to them.

import type { TypeSource } from '../../kube/cel/check/declarations.ts';
import { unescapeName } from '../../kube/cel/escape.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  object,
  STRING,
  TIMESTAMP,
  type Type,
} from '../../kube/cel/types.ts';
import type { ObjectType, ScalarName, ScalarType, ValueType } from '../../kube/structure.ts';

export interface KindTypes {
  /** The type of the objects of a kind, which is called so. */
  of(kind: string, structure: ObjectType): Type;
  readonly types: TypeSource;
}

export function kindTypes(): KindTypes {
  const structures = new Map<string, ObjectType>();
  const typeOf = (type: ValueType, way: string): Type | undefined => {
    switch (type.kind) {
      case 'scalar':
        return scalarType(type) ?? (HELD.has(type.goType ?? '') ? typeOf(NOTHING_KNOWN, way) : undefined);
      case 'object':
        structures.set(way, type);
        return object(way);
      case 'list':
        return within(typeOf(type.items, `${way}.@idx`), listOf);
      case 'map':
        return within(typeOf(type.values, `${way}.@elem`), (values) => mapOf(STRING, values));
    }
  };
  return {
    of(kind, structure) {
      structures.set(kind, structure);
      return object(kind);
    },
    types: {
      named: (name) => (structures.has(name) ? object(name) : undefined),
      field: (name, key) => {
        const structure = structures.get(name);
        if (structure === undefined) return 'unknown';
        const field = structure.field.get(unescapeName(key) ?? key);
        return field === undefined ? undefined : typeOf(field.type(), `${name}.${key}`);
      },
    },
  };
}

function within(type: Type | undefined, make: (type: Type) => Type): Type | undefined {
  return type === undefined ? undefined : make(type);
}

/** Objects of any kind, of which the document says nothing more. */
const HELD: ReadonlySet<string> = new Set(['runtime.RawExtension', 'v1.FieldsV1']);
const NOTHING_KNOWN: ObjectType = {
  kind: 'object',
  name: '',
  goName: '',
  fields: [],
  field: new Map(),
  required: [],
  atomic: false,
  preserveUnknown: true,
  embedded: false,
};

const SCALARS: Readonly<Record<ScalarName, Type | undefined>> = {
  string: STRING,
  boolean: BOOL,
  int32: INT,
  int64: INT,
  double: DOUBLE,
  bytes: BYTES,
  time: TIMESTAMP,
  microTime: TIMESTAMP,
  duration: STRING,
  intOrString: DYN,
  quantity: undefined,
  any: undefined,
};

/** Formats of strings that make another type of them. */
const FORMATS: ReadonlyMap<string, Type> = new Map([
  ['byte', BYTES],
  ['duration', DURATION],
  ['date', TIMESTAMP],
  ['date-time', TIMESTAMP],
]);

function scalarType({ scalar, format = '' }: ScalarType): Type | undefined {
  return (scalar === 'string' ? FORMATS.get(format) : undefined) ?? SCALARS[scalar];
}
