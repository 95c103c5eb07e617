// Requests about resources: read the options and the body, let the pipeline carry it out, write the answer.

import { quote } from '../../kube/go/text.ts';
import { isObject, type JsonObject } from '../../kube/json.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Answer, DeleteOptions, PatchType, Target } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { badRequest, failure } from '../../kube/status.ts';
import type { ExpectedKind } from '../../schema/body.ts';
import { decode } from '../../schema/decode/decode.ts';
import { kindIn, unreadable } from '../../schema/decode/kind.ts';
import { duplicatesIn } from '../../schema/decode/unstructured.ts';
import { DecodingError } from '../../schema/errors.ts';
import { parseJson } from '../../schema/json/parse.ts';
import type { ParsedJson } from '../../schema/json/reader.ts';
import { decodeMessage, readEnvelope } from '../../schema/protobuf/envelope.ts';
import { kindType } from '../../schema/schema.ts';
import { parseYaml } from '../../schema/yaml/parse.ts';
import type { Work } from '../../time/loop.ts';
import { partOf } from '../backend.ts';
import type { Served } from '../registry.ts';
import type { ApiServer } from '../server.ts';
import { defaulted, fromStored } from '../versions.ts';
import { bodyFormat, type MediaType, unsupportedMediaType } from './accept.ts';
import { checkSize, decoding, readCustomObject, readObject, typed } from './body.ts';
import { agreeOn, type Exchange, offerOf, respond } from './exchange.ts';
import { type HttpResponse, headerOf } from './message.ts';
import {
  checkDeleteOptions,
  checkListOptions,
  checkWriteOptions,
  type DeleteParameters,
  readDeleteOptions,
  readListOptions,
  readWriteOptions,
  withListDefaults,
} from './parameters.ts';
import { firstOf } from './query.ts';
import type { Route } from './routes.ts';

type Endpoint = Extract<Route, { readonly kind: 'endpoint' }>;

export interface ResourceRequest {
  readonly exchange: Exchange;
  readonly endpoint: Endpoint;
  readonly target: Target;
  readonly server: ApiServer;
}

export function* serveResource(request: ResourceRequest): Work<HttpResponse> {
  const { endpoint } = request;
  switch (endpoint.verb) {
    case 'get':
      return yield* serveGet(request);
    case 'list':
      return yield* serveList(request);
    case 'create':
      return yield* serveCreate(request);
    case 'update':
      return yield* serveUpdate(request);
    case 'patch':
      return yield* servePatch(request);
    case 'delete':
      return yield* serveDelete(request);
    case 'deletecollection':
      return yield* serveDeleteCollection(request);
    case 'watch':
      throw new Error('watches are streams');
    default:
      return endpoint.verb satisfies never;
  }
}

function* serveGet({ exchange, endpoint, target, server }: ResourceRequest): Work<HttpResponse> {
  const media = mediaFor(exchange, endpoint);
  checkExport(exchange);
  const resourceVersion = firstOf(exchange.query, 'resourceVersion') ?? '';
  const options = resourceVersion === '' ? {} : { options: { resourceVersion } };
  const answer = yield* server.perform({ verb: 'get', target, ...options }, exchange.caller);
  return finish(exchange, media, endpoint.served, answer);
}

function checkExport({ query }: Exchange): void {
  const value = firstOf(query, 'export');
  if (value === undefined || value === '0' || value.toLowerCase() === 'false') return;
  throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
}

function* serveList({ exchange, endpoint, target, server }: ResourceRequest): Work<HttpResponse> {
  const media = mediaFor(exchange, endpoint);
  const options = withListDefaults(readListOptions(exchange.query));
  checkListOptions(options);
  const answer = yield* server.perform({ verb: 'list', target, options }, exchange.caller);
  return finish(exchange, media, endpoint.served, answer);
}

function* serveCreate({ exchange, endpoint, target, server }: ResourceRequest): Work<HttpResponse> {
  const media = mediaFor(exchange, endpoint);
  bodyFormat(exchange.request.headers);
  checkSize(exchange.request);
  const options = checkWriteOptions('CreateOptions', readWriteOptions(exchange.query));
  const object = bodyObject(exchange, endpoint, options.fieldValidation ?? 'Warn');
  const answer = yield* server.perform({ verb: 'create', target, object, options }, exchange.caller);
  return finish(exchange, media, endpoint.served, answer);
}

function* serveUpdate({ exchange, endpoint, target, server }: ResourceRequest): Work<HttpResponse> {
  const media = mediaFor(exchange, endpoint);
  checkSize(exchange.request);
  const options = checkWriteOptions('UpdateOptions', readWriteOptions(exchange.query));
  const object = bodyObject(exchange, endpoint, options.fieldValidation ?? 'Warn');
  const answer = yield* server.perform({ verb: 'update', target, object, options }, exchange.caller);
  return finish(exchange, media, endpoint.served, answer);
}

/** The form of the answer that both sides know. */
function mediaFor(exchange: Exchange, endpoint: Endpoint): MediaType {
  return agreeOn(exchange, offerOf(endpoint.served, hasTables(endpoint)));
}

/** Parts of an object that have a table; the others are answered as they are. */
const PARTS_WITH_TABLES = ['status', 'scale'];

function hasTables({ subresource }: Endpoint): boolean {
  return subresource === undefined || PARTS_WITH_TABLES.includes(subresource.name);
}

/** The kind of the bodies that an endpoint takes. */
function kindOfBody({ served, subresource }: Endpoint): ExpectedKind {
  const { group, version, kind } = served.type;
  if (subresource === undefined || (subresource.group === undefined && subresource.kind === kind)) {
    return { group, version, kind, type: served.structure };
  }
  const other = { group: subresource.group ?? group, version: subresource.version ?? version, kind: subresource.kind };
  const found = kindType(other.group, other.version, other.kind);
  if (found === undefined) throw new Error(`${other.kind} has no type`);
  const part = partOf(served, subresource?.name ?? '');
  return part?.type === 'act' && part.alike !== undefined ? { ...found, alike: part.alike } : found;
}

function bodyObject(exchange: Exchange, endpoint: Endpoint, validation: 'Strict' | 'Warn' | 'Ignore'): KubeObject {
  const { served, subresource } = endpoint;
  const warn = (text: string): void => {
    exchange.warnings.push(text);
  };
  if (served.normalise !== undefined && subresource?.kind !== 'Scale') {
    const read = readCustomObject(exchange.request, served.type, served.normalise, validation, warn);
    exchange.audit?.sent(read);
    return read;
  }
  const expected = kindOfBody(endpoint);
  const read = typed(readObject(exchange.request, expected, validation, warn), expected);
  // What the log has of it has its defaults already.
  exchange.audit?.sent(subresource === undefined ? fromStored(served, defaulted(served, read)) : read);
  return read;
}

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

function* servePatch({ exchange, endpoint, target, server }: ResourceRequest): Work<HttpResponse> {
  const type = patchTypeOf(exchange, endpoint.served);
  const media = mediaFor(exchange, endpoint);
  checkSize(exchange.request);
  const options = checkWriteOptions('PatchOptions', readWriteOptions(exchange.query), type === 'apply');
  const { value, strict } = yield* patchOf({ exchange, endpoint, target, server }, type);
  exchange.audit?.patched(value);
  const patch = { verb: 'patch', target, type, body: value, strict, options } as const;
  const answer = yield* server.perform(patch, exchange.caller);
  return finish(exchange, media, endpoint.served, answer);
}

function patchTypeOf({ request }: Exchange, { custom }: Served): PatchType {
  const type = PATCH_TYPES.get(headerOf(request.headers, 'content-type').split(';')[0] ?? '');
  if (type === undefined && !custom) throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (type === undefined || (custom && type === 'strategic')) {
    const possible = [...PATCH_TYPES].filter(([, each]) => each !== 'strategic');
    throw unsupportedMediaType(possible.map(([name]) => name));
  }
  return type;
}

/** A patch that can't be read is refused only where there is something to patch; apply can make what isn't there. */
function* patchOf({ exchange, target, server }: ResourceRequest, type: PatchType): Work<ReadPatch> {
  try {
    return readPatch(exchange.request.body, type);
  } catch (error) {
    const { subresource: _, ...object } = target;
    if (type !== 'apply') yield* server.perform({ verb: 'get', target: object }, exchange.caller);
    throw error;
  }
}

interface ReadPatch {
  readonly value: ParsedJson['value'];
  readonly strict: readonly string[];
}

function readPatch(body: Uint8Array, type: PatchType): ReadPatch {
  if (type === 'apply') {
    const parsed = decodingAs('error decoding YAML: error converting YAML to JSON: ', () => parseYaml(body));
    return { value: parsed.value, strict: parsed.strict === undefined ? [] : [parsed.strict] };
  }
  const prefix = type === 'strategic' ? '' : 'error decoding patch: ';
  const parsed = decodingAs(prefix, () => parseJson(body));
  return { value: parsed.value, strict: duplicatesIn(parsed) };
}

function decodingAs<T>(prefix: string, read: () => T): T {
  return decoding(() => {
    try {
      return read();
    } catch (error) {
      throw error instanceof Error && error.name === 'DecodingError' ? badRequest(prefix + error.message) : error;
    }
  });
}

function* serveDelete({ exchange, endpoint, target, server }: ResourceRequest): Work<HttpResponse> {
  const media = mediaFor(exchange, endpoint);
  const options = deleteOptions(exchange);
  const answer = yield* server.perform({ verb: 'delete', target, options }, exchange.caller);
  return finish(exchange, media, endpoint.served, answer);
}

function* serveDeleteCollection({ exchange, endpoint, target, server }: ResourceRequest): Work<HttpResponse> {
  const media = mediaFor(exchange, endpoint);
  const list = readListOptions(exchange.query);
  checkListOptions(withListDefaults(list));
  const options = deleteOptions(exchange);
  const answer = yield* server.perform({ verb: 'deletecollection', target, options, list }, exchange.caller);
  return finish(exchange, media, endpoint.served, answer);
}

/** A body's options count alone: the query is read only where there is no body. */
function deleteOptions({ request, query }: Exchange): DeleteOptions {
  checkSize(request);
  if (request.body.length === 0) return checkDeleteOptions(readDeleteOptions(query));
  return checkDeleteOptions(deleteBody(request.body, bodyFormat(request.headers)));
}

function deleteBody(body: Uint8Array, format: ReturnType<typeof bodyFormat>): DeleteParameters {
  const kind = kindType('', 'v1', 'DeleteOptions');
  if (kind === undefined) throw new Error('DeleteOptions have no type');
  const value = decoding(() => {
    if (format === 'protobuf') return decodeMessage(readEnvelope(body).raw, kind);
    const parsed = format === 'yaml' ? parseYaml(body) : jsonOf(body);
    checkDeleteKind(parsed);
    return decode(parsed, kind.type).value;
  });
  return deleteParameters(value);
}

function jsonOf(body: Uint8Array): ParsedJson {
  try {
    return parseJson(body);
  } catch (error) {
    throw error instanceof DecodingError ? unreadable(error.message) : error;
  }
}

/** The options of all groups and versions are the same; other kinds aren't options. */
function checkDeleteKind({ value, notes }: ParsedJson): void {
  const found = kindIn(value, notes);
  if (found.kind === '' || found.kind === 'DeleteOptions') return;
  const version = quote(apiVersion(found.version === '' ? { ...found, version: 'v1' } : found));
  throw badRequest(
    `no kind ${quote(found.kind)} is registered for version ${version} in scheme "pkg/runtime/scheme.go:111"`,
  );
}

function deleteParameters(value: JsonObject): DeleteParameters {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions, dryRun } = value;
  return {
    dryRun: Array.isArray(dryRun) ? dryRun.map(String) : [],
    gracePeriodSeconds: typeof gracePeriodSeconds === 'number' ? gracePeriodSeconds : undefined,
    propagationPolicy: typeof propagationPolicy === 'string' ? propagationPolicy : undefined,
    orphanDependents: typeof orphanDependents === 'boolean' ? orphanDependents : undefined,
    preconditions: isObject(preconditions) ? textsOf(preconditions) : undefined,
  };
}

function textsOf({ uid, resourceVersion }: JsonObject): NonNullable<DeleteParameters['preconditions']> {
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  };
}

function finish(
  exchange: Exchange,
  media: Parameters<typeof respond>[1],
  served: Served,
  { code, object, warnings }: Answer,
): HttpResponse {
  exchange.warnings.push(...warnings);
  return respond(exchange, media, served, code, object);
}
