// The authority of a cluster: it certifies users and nodes, and knows its certificates again. Its key follows from a
// secret, and it signs without chance: a history that is played again gives the same certificates.

import { createHash, createPrivateKey, createPublicKey, sign, X509Certificate } from 'node:crypto';
import type { UserInfo } from '../operation.ts';
import { authorityExtensions, certificateText, FOR_CLIENTS, leafExtensions, type Subject } from './certificate.ts';

/** How long something holds, in milliseconds since 1970. */
interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** Certifies a key (SubjectPublicKeyInfo) for some purposes; `names` are other names of its holder, as GeneralNames. */
  issue(
    subject: Subject,
    publicKey: Uint8Array,
    purposes: readonly string[],
    validity: Validity,
    names?: Uint8Array,
  ): string;
  /** A user with a key that follows from the secret, too: the same each time. */
  client(user: string, groups: readonly string[], validity: Validity): KeyPair;
  /** Who shows this certificate (PEM) now; undefined when it isn't from here, or isn't valid any more. */
  identify(certificate: string, now: number): UserInfo | undefined;
}

const ED25519 = '1.3.101.112';
/** PKCS #8 before the 32 bytes of an Ed25519 key. */
const KEY_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const ISSUER: Subject = { commonName: 'kubernetes', organizations: [] };
const FOREVER: Validity = { notBefore: Date.UTC(2020, 0), notAfter: Date.UTC(2049, 0) };

export function clusterAuthority(secret: string): Authority {
  const key = keyFrom(`${secret}\0authority`);
  const issue = (
    issuer: Subject,
    subject: Subject,
    publicKey: Uint8Array,
    extensions: readonly Uint8Array[],
    validity: Validity,
  ): string => {
    const serial = hashOf(
      `${secret}\0${JSON.stringify([subject, validity])}\0${Buffer.from(publicKey).toString('hex')}`,
    );
    const draft = { issuer, subject, publicKey, extensions, serial: serial.subarray(0, 16), ...validity };
    return certificateText(draft, { algorithm: ED25519, sign: (content) => sign(null, content, key) });
  };
  const own = issue(ISSUER, ISSUER, publicKeyOf(key), authorityExtensions(), FOREVER);
  const authority: Authority = {
    certificate: own,
    issue: (subject, publicKey, purposes, validity, names) =>
      issue(ISSUER, subject, publicKey, leafExtensions(purposes, names), validity),
    client(user, groups, validity) {
      const pair = keyFrom(`${secret}\0${JSON.stringify(['client', user, groups])}`);
      const subject = { commonName: user, organizations: groups };
      return {
        certificate: authority.issue(subject, publicKeyOf(pair), [FOR_CLIENTS], validity),
        key: pair.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
    identify: (certificate, now) => identify(certificate, createPublicKey(key), now),
  };
  return authority;
}

function identify(pem: string, authority: ReturnType<typeof createPublicKey>, now: number): UserInfo | undefined {
  try {
    const certificate = new X509Certificate(pem);
    if (!certificate.verify(authority) || certificate.ca) return undefined;
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) return undefined;
    const { commonName, organizations } = subjectIn(certificate.subject);
    const credential = `X509SHA256=${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`;
    return {
      name: commonName,
      groups: [...organizations, 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [credential] },
    };
  } catch {
    return undefined;
  }
}

/** A line for each part: `O=devs`, `CN=jane`. */
function subjectIn(text: string): Subject {
  const of = (kind: string): readonly string[] =>
    text.split('\n').flatMap((line) => (line.startsWith(`${kind}=`) ? [unescaped(line.slice(kind.length + 1))] : []));
  return { commonName: of('CN').at(-1) ?? '', organizations: of('O') };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

function keyFrom(secret: string): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([KEY_HEAD, hashOf(secret)]), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(key: ReturnType<typeof createPrivateKey>): Uint8Array {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}
