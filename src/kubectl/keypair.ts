// Certificates and private keys that belong together. Says what Go's crypto/tls says when they don't.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Bytes } from '../../sandbox/machine/sys.ts';
import { decodeText } from './files.ts';

interface PemBlock {
  readonly type: string;
  readonly text: string;
}

/** Throws unless the first certificate is for the first private key. */
export function confirmKeyPair(cert: Bytes, key: Bytes): void {
  const certificate = certificateIn(pemBlocks(decodeText(cert)));
  const keyBlocks = pemBlocks(decodeText(key));
  const privateKey = privateKeyIn(keyBlocks);
  const x509 = parsed(() => new X509Certificate(certificate.text), 'x509: malformed certificate');
  if (x509.publicKey.asymmetricKeyType !== privateKey.asymmetricKeyType) {
    throw new Error('tls: private key type does not match public key type');
  }
  if (!x509.checkPrivateKey(privateKey)) throw new Error('tls: private key does not match public key');
}

function certificateIn(blocks: readonly PemBlock[]): PemBlock {
  const found = blocks.find(({ type }) => type === 'CERTIFICATE');
  if (found !== undefined) return found;
  const [only] = blocks;
  if (only === undefined) throw new Error('tls: failed to find any PEM data in certificate input');
  if (blocks.length === 1 && only.type.endsWith('PRIVATE KEY')) {
    throw new Error(
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    );
  }
  throw new Error(
    `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${typesOf(blocks)}`,
  );
}

function privateKeyIn(blocks: readonly PemBlock[]): KeyObject {
  const found = blocks.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (found !== undefined) return parsed(() => createPrivateKey(found.text), 'tls: failed to parse private key');
  const [only] = blocks;
  if (only === undefined) throw new Error('tls: failed to find any PEM data in key input');
  if (blocks.length === 1 && only.type === 'CERTIFICATE') {
    throw new Error('tls: found a certificate rather than a key in the PEM for the private key');
  }
  throw new Error(
    `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${typesOf(blocks)}`,
  );
}

function typesOf(blocks: readonly PemBlock[]): string {
  return `[${blocks.map(({ type }) => type).join(' ')}]`;
}

function parsed<T>(parse: () => T, failure: string): T {
  try {
    return parse();
  } catch {
    throw new Error(failure);
  }
}

function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [block, type = ''] of text.matchAll(
    /^-----BEGIN ([A-Z0-9 ]+)-----\n[A-Za-z0-9+/=\s]+-----END \1-----$/gm,
  )) {
    blocks.push({ type, text: block });
  }
  return blocks;
}
