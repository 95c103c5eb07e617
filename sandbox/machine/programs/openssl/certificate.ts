// Certificates and requests as `openssl` finds them in files, and what it makes of their bytes.

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { pemBlocks } from '../../../kube/x509/pem.ts';
import {
  type Certificate,
  certificatesIn,
  type Request,
  readCertificate,
  readSigningRequest,
} from '../../../kube/x509/reading.ts';
import { Refused } from './line.ts';

/** The first certificate of a text in PEM or of bytes in DER. */
export function certificateIn(bytes: Uint8Array, from: string): Certificate {
  const [first] = certificatesIn(new TextDecoder().decode(bytes));
  const found = first ?? readCertificate(bytes);
  if (found === undefined) throw new Refused(`Could not find certificate from ${from}\nUnable to load certificate`);
  return found;
}

export function requestIn(bytes: Uint8Array, from: string): Request {
  const [block] = pemBlocks(new TextDecoder().decode(bytes));
  const found = readSigningRequest(Buffer.from(block?.base64 ?? '', 'base64'));
  if (found === undefined) throw new Refused(`Unable to load X509 request from ${from}`);
  return found;
}

export function publicKeyOf({ key }: Request): KeyObject {
  return createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
}

/** `12:AB:...` */
export function fingerprint({ der }: Request, digest: string): string {
  return pairs(createHash(digest).update(der).digest()).join(':').toUpperCase();
}

/** Two hexadecimal digits a byte. */
export function pairs(bytes: Uint8Array): readonly string[] {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
}
