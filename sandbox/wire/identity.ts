// Who is at the other end of a connection, as far as the connection itself says.

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ANONYMOUS, bearerToken } from '../apiserver/auth/authenticate.ts';
import type { HttpHeaders } from '../apiserver/http/message.ts';
import type { UserInfo } from '../kube/operation.ts';

/** `token`: a bearer token has to be looked at. `refused`: a certificate that we didn't sign. */
export type Identity = { readonly user: UserInfo } | 'token' | 'refused';

const AUTHENTICATED = 'system:authenticated';
const CREDENTIAL = 'authentication.kubernetes.io/credential-id';

/** Who the certificates of connections speak of; undefined: there is none. It is the same as long as a connection lasts. */
export type Certificates = WeakMap<object, Identity | undefined>;

/** `connection` stands for the socket where that is shown differently to each request. */
export function identify(
  known: Certificates,
  socket: Socket,
  headers: HttpHeaders,
  connection: object = socket,
): Identity {
  if (!known.has(connection)) known.set(connection, bearerOf(socket));
  const byCertificate = known.get(connection);
  if (byCertificate !== undefined) return byCertificate;
  return bearerToken(headers) === undefined ? { user: ANONYMOUS } : 'token';
}

function bearerOf(socket: Socket): Identity | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  if (!socket.authorized) return 'refused';
  const [name = ''] = texts(subject.CN);
  const credential = `X509SHA256=${fingerprint256.replaceAll(':', '').toLowerCase()}`;
  return { user: { name, groups: [...texts(subject.O), AUTHENTICATED], extra: { [CREDENTIAL]: [credential] } } };
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
