// SPDY/3.1 as clients ask for it: by an upgrade of their connection, or inside of a websocket.

import type { Socket } from 'node:net';
import { badRequest } from '../../kube/status.ts';
import type { Call, Head } from '../carrier.ts';
import { acceptWebSocket, bytesOf } from '../handshake.ts';
import { answerPlainly, refuse, type Upgrade, upgradeListener } from '../upgraded.ts';
import { forwardPorts, reasonIn } from './ports.ts';
import { processStreams } from './process.ts';

/** The protocol of a websocket that carries SPDY frames. */
export const TUNNEL = 'SPDY/3.1+portforward.k8s.io';
const PORTS = 'portforward.k8s.io';
const PROCESS = 'v4.channel.k8s.io';
/** What the server says when all is well but no port is named, as is done here only afterwards. */
const NO_PORTS = 'query parameter "ports" is required';

export function serveSpdy(upgrade: Upgrade): void {
  const { request, socket } = upgrade;
  const offered = versionsOf(request.rawHeaders);
  if (isForPorts(upgrade)) {
    if (offered.length > 0 && !offered.includes(PORTS)) refuse(socket, unknownProtocol(offered, PORTS));
    else whenForwardable(upgrade, () => spdyPorts(upgrade));
  } else if (offered.includes(PROCESS)) spdyProcess(upgrade);
  else refuse(socket, unknownProtocol(offered, PROCESS));
}

/** SPDY inside of a websocket. */
export function tunnelPorts(upgrade: Upgrade): void {
  const { socket, asked, deps } = upgrade;
  if (!isForPorts(upgrade)) {
    refuse(socket, unknownProtocol([TUNNEL], PROCESS));
    return;
  }
  whenForwardable(upgrade, () =>
    acceptWebSocket(upgrade, TUNNEL, (webSocket) => {
      const ports = forwardPorts((bytes) => webSocket.send(bytes, { binary: true }), deps.board, asked);
      webSocket.on('message', (data) => guarded(socket, () => ports.receive(bytesOf(data))));
      webSocket.on('close', () => ports.end());
    }),
  );
}

function isForPorts({ asked }: Upgrade): boolean {
  return asked.target.split('?')[0]?.endsWith('/portforward') === true;
}

function unknownProtocol(offered: readonly string[], known: string) {
  const said = `client supports [${offered.join(' ')}], server accepts [${known}]`;
  return badRequest(`unable to upgrade: unable to negotiate protocol: ${said}`);
}

function versionsOf(rawHeaders: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    if ((rawHeaders[i] ?? '').toLowerCase() === 'x-stream-protocol-version')
      found.push(...(rawHeaders[i + 1] ?? '').split(',').map((one) => one.trim()));
  return found;
}

/** Asks the server whether ports of this pod may be forwarded; answers the client itself when not. */
function whenForwardable({ socket, asked, deps }: Upgrade, proceed: () => void): void {
  let head: Head | undefined;
  const parts: Uint8Array[] = [];
  const [path = ''] = asked.target.split('?');
  const call = deps.board.call(
    { ...asked, target: path, webSocket: [PROCESS] },
    {
      head: (given) => {
        head = given;
      },
      data: (bytes) => {
        parts.push(bytes);
      },
      end() {
        const body = Buffer.concat(parts);
        if (head?.status === 400 && reasonIn(body) === NO_PORTS) proceed();
        else answerPlainly(socket, head ?? { status: 503, headers: {} }, body);
      },
    },
  );
  socket.on('close', () => call.hangUp());
}

function spdyPorts({ socket, first, asked, deps }: Upgrade): void {
  const ports = forwardPorts((bytes) => writeTo(socket, bytes), deps.board, asked);
  switchTo(socket, PORTS);
  listen(socket, first, (bytes) => ports.receive(bytes));
  socket.on('close', () => ports.end());
}

function spdyProcess({ socket, first, asked, deps }: Upgrade): void {
  let call: Call | undefined;
  const listener = upgradeListener(socket, () => {
    const streams = processStreams(
      (bytes) => writeTo(socket, bytes),
      () => call,
    );
    switchTo(socket, PROCESS);
    listen(socket, first, (bytes) => streams.receive(bytes));
    return {
      data: (message) => streams.tell(message),
      end() {
        streams.end();
        // The client hangs up once it has read everything; one that doesn't is not waited for.
        setTimeout(() => socket.end(), LINGER_MS).unref();
      },
    };
  });
  call = deps.board.call({ ...asked, webSocket: [PROCESS] }, listener);
  socket.on('close', () => call?.hangUp());
}

const LINGER_MS = 1000;
const UNREAD_MAX = 16 * 1024 * 1024;

function switchTo(socket: Socket, protocol: string): void {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    `X-Stream-Protocol-Version: ${protocol}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

function listen(socket: Socket, first: Uint8Array, receive: (bytes: Uint8Array) => void): void {
  if (first.length > 0) guarded(socket, () => receive(first));
  socket.on('data', (bytes: Uint8Array) => guarded(socket, () => receive(bytes)));
  socket.on('end', () => socket.end());
}

/** What can't be understood ends the connection. */
function guarded(socket: Socket, act: () => void): void {
  try {
    act();
  } catch {
    socket.destroy();
  }
}

function writeTo(socket: Socket, bytes: Uint8Array): void {
  if (socket.destroyed) return;
  socket.write(bytes);
  if (socket.writableLength > UNREAD_MAX) socket.destroy();
}
