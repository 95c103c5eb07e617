// What the server says of its types in OpenAPI: a schema for each definition, made from the structures.

import { capital } from '../../kube/go/text.ts';
import type { JsonObject, JsonValue } from '../../kube/json.ts';
import type { GroupVersionKind } from '../../kube/resource.ts';
import type { FieldType, ObjectType, ScalarType, ValueType } from '../../kube/structure.ts';
import { type Documentation, UNDOCUMENTED } from '../../schema/documentation.ts';
import { kindsOfDefinition } from '../../schema/schema.ts';
import { customInVersion2, customInVersion3 } from './customschema.ts';

/** How definitions are pointed at, and what is said beside: that is all in which the versions of OpenAPI differ. */
export interface Dialect {
  /** `#/definitions/NAME`, as the schema of a value; `alone` when nothing stands beside it. */
  reference(name: string, alone?: boolean): JsonObject;
  /** What a field says beside its type: defaults, in version 3. */
  beside(field: FieldType): JsonObject;
  /** What an item or a value says beside its type. */
  within(type: ValueType): JsonObject;
  /** Definitions of scalars that take more than one type of JSON, by what they are in version 2. */
  scalar(name: string, schema: JsonObject): JsonObject;
  /** The kinds that a document names for a definition that all groups have, of all that there are. */
  kinds(all: readonly GroupVersionKind[]): readonly GroupVersionKind[];
  /** What it can say of a custom resource's schema. */
  custom(schema: JsonObject): JsonObject;
}

export const VERSION_2: Dialect = {
  reference: (name) => ({ $ref: `#/definitions/${name}` }),
  beside: () => ({}),
  within: () => ({}),
  scalar: (_, schema) => schema,
  custom: customInVersion2,
  kinds(all) {
    const said = all.filter(({ group }) => !UNSAID.has(group));
    const [first, ...others] = said;
    if (first === undefined || others.length === 0) return said;
    return [...said, ...NEVER_SERVED.map(([group, version]) => ({ group, version, kind: first.kind }))];
  },
};

/** Groups of which the server's own scheme has no kinds that all groups have. */
const UNSAID: ReadonlySet<string> = new Set(['meta.k8s.io', 'apidiscovery.k8s.io', 'metrics.k8s.io']);
/** Versions that are in its scheme all the same. */
const NEVER_SERVED: readonly (readonly [group: string, version: string])[] = [
  ['admission.k8s.io', 'v1'],
  ['admission.k8s.io', 'v1beta1'],
  ['apiextensions.k8s.io', 'v1beta1'],
  ['apiregistration.k8s.io', 'v1beta1'],
  ['imagepolicy.k8s.io', 'v1alpha1'],
];

export const VERSION_3: Dialect = {
  reference(name, alone = false) {
    const $ref = `#/components/schemas/${name}`;
    return alone ? { $ref } : { allOf: [{ $ref }] };
  },
  beside: (field) => defaultOf(field),
  within: (type) => {
    const value = zeroOf(type);
    return value === undefined ? {} : { default: value };
  },
  scalar: (name, schema) => SEVERAL.get(name) ?? schema,
  kinds: (all) => all,
  custom: customInVersion3,
};

/** A document of version 3 is of one group and version, and of what belongs to none. */
export function dialectOf(group: string, version: string): Dialect {
  const isMeant = (kind: GroupVersionKind): boolean =>
    (kind.group === group && kind.version === version) || (kind.group === '' && kind.version === 'v1');
  return { ...VERSION_3, kinds: (all) => all.filter(isMeant) };
}

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

/** In version 3. */
const SEVERAL: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ['quantity', { oneOf: [{ type: 'string' }, { type: 'number' }] }],
  ['intOrString', { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }],
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
export function definitionsOf(
  roots: Iterable<ObjectType>,
  dialect: Dialect,
  docs: Documentation = UNDOCUMENTED,
): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const open: ObjectType[] = [...roots];
  const note = (name: string, schema: JsonObject): void => {
    found.set(name, { ...described(docs.descriptionOf(name)), ...schema });
  };
  const visit = (type: ValueType): void => {
    if (type.kind === 'list') visit(type.items);
    else if (type.kind === 'map') visit(type.values);
    else if (type.kind === 'object') open.push(type);
    else {
      const named = namedScalar(type);
      if (named !== undefined) note(named[0], dialect.scalar(type.scalar, named[1]));
    }
  };
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    if (found.has(type.name)) continue;
    note(type.name, definitionOf(type, dialect, docs));
    for (const field of type.fields) visit(field.type());
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function described(description: string | undefined): JsonObject {
  return description === undefined ? {} : { description };
}

function namedScalar({ scalar, goType = '' }: ScalarType): readonly [string, JsonObject] | undefined {
  return NAMED.get(scalar === 'any' ? goType : scalar);
}

function definitionOf(type: ObjectType, dialect: Dialect, docs: Documentation): JsonObject {
  const properties = type.fields
    .map((field) => [field.name, propertyOf(type, field, dialect, docs)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const all = kindsOfDefinition(type.name);
  const kinds = [...(type.name.startsWith(`${META}.apis.meta.`) ? dialect.kinds(all) : all)].sort((a, b) =>
    a.group === b.group ? 0 : a.group < b.group ? -1 : 1,
  );
  return {
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(type.required.length === 0 ? {} : { required: type.required }),
    type: 'object',
    ...(kinds.length === 0 ? {} : { 'x-kubernetes-group-version-kind': kinds.map((kind) => ({ ...kind })) }),
    ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(type.union === undefined ? {} : { 'x-kubernetes-unions': [unionOf(type, type.union)] }),
  };
}

/** All fields but the one that says which of them is set, by Go's names. */
function unionOf({ fields }: ObjectType, discriminator: string): JsonObject {
  const members = fields.filter(({ name }) => name !== discriminator).map(({ name }) => [name, capital(name)] as const);
  return {
    ...(discriminator === '' ? {} : { discriminator }),
    'fields-to-discriminateBy': Object.fromEntries(members),
  };
}

function propertyOf(owner: ObjectType, field: FieldType, dialect: Dialect, docs: Documentation): JsonObject {
  const { mergeKey, strategies } = field;
  const type = field.type();
  // The schema of schemas is the one type whose members nobody has described.
  const isSilent = owner.goName === 'JSONSchemaProps';
  const text = docs.descriptionOf(owner.name, field.name);
  const description =
    isSilent && (type.kind === 'object' || /^JSON\w* (represents|is a JSON-Schema)/.test(text ?? ''))
      ? undefined
      : text;
  const beside: JsonObject = {
    ...described(description),
    ...dialect.beside(field),
    ...(mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
    ...(strategies.length === 0 ? {} : { 'x-kubernetes-patch-strategy': strategies.join(',') }),
    ...field.marks,
  };
  return { ...schemaOf(type, dialect, isSilent && Object.keys(beside).length === 0), ...beside };
}

function schemaOf(type: ValueType, dialect: Dialect, alone: boolean): JsonObject {
  switch (type.kind) {
    case 'object':
      return dialect.reference(type.name, alone);
    case 'list':
      return {
        type: 'array',
        items: elementOf(type.items, dialect),
        ...(type.declared === true ? { 'x-kubernetes-list-type': type.list } : {}),
        ...(type.keys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': type.keys }),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: elementOf(type.values, dialect),
        ...(type.declared === true ? { 'x-kubernetes-map-type': type.atomic ? 'atomic' : 'granular' } : {}),
      };
    case 'scalar': {
      const named = namedScalar(type);
      if (named !== undefined) return dialect.reference(named[0], alone);
      const plain = PLAIN.get(type.scalar) ?? {};
      return type.enum === undefined ? plain : { ...plain, enum: [...type.enum] };
    }
  }
}

function elementOf(type: ValueType, dialect: Dialect): JsonObject {
  const beside = dialect.within(type);
  return { ...schemaOf(type, dialect, Object.keys(beside).length === 0), ...beside };
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
