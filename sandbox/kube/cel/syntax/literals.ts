// What literals mean: numbers, and strings with their quotes, prefixes and escapes.

import { bytes, double, int, uint, type Value } from '../values.ts';

/** Why a literal means nothing. */
export interface BadLiteral {
  readonly problem: string;
}

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

/** `12`, `0x1F`, with its sign if it has one. */
export function intLiteral(text: string, sign: string): Value | BadLiteral {
  const size = BigInt(text);
  const value = sign === '-' ? -size : size;
  return value < MIN_INT || value > MAX_INT ? { problem: 'invalid int literal' } : int(value);
}

/** `12u`, `0x1Fu`. */
export function uintLiteral(text: string): Value | BadLiteral {
  const value = BigInt(text.slice(0, -1));
  return value > MAX_UINT ? { problem: 'invalid uint literal' } : uint(value);
}

export function doubleLiteral(text: string, sign: string): Value | BadLiteral {
  const value = Number(sign + text);
  return Number.isFinite(value) ? double(value) : { problem: 'invalid double literal' };
}

/** A string literal with its prefix and quotes. */
export function stringLiteral(text: string): string | BadLiteral {
  const { content, raw } = unquoted(text);
  if (raw || !content.includes('\\')) return content;
  let result = '';
  for (const part of parts(content, false)) {
    if (typeof part !== 'number') return part;
    result += String.fromCodePoint(part);
  }
  return result;
}

/** A bytes literal with its prefix and quotes. */
export function bytesLiteral(text: string): Value | BadLiteral {
  const { content, raw } = unquoted(text.slice(1));
  if (raw || !content.includes('\\')) return bytes(new TextEncoder().encode(content));
  const result: number[] = [];
  for (const part of parts(content, true)) {
    if (typeof part !== 'number') return part;
    if (part < 0) result.push(-part - 1);
    else result.push(...new TextEncoder().encode(String.fromCodePoint(part)));
  }
  return bytes(Uint8Array.from(result));
}

function unquoted(text: string): { readonly content: string; readonly raw: boolean } {
  const normal = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const raw = normal.startsWith('r') || normal.startsWith('R');
  const quoted = raw ? normal.slice(1) : normal;
  const width = quoted.length >= 6 && /^("""|''')/.test(quoted) ? 3 : 1;
  return { content: quoted.slice(width, -width), raw };
}

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
  ['`', 96],
  ['?', 63],
]);

const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['X', 2],
  ['u', 4],
  ['U', 8],
]);

/** Code points; of bytes, a byte that was escaped as such comes as `-byte - 1`. */
function* parts(content: string, asBytes: boolean): Generator<number | BadLiteral> {
  for (let at = 0; at < content.length; ) {
    if (content[at] !== '\\') {
      const point = content.codePointAt(at) ?? 0;
      yield point;
      at += point > 0xffff ? 2 : 1;
      continue;
    }
    const letter = content.charAt(at + 1);
    const simple = SIMPLE.get(letter);
    if (simple !== undefined) {
      yield simple;
      at += 2;
      continue;
    }
    const length = LENGTHS.get(letter) ?? 3;
    const octal = !LENGTHS.has(letter);
    const start = octal ? at + 1 : at + 2;
    yield escaped(content.slice(start, start + length), octal ? 8 : 16, asBytes, length > 3);
    at = start + length;
  }
}

function escaped(digits: string, base: 8 | 16, asBytes: boolean, isUnicode: boolean): number | BadLiteral {
  if (asBytes && isUnicode) return { problem: 'unable to unescape string' };
  const value = Number.parseInt(digits, base);
  if (asBytes) return -(value & 0xff) - 1;
  const valid = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
  return valid ? value : { problem: 'invalid unicode code point' };
}
