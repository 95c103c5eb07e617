// Certificates of an authority that lives as long as the server does: one for the server, one for each user.

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, boolean, integer, octets, oid, plain, sequence, set, time, utf8, within } from './der.ts';

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  /** PEM: what clients check the server's certificate with. */
  readonly certificate: string;
  server(names: readonly string[], addresses: readonly string[]): KeyPair;
  /** A user is the certificate's common name, its groups are its organizations. */
  client(user: string, groups: readonly string[]): KeyPair;
}

interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const BASIC_CONSTRAINTS = '2.5.29.19';
const ALTERNATIVE_NAMES = '2.5.29.17';
const FOR_SERVERS = '1.3.6.1.5.5.7.3.1';
const FOR_CLIENTS = '1.3.6.1.5.5.7.3.2';
const YEAR_MS = 365 * 24 * 3600 * 1000;
/** Clocks differ a little. */
const EARLIER_MS = 5 * 60 * 1000;

export function createAuthority(now = new Date()): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer: Subject = { commonName: 'k8s-learn', organizations: [] };
  const issue = (subject: Subject, publicKey: KeyObject, extensions: readonly Uint8Array[]): string =>
    certificate({ issuer, subject, publicKey, extensions, now, issuerKey: keys.privateKey });
  const pair = (subject: Subject, extensions: readonly Uint8Array[]): KeyPair => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { certificate: issue(subject, own.publicKey, extensions), key };
  };
  const forSigning = [
    extension(BASIC_CONSTRAINTS, true, sequence(boolean(true))),
    extension(KEY_USAGE, true, bits(Uint8Array.of(0b0000_0110), 1)),
  ];
  return {
    certificate: issue(issuer, keys.publicKey, forSigning),
    server(names, addresses) {
      const subject = { commonName: 'kube-apiserver', organizations: [] };
      return pair(subject, [...leaf(FOR_SERVERS), alternativeNames(names, addresses)]);
    },
    client: (user, groups) => pair({ commonName: user, organizations: groups }, leaf(FOR_CLIENTS)),
  };
}

interface Draft {
  readonly issuer: Subject;
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
  readonly now: Date;
  readonly issuerKey: KeyObject;
}

function certificate({ issuer, subject, publicKey, extensions, now, issuerKey }: Draft): string {
  const algorithm = sequence(oid(ECDSA_WITH_SHA256));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const from = new Date(now.getTime() - EARLIER_MS);
  const content = sequence(
    within(0, integer(Uint8Array.of(2))),
    integer(serial),
    algorithm,
    nameOf(issuer),
    sequence(time(from), time(new Date(now.getTime() + YEAR_MS))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    within(3, sequence(...extensions)),
  );
  const signature = sign('sha256', content, issuerKey);
  return pem(sequence(content, algorithm, bits(signature)));
}

function nameOf({ commonName, organizations }: Subject): Uint8Array {
  const part = (kind: string, value: string): Uint8Array => set(sequence(oid(kind), utf8(value)));
  return sequence(...organizations.map((name) => part(ORGANIZATION, name)), part(COMMON_NAME, commonName));
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function leaf(purpose: string): readonly Uint8Array[] {
  return [
    extension(BASIC_CONSTRAINTS, true, sequence()),
    extension(KEY_USAGE, true, bits(Uint8Array.of(0b1000_0000), 7)),
    extension(EXTENDED_KEY_USAGE, false, sequence(oid(purpose))),
  ];
}

function alternativeNames(names: readonly string[], addresses: readonly string[]): Uint8Array {
  const dns = names.map((name) => plain(2, Buffer.from(name, 'ascii')));
  const ips = addresses.map((address) => plain(7, addressBytes(address)));
  return extension(ALTERNATIVE_NAMES, false, sequence(...dns, ...ips));
}

/** The bytes of an IPv4 address, or of `::1`. */
function addressBytes(address: string): Uint8Array {
  if (address === '::1') return Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));
  return Uint8Array.from(address.split('.').map(Number));
}

function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
