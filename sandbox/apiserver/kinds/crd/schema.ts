// What is wrong with the schema of a CustomResourceDefinition: it has to be structural, and to say nothing that the server
// doesn't act on.

import { compilePattern } from '../../../kube/cel/library/regexps.ts';
import {
  at,
  atKey,
  type FieldError,
  forbiddenField,
  invalid,
  notSupported,
  required,
} from '../../../kube/fielderrors.ts';
import { isArray, isObject, type JsonValue, own, sameJson } from '../../../kube/json.ts';
import { compareText } from '../../../kube/text.ts';
import {
  additionalOf,
  hasRules,
  isEmbedded,
  isIntOrString,
  keepsUnknown,
  propertiesOf,
  propertyOf,
  type Schema,
  schemaAt,
  schemasAt,
  textAt,
  textsAt,
} from '../../customresources/jsonschema.ts';
import { normalised } from '../../customresources/normalise.ts';
import { checkRules } from '../../customresources/rules/checkrules.ts';
import { partTree } from '../../customresources/rules/ruletree.ts';
import { valueErrors } from '../../customresources/values.ts';
import type { Errors } from '../shared/checks.ts';
import { ruleErrors, ruleFormErrors } from './rules.ts';

export function* schemaErrors(schema: Schema, field: string, status: boolean): Errors {
  if (status && textAt(schema, 'type') !== 'object' && textAt(schema, 'type') !== '') {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    yield invalid(at(field, 'type'), textAt(schema, 'type'), why);
  }
  if (schema['nullable'] === true) yield forbiddenField(at(field, 'nullable'), 'nullable cannot be true at the root');
  const structural = (usesUnsupported(schema) ? [] : [...structuralErrors(schema, 'root', field)]).sort((a, b) =>
    compareText(`${a.field}: ${a.message}`, `${b.field}: ${b.message}`),
  );
  yield* structural;
  const defaults = structural.length === 0 ? [...defaultErrors(schema, field, true)] : [];
  yield* defaults;
  const errors = [...openApiErrors(schema, field, { root: true, forbidsDefaults: undefined })];
  yield* errors;
  if (structural.length > 0 || defaults.length > 0 || !hasRules(schema)) return;
  const wrong = errors.map((error) => error.field);
  yield* ruleErrors(schema, field, wrong);
}

/** What isn't supported at all is told of, and nothing else. */
function usesUnsupported(schema: Schema): boolean {
  if (UNSUPPORTED.some((name) => own(schema, name) !== undefined)) return true;
  const additional = additionalOf(schema);
  const items = schemaAt(schema, 'items');
  const inner = [...propertiesOf(schema).map(([, property]) => property), items, additional];
  return inner.some((each) => isObject(each) && usesUnsupported(each));
}

type Level = 'root' | 'item' | 'field';

const UNTYPED: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function* structuralErrors(schema: Schema, level: Level, field: string): Errors {
  const type = textAt(schema, 'type');
  const items = schemaAt(schema, 'items');
  const additional = additionalOf(schema);
  if (type === 'array' && items === undefined) yield required(at(field, 'items'), 'must be specified');
  if (items !== undefined) yield* structuralErrors(items, 'item', at(field, 'items'));
  for (const [name, property] of propertiesOf(schema)) {
    if (level !== 'root' || name !== 'metadata')
      yield* structuralErrors(property, 'field', atKey(at(field, 'properties'), name));
  }
  if (additional !== undefined && level === 'root') {
    yield forbiddenField(at(field, 'additionalProperties'), 'must not be used at the root');
  }
  if (isObject(additional)) yield* structuralErrors(additional, 'field', at(field, 'additionalProperties'));
  yield* extensionErrors(schema, field);
  yield* valueRuleErrors(schema, field, isIntOrString(schema));
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
    yield forbiddenField(
      at(field, 'additionalProperties'),
      'must not be used if x-kubernetes-embedded-resource is set',
    );
  }
  if (level === 'root' && type !== '' && type !== 'object')
    yield invalid(at(field, 'type'), type, 'must be object at the root');
  if (embedded && !keepsUnknown(schema) && propertiesOf(schema).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    yield required(at(field, 'properties'), detail);
  }
}

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
  const rest = Object.keys(metadata).filter((name) => !['type', 'properties', 'description', 'default'].includes(name));
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

/** Rules about values may not state what the structure is. */
function* valueRuleErrors(schema: Schema, field: string, isRoot: boolean): Errors {
  const skipAnyOf = isRoot && isIntOrStringPattern(schema);
  const [firstOfAll] = schemasAt(schema, 'allOf');
  for (const [i, each] of schemasAt(schema, 'anyOf').entries()) {
    if (!skipAnyOf) yield* nestedErrors(each, at(field, 'anyOf', i), false);
  }
  for (const [i, each] of schemasAt(schema, 'allOf').entries()) {
    const skip = isRoot && i === 0 && firstOfAll !== undefined && isIntOrStringPattern(firstOfAll);
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

const NESTED_FORBIDDEN = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
] as const;

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
    if (value !== undefined && value !== false && value !== '') yield forbiddenField(at(field, name), detail);
  }
}

/** Defaults have to be as the schema itself wants values to be. */
function* defaultErrors(schema: Schema, field: string, isRoot: boolean): Errors {
  const value = own(schema, 'default');
  if (value !== undefined && value !== null && !isRoot) {
    const here = at(field, 'default');
    const pruned = normalised({ type: 'object', properties: { value: schema } }, { value });
    const kept = own(pruned.value, 'value');
    if (pruned.unknown.length > 0 && kept !== undefined) yield invalid(here, value, 'must not have unknown fields');
    const errors = valueErrors(schema, value, '');
    for (const error of errors)
      yield { ...error, field: error.field === '<nil>' || error.field === '' ? here : at(here, error.field) };
    if (errors.length === 0) yield* defaultRuleErrors(schema, value, here);
  }
  const items = schemaAt(schema, 'items');
  const additional = additionalOf(schema);
  if (items !== undefined) yield* defaultErrors(items, at(field, 'items'), false);
  if (isObject(additional)) yield* defaultErrors(additional, at(field, 'additionalProperties'), false);
  for (const [name, property] of propertiesOf(schema)) {
    if (!isRoot || name !== 'metadata') yield* defaultErrors(property, atKey(at(field, 'properties'), name), false);
  }
}

/** Rules are asked as if the default were there already, and as if it were new. */
function* defaultRuleErrors(schema: Schema, value: JsonValue, path: string): Errors {
  const tree = partTree(schema);
  if (tree === undefined) return;
  const { errors } = checkRules({ tree, path, value, old: value });
  yield* errors;
  if (errors.length === 0) yield* checkRules({ tree, path, value, old: undefined }).errors;
}

interface Place {
  readonly root: boolean;
  /** Why no default may stand here. */
  readonly forbidsDefaults: string | undefined;
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];

function* openApiErrors(schema: Schema, field: string, { root, forbidsDefaults }: Place): Errors {
  const inner: Place = { root: false, forbidsDefaults };
  yield* standardErrors(schema, field, forbidsDefaults);
  if (schema['uniqueItems'] === true) {
    yield forbiddenField(
      at(field, 'uniqueItems'),
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    );
  }
  const additional = additionalOf(schema);
  if ((additional === false || isObject(additional)) && propertiesOf(schema).length > 0) {
    yield forbiddenField(at(field, 'additionalProperties'), 'additionalProperties and properties are mutual exclusive');
  }
  if (isObject(additional)) yield* openApiErrors(additional, at(field, 'additionalProperties'), inner);
  for (const [name, property] of propertiesOf(schema)) {
    const isMeta = root && ['metadata', 'apiVersion', 'kind'].includes(name);
    const place = isMeta ? { root: false, forbidsDefaults: `in top-level ${name}` } : inner;
    yield* openApiErrors(property, atKey(at(field, 'properties'), name), place);
  }
  const not = schemaAt(schema, 'not');
  if (not !== undefined) yield* openApiErrors(not, at(field, 'not'), inner);
  for (const name of ['allOf', 'oneOf', 'anyOf']) {
    for (const [i, each] of schemasAt(schema, name).entries()) yield* openApiErrors(each, at(field, name, i), inner);
  }
  const items = schemaAt(schema, 'items');
  if (items !== undefined) yield* openApiErrors(items, at(field, 'items'), inner);
  yield* listTypeErrors(schema, field);
  yield* mapTypeErrors(schema, field);
  yield* ruleFormErrors(schema, field);
}

function* standardErrors(schema: Schema, field: string, forbidsDefaults: string | undefined): Errors {
  const type = textAt(schema, 'type');
  if (type !== '' && !TYPES.includes(type)) yield notSupported(at(field, 'type'), type, TYPES);
  if (own(schema, 'default') !== undefined && forbidsDefaults !== undefined) {
    yield forbiddenField(at(field, 'default'), `must not be set ${forbidsDefaults}`);
  }
  for (const name of UNSUPPORTED) {
    if (own(schema, name) !== undefined) yield forbiddenField(at(field, name), `${name} is not supported`);
  }
  if (type === 'null')
    yield forbiddenField(at(field, 'type'), 'type cannot be set to null, use nullable as an alternative');
  if (isArray(own(schema, 'items')))
    yield forbiddenField(at(field, 'items'), 'items must be a schema object and not an array');
  if (own(schema, 'x-kubernetes-preserve-unknown-fields') === false) {
    yield invalid(at(field, 'x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined');
  }
}

function* mapTypeErrors(schema: Schema, field: string): Errors {
  const mapType = own(schema, 'x-kubernetes-map-type');
  if (mapType === undefined) return;
  const type = textAt(schema, 'type');
  const detail = 'must be object if x-kubernetes-map-type is specified';
  if (type !== 'object')
    yield type === '' ? required(at(field, 'type'), detail) : invalid(at(field, 'type'), type, detail);
  if (mapType !== 'atomic' && mapType !== 'granular') {
    yield notSupported(at(field, 'x-kubernetes-map-type'), mapType, ['atomic', 'granular']);
  }
}

function* listTypeErrors(schema: Schema, field: string): Errors {
  const listType = own(schema, 'x-kubernetes-list-type');
  const keys = textsAt(schema, 'x-kubernetes-list-map-keys');
  const keysField = at(field, 'x-kubernetes-list-map-keys');
  const items = schemaAt(schema, 'items');
  if (listType !== undefined && textAt(schema, 'type') !== 'array') {
    const type = textAt(schema, 'type');
    const detail = 'must be array if x-kubernetes-list-type is specified';
    yield type === '' ? required(at(field, 'type'), detail) : invalid(at(field, 'type'), type, detail);
  } else if (listType !== undefined && listType !== 'atomic' && listType !== 'set' && listType !== 'map') {
    yield notSupported(at(field, 'x-kubernetes-list-type'), listType, ['atomic', 'set', 'map']);
  } else if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const typeField = at(field, 'x-kubernetes-list-type');
    yield listType === undefined ? required(typeField, detail) : invalid(typeField, listType, detail);
  }
  if (listType === 'map') {
    if (keys.length === 0) yield required(keysField, 'must not be empty if x-kubernetes-list-type is map');
    yield* mapItemErrors(items, keys, field, keysField);
  }
  if (listType === 'set' && items !== undefined) yield* setItemErrors(items, at(field, 'items'));
  if ((listType === 'set' || listType === 'map') && items?.['nullable'] === true) {
    yield forbiddenField(
      at(field, 'items', 'nullable'),
      `cannot be nullable when x-kubernetes-list-type is ${listType}`,
    );
  }
}

function* mapItemErrors(items: Schema | undefined, keys: readonly string[], field: string, keysField: string): Errors {
  if (items === undefined) {
    yield required(at(field, 'items'), 'must have a schema if x-kubernetes-list-type is map');
    return;
  }
  if (textAt(items, 'type') !== 'object')
    yield invalid(
      at(field, 'items', 'type'),
      textAt(items, 'type'),
      "must be object if parent array's x-kubernetes-list-type is map",
    );
  const needed = textsAt(items, 'required');
  let unknown = false;
  for (const [i, key] of keys.entries()) {
    const property = propertyOf(items, key);
    const here = atKey(at(field, 'items', 'properties'), key);
    if (property === undefined) {
      unknown = true;
      continue;
    }
    if (['array', 'object'].includes(textAt(property, 'type'))) {
      yield invalid(
        at(here, 'type'),
        textAt(property, 'type'),
        "must be a scalar type if parent array's x-kubernetes-list-type is map",
      );
    }
    if (keys.indexOf(key) < i) yield invalid(at(keysField, i), key, 'must be unique');
    yield* mapKeyErrors(property, key, here, needed);
  }
  if (unknown) yield invalid(keysField, [...keys], 'entries must all be names of item properties');
}

function* mapKeyErrors(property: Schema, key: string, field: string, needed: readonly string[]): Iterable<FieldError> {
  if (!needed.includes(key) && own(property, 'default') === undefined) {
    const detail =
      'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    yield required(at(field, 'default'), detail);
  }
  if (property['nullable'] === true) {
    yield forbiddenField(
      at(field, 'nullable'),
      'this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
    );
  }
}

function* setItemErrors(items: Schema, field: string): Errors {
  const type = textAt(items, 'type');
  if (type === 'object' && own(items, 'x-kubernetes-map-type') !== 'atomic') {
    const here = at(field, 'x-kubernetes-map-type');
    const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    const value = own(items, 'x-kubernetes-map-type');
    yield value === undefined ? required(here, detail) : invalid(here, value, detail);
  }
  if (type === 'array' && !['atomic', undefined].includes(own(items, 'x-kubernetes-list-type') as string | undefined)) {
    const here = at(field, 'x-kubernetes-list-type');
    yield invalid(
      here,
      own(items, 'x-kubernetes-list-type') ?? '',
      'must be atomic as item of a list with x-kubernetes-list-type=set',
    );
  }
}
