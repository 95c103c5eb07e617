// Keys of `openssl`: `genrsa`, `genpkey`, `rsa`, `pkey`. They are drawn from the machine's chance, so that a session that
// is played again has the same ones.

import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Signer } from '../../../kube/x509/certificate.ts';
import type { Blocking, Sys } from '../../sys.ts';
import { encode } from '../../text.ts';
import { inputOf, type Line, Refused, textOf, writeTo } from './line.ts';
import { rsaKey } from './rsa.ts';

const BITS = [2048, 3072, 4096];
const PRIVATE_MODE = 0o600;

export function newKey(sys: Sys, bits: number): KeyObject {
  if (!BITS.includes(bits)) throw new Refused(`keys of ${bits} bits are not modelled here: ${BITS.join(', ')} are`);
  const der = Buffer.from(rsaKey(bits, (limit) => sys.random(limit)));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs1' });
}

export function* keep(sys: Sys, path: string | undefined, key: KeyObject): Blocking<void> {
  yield* writeTo(sys, path, String(key.export({ format: 'pem', type: 'pkcs8' })), PRIVATE_MODE);
}

/** SHA-256 with RSA; its identifier has an empty parameter. */
export function signerOf(key: KeyObject): Signer {
  const RSA = '1.2.840.113549.1.1.11';
  const ED25519 = '1.3.101.112';
  if (key.asymmetricKeyType === 'ed25519') return { algorithm: ED25519, sign: (content) => sign(null, content, key) };
  if (key.asymmetricKeyType !== 'rsa') throw new Refused('only RSA keys sign here');
  return { algorithm: RSA, empty: true, sign: (content) => sign('sha256', content, key) };
}

export function* keyIn(sys: Sys, path: string): Blocking<KeyObject> {
  const text = yield* textOf(sys, path, 'private key');
  try {
    return createPrivateKey(text);
  } catch {
    throw new Refused(`Could not find private key from ${path}`);
  }
}

/** SubjectPublicKeyInfo. */
export function publicBytes(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

export function* genrsa(sys: Sys, { values, rest }: Line): Blocking<undefined> {
  yield* keep(sys, values.get('out'), newKey(sys, Number(rest[0] ?? 2048)));
}

export function* genpkey(sys: Sys, { values }: Line): Blocking<undefined> {
  const algorithm = values.get('algorithm') ?? '';
  if (algorithm.toUpperCase() !== 'RSA') throw new Refused(`genpkey: ${algorithm} is not modelled here: RSA is`);
  const [, bits] = /^rsa_keygen_bits:(\d+)$/.exec(values.get('pkeyopt') ?? '') ?? [];
  yield* keep(sys, values.get('out'), newKey(sys, Number(bits ?? 2048)));
}

/** `rsa` and `pkey`: a key is checked, and its public half shown. */
export function* pkey(sys: Sys, { values, switches }: Line): Blocking<undefined> {
  const path = values.get('in') ?? '-';
  const text = new TextDecoder().decode(yield* inputOf(sys, path, 'private key'));
  const key = keyFrom(text, path, switches.has('pubin'));
  if (switches.has('check')) yield* sys.write(1, encode('RSA key ok\n'));
  if (switches.has('modulus')) yield* sys.write(1, encode(`Modulus=${modulusOf(key)}\n`));
  if (switches.has('text')) throw new Refused('-text of a key is not modelled here: -pubout and -modulus are');
  if (switches.has('noout')) return;
  if (switches.has('pubout') || switches.has('pubin')) {
    const half = key.type === 'public' ? key : createPublicKey(key);
    yield* writeTo(sys, values.get('out'), String(half.export({ format: 'pem', type: 'spki' })));
  } else yield* keep(sys, values.get('out'), key);
}

function keyFrom(text: string, path: string, isPublic: boolean): KeyObject {
  try {
    return isPublic ? createPublicKey(text) : createPrivateKey(text);
  } catch {
    throw new Refused(`Could not find ${isPublic ? 'public' : 'private'} key from ${path}`);
  }
}

export function modulusOf(key: KeyObject): string {
  const { n } = (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'jwk' });
  if (n === undefined) throw new Refused('only RSA keys have a modulus');
  return Buffer.from(n, 'base64url').toString('hex').toUpperCase();
}
