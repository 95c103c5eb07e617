// Asking as somebody else: the Impersonate-* headers, for whoever may impersonate.

import type { Caller, Target, UserInfo } from '../../kube/operation.ts';
import { badRequest } from '../../kube/status.ts';
import type { HttpHeaders } from '../http/message.ts';

const USER = 'impersonate-user';
const GROUP = 'impersonate-group';
const UID = 'impersonate-uid';
const EXTRA = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';
const ANONYMOUS = 'system:anonymous';

/** The user that the request asks to be; the one that it is when it doesn't. `check` throws Forbidden. */
export function impersonated(
  headers: HttpHeaders,
  caller: Caller,
  check: (verb: string, target: Target, caller: Caller) => void,
): UserInfo {
  const asked = askedIn(headers);
  if (asked === undefined) return caller.user;
  for (const target of targetsOf(asked)) check('impersonate', target, caller);
  const { name, uid, extra } = asked;
  return {
    name,
    groups: groupsOf(asked),
    ...(uid === '' ? {} : { uid }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

interface Asked {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

function askedIn(headers: HttpHeaders): Asked | undefined {
  const [name = ''] = headers[USER] ?? [];
  const [uid = ''] = headers[UID] ?? [];
  const groups = headers[GROUP] ?? [];
  const extras = Object.entries(headers).filter(([header]) => header.startsWith(EXTRA));
  if (name === '') {
    if (groups.length === 0 && extras.length === 0 && uid === '') return undefined;
    throw badRequest(`requested [${groups.join(' ')}] without impersonating a user`);
  }
  const extra = Object.fromEntries(
    extras.map(([header, values]) => [unescaped(header.slice(EXTRA.length)), values ?? []]),
  );
  return { name, groups, uid, extra };
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** What has to be allowed: each thing that is asked for by itself. */
function* targetsOf({ name, groups, uid, extra }: Asked): Iterable<Target> {
  const account = accountOf(name);
  const core = { group: '', version: 'v1' };
  if (account === undefined) yield { ...core, resource: 'users', name };
  else yield { ...core, resource: 'serviceaccounts', ...account };
  for (const group of groups) yield { ...core, resource: 'groups', name: group };
  const authentication = { group: AUTHENTICATION, version: 'v1' };
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) yield { ...authentication, resource: 'userextras', subresource: key, name: value };
  }
  if (uid !== '') yield { ...authentication, resource: 'uids', name: uid };
}

function accountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** Groups that are named are the authority; others follow from the user. Everybody who is somebody is authenticated. */
function groupsOf({ name, groups }: Asked): readonly string[] {
  const account = accountOf(name);
  const fixed =
    account === undefined || groups.length > 0
      ? groups
      : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  if (fixed.includes(UNAUTHENTICATED)) return fixed;
  if (name === ANONYMOUS) return [...fixed, UNAUTHENTICATED];
  return fixed.includes(AUTHENTICATED) ? fixed : [...fixed, AUTHENTICATED];
}
