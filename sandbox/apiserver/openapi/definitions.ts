// What the server says of its types in OpenAPI: a schema for each definition, made from the structures.

import type { JsonObject, JsonValue } from '../../kube/json.ts';
import type { FieldType, ObjectType, ScalarType, ValueType } from '../../kube/structure.ts';
import { kindsOfDefinition } from '../../schema/schema.ts';

/** How definitions are pointed at, and what is said beside: that is all in which the versions of OpenAPI differ. */
export interface Dialect {
  /** `#/definitions/NAME`, as the schema of a value. */
  reference(name: string): JsonObject;
  /** What a field says beside its type: defaults, in version 3. */
  beside(field: FieldType): JsonObject;
  /** What an item or a value says beside its type. */
  within(type: ValueType): JsonObject;
}

export const VERSION_2: Dialect = {
  reference: (name) => ({ $ref: `#/definitions/${name}` }),
  beside: () => ({}),
  within: () => ({}),
};

export const VERSION_3: Dialect = {
  reference: (name) => ({ allOf: [{ $ref: `#/components/schemas/${name}` }] }),
  beside: (field) => defaultOf(field),
  within: (type) => {
    const value = zeroOf(type);
    return value === undefined ? {} : { default: value };
  },
};

const META = 'io.k8s.apimachinery.pkg';
const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const DATE: JsonObject = { type: 'string', format: 'date-time' };

/** Scalars that are definitions of their own. */
const NAMED: ReadonlyMap<string, readonly [name: string, schema: JsonObject]> = new Map([
  ['time', [`${META}.apis.meta.v1.Time`, DATE]],
  ['microTime', [`${META}.apis.meta.v1.MicroTime`, DATE]],
  ['quantity', [`${META}.api.resource.Quantity`, { type: 'string' }]],
  ['intOrString', [`${META}.util.intstr.IntOrString`, { type: 'string', format: 'int-or-string' }]],
  ['runtime.RawExtension', [`${META}.runtime.RawExtension`, { type: 'object' }]],
  ['v1.JSON', [`${EXTENSIONS}.JSON`, {}]],
  ['v1.JSONSchemaPropsOrArray', [`${EXTENSIONS}.JSONSchemaPropsOrArray`, {}]],
  ['v1.JSONSchemaPropsOrBool', [`${EXTENSIONS}.JSONSchemaPropsOrBool`, {}]],
  ['v1.JSONSchemaPropsOrStringArray', [`${EXTENSIONS}.JSONSchemaPropsOrStringArray`, {}]],
  ['v1.FieldsV1', [`${META}.apis.meta.v1.FieldsV1`, { type: 'object' }]],
]);

const PLAIN: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ['string', { type: 'string' }],
  ['boolean', { type: 'boolean' }],
  ['int32', { type: 'integer', format: 'int32' }],
  ['int64', { type: 'integer', format: 'int64' }],
  ['double', { type: 'number', format: 'double' }],
  ['bytes', { type: 'string', format: 'byte' }],
  ['duration', { type: 'string' }],
]);

/** Schemas of these types and of all that they hold, by their names. */
export function definitionsOf(roots: Iterable<ObjectType>, dialect: Dialect): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const open: ObjectType[] = [...roots];
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    if (found.has(type.name)) continue;
    found.set(type.name, definitionOf(type, dialect));
    for (const field of type.fields) visit(field.type(), open, found);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function visit(type: ValueType, open: ObjectType[], found: Map<string, JsonObject>): void {
  if (type.kind === 'list') visit(type.items, open, found);
  else if (type.kind === 'map') visit(type.values, open, found);
  else if (type.kind === 'object') open.push(type);
  else {
    const named = namedScalar(type);
    if (named !== undefined) found.set(named[0], named[1]);
  }
}

function namedScalar({ scalar, goType = '' }: ScalarType): readonly [string, JsonObject] | undefined {
  return NAMED.get(scalar === 'any' ? goType : scalar);
}

function definitionOf(type: ObjectType, dialect: Dialect): JsonObject {
  const properties = type.fields
    .map((field) => [field.name, propertyOf(field, dialect)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const kinds = [...kindsOfDefinition(type.name)].sort((a, b) =>
    a.group === b.group ? 0 : a.group < b.group ? -1 : 1,
  );
  return {
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(type.required.length === 0 ? {} : { required: type.required }),
    type: 'object',
    ...(kinds.length === 0 ? {} : { 'x-kubernetes-group-version-kind': kinds.map((kind) => ({ ...kind })) }),
    ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
}

function propertyOf(field: FieldType, dialect: Dialect): JsonObject {
  const { mergeKey, strategies } = field;
  return {
    ...schemaOf(field.type(), dialect),
    ...dialect.beside(field),
    ...(mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
    ...(strategies.length === 0 ? {} : { 'x-kubernetes-patch-strategy': strategies.join(',') }),
  };
}

function schemaOf(type: ValueType, dialect: Dialect): JsonObject {
  switch (type.kind) {
    case 'object':
      return dialect.reference(type.name);
    case 'list':
      return {
        type: 'array',
        items: { ...schemaOf(type.items, dialect), ...dialect.within(type.items) },
        ...(type.declared === true ? { 'x-kubernetes-list-type': type.list } : {}),
        ...(type.keys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': type.keys }),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: { ...schemaOf(type.values, dialect), ...dialect.within(type.values) },
        ...(type.declared === true ? { 'x-kubernetes-map-type': type.atomic ? 'atomic' : 'granular' } : {}),
      };
    case 'scalar': {
      const named = namedScalar(type);
      if (named !== undefined) return dialect.reference(named[0]);
      const plain = PLAIN.get(type.scalar) ?? {};
      return type.enum === undefined ? plain : { ...plain, enum: [...type.enum] };
    }
  }
}

/** What Go's zero value is, where a field is held by value. */
function defaultOf(field: FieldType): JsonObject {
  const type = field.type();
  if (field.default !== undefined) return { default: field.default };
  if (field.pointer || field.omit === 'empty') {
    return type.kind === 'object' && !field.pointer ? { default: {} } : {};
  }
  const value = zeroOf(type);
  return value === undefined ? {} : { default: value };
}

function zeroOf(type: ValueType): JsonValue | undefined {
  if (type.kind === 'object') return {};
  if (type.kind !== 'scalar') return undefined;
  if (type.scalar === 'string') return '';
  if (type.scalar === 'boolean') return false;
  return type.scalar === 'int32' || type.scalar === 'int64' || type.scalar === 'double' ? 0 : undefined;
}
