// The words in which kinds say what is wrong: small checks that many fields share. Each yields errors in the order in
// which the real server finds them; what is absent in the wire shape counts as Go's zero value.

import {
  at,
  type FieldError,
  invalid,
  notSupported,
  required,
  type ShownValue,
  shownAsJson,
} from '../../../kube/fielderrors.ts';
import { type JsonValue, sameJson } from '../../../kube/json.ts';
import { dns1123Label, dns1123Subdomain } from '../../../kube/names.ts';
import type { Errors } from '../../metadata.ts';

import { shownInternally } from './internal.ts';

export type { Errors } from '../../metadata.ts';

export const NEGATIVE = 'must be greater than or equal to 0';
export const NOT_POSITIVE = 'must be greater than zero';
export const IMMUTABLE = 'field is immutable';

/** One error for each problem that a rule has with the value. */
export function* problemsOf(field: string, value: ShownValue, problems: Iterable<string>): Errors {
  for (const problem of problems) yield invalid(field, value, problem);
}

export function* neededText(field: string, value: string | undefined, detail = ''): Errors {
  if (isBlank(value)) yield required(field, detail);
}

/** Absent and empty are one: Go has no third. */
export function isBlank(value: string | undefined): boolean {
  return value === undefined || value === '';
}

export function* nonNegative(field: string, value: number | undefined): Errors {
  if ((value ?? 0) < 0) yield invalid(field, value ?? 0, NEGATIVE);
}

export function* positive(field: string, value: number | undefined): Errors {
  if ((value ?? 0) <= 0) yield invalid(field, value ?? 0, NOT_POSITIVE);
}

/** A value of an enumerated type. Such values are shown as JSON. */
export function* oneOf(field: string, value: string | undefined, supported: readonly string[]): Errors {
  if (!supported.includes(value ?? '')) yield notSupported(field, shownAsJson(value ?? ''), supported);
}

/** The same, where the empty value is called missing. */
export function* neededOneOf(field: string, value: string | undefined, supported: readonly string[]): Errors {
  if (isBlank(value)) yield required(field);
  else yield* oneOf(field, value, supported);
}

/** The same, where only what isn't given at all is called missing. */
export function* givenOneOf(field: string, value: string | undefined, supported: readonly string[]): Errors {
  if (value === undefined) yield required(field);
  else yield* oneOf(field, value, supported);
}

export function* immutable(field: string, next: JsonValue | undefined, current: JsonValue | undefined): Errors {
  if (!sameJson(next, current)) yield invalid(field, shownAsJson(next ?? null), IMMUTABLE);
}

/** The same, where the value is shown as the server holds it inside. */
export function* immutableAs(
  type: string,
  field: string,
  next: JsonValue | undefined,
  current: JsonValue | undefined,
): Errors {
  if (!sameJson(next ?? null, current ?? null)) yield invalid(field, shownInternally(type, next), IMMUTABLE);
}

/** What a check finds in each item of a list: `spec.containers[0]`, `spec.containers[1]`. */
export function* eachItem<T>(
  items: readonly T[] | null | undefined,
  field: string,
  check: (item: T, field: string, index: number) => Errors,
): Errors {
  for (const [i, item] of (items ?? []).entries()) yield* check(item, at(field, i), i);
}

export function* labelName(field: string, value: string): Errors {
  yield* problemsOf(field, value, dns1123Label(value));
}

export function* subdomainName(field: string, value: string): Errors {
  yield* problemsOf(field, value, dns1123Subdomain(value));
}

/** Whether the check finds anything. */
export function isWrong(errors: Errors): boolean {
  for (const _ of errors) return true;
  return false;
}

/** The errors as a list: for the places that look at them before they pass them on. */
export function listOf(errors: Errors): readonly FieldError[] {
  return [...errors];
}
