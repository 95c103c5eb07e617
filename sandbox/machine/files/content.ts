// A file's bytes as a list of blocks that are never changed, so that appending a line of a log copies nothing and a copy
// of the machine shares all of it.

import { joinBytes, NO_BYTES, ZEROS } from '../bytes.ts';
import type { Bytes } from '../sys.ts';

/** Mutable; the blocks inside aren't. */
export interface Content {
  readonly blocks: Bytes[];
  /** Where each block ends. */
  readonly ends: number[];
  /** How many of the last blocks are small and will be joined one day. */
  tail: number;
  /** Bytes of the host's memory; blocks that repeat the one before cost nothing. */
  cost: number;
}

const SMALL = 4096;
const TAIL_MAX = 32;

export function contentOf(bytes: Bytes): Content {
  const content: Content = { blocks: [], ends: [], tail: 0, cost: 0 };
  appendContent(content, bytes);
  return content;
}

export function contentSize({ ends }: Content): number {
  return ends.length === 0 ? 0 : (ends[ends.length - 1] ?? 0);
}

/** A content of its own that shares the blocks. */
export function copyContent(content: Content): Content {
  return { blocks: [...content.blocks], ends: [...content.ends], tail: content.tail, cost: content.cost };
}

export function appendContent(content: Content, bytes: Bytes): void {
  if (bytes.length === 0) return;
  const { blocks } = content;
  content.cost += costAfter(blocks[blocks.length - 1], bytes);
  content.ends.push(contentSize(content) + bytes.length);
  blocks.push(bytes);
  content.tail = bytes.length < SMALL ? content.tail + 1 : 0;
  if (content.tail > TAIL_MAX) joinTail(content);
}

/** At most `limit` bytes from a position; empty at the end. */
export function readContent(content: Content, position: number, limit: number): Bytes {
  const { blocks, ends } = content;
  const end = Math.min(contentSize(content), position + limit);
  if (position >= end) return NO_BYTES;
  const parts: Bytes[] = [];
  let at = position;
  for (let i = blockAt(ends, position); at < end; i++) {
    const block = blocks[i] ?? NO_BYTES;
    const start = (ends[i] ?? 0) - block.length;
    const stop = Math.min(block.length, end - start);
    parts.push(at === start && stop === block.length ? block : block.subarray(at - start, stop));
    at = start + stop;
  }
  return joinBytes(parts);
}

/** Writes over what is there, and beyond the end; a gap is filled with zeros. */
export function writeContent(content: Content, position: number, bytes: Bytes): void {
  const size = contentSize(content);
  if (position > size) appendZeros(content, position - size);
  if (position >= size) {
    appendContent(content, bytes);
    return;
  }
  const after = position + bytes.length;
  const rest = after < size ? sliceBlocks(content, after, size) : [];
  truncateContent(content, position);
  appendContent(content, bytes);
  for (const block of rest) appendContent(content, block);
}

export function truncateContent(content: Content, size: number): void {
  const old = contentSize(content);
  if (size > old) {
    appendZeros(content, size - old);
    return;
  }
  const kept = sliceBlocks(content, 0, size);
  content.blocks.length = 0;
  content.ends.length = 0;
  content.tail = 0;
  content.cost = 0;
  for (const block of kept) appendContent(content, block);
}

function appendZeros(content: Content, count: number): void {
  for (let left = count; left > 0; left -= ZEROS.length) {
    appendContent(content, left >= ZEROS.length ? ZEROS : ZEROS.subarray(0, left));
  }
}

function sliceBlocks(content: Content, from: number, to: number): Bytes[] {
  const slices: Bytes[] = [];
  for (let i = blockAt(content.ends, from), at = from; at < to; i++) {
    const block = content.blocks[i] ?? NO_BYTES;
    const start = (content.ends[i] ?? 0) - block.length;
    const stop = Math.min(block.length, to - start);
    slices.push(block.subarray(at - start, stop));
    at = start + stop;
  }
  return slices;
}

/** The block in which a position lies, which must be before the end. */
function blockAt(ends: readonly number[], position: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function joinTail(content: Content): void {
  const first = content.blocks.length - content.tail;
  const small = content.blocks.splice(first);
  const ends = content.ends.splice(first);
  let before = content.blocks[first - 1];
  for (const block of small) {
    content.cost -= costAfter(before, block);
    before = block;
  }
  const joined = joinBytes(small);
  content.blocks.push(joined);
  content.ends.push(ends[ends.length - 1] ?? 0);
  content.cost += costAfter(content.blocks[first - 1], joined);
  content.tail = joined.length < SMALL ? 1 : 0;
}

function costAfter(before: Bytes | undefined, block: Bytes): number {
  return block.buffer === ZEROS.buffer || block.buffer === before?.buffer ? 0 : block.length;
}
