// AdmissionReview: what a webhook is asked, and what it answers. What isn't an answer is told of in the real server's
// words.

import type { PatchOperation } from '../../../kube/cel/admission/patchvalues.ts';
import { decodeBase64 } from '../../../kube/go/base64.ts';
import { goJson } from '../../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import { DecodingError } from '../../../schema/errors.ts';
import { parseJson } from '../../../schema/json/parse.ts';
import type { Attributes } from '../chain.ts';
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
  return `${goJson({ kind: 'AdmissionReview', apiVersion: `${GROUP}/${version}`, request: whole })}\n`;
}

export interface ReviewAnswer {
  readonly allowed: boolean;
  readonly warnings: readonly string[];
  /** Why not. */
  readonly status: JsonObject | undefined;
  readonly patch: readonly PatchOperation[];
  /** What it has to say to the audit log. */
  readonly auditAnnotations: Readonly<Record<string, string>>;
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
  const review = parsed(text, version);
  const response = own(review, 'response');
  if (!isObject(response)) throw invalidAnswer('webhook response was absent');
  checkAllowed(own(response, 'allowed'));
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
    auditAnnotations: textsIn(own(response, 'auditAnnotations')),
    patch: mutating && patchText !== '' ? operationsOf(patchText) : [],
  };
}

function textsIn(value: JsonValue | undefined): Readonly<Record<string, string>> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [])));
}

function invalidAnswer(why: string): InvalidAnswer {
  return new InvalidAnswer(`received invalid webhook response: ${why}`);
}

const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Throws InvalidAnswer for what isn't a review in this version; without a type it is taken for one. */
function parsed(text: string, version: string): JsonObject {
  const failed = (why: string): InvalidAnswer => new InvalidAnswer(`failed to call webhook: ${why}`);
  const value = parsedJson(text);
  if (!isObject(value)) {
    const what = `json: cannot unmarshal ${isArray(value) ? 'array' : typeof value} into Go value of type ${TYPE_META}`;
    throw failed(`couldn't get version/kind; json parse error: ${what}`);
  }
  const [apiVersion, kind] = [textAt(value, 'apiVersion'), textAt(value, 'kind')];
  if (apiVersion === '' && kind === '') return value;
  const [, given = ''] = apiVersion.split('/');
  if (kind === 'Status' && apiVersion === 'v1')
    throw failed(`converting (v1.Status) to (${version}.AdmissionReview): unknown conversion`);
  if (kind !== 'AdmissionReview' || !apiVersion.startsWith(`${GROUP}/`)) {
    throw failed(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  if (given !== version) {
    throw failed(`converting (${given}.AdmissionReview) to (${version}.AdmissionReview): unknown conversion`);
  }
  return value;
}

/** What is no JSON is taken for YAML by the server, and mostly that is a text. */
function parsedJson(text: string): JsonValue {
  try {
    return parseJson(text).value;
  } catch (error) {
    if (error instanceof DecodingError) return text;
    throw error;
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

function checkAllowed(allowed: JsonValue | undefined): void {
  if (allowed === undefined || allowed === null || typeof allowed === 'boolean') return;
  const type = isArray(allowed) ? 'array' : typeof allowed;
  const where = 'Go struct field AdmissionResponse.response.allowed of type bool';
  throw new InvalidAnswer(`failed to call webhook: json: cannot unmarshal ${type} into ${where}`);
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
