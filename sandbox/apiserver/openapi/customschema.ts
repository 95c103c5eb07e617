// What each version of OpenAPI can say of a custom resource's schema.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../kube/json.ts';

const INT_OR_STRING = 'x-kubernetes-int-or-string';
const PRESERVING = 'x-kubernetes-preserve-unknown-fields';

/** Version 3 says which types an integer or string may have. */
export function customInVersion3(schema: JsonObject): JsonObject {
  const inner = eachSchema(schema, customInVersion3);
  if (inner[INT_OR_STRING] !== true || inner['anyOf'] !== undefined || inner['allOf'] !== undefined) return inner;
  return { ...inner, anyOf: [{ type: 'integer' }, { type: 'string' }] };
}

const UNSAYABLE = ['nullable', 'default', 'allOf', 'anyOf', 'oneOf', 'not'];

/** Version 2 has no choices, no defaults and no nulls: what may be null has no type, and needn't be there. */
export function customInVersion2(schema: JsonObject): JsonObject {
  const isUntyped = schema['nullable'] === true;
  const preserves = schema[PRESERVING] === true;
  const required = requiredOf(schema);
  const { type, ...rest } = eachSchema(without(schema, [...UNSAYABLE, 'required']), customInVersion2);
  const kept = isUntyped || preserves ? without(rest, ['items', 'properties']) : rest;
  const isBare = type === 'array' && kept['items'] === undefined;
  const hasType = type !== undefined && !isUntyped && !isBare && !(preserves && type === 'object');
  return { ...(hasType ? { type } : {}), ...kept, ...(required.length === 0 ? {} : { required }) };
}

function requiredOf({ required, properties, additionalProperties, nullable }: JsonObject): readonly JsonValue[] {
  if (!isArray(required) || (isObject(additionalProperties) && additionalProperties['nullable'] === true)) return [];
  if (nullable === true || !isObject(properties)) return required;
  return required.filter((name) => {
    const property = Object.hasOwn(properties, String(name)) ? properties[String(name)] : undefined;
    return !isObject(property) || property['nullable'] !== true;
  });
}

function without(schema: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}

function eachSchema(schema: JsonObject, change: (inner: JsonObject) => JsonObject): JsonObject {
  const { items, properties, additionalProperties } = schema;
  return {
    ...schema,
    ...(isObject(items) ? { items: change(items) } : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: change(additionalProperties) } : {}),
    ...(isObject(properties) ? { properties: eachProperty(properties, change) } : {}),
  };
}

function eachProperty(properties: JsonObject, change: (inner: JsonObject) => JsonObject): JsonObject {
  const changed = Object.entries(properties).map(([name, one]) => [name, isObject(one) ? change(one) : one] as const);
  return Object.fromEntries(changed);
}
