// Tokens of the older kind: each lies in a secret, doesn't end by itself, and is good for as long as that secret holds it.

import { own } from '../../kube/json.ts';
import { serviceAccountUser, type UserInfo } from '../../kube/operation.ts';
import { Secrets, ServiceAccounts } from '../../schema/generated/resources.ts';
import type { V1Secret } from '../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import type { KindContext } from '../kind.ts';
import { textOf } from '../kinds/shared/bytes.ts';

export const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
const DAY_MS = 86_400_000;

/** What such a token says. */
export interface LegacyClaims {
  readonly iss: typeof LEGACY_ISSUER;
  readonly 'kubernetes.io/serviceaccount/namespace': string;
  readonly 'kubernetes.io/serviceaccount/secret.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string;
  readonly sub: string;
}

export interface LegacyAccount {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The claims of a secret's token. */
export function legacyClaims({ namespace, name, uid }: LegacyAccount, secret: string): LegacyClaims {
  return {
    iss: LEGACY_ISSUER,
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secret,
    'kubernetes.io/serviceaccount/service-account.name': name,
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: serviceAccountUser(namespace, name).name,
  };
}

/** Whom it stands for, and where it lies; else why nobody, in the words of the server. */
export function legacyBearer(
  token: string,
  claims: LegacyClaims,
  context: KindContext,
): { readonly user: UserInfo; readonly secret: V1Secret } | string {
  const namespace = claims['kubernetes.io/serviceaccount/namespace'];
  const name = claims['kubernetes.io/serviceaccount/service-account.name'];
  const uid = claims['kubernetes.io/serviceaccount/service-account.uid'];
  const secret = context.get(Secrets, namespace, claims['kubernetes.io/serviceaccount/secret.name']);
  if (secret === undefined || secret.metadata?.deletionTimestamp !== undefined)
    return 'service account token has been invalidated';
  if (textOf(own(secret.data, 'token') ?? '') !== token) return "token does not match server's copy";
  const account = context.get(ServiceAccounts, namespace, name);
  if (account === undefined) return `serviceaccounts ${JSON.stringify(name)} not found`;
  const known = account.metadata?.uid ?? '';
  if (known !== uid) return `service account UID (${known}) does not match claim (${uid})`;
  if ((own(secret.metadata?.labels, INVALID_SINCE) ?? '') !== '') return invalidated(secret, claims);
  return { user: { ...serviceAccountUser(namespace, name), uid }, secret };
}

function invalidated({ metadata }: V1Secret, claims: LegacyClaims): string {
  const { namespace = '', name = '' } = metadata ?? {};
  const account = `${namespace}/${claims['kubernetes.io/serviceaccount/service-account.name']}`;
  const advice = `Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${INVALID_SINCE}' label from the secret to temporarily allow use of this token`;
  return `the token in secret ${namespace}/${name} for service account ${account} has been marked invalid. ${advice}`;
}

/** The label that says on which day a secret's token was used last; undefined while it is right. */
export function lastUsed({ metadata }: V1Secret, now: TimeMs): { readonly [label: string]: string } | undefined {
  const [today, tomorrow] = [now, now + DAY_MS].map((time) => rfc3339(time as TimeMs).slice(0, 10));
  const known = own(metadata?.labels, LAST_USED);
  return today === undefined || known === today || known === tomorrow ? undefined : { [LAST_USED]: today };
}
