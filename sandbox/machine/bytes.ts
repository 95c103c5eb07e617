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

/** The text of all whole characters, and the bytes of one that is cut off at the end. */
export function wholeText(before: Bytes, chunk: Bytes): { readonly text: string; readonly rest: Bytes } {
  const bytes = before.length === 0 ? chunk : joinBytes([before, chunk]);
  const end = bytes.length - unfinished(bytes);
  return { text: textOf(bytes.subarray(0, end)), rest: bytes.slice(end) };
}

/** How many bytes at the end begin a character that doesn't end there. */
function unfinished(bytes: Bytes): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
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
