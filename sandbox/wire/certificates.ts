// Certificates of an authority that lives as long as the server does: one for the server, one for each user.

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { KeyPair } from '../kube/x509/authority.ts';
import {
  alternativeNames,
  authorityExtensions,
  certificateText,
  FOR_CLIENTS,
  FOR_SERVERS,
  leafExtensions,
  type Subject,
} from '../kube/x509/certificate.ts';

export interface Authority {
  /** PEM: what clients check the server's certificate with. */
  readonly certificate: string;
  server(names: readonly string[], addresses: readonly string[]): KeyPair;
  /** A user is the certificate's common name, its groups are its organizations. */
  client(user: string, groups: readonly string[]): KeyPair;
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const YEAR_MS = 365 * 24 * 3600 * 1000;
/** Clocks differ a little. */
const EARLIER_MS = 5 * 60 * 1000;

export function createAuthority(now = new Date()): Authority {
  const keys = newKeys();
  const issuer: Subject = { commonName: 'k8s-learn', organizations: [] };
  const signer = {
    algorithm: ECDSA_WITH_SHA256,
    sign: (content: Uint8Array) => sign('sha256', content, keys.privateKey),
  };
  const validity = { notBefore: now.getTime() - EARLIER_MS, notAfter: now.getTime() + YEAR_MS };
  const issue = (subject: Subject, key: KeyObject, extensions: readonly Uint8Array[]): string => {
    const publicKey = key.export({ type: 'spki', format: 'der' });
    return certificateText({ issuer, subject, publicKey, extensions, serial: randomBytes(16), ...validity }, signer);
  };
  const pair = (subject: Subject, extensions: readonly Uint8Array[]): KeyPair => {
    const own = newKeys();
    const key = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { certificate: issue(subject, own.publicKey, extensions), key };
  };
  return {
    certificate: issue(issuer, keys.publicKey, authorityExtensions()),
    server(names, addresses) {
      const subject = { commonName: 'kube-apiserver', organizations: [] };
      return pair(subject, [...leafExtensions([FOR_SERVERS]), alternativeNames(names, addresses)]);
    },
    client: (user, groups) => pair({ commonName: user, organizations: groups }, leafExtensions([FOR_CLIENTS])),
  };
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
