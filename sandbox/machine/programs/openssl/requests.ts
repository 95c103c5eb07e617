// `openssl req`: requests for certificates, and certificates that sign themselves.

import { createHash, verify } from 'node:crypto';
import {
  certificateText,
  extension,
  ownExtensions,
  requestText,
  type Subject,
} from '../../../kube/x509/certificate.ts';
import { octets } from '../../../kube/x509/der.ts';
import type { Request } from '../../../kube/x509/reading.ts';
import type { Blocking, Sys } from '../../sys.ts';
import { encode } from '../../text.ts';
import { publicKeyOf, requestIn } from './certificate.ts';
import { extensionFromText, extensionsIn, readSections, type Sections, setting } from './extensions.ts';
import { keep, keyIn, newKey, publicBytes, signerOf } from './keys.ts';
import { inputOf, type Line, Refused, tell, textOf, writeTo } from './line.ts';
import { shownName, subjectFromPairs, subjectFromText } from './names.ts';
import { requestDetails } from './show.ts';

const DAY_MS = 86_400_000;
const SERIAL_BYTES = 20;
const SUBJECT_KEY = '2.5.29.14';

/** A request for a certificate, or with -x509 a certificate that signs itself. */
export function* req(sys: Sys, line: Line): Blocking<undefined> {
  const { values, switches } = line;
  const path = values.get('in');
  if (path !== undefined) return yield* showRequest(sys, line, path);
  const config = values.get('config');
  const sections = config === undefined ? NO_SECTIONS : readSections(yield* textOf(sys, config, 'configuration'));
  const [whole, bits] = /^rsa(?::(\d+))?$/.exec(values.get('newkey') ?? 'rsa') ?? [];
  if (whole === undefined) throw new Refused(`-newkey ${values.get('newkey')} is not modelled here: rsa:2048 is`);
  const subject = subjectWanted(values.get('subj'), sections);
  const given = values.get('key');
  const key = given === undefined ? newKey(sys, Number(bits ?? 2048)) : yield* keyIn(sys, given);
  if (given === undefined) yield* keep(sys, values.get('keyout') ?? 'privkey.pem', key);
  const publicKey = publicBytes(key);
  const wished = wishes(line, sections);
  const text = switches.has('x509')
    ? certificateText(
        {
          ...{ issuer: subject, subject, publicKey, serial: newSerial(sys) },
          extensions: [...ownExtensions(publicKey).filter((own) => !isAmong(own, wished)), ...wished],
          ...validityFrom(sys, values.get('days') ?? '30'),
        },
        signerOf(key),
      )
    : requestText(subject, publicKey, signerOf(key), wished);
  yield* writeTo(sys, values.get('out'), text);
}

const NO_SECTIONS: Sections = new Map();

/** Nobody can be asked for it here. */
function subjectWanted(text: string | undefined, sections: Sections): Subject {
  if (text !== undefined) return subjectFromText(text);
  const section = setting(sections, 'req', 'distinguished_name');
  const pairs = section === undefined ? undefined : sections.get(section);
  if (pairs === undefined || setting(sections, 'req', 'prompt') !== 'no')
    throw new Refused('req: give the subject with -subj: questions are not modelled here');
  return subjectFromPairs(pairs);
}

function wishes({ values, lists, switches }: Line, sections: Sections): readonly Uint8Array[] {
  const name = switches.has('x509') ? 'x509_extensions' : 'req_extensions';
  const section =
    values.get(switches.has('x509') ? 'extensions' : 'reqexts') ??
    values.get('extensions') ??
    setting(sections, 'req', name);
  return [
    ...(section === undefined ? [] : extensionsIn(sections, section)),
    ...(lists.get('addext') ?? []).flatMap(extensionFromText),
  ];
}

/** Whether an extension of the same kind is wished for. */
function isAmong(own: Uint8Array, wished: readonly Uint8Array[]): boolean {
  const kind = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(2, 7)).toString('hex');
  return wished.some((each) => kind(each) === kind(own));
}

export function newSerial(sys: Sys): Uint8Array {
  return Uint8Array.from({ length: SERIAL_BYTES }, (_, i) => (i === 0 ? 0x40 + sys.random(0x40) : sys.random(256)));
}

/** From now on, for so many days. */
export function validityFrom(sys: Sys, days: string): { readonly notBefore: number; readonly notAfter: number } {
  if (!/^\d+$/.test(days)) throw new Refused(`Can't parse "${days}" as a number`);
  const notBefore = Math.floor(sys.now() / 1000) * 1000;
  return { notBefore, notAfter: notBefore + Number(days) * DAY_MS };
}

/** The extension that names a key. */
export function keyIdentifier(publicKey: Uint8Array): Uint8Array {
  return extension(SUBJECT_KEY, false, octets(createHash('sha1').update(publicKey).digest()));
}

export function isSigned(request: Request): boolean {
  const key = publicKeyOf(request);
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', request.content, key, request.signature);
}

function* showRequest(sys: Sys, { values, switches }: Line, path: string): Blocking<undefined> {
  const bytes = yield* inputOf(sys, path, 'certificate request');
  const request = requestIn(bytes, path);
  if (switches.has('verify'))
    yield* tell(sys, `Certificate request self-signature verify ${isSigned(request) ? 'OK' : 'failure'}`);
  if (switches.has('text')) yield* sys.write(1, encode(requestDetails(request)));
  if (switches.has('subject')) yield* sys.write(1, encode(`subject=${shownName(request.subject)}\n`));
  if (switches.has('pubkey')) {
    yield* sys.write(1, encode(String(publicKeyOf(request).export({ format: 'pem', type: 'spki' }))));
  }
  if (!switches.has('noout')) yield* writeTo(sys, values.get('out'), bytes);
}
