// The body of an HTTP response as a descriptor reads it, wherever it comes from.

import { bytesOf } from '../bytes.ts';
import { PENDING, type Pending } from '../calls.ts';
import type { Kernel } from '../context.ts';
import { type BodyFraming, HttpError, takeBody } from '../http.ts';
import { type Buffer, fill, newBuffer, take } from '../streams/buffer.ts';
import { type ChannelSource, dropChannel, newSource, readSource, sourceIsReadable } from '../streams/outside.ts';
import { type Bytes, SysError } from '../sys.ts';
import type { HouseResponse } from './house.ts';
import type { Endpoint } from './namespace.ts';
import { closeEndpoint, readEndpoint } from './sockets.ts';

export type HttpBody =
  | {
      readonly kind: 'endpoint';
      readonly endpoint: Endpoint;
      readonly framing: BodyFraming;
      /** As it came, and without the framing. */
      readonly raw: Buffer;
      readonly buffer: Buffer;
    }
  | { readonly kind: 'channel'; readonly source: ChannelSource }
  | { readonly kind: 'bytes'; readonly buffer: Buffer };

const BLOCK = 65_536;

export function bodyOfBytes(bytes: Bytes): HttpBody {
  const buffer = newBuffer();
  fill(buffer, bytes);
  return { kind: 'bytes', buffer };
}

export function bodyOfHouse({ body }: HouseResponse): HttpBody {
  if (typeof body === 'object' && 'channel' in body) return { kind: 'channel', source: newSource(body.channel) };
  return bodyOfBytes(bytesOf(body));
}

export function readBody(
  kernel: Kernel,
  waiter: number,
  body: HttpBody,
  limit: number,
  through: number | undefined,
): Bytes | Pending {
  if (body.kind === 'channel') return readSource(kernel, waiter, body.source, limit, through);
  if (body.kind === 'endpoint' && body.buffer.size === 0 && !receive(kernel, waiter, body)) return PENDING;
  return take(body.buffer, limit, through);
}

/** Whether a read would answer at once. */
export function bodyIsReadable(kernel: Kernel, waiter: number, body: HttpBody): boolean {
  if (body.kind === 'channel') return sourceIsReadable(kernel, body.source);
  if (body.kind === 'bytes' || body.buffer.size > 0) return true;
  try {
    return receive(kernel, waiter, body);
  } catch (error) {
    if (error instanceof SysError) return true;
    throw error;
  }
}

/** Moves bytes from the connection into the buffer; false when there are none yet. ECONNRESET when it breaks off. */
function receive(kernel: Kernel, waiter: number, body: Extract<HttpBody, { kind: 'endpoint' }>): boolean {
  let ended = false;
  try {
    while (!body.framing.done) {
      const bytes = takeBody(body.framing, body.raw, BLOCK, ended);
      if (bytes !== undefined) {
        if (bytes.length === 0) continue;
        fill(body.buffer, bytes);
        return true;
      }
      const more = readEndpoint(kernel, waiter, body.endpoint, BLOCK);
      if (more === PENDING) return false;
      ended = more.length === 0;
      fill(body.raw, more);
    }
    return true;
  } catch (error) {
    if (error instanceof HttpError) throw new SysError('ECONNRESET', error.message);
    throw error;
  }
}

export function closeBody(kernel: Kernel, body: HttpBody): void {
  if (body.kind === 'endpoint') closeEndpoint(kernel, body.endpoint);
  if (body.kind === 'channel') dropChannel(kernel, body.source.channel);
}
