// Whom a token of a service account stands for, and whether it still does: its account must be there, and what it is
// bound to.

import type { KubeObject } from '../../kube/meta.ts';
import { serviceAccountUser, type UserInfo } from '../../kube/operation.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { Nodes, Pods, Secrets, ServiceAccounts } from '../../schema/generated/resources.ts';
import type { V1Secret } from '../../schema/generated/types.ts';
import { parseTime } from '../../time/units.ts';
import type { KindContext } from '../kind.ts';
import { LEGACY_ISSUER, type LegacyClaims, legacyBearer } from './legacytokens.ts';
import { type Claims, ISSUER, type ObjectRef, type Tokens } from './tokens.ts';

export interface Bearer {
  readonly user: UserInfo;
  /** Those of the asked audiences that the token is for. */
  readonly audiences: readonly string[];
  /** Where the token lies, if it is one of the older kind. */
  readonly secret?: V1Secret;
}

/** Clocks may differ by this much; milliseconds. */
const LEEWAY = 60_000;
const NOT_OURS = 'invalid bearer token';
const INVALIDATED = 'service account token has been invalidated';

/** Who shows this token to one of these audiences; else why it is nobody, in the words of the server. */
export function bearerOf(
  token: string,
  tokens: Tokens,
  context: KindContext,
  audiences: readonly string[] = [ISSUER],
): Bearer | string {
  const claims = tokens.read(token);
  if (claims === 'foreign') return NOT_OURS;
  if (claims === 'forged') return `[${NOT_OURS}, go-jose/go-jose: error in cryptographic primitive]`;
  if (isLegacy(claims)) return legacy(token, claims, context, audiences);
  const shared = claims.aud.filter((audience) => audiences.includes(audience));
  const problem =
    shared.length === 0
      ? `token audiences ${quoted(claims.aud)} is invalid for the target audiences ${quoted(audiences)}`
      : (untimely(claims, context) ?? detached(claims, context));
  return problem === undefined ? { user: userOf(claims), audiences: shared } : `[${NOT_OURS}, ${problem}]`;
}

function isLegacy(claims: Claims | LegacyClaims): claims is LegacyClaims {
  return claims.iss === LEGACY_ISSUER;
}

/** A token that lies in a secret is for the server itself. */
function legacy(
  token: string,
  claims: LegacyClaims,
  context: KindContext,
  audiences: readonly string[],
): Bearer | string {
  const shared = audiences.filter((audience) => audience === ISSUER);
  const found = shared.length === 0 ? 'token audiences is invalid' : legacyBearer(token, claims, context);
  return typeof found === 'string' ? `[${NOT_OURS}, ${found}]` : { ...found, audiences: shared };
}

function quoted(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
}

function untimely({ exp, iat, nbf }: Claims, context: KindContext): string | undefined {
  const now = context.now();
  if (now + LEEWAY < nbf * 1000) return 'service account token is not valid yet';
  if (now - LEEWAY > exp * 1000) return 'service account token has expired';
  return now + LEEWAY < iat * 1000 ? 'service account token is issued in the future' : undefined;
}

/** Why the token has outlived its account, or what it is bound to. */
function detached({ 'kubernetes.io': about }: Claims, context: KindContext): string | undefined {
  const { namespace, serviceaccount, secret, pod, node } = about;
  const account = context.get(ServiceAccounts, namespace, serviceaccount.name);
  if (account === undefined) return `serviceaccounts ${JSON.stringify(serviceaccount.name)} not found`;
  const { uid = '' } = account.metadata ?? {};
  if (uid !== serviceaccount.uid) return `service account UID (${uid}) does not match claim (${serviceaccount.uid})`;
  if (isLongGone(account, context)) return `service account ${namespace}/${serviceaccount.name} has been deleted`;
  // A pod's token names its node only for whoever reads it.
  const bound = pod === undefined ? node : undefined;
  return (
    unbound(Secrets, namespace, secret, context) ??
    unbound(Pods, namespace, pod, context) ??
    unbound(Nodes, undefined, bound, context)
  );
}

function unbound<T extends KubeObject>(
  type: ResourceType<T>,
  namespace: string | undefined,
  ref: ObjectRef | undefined,
  context: KindContext,
): string | undefined {
  if (ref === undefined) return undefined;
  const object = context.get(type, namespace, ref.name);
  if (object === undefined) return INVALIDATED;
  const { uid = '' } = object.metadata ?? {};
  const what = type.kind.toLowerCase();
  if (uid !== ref.uid) return `${what} UID (${uid}) does not match service account ${what} ref claim (${ref.uid})`;
  return isLongGone(object, context) ? INVALIDATED : undefined;
}

function isLongGone({ metadata }: KubeObject, context: KindContext): boolean {
  const deleted = parseTime(metadata?.deletionTimestamp ?? undefined);
  return deleted !== undefined && deleted < context.now() - LEEWAY;
}

function userOf({ jti, 'kubernetes.io': about }: Claims): UserInfo {
  const { namespace, serviceaccount, pod, node } = about;
  const extra = [
    ['credential-id', `JTI=${jti}`],
    ['node-name', node?.name],
    ['node-uid', node?.uid],
    ['pod-name', pod?.name],
    ['pod-uid', pod?.uid],
  ].flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[`authentication.kubernetes.io/${name}`, [value]] as const],
  );
  return {
    ...serviceAccountUser(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    extra: Object.fromEntries(extra),
  };
}
