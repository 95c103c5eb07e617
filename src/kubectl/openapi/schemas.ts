// Schemas within an OpenAPI document: by the kind that they describe, by reference, and what an operation takes.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import type { GroupVersionKind } from '../../../sandbox/kube/resource.ts';

const KIND_EXTENSION = 'x-kubernetes-group-version-kind';
/** In documents of v3, and of v2. */
const REFERENCE = /^#\/(?:components\/schemas|definitions)\//;

/** A schema with the name by which the document calls it: `io.k8s.api.core.v1.Pod`. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: JsonObject;
}

/** All schemas of the document by name: v3 has them among its components, v2 calls them definitions. */
export function schemasOf(document: JsonObject): JsonObject {
  const { components, definitions } = document;
  const schemas = isObject(components) ? components['schemas'] : definitions;
  return isObject(schemas) ? schemas : {};
}

export function schemaOfKind(document: JsonObject, kind: GroupVersionKind): NamedSchema | undefined {
  for (const [name, schema] of Object.entries(schemasOf(document))) {
    if (isObject(schema) && kindsIn(schema[KIND_EXTENSION]).some((other) => isKind(other, kind)))
      return { name, schema };
  }
  return undefined;
}

/** The name that a schema refers to; undefined when it stands for itself. */
function referenceOf(schema: JsonObject): string | undefined {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return reference.replace(REFERENCE, '');
  const { allOf } = schema;
  const [only] = isArray(allOf) && allOf.length === 1 ? allOf : [];
  return isObject(only) ? referenceOf(only) : undefined;
}

/** What a schema refers to, as far as the document has it. */
export function resolved(document: JsonObject, schema: JsonObject): NamedSchema | undefined {
  const name = referenceOf(schema);
  const found = name === undefined ? undefined : own(schemasOf(document), name);
  return name !== undefined && isObject(found) ? { name, schema: found } : undefined;
}

/** Whether patching objects of a kind takes a query parameter; undefined when no operation patches them. */
export function patchTakes(document: JsonObject, kind: GroupVersionKind, parameter: string): boolean | undefined {
  const { paths } = document;
  for (const path of Object.values(isObject(paths) ? paths : {})) {
    const patch = isObject(path) ? path['patch'] : undefined;
    if (!isObject(patch) || !isKind(patch[KIND_EXTENSION], kind)) continue;
    const { parameters } = patch;
    return isArray(parameters) && parameters.some((each) => isObject(each) && each['name'] === parameter);
  }
  return undefined;
}

function kindsIn(value: JsonValue | undefined): readonly JsonValue[] {
  return isArray(value) ? value : [];
}

function isKind(value: JsonValue | undefined, { group, version, kind }: GroupVersionKind): boolean {
  return isObject(value) && value['group'] === group && value['version'] === version && value['kind'] === kind;
}
