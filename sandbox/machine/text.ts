// Between bytes and text. Text is UTF-8; a byte that isn't valid UTF-8 travels as a lone surrogate (U+DC80 to U+DCFF) and
// comes out as the same byte, so that programs which pass text on never damage what isn't text.

import type { Bytes } from './sys.ts';

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const EMPTY: Bytes = new Uint8Array(0);
const LONE_SURROGATE = /[\ud800-\udfff]/u;

export function decode(bytes: Bytes): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeDamaged(bytes);
  }
}

/** Valid stretches are decoded as such, each other byte on its own. */
function decodeDamaged(bytes: Bytes): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length === 0) text += String.fromCharCode(0xdc00 + (bytes[i++] ?? 0));
    else {
      text += String.fromCodePoint(codePoint(bytes, i, length));
      i += length;
    }
  }
  return text;
}

/** How many bytes the valid sequence here has; 0 when there is none. */
function sequenceLength(bytes: Bytes, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || first >= 0xf5) return 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const code = codePoint(bytes, at, length);
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  return code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0 : length;
}

function codePoint(bytes: Bytes, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  if (length === 1) return first;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) code = (code << 6) | ((bytes[at + i] ?? 0) & 0x3f);
  return code;
}

export function encode(text: string): Bytes {
  if (text === '') return EMPTY;
  const bytes = encoder.encode(text);
  return LONE_SURROGATE.test(text) ? encodeDamaged(text) : bytes;
}

function encodeDamaged(text: string): Bytes {
  const pieces: Bytes[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xdc00 && text.charCodeAt(i + 1) >> 10 === 0x37) i++;
    else if (code >= 0xdc80 && code < 0xdd00) {
      pieces.push(encoder.encode(text.slice(from, i)), Uint8Array.of(code - 0xdc00));
      from = i + 1;
    }
  }
  pieces.push(encoder.encode(text.slice(from)));
  return concat(pieces);
}

export function concat(pieces: readonly Bytes[]): Bytes {
  if (pieces.length === 1) return pieces[0] ?? EMPTY;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
