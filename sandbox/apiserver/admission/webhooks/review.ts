// AdmissionReview: what a webhook is asked, and what it answers. What isn't an answer is told of in the real server's
// words.

import { decodeBase64 } from '../../../kube/base64.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import { goJson } from '../../../kube/text.ts';
import { DecodingError } from '../../../schema/errors.ts';
import { parseJson } from '../../../schema/json/parse.ts';
import type { Attributes } from '../chain.ts';
import type { PatchOperation } from '../expressions/patchvalues.ts';
import type { Matched } from '../matching.ts';
import { requestOf, type ShownObjects } from '../request.ts';

const GROUP = 'admission.k8s.io';
const VERSIONS = ['v1', 'v1beta1'];

/** The version in which a webhook is asked: the first of its own that the server speaks. */
export function reviewVersion(versions: readonly string[]): string | undefined {
  return versions.find((version) => VERSIONS.includes(version));
}

export function reviewText(
  { uid, version }: { readonly uid: string; readonly version: string },
  attributes: Attributes,
  matched: Matched,
  shown: ShownObjects,
): string {
  const { dryRun, options, ...request } = requestOf(attributes, matched);
  const whole = { uid, ...request, object: shown.object, oldObject: shown.oldObject, dryRun, options };
  return `${goJson({ kind: 'AdmissionReview', apiVersion: `${GROUP}/${version}`, request: whole } as JsonObject)}\n`;
}

export interface ReviewAnswer {
  readonly allowed: boolean;
  readonly warnings: readonly string[];
  /** Why not. */
  readonly status: JsonObject | undefined;
  readonly patch: readonly PatchOperation[];
}

/** The answer isn't one. */
export class InvalidAnswer {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Throws InvalidAnswer. */
export function readAnswer(
  text: string,
  { uid, version, mutating }: { readonly uid: string; readonly version: string; readonly mutating: boolean },
): ReviewAnswer {
  const review = parsed(text);
  const response = own(review, 'response');
  if (!isObject(response)) throw invalidAnswer('webhook response was absent');
  if (version === 'v1') checkIdentity(review, response, uid);
  const patch = own(response, 'patch');
  const patchText = typeof patch === 'string' ? patch : '';
  if (version === 'v1') checkPatchType(patchText, own(response, 'patchType'), mutating);
  const status = own(response, 'status');
  const warnings = own(response, 'warnings');
  return {
    allowed: own(response, 'allowed') === true,
    warnings: isArray(warnings) ? warnings.filter((warning) => typeof warning === 'string') : [],
    status: isObject(status) ? status : undefined,
    patch: mutating && patchText !== '' ? operationsOf(patchText) : [],
  };
}

function invalidAnswer(why: string): InvalidAnswer {
  return new InvalidAnswer(`received invalid webhook response: ${why}`);
}

function parsed(text: string): JsonObject {
  try {
    const { value } = parseJson(text);
    return isObject(value) ? value : {};
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    throw new InvalidAnswer(`failed to call webhook: couldn't get version/kind; json parse error: ${error.message}`);
  }
}

function checkIdentity(review: JsonObject, response: JsonObject, uid: string): void {
  const answered = textAt(response, 'uid');
  if (answered !== uid)
    throw invalidAnswer(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(answered)}`);
  const [apiVersion, kind] = [textAt(review, 'apiVersion'), textAt(review, 'kind')];
  if (apiVersion === `${GROUP}/v1` && kind === 'AdmissionReview') return;
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  throw invalidAnswer(
    `expected webhook response of ${GROUP}/v1, Kind=AdmissionReview, got ${group}/${version}, Kind=${kind}`,
  );
}

function textAt(object: JsonObject, name: string): string {
  const value = own(object, name);
  return typeof value === 'string' ? value : '';
}

function checkPatchType(patch: string, type: JsonValue | undefined, mutating: boolean): void {
  const given = type !== undefined && type !== null;
  if (!mutating) {
    if (patch !== '') throw invalidAnswer('validating webhook may not return response.patch');
    if (given) throw invalidAnswer('validating webhook may not return response.patchType');
    return;
  }
  if (patch !== '' && !given) throw invalidAnswer('webhook returned response.patch but not response.patchType');
  if (patch === '' && given) throw invalidAnswer('webhook returned response.patchType but not response.patch');
  if (type === '') throw invalidAnswer('webhook returned invalid response.patchType of ""');
  if (given && type !== 'JSONPatch') throw new InvalidAnswer(`unsupported patch type ${JSON.stringify(type)}`);
}

function operationsOf(patch: string): readonly PatchOperation[] {
  const undecodable = (why: string): InvalidAnswer =>
    new InvalidAnswer(`received undecodable patch in webhook response: ${why}`);
  try {
    const { value } = parseJson(UTF8.decode(decodeBase64(patch)));
    if (value === null) return [];
    if (!isArray(value)) throw undecodable('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
    return value.map((item) => (isObject(item) ? operationOf(item) : { op: '', path: '' }));
  } catch (error) {
    throw error instanceof DecodingError ? undecodable(error.message) : error;
  }
}

const UTF8 = new TextDecoder();

function operationOf(item: JsonObject): PatchOperation {
  const from = own(item, 'from');
  const value = own(item, 'value');
  return {
    op: textAt(item, 'op'),
    path: textAt(item, 'path'),
    ...(typeof from === 'string' ? { from } : {}),
    ...(value === undefined ? {} : { value }),
  };
}
