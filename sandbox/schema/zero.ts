// Zero values: what Go writes for a field that nobody has set and that it may not leave out.

import { isArray, isObject, type JsonValue } from '../kube/json.ts';
import { lazyFor } from '../kube/lazy.ts';
import type { FieldType, ObjectType, ScalarName, ValueType } from '../kube/structure.ts';

const SCALAR_ZEROS: Readonly<Record<ScalarName, JsonValue>> = {
  string: '',
  boolean: false,
  int32: 0,
  int64: 0,
  double: 0,
  bytes: null,
  time: null,
  microTime: null,
  duration: '0s',
  quantity: '0',
  intOrString: 0,
  any: null,
};

/** The zero of a type in wire shape; frozen and shared. */
export function zeroOf(type: ValueType): JsonValue {
  if (type.kind === 'scalar') return type.goType === 'v1.JSONSchemaPropsOrBool' ? false : SCALAR_ZEROS[type.scalar];
  return type.kind === 'object' ? structZero(type) : null;
}

const structZero = lazyFor((type: ObjectType): JsonValue => {
  const entries = type.fields.flatMap((field) => {
    const zero = fillOf(field);
    return zero === undefined ? [] : [[field.name, zero] as const];
  });
  return Object.freeze(Object.fromEntries(entries));
});

/** How Go treats a field that is unset or zero. */
export interface Policy {
  /** What stands for an unset field: a value that Go writes all the same, or undefined where it leaves the field out. */
  readonly fill: JsonValue | undefined;
  /** Null is a value of its own: Go holds a pointer to what it writes as null, such as a zero time or empty raw JSON. */
  readonly keepsNull: boolean;
  /** Whether Go leaves out a value that isn't null, since it can't tell it from an unset one. */
  readonly omits: (value: JsonValue) => boolean;
}

export const policyOf = lazyFor(
  (field: FieldType): Policy => ({ fill: fillOf(field), keepsNull: keepsNull(field), omits: omission(field) }),
);

export function fillOf(field: FieldType): JsonValue | undefined {
  if (field.omit !== 'never') return undefined;
  return field.pointer ? null : zeroOf(field.type());
}

function keepsNull(field: FieldType): boolean {
  const type = field.type();
  return field.pointer && type.kind === 'scalar' && zeroOf(type) === null && type.scalar !== 'bytes';
}

function omission(field: FieldType): Policy['omits'] {
  if (field.omit === 'never' || field.pointer || field.keepsEmpty === true) return () => false;
  switch (field.type().kind) {
    case 'object':
      return () => false;
    case 'list':
      return (value) => isArray(value) && value.length === 0;
    case 'map':
      return (value) => isObject(value) && isEmpty(value);
    case 'scalar':
      return (value) => value === '' || value === 0 || value === false || value === 0n;
  }
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
