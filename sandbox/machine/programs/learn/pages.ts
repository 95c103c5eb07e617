// What the teaching servers have in common: health pages that `switch` turns, settings from the environment or from files,
// a log line a request.

import { rfc3339 } from '../../../time/units.ts';
import { httpHeader } from '../../http.ts';
import { type HttpReply, type HttpServer, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type PlainData, type ServerTls, type Sys, SysError } from '../../sys.ts';
import { tryTextFile } from '../kit/input.ts';
import { isOff } from './behaviour.ts';

/** A server's own pages; undefined: there is nothing. */
type Pages<S> = (request: ServedRequest, state: S, sys: Sys) => Blocking<HttpReply | undefined>;

export interface PageServer<S> {
  readonly name: string;
  readonly port: number;
  readonly tls?: ServerTls;
  readonly pages: Pages<S>;
}

/** Serves until SIGTERM, after which what was asked is still answered. */
export function* servePages<S extends PlainData>(
  sys: Sys,
  saved: PlainData | undefined,
  state: () => S,
  { name, port, tls, pages }: PageServer<S>,
): Blocking<number> {
  if (saved === undefined) {
    sys.onSignal('SIGTERM', 'catch');
    yield* say(sys, `${name} listens on ${port}`);
  }
  const server: HttpServer<S> = {
    port,
    ...(tls === undefined ? {} : { tls }),
    state,
    onSignal: () => 'drain',
    *handle(request, own, inner) {
      const reply = health(request, inner) ?? (yield* pages(request, own, inner));
      return reply ?? { status: 404, body: `nothing at ${request.path}\n` };
    },
    onAnswer: (request, reply, _, inner) => log(inner, request, reply),
  };
  return yield* serveHttp(sys, saved, server);
}

const LIVE = new Set(['/healthz', '/livez', '/live']);
const READY = new Set(['/readyz', '/ready']);

function health({ path }: ServedRequest, sys: Sys): HttpReply | undefined {
  const off = LIVE.has(path)
    ? ['live'].find((name) => isOff(sys, name))
    : READY.has(path)
      ? ['ready', 'dependency'].find((name) => isOff(sys, name))
      : undefined;
  if (off !== undefined) return { status: LIVE.has(path) ? 500 : 503, body: `${off} is switched off\n` };
  return LIVE.has(path) || READY.has(path) ? { status: 200, body: 'ok\n' } : undefined;
}

function* log(sys: Sys, request: ServedRequest, { status }: HttpReply): Blocking<void> {
  if (httpHeader(request.headers, 'user-agent')?.startsWith('kube-probe') === true) return;
  yield* say(sys, `${request.method} ${request.target} ${status} ${request.client?.host ?? '-'}`);
}

/** A line in the log. */
export function* say(sys: Sys, text: string): Blocking<void> {
  yield* sys.write(1, `${rfc3339(sys.now())} ${text}\n`);
}

/** A variable, or what stands in the file that `NAME_FILE` names. */
export function* setting(sys: Sys, name: string, otherwise = ''): Blocking<string> {
  const file = sys.env.get(`${name}_FILE`);
  if (file !== undefined) return ((yield* tryTextFile(sys, file)) ?? '').trim();
  return sys.env.get(name) ?? otherwise;
}

/** `kv:6379`, split. */
export function addressOf(text: string, port: number): { readonly host: string; readonly port: number } {
  const [host = '', given] = text.split(':');
  return { host, port: Number(given ?? port) || port };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'timed out',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'name not found',
  EHOSTUNREACH: 'no route to host',
};

/** Why something couldn't be reached. What isn't the machine's own error is thrown on. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
  return REASONS[error.code] ?? error.code;
}
