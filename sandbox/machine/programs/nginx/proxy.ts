// `proxy_pass`: a request goes on to an address, or to one of a group.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import type { HttpReply } from '../../serve.ts';
import { type Blocking, SysError } from '../../sys.ts';
import { forward, passedOn } from '../kit/forward.ts';
import { type Exchange, variables, type WorkerState } from './exchange.ts';
import { errorLine } from './logs.ts';

/** Passes a request on to an address or a group of them. */
export function* proxied(exchange: Exchange, target: string, path: string): Blocking<HttpReply> {
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
  const headers: Record<string, string> = { Host: name, ...passedOn(request) };
  for (const [key, value] of location.proxyHeaders) {
    const text = variables(exchange, value, path);
    if (text !== '') headers[key] = text;
  }
  try {
    return yield* forward(sys, {
      method: request.method,
      url: `${scheme}://${backend}${rest}`,
      headers,
      body: request.body,
      timeout: durationMs(location.proxyTimeout * 1000),
    });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = upstreamProblem(error, name);
    yield* errorLine(exchange, why, `, upstream: "${scheme}://${backend}${rest}"`);
    return { status: error.code === 'ETIMEDOUT' ? 504 : 502 };
  }
}

/** In turn. */
function chooseBackend({ sites, next }: WorkerState, name: string): string {
  const backends = sites.upstreams.get(name);
  if (backends === undefined || backends.length === 0) return name;
  const turn = next.get(name) ?? 0;
  next.set(name, turn + 1);
  return backends[turn % backends.length] ?? name;
}

/** What nginx says of a backend that can't be reached. */
export function upstreamProblem({ code }: SysError, name: string): string {
  if (code === 'ETIMEDOUT')
    return 'upstream timed out (110: Connection timed out) while reading response header from upstream';
  if (code === 'ENOTFOUND') return `${name} could not be resolved (3: Host not found)`;
  return `connect() failed (${code === 'ECONNREFUSED' ? 111 : 113}: ${errorText(code)}) while connecting to upstream`;
}
