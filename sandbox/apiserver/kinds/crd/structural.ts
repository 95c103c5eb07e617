// Whether a schema is structural: what values look like is said outside of what is asked of values, in one place, so that
// the server can prune, default and publish by it.

import { compilePattern } from '../../../kube/cel/library/regexps.ts';
import { at, atKey, forbiddenField, invalid, required } from '../../../kube/fielderrors.ts';
import { compareText } from '../../../kube/go/text.ts';
import { isArray, isObject, type JsonValue, own, sameJson } from '../../../kube/json.ts';
import {
  additionalOf,
  isEmbedded,
  isIntOrString,
  keepsUnknown,
  propertiesOf,
  propertyOf,
  type Schema,
  schemaAt,
  schemasAt,
  textAt,
} from '../../customresources/jsonschema.ts';
import type { Errors } from '../shared/checks.ts';

/** Parts of a schema that can't be had in a structural one, as they are called then. */
const UNSUPPORTED: readonly (readonly [name: string, called: string])[] = [
  ['id', 'id'],
  ['$schema', 'schema'],
  ['$ref', '$ref'],
  ['patternProperties', 'patternProperties'],
  ['dependencies', 'dependencies'],
  ['additionalItems', 'additionalItems'],
  ['definitions', 'definitions'],
];

/** Why nothing can be said of the structure: something in the schema isn't known at all. Undefined when all is. */
export function unsupportedIn(schema: Schema): string | undefined {
  const found = UNSUPPORTED.find(([name]) => isGiven(own(schema, name)));
  if (found !== undefined) return `OpenAPIV3Schema '${found[1]}' is not supported`;
  if (own(schema, 'x-kubernetes-preserve-unknown-fields') === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  const items = own(schema, 'items');
  if (isArray(items) && items.length > 0) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const inner of innerSchemas(schema)) {
    const why = unsupportedIn(inner);
    if (why !== undefined) return why;
  }
  return undefined;
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== '';
}

function innerSchemas(schema: Schema): readonly Schema[] {
  const junctors = ['allOf', 'anyOf', 'oneOf'].flatMap((name) => schemasAt(schema, name));
  const parts = [schemaAt(schema, 'not'), schemaAt(schema, 'items'), additionalOf(schema)];
  return [...junctors, ...propertiesOf(schema).map(([, property]) => property), ...parts.filter(isObject)];
}

/** All that keeps a schema from being structural, sorted as the server sorts it. */
export function notStructural(schema: Schema, field: string): Errors {
  return [...structuralErrors(schema, 'root', field), ...completenessErrors(schema, schema, field, field)].sort(
    (a, b) => compareText(`${a.field}: ${a.message}`, `${b.field}: ${b.message}`),
  );
}

type Level = 'root' | 'item' | 'field';

const UNTYPED: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function* structuralErrors(schema: Schema, level: Level, field: string): Errors {
  const items = schemaAt(schema, 'items');
  const additional = additionalOf(schema);
  if (textAt(schema, 'type') === 'array' && items === undefined)
    yield required(at(field, 'items'), 'must be specified');
  if (items !== undefined) yield* structuralErrors(items, 'item', at(field, 'items'));
  for (const [name, property] of propertiesOf(schema)) {
    yield* structuralErrors(property, 'field', atKey(at(field, 'properties'), name));
  }
  if (additional !== undefined && level === 'root') {
    yield forbiddenField(at(field, 'additionalProperties'), 'must not be used at the root');
  }
  if (isObject(additional)) yield* structuralErrors(additional, 'field', at(field, 'additionalProperties'));
  yield* extensionErrors(schema, field);
  yield* valueRuleErrors(schema, field, true);
  yield* typeErrors(schema, level, field);
  yield* metadataErrors(schema, level, field);
}

function* extensionErrors(schema: Schema, field: string): Errors {
  if (!isIntOrString(schema)) return;
  const detail = 'must be false if x-kubernetes-int-or-string is true';
  for (const name of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']) {
    if (own(schema, name) === true) yield invalid(at(field, name), true, detail);
  }
}

function* typeErrors(schema: Schema, level: Level, field: string): Errors {
  const type = textAt(schema, 'type');
  const embedded = isEmbedded(schema);
  if (embedded && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    yield type === '' ? required(at(field, 'type'), detail) : invalid(at(field, 'type'), type, detail);
  } else if (type === '' && !isIntOrString(schema) && !keepsUnknown(schema)) {
    yield required(at(field, 'type'), UNTYPED[level]);
  }
  if (embedded && additionalOf(schema) !== undefined) {
    const detail = 'must not be used if x-kubernetes-embedded-resource is set';
    yield forbiddenField(at(field, 'additionalProperties'), detail);
  }
  if (level === 'root' && type !== '' && type !== 'object')
    yield invalid(at(field, 'type'), type, 'must be object at the root');
  if (embedded && !keepsUnknown(schema) && propertiesOf(schema).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    yield required(at(field, 'properties'), detail);
  }
}

/** What the metadata of a definition's objects may say beside which names they may have: nothing. */
const OF_METADATA = ['type', 'properties', 'default'];

/** Metadata is what it is: only its names may be restricted. */
function* metadataErrors(schema: Schema, level: Level, field: string): Errors {
  if (level !== 'root' && !isEmbedded(schema)) return;
  const properties = at(field, 'properties');
  for (const name of ['kind', 'apiVersion']) {
    const property = propertyOf(schema, name);
    const type = textAt(property ?? {}, 'type');
    if (property !== undefined && type !== 'string')
      yield invalid(at(atKey(properties, name), 'type'), type, 'must be string');
  }
  const metadata = propertyOf(schema, 'metadata');
  if (metadata === undefined) return;
  const here = atKey(properties, 'metadata');
  if (textAt(metadata, 'type') !== 'object')
    yield invalid(at(here, 'type'), textAt(metadata, 'type'), 'must be object');
  const others = propertiesOf(metadata).filter(([name]) => name !== 'name' && name !== 'generateName');
  const rest = Object.keys(metadata).filter((name) => !OF_METADATA.includes(name));
  if (level === 'root' && (others.length > 0 || rest.length > 0)) {
    yield forbiddenField(
      here,
      'must not specify anything other than name and generateName, but metadata is implicitly specified',
    );
  }
}

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];

function isIntOrStringPattern(schema: Schema): boolean {
  return sameJson(own(schema, 'anyOf') ?? null, INT_OR_STRING);
}

/** Rules about values may not state what the structure is; but a value may be told to be a number or a string. */
function* valueRuleErrors(schema: Schema, field: string, ofStructure: boolean): Errors {
  const skipAnyOf = ofStructure && isIntOrStringPattern(schema);
  const [firstOfAll] = schemasAt(schema, 'allOf');
  for (const [i, each] of schemasAt(schema, 'anyOf').entries()) {
    if (!skipAnyOf) yield* nestedErrors(each, at(field, 'anyOf', i), false);
  }
  for (const [i, each] of schemasAt(schema, 'allOf').entries()) {
    const skip = ofStructure && i === 0 && firstOfAll !== undefined && isIntOrStringPattern(firstOfAll);
    yield* nestedErrors(each, at(field, 'allOf', i), skip);
  }
  for (const [i, each] of schemasAt(schema, 'oneOf').entries()) yield* nestedErrors(each, at(field, 'oneOf', i), false);
  const not = schemaAt(schema, 'not');
  if (not !== undefined) yield* nestedErrors(not, at(field, 'not'), false);
  const pattern = textAt(schema, 'pattern');
  const compiled = pattern === '' ? undefined : compilePattern(pattern);
  if (compiled !== undefined && 'problem' in compiled) {
    yield invalid(at(field, 'pattern'), pattern, `must be a valid regular expression, but isn't: ${compiled.problem}`);
  }
}

const EMPTY = 'must be empty to be structural';
const FALSE = 'must be false to be structural';
const UNDEFINED = 'must be undefined to be structural';

const NESTED_FORBIDDEN: readonly (readonly [name: string, detail: string])[] = [
  ['type', EMPTY],
  ['additionalProperties', UNDEFINED],
  ['default', UNDEFINED],
  ['title', EMPTY],
  ['description', EMPTY],
  ['nullable', FALSE],
  ['x-kubernetes-preserve-unknown-fields', FALSE],
  ['x-kubernetes-embedded-resource', FALSE],
  ['x-kubernetes-int-or-string', FALSE],
  ['x-kubernetes-list-map-keys', EMPTY],
  ['x-kubernetes-list-type', UNDEFINED],
  ['x-kubernetes-map-type', UNDEFINED],
  ['x-kubernetes-validations', EMPTY],
];

function* nestedErrors(schema: Schema, field: string, skipAnyOf: boolean): Errors {
  if (skipAnyOf) {
    const { anyOf: _, ...rest } = schema;
    yield* valueRuleErrors(rest, field, false);
  } else yield* valueRuleErrors(schema, field, false);
  const items = schemaAt(schema, 'items');
  if (items !== undefined) yield* nestedErrors(items, at(field, 'items'), false);
  for (const [name, property] of propertiesOf(schema))
    yield* nestedErrors(property, atKey(at(field, 'properties'), name), false);
  for (const [name, detail] of NESTED_FORBIDDEN) {
    const value = own(schema, name);
    const isSet = isGiven(value) && value !== false && value !== null;
    if (isSet || (value === '' && detail === UNDEFINED)) yield forbiddenField(at(field, name), detail);
  }
  if (propertyOf(schema, 'metadata') !== undefined) {
    const here = atKey(at(field, 'properties'), 'metadata');
    yield forbiddenField(here, 'must not be specified in a nested context');
  }
}

/** What rules about values speak of has to be there in the structure. */
function* completenessErrors(rules: Schema, structure: Schema, field: string, where: string): Errors {
  const not = schemaAt(rules, 'not');
  if (not !== undefined) yield* nestedCompleteness(not, structure, field, at(where, 'not'));
  for (const name of ['allOf', 'anyOf', 'oneOf']) {
    for (const [i, each] of schemasAt(rules, name).entries()) {
      yield* nestedCompleteness(each, structure, field, at(where, name, i));
    }
  }
}

function* nestedCompleteness(rules: Schema, structure: Schema | undefined, field: string, where: string): Errors {
  if (structure === undefined) {
    yield required(field, `because it is defined in ${where}`);
    return;
  }
  yield* completenessErrors(rules, structure, field, where);
  const items = schemaAt(rules, 'items');
  if (items !== undefined) {
    yield* nestedCompleteness(items, schemaAt(structure, 'items'), at(field, 'items'), at(where, 'items'));
  }
  for (const [name, property] of propertiesOf(rules)) {
    const [here, there] = [atKey(at(field, 'properties'), name), atKey(at(where, 'properties'), name)];
    yield* nestedCompleteness(property, propertyOf(structure, name), here, there);
  }
}
