// Structures of custom resources, from the structural schemas of their CustomResourceDefinitions. These types have no
// name and no Go type: objects are kept as they were sent, and written with their keys in order.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../kube/json.ts';
import type { FieldType, ObjectType, ScalarName, ScalarType, ValueType } from '../kube/structure.ts';
import { structureOf } from './structures.ts';

/** The type of the objects of a CRD's version: the schema's fields, and apiVersion, kind and metadata as every object has. */
export function structureOfCrd(openAPIV3Schema: JsonObject): ObjectType {
  return objectType({ ...openAPIV3Schema, 'x-kubernetes-embedded-resource': true });
}

type Schema = JsonObject;

function valueType(schema: Schema): ValueType {
  if (schema['x-kubernetes-int-or-string'] === true) return { kind: 'scalar', scalar: 'intOrString' };
  switch (schema['type']) {
    case 'object':
      return mapOrObjectType(schema);
    case 'array':
      return listType(schema);
    case 'string':
    case 'boolean':
    case 'integer':
    case 'number':
      return scalarType(schema, schema['type']);
    default:
      return ANY;
  }
}

const ANY: ScalarType = { kind: 'scalar', scalar: 'any' };

function scalarType(schema: Schema, type: 'string' | 'boolean' | 'integer' | 'number'): ScalarType {
  const format = textIn(schema, 'format');
  const choices = stringsIn(schema, 'enum');
  return {
    kind: 'scalar',
    scalar: scalarName(type, format),
    ...(format === undefined ? {} : { format }),
    ...(choices === undefined ? {} : { enum: choices }),
  };
}

function scalarName(type: 'string' | 'boolean' | 'integer' | 'number', format: string | undefined): ScalarName {
  if (type === 'integer') return format === 'int32' ? 'int32' : 'int64';
  return type === 'number' ? 'double' : type;
}

function listType(schema: Schema): ValueType {
  const list = schema['x-kubernetes-list-type'];
  const items = schema['items'];
  return {
    kind: 'list',
    items: isObject(items) ? valueType(items) : ANY,
    list: list === 'set' || list === 'map' ? list : 'atomic',
    keys: stringsIn(schema, 'x-kubernetes-list-map-keys') ?? [],
    declared: list !== undefined,
  };
}

/** Fields or arbitrary keys; a structural schema hasn't both. */
function mapOrObjectType(schema: Schema): ValueType {
  const values = schema['additionalProperties'];
  if (values === undefined || values === false || isObject(schema['properties'])) return objectType(schema);
  return {
    kind: 'map',
    values: isObject(values) ? valueType(values) : ANY,
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    declared: schema['x-kubernetes-map-type'] !== undefined,
  };
}

function objectType(schema: Schema): ObjectType {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const properties = schema['properties'];
  const own = isObject(properties) ? Object.keys(properties).sort() : [];
  const declared = own.filter((name) => !(embedded && OBJECT_FIELDS.has(name)));
  const fields = [
    ...(embedded ? [...OBJECT_FIELDS.values()] : []),
    ...declared.map((name) => fieldType(name, isObject(properties) ? properties[name] : undefined)),
  ];
  return {
    kind: 'object',
    name: '',
    goName: '',
    fields,
    field: new Map(fields.map((field) => [field.name, field])),
    required: stringsIn(schema, 'required') ?? [],
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    preserveUnknown: schema['x-kubernetes-preserve-unknown-fields'] === true,
    embedded,
  };
}

function fieldType(name: string, schema: JsonValue | undefined): FieldType {
  const given = isObject(schema) ? schema : {};
  const fallback = given['default'];
  return {
    ...plainField(name, () => valueType(given)),
    nullable: given['nullable'] === true,
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

/** A field as it is sent, zero or not. */
function plainField(name: string, make: () => ValueType): FieldType {
  let type: ValueType | undefined;
  return {
    name,
    type() {
      type ??= make();
      return type;
    },
    omit: 'empty',
    pointer: true,
    nullable: false,
    strategies: [],
    inline: false,
  };
}

/** What a schema needn't say, and can't change. */
const OBJECT_FIELDS: ReadonlyMap<string, FieldType> = new Map([
  ['apiVersion', plainField('apiVersion', () => ({ kind: 'scalar', scalar: 'string' }))],
  ['kind', plainField('kind', () => ({ kind: 'scalar', scalar: 'string' }))],
  ['metadata', plainField('metadata', () => structureOf('meta.v1.ObjectMeta') ?? ANY)],
]);

function textIn(schema: Schema, key: string): string | undefined {
  const value = own(schema, key);
  return typeof value === 'string' ? value : undefined;
}

function stringsIn(schema: Schema, key: string): readonly string[] | undefined {
  const value = own(schema, key);
  return isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
