// The wire: HTTPS on 127.0.0.1 for stock clients, HTTP/1.1 and HTTP/2, with websockets and SPDY. It decides nothing; it
// carries requests to whoever opened it, and answers back.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSwitchboard, type Ear, type Submit } from './carrier.ts';
import { type Authority, createAuthority } from './certificates.ts';
import { serveExchange } from './exchange.ts';
import { ADDRESSES, NAMES } from './gate.ts';
import { serveUpgrade } from './upgrade.ts';

export interface WireOptions {
  /** 0: any free one. */
  readonly port?: number;
  readonly submit: Submit;
  /** Numbers of requests begin here. */
  readonly firstId?: number;
  /** Whether the cluster looks at bearer tokens; without it, they are refused. */
  readonly tokens?: boolean;
  /** Certificates (PEM) of others who certify clients: the cluster's own authority. */
  readonly authorities?: readonly string[];
}

export interface Wire {
  readonly port: number;
  readonly authority: Authority;
  /** To be told what clients are answered. */
  readonly ear: Ear;
  /** Whether connections are taken: none are as long as there is no API server, and those that there were end. */
  admit(yes: boolean): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const HEADERS_MAX = 1024 * 1024;
const HEADERS_MS = 32_000;
const IDLE_MS = 90_000;
/** Answers that end with the server are on their way for so long. */
const FAREWELL_MS = 50;
const HELLO = 0x16;
const NOT_TLS = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
const GARBAGE =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';

/** Opens the wire. Rejects when the port can't be had. */
export async function openWire({
  port = 0,
  submit,
  firstId,
  tokens = false,
  authorities = [],
}: WireOptions): Promise<Wire> {
  const authority = createAuthority();
  const board = createSwitchboard(submit, firstId);
  const { certificate, key } = authority.server(NAMES, ADDRESSES);
  const secure = createSecureServer({
    cert: certificate,
    key,
    ca: [authority.certificate, ...authorities],
    requestCert: true,
    rejectUnauthorized: false,
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
    maxHeaderListPairs: 1000,
    settings: { maxConcurrentStreams: 1000 },
    ...{ maxHeaderSize: HEADERS_MAX, headersTimeout: HEADERS_MS, keepAliveTimeout: IDLE_MS, requestTimeout: 0 },
  });
  const deps = { board, tokens, certificates: new WeakMap() };
  secure.on(
    'request',
    (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) =>
      serveExchange(request, response, deps),
  );
  secure.on('upgrade', (request: IncomingMessage, socket: Socket, first: Uint8Array) =>
    serveUpgrade(request, socket, first, deps),
  );
  secure.on('clientError', (_error: Error, socket: Socket) => {
    if (socket.writable) socket.end(GARBAGE);
    else socket.destroy();
  });
  secure.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  secure.on('sessionError', () => {});
  const sockets = new Set<Socket>();
  const front = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    socket.once('data', (first) => greet(socket, first, () => secure.emit('connection', socket)));
  });
  await listening(front, port);
  const { port: bound } = front.address() as AddressInfo;
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  // Another program may have taken the port meanwhile.
  front.on('error', () => {});
  return {
    port: bound,
    authority,
    ear: board.ear,
    admit(yes) {
      if (yes === front.listening) return;
      if (yes) front.listen(bound, HOST);
      else {
        front.close();
        setTimeout(cutAll, FAREWELL_MS);
      }
    },
    async close() {
      const closed = new Promise<void>((resolve) => front.close(() => resolve()));
      board.cutAll();
      cutAll();
      await closed;
    },
  };
}

/** Who doesn't speak TLS is told so, in the words of the real server. */
function greet(socket: Socket, first: Buffer | string, proceed: () => void): void {
  const bytes = Buffer.from(first);
  if (bytes[0] !== HELLO) {
    socket.end(NOT_TLS);
    return;
  }
  socket.pause();
  socket.unshift(bytes);
  proceed();
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
