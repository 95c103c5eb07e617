// What is turned away before it becomes a request: pages of foreign origins that a browser sends here, names that aren't
// ours (a name of somebody else's that leads to 127.0.0.1), and those who aren't who they say.

import type { HttpHeaders } from '../apiserver/http/message.ts';
import { failure, type StatusError } from '../kube/status.ts';
import type { Identity } from './identity.ts';

/** The names under which the server is known, as its certificate says. */
export const NAMES: readonly string[] = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];
export const ADDRESSES: readonly string[] = ['127.0.0.1', '::1', '10.96.0.1'];

/** Why a request isn't let in; undefined when it is. */
export function refusalOf(headers: HttpHeaders, identity: Identity, tokens: boolean): StatusError | undefined {
  const host = headers['host']?.[0] ?? '';
  if (!isOurs(host)) return failure(403, 'Forbidden', `this server isn't known as ${JSON.stringify(host)}`);
  const origin = headers['origin']?.[0];
  if (origin !== undefined && !isOurOrigin(origin))
    return failure(403, 'Forbidden', `requests of ${JSON.stringify(origin)} aren't served`);
  if (identity === 'refused' || (identity === 'token' && !tokens)) return failure(401, 'Unauthorized', 'Unauthorized');
  return undefined;
}

function isOurs(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return NAMES.includes(name) || ADDRESSES.includes(name) || name === '[::1]';
}

function isOurOrigin(origin: string): boolean {
  return origin.startsWith('https://') && isOurs(origin.slice('https://'.length));
}
