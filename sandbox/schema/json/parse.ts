// JSON from outside becomes values. Nearly every text is read by JSON.parse; the exact reader takes those in which
// something may hide that JSON.parse would drop in silence.

import type { JsonValue } from '../../kube/json.ts';
import { MAX_DEPTH, type ParsedJson, readExactly } from './reader.ts';

/** Reads JSON as the API server does. Throws a DecodingError with the words of Go's decoder. */
export function parseJson(input: string | Uint8Array): ParsedJson {
  const text = typeof input === 'string' ? input : UTF8.decode(input);
  const value = ODD.some((pattern) => pattern.test(text)) ? undefined : parseQuickly(text);
  if (value !== undefined) return { value };
  try {
    return readExactly(text);
  } catch (error) {
    // Go names the byte that it can't take, so the words of the refusal come from a second look, byte by byte.
    readExactly(characterPerByte(typeof input === 'string' ? new TextEncoder().encode(input) : input));
    throw error;
  }
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

function characterPerByte(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 4096) parts.push(String.fromCharCode(...bytes.subarray(i, i + 4096)));
  return parts.join('');
}

/** Numbers that aren't short whole ones, and escapes that may be half a character. Matches within strings do no harm. */
const ODD: readonly RegExp[] = [/":\s*-?(?:\d+[.eE]|\d{16})/, /[[,]\s*-?(?:\d+[.eE]|\d{16})/, /\\u[dD][89a-fA-F]/];

/** Undefined when the text isn't JSON, or when members were lost. */
function parseQuickly(text: string): JsonValue | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return countMembers(value, MAX_DEPTH) === countNames(text) ? value : undefined;
}

/** Members of the value at any depth; not a number when it is nested deeper than allowed. */
function countMembers(value: JsonValue | undefined, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === 0) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item, depth - 1);
    return count;
  }
  for (const item of Object.values(value)) count += 1 + (typeof item === 'object' ? countMembers(item, depth - 1) : 0);
  return count;
}

/** How often a quote is followed by a colon: the members of the text, if it has no blanks there. */
function countNames(text: string): number {
  let count = 0;
  for (let i = text.indexOf('":'); i >= 0; i = text.indexOf('":', i + 2)) {
    if (text.charCodeAt(i - 1) !== 0x5c) count++;
  }
  return count;
}
