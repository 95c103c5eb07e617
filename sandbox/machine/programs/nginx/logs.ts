// What nginx writes down: a line a request, and what went wrong.

import { httpHeader } from '../../http.ts';
import type { HttpReply } from '../../serve.ts';
import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { encode } from '../../text.ts';
import { strftime, zoneOf } from '../kit/strftime.ts';
import { type Exchange, variables } from './exchange.ts';
import { chooseSite } from './sites.ts';

export function* accessLog(exchange: Exchange, reply: HttpReply): Blocking<void> {
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

export function* errorLine(exchange: Exchange, message: string, tail = ''): Blocking<void> {
  const { sys, request, state, location, host } = exchange;
  const where = `client: ${request.client?.host ?? '-'}, server: ${serverName(exchange)}, request: "${request.method} ${request.target} ${request.version}"${tail}, host: "${host}"`;
  yield* logTo(
    sys,
    state.logs,
    location.errorLog,
    `${stamp(sys)} [error] ${sys.pid}#${sys.pid}: *${state.requests} ${message}, ${where}\n`,
  );
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

function serverName({ state, host }: Exchange): string {
  return chooseSite(state.sites.ports.get(state.port) ?? [], host)?.names[0] ?? '';
}

/** `2026/01/01 00:00:00` */
export function stamp(sys: Sys): string {
  return strftime('%Y/%m/%d %H:%M:%S', sys.now() / 1000, zoneOf(sys.env.get('TZ')));
}
