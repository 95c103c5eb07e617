// HTTP/1.1 as text: heads read and written, bodies framed by length, by chunks or by the end of the connection. Used by
// the kernel for its clients and by programs that serve.

import { bytesOf, joinBytes, NO_BYTES, textOf } from './bytes.ts';
import { type Buffer, peek, take } from './streams/buffer.ts';
import type { Bytes } from './sys.ts';

/** Names in lower case; values in the order in which they came. No prototype. */
export type HttpHeaders = Readonly<Record<string, readonly string[]>>;

export interface HttpRequestHead {
  readonly method: string;
  /** As it stands in the request line: a path with query, or a whole URL. */
  readonly target: string;
  readonly version: string;
  readonly headers: HttpHeaders;
}

export interface HttpResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly version: string;
  readonly headers: HttpHeaders;
}

/** What came isn't HTTP, or too much of it; `status` is what a server answers. */
export class HttpError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

const HEAD_MAX = 65_536;
const HEADERS_MAX = 200;

const REASONS: Readonly<Record<number, string>> = {
  100: 'Continue',
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  418: "I'm a teapot",
  422: 'Unprocessable Entity',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
};

/** `Not Found`; empty for a number that nobody registered. */
export function httpReason(status: number): string {
  return REASONS[status] ?? '';
}

/** `404 Not Found`. */
export function statusLine(status: number): string {
  return `${status} ${httpReason(status)}`.trimEnd();
}

/** Headers in the form in which everything here takes them. Later values of a name join earlier ones. */
export function httpHeaders(entries: Iterable<readonly [string, string | readonly string[]]>): HttpHeaders {
  const headers: Record<string, string[]> = Object.create(null);
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    const known = headers[key];
    const values = typeof value === 'string' ? [value] : value;
    if (known === undefined) headers[key] = [...values];
    else known.push(...values);
  }
  return headers;
}

/** The first value of a header; undefined when it didn't come. */
export function httpHeader(headers: HttpHeaders, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name]?.[0] : undefined;
}

/** Takes a request's head from what has arrived; undefined while it isn't complete. HttpError. */
export function takeRequestHead(buffer: Buffer): HttpRequestHead | undefined {
  const lines = takeHead(buffer);
  if (lines === undefined) return undefined;
  const [method = '', target = '', version = ''] = (lines[0] ?? '').split(' ');
  if (method === '' || target === '' || !version.startsWith('HTTP/'))
    throw new HttpError(400, 'malformed request line');
  return { method, target, version, headers: parseHeaders(lines) };
}

/** Takes a response's head from what has arrived; undefined while it isn't complete. HttpError. */
export function takeResponseHead(buffer: Buffer): HttpResponseHead | undefined {
  const lines = takeHead(buffer);
  if (lines === undefined) return undefined;
  const line = lines[0] ?? '';
  const [version = '', code = ''] = line.split(' ');
  const status = Number(code);
  if (!version.startsWith('HTTP/') || !/^[1-9][0-9]{2}$/.test(code)) {
    throw new HttpError(502, `malformed HTTP response ${JSON.stringify(line.slice(0, 80))}`);
  }
  return { version, status, reason: line.slice(version.length + code.length + 2), headers: parseHeaders(lines) };
}

function takeHead(buffer: Buffer): readonly string[] | undefined {
  const bytes = peek(buffer);
  const end = headEnd(bytes);
  if (end === undefined) {
    if (bytes.length > HEAD_MAX) throw new HttpError(431, 'request header too large');
    return undefined;
  }
  return textOf(take(buffer, end)).trimEnd().split(/\r?\n/);
}

/** Where the empty line after a head ends. */
function headEnd(bytes: Bytes): number | undefined {
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return undefined;
}

function parseHeaders(lines: readonly string[]): HttpHeaders {
  if (lines.length > HEADERS_MAX) throw new HttpError(431, 'too many headers');
  const entries: [string, string][] = [];
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const colon = line.indexOf(':');
    if (colon <= 0) throw new HttpError(400, 'malformed header line');
    entries.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return httpHeaders(entries);
}

export type HeaderValue = string | readonly string[];

/** The text of a request. Host, Content-Length and the like are the caller's business. */
export function formatRequest(
  method: string,
  target: string,
  headers: Iterable<readonly [string, HeaderValue]>,
  body: Bytes | string = NO_BYTES,
): Bytes {
  return joinBytes([bytesOf(`${method} ${target} HTTP/1.1\r\n${formatHeaders(headers)}\r\n`), bytesOf(body)]);
}

export function formatResponse(
  status: number,
  headers: Iterable<readonly [string, HeaderValue]>,
  body: Bytes | string = NO_BYTES,
): Bytes {
  const head = `HTTP/1.1 ${status} ${httpReason(status)}\r\n${formatHeaders(headers)}\r\n`;
  return typeof body === 'string' ? bytesOf(head + body) : joinBytes([bytesOf(head), body]);
}

function formatHeaders(headers: Iterable<readonly [string, HeaderValue]>): string {
  let text = '';
  for (const [name, value] of headers) {
    for (const one of typeof value === 'string' ? [value] : value) text += `${name}: ${clean(one)}\r\n`;
  }
  return text;
}

/** A value can't end its line and smuggle in another header. */
function clean(value: string): string {
  return /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, ' ') : value;
}

/** One chunk of a chunked body; an empty one would end it, and comes out as nothing. */
export function formatChunk(data: Bytes | string): Bytes {
  const bytes = bytesOf(data);
  if (bytes.length === 0) return NO_BYTES;
  return joinBytes([bytesOf(`${bytes.length.toString(16)}\r\n`), bytes, bytesOf('\r\n')]);
}

export const LAST_CHUNK: Bytes = bytesOf('0\r\n\r\n');

/** How far a body has been read; plain data. */
export interface BodyFraming {
  readonly by: 'length' | 'chunks' | 'close';
  /** Bytes to come: of the body, or of the chunk. */
  left: number;
  /** For chunks: what comes next. */
  next: 'size' | 'data' | 'data-end' | 'trailer';
  done: boolean;
}

export function requestFraming({ headers }: HttpRequestHead): BodyFraming {
  return framing(headers, 'none');
}

export function responseFraming({ status, headers }: HttpResponseHead, method: string): BodyFraming {
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return newFraming('length', 0);
  return framing(headers, 'close');
}

function framing(headers: HttpHeaders, otherwise: 'none' | 'close'): BodyFraming {
  if (httpHeader(headers, 'transfer-encoding')?.toLowerCase() === 'chunked') return newFraming('chunks', 0);
  const length = httpHeader(headers, 'content-length');
  if (length === undefined) return newFraming(otherwise === 'close' ? 'close' : 'length', 0);
  if (!/^[0-9]{1,15}$/.test(length)) throw new HttpError(400, 'malformed content length');
  return newFraming('length', Number(length));
}

function newFraming(by: BodyFraming['by'], left: number): BodyFraming {
  return { by, left, next: 'size', done: by === 'length' && left === 0 };
}

/** The next bytes of a body out of what has arrived; undefined while more is needed. Ask `done` first. HttpError. */
export function takeBody(framing: BodyFraming, buffer: Buffer, limit: number, ended: boolean): Bytes | undefined {
  if (framing.by === 'chunks') return takeChunked(framing, buffer, limit, ended);
  if (buffer.size === 0) {
    if (!ended) return undefined;
    if (framing.by === 'length') throw new HttpError(502, 'unexpected EOF');
    framing.done = true;
    return NO_BYTES;
  }
  if (framing.by === 'close') return take(buffer, limit);
  const bytes = take(buffer, Math.min(limit, framing.left));
  framing.left -= bytes.length;
  framing.done = framing.left === 0;
  return bytes;
}

function takeChunked(framing: BodyFraming, buffer: Buffer, limit: number, ended: boolean): Bytes | undefined {
  for (;;) {
    if (framing.next === 'data') {
      if (buffer.size === 0) break;
      const bytes = take(buffer, Math.min(limit, framing.left));
      framing.left -= bytes.length;
      if (framing.left === 0) framing.next = 'data-end';
      return bytes;
    }
    const line = takeLine(buffer);
    if (line === undefined) break;
    if (framing.next === 'data-end') framing.next = 'size';
    else if (framing.next === 'trailer') {
      if (line !== '') continue;
      framing.done = true;
      return NO_BYTES;
    } else readChunkSize(framing, line);
  }
  if (ended) throw new HttpError(502, 'unexpected EOF');
  return undefined;
}

function readChunkSize(framing: BodyFraming, line: string): void {
  const size = (line.split(';')[0] ?? '').trim();
  if (!/^[0-9a-fA-F]{1,8}$/.test(size)) throw new HttpError(400, 'malformed chunk size');
  framing.left = Number.parseInt(size, 16);
  framing.next = framing.left === 0 ? 'trailer' : 'data';
}

function takeLine(buffer: Buffer): string | undefined {
  const end = peek(buffer).indexOf(0x0a);
  return end < 0 ? undefined : textOf(take(buffer, end + 1)).trimEnd();
}
