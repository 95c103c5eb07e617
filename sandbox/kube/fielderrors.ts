// What is wrong with an object, field by field, and the Status (422 Invalid) that says so.

import { goJson, goNumber, quote } from './go/text.ts';
import type { JsonValue } from './json.ts';
import { groupKind } from './resource.ts';
import { failure, type StatusError, type V1StatusCause } from './status.ts';

/** Kinds of errors: `reason` in a cause → how the message begins. */
const TITLES = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueTooFew: 'Too few',
  FieldValueTooShort: 'Too short',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
} as const;

export type FieldErrorReason = keyof typeof TITLES;

/** One field and what is wrong with it: `field: message`. */
export interface FieldError {
  readonly reason: FieldErrorReason;
  /** `spec.containers[0].image`, `metadata.labels`. */
  readonly field: string;
  /** `Invalid value: "x": must be ...`: all but the field. */
  readonly message: string;
}

/** A value in a message whose text is given, because it isn't shown as plain JSON. */
export interface ShownAs {
  readonly [SHOWN]: string;
}

const SHOWN = Symbol('shown');

/** A value that a message shows in exactly these characters. */
export function shownAs(text: string): ShownAs {
  return { [SHOWN]: text };
}

/** A string of a named Go type (`core.Protocol`) is shown as JSON, not by `%q`: `<` reads `\u003c`. */
export function shownAsJson(value: JsonValue): ShownAs {
  return shownAs(goJson(value));
}

/** A map is shown with its keys sorted; a struct keeps the order in which its fields are given. */
export function shownAsMap(value: JsonValue): ShownAs {
  return shownAs(goJson(value, 'sorted'));
}

export type ShownValue = JsonValue | ShownAs;

/** A path to a field: names are joined by dots, numbers are indices. `at('spec', 'containers', 0, 'image')`. */
export function at(path: string, ...steps: readonly (string | number)[]): string {
  let result = path;
  for (const step of steps) {
    if (typeof step === 'number') result += `[${step}]`;
    else result += result === '' ? step : `.${step}`;
  }
  return result;
}

/** The path to a map's entry: `metadata.labels[a/b]`. */
export function atKey(path: string, key: string): string {
  return `${path}[${key}]`;
}

export function required(field: string, detail = ''): FieldError {
  return fieldError('FieldValueRequired', field, undefined, detail);
}

export function invalid(field: string, value: ShownValue, detail: string): FieldError {
  return fieldError('FieldValueInvalid', field, value, detail);
}

/** The value has the wrong type, which a CustomResourceDefinition's schema found out. */
export function typeInvalid(field: string, value: ShownValue, detail: string): FieldError {
  return fieldError('FieldValueTypeInvalid', field, value, detail);
}

export function notSupported(field: string, value: ShownValue, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(quote).join(', ')}`;
  return fieldError('FieldValueNotSupported', field, value, detail);
}

export function duplicate(field: string, value: ShownValue): FieldError {
  return fieldError('FieldValueDuplicate', field, value, '');
}

/** The field names something that isn't there. */
export function valueNotFound(field: string, value: ShownValue): FieldError {
  return fieldError('FieldValueNotFound', field, value, '');
}

export function forbiddenField(field: string, detail: string): FieldError {
  return fieldError('FieldValueForbidden', field, undefined, detail);
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return fieldError('FieldValueTooLong', field, undefined, `may not be more than ${counted(maxBytes, 'byte')}`);
}

export function tooLongCharacters(field: string, maxCharacters: number): FieldError {
  const detail = `may not be more than ${counted(maxCharacters, 'character')}`;
  return fieldError('FieldValueTooLong', field, undefined, detail);
}

export function tooShort(field: string, minCharacters: number): FieldError {
  return fieldError('FieldValueTooShort', field, undefined, `must be at least ${counted(minCharacters, 'character')}`);
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  return fieldError('FieldValueTooMany', field, actual, `must have at most ${counted(max, 'item')}`);
}

/** More than `max`, without saying how many there are. */
export function tooManyUncounted(field: string, max: number): FieldError {
  return fieldError('FieldValueTooMany', field, undefined, `must have at most ${counted(max, 'item')}`);
}

export function tooFew(field: string, actual: number, min: number): FieldError {
  return fieldError('FieldValueTooFew', field, actual, `must have at least ${counted(min, 'item')}`);
}

export function internalFieldError(field: string, detail: string): FieldError {
  return fieldError('InternalError', field, undefined, detail);
}

/** Any error; without a value the message shows none. */
export function fieldError(
  reason: FieldErrorReason,
  field: string,
  value: ShownValue | undefined,
  detail: string,
): FieldError {
  const shown = value === undefined ? '' : `: ${show(value)}`;
  return { reason, field, message: `${TITLES[reason]}${shown}${detail === '' ? '' : `: ${detail}`}` };
}

/** All messages as one text: alone as it is, several as `[a, b]`, equal ones once. Empty when there are none. */
export function aggregate(errors: readonly FieldError[]): string {
  return aggregateMessages(errors.map(({ field, message }) => `${field}: ${message}`));
}

/** The same for texts that are not about fields. */
export function aggregateMessages(messages: readonly string[]): string {
  const distinct = [...new Set(messages)];
  return distinct.length === 1 ? distinct.join() : distinct.length === 0 ? '' : `[${distinct.join(', ')}]`;
}

/** The failure of a request whose object has these errors: `Pod "x" is invalid: spec.a: Required value`. */
export function invalidObject(
  about: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const { group, kind } = about;
  const what = `${groupKind(about)} ${quote(name)} is invalid`;
  return failure(422, 'Invalid', errors.length === 0 ? what : `${what}: ${aggregate(errors)}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    ...(errors.length === 0 ? {} : { causes: errors.map(causeOf) }),
  });
}

/** An error as a cause in a Status' details. */
function causeOf({ reason, field, message }: FieldError): V1StatusCause {
  return { reason, message, ...(field === '' ? {} : { field }) };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function show(value: ShownValue): string {
  if (isShownAs(value)) return value[SHOWN];
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' ? goNumber(value) : goJson(value);
}

function isShownAs(value: ShownValue): value is ShownAs {
  return typeof value === 'object' && value !== null && SHOWN in value;
}
