// `openssl`, as far as users of clusters need it: keys, requests for certificates, and certificates that sign themselves.
// Keys are drawn from the machine's chance, so that a session that is played again has the same ones.

import { createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import {
  certificateText,
  ownExtensions,
  requestText,
  type Signer,
  type Subject,
} from '../../../kube/x509/certificate.ts';
import { pemBlocks } from '../../../kube/x509/pem.ts';
import { readRequest } from '../../../kube/x509/request.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Program, type Sys, SysError } from '../../sys.ts';
import { decode, encode } from '../../text.ts';
import { readAll, readFile, writeFile } from '../kit/input.ts';
import { rsaKey } from './rsa.ts';

/** What makes the program end with a message and status 1. */
class Refused extends Error {}

interface Line {
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  readonly rest: readonly string[];
}

type Subcommand = (sys: Sys, line: Line) => Blocking<void>;

/** [options with a value, options without one, what it does] */
const COMMANDS: Readonly<Record<string, readonly [values: string, switches: string, run: Subcommand]>> = {
  req: ['newkey key keyout out in subj days', 'new x509 nodes noenc noout text subject verify', req],
  x509: ['in out', 'noout subject issuer dates enddate startdate text serial', x509],
  genrsa: ['out', '', genrsa],
  rand: ['out', 'hex base64', rand],
  version: ['', '', version],
};

export const openssl: Program = function* (sys) {
  const [, name = '', ...words] = sys.argv;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (command === undefined) {
      throw new Refused(`Invalid command '${name}'; this machine knows ${Object.keys(COMMANDS).join(', ')}.`);
    }
    const [values, switches, run] = command;
    yield* run(sys, parsed(name, words, values.split(' '), switches.split(' ')));
    return 0;
  } catch (error) {
    const message = messageOf(error);
    if (message === undefined) throw error;
    yield* sys.write(2, encode(`${message}\n`));
    return 1;
  }
};

function messageOf(error: unknown): string | undefined {
  if (error instanceof SysError) return `Can't open or write: ${errorText(error.code)}`;
  return error instanceof Refused ? error.message : undefined;
}

function parsed(name: string, words: readonly string[], valued: readonly string[], plain: readonly string[]): Line {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const option = word.replace(/^--?/, '');
    if (!word.startsWith('-')) rest.push(word);
    else if (plain.includes(option)) switches.add(option);
    else if (valued.includes(option)) {
      const given = words[++i];
      if (given === undefined) throw new Refused(`${name}: Option -${option} needs a value`);
      values.set(option, given);
    } else throw new Refused(`${name}: Unknown option or cipher: ${option}`);
  }
  return { values, switches, rest };
}

const BITS = [2048, 3072, 4096];

function newKey(sys: Sys, bits: number): KeyObject {
  if (!BITS.includes(bits)) throw new Refused(`keys of ${bits} bits are not modelled here: ${BITS.join(', ')} are`);
  const der = Buffer.from(rsaKey(bits, (limit) => sys.random(limit)));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs1' });
}

function keyText(key: KeyObject): string {
  return String(key.export({ format: 'pem', type: 'pkcs8' }));
}

/** SHA-256 with RSA; its identifier has an empty parameter. */
function signerOf(key: KeyObject): Signer {
  const RSA = '1.2.840.113549.1.1.11';
  if (key.asymmetricKeyType !== 'rsa') throw new Refused('only RSA keys sign here');
  return { algorithm: RSA, empty: true, sign: (content) => sign('sha256', content, key) };
}

const DAY_MS = 86_400_000;

/** A request for a certificate, or with -x509 a certificate that signs itself. */
function* req(sys: Sys, { values, switches }: Line): Blocking<void> {
  if (values.has('in')) return yield* showRequest(sys, values.get('in') ?? '', switches);
  const [, bits] = /^rsa(?::(\d+))?$/.exec(values.get('newkey') ?? 'rsa') ?? [];
  if (values.has('newkey') && !/^rsa(?::\d+)?$/.test(values.get('newkey') ?? '')) {
    throw new Refused(`-newkey ${values.get('newkey')} is not modelled here: rsa:2048 is`);
  }
  const given = values.get('key');
  const key = given === undefined ? newKey(sys, Number(bits ?? 2048)) : yield* keyIn(sys, given);
  if (given === undefined) yield* writeTo(sys, values.get('keyout') ?? 'privkey.pem', keyText(key), 0o600);
  const subject = subjectOf(values.get('subj'));
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const text = switches.has('x509')
    ? selfSigned(sys, subject, publicKey, Number(values.get('days') ?? 30), signerOf(key))
    : requestText(subject, publicKey, signerOf(key));
  yield* writeTo(sys, values.get('out'), text);
}

function selfSigned(sys: Sys, subject: Subject, publicKey: Uint8Array, days: number, signer: Signer): string {
  const serial = Uint8Array.from({ length: 20 }, () => sys.random(256));
  const notBefore = Math.floor(sys.now() / 1000) * 1000;
  const validity = { notBefore, notAfter: notBefore + days * DAY_MS };
  const draft = { issuer: subject, subject, publicKey, extensions: ownExtensions(publicKey), serial, ...validity };
  return certificateText(draft, signer);
}

/** `/CN=jane/O=devs`. Nobody can be asked for it here. */
function subjectOf(text: string | undefined): Subject {
  if (text === undefined) throw new Refused('req: give the subject with -subj: questions are not modelled here');
  if (!text.startsWith('/')) {
    throw new Refused(`req: subject name is expected to be in the format /type0=value0/type1=value1: ${text}`);
  }
  const parts = text
    .slice(1)
    .split('/')
    .map((part) => part.split('='));
  const other = parts.find(([type]) => type !== 'CN' && type !== 'O');
  if (other !== undefined) throw new Refused(`req: ${other[0]}= is not modelled here: CN= and O= are`);
  const of = (type: string): readonly string[] =>
    parts.filter(([each]) => each === type).map(([, value = '']) => value);
  return { commonName: of('CN').at(-1) ?? '', organizations: of('O') };
}

function* showRequest(sys: Sys, path: string, switches: ReadonlySet<string>): Blocking<void> {
  const text = decode(yield* readFile(sys, path));
  const [block] = pemBlocks(text);
  const request = block === undefined ? undefined : readRequest(Buffer.from(block.base64, 'base64'));
  if (request === undefined) throw new Refused(`Unable to load X509 request from ${path}`);
  if (switches.has('verify')) {
    yield* sys.write(2, encode(`Certificate request self-signature verify ${request.isSigned ? 'OK' : 'failure'}\n`));
  }
  if (switches.has('text')) throw new Refused('req: -text is not modelled here: -subject is');
  if (switches.has('subject')) yield* sys.write(1, encode(`subject=${shownSubject(request.subject)}\n`));
  if (!switches.has('noout')) yield* sys.write(1, encode(text));
}

function shownSubject({ commonName, organizations }: Subject): string {
  return [...organizations.map((name) => `O=${name}`), `CN=${commonName}`].join(', ');
}

function* x509(sys: Sys, { values, switches }: Line): Blocking<void> {
  const path = values.get('in');
  const text = decode(path === undefined ? yield* readAll(sys, 0) : yield* readFile(sys, path));
  const certificate = certificateIn(text, path);
  if (switches.has('text')) throw new Refused('x509: -text is not modelled here: -subject, -issuer and -dates are');
  const shown: readonly (readonly [string, boolean])[] = [
    [`subject=${oneLine(certificate.subject)}`, switches.has('subject')],
    [`issuer=${oneLine(certificate.issuer)}`, switches.has('issuer')],
    [`serial=${certificate.serialNumber}`, switches.has('serial')],
    [`notBefore=${certificate.validFrom}`, switches.has('dates') || switches.has('startdate')],
    [`notAfter=${certificate.validTo}`, switches.has('dates') || switches.has('enddate')],
  ];
  const lines = shown.filter(([, wanted]) => wanted).map(([line]) => `${line}\n`);
  yield* sys.write(1, encode(lines.join('')));
  if (!switches.has('noout')) yield* writeTo(sys, values.get('out'), certificate.toString());
}

function certificateIn(text: string, path = 'standard input'): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new Refused(`Could not find certificate from ${path}`);
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function* genrsa(sys: Sys, { values, rest }: Line): Blocking<void> {
  yield* writeTo(sys, values.get('out'), keyText(newKey(sys, Number(rest[0] ?? 2048))), 0o600);
}

function* rand(sys: Sys, { values, switches, rest }: Line): Blocking<void> {
  const count = Number(rest[0]);
  if (!Number.isInteger(count) || count < 1 || count > 65_536)
    throw new Refused('rand: how many bytes, from 1 to 65536?');
  const bytes = Buffer.from(Array.from({ length: count }, () => sys.random(256)));
  if (!switches.has('hex') && !switches.has('base64')) throw new Refused('rand: -hex or -base64 is needed here');
  yield* writeTo(sys, values.get('out'), `${bytes.toString(switches.has('hex') ? 'hex' : 'base64')}\n`);
}

function* version(sys: Sys): Blocking<void> {
  yield* sys.write(1, encode('OpenSSL 3.0.17 1 Jul 2025 (a part of it, for learning)\n'));
}

function* keyIn(sys: Sys, path: string): Blocking<KeyObject> {
  const text = decode(yield* readFile(sys, path));
  try {
    return createPrivateKey(text);
  } catch {
    throw new Refused(`Could not find private key from ${path}`);
  }
}

function* writeTo(sys: Sys, path: string | undefined, text: string, mode = 0o644): Blocking<void> {
  if (path === undefined) yield* sys.write(1, encode(text));
  else yield* writeFile(sys, path, text, mode);
}
