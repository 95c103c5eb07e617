// Tokens of service accounts as text: JSON Web Tokens, signed with a key of the server's own. The key comes from outside
// and is no part of what the cluster remembers. One claim and one key give one token: a history played again gives it too.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromBase64Url, toBase64Url } from '../base64url.ts';
import { LEGACY_ISSUER, type LegacyClaims } from './legacytokens.ts';

/** Who signs, and for whom where nobody else is named. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface ObjectRef {
  readonly name: string;
  readonly uid: string;
}

/** What a token says. Times are seconds since 1970. */
export interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly node?: ObjectRef;
    readonly pod?: ObjectRef;
    readonly secret?: ObjectRef;
    readonly serviceaccount: ObjectRef;
    readonly warnafter?: number;
  };
  readonly nbf: number;
  readonly sub: string;
}

export interface Tokens {
  sign(claims: Claims | LegacyClaims): string;
  /** `foreign`: it isn't one of ours. `forged`: it says that it is, and we didn't sign it. */
  read(token: string): Claims | LegacyClaims | 'foreign' | 'forged';
}

export function createTokens(key: string): Tokens {
  const header = toBase64Url(JSON.stringify({ alg: 'HS256', kid: signature(key, 'key id') }));
  return {
    sign(claims) {
      const signed = `${header}.${toBase64Url(JSON.stringify(claims))}`;
      return `${signed}.${signature(key, signed)}`;
    },
    read(token) {
      const [head = '', body = '', sealed = '', ...rest] = token.split('.');
      const claims = rest.length === 0 && sealed !== '' ? claimsIn(body) : undefined;
      if (claims === undefined) return 'foreign';
      return head === header && isEqual(sealed, signature(key, `${head}.${body}`)) ? claims : 'forged';
    },
  };
}

function signature(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

function isEqual(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Not to be believed before the signature is. */
function claimsIn(body: string): Claims | LegacyClaims | undefined {
  try {
    const claims: unknown = JSON.parse(fromBase64Url(body));
    if (typeof claims !== 'object' || claims === null || !('iss' in claims)) return undefined;
    if (claims.iss === LEGACY_ISSUER) return claims as LegacyClaims;
    return claims.iss === ISSUER ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}
