// What is wrong with the schema of a CustomResourceDefinition: it has to be structural, its defaults have to be values of
// its own, and it may say nothing that the server doesn't act on.

import { wasEmptied } from '../../../kube/emptied.ts';
import { at, atKey, forbiddenField, invalid, notSupported, required } from '../../../kube/fielderrors.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import {
  additionalOf,
  hasRules,
  isEmbedded,
  propertiesOf,
  type Schema,
  schemaAt,
  schemasAt,
  textAt,
} from '../../customresources/jsonschema.ts';
import { normalised } from '../../customresources/normalise.ts';
import { checkRules } from '../../customresources/rules/checkrules.ts';
import { partTree } from '../../customresources/rules/ruletree.ts';
import { valueErrors } from '../../customresources/values.ts';
import type { Errors } from '../shared/checks.ts';
import { shownInternally } from '../shared/internal.ts';
import { listTypeErrors, mapTypeErrors } from './listtypes.ts';
import { ruleErrors, ruleFormErrors } from './rules.ts';
import { notStructural, unsupportedIn } from './structural.ts';

export function* schemaErrors(schema: Schema, field: string, status: boolean): Errors {
  const rootErrors = [...(status ? statusRootErrors(schema, field) : [])];
  yield* rootErrors;
  if (schema['nullable'] === true) yield forbiddenField(at(field, 'nullable'), 'nullable cannot be true at the root');
  const unsupported = unsupportedIn(schema);
  const structural = unsupported === undefined ? [...notStructural(schema, field)] : [];
  yield* structural;
  const sound = unsupported === undefined && structural.length === 0;
  const defaults = sound ? [...defaultErrors(schema, field, true)] : [];
  yield* defaults;
  const errors = [...openApiErrors(schema, field, ROOT)];
  yield* errors;
  if (unsupported !== undefined && rootErrors.length === 0 && errors.length === 0 && schema['nullable'] !== true) {
    yield invalid(field, '', unsupported);
  }
  if (!sound || defaults.length > 0 || !hasRules(schema)) return;
  const wrong = errors.map((error) => error.field);
  yield* ruleErrors(schema, field, wrong);
}

/** What a schema may say at its root when objects have a status of their own, in the words of the server's language. */
const AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

/** What it may not say; those before the type are found first. */
const NOT_AT_ROOT = {
  beforeType: ['id', '$schema', '$ref'],
  afterType: [
    'nullable',
    'default',
    'maxProperties',
    'minProperties',
    'enum',
    'allOf',
    'oneOf',
    'anyOf',
    'not',
    'additionalProperties',
    'patternProperties',
    'dependencies',
    'additionalItems',
    'definitions',
    'x-kubernetes-embedded-resource',
    'x-kubernetes-int-or-string',
    'x-kubernetes-list-map-keys',
    'x-kubernetes-list-type',
    'x-kubernetes-map-type',
  ],
} as const;

/** The status is judged by its part of the schema alone, so that nothing may be said of the whole. */
function* statusRootErrors(schema: Schema, field: string): Errors {
  const says = (name: string): boolean => own(schema, name) !== undefined;
  const type = textAt(schema, 'type');
  if (!NOT_AT_ROOT.beforeType.some(says) && type !== 'object' && type !== '') {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    yield invalid(at(field, 'type'), type, why);
  } else if ([...NOT_AT_ROOT.beforeType, ...NOT_AT_ROOT.afterType].some(says)) {
    const why = `only [${AT_ROOT}] fields are allowed at the root of the schema if the status subresource is enabled`;
    yield invalid(field, shownInternally('apiextensions.JSONSchemaProps', schema), why);
  }
}

/** Defaults have to be as the schema itself wants values to be. */
function* defaultErrors(schema: Schema, field: string, isRoot: boolean): Errors {
  const value = own(schema, 'default');
  if (value !== undefined && value !== null) {
    const here = at(field, 'default');
    const pruned = normalised({ type: 'object', properties: { value: schema } }, { value });
    const kept = own(pruned.value, 'value');
    if (pruned.unknown.length > 0 && kept !== undefined) yield invalid(here, value, 'must not have unknown fields');
    const errors = valueErrors(schema, value, '');
    for (const error of errors)
      yield { ...error, field: error.field === '<nil>' || error.field === '' ? here : at(here, error.field) };
    if (isObject(value) && (isRoot || isEmbedded(schema))) yield* unknownKind(value, here);
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

/** A whole object says what it is. */
function* unknownKind(value: JsonObject, field: string): Errors {
  for (const name of ['apiVersion', 'kind']) {
    if ((own(value, name) ?? '') === '') yield required(at(field, name));
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
  /** Within the metadata, kind or apiVersion of an object. */
  readonly inMeta: boolean;
}

const ROOT: Place = { root: true, forbidsDefaults: undefined, inMeta: false };
const META = ['metadata', 'apiVersion', 'kind'];
const IN_ANY = 'inside additionalProperties applying to object metadata';

function* openApiErrors(schema: Schema, field: string, place: Place): Errors {
  const inner: Place = { ...place, root: false };
  yield* standardErrors(schema, field, place);
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
  if (isObject(additional)) {
    const within = place.inMeta ? { ...inner, forbidsDefaults: IN_ANY } : inner;
    yield* openApiErrors(additional, at(field, 'additionalProperties'), within);
  }
  for (const [name, property] of propertiesOf(schema)) {
    yield* openApiErrors(property, atKey(at(field, 'properties'), name), placeOf(name, schema, place));
  }
  for (const [here, each] of othersIn(schema, field)) yield* openApiErrors(each, here, inner);
  if (own(schema, 'x-kubernetes-preserve-unknown-fields') === false) {
    yield invalid(at(field, 'x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined');
  }
  yield* mapTypeErrors(schema, field);
  yield* listTypeErrors(schema, field);
  yield* ruleFormErrors(schema, field);
}

function placeOf(property: string, schema: Schema, { root, forbidsDefaults, inMeta }: Place): Place {
  const isMeta = (root || isEmbedded(schema)) && META.includes(property);
  const forbids = isMeta && root ? `in top-level ${property}` : forbidsDefaults;
  return { root: false, forbidsDefaults: forbids, inMeta: inMeta || isMeta };
}

/** Schemas in a schema that aren't of its properties. */
function* othersIn(schema: Schema, field: string): Iterable<readonly [field: string, schema: Schema]> {
  const not = schemaAt(schema, 'not');
  if (not !== undefined) yield [at(field, 'not'), not];
  for (const name of ['allOf', 'oneOf', 'anyOf']) {
    for (const [i, each] of schemasAt(schema, name).entries()) yield [at(field, name, i), each];
  }
  yield* namedIn(schema, 'definitions', field);
  const items = schemaAt(schema, 'items');
  if (items !== undefined) yield [at(field, 'items'), items];
  for (const [i, each] of schemasAt(schema, 'items').entries()) yield [at(field, 'items', i), each];
  yield* namedIn(schema, 'dependencies', field);
}

function* namedIn(schema: Schema, name: string, field: string): Iterable<readonly [field: string, schema: Schema]> {
  const named = schemaAt(schema, name) ?? {};
  for (const key of Object.keys(named).sort()) {
    const each = own(named, key);
    if (isObject(each)) yield [atKey(at(field, name), key), each];
  }
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];

function* standardErrors(schema: Schema, field: string, { forbidsDefaults, inMeta }: Place): Errors {
  const type = textAt(schema, 'type');
  if (type !== '' && !TYPES.includes(type)) yield notSupported(at(field, 'type'), type, TYPES);
  if (own(schema, 'default') !== undefined && forbidsDefaults !== undefined) {
    yield forbiddenField(at(field, 'default'), `must not be set ${forbidsDefaults}`);
  }
  for (const name of UNSUPPORTED) {
    const isGiven = own(schema, name) !== undefined || (name === 'dependencies' && wasEmptied(schema, name));
    if (isGiven) yield forbiddenField(at(field, name), `${name} is not supported`);
  }
  if (type === 'null')
    yield forbiddenField(at(field, 'type'), 'type cannot be set to null, use nullable as an alternative');
  if (isArray(own(schema, 'items')))
    yield forbiddenField(at(field, 'items'), 'items must be a schema object and not an array');
  if (inMeta && isEmbedded(schema)) {
    yield forbiddenField(at(field, 'x-kubernetes-embedded-resource'), 'must not be used inside of resource meta');
  }
}
