// Paths that are no resources: discovery, documents, version and health.

import type { JsonObject } from '../../kube/json.ts';
import { methodNotAllowed } from '../../kube/status.ts';
import { aggregated, coreVersions, groupDocument, groupList, resourceList } from '../discovery/documents.ts';
import type { ApiServer } from '../server.ts';
import { missing } from '../verbs/perform.ts';
import { PLAIN } from './accept.ts';
import { partsOf } from './address.ts';
import { agreeOn, type Exchange, write } from './exchange.ts';
import { type HttpResponse, headerOf, textResponse } from './message.ts';
import { VERSION } from './version.ts';

export function servePath(server: ApiServer, exchange: Exchange, address: string): HttpResponse {
  const { path, request } = exchange;
  const parts = partsOf(path);
  const [first, second, third, ...more] = parts;
  if (first === 'api' && parts.length === 1) {
    return discovery(
      exchange,
      () => coreVersions(server.registry, address),
      () => aggregated(server.registry, true),
    );
  }
  if (first === 'api' && parts.length === 2) return document(exchange, resourceList(server.registry, '', second ?? ''));
  if (first === 'apis' && parts.length === 1) {
    return discovery(
      exchange,
      () => groupList(server.registry),
      () => aggregated(server.registry, false),
    );
  }
  if (first === 'apis' && parts.length === 2) return document(exchange, groupDocument(server.registry, second ?? ''));
  if (first === 'apis' && third !== undefined && more.length === 0) {
    return document(exchange, resourceList(server.registry, second ?? '', third));
  }
  if (path === '/version' || path === '/version/') {
    if (request.method !== 'GET') throw methodNotAllowed();
    return document(exchange, VERSION);
  }
  if (/^\/(healthz|livez|readyz)$/.test(path)) return textResponse(200, 'ok');
  return textResponse(404, '404 page not found\n');
}

function document(exchange: Exchange, object: JsonObject | undefined): HttpResponse {
  if (object === undefined) throw missing();
  return write(exchange, agreeOn(exchange, PLAIN), 200, object);
}

/** The old form, or the aggregated one for who asks for it. */
function discovery(exchange: Exchange, legacy: () => JsonObject, all: () => JsonObject): HttpResponse {
  const accept = headerOf(exchange.request.headers, 'accept');
  if (!/as=APIGroupDiscoveryList/.test(accept)) return document(exchange, legacy());
  const answer = write(exchange, { format: 'json', pretty: false, convert: undefined }, 200, all());
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  return { ...answer, headers: { ...answer.headers, 'content-type': [type] } };
}
