// facts/openapi-structure.json, schema-extensions.json, openapi-v3-apps-v1.json: what the server says of its types.

import { entries, isArray, isObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../json.ts';
import { read } from '../play/calls.ts';
import type { World } from '../world.ts';
import { compareEntry, type Entry, facts } from './facts.ts';

/** `{NAME: definition}`, as /openapi/v2 has it. */
export const openapiStructure = facts({
  name: 'OpenAPI definitions',
  recognises: ({ content }) => isDefinitions(content) && someDefinition(content, (one) => 'properties' in one),
  extent: 'api',
  entries: definitionEntries,
  answer: definitions,
});

/** The same as compact columns. */
export const schemaExtensions = facts({
  name: 'schema extensions',
  recognises: ({ content }) => isDefinitions(content) && someDefinition(content, (one) => 'fields' in one),
  extent: 'api',
  entries: definitionEntries,
  async answer(world) {
    const all = entries(await definitions(world)).map(
      ([name, one]) => [name, compactDefinition(objectAt(one))] as const,
    );
    return Object.fromEntries(all);
  },
});

/** One whole document of /openapi/v3. */
export const openapiV3 = facts({
  name: 'OpenAPI v3',
  recognises: ({ content }) => textAt(content, 'openapi') !== undefined && isObject(objectAt(content)['paths']),
  extent: 'api',
  entries: (content) => [{ part: '', places: [['paths'], ['components']], recorded: content, sent: null }],
  async answer(world, { content }) {
    const first = Object.keys(objectAt(content, 'paths'))[0] ?? '';
    const [path] = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)/.exec(first) ?? [''];
    return withoutTexts((await read(world, `/openapi/v3${path}`)) ?? null);
  },
  compareEntry: (recorded, ours) => compareEntry(recorded, withSchemasOf(recorded, ours)),
});

/** The recorded document shows the form: of the schemas, only those of its own group are kept in it. */
function withSchemasOf(recorded: Entry, ours: Entry): Entry {
  const kept = objectAt(recorded.recorded, 'components', 'schemas');
  const document = objectAt(ours.recorded);
  const components = objectAt(document, 'components');
  const schemas = Object.fromEntries(entries(objectAt(components, 'schemas')).filter(([name]) => name in kept));
  return { ...ours, recorded: { ...document, components: { ...components, schemas } } };
}

function isDefinitions(content: JsonValue): boolean {
  return isObject(content) && Object.keys(content).some((name) => name.startsWith('io.k8s.'));
}

function someDefinition(content: JsonValue, test: (definition: JsonObject) => boolean): boolean {
  return entries(objectAt(content)).some(([, definition]) => isObject(definition) && test(definition));
}

function definitionEntries(content: JsonValue): readonly Entry[] {
  return entries(objectAt(content)).map(([name, definition]) => ({
    part: name,
    places: [[name]],
    recorded: definition,
    sent: null,
  }));
}

async function definitions(world: World): Promise<JsonObject> {
  const document = await read(world, '/openapi/v2');
  return objectAt(withoutTexts(objectAt(document, 'definitions')));
}

/** Documentation is no part of the facts. */
function withoutTexts(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(withoutTexts);
  if (!isObject(value)) return value;
  const kept = entries(value).filter(([key, item]) => key !== 'description' || typeof item !== 'string');
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutTexts(item)]));
}

/** A definition in the columns of schema-extensions.json. */
export function compactDefinition(definition: JsonObject): JsonObject {
  const { type, format, properties, required } = definition;
  const plainObject = type === 'object';
  return {
    ...renamed(definition, { 'x-kubernetes-group-version-kind': 'gvk' }),
    ...(required === undefined ? {} : { required: [...listAt(required)].sort() }),
    ...renamed(definition, { 'x-kubernetes-map-type': 'mapType', 'x-kubernetes-unions': 'unions' }),
    ...(plainObject ? {} : { type: type ?? 'any' }),
    ...(format === undefined ? {} : { format }),
    ...(properties === undefined
      ? {}
      : {
          fields: Object.fromEntries(
            entries(objectAt(properties)).map(([key, one]) => [key, compactField(objectAt(one))]),
          ),
        }),
  };
}

const extensions = {
  'x-kubernetes-patch-merge-key': 'mergeKey',
  'x-kubernetes-patch-strategy': 'strategy',
  'x-kubernetes-list-type': 'listType',
  'x-kubernetes-list-map-keys': 'listMapKeys',
  'x-kubernetes-map-type': 'mapType',
  default: 'default',
  enum: 'enum',
  format: 'format',
  'x-kubernetes-int-or-string': 'intOrString',
} as const;

function compactField(field: JsonObject): JsonObject {
  const inner = elementOf(field);
  const elem = inner === undefined ? {} : renamed(inner, { enum: 'enum', format: 'format', default: 'default' });
  return {
    type: typeOf(field),
    ...renamed(field, extensions),
    ...(Object.keys(elem).length === 0 ? {} : { elem }),
  };
}

function elementOf(field: JsonObject): JsonObject | undefined {
  const inner = field['items'] ?? field['additionalProperties'];
  return isObject(inner) ? inner : undefined;
}

function typeOf(field: JsonObject): string {
  const ref = textAt(field, '$ref');
  if (ref !== undefined) return ref.replace('#/definitions/', '');
  const inner = elementOf(field);
  if (inner !== undefined) return `${field['items'] === undefined ? '{}' : '[]'}${typeOf(inner)}`;
  return textAt(field, 'type') ?? 'any';
}

function renamed(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    entries(object).flatMap(([key, value]) => (names[key] === undefined ? [] : [[names[key], value]])),
  );
}
