// An HTTP server for programs. One process serves any number of connections: they are a table of plain data that is
// saved before each wait, so that a server that runs for days can be copied at any moment at no cost.
//
//   const web: Program = (sys, saved) =>
//     serveHttp(sys, saved, { port: 8080, handle: () => ({ status: 200, body: 'hello\n' }) });

import { after, between, type DurationMs, durationMs, rfc3339, type TimeMs } from '../time/units.ts';
import { bytesOf, joinBytes, NO_BYTES } from './bytes.ts';
import { SHORT_DAYS, SHORT_MONTHS } from './calendar.ts';
import {
  type BodyFraming,
  formatResponse,
  HttpError,
  type HttpHeaders,
  type HttpRequestHead,
  httpHeader,
  httpReason,
  requestFraming,
  takeBody,
  takeRequestHead,
} from './http.ts';
import { type Buffer, fill, newBuffer } from './streams/buffer.ts';
import {
  type Address,
  type Blocking,
  type Bytes,
  type Fd,
  type PlainData,
  type ServerTls,
  type SignalName,
  type Sys,
  SysError,
} from './sys.ts';

export interface HttpServer<S extends PlainData = PlainData> {
  readonly port: number;
  /** Any address unless given. */
  readonly host?: string;
  readonly tls?: ServerTls;
  /**
   * Answers a request. A plain function, or a generator that may wait; while it waits this process serves nobody else,
   * unless `workers` is set. `state` is the server's own: change it freely, it is saved with the rest.
   */
  readonly handle: (request: ServedRequest, state: S, sys: Sys) => HttpReply | Blocking<HttpReply>;
  /** Serves each connection in a process of its own, so that slow answers keep nobody waiting. Changes of `state` stay there. */
  readonly workers?: boolean;
  /** What the server begins with. */
  readonly state?: () => S;
  /** Told of signals that the program has chosen to catch. `stop`: ends at once; `drain`: once what is asked is answered. */
  readonly onSignal?: (signal: SignalName, state: S) => 'stop' | 'drain' | undefined;
  /** Called after each answer: for an access log. */
  readonly onAnswer?: (request: ServedRequest, reply: HttpReply, state: S, sys: Sys) => Blocking<void>;
  /** How long a connection may wait for its next request; 65 seconds unless given. */
  readonly keepAlive?: DurationMs;
  /** Bytes of a request's body; 1 MiB unless given. */
  readonly bodyMax?: number;
}

export interface ServedRequest extends HttpRequestHead {
  /** The target without its query, and the query without its question mark. */
  readonly path: string;
  readonly query: string;
  readonly body: Bytes;
  readonly client: Address | undefined;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Bytes | string;
  /** Answers only after this time, and serves others meanwhile. */
  readonly delay?: DurationMs;
  /** Ends the connection after the answer; `reset`: without one. */
  readonly close?: boolean | 'reset';
}

interface Connection {
  readonly client: Address | undefined;
  readonly received: Buffer;
  /** A request whose body is still coming. */
  head: HttpRequestHead | undefined;
  framing: BodyFraming | undefined;
  readonly parts: Bytes[];
  size: number;
  /** An answer whose time hasn't come. */
  held: { readonly at: TimeMs; readonly bytes: Bytes; readonly close: boolean } | undefined;
  idleUntil: TimeMs;
}

/** What a server saves. */
interface Served {
  readonly kind: 'server' | 'worker';
  readonly listener: Fd | undefined;
  readonly connections: Map<Fd, Connection>;
  readonly state: PlainData;
  draining: boolean;
}

const KEEP_ALIVE = durationMs(65_000);
const BODY_MAX = 1_048_576;
const BLOCK = 65_536;
/** Where a worker finds its connection. */
const WORKER_FD = 3;

/** Serves until a signal ends it; answers the status to exit with. EADDRINUSE and the like are thrown. */
export function* serveHttp<S extends PlainData>(
  sys: Sys,
  saved: PlainData | undefined,
  server: HttpServer<S>,
): Blocking<number> {
  const served = isServed(saved) ? saved : begin(sys, server);
  for (;;) {
    sys.save(served);
    if (isDone(served)) return 0;
    try {
      yield* round(sys, server, served);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
      for (const signal of sys.caught()) {
        const wish = server.onSignal?.(signal, served.state as S);
        if (wish === 'stop') return 0;
        if (wish === 'drain') drain(sys, served);
      }
    }
  }
}

function isServed(saved: PlainData | undefined): saved is Served {
  return typeof saved === 'object' && saved !== null && 'connections' in saved;
}

function begin<S extends PlainData>(sys: Sys, { port, host = '', tls, state, workers }: HttpServer<S>): Served {
  if (workers === true) sys.onSignal('SIGCHLD', 'ignore');
  const listener = sys.listen({ host, port }, tls === undefined ? {} : { tls });
  return { kind: 'server', listener, connections: new Map(), state: state?.() ?? {}, draining: false };
}

/** A server that drains has no listener any more; a worker never had one. Both end with their connections. */
function isDone({ kind, draining, connections }: Served): boolean {
  return (kind === 'worker' || draining) && connections.size === 0;
}

function drain(sys: Sys, served: Served): void {
  served.draining = true;
  if (served.listener !== undefined) sys.close(served.listener);
  for (const [fd, connection] of served.connections) {
    if (connection.held === undefined && connection.head === undefined) drop(sys, served, fd);
  }
}

function drop(sys: Sys, served: Served, fd: Fd): void {
  served.connections.delete(fd);
  sys.close(fd);
}

/** Waits for whatever comes next, and does it. */
function* round<S extends PlainData>(sys: Sys, server: HttpServer<S>, served: Served): Blocking<void> {
  const { listener, connections, draining } = served;
  const fds = listener === undefined || draining ? [] : [listener];
  for (const [fd, { held }] of connections) if (held === undefined) fds.push(fd);
  const ready = yield* sys.poll(fds, untilNext(sys, served));
  for (const fd of ready) {
    if (fd === listener) yield* welcome(sys, server, served, listener);
    else yield* receive(sys, server, served, fd);
  }
  yield* sendHeld(sys, served);
}

/** When something is due without anybody asking; undefined when nothing is. */
function untilNext(sys: Sys, { connections }: Served): DurationMs | undefined {
  let next: TimeMs | undefined;
  for (const { held, idleUntil } of connections.values()) {
    const at = held?.at ?? idleUntil;
    if (next === undefined || at < next) next = at;
  }
  return next === undefined ? undefined : durationMs(Math.max(0, between(sys.now(), next)));
}

function* welcome<S extends PlainData>(sys: Sys, server: HttpServer<S>, served: Served, listener: Fd): Blocking<void> {
  const fd = yield* sys.accept(listener);
  const connection: Connection = {
    client: sys.remoteAddress(fd),
    received: newBuffer(),
    head: undefined,
    framing: undefined,
    parts: [],
    size: 0,
    held: undefined,
    idleUntil: after(sys.now(), server.keepAlive ?? KEEP_ALIVE),
  };
  if (server.workers !== true) {
    served.connections.set(fd, connection);
    return;
  }
  const forked: Served = {
    kind: 'worker',
    listener: undefined,
    connections: new Map([[WORKER_FD, connection]]),
    state: served.state,
    draining: false,
  };
  sys.spawn([], { forked, fds: new Map([[WORKER_FD, fd]]) });
  sys.close(fd);
}

function* receive<S extends PlainData>(sys: Sys, server: HttpServer<S>, served: Served, fd: Fd): Blocking<void> {
  const connection = served.connections.get(fd);
  if (connection === undefined) return;
  const bytes = yield* readOrEnd(sys, fd);
  if (bytes.length === 0) {
    drop(sys, served, fd);
    return;
  }
  fill(connection.received, bytes);
  try {
    while (served.connections.has(fd) && connection.held === undefined) {
      const request = takeRequest(connection, server.bodyMax ?? BODY_MAX);
      if (request === undefined) break;
      yield* respond(sys, server, served, fd, request);
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const body = `${error.status} ${httpReason(error.status)}\n`;
    yield* send(sys, served, fd, replyBytes({ status: error.status, body }, 'GET', true), true);
  }
}

function* readOrEnd(sys: Sys, fd: Fd): Blocking<Bytes> {
  try {
    return yield* sys.read(fd, BLOCK);
  } catch (error) {
    if (error instanceof SysError && error.code === 'ECONNRESET') return NO_BYTES;
    throw error;
  }
}

/** The next whole request of what has arrived. */
function takeRequest(connection: Connection, bodyMax: number): ServedRequest | undefined {
  const { received } = connection;
  connection.head ??= takeRequestHead(received);
  const { head } = connection;
  if (head === undefined) return undefined;
  connection.framing ??= requestFraming(head);
  const { framing } = connection;
  while (!framing.done) {
    const part = takeBody(framing, received, BLOCK, false);
    if (part === undefined) return undefined;
    connection.parts.push(part);
    connection.size += part.length;
    if (connection.size > bodyMax) throw new HttpError(413, 'body too large');
  }
  const body = joinBytes(connection.parts);
  connection.parts.length = 0;
  connection.head = undefined;
  connection.framing = undefined;
  connection.size = 0;
  const { method, target, version, headers } = head;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  return { method, target, version, headers, path, query, body, client: connection.client };
}

function* respond<S extends PlainData>(
  sys: Sys,
  server: HttpServer<S>,
  served: Served,
  fd: Fd,
  request: ServedRequest,
): Blocking<void> {
  const connection = served.connections.get(fd);
  const state = served.state as S;
  const answer = server.handle(request, state, sys);
  const reply = isReply(answer) ? answer : yield* answer;
  if (connection === undefined) return;
  if (reply.close === 'reset') {
    drop(sys, served, fd);
    return;
  }
  const close = reply.close === true || served.draining || !staysOpen(request);
  const bytes = replyBytes(reply, request.method, close);
  const now = sys.now();
  connection.idleUntil = after(now, server.keepAlive ?? KEEP_ALIVE);
  if (reply.delay !== undefined && reply.delay > 0) connection.held = { at: after(now, reply.delay), bytes, close };
  else yield* send(sys, served, fd, bytes, close);
  if (server.onAnswer !== undefined) yield* server.onAnswer(request, reply, state, sys);
}

function isReply(answer: HttpReply | Blocking<HttpReply>): answer is HttpReply {
  return 'status' in answer;
}

function staysOpen({ version, headers }: { readonly version: string; readonly headers: HttpHeaders }): boolean {
  const wish = httpHeader(headers, 'connection')?.toLowerCase();
  return version === 'HTTP/1.0' ? wish === 'keep-alive' : wish !== 'close';
}

function replyBytes({ status, headers = {}, body = '' }: HttpReply, method: string, close: boolean): Bytes {
  const entries: [string, string | readonly string[]][] = Object.entries(headers);
  const has = (wanted: string): boolean => entries.some(([name]) => name.toLowerCase() === wanted);
  const bytes = bytesOf(body);
  const bodiless = status === 204 || status === 304 || status < 200;
  if (!bodiless && !has('content-length')) entries.push(['Content-Length', String(bytes.length)]);
  if (!has('connection')) entries.push(['Connection', close ? 'close' : 'keep-alive']);
  return formatResponse(status, entries, method === 'HEAD' || bodiless ? NO_BYTES : bytes);
}

function* send(sys: Sys, served: Served, fd: Fd, bytes: Bytes, close: boolean): Blocking<void> {
  try {
    yield* sys.write(fd, bytes);
    if (close) drop(sys, served, fd);
  } catch (error) {
    if (!(error instanceof SysError) || (error.code !== 'EPIPE' && error.code !== 'ECONNRESET')) throw error;
    drop(sys, served, fd);
  }
}

/** Sends what was held back until now, and closes connections that have waited too long. */
function* sendHeld(sys: Sys, served: Served): Blocking<void> {
  if (served.connections.size === 0) return;
  const now = sys.now();
  for (const [fd, connection] of [...served.connections]) {
    const { held, idleUntil } = connection;
    if (held !== undefined && held.at <= now) {
      connection.held = undefined;
      yield* send(sys, served, fd, held.bytes, held.close);
    } else if (held === undefined && idleUntil <= now) drop(sys, served, fd);
  }
}

/** `Thu, 01 Jan 2026 00:00:00 GMT`, for the header Date. */
export function httpDate(time: TimeMs): string {
  const text = rfc3339(time);
  const day = SHORT_DAYS[(Math.floor(time / 86_400_000) + 4) % 7] ?? '';
  const month = SHORT_MONTHS[Number(text.slice(5, 7)) - 1] ?? '';
  return `${day}, ${text.slice(8, 10)} ${month} ${text.slice(0, 4)} ${text.slice(11, 19)} GMT`;
}
