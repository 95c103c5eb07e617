// nginx's worker: answers requests on one port as the configuration says.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { httpHeader } from '../../http.ts';
import { compileRegex } from '../../regex/regex.ts';
import { type HttpReply, type HttpServer, httpDate, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type Bytes, type PlainData, type Sys, SysError } from '../../sys.ts';
import { encode } from '../../text.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { readFile } from '../kit/input.ts';
import { type Exchange, variables, type WorkerState } from './exchange.ts';
import { accessLog, errorLine } from './logs.ts';
import { listing, ownPage, statusPage } from './pages.ts';
import { proxied } from './proxy.ts';
import { chooseLocation, chooseSite, type Location } from './sites.ts';

export function* runWorker(sys: Sys, saved: PlainData | undefined, state: WorkerState): Blocking<number> {
  if (saved === undefined) {
    for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGINT'] as const) sys.onSignal(signal, 'catch');
    sys.onSignal('SIGHUP', 'ignore');
  }
  const proxies = [...state.sites.ports.values()]
    .flat()
    .some(({ locations }) => locations.some(({ proxy }) => proxy !== undefined));
  const server: HttpServer<WorkerState> = {
    port: state.port,
    workers: proxies,
    state: () => state,
    keepAlive: durationMs(state.sites.keepAlive * 1000),
    bodyMax: 64 * 1024 * 1024,
    onSignal: (signal) => (signal === 'SIGQUIT' ? 'drain' : 'stop'),
    handle: (request, own, inner) => answer(request, own, inner),
  };
  return yield* serveHttp(sys, saved, server);
}

function* answer(request: ServedRequest, state: WorkerState, sys: Sys): Blocking<HttpReply> {
  state.requests++;
  const host = httpHeader(request.headers, 'host') ?? '';
  const site = chooseSite(state.sites.ports.get(state.port) ?? [], host);
  const path = normal(request.path);
  if (site === undefined) return { status: 400, body: '' };
  const exchange: Exchange = { sys, state, request, host, location: chooseLocation(site, path) };
  let reply = yield* serve(exchange, path, 0, (inner) => chooseLocation(site, inner));
  reply = yield* withErrorPage(exchange, reply, (inner) => chooseLocation(site, inner));
  const whole = complete(exchange, reply);
  yield* accessLog(exchange, whole);
  return whole;
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of decodePath(path).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}${path.endsWith('/') && parts.length > 0 ? '/' : ''}`;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

type Choose = (path: string) => Location;

function* serve(exchange: Exchange, path: string, depth: number, choose: Choose): Blocking<HttpReply> {
  const { location, request } = exchange;
  if (depth > 10) return { status: 500 };
  if (!isAllowed(location, request.client?.host ?? '')) return { status: 403 };
  if (request.body.length > location.bodyMax && location.bodyMax > 0) return { status: 413 };
  const moved = rewritten(location, path);
  if (moved !== undefined) {
    if (typeof moved !== 'string') return moved;
    if (moved !== path) {
      exchange.location = choose(moved);
      return yield* serve(exchange, moved, depth + 1, choose);
    }
  }
  if (location.answer !== undefined) return returned(exchange, location.answer, path);
  if (location.status) return statusPage(exchange);
  if (location.proxy !== undefined) return yield* proxied(exchange, location.proxy, path);
  if (location.tryFiles !== undefined) return yield* tryFiles(exchange, location.tryFiles, path, depth, choose);
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
  return yield* file(exchange, path, choose, depth);
}

function isAllowed({ access }: Location, client: string): boolean {
  const rule = access.find(({ who }) => who === 'all' || who === client || inNetwork(client, who));
  return rule?.allow ?? true;
}

export function inNetwork(address: string, network: string): boolean {
  const [base = '', bits] = network.split('/');
  if (bits === undefined) return false;
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}

/** The new path; a redirect; undefined when no rule fits. */
function rewritten({ rewrites }: Location, path: string): string | HttpReply | undefined {
  for (const { source, to, flag } of rewrites) {
    const match = compileRegex(source, { dialect: 'perl' }).search(path);
    if (match === undefined) continue;
    const target = to.replace(/\$(\d)/g, (_, digit: string) => match.groups[Number(digit) - 1] ?? '');
    if (flag === 'redirect' || flag === 'permanent' || /^https?:/.test(target))
      return { status: flag === 'permanent' ? 301 : 302, headers: { Location: target } };
    return target;
  }
  return undefined;
}

function returned(exchange: Exchange, { status, text }: { status: number; text: string }, path: string): HttpReply {
  const value = variables(exchange, text, path);
  if (status >= 300 && status < 400 && status !== 304)
    return { status, headers: { Location: value.startsWith('/') ? `http://${exchange.host}${value}` : value } };
  if (text === '' && status >= 400) return { status };
  return { status, headers: { 'Content-Type': exchange.location.defaultType }, body: value };
}

function* tryFiles(
  exchange: Exchange,
  words: readonly string[],
  path: string,
  depth: number,
  choose: Choose,
): Blocking<HttpReply> {
  const last = words.at(-1) ?? '';
  for (const word of words.slice(0, -1)) {
    const target = variables(exchange, word, path);
    const stat = statOrNothing(exchange.sys, filePath(exchange.location, target));
    if (stat?.type === (target.endsWith('/') ? 'directory' : 'file'))
      return yield* file(exchange, target, choose, depth);
  }
  if (last.startsWith('=')) return { status: Number(last.slice(1)) };
  const target = variables(exchange, last, path).replace(/\?.*$/, '');
  exchange.location = choose(target);
  const { tryFiles: again } = exchange.location;
  if (again !== undefined && target === path) return yield* file(exchange, target, choose, depth);
  return yield* serve(exchange, target, depth + 1, choose);
}

function filePath({ alias, root, path }: Location, target: string): string {
  return alias === undefined ? root + target : alias + target.slice(path.length);
}

function* file(exchange: Exchange, path: string, choose: Choose, depth: number): Blocking<HttpReply> {
  const { sys, location, host } = exchange;
  const place = filePath(location, path);
  const stat = statOrNothing(sys, place.replace(/(.)\/$/, '$1'));
  if (stat?.type === 'directory') {
    if (!path.endsWith('/')) return { status: 301, headers: { Location: `http://${host}${path}/` } };
    for (const name of location.index) {
      if (statOrNothing(sys, place + name)?.type !== 'file') continue;
      exchange.location = choose(path + name);
      return depth > 5 ? { status: 500 } : yield* file(exchange, path + name, choose, depth + 1);
    }
    if (location.autoindex) return listing(exchange, path, place);
    yield* errorLine(exchange, `directory index of "${place}" is forbidden`);
    return { status: 403 };
  }
  try {
    const bytes = yield* readFile(sys, place);
    yield* sys.spend(1);
    return fileReply(exchange, place, bytes);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const number = error.code === 'EACCES' ? 13 : error.code === 'ENOTDIR' ? 20 : 2;
    yield* errorLine(exchange, `open() "${place}" failed (${number}: ${errorText(error.code)})`);
    return { status: error.code === 'EACCES' ? 403 : 404 };
  }
}

function fileReply(exchange: Exchange, path: string, bytes: Bytes): HttpReply {
  const { sys, state, location, request } = exchange;
  const { modified } = sys.stat(path);
  const extension = /\.([^./]+)$/.exec(path)?.[1] ?? '';
  const etag = `"${Math.floor(modified / 1000).toString(16)}-${bytes.length.toString(16)}"`;
  const head = { 'Last-Modified': httpDate(modified), ETag: etag };
  if (httpHeader(request.headers, 'if-none-match') === etag) return { status: 304, headers: head };
  const type = state.sites.types.get(extension.toLowerCase()) ?? location.defaultType;
  return { status: 200, headers: { 'Content-Type': type, ...head, 'Accept-Ranges': 'bytes' }, body: bytes };
}

function* withErrorPage(exchange: Exchange, reply: HttpReply, choose: Choose): Blocking<HttpReply> {
  const page = exchange.location.errorPages.find(({ codes }) => codes.includes(reply.status));
  if (page === undefined || reply.body !== undefined) return reply;
  if (/^https?:/.test(page.to)) return { status: 302, headers: { Location: page.to } };
  const outer = exchange.location;
  exchange.location = choose(page.to);
  const place = filePath(exchange.location, page.to);
  const found =
    statOrNothing(exchange.sys, place)?.type === 'file'
      ? yield* file(exchange, page.to, choose, 9)
      : exchange.location.answer === undefined
        ? undefined
        : returned(exchange, exchange.location.answer, page.to);
  exchange.location = outer;
  return found === undefined || found.status >= 400 ? reply : { ...found, status: page.answer ?? reply.status };
}

/** Adds what every answer of nginx has; one without a body gets nginx's own page. */
function complete(exchange: Exchange, reply: HttpReply): HttpReply {
  const { state, sys, location } = exchange;
  const page =
    reply.body === undefined && reply.status !== 304 && reply.status !== 204
      ? ownPage(reply.status, `nginx/${state.version}`)
      : undefined;
  const { 'Content-Type': type, 'Last-Modified': modified, ...rest } = reply.headers ?? {};
  const body = page ?? reply.body ?? '';
  const size = typeof body === 'string' ? encode(body).length : body.length;
  const headers: Record<string, string | readonly string[]> = {
    Server: `nginx/${state.version}`,
    Date: httpDate(sys.now()),
  };
  const kind = page === undefined ? type : 'text/html';
  if (kind !== undefined) headers['Content-Type'] = kind;
  if (reply.status !== 304 && reply.status !== 204) headers['Content-Length'] = String(size);
  if (modified !== undefined) headers['Last-Modified'] = modified;
  headers['Connection'] = staysOpen(exchange.request) ? 'keep-alive' : 'close';
  Object.assign(headers, rest);
  const good = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(reply.status);
  for (const { name, value, always } of location.headers)
    if (good || always) headers[name] = variables(exchange, value, exchange.request.path);
  return { ...reply, headers, body, close: !staysOpen(exchange.request) };
}

function staysOpen({ version, headers }: ServedRequest): boolean {
  const wish = httpHeader(headers, 'connection')?.toLowerCase();
  return version === 'HTTP/1.0' ? wish === 'keep-alive' : wish !== 'close';
}
