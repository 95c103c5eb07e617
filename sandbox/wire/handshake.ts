// The handshake of websockets.

import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Upgrade } from './upgraded.ts';

const MESSAGE_MAX = 16 * 1024 * 1024;

/** Completes the handshake with the chosen protocol. */
export function acceptWebSocket(
  { request, socket, first }: Upgrade,
  protocol: string,
  opened: (webSocket: WebSocket) => void,
): void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_MAX,
    handleProtocols: () => protocol,
  });
  server.handleUpgrade(request, socket, Buffer.from(first), (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    opened(webSocket);
  });
}

export function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
