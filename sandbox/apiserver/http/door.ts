// The HTTP door: requests of clients outside become operations of the pipeline, and what comes of them becomes answers.
// The order of its steps is the real server's: what the path says, who asks, may they, is there such an endpoint.

import type { NodeDoors } from '../../kube/nodedoor.ts';
import type { Caller, UserInfo } from '../../kube/operation.ts';
import { groupResource } from '../../kube/resource.ts';
import { failure, methodNotAllowed, notFound, StatusError } from '../../kube/status.ts';
import type { Channels } from '../../time/channel.ts';
import type { Loop, Work } from '../../time/loop.ts';
import type { RemoteServer } from '../aggregation/aggregator.ts';
import { passOn } from '../aggregation/passing.ts';
import type { AuditedRequest, AuditLog, AuditRecord } from '../audit/log.ts';
import { impersonated } from '../auth/impersonation.ts';
import { partOf } from '../backend.ts';
import { type Bridges, type BridgesState, createBridges, newBridgesState } from '../connect/bridges.ts';
import { serveConnect } from '../connect/serve.ts';
import type { ApiServer } from '../server.ts';
import { missing } from '../verbs/perform.ts';
import { routerRefusal } from './accept.ts';
import { type Address, addressOf, type ResourceAddress } from './address.ts';
import { type AttemptsState, newAttemptsState, noteAttempt } from './attempts.ts';
import { describeColumn } from './columntexts.ts';
import { checkDeadline } from './deadline.ts';
import { type Exchange, respondError } from './exchange.ts';
import type { DescribeColumn } from './forms.ts';
import { type HttpRequest, type HttpResponse, headerOf, textResponse } from './message.ts';
import { servePath } from './paths.ts';
import { firstOf, parseTarget } from './query.ts';
import { serveResource } from './resources.ts';
import { routeOf, type Verb } from './routes.ts';
import { createStreams, newStreamsState, type Streams, type StreamsState } from './streams.ts';
import { serveWatch } from './watch.ts';

export interface DoorState {
  readonly streams: StreamsState;
  readonly bridges: BridgesState;
  readonly attempts: AttemptsState;
}

export function newDoorState(): DoorState {
  return { streams: newStreamsState(), bridges: newBridgesState(), attempts: newAttemptsState() };
}

export interface DoorDeps {
  readonly loop: Loop;
  readonly channels: Channels;
  readonly server: ApiServer;
  readonly seed: number;
  /** Who sends the request. Throws Unauthorized. */
  readonly authenticate: (request: HttpRequest) => UserInfo;
  /** Host and port under which clients find the server. */
  readonly address: string;
  readonly describe?: DescribeColumn;
  /** How nodes are reached; without it, none answers. */
  readonly nodes?: NodeDoors;
  /** Absent where nothing is audited. */
  readonly audit?: AuditLog;
  /** Told what went wrong inside, which clients aren't. */
  readonly log?: (error: unknown) => void;
}

export interface Door {
  /** Answers a request. It waits only where admission or a node makes it wait. */
  serve(request: HttpRequest): Work<HttpResponse>;
}

export function createDoor(state: DoorState, deps: DoorDeps): Door {
  const { loop, channels, server } = deps;
  const describe = deps.describe ?? describeColumn;
  const streams = createStreams(state.streams, {
    loop,
    channels,
    registry: server.registry,
    watches: server.watches,
    describe,
    converted: server.converted,
    revision: () => server.store.revision(),
  });
  const bridges = createBridges(state.bridges, loop, channels);

  return {
    *serve(request) {
      const { path, query } = parseTarget(request.target);
      if (path === undefined) return { ...textResponse(400, '400 Bad Request'), headers: PLAIN_TEXT };
      const address = addressOf(request.method, path, query);
      if (address.kind === 'broken') return brokenPath(request);
      const warnings: string[] = [];
      const exchange = { request, path, query, caller: NOBODY, now: loop.now(), age: loop.age(), describe, warnings };
      let caller = NOBODY;
      let audit: AuditRecord | undefined;
      try {
        checkDeadline(address, query);
        const own = callerOf(request, deps.authenticate(request));
        audit = deps.audit?.begin(auditedRequest(request, path, address, own));
        const user = impersonated(request.headers, own, deps.server.authorize);
        if (user !== own.user) audit?.actsAs(user);
        caller = audit === undefined ? { ...own, user } : { ...own, user, notes: audit.notes };
        const response = yield* answer(deps, { streams, bridges }, { ...exchange, caller, ...audited(audit) }, address);
        noteAttempt(state.attempts, address, caller, loop.now(), { code: response.status, warnings });
        audit?.finish(response.status, isStream(response) ? 'ResponseStarted' : 'ResponseComplete');
        return response;
      } catch (error) {
        if (error instanceof StatusError) warnings.push(...error.warnings);
        const response = failed(deps, { ...exchange, ...audited(audit) }, error);
        audit?.finish(response.status, error instanceof StatusError ? 'ResponseComplete' : 'Panic');
        const status = error instanceof StatusError ? { status: error.status } : {};
        noteAttempt(state.attempts, address, caller, loop.now(), { code: response.status, warnings, ...status });
        return response;
      }
    },
  };
}

function audited(audit: AuditRecord | undefined): { readonly audit?: AuditRecord } {
  return audit === undefined ? {} : { audit };
}

function auditedRequest(request: HttpRequest, path: string, address: Address, caller: Caller): AuditedRequest {
  const { user, userAgent, sourceIp = '' } = caller;
  const asked = { user, userAgent, sourceIp, path, requestURI: request.target };
  if (address.kind === 'resource') return { ...asked, verb: address.verb, target: address.target };
  return { ...asked, verb: request.method.toLowerCase() };
}

function isStream({ body, webSocket }: HttpResponse): boolean {
  return webSocket !== undefined || !(typeof body === 'string' || body instanceof Uint8Array);
}

const PLAIN_TEXT = { 'content-type': ['text/plain; charset=utf-8'] };
const NOBODY: Caller = { user: { name: '', groups: [] }, origin: { actor: '', causes: [] }, userAgent: '' };

function callerOf(request: HttpRequest, user: UserInfo): Caller {
  const userAgent = headerOf(request.headers, 'user-agent');
  const origin = request.origin ?? { actor: userAgent.split('/')[0] || user.name, causes: [] };
  return { user, origin, userAgent, sourceIp: request.source };
}

interface Carriers {
  readonly streams: Streams;
  readonly bridges: Bridges;
}

const UNREACHABLE: NodeDoors = {
  node: () => undefined,
  *fetch() {
    return undefined;
  },
};

function* answer(deps: DoorDeps, carriers: Carriers, exchange: Exchange, address: Address): Work<HttpResponse> {
  const { streams, bridges } = carriers;
  const { server } = deps;
  if (address.kind !== 'resource') {
    server.authorizePath(exchange.request.method.toLowerCase(), exchange.path, exchange.caller);
    const remote = remoteAt(server, exchange.path);
    if (remote !== undefined) return yield* passOn(exchange, remote);
    return servePath(server, exchange, deps.address);
  }
  server.authorize(address.verb, address.target, exchange.caller, firstOf(exchange.query, 'fieldSelector'));
  const remote = server.aggregator.find(address.target.group, address.target.version);
  if (remote !== undefined) return yield* passOn(exchange, remote);
  const route = routeOf(exchange.request.method, address, server.registry);
  if (route.kind === 'not found') return notServed(server, address.target);
  if (route.kind === 'not watchable') throw notWatchable(address.target);
  if (route.kind !== 'endpoint') throw methodNotAllowed();
  if (route.served.deprecation !== undefined) exchange.warnings.push(route.served.deprecation);
  const request = { exchange, endpoint: route, target: targetOf(address), server };
  const connects = partOf(route.served, address.target.subresource ?? '')?.type === 'connect';
  const forms = formsOf(route.verb, address);
  const refusal = connects && forms !== 'text' ? undefined : routerRefusal(exchange.request.headers, forms);
  if (refusal !== undefined) throw refusal;
  if (connects) {
    return yield* serveConnect(request, { nodes: deps.nodes ?? UNREACHABLE, bridges }, address.rest);
  }
  return route.verb === 'watch' ? serveWatch(request, streams, deps.seed) : yield* serveResource(request);
}

/** What an endpoint gives beside the usual formats. */
function formsOf(verb: Verb, { target }: ResourceAddress): 'usual' | 'streams' | 'text' {
  if (verb === 'list' || verb === 'watch') return 'streams';
  return target.resource === 'pods' && target.subresource === 'log' ? 'text' : 'usual';
}

/** The documents of a version that another server serves: those of discovery and of OpenAPI. */
function remoteAt({ aggregator }: ApiServer, path: string): RemoteServer | undefined {
  const [, group, version] = /^\/(?:openapi\/v3\/)?apis\/([^/]+)\/([^/]+)\/?$/.exec(path) ?? [];
  return group === undefined || version === undefined ? undefined : aggregator.find(group, version);
}

/** Of groups that aren't its own the server knows not even that they could be there. */
function notServed({ registry }: ApiServer, target: ResourceAddress['target']): HttpResponse {
  const { group, resource, version, name = '' } = target;
  // A custom resource without this subresource: the object is what isn't found.
  if (registry.find(group, version, resource)?.custom === true) throw notFound({ group, kind: resource, name });
  if (registry.builtinGroups.has(group)) throw missing();
  return textResponse(404, '404 page not found\n');
}

function notWatchable({ group, resource }: ResourceAddress['target']): Error {
  const what = groupResource({ group, resource });
  const message = `watch is not supported on resources of kind "${what}"`;
  return failure(405, 'MethodNotAllowed', message, { ...(group === '' ? {} : { group }), kind: resource });
}

/** A namespace is in none, although its path says so. */
function targetOf({ target }: ResourceAddress): ResourceAddress['target'] {
  if (target.group !== '' || target.resource !== 'namespaces') return target;
  const { namespace: _, ...rest } = target;
  return rest;
}

function brokenPath({ target }: HttpRequest): HttpResponse {
  const why = `failed to create RequestInfo: unable to determine kind and namespace from url, ${target}`;
  return textResponse(500, `Internal Server Error: ${JSON.stringify(target)}: ${why}\n`);
}

function failed(deps: DoorDeps, exchange: Exchange, error: unknown): HttpResponse {
  if (error instanceof StatusError) return respondError(exchange, error);
  deps.log?.(error);
  const message = 'This request caused apiserver to panic. Look in the logs for details.';
  return respondError(exchange, failure(500, 'InternalError', message));
}
