// Just enough of HTTP/1.1 for a proxy: reading requests out of bytes, and writing the heads of the server's answers.

import { httpReason } from '../../../../sandbox/machine/http.ts';
import type { Bytes } from '../../../../sandbox/machine/sys.ts';
import { decodeText } from '../../files.ts';
import type { Headers } from '../../rest/transport.ts';

export interface ProxiedRequest {
  readonly method: string;
  readonly target: string;
  /** Names as they came. */
  readonly headers: Headers;
  readonly body: Bytes;
}

/** The first whole request, and how many bytes it took. Undefined while some of it is missing. */
export function readRequest(bytes: Bytes): { readonly request: ProxiedRequest; readonly length: number } | undefined {
  const text = decodeText(bytes);
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const [method = 'GET', target = '/'] = first.split(' ');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const start = new TextEncoder().encode(text.slice(0, end)).length + 4;
  const length = start + Number(headerOf(headers, 'content-length') || 0);
  if (bytes.length < length) return undefined;
  return { request: { method, target, headers, body: bytes.subarray(start, length) }, length };
}

export function headerOf(headers: Headers, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? '';
}

/** The connection is closed after each answer, so that its end needs no mark. */
export function head(status: number, headers: Readonly<Record<string, readonly string[]>>): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !['connection', 'transfer-encoding'].includes(name))
    .flatMap(([name, values]) => values.map((value) => `${canonical(name)}: ${value}\r\n`));
  return `HTTP/1.1 ${status} ${httpReason(status)}\r\n${lines.join('')}Connection: close\r\n\r\n`;
}

function canonical(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (part) => part.toUpperCase());
}
