// Requests whose answer streams from a node: logs, exec, attach, portforward, and proxies.

import type { NodeDoor, NodeDoors, Session } from '../../kube/nodedoor.ts';
import { badRequest, failure, forbidden, StatusError } from '../../kube/status.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import type { ChannelId } from '../../time/channel.ts';
import type { Work } from '../../time/loop.ts';
import { PLAIN } from '../http/accept.ts';
import { agreeOn } from '../http/exchange.ts';
import type { HttpResponse } from '../http/message.ts';
import type { ResourceRequest } from '../http/resources.ts';
import type { Bridges } from './bridges.ts';
import { containerOf, kubeletAddress, objectOf } from './location.ts';
import { readLogOptions, readPorts, readStreamOptions } from './podoptions.ts';
import { serveProxy } from './proxy.ts';

export interface ConnectDeps {
  readonly nodes: NodeDoors;
  readonly bridges: Bridges;
}

export function* serveConnect(request: ResourceRequest, deps: ConnectDeps, rest: string): Work<HttpResponse> {
  switch (request.target.subresource) {
    case 'log':
      return yield* serveLog(request, deps);
    case 'exec':
    case 'attach':
      return yield* serveStreams(request, deps);
    case 'portforward':
      return yield* servePorts(request, deps);
    default:
      return yield* serveProxy(request, deps.nodes, rest);
  }
}

function* serveLog({ exchange, target, server }: ResourceRequest, { nodes }: ConnectDeps): Work<HttpResponse> {
  const { namespace = '', name = '' } = target;
  agreeOn(exchange, PLAIN);
  const { container: asked, ...options } = readLogOptions(exchange.query, name);
  const pod = yield* objectOf<V1Pod>(server, target, exchange.caller);
  const container = containerOf(pod, asked);
  const node = pod.spec?.nodeName ?? '';
  if (node === '') return { status: 204, headers: {}, body: '' };
  const address = kubeletAddress(server, node, exchange.caller);
  const door = nodes.node(node);
  if (door === undefined) {
    const url = `https://${address}/containerLogs/${namespace}/${name}/${container}`;
    throw failure(500, '', `Get ${JSON.stringify(url)}: ${refused(address)}`);
  }
  const channel = yield* door.log({ ...options, namespace, pod: name, container });
  const headers = { 'cache-control': ['no-cache, private'], 'content-type': ['text/plain'] };
  return { status: 200, headers, body: { channel } };
}

function refused(address: string): string {
  return `dial tcp ${address}: connect: connection refused`;
}

/** A websocket is asked for by GET, and needs permission for what POST does, too. Why it isn't given is left out. */
function confirmCreation({ exchange, target, server }: ResourceRequest): void {
  const { request, caller } = exchange;
  if (request.webSocket === undefined || request.method !== 'GET') return;
  try {
    server.authorize('create', target, caller);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw forbidden({ group: '', kind: target.resource, name: target.name ?? '' }, '');
  }
}

/** The node of a pod. Throws BadRequest when it has none. */
function nodeOf({ metadata, spec }: V1Pod): string {
  const { nodeName = '' } = spec ?? {};
  if (nodeName === '') throw badRequest(`pod ${metadata?.name ?? ''} does not have a host assigned`);
  return nodeName;
}

const SESSION_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

function* serveStreams(request: ResourceRequest, { nodes, bridges }: ConnectDeps): Work<HttpResponse> {
  const { exchange, target, server } = request;
  confirmCreation(request);
  const { namespace = '', name = '' } = target;
  const { container: asked, ...streams } = readStreamOptions(exchange.query);
  const pod = yield* objectOf<V1Pod>(server, target, exchange.caller);
  const container = containerOf(pod, asked);
  const node = nodeOf(pod);
  const address = kubeletAddress(server, node, exchange.caller);
  const { protocol, messages } = agree(request, SESSION_PROTOCOLS);
  const where = { namespace, pod: name, container };
  const command = exchange.query.get('command') ?? [];
  const open = (door: NodeDoor): Work<Session> =>
    target.subresource === 'exec'
      ? door.exec({ ...where, ...streams, command })
      : door.attach({ ...where, ...streams });
  try {
    const door = nodes.node(node);
    if (door === undefined) throw unreachable(address, `/${target.subresource}/${namespace}/${name}/${container}`);
    return accepted(protocol, bridges.session(messages, yield* open(door)));
  } catch (error) {
    // The newest protocol is accepted first, and then told what is wrong.
    if (!(error instanceof StatusError) || protocol !== SESSION_PROTOCOLS[0]) throw error;
    return accepted(protocol, bridges.refusal(error.status));
  }
}

function unreachable(address: string, path: string): StatusError {
  const why = `error sending request: Post ${JSON.stringify(`https://${address}${path}`)}: ${refused(address)}`;
  return failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}

const PORT_PROTOCOLS = ['v4.channel.k8s.io'];

function* servePorts(request: ResourceRequest, { nodes, bridges }: ConnectDeps): Work<HttpResponse> {
  const { exchange, target, server } = request;
  confirmCreation(request);
  const { namespace = '', name = '' } = target;
  const ports = readPorts(exchange.query);
  const pod = yield* objectOf<V1Pod>(server, target, exchange.caller);
  const node = nodeOf(pod);
  const address = kubeletAddress(server, node, exchange.caller);
  const { protocol, messages } = agree(request, PORT_PROTOCOLS);
  if (ports.length === 0) throw badRequest('query parameter "ports" is required');
  const door = nodes.node(node);
  if (door === undefined) throw failure(500, '', `error dialing backend: ${refused(address)}`);
  const connections = [];
  for (const port of ports) {
    connections.push({ port, connection: yield* door.portForward({ namespace, pod: name }, port) });
  }
  return accepted(protocol, bridges.ports(messages, connections));
}

/** The first of the client's protocols that is spoken here. Throws BadRequest. */
function agree(
  { exchange }: ResourceRequest,
  known: readonly string[],
): { readonly protocol: string; readonly messages: ChannelId } {
  const { webSocket } = exchange.request;
  if (webSocket === undefined) throw badRequest('Upgrade request required');
  const protocol = webSocket.protocols.find((offered) => known.includes(offered));
  if (protocol === undefined) {
    throw badRequest(
      `unable to upgrade: unable to negotiate protocol: client supports [${webSocket.protocols.join(' ')}], server accepts [${known.join(' ')}]`,
    );
  }
  return { protocol, messages: webSocket.messages };
}

function accepted(protocol: string, messages: ChannelId): HttpResponse {
  return { status: 101, headers: {}, body: '', webSocket: { protocol, messages } };
}
