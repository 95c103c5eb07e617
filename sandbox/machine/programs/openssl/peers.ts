// `openssl verify` and `s_client`: who vouches for a certificate, and what a server presents.

import { verify as isSignedBy } from 'node:crypto';
import { pemText } from '../../../kube/x509/pem.ts';
import { type Certificate, certificatesIn } from '../../../kube/x509/reading.ts';
import { durationMs } from '../../../time/units.ts';
import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { decode, encode } from '../../text.ts';
import { readAll } from '../kit/input.ts';
import { certificateIn, publicKeyOf } from './certificate.ts';
import { inputOf, type Line, Refused, tell, textOf } from './line.ts';
import { shownName } from './names.ts';

/** Why a chain isn't trusted: openssl's number, its words, and how far from the leaf. */
interface Doubt {
  readonly number: number;
  readonly words: string;
  readonly depth: number;
}

const EXPIRED = [10, 'certificate has expired'] as const;
const EARLY = [9, 'certificate is not yet valid'] as const;
const SELF_SIGNED = [18, 'self-signed certificate'] as const;
const SELF_SIGNED_CHAIN = [19, 'self-signed certificate in certificate chain'] as const;
const NO_ISSUER = [20, 'unable to get local issuer certificate'] as const;
const BAD_SIGNATURE = [7, 'certificate signature failure'] as const;
const DEPTH_MAX = 20;

function sameName(a: Certificate['subject'], b: Certificate['subject']): boolean {
  return Buffer.compare(a?.whole ?? Buffer.of(), b?.whole ?? Buffer.of()) === 0;
}

function sameBytes(a: Certificate, b: Certificate): boolean {
  return Buffer.compare(a.der, b.der) === 0;
}

function vouches(issuer: Certificate, { algorithm, content, signature }: Certificate): boolean {
  const digests: ReadonlyMap<string, string | null> = new Map([
    ['1.2.840.113549.1.1.5', 'sha1'],
    ['1.2.840.113549.1.1.12', 'sha384'],
    ['1.2.840.113549.1.1.13', 'sha512'],
    ['1.2.840.10045.4.3.3', 'sha384'],
    ['1.3.101.112', null],
  ]);
  const digest = digests.get(algorithm);
  return isSignedBy(digest === undefined ? 'sha256' : digest, content, publicKeyOf(issuer), signature);
}

/** Follows who signed whom, from the leaf to one that is trusted. */
function doubtOf(
  leaf: Certificate,
  others: readonly Certificate[],
  trusted: readonly Certificate[],
  now: number,
): Doubt | undefined {
  const doubt = ([number, words]: readonly [number, string], depth: number): Doubt => ({ number, words, depth });
  let at = leaf;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    if (now > at.notAfter) return doubt(EXPIRED, depth);
    if (now < at.notBefore) return doubt(EARLY, depth);
    if (trusted.some((each) => sameBytes(each, at))) return undefined;
    if (sameName(at.subject, at.issuer)) return doubt(depth === 0 ? SELF_SIGNED : SELF_SIGNED_CHAIN, depth);
    const { issuer } = at;
    const next = [...trusted, ...others].find((each) => sameName(each.subject, issuer));
    if (next === undefined) return doubt(NO_ISSUER, depth);
    if (!vouches(next, at)) return doubt(BAD_SIGNATURE, depth);
    at = next;
  }
  return doubt(NO_ISSUER, DEPTH_MAX);
}

export function* verify(sys: Sys, { values, rest }: Line): Blocking<number> {
  const listed = function* (option: string): Blocking<readonly Certificate[]> {
    const path = values.get(option);
    return path === undefined ? [] : certificatesIn(yield* textOf(sys, path, 'certificate'));
  };
  const trusted = yield* listed('CAfile');
  const others = yield* listed('untrusted');
  let status = 0;
  for (const path of rest.length > 0 ? rest : [undefined]) {
    const leaf = certificateIn(yield* inputOf(sys, path, 'certificate file'), path ?? '<stdin>');
    const doubt = doubtOf(leaf, others, trusted, sys.now());
    if (doubt === undefined) yield* sys.write(1, encode(`${path ?? 'stdin'}: OK\n`));
    else {
      status = 2;
      yield* tell(
        sys,
        `${shownName(leaf.subject)}\nerror ${doubt.number} at ${doubt.depth} depth lookup: ${doubt.words}`,
      );
      yield* tell(sys, `error ${path ?? 'stdin'}: verification failed`);
    }
  }
  return status;
}

const CONNECT_MS = 30_000;

export function* sClient(sys: Sys, { values, switches, rest }: Line): Blocking<number> {
  const asked = values.get('connect') ?? rest[0] ?? 'localhost:4433';
  const [, host = '', port = '443'] = /^(.*?)(?::(\d+))?$/.exec(asked) ?? [];
  const name = values.get('servername') ?? host;
  const chain = certificatesIn(yield* presented(sys, host, Number(port), name));
  const [leaf, ...others] = chain;
  if (leaf === undefined) throw new Refused('s_client: what the server presents is no certificate');
  const ca = values.get('CAfile');
  const trusted = ca === undefined ? [] : certificatesIn(yield* textOf(sys, ca, 'CA certificates'));
  const doubt = doubtOf(leaf, others, trusted, sys.now());
  yield* tell(sys, `depth=0 ${shownName(leaf.subject)}`);
  if (doubt !== undefined) yield* tell(sys, `verify error:num=${doubt.number}:${doubt.words}`);
  yield* tell(sys, 'verify return:1');
  yield* sys.write(1, encode(report(chain, leaf, doubt, switches.has('showcerts'))));
  if (doubt !== undefined && switches.has('verify_return_error')) return 1;
  yield* readAll(sys, 0);
  yield* tell(sys, 'DONE');
  return 0;
}

function* presented(sys: Sys, host: string, port: number, serverName: string): Blocking<string> {
  try {
    const tls = { serverName, insecure: true, handshakeOnly: true };
    const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}/`;
    const response = yield* sys.http({ method: 'GET', url, tls, timeout: durationMs(CONNECT_MS) });
    const pem = decode(yield* readAll(sys, response.body));
    sys.close(response.body);
    return pem;
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    throw new Refused(WORDS[error.code]?.(host, port) ?? `connect:errno=${error.code}`);
  }
}

const WORDS: Readonly<Record<string, (host: string, port: number) => string>> = {
  ECONNREFUSED: () => 'connect: Connection refused\nconnect:errno=111',
  ETIMEDOUT: () => 'connect: Connection timed out\nconnect:errno=110',
  EHOSTUNREACH: () => 'connect: No route to host\nconnect:errno=113',
  ENOTFOUND: (host, port) =>
    `BIO_lookup_ex: Name or service not known: calling getaddrinfo(${host}, ${port})\nconnect:errno=22`,
  ETLS: () => 'error:0A00010B:SSL routines:ssl3_get_record:wrong version number\n---\nno peer certificate available',
};

function report(chain: readonly Certificate[], leaf: Certificate, doubt: Doubt | undefined, all: boolean): string {
  const pem = ({ der }: Certificate): string => pemText('CERTIFICATE', der).trimEnd();
  const links = chain.flatMap((each, i) => [
    ` ${i} s:${shownName(each.subject)}`,
    `   i:${shownName(each.issuer)}`,
    ...(all ? [pem(each)] : []),
  ]);
  const bits = publicKeyOf(leaf).asymmetricKeyDetails?.modulusLength;
  return [
    'CONNECTED(00000003)',
    ...['---', 'Certificate chain', ...links],
    ...['---', 'Server certificate', ...(all ? [] : [pem(leaf)])],
    `subject=${shownName(leaf.subject)}`,
    `issuer=${shownName(leaf.issuer)}`,
    ...['---', 'No client certificate CA names sent'],
    ...['---', doubt === undefined ? 'Verification: OK' : `Verification error: ${doubt.words}`],
    ...['---', 'New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384'],
    ...(bits === undefined ? [] : [`Server public key is ${bits} bit`]),
    'Early data was not sent',
    `Verify return code: ${doubt === undefined ? '0 (ok)' : `${doubt.number} (${doubt.words})`}`,
    '---',
    '',
  ].join('\n');
}
