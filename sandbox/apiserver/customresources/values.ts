// Whether a value is as its OpenAPI schema says, in the words of the real server's validator. Errors of one value come in
// the validator's order; those of an object's fields in the order of their names.

import { compilePattern, matches } from '../../kube/cel/library/regexps.ts';
import {
  at,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from '../../kube/fielderrors.ts';
import { goNumber } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own, sameJson } from '../../kube/json.ts';
import { hasFormat, isKnownFormat } from './formats.ts';
import {
  additionalOf,
  isIntOrString,
  numberAt,
  propertiesOf,
  propertyOf,
  type Schema,
  schemaAt,
  schemasAt,
  textAt,
  textsAt,
} from './jsonschema.ts';

/** What is wrong with a value, and how much of it was looked at: of alternatives that fail the best is told of. */
interface Result {
  readonly errors: readonly FieldError[];
  readonly score: number;
}

/** All that is wrong with a value at a path. */
export function valueErrors(schema: Schema, value: JsonValue, path: string): readonly FieldError[] {
  return validate(schema, value, path).errors;
}

/** Where no place is known, as the real server shows it. */
const NOWHERE = '<nil>';

function validate(schema: Schema, value: JsonValue, path: string): Result {
  const wrongType = typeErrors(schema, value, path);
  if (value === null) return { errors: [...wrongType, ...enumErrors(schema, value, path)], score: 2 };
  const combined = combinedErrors(schema, value, path);
  const errors = [
    ...wrongType,
    ...combined.errors,
    ...textErrors(schema, value, path),
    ...numberErrors(schema, value, path),
    ...listErrors(schema, value, path),
    ...enumErrors(schema, value, path),
    ...objectErrors(schema, value, path),
  ];
  return { errors, score: combined.score + (errors.length === 0 ? 2 : 1) };
}

function typesOf(schema: Schema): readonly string[] {
  if (isIntOrString(schema)) return ['integer', 'string'];
  const type = textAt(schema, 'type');
  return type === '' ? [] : [type];
}

function typeOfValue(value: JsonValue): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

function formatOf(schema: Schema): string {
  const format = textAt(schema, 'format');
  return isKnownFormat(format) ? format : '';
}

function typeErrors(schema: Schema, value: JsonValue, path: string): readonly FieldError[] {
  const types = typesOf(schema);
  const format = formatOf(schema);
  if (types.length === 0 && format === '') return [];
  const actual = typeOfValue(value);
  if (value === null) {
    const fine = types.length === 0 || schema['nullable'] === true;
    return fine ? [] : [wrongType(path, types.join(','), 'null')];
  }
  const textLike = typeof value === 'string' || isArray(value);
  const numeric = types.includes('number') || types.includes('integer');
  const widened = actual === 'integer' && types.includes('number');
  if (!textLike && format !== '' && !types.includes(actual) && !widened) {
    return [wrongType(path, format, actual === 'number' ? 'float64' : actual === 'integer' ? 'int64' : '')];
  }
  if (!numeric && format !== '' && textLike) return [];
  return types.includes(actual) || widened ? [] : [wrongType(path, types.join(','), actual)];
}

function wrongType(path: string, wanted: string, actual: string): FieldError {
  return typeInvalid(shown(path), actual, `${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`);
}

/** The root has no name. */
function shown(path: string): string {
  return path === '' ? NOWHERE : path.replace(/^\./, '');
}

function combinedErrors(schema: Schema, value: JsonValue, path: string): Result {
  const errors: FieldError[] = [];
  const say = (text: string): void => {
    errors.push(invalid(NOWHERE, '', `"${path}" ${text}`));
  };
  let score = 0;
  const take = (result: Result | undefined): void => {
    errors.push(...(result?.errors ?? []));
    score += result?.score ?? 0;
  };
  const anyOf = schemasAt(schema, 'anyOf').map((each) => validate(each, value, path));
  if (anyOf.length > 0) {
    const success = anyOf.find(isFine);
    if (success === undefined) say('must validate at least one schema (anyOf)');
    take(success ?? best(anyOf));
  }
  const oneOf = schemasAt(schema, 'oneOf').map((each) => validate(each, value, path));
  if (oneOf.length > 0) {
    const fine = oneOf.filter(isFine);
    const found = fine.length === 0 ? 'Found none valid' : `Found ${fine.length} valid alternatives`;
    if (fine.length !== 1) say(`must validate one and only one schema (oneOf). ${found}`);
    if (fine.length < 2) take(fine[0] ?? best(oneOf));
  }
  const allOf = schemasAt(schema, 'allOf').map((each) => validate(each, value, path));
  for (const each of allOf) take(each);
  if (!allOf.every(isFine)) say(`must validate all the schemas (allOf)${allOf.some(isFine) ? '' : '. None validated'}`);
  const not = schemaAt(schema, 'not');
  if (not !== undefined && isFine(validate(not, value, path))) say('must not validate the schema (not)');
  return { errors, score: score + 1 };
}

function isFine({ errors }: Result): boolean {
  return errors.length === 0;
}

function best(results: readonly Result[]): Result | undefined {
  return results.reduce<Result | undefined>((a, b) => (a === undefined || b.score > a.score ? b : a), undefined);
}

function textErrors(schema: Schema, value: JsonValue, path: string): readonly FieldError[] {
  if (typeof value !== 'string') return [];
  const field = shown(path);
  const errors: FieldError[] = [];
  const length = [...value].length;
  const max = numberAt(schema, 'maxLength');
  const min = numberAt(schema, 'minLength');
  const pattern = textAt(schema, 'pattern');
  // Of a text's length and pattern the first that is wrong is told.
  if (max !== undefined && length > max) errors.push(tooLong(field, max));
  else if (min !== undefined && length < min) {
    errors.push(invalid(field, value, `${path} in body should be at least ${min} chars long`));
  } else if (pattern !== '' && !hasPattern(pattern, value)) {
    errors.push(invalid(field, value, `${path} in body should match '${pattern}'`));
  }
  const format = formatOf(schema);
  if (format !== '' && !hasFormat(format, value)) {
    errors.push(typeInvalid(field, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`));
  }
  return errors;
}

function hasPattern(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  return 'problem' in compiled || matches(compiled, text);
}

function numberErrors(schema: Schema, value: JsonValue, path: string): readonly FieldError[] {
  if (typeof value !== 'number' && typeof value !== 'bigint') return [];
  const field = shown(path);
  const errors: FieldError[] = [];
  const say = (detail: string): void => {
    errors.push(invalid(field, value, detail));
  };
  errors.push(...rangeErrors(schema, value, path));
  const factor = numberAt(schema, 'multipleOf');
  const number = Number(value);
  if (factor !== undefined) {
    const whole = Number.isInteger(number);
    const used = whole ? Math.trunc(factor) : factor;
    if (used <= 0)
      errors.push(invalid(field, used, `factor MultipleOf declared for ${path} must be positive: ${goNumber(used)}`));
    else if (!isMultiple(number, used)) say(`${path} in body should be a multiple of ${goNumber(used)}`);
  }
  const max = numberAt(schema, 'maximum');
  if (max !== undefined) {
    const exclusive = schema['exclusiveMaximum'] === true;
    if (exclusive ? number >= max : number > max) {
      say(`${path} in body should be less than ${exclusive ? '' : 'or equal to '}${goNumber(max)}`);
    }
  }
  const min = numberAt(schema, 'minimum');
  if (min !== undefined) {
    const exclusive = schema['exclusiveMinimum'] === true;
    if (exclusive ? number <= min : number < min) {
      say(`${path} in body should be greater than ${exclusive ? '' : 'or equal to '}${goNumber(min)}`);
    }
  }
  return errors;
}

/** Whether a number fits the width that the schema gives it. */
function rangeErrors(schema: Schema, value: number | bigint, path: string): readonly FieldError[] {
  const type = textAt(schema, 'type');
  const format = textAt(schema, 'format');
  if (type !== 'integer') return [];
  const number = Number(value);
  const fits = Number.isInteger(number) && (format !== 'int32' || (number >= -(2 ** 31) && number < 2 ** 31));
  if (fits) return [];
  const what = format === '' ? 'integer (default format)' : `integer with format ${format}`;
  return [invalid(NOWHERE, '', `Checked value must be of type ${what} in ${path}`)];
}

function isMultiple(value: number, factor: number): boolean {
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(times - Math.round(times)) < 1e-9;
}

function listErrors(schema: Schema, value: JsonValue, path: string): readonly FieldError[] {
  if (!isArray(value)) return [];
  const items = schemaAt(schema, 'items');
  const errors = items === undefined ? [] : value.flatMap((item, i) => valueErrors(items, item, `${path}[${i}]`));
  const min = numberAt(schema, 'minItems');
  const max = numberAt(schema, 'maxItems');
  if (min !== undefined && value.length < min) {
    errors.push(invalid(shown(path), value.length, `${path} in body should have at least ${min} items`));
  }
  if (max !== undefined && value.length > max) errors.push(tooMany(shown(path), value.length, max));
  const doubled = value.some((item, i) => value.findIndex((other) => sameJson(other, item)) < i);
  if (schema['uniqueItems'] === true && doubled) {
    errors.push(invalid(shown(path), '', `${path} in body shouldn't contain duplicates`));
  }
  return errors;
}

function enumErrors(schema: Schema, value: JsonValue, path: string): readonly FieldError[] {
  const choices = own(schema, 'enum');
  if (!isArray(choices) || choices.some((choice) => sameJson(choice, value))) return [];
  const texts = choices.map((choice) => (typeof choice === 'string' ? choice : JSON.stringify(choice)));
  return [notSupported(shown(path), value, texts)];
}

function objectErrors(schema: Schema, value: JsonValue, path: string): readonly FieldError[] {
  if (!isObject(value)) return [];
  const errors: FieldError[] = [];
  const keys = Object.keys(value).sort();
  const min = numberAt(schema, 'minProperties');
  const max = numberAt(schema, 'maxProperties');
  if (min !== undefined && keys.length < min) {
    errors.push(invalid(shown(path), keys.length, `${path} in body should have at least ${min} properties`));
  }
  if (max !== undefined && keys.length > max) errors.push(tooMany(shown(path), keys.length, max));
  errors.push(...undeclaredErrors(schema, value, keys, path));
  for (const [name, property] of propertiesOf(schema)) {
    const member = own(value, name);
    if (member !== undefined) errors.push(...valueErrors(property, member, path === '' ? name : `${path}.${name}`));
  }
  for (const name of textsAt(schema, 'required')) {
    if (own(value, name) === undefined) errors.push(required(path === '' ? name : at(shown(path), name)));
  }
  return errors;
}

function undeclaredErrors(
  schema: Schema,
  value: JsonObject,
  keys: readonly string[],
  path: string,
): readonly FieldError[] {
  const additional = additionalOf(schema);
  const others = keys.filter((key) => propertyOf(schema, key) === undefined);
  if (additional === false) {
    return others.map((key) => invalid(shown(path), key, `${path}.${key} in body is a forbidden property`));
  }
  if (!isObject(additional)) return [];
  return others.flatMap((key) => valueErrors(additional, own(value, key) ?? null, `${path}.${key}`));
}
