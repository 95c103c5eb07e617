// Passes a request on to the API server behind an APIService: as it came, but with what is known of who asks in place of
// their credentials.

import type { ProxiedRequest } from '../../kube/nodedoor.ts';
import type { UserInfo } from '../../kube/operation.ts';
import type { Work } from '../../time/loop.ts';
import { commonHeaders, type Exchange } from '../http/exchange.ts';
import { type HttpHeaders, type HttpResponse, textResponse } from '../http/message.ts';
import type { RemoteServer } from './aggregator.ts';

export function* passOn(exchange: Exchange, { place, forward }: RemoteServer): Work<HttpResponse> {
  if (place === undefined) return refused(exchange, 'service unavailable');
  const answer = yield* forward.pass(place, forwarded(exchange, `${place.ip}:${place.port}`));
  if ('problem' in answer) return refused(exchange, `error trying to reach service: ${answer.problem}`);
  const { status, headers, body } = answer;
  return { status, headers: { ...commonHeaders(exchange.warnings), ...headers }, body };
}

function refused({ warnings }: Exchange, why: string): HttpResponse {
  return textResponse(503, `${why}\n`, commonHeaders(warnings));
}

function forwarded({ request, path, caller }: Exchange, host: string): ProxiedRequest {
  const { method, target, headers, body, source } = request;
  return {
    method,
    target,
    headers: {
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !isOwn(name))),
      'x-forwarded-for': [source],
      'x-forwarded-host': [host],
      'x-forwarded-proto': ['https'],
      'x-forwarded-uri': [path],
      ...identity(caller.user),
    },
    body,
  };
}

/** Who asks is told by this server alone. */
function isOwn(name: string): boolean {
  return name === 'authorization' || name.startsWith('x-remote-') || name.startsWith('impersonate-');
}

function identity({ name, uid, groups, extra = {} }: UserInfo): HttpHeaders {
  const more = Object.entries(extra).map(([key, values]) => [`x-remote-extra-${escaped(key)}`, values] as const);
  return {
    'x-remote-user': [name],
    ...(uid === undefined || uid === '' ? {} : { 'x-remote-uid': [uid] }),
    'x-remote-group': groups,
    ...Object.fromEntries(more),
  };
}

/** Keys may hold what names of headers can't. */
function escaped(key: string): string {
  return key.toLowerCase().replace(/[^!#$&'*+\-.^_`|~0-9a-z]/g, (char) => encodeURIComponent(char).toLowerCase());
}
