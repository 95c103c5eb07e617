// Requests that turn a connection into something else: websockets, and SPDY, which older clients speak.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { badRequest } from '../kube/status.ts';
import { type ExchangeDeps, headersOf, requestOf } from './exchange.ts';
import { refusalOf } from './gate.ts';
import { identify } from './identity.ts';
import { serveSpdy } from './spdy/serve.ts';
import { refuse, type Upgrade } from './upgraded.ts';
import { serveWebSocket } from './websockets.ts';

export function serveUpgrade(request: IncomingMessage, socket: Socket, first: Uint8Array, deps: ExchangeDeps): void {
  socket.on('error', () => socket.destroy());
  const headers = headersOf(request);
  const identity = identify(deps.certificates, socket, headers);
  const refusal = refusalOf(headers, identity, deps.tokens);
  if (refusal !== undefined) {
    refuse(socket, refusal);
    return;
  }
  const asked = { ...requestOf(request, headers, identity), body: '' } as const;
  const upgrade: Upgrade = { request, socket, first, asked, deps };
  const wanted = (request.headers.upgrade ?? '').toLowerCase();
  if (wanted === 'websocket') serveWebSocket(upgrade);
  else if (wanted === 'spdy/3.1') serveSpdy(upgrade);
  else refuse(socket, badRequest(`unable to upgrade: ${JSON.stringify(wanted)} isn't spoken here`));
}
