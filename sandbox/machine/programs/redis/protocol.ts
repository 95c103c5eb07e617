// RESP, the protocol of redis: requests and answers as bytes.

import type { Bytes } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';

export type Reply =
  | { readonly r: 'ok'; readonly text: string }
  | { readonly r: 'error'; readonly text: string }
  | { readonly r: 'number'; readonly value: number }
  | { readonly r: 'text'; readonly text: string }
  | { readonly r: 'nothing' }
  | { readonly r: 'list'; readonly items: readonly Reply[] };

export const OK: Reply = { r: 'ok', text: 'OK' };
export const NOTHING: Reply = { r: 'nothing' };

export function encodeReply(reply: Reply): Bytes {
  switch (reply.r) {
    case 'ok':
      return encode(`+${reply.text}\r\n`);
    case 'error':
      return encode(`-${reply.text}\r\n`);
    case 'number':
      return encode(`:${reply.value}\r\n`);
    case 'nothing':
      return encode('$-1\r\n');
    case 'text': {
      const bytes = encode(reply.text);
      return concat([encode(`$${bytes.length}\r\n`), bytes, encode('\r\n')]);
    }
    case 'list':
      return concat([encode(`*${reply.items.length}\r\n`), ...reply.items.map(encodeReply)]);
  }
}

export function encodeCommand(words: readonly string[]): Bytes {
  return encodeReply({ r: 'list', items: words.map((text) => ({ r: 'text', text })) });
}

export interface Decoded<T> {
  readonly value: T;
  readonly used: number;
}

function lineEnd(bytes: Bytes, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) if (bytes[at + 1] === 10) return at;
  return -1;
}

/** The next answer; undefined while it isn't complete. */
export function decodeReply(bytes: Bytes, from = 0): Decoded<Reply> | undefined {
  const end = lineEnd(bytes, from);
  if (end < 0) return undefined;
  const line = decode(bytes.subarray(from + 1, end));
  const used = end + 2;
  switch (String.fromCharCode(bytes[from] ?? 0)) {
    case '+':
      return { value: { r: 'ok', text: line }, used };
    case '-':
      return { value: { r: 'error', text: line }, used };
    case ':':
      return { value: { r: 'number', value: Number(line) }, used };
    case '$': {
      const size = Number(line);
      if (size < 0) return { value: NOTHING, used };
      if (bytes.length < used + size + 2) return undefined;
      return { value: { r: 'text', text: decode(bytes.subarray(used, used + size)) }, used: used + size + 2 };
    }
    case '*':
      return decodeList(bytes, Number(line), used);
    default:
      return { value: { r: 'error', text: 'ERR Protocol error' }, used };
  }
}

function decodeList(bytes: Bytes, count: number, from: number): Decoded<Reply> | undefined {
  if (count < 0) return { value: NOTHING, used: from };
  const items: Reply[] = [];
  let at = from;
  for (let i = 0; i < Math.min(count, 1_000_000); i++) {
    const item = decodeReply(bytes, at);
    if (item === undefined) return undefined;
    items.push(item.value);
    at = item.used;
  }
  return { value: { r: 'list', items }, used: at };
}

/** The next request: a list of texts, or a line of words. Undefined while it isn't complete. */
export function decodeCommand(bytes: Bytes, from = 0): Decoded<readonly string[]> | undefined {
  if (from >= bytes.length) return undefined;
  if (bytes[from] === 42) {
    const list = decodeReply(bytes, from);
    if (list === undefined) return undefined;
    const words =
      list.value.r === 'list'
        ? list.value.items.map((item) =>
            item.r === 'text' || item.r === 'ok' ? item.text : item.r === 'number' ? String(item.value) : '',
          )
        : [];
    return { value: words, used: list.used };
  }
  const end = bytes.indexOf(10, from);
  if (end < 0) return undefined;
  const line = decode(bytes.subarray(from, end)).trim();
  return { value: line === '' ? [] : line.split(/\s+/), used: end + 1 };
}
