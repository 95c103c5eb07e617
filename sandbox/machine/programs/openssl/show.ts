// `-text`: a certificate or a request as `openssl` lays it out.

import { type Certificate, type Extension, identifier, type Request } from '../../../kube/x509/reading.ts';
import { children, only } from '../../../kube/x509/value.ts';
import { strftime } from '../kit/strftime.ts';
import { pairs, publicKeyOf } from './certificate.ts';
import { shownName } from './names.ts';

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.1', 'rsaEncryption'],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
  ['1.2.840.10045.2.1', 'id-ecPublicKey'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.3.101.112', 'ED25519'],
]);

const named = (id: string): string => ALGORITHMS.get(id) ?? id;

/** `Jan  1 00:00:00 2026 GMT` */
export function shownTime(at: number): string {
  return strftime('%b %e %H:%M:%S %Y GMT', at / 1000);
}

export function certificateDetails(certificate: Certificate): string {
  const { version, serial, algorithm, issuer, subject, notBefore, notAfter } = certificate;
  return [
    'Certificate:',
    '    Data:',
    `        Version: ${version} (0x${version - 1})`,
    ...serialLines(serial),
    `        Signature Algorithm: ${named(algorithm)}`,
    `        Issuer: ${shownName(issuer)}`,
    '        Validity',
    `            Not Before: ${shownTime(notBefore)}`,
    `            Not After : ${shownTime(notAfter)}`,
    `        Subject: ${shownName(subject)}`,
    ...keyLines(certificate),
    ...(certificate.extensions.length === 0 ? [] : ['        X509v3 extensions:']),
    ...certificate.extensions.flatMap((each) => extensionLines(each, ' '.repeat(12))),
    ...signatureLines(certificate),
    '',
  ].join('\n');
}

export function requestDetails(request: Request): string {
  const wished = request.extensions.flatMap((each) => extensionLines(each, ' '.repeat(16)));
  return [
    'Certificate Request:',
    '    Data:',
    '        Version: 1 (0x0)',
    `        Subject: ${shownName(request.subject)}`,
    ...keyLines(request),
    '        Attributes:',
    ...(wished.length === 0 ? ['            (none)'] : []),
    '            Requested Extensions:',
    ...wished,
    ...signatureLines(request),
    '',
  ].join('\n');
}

/** A serial number that fits into eight bytes is shown as a number. */
function serialLines(serial: Uint8Array): readonly string[] {
  const digits = pairs(serial);
  if (serial.length > 8) return ['        Serial Number:', `            ${digits.join(':')}`];
  const number = BigInt(`0x${digits.join('') || '0'}`);
  return [`        Serial Number: ${number} (0x${number.toString(16)})`];
}

function keyLines(of: Request): readonly string[] {
  const [algorithm] = children(only(of.key));
  return [
    '        Subject Public Key Info:',
    `            Public Key Algorithm: ${named(identifier(children(algorithm)[0]?.content))}`,
    ...keyDetails(of).map((line) => `                ${line}`),
  ];
}

const CURVES: ReadonlyMap<string, readonly [bits: number, nist: string]> = new Map([
  ['prime256v1', [256, 'P-256']],
  ['secp384r1', [384, 'P-384']],
  ['secp521r1', [521, 'P-521']],
]);

function keyDetails(of: Request): readonly string[] {
  const key = publicKeyOf(of);
  const bytes = children(only(of.key))[1]?.content.subarray(1) ?? new Uint8Array();
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') {
    const [modulus] = children(only(bytes));
    const exponent = Number(details.publicExponent ?? 0);
    return [
      `Public-Key: (${details.modulusLength} bit)`,
      'Modulus:',
      ...wrapped(modulus?.content ?? new Uint8Array(), 15).map((line) => `    ${line}`),
      `Exponent: ${exponent} (0x${exponent.toString(16)})`,
    ];
  }
  const points = ['pub:', ...wrapped(bytes, 15).map((line) => `    ${line}`)];
  const { namedCurve = '' } = details;
  const [bits, nist] = CURVES.get(namedCurve) ?? [];
  if (bits === undefined) return ['ED25519 Public-Key:', ...points];
  return [`Public-Key: (${bits} bit)`, ...points, `ASN1 OID: ${namedCurve}`, `NIST CURVE: ${nist}`];
}

function signatureLines({ algorithm, signature }: Request): readonly string[] {
  const lines = wrapped(signature, 18).map((line) => `        ${line}`);
  return [`    Signature Algorithm: ${named(algorithm)}`, '    Signature Value:', ...lines];
}

/** Bytes in lines, each but the last with a colon at its end. */
function wrapped(bytes: Uint8Array, width: number): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const more = at + width < bytes.length ? ':' : '';
    lines.push(pairs(bytes.subarray(at, at + width)).join(':') + more);
  }
  return lines;
}

const USAGES = [
  'Digital Signature',
  'Non Repudiation',
  'Key Encipherment',
  'Data Encipherment',
  'Key Agreement',
  'Certificate Sign',
  'CRL Sign',
];

const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.5.5.7.3.1', 'TLS Web Server Authentication'],
  ['1.3.6.1.5.5.7.3.2', 'TLS Web Client Authentication'],
  ['1.3.6.1.5.5.7.3.3', 'Code Signing'],
  ['1.3.6.1.5.5.7.3.4', 'E-mail Protection'],
]);

const upper = (bytes: Uint8Array): string => pairs(bytes).join(':').toUpperCase();

/** By identifier: the extension's name, and how its value reads. */
const EXTENSIONS: ReadonlyMap<string, readonly [name: string, text: (value: Uint8Array) => string]> = new Map([
  ['2.5.29.14', ['Subject Key Identifier', (value) => upper(only(value).content)]],
  ['2.5.29.35', ['Authority Key Identifier', (value) => upper(children(only(value))[0]?.content ?? new Uint8Array())]],
  ['2.5.29.19', ['Basic Constraints', constraintsText]],
  ['2.5.29.17', ['Subject Alternative Name', namesText]],
  ['2.5.29.15', ['Key Usage', usageText]],
  ['2.5.29.37', ['Extended Key Usage', purposesText]],
]);

/** The heading of an extension and its value; `indent` stands before it. */
export function extensionLines({ id, critical, value }: Extension, indent: string): readonly string[] {
  const [name, text] = EXTENSIONS.get(id) ?? [id, upper];
  const head = EXTENSIONS.has(id) ? `X509v3 ${name}` : name;
  return [`${indent}${head}: ${critical ? 'critical' : ''}`, `${indent}    ${text(value)}`];
}

function constraintsText(value: Uint8Array): string {
  const [first, second] = children(only(value));
  const authority = first?.whole[0] === 0x01 && first.content[0] !== 0;
  const length = authority ? second : undefined;
  return `CA:${authority ? 'TRUE' : 'FALSE'}${length === undefined ? '' : `, pathlen:${length.content[0] ?? 0}`}`;
}

function namesText(value: Uint8Array): string {
  return children(only(value))
    .map(({ whole, content }) => {
      const text = new TextDecoder().decode(content);
      const kind = whole[0];
      if (kind === 0x82) return `DNS:${text}`;
      if (kind === 0x81) return `email:${text}`;
      if (kind === 0x86) return `URI:${text}`;
      return kind === 0x87 ? `IP Address:${addressText(content)}` : 'othername: <unsupported>';
    })
    .join(', ');
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[i * 2] ?? 0) * 256 + (bytes[i * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(':').toUpperCase();
}

function usageText(value: Uint8Array): string {
  const first = only(value).content[1] ?? 0;
  return USAGES.filter((_, i) => (first & (0x80 >> i)) !== 0).join(', ');
}

function purposesText(value: Uint8Array): string {
  return children(only(value))
    .map(({ content }) => PURPOSES.get(identifier(content)) ?? identifier(content))
    .join(', ');
}
