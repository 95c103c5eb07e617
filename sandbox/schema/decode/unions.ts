// The three types of a CustomResourceDefinition's schema that hold either a schema or something else. Go reads and writes
// them by hand-made code; so does this.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../kube/json.ts';
import type { ObjectType, ScalarType } from '../../kube/structure.ts';
import { DecodingError } from '../errors.ts';
import { structureOf } from '../structures.ts';

type OnSchema = (value: JsonObject, type: ObjectType) => JsonValue;
/** Treats a value of the union: `onSchema` is applied to each schema in it. */
export type SchemaUnion = (value: JsonValue, onSchema: OnSchema) => JsonValue;

const UNIONS: ReadonlyMap<string, SchemaUnion> = new Map<string, SchemaUnion>([
  ['v1.JSONSchemaPropsOrBool', schemaOrBool],
  ['v1.JSONSchemaPropsOrArray', schemaOrArray],
  ['v1.JSONSchemaPropsOrStringArray', schemaOrStrings],
]);

/** How values of the scalar are treated, when it is one of the three. */
export function schemaUnion(type: ScalarType): SchemaUnion | undefined {
  return type.goType === undefined ? undefined : UNIONS.get(type.goType);
}

function schemaOrBool(value: JsonValue, onSchema: OnSchema): JsonValue {
  if (typeof value === 'boolean') return value;
  if (isObject(value)) return onSchema(value, schemaType());
  throw new DecodingError('boolean or JSON schema expected');
}

function schemaOrArray(value: JsonValue, onSchema: OnSchema): JsonValue {
  if (isObject(value)) return onSchema(value, schemaType());
  if (!isArray(value) || value.length === 0) return null;
  const items = value.map((item) => onSchema(isObject(item) ? item : {}, schemaType()));
  return items.every((item, i) => item === value[i]) ? value : items;
}

function schemaOrStrings(value: JsonValue, onSchema: OnSchema): JsonValue {
  if (isObject(value)) return onSchema(value, schemaType());
  return isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string') ? value : null;
}

/** The type of a CustomResourceDefinition's schema. */
export function schemaType(): ObjectType {
  const type = structureOf('apiextensions.v1.JSONSchemaProps');
  if (type === undefined) throw new Error('no definition of JSONSchemaProps');
  return type;
}
