// Proxies: requests that the API server passes on to pods, services and nodes.

import { parseIP } from '../../kube/ip.ts';
import type { NodeDoors, ProxiedRequest, ProxiedResponse } from '../../kube/nodedoor.ts';
import { badRequest, failure, notFound, type StatusError } from '../../kube/status.ts';
import { Endpoints, Pods, Services } from '../../schema/generated/resources.ts';
import type { V1EndpointAddress, V1Endpoints, V1Node, V1Pod, V1Service } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import type { HttpResponse } from '../http/message.ts';
import type { ResourceRequest } from '../http/resources.ts';
import type { KindContext } from '../kind.ts';
import { kubeletAddress, objectOf } from './location.ts';

interface Place {
  readonly scheme: 'http' | 'https';
  readonly ip: string;
  readonly port: number;
}

export function* serveProxy(request: ResourceRequest, nodes: NodeDoors, rest: string): Work<HttpResponse> {
  const { target } = request;
  if (target.resource === 'nodes') return yield* serveNode(request, nodes, rest);
  const place = target.resource === 'pods' ? yield* podPlace(request) : servicePlace(request);
  const redirect = rootRedirect(request, rest);
  if (redirect !== undefined) return redirect;
  const answer = yield* nodes.fetch(place, proxied(request, rest));
  if (answer === undefined) {
    throw unavailable(`error trying to reach service: dial tcp ${place.ip}:${place.port}: connect: connection refused`);
  }
  return passedOn(answer);
}

function* serveNode(request: ResourceRequest, nodes: NodeDoors, rest: string): Work<HttpResponse> {
  const { target, server, exchange } = request;
  const { name } = partsOf(target.name ?? '', 'node');
  yield* objectOf<V1Node>(server, { ...target, name }, exchange.caller);
  const redirect = rootRedirect(request, rest);
  if (redirect !== undefined) return redirect;
  const door = nodes.node(name);
  if (door === undefined) {
    const address = kubeletAddress(server, name, exchange.caller);
    throw unavailable(`error trying to reach service: dial tcp ${address}: connect: connection refused`);
  }
  return passedOn(yield* door.proxy(proxied(request, rest)));
}

function unavailable(message: string): StatusError {
  return failure(503, 'ServiceUnavailable', message);
}

interface Parts {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  readonly port: string;
}

/** Reads `name`, `name:port`, `scheme:name:port`. */
function partsOf(id: string, what: string): Parts {
  const parts = id.split(':');
  const [first = '', second = '', third = ''] = parts;
  const scheme = parts.length === 3 ? first : '';
  const wrong =
    parts.length > 3 ||
    !['', 'http', 'https'].includes(scheme) ||
    (parts.length > 1 ? (parts.length === 3 ? second : first) : first) === '';
  if (wrong) throw badRequest(`invalid ${what} request ${JSON.stringify(id)}`);
  const secure = scheme === 'https' ? 'https' : 'http';
  return parts.length === 3
    ? { scheme: secure, name: second, port: third }
    : { scheme: secure, name: first, port: second };
}

function* podPlace({ target, server, exchange }: ResourceRequest): Work<Place> {
  const { scheme, name, port } = partsOf(target.name ?? '', 'pod');
  const pod = yield* objectOf<V1Pod>(server, { ...target, name }, exchange.caller);
  const declared = pod.spec?.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  const ip = pod.status?.podIPs?.[0]?.ip ?? '';
  if (parseIP(ip) === undefined) throw badRequest('address not allowed');
  const number = port === '' ? (declared ?? (scheme === 'https' ? 443 : 80)) : Number(port);
  return { scheme, ip, port: number };
}

function servicePlace({ target, server, exchange }: ResourceRequest): Place {
  const { scheme, name, port } = partsOf(target.name ?? '', 'service');
  const context = server.context(exchange.caller, false, []);
  const service = context.get<V1Service>(Services, target.namespace, name);
  if (service === undefined) throw notFound({ group: '', kind: 'services', name });
  const portName = /^[+-]?[0-9]+$/.test(port) ? namedPort(service, Number(port)) : port;
  const endpoints = context.get<V1Endpoints>(Endpoints, target.namespace, name);
  if (endpoints === undefined) throw notFound({ group: '', kind: 'services', name });
  const subsets = endpoints.subsets ?? [];
  if (subsets.length === 0) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  for (const { ports = [], addresses = [] } of subsets) {
    const found = ports.find((each) => (each.name ?? '') === portName);
    const address = addresses.find((each) => isOfPod(each, target.namespace, context));
    if (found !== undefined && address !== undefined) return { scheme, ip: address.ip, port: found.port };
  }
  throw unavailable(`no endpoints available for service ${JSON.stringify(target.name)}`);
}

/** Nothing is passed on to addresses that aren't those of pods. */
function isOfPod({ ip, targetRef }: V1EndpointAddress, namespace: string | undefined, context: KindContext): boolean {
  if (targetRef === undefined || targetRef.namespace !== namespace) return false;
  const pod = context.get<V1Pod>(Pods, namespace, targetRef.name ?? '');
  return pod?.status?.podIPs?.some((each) => each.ip === ip) === true;
}

function namedPort({ spec, metadata }: V1Service, number: number): string {
  const found = (spec?.ports ?? []).find(({ port }) => port === number);
  if (found !== undefined) return found.name ?? '';
  throw unavailable(`no service port ${number} found for service ${JSON.stringify(metadata?.name ?? '')}`);
}

/** Whoever asks for the root without its slash is sent to where relative links work. */
function rootRedirect({ exchange }: ResourceRequest, rest: string): HttpResponse | undefined {
  const { method, target } = exchange.request;
  if (rest !== '' || (method !== 'GET' && method !== 'HEAD')) return undefined;
  const [path = '', query] = target.split('?', 2);
  return { status: 301, headers: { location: [`${path}/${query === undefined ? '' : `?${query}`}`] }, body: '' };
}

function proxied({ exchange }: ResourceRequest, rest: string): ProxiedRequest {
  const { method, target, headers, body, source } = exchange.request;
  const question = target.indexOf('?');
  const { authorization: _, ...passed } = headers;
  return {
    method,
    target: `${rest}${question < 0 ? '' : target.slice(question)}`,
    headers: { ...passed, 'x-forwarded-for': [source] },
    body,
  };
}

function passedOn({ status, headers, body }: ProxiedResponse): HttpResponse {
  return { status, headers: { 'cache-control': ['no-cache, private'], ...headers }, body };
}
