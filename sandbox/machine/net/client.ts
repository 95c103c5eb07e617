// An HTTP client as a step over a record: connects, sends, and waits for the head of the answer. Processes use it
// through `sys.http`; probes and the house itself use it directly.

import type { ChannelId } from '../../time/channel.ts';
import { after, type DurationMs, type TimeMs } from '../../time/units.ts';
import { bytesOf, NO_BYTES } from '../bytes.ts';
import { PENDING, type Pending } from '../calls.ts';
import type { Kernel } from '../context.ts';
import {
  formatRequest,
  type HeaderValue,
  HttpError,
  type HttpHeaders,
  httpHeader,
  httpHeaders,
  responseFraming,
  takeResponseHead,
} from '../http.ts';
import { type Buffer, fill, newBuffer } from '../streams/buffer.ts';
import { type Address, type Bytes, SysError, type TlsOptions } from '../sys.ts';
import { bodyOfBytes, bodyOfHouse, type HttpBody } from './body.ts';
import { advanceConnect, type ConnectCall, type Connected, connectCall } from './connect.ts';
import { beginExchange, cancelExchange } from './house.ts';
import type { Endpoint } from './namespace.ts';
import type { Caller } from './resolver.ts';
import { closeEndpoint, readEndpoint, writeEndpoint } from './sockets.ts';
import { presentedTo, verifyServer } from './tls.ts';

/** What is asked; a program's `HttpRequest`, taken apart. */
export interface ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly body: Bytes | string;
  readonly tls: TlsOptions | undefined;
  readonly timeout: DurationMs | undefined;
  /** The protocols to offer, when a websocket is asked for. */
  readonly webSocket: readonly string[] | undefined;
}

export interface HttpCall {
  readonly request: ClientRequest;
  readonly secure: boolean;
  readonly address: Address;
  readonly target: string;
  readonly deadline: TimeMs | undefined;
  readonly connect: ConnectCall;
  endpoint: Endpoint | undefined;
  /** What is left to be sent. */
  toSend: Bytes;
  readonly received: Buffer;
  exchange: number | undefined;
}

export interface HttpResult {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: HttpBody;
  /** Where a websocket was accepted: by the house, or on a connection with what has arrived beyond the head. */
  readonly upgraded:
    | (
        | {
            readonly kind: 'house';
            readonly incoming: ChannelId;
            readonly outgoing: ChannelId;
            readonly protocol: string;
          }
        | {
            readonly kind: 'endpoint';
            readonly endpoint: Endpoint;
            readonly received: Buffer;
            readonly protocol: string;
          }
      )
    | undefined;
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443 };
const BLOCK = 65_536;
const PLAIN_TO_TLS = 'Client sent an HTTP request to an HTTPS server.\n';

/** EINVAL when the URL is none. */
export function httpCall(kernel: Kernel, request: ClientRequest): HttpCall {
  const { scheme, address, target } = parseUrl(request.url);
  const secure = scheme === 'https' || scheme === 'wss';
  const deadline = request.timeout === undefined ? undefined : after(kernel.now(), request.timeout);
  return {
    request,
    secure,
    address,
    target,
    deadline,
    connect: connectCall(kernel, address, request.timeout, secure),
    endpoint: undefined,
    toSend: NO_BYTES,
    received: newBuffer(),
    exchange: undefined,
  };
}

interface Url {
  readonly scheme: string;
  readonly address: Address;
  readonly target: string;
}

export function parseUrl(url: string): Url {
  const colon = url.indexOf('://');
  const scheme = url.slice(0, Math.max(0, colon)).toLowerCase();
  const defaultPort = Object.hasOwn(PORTS, scheme) ? PORTS[scheme] : undefined;
  if (defaultPort === undefined) throw new SysError('EINVAL', `unsupported protocol scheme "${scheme}"`);
  const rest = (url.slice(colon + 3).split('#')[0] ?? '').replace(/^[^/?]{0,512}@/, '');
  const end = rest.search(/[/?]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const path = end < 0 ? '/' : rest.slice(end);
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/.exec(authority);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) throw new SysError('EINVAL', 'invalid URL');
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  return { scheme, address: { host, port }, target: path.startsWith('?') ? `/${path}` : path };
}

/** ETIMEDOUT, ETLS, ECONNRESET (`EOF` when the server went without an answer) and what `advanceConnect` throws. */
export function advanceHttp(kernel: Kernel, caller: Caller, call: HttpCall): HttpResult | Pending {
  const result = step(kernel, caller, call);
  if (result !== PENDING || call.deadline === undefined) return result;
  if (kernel.now() >= call.deadline) {
    const connected = call.endpoint !== undefined || call.exchange !== undefined;
    disposeHttp(kernel, call);
    throw new SysError('ETIMEDOUT', connected ? 'no answer in time' : 'ETIMEDOUT');
  }
  kernel.wakeAt(caller.id, call.deadline);
  return PENDING;
}

function step(kernel: Kernel, caller: Caller, call: HttpCall): HttpResult | Pending {
  if (call.exchange !== undefined) return houseResult(kernel, call, call.exchange);
  if (call.endpoint === undefined) {
    const connected = advanceConnect(kernel, caller, call.connect);
    if (connected === PENDING) return PENDING;
    if (connected.kind === 'house') {
      const presented = kernel.fabric.service(connected.service)?.certificate;
      if (call.request.tls?.handshakeOnly === true && presented !== undefined) return presentation(presented);
      call.exchange = askHouse(kernel, caller, call, connected);
      return PENDING;
    }
    call.endpoint = connected.endpoint;
    const early = handshake(kernel, call, connected);
    if (early !== undefined) return early;
  }
  const { endpoint } = call;
  if (!sendRequest(kernel, caller, call, endpoint)) return PENDING;
  return receiveHead(kernel, caller, call, endpoint);
}

/** TLS, or its absence where it is expected; otherwise the request is ready to be sent. */
function handshake(
  kernel: Kernel,
  call: HttpCall,
  { endpoint, listener }: Extract<Connected, { kind: 'endpoint' }>,
): HttpResult | undefined {
  const { request, secure, address } = call;
  if (secure && listener.tls === undefined) {
    disposeHttp(kernel, call);
    throw new SysError('ETLS', 'http: server gave HTTP response to HTTPS client');
  }
  if (!secure && listener.tls !== undefined) {
    closeEndpoint(kernel, endpoint);
    const headers = httpHeaders([['content-type', 'text/plain; charset=utf-8']]);
    return { status: 400, headers, body: bodyOfBytes(bytesOf(PLAIN_TO_TLS)), upgraded: undefined };
  }
  if (listener.tls !== undefined) {
    try {
      const presented = presentedTo(listener.tls, request.tls?.serverName ?? address.host);
      if (request.tls?.handshakeOnly === true) {
        closeEndpoint(kernel, endpoint);
        return presentation(presented);
      }
      verifyServer(kernel.readCertificates, presented, request.tls, address.host, kernel.now());
    } catch (error) {
      disposeHttp(kernel, call);
      throw error;
    }
  }
  call.toSend = requestText(call);
  return undefined;
}

/** What a server presents, for who asks for nothing more. */
function presentation(presented: string): HttpResult {
  return { status: 0, headers: httpHeaders([]), body: bodyOfBytes(bytesOf(presented)), upgraded: undefined };
}

function requestText({ request, secure, address, target }: HttpCall): Bytes {
  const given = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), [name, value] as const]),
  );
  const usual = address.port === (secure ? 443 : 80);
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const body = bytesOf(request.body);
  const entries: (readonly [string, HeaderValue])[] = [
    given.get('host') ?? ['Host', usual ? host : `${host}:${address.port}`],
  ];
  for (const [key, entry] of given) if (key !== 'host') entries.push(entry);
  if (body.length > 0 && !given.has('content-length')) entries.push(['Content-Length', String(body.length)]);
  if (request.webSocket !== undefined) entries.push(...upgradeHeaders(request.webSocket));
  else if (!given.has('connection')) entries.push(['Connection', 'close']);
  return formatRequest(request.method, target, entries, body);
}

function upgradeHeaders(protocols: readonly string[]): readonly (readonly [string, string])[] {
  return [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', 'azhzLWxlYXJuLXNhbmRib3g='],
    ['Sec-WebSocket-Version', '13'],
    ...(protocols.length === 0 ? [] : [['Sec-WebSocket-Protocol', protocols.join(', ')] as const]),
  ];
}

/** False while there is no room. A server that doesn't want the rest may have answered already. */
function sendRequest(kernel: Kernel, caller: Caller, call: HttpCall, endpoint: Endpoint): boolean {
  try {
    while (call.toSend.length > 0) {
      const sent = writeEndpoint(kernel, caller.id, endpoint, call.toSend);
      if (sent === PENDING) return false;
      call.toSend = call.toSend.subarray(sent);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    call.toSend = NO_BYTES;
  }
  return true;
}

function receiveHead(kernel: Kernel, caller: Caller, call: HttpCall, endpoint: Endpoint): HttpResult | Pending {
  for (;;) {
    const head = takeHead(kernel, call);
    if (head !== undefined && (head.status === 101 || head.status >= 200)) {
      const protocol = httpHeader(head.headers, 'sec-websocket-protocol') ?? '';
      const upgraded =
        head.status === 101 ? ({ kind: 'endpoint', endpoint, received: call.received, protocol } as const) : undefined;
      const framing = responseFraming(head, call.request.method);
      const body: HttpBody = { kind: 'endpoint', endpoint, framing, raw: call.received, buffer: newBuffer() };
      return { status: head.status, headers: head.headers, body, upgraded };
    }
    if (head !== undefined) continue;
    const bytes = readEndpoint(kernel, caller.id, endpoint, BLOCK);
    if (bytes === PENDING) return PENDING;
    if (bytes.length === 0) {
      disposeHttp(kernel, call);
      throw new SysError('ECONNRESET', 'EOF');
    }
    fill(call.received, bytes);
  }
}

function takeHead(kernel: Kernel, call: HttpCall): ReturnType<typeof takeResponseHead> {
  try {
    return takeResponseHead(call.received);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    disposeHttp(kernel, call);
    throw new SysError('ECONNRESET', error.message);
  }
}

function askHouse(
  kernel: Kernel,
  caller: Caller,
  { request, secure, address, target }: HttpCall,
  { service, source, latency }: Extract<Connected, { kind: 'house' }>,
): number {
  const { webSocket } = request;
  const presented = kernel.fabric.service(service)?.certificate;
  if (secure && presented !== undefined) {
    verifyServer(kernel.readCertificates, presented, request.tls, address.host, kernel.now());
  }
  return beginExchange(kernel, caller.id, service, latency, {
    method: request.method,
    target,
    host: `${address.host}:${address.port}`,
    headers: httpHeaders(Object.entries(request.headers)),
    body: bytesOf(request.body),
    source,
    network: caller.network.number,
    secure,
    certificate: request.tls?.cert,
    webSocket: webSocket && { protocols: webSocket, messages: kernel.channels.create() },
  });
}

function houseResult(kernel: Kernel, call: HttpCall, exchange: number): HttpResult | Pending {
  const known = kernel.state.exchanges.get(exchange);
  if (known === undefined) throw new SysError('ECONNRESET');
  const { response } = known;
  if (response === undefined) return PENDING;
  kernel.state.exchanges.delete(exchange);
  call.exchange = undefined;
  const offered = known.request.webSocket;
  const accepted = response.webSocket;
  if (offered !== undefined && accepted === undefined) kernel.channels.close(offered.messages);
  const upgraded =
    offered &&
    accepted &&
    ({
      kind: 'house',
      incoming: accepted.messages,
      outgoing: offered.messages,
      protocol: accepted.protocol,
    } as const);
  return { status: response.status, headers: response.headers, body: bodyOfHouse(response), upgraded };
}

/** The caller gives up. */
export function disposeHttp(kernel: Kernel, call: HttpCall): void {
  if (call.endpoint !== undefined) closeEndpoint(kernel, call.endpoint);
  if (call.exchange !== undefined) cancelExchange(kernel, call.exchange);
  call.endpoint = undefined;
  call.exchange = undefined;
}
