// Answers that are kept in files, for requests about what the server serves: documents of the OpenAPI are big, and seldom
// change. What is too old is asked for again, with the request to send it only if it is another one.

import { createHash } from 'node:crypto';
import { statusLine } from '../../../sandbox/machine/http.ts';
import { type Blocking, type Bytes, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { decodeText, FileError, joined, makeFolders, readAll, readFile, writeFile } from '../files.ts';
import { joinPath } from '../text/path.ts';
import type { Answer, Headers } from './transport.ts';

/** Sends one request for an answer that may be cached. */
type Send = (headers: Headers) => Blocking<Answer>;

export interface HttpCache {
  /** The answer to a GET request of an address. `send` asks the server, with more headers when they are given. */
  get(url: string, headers: Headers, send: Send): Blocking<Answer>;
}

interface Stored {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly body: Bytes;
}

const SUM_LENGTH = 32;

export function createHttpCache(sys: Sys, folder: string): HttpCache {
  return {
    *get(url, headers, send) {
      const path = joinPath(folder, sha256(url).toString('hex'));
      const stored = yield* load(sys, path);
      const usable = stored !== undefined && varyMatches(stored, headers) ? stored : undefined;
      if (usable !== undefined && isFresh(usable, sys.now())) return fromCache(usable);
      const answer = yield* send(usable === undefined ? [] : validators(usable));
      if (usable !== undefined && answer.status === 304) {
        yield* drain(sys, answer);
        const renewed = { ...usable, headers: { ...usable.headers, ...answer.headers } };
        yield* save(sys, folder, path, renewed);
        return fromCache(renewed);
      }
      if (answer.status !== 200 || directives(answer.headers).has('no-store')) return answer;
      return yield* keep(sys, folder, path, headers, answer);
    },
  };
}

function* keep(sys: Sys, folder: string, path: string, headers: Headers, answer: Answer): Blocking<Answer> {
  const stored: Stored = {
    status: answer.status,
    headers: { ...answer.headers, ...variedHeaders(answer.headers, headers) },
    body: yield* drain(sys, answer),
  };
  yield* save(sys, folder, path, stored);
  return stored;
}

function fromCache(stored: Stored): Answer {
  return { ...stored, headers: { ...stored.headers, 'x-from-cache': ['1'] } };
}

/** The whole body of an answer, which is closed then. */
export function* drain(sys: Sys, { body }: Answer): Blocking<Bytes> {
  if (typeof body !== 'number') return body;
  const bytes = yield* readAll(sys, body);
  sys.close(body);
  return bytes;
}

function variedHeaders(answered: Answer['headers'], asked: Headers): Answer['headers'] {
  const names = (answered['vary'] ?? []).flatMap((line) => line.split(',').map((name) => name.trim().toLowerCase()));
  const pairs = names.flatMap((name) => {
    const value = asked.find(([other]) => other.toLowerCase() === name)?.[1];
    return value === undefined ? [] : [[`x-varied-${name}`, [value]] as const];
  });
  return Object.fromEntries(pairs);
}

function varyMatches({ headers }: Stored, asked: Headers): boolean {
  const wanted = variedHeaders(headers, asked);
  return Object.entries(wanted).every(([name, values]) => headers[name]?.[0] === values[0]);
}

function directives(headers: Answer['headers']): ReadonlyMap<string, string> {
  const parts = (headers['cache-control'] ?? []).flatMap((line) => line.split(','));
  return new Map(parts.map((part) => [part.split('=')[0]?.trim() ?? '', part.split('=')[1]?.trim() ?? '']));
}

function isFresh({ headers }: Stored, now: number): boolean {
  const control = directives(headers);
  const date = Date.parse(headers['date']?.[0] ?? '');
  if (control.has('no-cache') || Number.isNaN(date)) return false;
  const maxAge = control.get('max-age');
  const expires = Date.parse(headers['expires']?.[0] ?? '');
  const lifetime = maxAge === undefined ? expires - date : Number(maxAge) * 1000;
  return lifetime > now - date;
}

function validators({ headers }: Stored): Headers {
  const pairs = [
    ['If-None-Match', headers['etag']?.[0]],
    ['If-Modified-Since', headers['last-modified']?.[0]],
  ] as const;
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** Undefined when there is none, or one that was damaged. */
function* load(sys: Sys, path: string): Blocking<Stored | undefined> {
  let bytes: Bytes;
  try {
    bytes = yield* readFile(sys, path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
  const content = bytes.subarray(SUM_LENGTH);
  return sha256(content).equals(bytes.subarray(0, SUM_LENGTH)) ? parseStored(content) : undefined;
}

/** A cache that can't be written is no reason to fail. */
function* save(sys: Sys, folder: string, path: string, stored: Stored): Blocking<void> {
  const content = joined([new TextEncoder().encode(headText(stored)), stored.body]);
  try {
    makeFolders(sys, joinPath(folder, '.diskv-temp'), 0o750);
    const temporary = joinPath(folder, '.diskv-temp', String(sys.random(2 ** 31)));
    yield* writeFile(sys, temporary, joined([sha256(content), content]), 0o660);
    sys.chmod(temporary, 0o660);
    sys.rename(temporary, path);
  } catch (error) {
    if (!(error instanceof SysError) && !(error instanceof FileError)) throw error;
  }
}

function headText({ status, headers }: Stored): string {
  const lines = Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${canonicalName(name)}: ${value}\r\n`));
  return `HTTP/1.1 ${statusLine(status)}\r\n${lines.join('')}\r\n`;
}

function parseStored(content: Bytes): Stored | undefined {
  const end = content.findIndex((_, i) => [13, 10, 13, 10].every((byte, at) => content[i + at] === byte));
  const [first = '', ...lines] = decodeText(content.subarray(0, end)).split('\r\n');
  const status = Number(first.split(' ')[1]);
  if (end < 0 || Number.isNaN(status)) return undefined;
  const headers: Record<string, string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(': ');
    const name = line.slice(0, colon).toLowerCase();
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 2)];
  }
  return { status, headers, body: content.subarray(end + 4) };
}

/** `x-request-id` → `X-Request-Id`. */
export function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

function sha256(content: string | Bytes): Buffer {
  return createHash('sha256').update(content).digest();
}
