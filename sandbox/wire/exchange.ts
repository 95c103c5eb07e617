// One request over HTTP/1.1 or HTTP/2, and what is answered.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { HttpHeaders } from '../apiserver/http/message.ts';
import type { StatusError } from '../kube/status.ts';
import { base64, type Call, type Head, type Switchboard } from './carrier.ts';
import { refusalOf } from './gate.ts';
import { type Certificates, type Identity, identify } from './identity.ts';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** A body beyond this is answered without being read to its end: 3 MiB, and a byte by which the server sees it. */
const BODY_MAX = 3 * 1024 * 1024 + 1;
/** A client that leaves this much unread is cut off. */
const UNREAD_MAX = 16 * 1024 * 1024;

/** Headers that belong to one connection. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'proxy-connection',
]);

export interface ExchangeDeps {
  readonly board: Switchboard;
  /** Whether the cluster looks at bearer tokens. */
  readonly tokens: boolean;
  readonly certificates: Certificates;
}

export function headersOf(request: Incoming): HttpHeaders {
  const headers: Record<string, string[]> = Object.create(null);
  const { rawHeaders } = request;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    if (name === ':authority') headers['host'] ??= [value];
    else if (!name.startsWith(':') && !OF_CONNECTION.has(name)) headers[name] = [...(headers[name] ?? []), value];
  }
  return { ...headers };
}

/** What the server is asked, but for its body. */
export function requestOf(request: Incoming, headers: HttpHeaders, identity: Identity) {
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers,
    source: request.socket.remoteAddress ?? '127.0.0.1',
    ...(typeof identity === 'string' ? {} : { user: identity.user }),
  };
}

export function serveExchange(
  request: Incoming,
  response: Outgoing,
  { board, tokens, certificates }: ExchangeDeps,
): void {
  const headers = headersOf(request);
  const identity = identify(certificates, request.socket, headers, connectionOf(request));
  const refusal = refusalOf(headers, identity, tokens);
  if (refusal !== undefined) {
    request.resume();
    refuse(response, refusal);
    return;
  }
  let call: Call | undefined;
  const hangUp = (): void => call?.hangUp();
  response.on('close', hangUp);
  response.on('error', hangUp);
  readBody(request, (body) => {
    if (response.destroyed) return;
    const asked = { ...requestOf(request, headers, identity), body: base64(body) };
    call = board.call(asked, replyThrough(response, hangUp));
    if (response.destroyed) call.hangUp();
  });
}

/** Requests of one HTTP/2 session share it. */
function connectionOf(request: Incoming): object {
  return 'stream' in request ? (request.stream.session ?? request.socket) : request.socket;
}

/** Reads a body up to what is looked at. A client that goes away in the middle is never heard of. */
function readBody(request: Incoming, done: (body: Uint8Array) => void): void {
  const parts: Uint8Array[] = [];
  let size = 0;
  const finish = (): void => {
    request.removeAllListeners('data');
    request.resume();
    done(Buffer.concat(parts).subarray(0, BODY_MAX));
  };
  request.on('data', (part: Uint8Array) => {
    parts.push(part);
    size += part.length;
    if (size >= BODY_MAX) {
      request.removeAllListeners('end');
      finish();
    }
  });
  request.on('end', finish);
  request.on('error', () => {});
}

/** Says at once what is said at once; what comes later is sent as it comes. */
function replyThrough(response: Outgoing, hangUp: () => void) {
  let head: Head | undefined;
  let parts: Uint8Array[] = [];
  let ended = false;
  let planned = false;

  const flush = (): void => {
    planned = false;
    if (response.destroyed || response.writableEnded) return;
    if (head !== undefined && !response.headersSent) begin(response, head, ended ? sizeOf(parts) : undefined);
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    if (bytes !== undefined && bytes.length > 0) writeTo(response, bytes);
    if (ended) response.end();
    else if (unread(response) > UNREAD_MAX) {
      hangUp();
      cut(response);
    }
  };
  const plan = (): void => {
    if (planned) return;
    planned = true;
    queueMicrotask(flush);
  };
  return {
    head(given: Head) {
      head = given;
      plan();
    },
    data(bytes: Uint8Array) {
      parts.push(bytes);
      plan();
    },
    end() {
      ended = true;
      head ??= { status: 503, headers: {} };
      plan();
    },
  };
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function begin(response: Outgoing, { status, headers }: Head, size: number | undefined): void {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, values] of Object.entries(headers)) {
    if (OF_CONNECTION.has(name)) continue;
    const [only] = values;
    fields[name] = values.length === 1 && only !== undefined ? only : [...values];
  }
  const empty = status === 204 || status === 304;
  if (size !== undefined && !empty) fields['content-length'] = String(size);
  response.statusCode = status;
  for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
  if ('stream' in response) response.writeHead(status);
  else {
    response.writeHead(status);
    if (size === undefined) response.flushHeaders();
  }
}

/** The two kinds of responses agree on what `write` does, but not on its type. */
function writeTo(response: Outgoing, bytes: Uint8Array): void {
  const writable: NodeJS.WritableStream = response;
  writable.write(bytes);
}

function unread(response: Outgoing): number {
  return 'stream' in response ? (response.stream?.writableLength ?? 0) : response.writableLength;
}

function cut(response: Outgoing): void {
  if ('stream' in response) response.stream?.destroy();
  else response.destroy();
}

function refuse(response: Outgoing, { status }: StatusError): void {
  const body = Buffer.from(JSON.stringify(status));
  begin(response, { status: status.code ?? 403, headers: { 'content-type': ['application/json'] } }, body.length);
  response.end(body);
}
