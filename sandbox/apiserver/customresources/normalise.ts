// The form in which custom resources are kept: what their schema doesn't know is gone, null is gone where it isn't
// allowed, defaults are filled in, metadata is as every object has it.

import { isArray, isObject, type JsonObject, type JsonValue, own, withKey } from '../../kube/json.ts';
import { badRequest } from '../../kube/status.ts';
import { decode } from '../../schema/decode/decode.ts';
import { DecodingError } from '../../schema/errors.ts';
import { definition } from '../../schema/schema.ts';
import { fieldOf, isEmbedded, keepsUnknown, propertiesOf, type Schema, schemaAt } from './jsonschema.ts';

export interface Normalised {
  readonly value: JsonObject;
  /** Paths of fields that the schema doesn't know, sorted. */
  readonly unknown: readonly string[];
}

/** The object without what the schema doesn't know, as conversion leaves it: it gets no defaults. Itself when it is so already. */
export function known(schema: Schema, object: JsonObject, unknown: string[] = []): JsonObject {
  const root = { ...schema, 'x-kubernetes-embedded-resource': true };
  const coerced = coercedMeta(root, object, true, unknown) as JsonObject;
  const pruned = keepsUnknown(schema) ? skip(root, coerced, '', unknown) : prune(root, coerced, '', unknown);
  return withoutNulls(schema, pruned) as JsonObject;
}

const META_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/** The object as the schema wants it; itself when it is so already. Throws BadRequest for metadata of wrong types. */
export function normalised(schema: Schema, object: JsonObject): Normalised {
  const unknown: string[] = [];
  const value = withDefaults(schema, known(schema, object, unknown)) as JsonObject;
  return { value, unknown: unknown.sort() };
}

/** Answers the value with members changed; itself when none was. */
function mapMembers(value: JsonObject, change: (name: string, member: JsonValue) => JsonValue | undefined): JsonObject {
  let result = value;
  for (const name of Object.keys(value)) {
    const before = own(value, name) ?? null;
    const after = change(name, before);
    if (after === before) continue;
    result = after === undefined ? without(result, name) : withKey(result, name, after);
  }
  return result;
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

function mapItems(
  list: readonly JsonValue[],
  change: (item: JsonValue, index: number) => JsonValue,
): readonly JsonValue[] {
  const next = list.map(change);
  return next.every((item, i) => item === list[i]) ? list : next;
}

/** The metadata of the object, and of objects within it, read as metadata. */
function coercedMeta(schema: Schema, value: JsonValue, root: boolean, unknown: string[]): JsonValue {
  if (isArray(value)) {
    const items = schemaAt(schema, 'items');
    return items === undefined ? value : mapItems(value, (item) => coercedMeta(items, item, false, unknown));
  }
  if (!isObject(value)) return value;
  return mapMembers(value, (name, member) => {
    if (name === 'metadata' && isEmbedded(schema)) return root ? metadataOf(member, unknown) : lenientMetadata(member);
    const field = fieldOf(schema, name);
    return field === undefined ? member : coercedMeta(field, member, false, unknown);
  });
}

function metadataOf(value: JsonValue, unknown: string[]): JsonValue {
  const type = definition('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  if (type === undefined || !isObject(value)) return value;
  try {
    const decoded = decode({ value }, type);
    for (const text of decoded.strict) unknown.push(`metadata.${/"(.*)"/.exec(text)?.[1] ?? ''}`);
    return decoded.value;
  } catch (error) {
    throw error instanceof DecodingError ? badRequest(error.message) : error;
  }
}

/** Within an object, what is wrong with metadata is told of by its validation. */
function lenientMetadata(value: JsonValue): JsonValue {
  try {
    return metadataOf(value, []);
  } catch {
    return value;
  }
}

function prune(schema: Schema | undefined, value: JsonValue, path: string, unknown: string[]): JsonValue {
  if (schema !== undefined && keepsUnknown(schema)) return skip(schema, value, path, unknown);
  if (isArray(value)) {
    const items = schema === undefined ? undefined : schemaAt(schema, 'items');
    return mapItems(value, (item, i) => prune(items, item, `${path}[${i}]`, unknown));
  }
  if (!isObject(value)) return value;
  return mapMembers(value, (name, member) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (schema !== undefined && isEmbedded(schema) && META_FIELDS.has(name)) return member;
    const field = schema === undefined ? undefined : fieldOf(schema, name);
    if (field !== undefined) return prune(field, member, here, unknown);
    // What may not be there isn't taken away, but refused.
    if (schema !== undefined && typeof schema['additionalProperties'] === 'boolean') return member;
    unknown.push(here);
    return undefined;
  });
}

/** Here everything is kept; what is declared is looked at all the same. */
function skip(schema: Schema, value: JsonValue, path: string, unknown: string[]): JsonValue {
  const items = schemaAt(schema, 'items');
  if (isArray(value)) {
    return items === undefined ? value : mapItems(value, (item, i) => skip(items, item, `${path}[${i}]`, unknown));
  }
  if (!isObject(value)) return value;
  return mapMembers(value, (name, member) => {
    const field = fieldOf(schema, name);
    if (field === undefined || (isEmbedded(schema) && META_FIELDS.has(name))) return member;
    return prune(field, member, path === '' ? name : `${path}.${name}`, unknown);
  });
}

/** Null where it is neither allowed nor replaced by a default is as good as nothing. */
function withoutNulls(schema: Schema | undefined, value: JsonValue): JsonValue {
  if (isArray(value)) {
    const items = schema === undefined ? undefined : schemaAt(schema, 'items');
    return mapItems(value, (item) => withoutNulls(items, item));
  }
  if (!isObject(value)) return value;
  return mapMembers(value, (name, member) => {
    const field = schema === undefined ? undefined : fieldOf(schema, name);
    const drop = member === null && field !== undefined && field['nullable'] !== true && field['default'] === undefined;
    return drop ? undefined : withoutNulls(field, member);
  });
}

function withDefaults(schema: Schema, value: JsonValue): JsonValue {
  if (isArray(value)) {
    const items = schemaAt(schema, 'items');
    return items === undefined ? value : mapItems(value, (item) => withDefaults(items, orDefault(items, item)));
  }
  if (!isObject(value)) return value;
  let result = value;
  for (const [name, property] of propertiesOf(schema)) {
    const fallback = own(property, 'default');
    const before = own(value, name);
    if (fallback === undefined || fallback === null) continue;
    if (before === undefined || (before === null && property['nullable'] !== true)) {
      result = withKey(result, name, fallback);
    }
  }
  return mapMembers(result, (name, member) => {
    const field = fieldOf(schema, name);
    return field === undefined ? member : withDefaults(field, orDefault(field, member));
  });
}

function orDefault(schema: Schema, value: JsonValue): JsonValue {
  return value === null && schema['nullable'] !== true ? (own(schema, 'default') ?? null) : value;
}
