// Bytes that wait to be read, in the order in which they came.

import { joinBytes, NO_BYTES } from '../bytes.ts';
import type { Bytes } from '../sys.ts';

/** Mutable; the blocks inside aren't. */
export interface Buffer {
  readonly blocks: Bytes[];
  size: number;
}

export function newBuffer(): Buffer {
  return { blocks: [], size: 0 };
}

export function fill(buffer: Buffer, bytes: Bytes): void {
  if (bytes.length === 0) return;
  buffer.blocks.push(bytes);
  buffer.size += bytes.length;
}

export function clear(buffer: Buffer): void {
  buffer.blocks.length = 0;
  buffer.size = 0;
}

/** Takes at most `limit` bytes, and none beyond the first of value `through`. Empty only when the buffer is. */
export function take(buffer: Buffer, limit: number, through?: number): Bytes {
  const { blocks } = buffer;
  const parts: Bytes[] = [];
  let left = limit;
  while (left > 0) {
    const block = blocks[0];
    if (block === undefined) break;
    const stop = through === undefined ? -1 : block.indexOf(through);
    const wanted = stop < 0 ? block.length : stop + 1;
    const count = Math.min(wanted, left);
    if (count === block.length) blocks.shift();
    else blocks[0] = block.subarray(count);
    parts.push(count === block.length ? block : block.subarray(0, count));
    left -= count;
    if (stop >= 0) break;
  }
  buffer.size -= limit - left;
  return parts.length === 0 ? NO_BYTES : joinBytes(parts);
}

/** All of it, which stays where it is. */
export function peek(buffer: Buffer): Bytes {
  if (buffer.blocks.length > 1) {
    const all = joinBytes(buffer.blocks);
    buffer.blocks.length = 0;
    buffer.blocks.push(all);
  }
  return buffer.blocks[0] ?? NO_BYTES;
}
