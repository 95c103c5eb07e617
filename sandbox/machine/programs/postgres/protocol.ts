// PostgreSQL's messages, version 3.0: a letter, a length, and what belongs to it. Numbers are big-endian, texts end with 0.

import type { Bytes } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';

/** A message; the first one of a client has no letter. */
export interface Message {
  readonly type: string;
  readonly body: Bytes;
  /** Bytes that it took. */
  readonly size: number;
}

export const PROTOCOL = 196_608;
/** What a client sends that wants TLS. */
export const SSL_REQUEST = 80_877_103;

export function int32(value: number): Bytes {
  return new Uint8Array([(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}

export function int16(value: number): Bytes {
  return new Uint8Array([(value >>> 8) & 255, value & 255]);
}

export function readInt32(bytes: Bytes, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

export function readInt16(bytes: Bytes, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function cstring(text: string): Bytes {
  return encode(`${text}\0`);
}

export function message(type: string, ...parts: readonly Bytes[]): Bytes {
  const body = concat(parts);
  return concat([encode(type), int32(body.length + 4), body]);
}

/** The next whole message; undefined while more is to come. */
export function takeMessage(bytes: Bytes, lettered = true): Message | undefined {
  const head = lettered ? 5 : 4;
  if (bytes.length < head) return undefined;
  const size = readInt32(bytes, head - 4) + head - 4;
  if (bytes.length < size) return undefined;
  return { type: lettered ? String.fromCharCode(bytes[0] ?? 0) : '', body: bytes.subarray(head, size), size };
}

/** Texts that end with 0, one after the other. */
export function cstrings(bytes: Bytes): readonly string[] {
  return decode(bytes).split('\0').slice(0, -1);
}
