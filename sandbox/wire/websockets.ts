// Websockets: exec, attach and forwarded ports of newer clients. Their messages go through as they are.

import type { WebSocket } from 'ws';
import type { Call } from './carrier.ts';
import { acceptWebSocket, bytesOf } from './handshake.ts';
import { TUNNEL, tunnelPorts } from './spdy/serve.ts';
import { type Upgrade, upgradeListener } from './upgraded.ts';

const UNREAD_MAX = 16 * 1024 * 1024;

export function serveWebSocket(upgrade: Upgrade): void {
  const { request, socket, asked, deps } = upgrade;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered.includes(TUNNEL)) {
    tunnelPorts(upgrade);
    return;
  }
  const early: Uint8Array[] = [];
  let ended = false;
  const call: Call = deps.board.call(
    { ...asked, method: 'GET', webSocket: offered },
    upgradeListener(socket, (protocol) => {
      let open: WebSocket | undefined;
      acceptWebSocket(upgrade, protocol, (opened) => {
        open = opened;
        opened.on('message', (data) => call.send(bytesOf(data)));
        opened.on('close', () => call.hangUp());
        for (const message of early.splice(0)) opened.send(message, { binary: true });
        if (ended) opened.close(1000);
      });
      return {
        data(message) {
          if (open === undefined) early.push(message);
          else {
            open.send(message, { binary: true });
            if (open.bufferedAmount > UNREAD_MAX) open.terminate();
          }
        },
        end() {
          ended = true;
          open?.close(1000);
        },
      };
    }),
  );
  socket.on('close', () => call.hangUp());
}
