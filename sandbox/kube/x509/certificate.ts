// Certificates as bytes: who is certified by whom, for what, and for how long. Whoever issues them brings the signature.

import { createHash } from 'node:crypto';
import { bits, boolean, integer, NOTHING, octets, oid, plain, sequence, set, time, utf8, within } from './der.ts';
import { pemText } from './pem.ts';

export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** The name's parts in their order, as identifiers with texts, where it has others than these. */
  readonly parts?: readonly (readonly [id: string, value: string])[];
}

export interface Draft {
  readonly issuer: Subject;
  readonly subject: Subject;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Uint8Array[];
  readonly serial: Uint8Array;
  /** Without it the first byte of the serial number is made small and not nought. */
  readonly serialIsExact?: boolean;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Signer {
  /** The object identifier of how it signs. */
  readonly algorithm: string;
  /** The identifier is followed by an empty parameter. */
  readonly empty?: boolean;
  sign(content: Uint8Array): Uint8Array;
}

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
export const KEY_USAGE = '2.5.29.15';
export const EXTENDED_KEY_USAGE = '2.5.29.37';
const BASIC_CONSTRAINTS = '2.5.29.19';
const ALTERNATIVE_NAMES = '2.5.29.17';
const SUBJECT_KEY = '2.5.29.14';
const AUTHORITY_KEY = '2.5.29.35';
export const FOR_SERVERS = '1.3.6.1.5.5.7.3.1';
export const FOR_CLIENTS = '1.3.6.1.5.5.7.3.2';

/** A certificate in PEM. */
export function certificateText(draft: Draft, signer: Signer): string {
  const by = algorithmOf(signer);
  const serial = Uint8Array.from(draft.serial);
  if (draft.serialIsExact !== true) serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const content = sequence(
    within(0, integer(Uint8Array.of(2))),
    integer(serial),
    by,
    nameOf(draft.issuer),
    sequence(time(new Date(draft.notBefore)), time(new Date(draft.notAfter))),
    nameOf(draft.subject),
    draft.publicKey,
    within(3, sequence(...draft.extensions)),
  );
  return pemText('CERTIFICATE', sequence(content, by, bits(signer.sign(content))));
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** A request for a certificate (PKCS #10) in PEM: who wants to be certified, for which key (SubjectPublicKeyInfo). */
export function requestText(
  subject: Subject,
  publicKey: Uint8Array,
  signer: Signer,
  extensions: readonly Uint8Array[] = [],
): string {
  const wished = sequence(oid(EXTENSION_REQUEST), set(sequence(...extensions)));
  const attributes = within(0, ...(extensions.length === 0 ? [] : [wished]));
  const content = sequence(integer(Uint8Array.of(0)), nameOf(subject), publicKey, attributes);
  const request = sequence(content, algorithmOf(signer), bits(signer.sign(content)));
  return pemText('CERTIFICATE REQUEST', request);
}

function algorithmOf({ algorithm, empty = false }: Signer): Uint8Array {
  return sequence(oid(algorithm), ...(empty ? [NOTHING] : []));
}

function nameOf({ commonName, organizations, parts }: Subject): Uint8Array {
  const part = (kind: string, value: string): Uint8Array => set(sequence(oid(kind), utf8(value)));
  if (parts !== undefined) return sequence(...parts.map(([id, value]) => part(id, value)));
  return sequence(...organizations.map((name) => part(ORGANIZATION, name)), part(COMMON_NAME, commonName));
}

export function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

/** Of the authority's own certificate. */
export function authorityExtensions(): readonly Uint8Array[] {
  return [
    extension(BASIC_CONSTRAINTS, true, sequence(boolean(true))),
    extension(KEY_USAGE, true, bits(Uint8Array.of(0b0000_0110), 1)),
  ];
}

/** Of a certificate that somebody made for themselves: its key is named twice, as its own and as its issuer's. */
export function ownExtensions(publicKey: Uint8Array): readonly Uint8Array[] {
  const key = createHash('sha1').update(publicKey).digest();
  return [
    extension(SUBJECT_KEY, false, octets(key)),
    extension(AUTHORITY_KEY, false, sequence(plain(0, key))),
    extension(BASIC_CONSTRAINTS, true, sequence(boolean(true))),
  ];
}

/** Of a certificate that certifies nobody else; `names` are GeneralNames in DER. */
export function leafExtensions(purposes: readonly string[], names?: Uint8Array): readonly Uint8Array[] {
  return [
    extension(BASIC_CONSTRAINTS, true, sequence()),
    extension(KEY_USAGE, true, bits(Uint8Array.of(0b1010_0000), 5)),
    extension(EXTENDED_KEY_USAGE, false, sequence(...purposes.map(oid))),
    ...(names === undefined ? [] : [extension(ALTERNATIVE_NAMES, false, names)]),
  ];
}

export function alternativeNames(names: readonly string[], addresses: readonly string[]): Uint8Array {
  const dns = names.map((name) => plain(2, Buffer.from(name, 'ascii')));
  const ips = addresses.map((address) => plain(7, addressBytes(address)));
  return extension(ALTERNATIVE_NAMES, false, sequence(...dns, ...ips));
}

/** The bytes of an IPv4 address, or of `::1`. */
function addressBytes(address: string): Uint8Array {
  if (address === '::1') return Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));
  return Uint8Array.from(address.split('.').map(Number));
}
