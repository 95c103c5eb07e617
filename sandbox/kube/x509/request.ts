// Certificate signing requests (PKCS #10) as far as signers look at them: who wants to be certified, for which key.

import { createPublicKey, verify } from 'node:crypto';
import type { Subject } from './certificate.ts';
import { children, hex, only, type Value } from './value.ts';

export interface CertificateRequest {
  readonly subject: Subject;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Whether whoever asks has the key's other half. */
  readonly isSigned: boolean;
  readonly alternatives?: Alternatives;
}

/** The other names (subjectAltName) for which somebody wants to be certified. */
export interface Alternatives {
  readonly kinds: ReadonlySet<'email' | 'DNS' | 'URI' | 'IP'>;
  /** GeneralNames, as they stand in the request and will in the certificate. */
  readonly der: Uint8Array;
}

const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';
const EXTENSION_REQUEST = '2a864886f70d01090e';
const ALTERNATIVE_NAMES = '551d11';
/** Kinds of names by their tags; others aren't looked at. */
const NAME_KINDS = new Map([
  [0x81, 'email'],
  [0x82, 'DNS'],
  [0x86, 'URI'],
  [0x87, 'IP'],
] as const);
/** The digests of signature algorithms, by the hex of their identifiers; Ed25519 has none. */
const DIGESTS: ReadonlyMap<string, string | null> = new Map([
  ['2a864886f70d010105', 'sha1'],
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2b6570', null],
]);

/** Reads a request in DER; undefined when it is none. */
export function readRequest(der: Uint8Array): CertificateRequest | undefined {
  try {
    const [info, algorithm, signature] = children(only(der));
    const [, name, key, attributes] = children(info);
    const [id] = children(algorithm);
    if (name === undefined || key === undefined || info === undefined || signature === undefined) return undefined;
    const alternatives = alternativesIn(attributes);
    return {
      subject: subjectOf(name),
      publicKey: key.whole,
      isSigned: isSigned(info.whole, key.whole, hex(id?.content), signature.content.subarray(1)),
      ...(alternatives === undefined ? {} : { alternatives }),
    };
  } catch {
    return undefined;
  }
}

/** Of the attributes of a request only the extensions that are wished for count, and of these the other names. */
function alternativesIn(attributes: Value | undefined): Alternatives | undefined {
  for (const attribute of children(attributes)) {
    const [id, values] = children(attribute);
    if (hex(id?.content) !== EXTENSION_REQUEST) continue;
    for (const extension of children(children(values)[0])) {
      const parts = children(extension);
      const content = parts.at(-1)?.content;
      if (hex(parts[0]?.content) !== ALTERNATIVE_NAMES || content === undefined) continue;
      const names = only(content);
      const kinds = children(names).map(({ whole }) => [...NAME_KINDS].find(([tag]) => tag === whole[0])?.[1]);
      return { kinds: new Set(kinds.filter((kind) => kind !== undefined)), der: names.whole };
    }
  }
  return undefined;
}

function isSigned(content: Uint8Array, key: Uint8Array, algorithm: string, signature: Uint8Array): boolean {
  const digest = DIGESTS.get(algorithm);
  if (digest === undefined) return false;
  const publicKey = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
  return verify(digest, content, publicKey, signature);
}

function subjectOf(name: Value): Subject {
  const parts = children(name).flatMap((set) => children(set));
  const of = (kind: string): readonly string[] =>
    parts.flatMap((part) => {
      const [id, value] = children(part);
      return hex(id?.content) === kind && value !== undefined ? [new TextDecoder().decode(value.content)] : [];
    });
  return { commonName: of(COMMON_NAME).at(-1) ?? '', organizations: of(ORGANIZATION) };
}
