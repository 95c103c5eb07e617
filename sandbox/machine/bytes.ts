// Bytes and text. Bytes are never changed once they exist, so that files, pipes and copies of the machine share them.

import type { Bytes } from './sys.ts';

export const NO_BYTES: Bytes = new Uint8Array(0);

/** What /dev/zero gives: one block that every file of zeros shares, so that a gigabyte of them costs nothing. */
export const ZEROS: Bytes = new Uint8Array(65_536);

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function bytesOf(data: Bytes | string): Bytes {
  return typeof data === 'string' ? encoder.encode(data) : data;
}

/** UTF-8; what isn't becomes U+FFFD. */
export function textOf(bytes: Bytes): string {
  return decoder.decode(bytes);
}

export function joinBytes(parts: readonly Bytes[]): Bytes {
  const [first] = parts;
  if (first === undefined) return NO_BYTES;
  if (parts.length === 1) return first;
  let size = 0;
  for (const part of parts) size += part.length;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
