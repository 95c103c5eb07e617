// Bodies of requests: limited in size, decoded as objects of the kind that the request is about.

import { invalid, invalidObject } from '../../kube/fielderrors.ts';
import type { JsonObject } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { apiVersion, type GroupVersionKind } from '../../kube/resource.ts';
import { badRequest, failure, StatusError } from '../../kube/status.ts';
import { type ExpectedKind, isVersionOf, readBody, readCustomBody, strictWarnings } from '../../schema/body.ts';
import { DecodingError } from '../../schema/errors.ts';
import type { Served } from '../registry.ts';
import { bodyFormat } from './accept.ts';
import type { HttpRequest } from './message.ts';

const BODY_BYTES_MAX = 3 * 1024 * 1024;

/** Throws 413. */
export function checkSize({ body }: HttpRequest): void {
  if (body.length <= BODY_BYTES_MAX) return;
  throw failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_BYTES_MAX}`);
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Decodes the body of a write. What is odd about it goes to `warn`, or is refused by strict validation. */
export function readObject(
  request: HttpRequest,
  expected: ExpectedKind,
  validation: FieldValidation,
  warn: (text: string) => void,
): KubeObject {
  const read = decoding(() => readBody(request.body, bodyFormat(request.headers), expected));
  const { gvk, value, strict } = read;
  checkStrict(
    strict,
    `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${expected.kind}`,
    validation,
    warn,
  );
  checkVersion(gvk, expected);
  return value as KubeObject;
}

/** Decodes a custom resource: what its schema doesn't know is odd. */
export function readCustomObject(
  request: HttpRequest,
  expected: Served['type'],
  normalise: NonNullable<Served['normalise']>,
  validation: FieldValidation,
  warn: (text: string) => void,
): KubeObject {
  const read = decoding(() => readCustomBody(request.body, bodyFormat(request.headers), expected));
  const { gvk, strict } = read;
  const what = `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${expected.kind}`;
  const { value, unknown } = explaining(what, () => normalise(read.value));
  const found = [...strict, ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`)];
  checkStrict(found, what, validation, warn);
  checkVersion(gvk, expected);
  const object = typed(value, expected);
  if (gvk.kind === expected.kind) return object;
  const wrong = invalid('kind', gvk.kind, `must be ${expected.kind}`);
  throw invalidObject({ group: gvk.group, kind: gvk.kind }, object.metadata?.name ?? '', [wrong]);
}

function explaining<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof StatusError ? badRequest(`${what}: ${error.message}`) : error;
  }
}

function checkVersion(gvk: GroupVersionKind, expected: Pick<ExpectedKind, 'group' | 'version' | 'alike'>): void {
  if (isVersionOf(gvk, expected)) return;
  const is = `the API version in the data (${apiVersion(gvk)})`;
  throw badRequest(`${is} does not match the expected API version (${apiVersion(expected)})`);
}

/** Refuses, or warns of, what strict decoding found. */
function checkStrict(
  strict: readonly string[],
  what: string,
  validation: FieldValidation,
  warn: (text: string) => void,
): void {
  if (strict.length === 0 || validation === 'Ignore') return;
  if (validation === 'Strict') throw badRequest(`${what}: strict decoding error: ${strict.join(', ')}`);
  for (const text of strictWarnings(strict)) warn(text);
}

/** What can't be decoded is a bad request. */
export function decoding<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DecodingError ? badRequest(error.message) : error;
  }
}

/** The object with the kind that it must have, which it may have left out. */
export function typed(object: JsonObject, { group, version, kind }: GroupVersionKind): KubeObject {
  return { kind, apiVersion: apiVersion({ group, version }), ...object };
}
