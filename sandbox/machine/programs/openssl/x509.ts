// `openssl x509`: certificates are shown, and requests signed.

import { certificateText, ownExtensions } from '../../../kube/x509/certificate.ts';
import { pemText } from '../../../kube/x509/pem.ts';
import type { Certificate } from '../../../kube/x509/reading.ts';
import type { Blocking, Sys } from '../../sys.ts';
import { encode } from '../../text.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { readTextFile } from '../kit/input.ts';
import { certificateIn, fingerprint, pairs, publicKeyOf, requestIn } from './certificate.ts';
import { extensionsIn, readSections } from './extensions.ts';
import { keyIn, modulusOf, signerOf } from './keys.ts';
import { DIGESTS, inputOf, type Line, Refused, tell, textOf, writeTo } from './line.ts';
import { shownName, subjectFromName } from './names.ts';
import { isSigned, keyIdentifier, newSerial, validityFrom } from './requests.ts';
import { certificateDetails, extensionLines, shownTime } from './show.ts';

export function* x509(sys: Sys, line: Line): Blocking<number | undefined> {
  const { values, switches } = line;
  if (switches.has('req')) return yield* signRequest(sys, line);
  const path = values.get('in');
  const certificate = certificateIn(yield* inputOf(sys, path, 'certificate'), path ?? '<stdin>');
  const shown = [...switches].map((name) => SHOWN.get(name)?.(certificate, line) ?? '');
  const named = values.get('ext')?.split(',');
  const parts =
    named === undefined ? [] : certificate.extensions.filter(({ id }) => named.some((n) => IDS.get(n) === id));
  const lines = parts.flatMap((each) => extensionLines(each, '')).map((each) => `${each}\n`);
  yield* sys.write(1, encode([...shown, ...lines].join('')));
  const seconds = values.get('checkend');
  if (seconds !== undefined) {
    const ends = certificate.notAfter <= sys.now() + Number(seconds) * 1000;
    yield* sys.write(1, encode(`Certificate will ${ends ? '' : 'not '}expire\n`));
    return ends ? 1 : 0;
  }
  if (switches.has('noout')) return undefined;
  const der = values.get('outform')?.toUpperCase() === 'DER';
  yield* writeTo(sys, values.get('out'), der ? certificate.der : pemText('CERTIFICATE', certificate.der));
  return undefined;
}

const IDS: ReadonlyMap<string, string> = new Map([
  ['subjectAltName', '2.5.29.17'],
  ['basicConstraints', '2.5.29.19'],
  ['keyUsage', '2.5.29.15'],
  ['extendedKeyUsage', '2.5.29.37'],
  ['subjectKeyIdentifier', '2.5.29.14'],
  ['authorityKeyIdentifier', '2.5.29.35'],
]);

type Shown = (of: Certificate, line: Line) => string;

/** What each switch shows, in the order of the command line. */
const SHOWN: ReadonlyMap<string, Shown> = new Map<string, Shown>([
  ['subject', ({ subject }) => `subject=${shownName(subject)}\n`],
  ['issuer', ({ issuer }) => `issuer=${shownName(issuer)}\n`],
  ['serial', ({ serial }) => `serial=${pairs(serial).join('').toUpperCase()}\n`],
  ['dates', ({ notBefore, notAfter }) => `notBefore=${shownTime(notBefore)}\nnotAfter=${shownTime(notAfter)}\n`],
  ['startdate', ({ notBefore }) => `notBefore=${shownTime(notBefore)}\n`],
  ['enddate', ({ notAfter }) => `notAfter=${shownTime(notAfter)}\n`],
  ['modulus', (certificate) => `Modulus=${modulusOf(publicKeyOf(certificate))}\n`],
  ['pubkey', (certificate) => String(publicKeyOf(certificate).export({ format: 'pem', type: 'spki' }))],
  [
    'fingerprint',
    (certificate, { switches }) => {
      const digest = DIGESTS.find((each) => switches.has(each));
      return `${digest ?? 'SHA1'} Fingerprint=${fingerprint(certificate, digest ?? 'sha1')}\n`;
    },
  ],
  ['text', certificateDetails],
]);

/** `-req`: an authority certifies who asks. */
function* signRequest(sys: Sys, { values, switches }: Line): Blocking<undefined> {
  const path = values.get('in');
  const request = requestIn(yield* inputOf(sys, path, 'certificate request'), path ?? '<stdin>');
  if (!isSigned(request)) throw new Refused('Certificate request self-signature did not match the contents');
  yield* tell(sys, `Certificate request self-signature ok\nsubject=${shownName(request.subject)}`);
  const ca = values.get('CA');
  const own = values.get('signkey') ?? values.get('key');
  const keyPath = own ?? values.get('CAkey') ?? ca;
  if (keyPath === undefined) throw new Refused('x509: We need a private key to sign with, use -key or -CA');
  const authority = ca === undefined ? undefined : certificateIn(yield* inputOf(sys, ca, 'CA certificate'), ca);
  const key = yield* keyIn(sys, keyPath);
  const file = values.get('extfile');
  const sections = file === undefined ? undefined : readSections(yield* textOf(sys, file, 'extensions'));
  const wished = sections === undefined ? [] : extensionsIn(sections, values.get('extensions') ?? '');
  const copied = values.get('copy_extensions')?.startsWith('copy') === true ? request.extensions : [];
  const [, authorityKey] = ownExtensions(authority?.key ?? request.key);
  const draft = {
    subject: subjectFromName(request.subject),
    issuer: subjectFromName(authority?.subject ?? request.subject),
    publicKey: request.key,
    extensions: [
      ...copied.map(({ whole }) => whole),
      ...wished,
      keyIdentifier(request.key),
      ...(authorityKey === undefined ? [] : [authorityKey]),
    ],
    serialIsExact: true,
    serial: yield* serialFor(sys, values, switches, ca),
    ...validityFrom(sys, values.get('days') ?? '30'),
  };
  yield* writeTo(sys, values.get('out'), certificateText(draft, signerOf(key)));
}

/** Given, or the one after the last that the authority's file tells. */
function* serialFor(
  sys: Sys,
  values: ReadonlyMap<string, string>,
  switches: ReadonlySet<string>,
  ca: string | undefined,
): Blocking<Uint8Array> {
  const given = values.get('set_serial');
  if (given !== undefined) return bytesOf(BigInt(given));
  const path = values.get('CAserial') ?? `${(ca ?? '').replace(/\.[^./]*$/, '')}.srl`;
  if (ca === undefined || !(switches.has('CAcreateserial') || statOrNothing(sys, path) !== undefined))
    return newSerial(sys);
  const last = statOrNothing(sys, path) === undefined ? undefined : (yield* readTextFile(sys, path)).trim();
  const serial = last === undefined ? newSerial(sys) : bytesOf(BigInt(`0x${last}`) + 1n);
  yield* writeTo(sys, path, `${pairs(serial).join('').toUpperCase()}\n`);
  return serial;
}

function bytesOf(number: bigint): Uint8Array {
  const digits = number.toString(16);
  return Uint8Array.from(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
}
