// HTTP requests and websockets of a program, made by Node.

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import WebSocket from 'ws';
import {
  type Bytes,
  type HttpRequest,
  type HttpResponse,
  SysError,
  type TlsOptions,
} from '../../sandbox/machine/sys.ts';
import { type Descriptor, type Descriptors, streamDescriptor } from './descriptors.ts';
import { sysError } from './errors.ts';

export interface HostHttp {
  request(request: HttpRequest): Promise<HttpResponse>;
  webSocket(request: HttpRequest, protocols: readonly string[]): Promise<OpenedSocket>;
  /** Ends connections that are kept for later. */
  close(): void;
}

interface SecureOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

type OpenedSocket = { readonly fd: number; readonly protocol: string } | { readonly refused: HttpResponse };

export function createHttp(descriptors: Descriptors): HostHttp {
  const plain = new HttpAgent({ keepAlive: true });
  let secure: { readonly tls: TlsOptions | undefined; readonly agent: HttpsAgent } | undefined;

  const secureAgent = (tls: TlsOptions | undefined): HttpsAgent => {
    if (secure === undefined || secure.tls !== tls)
      secure = { tls, agent: new HttpsAgent({ keepAlive: true, ...tlsOf(tls) }) };
    return secure.agent;
  };
  return {
    request: (request) =>
      send(request, request.url.startsWith('https:') ? secureAgent(request.tls) : plain, descriptors),
    webSocket: (request, protocols) => openSocket(request, protocols, descriptors),
    close() {
      plain.destroy();
      secure?.agent.destroy();
    },
  };
}

function tlsOf(tls: TlsOptions | undefined): SecureOptions {
  if (tls === undefined) return {};
  const { ca, cert, key, insecure, serverName } = tls;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function send(request: HttpRequest, agent: HttpAgent, descriptors: Descriptors): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const make = request.url.startsWith('https:') ? httpsRequest : httpRequest;
    const outgoing = make(request.url, { method: request.method, headers: headersOf(request), agent });
    const { timeout } = request;
    const timer =
      timeout === undefined ? undefined : setTimeout(() => outgoing.destroy(new SysError('ETIMEDOUT')), timeout);
    outgoing.on('response', (incoming) => {
      clearTimeout(timer);
      resolve(responseOf(incoming, descriptors));
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(sysError(error));
    });
    outgoing.end(request.body);
  });
}

function listed(headers: HttpRequest['headers'] = {}): Record<string, string | string[]> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]));
}

/** Node itself doesn't say how long the body of a DELETE request is. */
function headersOf({ headers, body }: HttpRequest): Record<string, string | string[]> {
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  return { ...listed(headers), ...length };
}

function responseOf(incoming: IncomingMessage, descriptors: Descriptors): HttpResponse {
  const headers: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) headers[name] = values ?? [];
  const body = streamDescriptor(incoming[Symbol.asyncIterator](), () => {
    if (!incoming.readableEnded) incoming.destroy();
  });
  return { status: incoming.statusCode ?? 0, headers, body: descriptors.add(body) };
}

function openSocket(
  request: HttpRequest,
  protocols: readonly string[],
  descriptors: Descriptors,
): Promise<OpenedSocket> {
  return new Promise((resolve, reject) => {
    const url = request.url.replace(/^http/, 'ws');
    const socket = new WebSocket(url, [...protocols], { headers: listed(request.headers), ...tlsOf(request.tls) });
    const descriptor = socketDescriptor(socket);
    socket.on('unexpected-response', (_, incoming) => resolve({ refused: responseOf(incoming, descriptors) }));
    socket.on('error', (error) => reject(sysError(error)));
    socket.on('open', () => resolve({ fd: descriptors.add(descriptor), protocol: socket.protocol }));
  });
}

/** Reads give whole messages. */
function socketDescriptor(socket: WebSocket): Descriptor {
  const messages: Bytes[] = [];
  const waiting: (() => void)[] = [];
  const arrived = (message: Bytes): void => {
    messages.push(message);
    for (const wake of waiting.splice(0)) wake();
  };
  const readable = (): Promise<void> =>
    messages.length > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
  socket.on('message', (data: Buffer) => arrived(new Uint8Array(data)));
  socket.on('close', () => arrived(new Uint8Array(0)));
  return {
    async read() {
      await readable();
      return messages.shift() ?? new Uint8Array(0);
    },
    readable,
    write: (data) =>
      new Promise((resolve, reject) => socket.send(data, (error) => (error ? reject(sysError(error)) : resolve()))),
    close: () => socket.close(),
  };
}
