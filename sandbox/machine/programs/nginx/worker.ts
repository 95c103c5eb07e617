// nginx's worker: answers requests on one port as the configuration says.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { httpHeader, httpReason } from '../../http.ts';
import { compileRegex } from '../../regex/regex.ts';
import { type HttpReply, type HttpServer, httpDate, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type Bytes, type PlainData, type Sys, SysError } from '../../sys.ts';
import { concat, encode } from '../../text.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { readFile } from '../kit/input.ts';
import { strftime, zoneOf } from '../kit/strftime.ts';
import { chooseLocation, chooseSite, type Location, type Sites } from './sites.ts';

/** What a worker saves beside its connections. */
export interface WorkerState {
  readonly sites: Sites;
  readonly port: number;
  readonly version: string;
  /** Log files by path. */
  readonly logs: Map<string, number>;
  requests: number;
  connections: number;
  /** Which backend is next, by upstream. */
  readonly next: Map<string, number>;
}

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

interface Exchange {
  readonly sys: Sys;
  readonly state: WorkerState;
  readonly request: ServedRequest;
  readonly host: string;
  location: Location;
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

function inNetwork(address: string, network: string): boolean {
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

/** Replaces `$host`, `$uri` and the like. */
function variables({ request, host, sys, state }: Exchange, text: string, path: string): string {
  const values: Readonly<Record<string, string>> = {
    host: host.replace(/:\d+$/, ''),
    http_host: host,
    uri: path,
    request_uri: request.target,
    args: request.query,
    query_string: request.query,
    is_args: request.query === '' ? '' : '?',
    remote_addr: request.client?.host ?? '',
    remote_port: String(request.client?.port ?? ''),
    request_method: request.method,
    scheme: 'http',
    server_port: String(state.port),
    server_name: host.replace(/:\d+$/, ''),
    hostname: sys.hostname(),
    proxy_add_x_forwarded_for: [...(request.headers['x-forwarded-for'] ?? []), request.client?.host ?? ''].join(', '),
    nginx_version: state.version,
    time_iso8601: strftime('%Y-%m-%dT%H:%M:%S+00:00', sys.now() / 1000),
    server_addr:
      request.client === undefined
        ? ''
        : (sys.interfaces().find(({ name }) => name !== 'lo')?.addresses[0]?.address ?? '127.0.0.1'),
  };
  return text.replace(/\$\{?([a-z_0-9]+)\}?/g, (whole, name: string) => {
    if (Object.hasOwn(values, name)) return values[name] ?? '';
    if (name.startsWith('http_')) return httpHeader(request.headers, name.slice(5).replaceAll('_', '-')) ?? '';
    if (name.startsWith('arg_')) return new URLSearchParams(request.query).get(name.slice(4)) ?? '';
    return name === 'remote_user' ? '' : whole;
  });
}

function statusPage({ state }: Exchange): HttpReply {
  const body = `Active connections: 1 \nserver accepts handled requests\n ${state.requests} ${state.requests} ${state.requests} \nReading: 0 Writing: 1 Waiting: 0 \n`;
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body };
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

function listing({ sys }: Exchange, path: string, place: string): HttpReply {
  const rows = sys.readdir(place).map((name) => {
    const stat = statOrNothing(sys, place + name);
    const shown = stat?.type === 'directory' ? `${name}/` : name;
    const size = stat?.type === 'directory' ? '-' : String(stat?.size ?? 0);
    return `<a href="${shown}">${shown}</a>${' '.repeat(Math.max(1, 51 - shown.length))}${strftime('%d-%b-%Y %H:%M', (stat?.modified ?? 0) / 1000)}${size.padStart(20)}\r\n`;
  });
  const body = `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`;
  return { status: 200, headers: { 'Content-Type': 'text/html' }, body };
}

/** Passes a request on to an address or a group of them. */
function* proxied(exchange: Exchange, target: string, path: string): Blocking<HttpReply> {
  const { sys, request, location, state } = exchange;
  const url = /^(https?):\/\/([^/]+)(\/.*)?$/.exec(variables(exchange, target, path));
  if (url === null) return { status: 500 };
  const [, scheme = 'http', name = '', base] = url;
  const backend = chooseBackend(state, name);
  const rest =
    base === undefined
      ? request.target
      : base +
        request.target.slice(location.match === 'prefix' || location.match === 'first' ? location.path.length : 0);
  const headers: Record<string, string> = { Host: name, Connection: 'close' };
  for (const [key, values] of Object.entries(request.headers))
    if (key !== 'host' && key !== 'connection') headers[key] = values.join(', ');
  for (const [key, value] of location.proxyHeaders) {
    const text = variables(exchange, value, path);
    if (text !== '') headers[key] = text;
  }
  try {
    const response = yield* sys.http({
      method: request.method,
      url: `${scheme}://${backend}${rest}`,
      headers,
      body: request.body,
      timeout: durationMs(location.proxyTimeout * 1000),
    });
    const chunks: Bytes[] = [];
    for (;;) {
      const chunk = yield* sys.read(response.body, 65_536);
      if (chunk.length === 0) break;
      chunks.push(chunk);
    }
    sys.close(response.body);
    const kept = Object.entries(response.headers).filter(
      ([key]) => !['connection', 'transfer-encoding', 'content-length', 'server', 'date', 'keep-alive'].includes(key),
    );
    return {
      status: response.status,
      headers: Object.fromEntries(kept.map(([key, values]) => [headerName(key), values])),
      body: concat(chunks),
    };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const late = error.code === 'ETIMEDOUT';
    const why = late
      ? 'upstream timed out (110: Connection timed out) while reading response header from upstream'
      : error.code === 'ENOTFOUND'
        ? `${name} could not be resolved (3: Host not found)`
        : `connect() failed (${error.code === 'ECONNREFUSED' ? 111 : 113}: ${errorText(error.code)}) while connecting to upstream`;
    yield* errorLine(exchange, why, `, upstream: "${scheme}://${backend}${rest}"`);
    return { status: late ? 504 : 502 };
  }
}

function headerName(name: string): string {
  return name === 'etag' ? 'ETag' : name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** In turn. */
function chooseBackend({ sites, next }: WorkerState, name: string): string {
  const backends = sites.upstreams.get(name);
  if (backends === undefined || backends.length === 0) return name;
  const turn = next.get(name) ?? 0;
  next.set(name, turn + 1);
  return backends[turn % backends.length] ?? name;
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
      ? ownPage(reply.status, state.version)
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

/** nginx's names differ from the usual ones here and there. */
const TITLES: Readonly<Record<number, string>> = {
  302: 'Found',
  403: 'Forbidden',
  405: 'Not Allowed',
  413: 'Request Entity Too Large',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

function ownPage(status: number, version: string): string {
  const title = `${status} ${TITLES[status] ?? httpReason(status)}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`;
}

function* logTo(sys: Sys, logs: Map<string, number>, path: string, line: string): Blocking<void> {
  try {
    let fd = logs.get(path);
    if (fd === undefined) {
      fd = yield* sys.open(path, { write: true, create: true, append: true });
      logs.set(path, fd);
    }
    yield* sys.write(fd, line);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
  }
}

function* accessLog(exchange: Exchange, reply: HttpReply): Blocking<void> {
  const { request, sys, state, location } = exchange;
  if (location.accessLog === undefined) return;
  const body = reply.body ?? '';
  const bytes =
    request.method === 'HEAD' || reply.status === 304
      ? 0
      : typeof body === 'string'
        ? encode(body).length
        : body.length;
  const header = (name: string): string => httpHeader(request.headers, name) ?? '-';
  const zone = zoneOf(sys.env.get('TZ'));
  const values: Readonly<Record<string, string>> = {
    remote_user: '-',
    time_local: strftime('%d/%b/%Y:%H:%M:%S %z', sys.now() / 1000, zone),
    request: `${request.method} ${request.target} ${request.version}`,
    status: String(reply.status),
    body_bytes_sent: String(bytes),
    bytes_sent: String(bytes + 238),
    http_referer: header('referer'),
    http_user_agent: header('user-agent'),
    http_x_forwarded_for: header('x-forwarded-for'),
    request_time: '0.000',
    upstream_response_time: '-',
    upstream_addr: '-',
    pid: String(sys.pid),
    msec: (sys.now() / 1000).toFixed(3),
  };
  const text = location.accessLog.format.replace(/\$\{?([a-z_0-9]+)\}?/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : variables(exchange, whole, request.path) || '-',
  );
  yield* logTo(sys, state.logs, location.accessLog.path, `${text}\n`);
}

function* errorLine(exchange: Exchange, message: string, tail = ''): Blocking<void> {
  const { sys, request, state, location, host } = exchange;
  const where = `client: ${request.client?.host ?? '-'}, server: ${serverName(exchange)}, request: "${request.method} ${request.target} ${request.version}"${tail}, host: "${host}"`;
  yield* logTo(
    sys,
    state.logs,
    location.errorLog,
    `${stamp(sys)} [error] ${sys.pid}#${sys.pid}: *${state.requests} ${message}, ${where}\n`,
  );
}

function serverName({ state, host }: Exchange): string {
  return chooseSite(state.sites.ports.get(state.port) ?? [], host)?.names[0] ?? '';
}

/** `2026/01/01 00:00:00` */
export function stamp(sys: Sys): string {
  return strftime('%Y/%m/%d %H:%M:%S', sys.now() / 1000, zoneOf(sys.env.get('TZ')));
}
