// Who is at the other end of a connection, as far as the connection itself says.

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { UserInfo } from '../kube/operation.ts';

/** `token`: a bearer token has to be looked at. `refused`: a certificate that we didn't sign. */
export type Identity = { readonly user: UserInfo } | 'token' | 'refused';

const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
const AUTHENTICATED = 'system:authenticated';

export function identify(socket: Socket, authorization: string | undefined): Identity {
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
  const subject: Readonly<Record<string, unknown>> | undefined = certificate?.subject as never;
  if (subject !== undefined && socket instanceof TLSSocket) {
    if (!socket.authorized) return 'refused';
    const [name = ''] = texts(subject['CN']);
    return { user: { name, groups: [...texts(subject['O']), AUTHENTICATED] } };
  }
  return authorization === undefined || authorization === '' ? { user: ANONYMOUS } : 'token';
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
