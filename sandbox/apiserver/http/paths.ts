// Paths that are no resources: discovery, documents, version and health.

import type { JsonObject } from '../../kube/json.ts';
import { failure, methodNotAllowed } from '../../kube/status.ts';
import { indentJson } from '../../schema/encode/json.ts';
import { aggregated, coreVersions, groupDocument, groupList, resourceList } from '../discovery/documents.ts';
import { openApiV2, openApiV3, openApiV3Paths } from '../openapi/documents.ts';
import { mergedDocuments } from '../openapi/merged.ts';
import { encodeOpenApiV2 } from '../openapi/protobuf.ts';
import type { ApiServer } from '../server.ts';
import { missing } from '../verbs/perform.ts';
import { PLAIN, prettyByDefault, routerRefusal, wantsAggregated } from './accept.ts';
import { partsOf } from './address.ts';
import { encodeDocument } from './encode.ts';
import { agreeOn, type Exchange } from './exchange.ts';
import { HEALTH_PATHS, serveHealth } from './health.ts';
import { type HttpResponse, headerOf, textResponse } from './message.ts';
import { metricsText } from './metrics.ts';
import { VERSION } from './version.ts';

export function servePath(server: ApiServer, exchange: Exchange, address: string): HttpResponse {
  const { path, query } = exchange;
  const handler = ROUTED.get(trimmed(path)) ?? HANDLERS.get(path);
  if (handler !== undefined) return handler({ server, exchange, address });
  return (
    serveOpenApi(server, exchange) ??
    serveHealth(path, query) ??
    serveDiscovery(server, exchange, address) ??
    textResponse(404, '404 page not found\n')
  );
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

interface PathRequest {
  readonly server: ApiServer;
  readonly exchange: Exchange;
  readonly address: string;
}

type Handler = (request: PathRequest) => HttpResponse;

/** What the router serves, with a slash at the end or without, and by GET alone. */
const ROUTED: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['/version', ({ exchange }) => getOnly(exchange, () => written(VERSION))],
  [
    '/.well-known/openid-configuration',
    ({ exchange, address }) => getOnly(exchange, () => json(exchange, issuer(address))),
  ],
  ['/openid/v1/jwks', ({ exchange }) => getOnly(exchange, () => signingKeys(exchange))],
]);

/** What is served at these paths exactly, by any method. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['/', ({ server }) => written({ paths: pathsOf(server) })],
  ['/openapi/v2', ({ server, exchange }) => openApiDocument(server, exchange)],
  ['/openapi/v3', ({ server, exchange }) => plainJson(openApiPaths(server), exchange)],
  ['/metrics', () => metricsText()],
  ['/statusz', ({ exchange }) => page(exchange, 'statusz')],
  ['/flagz', ({ exchange }) => page(exchange, 'flagz')],
]);

const OPENAPI_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** Version 2 of OpenAPI is given as protobuf, too. */
function openApiDocument(server: ApiServer, exchange: Exchange): HttpResponse {
  const accepted = headerOf(exchange.request.headers, 'accept');
  if (!accepted.includes(OPENAPI_PROTOBUF)) return json(exchange, documentOf(server));
  const headers = { 'content-type': [OPENAPI_PROTOBUF.replace('@', '.')], vary: ['Accept'] };
  return { status: 200, headers, body: encodeOpenApiV2(documentOf(server)) };
}

/** This server's own document, with those of the others behind it, by their groups' priority. */
function documentOf(server: ApiServer): JsonObject {
  const others = [...server.aggregator.remotes()].sort(
    (a, b) => b.groupPriority - a.groupPriority || b.versionPriority - a.versionPriority,
  );
  return others.reduce(
    (document, { openApi2 }) => (openApi2 === undefined ? document : mergedDocuments(document, openApi2)),
    openApiV2(server),
  );
}

function getOnly({ request }: Exchange, answer: () => HttpResponse): HttpResponse {
  if (request.method !== 'GET') throw methodNotAllowed();
  return answer();
}

/** For people: indented, whatever is accepted, and without an end of line. */
function written(object: JsonObject): HttpResponse {
  const headers = { 'cache-control': ['no-cache, private'], 'content-type': ['application/json'] };
  return { status: 200, headers, body: indentJson(JSON.stringify(object)) };
}

function json(exchange: Exchange, object: JsonObject): HttpResponse {
  const media = { ...agreeOn(exchange, PLAIN), format: 'json' } as const;
  return encoded(media, object);
}

/** A document whose members stand in the order in which they were made. */
function document(exchange: Exchange, object: JsonObject): HttpResponse {
  return encoded(agreeOn(exchange, PLAIN), object);
}

/** The same where the router stands before it: it takes GET alone, and looks at what is accepted. */
function routedDocument(exchange: Exchange, object: JsonObject | undefined): HttpResponse {
  if (object === undefined) throw missing();
  return getOnly(exchange, () => {
    const refusal = routerRefusal(exchange.request.headers, 'usual');
    if (refusal !== undefined) throw refusal;
    return document(exchange, object);
  });
}

function encoded(media: Parameters<typeof encodeDocument>[1], object: JsonObject): HttpResponse {
  const { type, body } = encodeDocument(object, media);
  return { status: 200, headers: { 'cache-control': ['no-cache, private'], 'content-type': [type] }, body };
}

/** Where the documents of version 3 are, those of other servers too. */
function openApiPaths(server: ApiServer): JsonObject {
  const own = openApiV3Paths(server)['paths'] ?? {};
  const remotes = server.aggregator.remotes().flatMap(({ group, version, openApi }) => {
    return openApi === undefined ? [] : [[`apis/${group}/${version}`, { serverRelativeURL: openApi }] as const];
  });
  return { paths: { ...(own as JsonObject), ...Object.fromEntries(remotes) } };
}

/** The document of one group and version; what isn't there is answered with nothing. */
function serveOpenApi(server: ApiServer, exchange: Exchange): HttpResponse | undefined {
  const [, path] = /^\/openapi\/v3\/(.*?)\/?$/.exec(exchange.path) ?? [];
  if (path === undefined) return undefined;
  const found = openApiV3(server, path);
  return found === undefined ? { status: 404, headers: {}, body: '' } : json(exchange, found);
}

/** The list of documents says that it is text. */
function plainJson(object: JsonObject, exchange: Exchange): HttpResponse {
  const answer = json(exchange, object);
  return { ...answer, headers: { ...answer.headers, 'content-type': ['text/plain; charset=utf-8'] } };
}

function serveDiscovery(server: ApiServer, exchange: Exchange, address: string): HttpResponse | undefined {
  const { registry } = server;
  const [first, second = '', third = '', ...more] = partsOf(exchange.path);
  const depth = partsOf(exchange.path).length;
  if (more.length > 0 || (first !== 'api' && first !== 'apis')) return undefined;
  if (depth === 1) {
    const core = first === 'api';
    if (wantsAggregated(exchange.request.headers)) return allOf(exchange, aggregated(server, core));
    return core ? routedDocument(exchange, coreVersions(server, address)) : document(exchange, groupList(server));
  }
  if (first === 'api') return depth === 2 ? routedDocument(exchange, resourceList(registry, '', second)) : undefined;
  if (depth === 3) {
    const list = resourceList(registry, second, third);
    return list === undefined && !registry.builtinGroups.has(second) ? undefined : routedDocument(exchange, list);
  }
  const group = groupDocument(server, second);
  return group === undefined ? undefined : document(exchange, group);
}

function allOf(exchange: Exchange, object: JsonObject): HttpResponse {
  const pretty = prettyByDefault(exchange.request.headers, exchange.query);
  const answer = encoded({ format: 'json', pretty }, object);
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  return {
    ...answer,
    headers: { ...answer.headers, 'cache-control': ['public'], 'content-type': [type], vary: ['Accept'] },
  };
}

/** Every path that is served, as the root lists them. */
function pathsOf({ registry, aggregator }: ApiServer): readonly string[] {
  const versions = [...registry.all().map(({ type }) => type), ...aggregator.remotes()];
  const resources = versions.flatMap(({ group, version }) =>
    group === '' ? [`/api/${version}`] : [`/apis/${group}`, `/apis/${group}/${version}`],
  );
  return [...new Set([...FIXED_PATHS, ...HEALTH_PATHS, ...resources])].sort();
}

const FIXED_PATHS = [
  '/.well-known/openid-configuration',
  '/api',
  '/apis',
  '/apis/',
  '/flagz',
  '/metrics',
  '/metrics/slis',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/',
  '/openid/v1/jwks',
  '/statusz',
  '/version',
];

const ISSUER = 'https://kubernetes.default.svc.cluster.local';

function issuer(address: string): JsonObject {
  return {
    issuer: ISSUER,
    jwks_uri: `https://${address}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function signingKeys({ request }: Exchange): HttpResponse {
  const accept = headerOf(request.headers, 'accept');
  const type = 'application/jwk-set+json';
  if (accept === '' || accept.includes(type) || accept.includes('*/*')) {
    return { status: 200, headers: { 'content-type': [type] }, body: '{"keys":[]}' };
  }
  const why = `406: Not Acceptable\n\nAvailable representations: ${type}`;
  throw failure(406, 'NotAcceptable', why, {});
}

/** Pages about the server itself are for people: they are text only. */
function page({ request }: Exchange, name: string): HttpResponse {
  const accept = headerOf(request.headers, 'accept');
  if (accept.includes('text/plain') || accept.includes('*/*')) {
    return textResponse(200, `\napiserver ${name}\nWarning: This endpoint is not meant to be machine parseable\n`);
  }
  const types = 'application/json, application/yaml, text/plain';
  throw failure(406, 'NotAcceptable', `only the following media types are accepted: ${types}`);
}
