// Who sends a request, by what it shows. Who shows nothing is anonymous; who shows a token that we don't know is refused.

import type { UserInfo } from '../../kube/operation.ts';
import { failure } from '../../kube/status.ts';
import type { V1Secret } from '../../schema/generated/types.ts';
import { type HttpHeaders, type HttpRequest, headerOf } from '../http/message.ts';
import type { KindContext } from '../kind.ts';
import { bearerOf } from './bearers.ts';

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Whose certificate (PEM) this is; undefined when it isn't from this cluster, or isn't valid any more. */
export type Identify = (certificate: string) => UserInfo | undefined;

/** Told of a secret whose token was shown. */
export type Used = (secret: V1Secret) => void;

/** Throws Unauthorized. `context` is the server's own. */
export function authenticate(request: HttpRequest, context: KindContext, identify: Identify, used: Used): UserInfo {
  if (request.user !== undefined) return request.user;
  if (request.certificate !== undefined) {
    const user = identify(request.certificate);
    if (user === undefined) throw failure(401, 'Unauthorized', 'Unauthorized');
    return user;
  }
  const token = bearerToken(request.headers);
  if (token === undefined) return ANONYMOUS;
  const bearer = bearerOf(token, context.tokens, context);
  if (typeof bearer === 'string') throw failure(401, 'Unauthorized', 'Unauthorized');
  if (bearer.secret !== undefined) used(bearer.secret);
  return bearer.user;
}

/** The token of an Authorization header; other ways to say who one is aren't looked at. */
export function bearerToken(headers: HttpHeaders): string | undefined {
  const [scheme = '', token = ''] = headerOf(headers, 'authorization').trim().split(' ');
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}
