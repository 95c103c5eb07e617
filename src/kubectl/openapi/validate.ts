// Checks objects against the schemas of the server, as OpenAPI v2 has them, before they are sent. Only lists need it, and
// what can't be patched: the server itself looks at everything else.

import { quote, sortedKeys } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import type { GroupVersionKind } from '../../../sandbox/kube/resource.ts';
import { resolved, schemaOfKind } from './schemas.ts';

interface Place {
  readonly document: JsonObject;
  /** Of the object: `Pod.spec.containers[0]`. */
  readonly at: string;
  /** Of the schema: `io.k8s.api.core.v1.PodSpec.containers`. */
  readonly schemaAt: string;
}

type Primitive = 'string' | 'boolean' | 'number' | 'integer';

/** What is wrong with an object; nothing when the document doesn't know its kind. */
export function schemaErrors(document: JsonObject, object: JsonValue, kind: GroupVersionKind): readonly string[] {
  const known = schemaOfKind(document, kind);
  if (known === undefined) return [];
  return errorsOf(object, known.schema, { document, at: kind.kind, schemaAt: known.name });
}

function errorsOf(value: JsonValue, schema: JsonObject, place: Place): readonly string[] {
  const target = resolved(place.document, schema);
  if (target !== undefined) return errorsOf(value, target.schema, { ...place, schemaAt: target.name });
  const properties = schema['properties'];
  if (isObject(properties)) return kindErrors(value, schema, properties, place);
  const values = schema['additionalProperties'];
  if (schema['type'] === 'object') return mapErrors(value, isObject(values) ? values : {}, place);
  const { items } = schema;
  if (schema['type'] === 'array' && isObject(items)) return arrayErrors(value, items, place);
  const primitive = primitiveOf(schema);
  return primitive === undefined ? [] : primitiveErrors(value, primitive, place);
}

/** Undefined for what may be anything. */
function primitiveOf({ type }: JsonObject): Primitive | undefined {
  return type === 'string' || type === 'boolean' || type === 'number' || type === 'integer' ? type : undefined;
}

function kindErrors(value: JsonValue, schema: JsonObject, properties: JsonObject, place: Place): readonly string[] {
  if (!isObject(value)) return [wrongType(place, typeName(value), 'map')];
  const { required } = schema;
  return [
    ...sortedKeys(value).flatMap((key) => fieldErrors(value, key, properties, place)),
    ...(isArray(required) ? required : []).flatMap((name) =>
      own(value, String(name)) === undefined || own(value, String(name)) === null
        ? [at(place, `missing required field ${quote(String(name))} in ${place.schemaAt}`)]
        : [],
    ),
  ];
}

function fieldErrors(value: JsonObject, key: string, properties: JsonObject, place: Place): readonly string[] {
  const field = own(value, key);
  if (field === undefined || field === null) return [];
  const schema = own(properties, key);
  if (!isObject(schema)) return [at(place, `unknown field ${quote(key)} in ${place.schemaAt}`)];
  return errorsOf(field, schema, below(place, `.${key}`, `.${key}`));
}

function mapErrors(value: JsonValue, values: JsonObject, place: Place): readonly string[] {
  if (!isObject(value)) return [wrongType(place, typeName(value), 'map')];
  return sortedKeys(value).flatMap((key) => {
    const inner = below(place, `.${key}`, '');
    const member = own(value, key) ?? null;
    return member === null ? [nothingAt(inner)] : errorsOf(member, values, inner);
  });
}

function arrayErrors(value: JsonValue, items: JsonObject, place: Place): readonly string[] {
  if (!isArray(value)) return [wrongType(place, typeName(value), 'array')];
  return value.flatMap((item, i) => {
    const inner = below(place, `[${i}]`, '');
    return item === null ? [at(place, nothingAt(inner))] : errorsOf(item, items, inner);
  });
}

function primitiveErrors(value: JsonValue, wanted: Primitive, place: Place): readonly string[] {
  const found = typeName(value);
  const isPrimitive = found !== 'map' && found !== 'array';
  if (wanted === found || (wanted === 'string' && isPrimitive)) return [];
  const numbers = ['number', 'integer'];
  return numbers.includes(wanted) && numbers.includes(found) ? [] : [wrongType(place, found, wanted)];
}

function below(place: Place, path: string, schemaPath: string): Place {
  return { ...place, at: place.at + path, schemaAt: place.schemaAt + schemaPath };
}

function typeName(value: JsonValue): string {
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'map';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function wrongType(place: Place, found: string, wanted: string): string {
  return at(place, `invalid type for ${place.schemaAt}: got ${quote(found)}, expected ${quote(wanted)}`);
}

function nothingAt(place: Place): string {
  return `unknown object type "nil" in ${place.at}`;
}

function at(place: Place, problem: string): string {
  return `ValidationError(${place.at}): ${problem}`;
}
