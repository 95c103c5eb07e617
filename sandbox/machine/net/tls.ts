// TLS as far as its refusals go: who presents which certificate, signed by whom, valid for what and when. Nothing is
// encrypted inside the simulator. A certificate is one of X.509, or its claims in PEM armour.

import type { JsonObject } from '../../kube/json.ts';
import { nameParts, readCertificate } from '../../kube/x509/reading.ts';
import { children, hex, only, type Value } from '../../kube/x509/value.ts';
import { parseTime, rfc3339, type TimeMs, timeMs } from '../../time/units.ts';
import { type ServerTls, SysError, type TlsOptions } from '../sys.ts';
import { isAddress } from './namespace.ts';

/** What a certificate claims. */
export interface Certificate {
  /** The common name. */
  readonly subject: string;
  /** Organizations of the subject; a client's groups. */
  readonly organizations: readonly string[];
  /** DNS names and addresses that it is valid for. */
  readonly names: readonly string[];
  /** Identifies its key, and the key that signed it; equal for one that signs itself. */
  readonly key: string;
  readonly signer: string;
  /** RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** The certificate for clients that ask for this name. */
export function presentedTo({ cert, named = [] }: ServerTls, host: string): string {
  const wanted = host.toLowerCase();
  const found =
    named.find(({ name }) => name.toLowerCase() === wanted) ?? named.find(({ name }) => matchesName(name, wanted));
  return found?.cert ?? cert;
}

/** Reads all certificates of a PEM text; what it can't read it leaves out. */
export type CertificateReader = (pem: string) => readonly Certificate[];

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
const LINE = 64;

/** A simulated certificate in PEM form. */
export function certificatePem(certificate: Certificate): string {
  const text = base64(JSON.stringify(certificate));
  const lines: string[] = [];
  for (let i = 0; i < text.length; i += LINE) lines.push(text.slice(i, i + LINE));
  return [BEGIN, ...lines, END, ''].join('\n');
}

/** Reads simulated certificates. */
export const readCertificates: CertificateReader = (pem) => {
  const certificates: Certificate[] = [];
  for (const part of pem.split(BEGIN).slice(1)) {
    const end = part.indexOf(END);
    const certificate = end < 0 ? undefined : decodeCertificate(part.slice(0, end));
    if (certificate !== undefined) certificates.push(certificate);
  }
  return certificates;
};

function decodeCertificate(text: string): Certificate | undefined {
  return claimsOf(text) ?? realClaims(text);
}

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
const ALTERNATIVE_NAMES = '2.5.29.17';
const OWN_KEY = '2.5.29.14';
const SIGNING_KEY = '2.5.29.35';

/** What a certificate of X.509 claims. Who signed it is known by the key it names, or else by the issuer's name. */
function realClaims(text: string): Certificate | undefined {
  const found = readCertificate(Buffer.from(text, 'base64'));
  if (found === undefined) return undefined;
  const { subject, issuer, extensions, notBefore, notAfter } = found;
  const value = (id: string): Uint8Array | undefined => extensions.find((each) => each.id === id)?.value;
  const [own, signing, names] = [OWN_KEY, SIGNING_KEY, ALTERNATIVE_NAMES].map(value);
  const ownKey = own && only(own).content;
  const signingKey = signing && children(only(signing))[0]?.content;
  return {
    subject: nameParts(subject, COMMON_NAME).at(-1) ?? '',
    organizations: nameParts(subject, ORGANIZATION),
    names: names === undefined ? [] : children(only(names)).flatMap(generalName),
    key: hex(ownKey ?? subject?.whole),
    signer: hex(signingKey ?? issuer?.whole),
    notBefore: rfc3339(timeMs(notBefore)),
    notAfter: rfc3339(timeMs(notAfter)),
  };
}

/** DNS names and addresses; a client asks for nothing else. */
function generalName({ whole, content }: Value): readonly string[] {
  if (whole[0] === 0x82) return [new TextDecoder().decode(content)];
  return whole[0] === 0x87 && content.length === 4 ? [content.join('.')] : [];
}

function claimsOf(text: string): Certificate | undefined {
  try {
    const claims: JsonObject = JSON.parse(unbase64(text));
    const words = (value: unknown): string[] =>
      Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
    const word = (value: unknown): string => (typeof value === 'string' ? value : '');
    return {
      subject: word(claims['subject']),
      organizations: words(claims['organizations']),
      names: words(claims['names']),
      key: word(claims['key']),
      signer: word(claims['signer']),
      notBefore: word(claims['notBefore']),
      notAfter: word(claims['notAfter']),
    };
  } catch {
    return undefined;
  }
}

/** ETLS, in Go's words, when a client with these options doesn't accept what a server presents for a host. */
export function verifyServer(
  read: CertificateReader,
  presented: string,
  options: TlsOptions | undefined,
  host: string,
  now: TimeMs,
): void {
  if (options?.insecure === true) return;
  const [leaf, ...others] = read(presented);
  const why =
    leaf === undefined
      ? 'x509: malformed certificate'
      : (expiry(leaf, now) ??
        wrongName(leaf, options?.serverName ?? host) ??
        unknownSigner(leaf, others, read(options?.ca ?? '')));
  if (why !== undefined) throw new SysError('ETLS', `tls: failed to verify certificate: ${why}`);
}

function expiry({ notBefore, notAfter }: Certificate, now: TimeMs): string | undefined {
  const from = parseTime(notBefore);
  const to = parseTime(notAfter);
  const text = 'x509: certificate has expired or is not yet valid: current time';
  if (to !== undefined && now > to) return `${text} ${rfc3339(now)} is after ${notAfter}`;
  if (from !== undefined && now < from) return `${text} ${rfc3339(now)} is before ${notBefore}`;
  return undefined;
}

function wrongName({ names }: Certificate, host: string): string | undefined {
  if (isAddress(host)) {
    const addresses = names.filter(isAddress);
    if (addresses.includes(host)) return undefined;
    if (addresses.length === 0) {
      return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
    }
    return `x509: certificate is valid for ${addresses.join(', ')}, not ${host}`;
  }
  const hosts = names.filter((name) => !isAddress(name));
  if (hosts.some((pattern) => matchesName(pattern, host.toLowerCase()))) return undefined;
  if (hosts.length === 0) return `x509: certificate is not valid for any names, but wanted to match ${host}`;
  return `x509: certificate is valid for ${hosts.join(', ')}, not ${host}`;
}

/** `*.example.com` stands for one label. */
function matchesName(pattern: string, host: string): boolean {
  const name = pattern.toLowerCase();
  if (!name.startsWith('*.')) return name === host;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === name.slice(1);
}

function unknownSigner(
  leaf: Certificate,
  others: readonly Certificate[],
  trusted: readonly Certificate[],
): string | undefined {
  const keys = new Set(trusted.map(({ key }) => key));
  let at: Certificate | undefined = leaf;
  for (let steps = 0; at !== undefined && steps <= others.length; steps++) {
    if (keys.has(at.key) || keys.has(at.signer)) return undefined;
    const signer: string = at.signer;
    at = others.find(({ key }) => key === signer);
  }
  return 'x509: certificate signed by unknown authority';
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    out += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    out += left > 1 ? ALPHABET.charAt((bits >> 6) & 63) : '=';
    out += left > 2 ? ALPHABET.charAt(bits & 63) : '=';
  }
  return out;
}

function unbase64(text: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
