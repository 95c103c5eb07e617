// Websockets as descriptors: reads and writes are whole messages. To services of the house they are two channels; to
// programs they are frames on a connection (RFC 6455).

import type { ChannelId } from '../../time/channel.ts';
import { joinBytes, NO_BYTES } from '../bytes.ts';
import { PENDING, type Pending } from '../calls.ts';
import type { Kernel } from '../context.ts';
import { type Buffer, fill, peek, take } from '../streams/buffer.ts';
import { chunkBytes, dropChannel, waitForChannel } from '../streams/outside.ts';
import { type Bytes, SysError } from '../sys.ts';
import type { Endpoint } from './namespace.ts';
import { closeEndpoint, endpointIsReadable, readEndpoint, writeEndpoint } from './sockets.ts';

export type WebSocket =
  | {
      readonly kind: 'house';
      readonly incoming: ChannelId;
      readonly outgoing: ChannelId;
      /** Messages that have been looked at, and not read yet. */
      readonly messages: Bytes[];
      ended: boolean;
    }
  | {
      readonly kind: 'endpoint';
      readonly endpoint: Endpoint;
      readonly received: Buffer;
      readonly messages: Bytes[];
      ended: boolean;
    };

const BLOCK = 65_536;
const MESSAGE_MAX = 16 * 1024 * 1024;

const OPCODE = { continuation: 0, binary: 2, close: 8 };
const FINAL = 0x80;
const MASKED = 0x80;

/** A message; empty once the other side has closed. */
export function readMessage(kernel: Kernel, waiter: number, socket: WebSocket): Bytes | Pending {
  receiveMessages(kernel, waiter, socket);
  const message = socket.messages.shift();
  if (message !== undefined) return message;
  if (socket.ended) return NO_BYTES;
  if (socket.kind === 'house') waitForChannel(kernel, waiter, socket.incoming, 'readable');
  return PENDING;
}

export function messageIsReadable(kernel: Kernel, waiter: number, socket: WebSocket): boolean {
  receiveMessages(kernel, waiter, socket);
  return socket.messages.length > 0 || socket.ended;
}

function receiveMessages(kernel: Kernel, waiter: number, socket: WebSocket): void {
  if (socket.messages.length > 0 || socket.ended) return;
  if (socket.kind === 'house') {
    const read = kernel.channels.read(socket.incoming);
    if (read.kind === 'closed') socket.ended = true;
    if (read.kind === 'more') socket.messages.push(chunkBytes(read.chunk));
    return;
  }
  while (!socket.ended && socket.messages.length === 0) {
    const frame = takeFrame(socket.received);
    if (frame !== undefined) {
      if (frame.opcode === OPCODE.close) socket.ended = true;
      else if (frame.opcode <= OPCODE.binary) socket.messages.push(frame.payload);
      continue;
    }
    if (!endpointIsReadable(socket.endpoint)) {
      readEndpoint(kernel, waiter, socket.endpoint, BLOCK);
      return;
    }
    const bytes = readEndpoint(kernel, waiter, socket.endpoint, BLOCK);
    if (bytes === PENDING) return;
    if (bytes.length === 0) socket.ended = true;
    else fill(socket.received, bytes);
  }
}

/** Answers how many bytes were taken: all, or none yet. EPIPE. */
export function writeMessage(kernel: Kernel, waiter: number, socket: WebSocket, message: Bytes): number | Pending {
  if (socket.kind === 'endpoint') {
    const sent = writeEndpoint(kernel, waiter, socket.endpoint, formatFrame(message));
    return sent === PENDING ? PENDING : message.length;
  }
  if (kernel.channels.waiting(socket.outgoing) > kernel.bounds.waitingBytes) {
    waitForChannel(kernel, waiter, socket.outgoing, 'drained');
    return PENDING;
  }
  if (!kernel.channels.write(socket.outgoing, message, message.length)) throw new SysError('EPIPE');
  return message.length;
}

export function closeWebSocket(kernel: Kernel, socket: WebSocket): void {
  if (socket.kind === 'endpoint') closeEndpoint(kernel, socket.endpoint);
  else {
    kernel.channels.close(socket.outgoing);
    dropChannel(kernel, socket.incoming);
  }
}

/** One whole message as a binary frame, not masked. */
export function formatFrame(message: Bytes): Bytes {
  const size = message.length;
  const head =
    size < 126
      ? [FINAL | OPCODE.binary, size]
      : size < 65_536
        ? [FINAL | OPCODE.binary, 126, size >> 8, size & 0xff]
        : [FINAL | OPCODE.binary, 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff];
  return joinBytes([Uint8Array.from(head), message]);
}

/** The next frame of what has arrived; undefined while it isn't complete. */
export function takeFrame(buffer: Buffer): { readonly opcode: number; readonly payload: Bytes } | undefined {
  const bytes = peek(buffer);
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const masked = (second & MASKED) !== 0;
  const short = second & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + extra + (masked ? 4 : 0);
  if (bytes.length < start) return undefined;
  let size = extra === 0 ? short : 0;
  for (let i = 0; i < extra; i++) size = size * 256 + (bytes[2 + i] ?? 0);
  if (size > MESSAGE_MAX) throw new SysError('ECONNRESET', 'message too big');
  if (bytes.length < start + size) return undefined;
  const payload = take(buffer, start + size).subarray(start);
  return { opcode: first & 0x0f, payload: masked ? unmask(payload, bytes.subarray(start - 4, start)) : payload };
}

function unmask(payload: Bytes, key: Bytes): Bytes {
  return payload.map((byte, i) => byte ^ (key[i & 3] ?? 0));
}
