// Schemas of custom resources as their definitions state them, and small questions about them.

import { isArray, isObject, type JsonObject, own } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';

/** apiextensions.k8s.io/v1 JSONSchemaProps in wire shape. */
export type Schema = JsonObject;

export function schemaAt(schema: Schema, name: string): Schema | undefined {
  const value = own(schema, name);
  return isObject(value) ? value : undefined;
}

export function schemasAt(schema: Schema, name: string): readonly Schema[] {
  const value = own(schema, name);
  return isArray(value) ? value.filter(isObject) : [];
}

/** The schema of a declared property. */
export function propertyOf(schema: Schema, name: string): Schema | undefined {
  const properties = schemaAt(schema, 'properties');
  const found = properties === undefined ? undefined : own(properties, name);
  return isObject(found) ? found : undefined;
}

/** Names and schemas of the declared properties, sorted. */
export function propertiesOf(schema: Schema): readonly (readonly [string, Schema])[] {
  const properties = schemaAt(schema, 'properties') ?? {};
  return Object.keys(properties)
    .sort()
    .flatMap((name) => {
      const property = properties[name];
      return isObject(property) ? [[name, property] as const] : [];
    });
}

/** The schema of all properties that aren't declared; `true` and `false` where any and none are allowed. */
export function additionalOf(schema: Schema): Schema | boolean | undefined {
  const value = own(schema, 'additionalProperties');
  return isObject(value) || typeof value === 'boolean' ? value : undefined;
}

/** The schema of a property, declared or not. */
export function fieldOf(schema: Schema, name: string): Schema | undefined {
  const additional = additionalOf(schema);
  return propertyOf(schema, name) ?? (isObject(additional) ? additional : undefined);
}

export function keepsUnknown(schema: Schema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true;
}

export function isEmbedded(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

export function isIntOrString(schema: Schema): boolean {
  return schema['x-kubernetes-int-or-string'] === true;
}

export function textAt(schema: Schema, name: string): string {
  const value = own(schema, name);
  return typeof value === 'string' ? value : '';
}

export function numberAt(schema: Schema, name: string): number | undefined {
  const value = own(schema, name);
  return typeof value === 'number' ? value : undefined;
}

export function textsAt(schema: Schema, name: string): readonly string[] {
  const value = own(schema, name);
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Whether the schema has rules that are written as expressions, anywhere. */
export const hasRules: (schema: Schema) => boolean = lazyFor((schema) => {
  const rules = own(schema, 'x-kubernetes-validations');
  if (isArray(rules) && rules.length > 0) return true;
  const additional = additionalOf(schema);
  const items = schemaAt(schema, 'items');
  const inner = [...propertiesOf(schema).map(([, property]) => property), items, additional];
  return inner.some((each) => isObject(each) && hasRules(each));
});

/** The formats that a schema names, anywhere. */
export function formatsOf(schema: Schema): readonly string[] {
  const format = textAt(schema, 'format');
  const additional = additionalOf(schema);
  const items = schemaAt(schema, 'items');
  const inner = [
    ...propertiesOf(schema).map(([, property]) => property),
    ...['allOf', 'anyOf', 'oneOf'].flatMap((name) => schemasAt(schema, name)),
    items,
    additional,
    schemaAt(schema, 'not'),
  ];
  const found = inner.flatMap((each) => (isObject(each) ? formatsOf(each) : []));
  return format === '' ? found : [format, ...found];
}
