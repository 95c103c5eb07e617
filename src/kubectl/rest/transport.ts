// One HTTP exchange with the server: headers that kubectl always sends, -v's account of it, errors in Go's words.

import { RELEASE } from '../../../sandbox/kube/release.ts';
import { statusLine } from '../../../sandbox/machine/http.ts';
import {
  type Blocking,
  type Bytes,
  type Fd,
  type HttpRequest,
  type Sys,
  SysError,
} from '../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import { ConnectionError } from '../errors.ts';
import { type Log, logPair } from '../log.ts';
import type { RestConfig } from './config.ts';
import { canonicalName, type HttpCache } from './httpcache.ts';

export type Headers = readonly (readonly [name: string, value: string])[];

export interface Exchange {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** Accept and Content-Type; all else is added. */
  readonly headers: Headers;
  readonly body?: string | Bytes;
  /** Milliseconds; 0 is no limit. */
  readonly timeout: number;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** To be read to its end or closed; bytes are all of it. */
  readonly body: Fd | Bytes;
}

export type Transport = (exchange: Exchange) => Blocking<Answer>;

export const USER_AGENT = `kubectl/${RELEASE} (linux/amd64) kubernetes/$Format`;

/** `command` is what the server is told about the command line, `kubectl get`. GET requests are cached, with a cache. */
export function createTransport(
  sys: Sys,
  log: Log,
  config: RestConfig,
  command: Headers,
  cache?: HttpCache,
): Transport {
  let connected = false;
  return function* send(exchange) {
    const visible = sortedHeaders([...exchange.headers, ['User-Agent', USER_AGENT], ...config.headers]);
    yield* logRequest(log, exchange, visible);
    const began = sys.now();
    let answer: Answer;
    try {
      const ask = (more: Headers): Blocking<Answer> =>
        sys.http(request(exchange, [...visible, ...command, ...more], config));
      const cached = exchange.method === 'GET' ? cache : undefined;
      answer = yield* cached === undefined ? ask([]) : cached.get(exchange.url, visible, ask);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* logFailure(log, exchange, sys.now() - began);
      throw new ConnectionError(exchange.method, exchange.url, connectionFailure(error, exchange.url));
    }
    yield* logAnswer(log, exchange, answer, sys.now() - began, connected);
    connected = true;
    return answer;
  };
}

function request(exchange: Exchange, headers: Headers, config: RestConfig): HttpRequest {
  return {
    method: exchange.method,
    url: exchange.url,
    headers: byName(headers),
    ...(exchange.body === undefined ? {} : { body: exchange.body }),
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    ...(exchange.timeout === 0 ? {} : { timeout: durationMs(exchange.timeout) }),
  };
}

/** Headers as requests have them: one that comes several times has a list. */
export function byName(headers: Headers): Readonly<Record<string, string | readonly string[]>> {
  const named = new Map<string, string | readonly string[]>();
  for (const [name, value] of headers) {
    const before = named.get(name);
    named.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(named);
}

export function sortedHeaders(headers: Headers): Headers {
  return [...headers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

export function* logRequest(
  log: Log,
  { method, url }: Pick<Exchange, 'method' | 'url'>,
  headers: Headers,
): Blocking<void> {
  if (log.verbosity < 7) return;
  if (log.verbosity >= 9) {
    const options = headers.map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${masked(name, value)}`)}`);
    const curl = `curl -v -X${method} ${options.join('')} '${url}'\n`;
    yield* log.info(9, 'round_trippers.go:527', `"Request" ${logPair('curlCommand', curl)}`);
    return;
  }
  const lines = headers.map(([name, value]) => `${name}: ${masked(name, value)}\n`).join('');
  const pairs = `verb=${JSON.stringify(method)} url=${JSON.stringify(url)} ${logPair('headers', lines)}`;
  yield* log.info(7, 'round_trippers.go:527', `"Request" ${pairs}`);
}

export function* logAnswer(
  log: Log,
  { method, url }: Pick<Exchange, 'method' | 'url'>,
  answer: Pick<Answer, 'status' | 'headers'>,
  took: number,
  reused: boolean,
): Blocking<void> {
  const level = log.verbosity;
  if (level < 6) return;
  if (level >= 9 && !reused) {
    const address = /^[a-z]+:\/\/([^/]*)/.exec(url)?.[1] ?? '';
    yield* log.info(9, 'round_trippers.go:562', `"HTTP Trace: Dial succeed" network="tcp" address="${address}"`);
  }
  const timing = reused ? ['getConnection'] : ['dnsLookup', 'dial', 'tlsHandshake'];
  const parts = [
    ...(level === 6 || level >= 9 ? [logPair('verb', method), logPair('url', url)] : []),
    logPair('status', statusLine(answer.status)),
    ...(level >= 8 ? [logPair('headers', answerHeaders(answer))] : []),
    `milliseconds=${took}`,
    ...(level >= 9 ? [...timing, 'serverProcessing'].map((name) => `${name}Milliseconds=0`) : []),
  ];
  yield* log.info(6, 'round_trippers.go:632', `"Response" ${parts.join(' ')}`);
}

export function* logFailure(log: Log, { method, url }: Pick<Exchange, 'method' | 'url'>, took: number): Blocking<void> {
  const verb = log.verbosity === 6 || log.verbosity >= 9 ? `${logPair('verb', method)} ${logPair('url', url)} ` : '';
  const headers = log.verbosity >= 8 ? ' headers=""' : '';
  yield* log.info(6, 'round_trippers.go:632', `"Response" ${verb}status=""${headers} milliseconds=${took}`);
}

function answerHeaders({ headers }: Pick<Answer, 'headers'>): string {
  const names = Object.keys(headers).map((name) => [canonicalName(name), headers[name] ?? []] as const);
  return names
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${name}: ${value}\n`))
    .join('');
}

function masked(name: string, value: string): string {
  if (name.toLowerCase() !== 'authorization') return value;
  const [kind = '', rest] = value.split(' ', 2);
  if (!['bearer', 'basic', 'negotiate'].includes(kind.toLowerCase())) return '<masked>';
  return rest === undefined ? kind : `${kind} <masked>`;
}

/** What Go's net packages say when no answer comes. */
export function connectionFailure(error: SysError, url: string): string {
  const [, scheme = '', host = '', port] = /^([a-z]+):\/\/(\[[^\]]*\]|[^:/]*):?(\d*)/.exec(url) ?? [];
  const address = `${host === 'localhost' ? '127.0.0.1' : host}:${port || (scheme === 'https' ? '443' : '80')}`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`;
    case 'ENETUNREACH':
      return `dial tcp ${address}: connect: network is unreachable`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${host}${error.message.startsWith('on ') ? ` ${error.message}` : ''}: no such host`;
    case 'ETIMEDOUT':
      return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    case 'ECONNRESET':
      return 'EOF';
    case 'ETLS':
      return `tls: failed to verify certificate: ${error.message}`;
    default:
      return error.message;
  }
}
