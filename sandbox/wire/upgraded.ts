// A connection that is to become something else: what is known of the request, and how it is turned down.

import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { badRequest, type StatusError } from '../kube/status.ts';
import type { Head, Listener } from './carrier.ts';
import type { ExchangeDeps, requestOf } from './exchange.ts';

/** A request for another protocol, before it is answered. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What has come behind the request. */
  readonly first: Uint8Array;
  /** What the server is asked, but for the websocket. */
  readonly asked: ReturnType<typeof requestOf> & { readonly body: '' };
  readonly deps: ExchangeDeps;
}

export function refuse(socket: Socket, { status }: StatusError): void {
  const body = Buffer.from(JSON.stringify(status));
  answerPlainly(socket, { status: status.code ?? 400, headers: { 'content-type': ['application/json'] } }, body);
}

/** Answers in plain HTTP, and hangs up. */
export function answerPlainly(socket: Socket, { status, headers }: Head, body: Uint8Array): void {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  for (const [name, values] of Object.entries(headers)) for (const value of values) lines.push(`${name}: ${value}`);
  lines.push(`content-length: ${body.length}`, 'connection: close', '', '');
  socket.end(Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body]));
}

/** What to do with an upgrade that the server has accepted: `data` and `end` go to whom it answers. */
export type Accept = (protocol: string) => Pick<Listener, 'data' | 'end'>;

/** What is asked for exists, but not as anything else than a plain answer. */
const NO_UPGRADE = badRequest('unable to upgrade: this is answered in plain HTTP only');

/** Hears the answer to an upgrade: it is accepted, or answered as any other request. */
export function upgradeListener(socket: Socket, accept: Accept): Listener {
  let accepted: Pick<Listener, 'data' | 'end'> | undefined;
  let refused: Head | undefined;
  const parts: Uint8Array[] = [];
  return {
    head(head) {
      if (head.protocol === undefined && head.status < 300) refuse(socket, NO_UPGRADE);
      else if (head.protocol === undefined) refused = head;
      else accepted = accept(head.protocol);
    },
    data(bytes) {
      if (accepted === undefined) parts.push(bytes);
      else accepted.data(bytes);
    },
    end() {
      if (accepted !== undefined) accepted.end();
      else if (socket.writable) answerPlainly(socket, refused ?? { status: 503, headers: {} }, Buffer.concat(parts));
    },
  };
}
