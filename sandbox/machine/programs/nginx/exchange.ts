// One request at an nginx worker: what is known of it, and the variables that a configuration may name.

import { httpHeader } from '../../http.ts';
import type { ServedRequest } from '../../serve.ts';
import type { Sys } from '../../sys.ts';
import { strftime } from '../kit/strftime.ts';
import type { Location, Sites } from './sites.ts';

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

export interface Exchange {
  readonly sys: Sys;
  readonly state: WorkerState;
  readonly request: ServedRequest;
  readonly host: string;
  location: Location;
}

/** Replaces `$host`, `$uri` and the like. */
export function variables({ request, host, sys, state }: Exchange, text: string, path: string): string {
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
