// `openssl dgst`, `enc -base64`, `rand`: digests, and bytes as text.

import { createHash, createHmac } from 'node:crypto';
import type { Blocking, Sys } from '../../sys.ts';
import { encode } from '../../text.ts';
import { DIGESTS, inputOf, type Line, Refused, type Subcommand, writeTo } from './line.ts';

const RANDOM_MAX = 65_536;
const LINE = 64;

/** How a digest is called where it is shown. */
function shown(digest: string): string {
  return /^sha(?!1$)/.test(digest) ? digest.replace('sha', 'SHA2-') : digest.toUpperCase();
}

/** `dgst -sha256 FILE`; SHA-256 where nothing is said. */
export function* dgst(sys: Sys, line: Line): Blocking<undefined> {
  const wanted = DIGESTS.find((each) => line.switches.has(each));
  yield* digestOf(sys, line, wanted ?? 'sha256', wanted === undefined ? 'SHA256' : shown(wanted));
}

/** `openssl sha256 FILE` */
export function digestCommand(digest: string): Subcommand {
  return function* (sys, line) {
    yield* digestOf(sys, line, digest, shown(digest));
    return undefined;
  };
}

function* digestOf(sys: Sys, { values, switches, rest }: Line, digest: string, title: string): Blocking<void> {
  const secret = values.get('hmac');
  for (const path of rest.length > 0 ? rest : [undefined]) {
    const bytes = yield* inputOf(sys, path, 'file');
    const sum = (secret === undefined ? createHash(digest) : createHmac(digest, secret)).update(bytes);
    if (switches.has('binary')) {
      yield* writeTo(sys, values.get('out'), Uint8Array.from(sum.digest()));
      continue;
    }
    const hex = sum.digest('hex');
    const name = `${secret === undefined ? '' : 'HMAC-'}${title}(${path ?? 'stdin'})`;
    const text = switches.has('r') ? `${hex} *${path ?? 'stdin'}\n` : `${name}= ${hex}\n`;
    yield* writeTo(sys, values.get('out'), text);
  }
}

/** `enc -base64`, `base64`: ciphers are refused. */
export function* enc(sys: Sys, { values, switches }: Line): Blocking<undefined> {
  const bytes = yield* inputOf(sys, values.get('in'), 'file');
  if (switches.has('d')) {
    const text = new TextDecoder().decode(bytes).replace(/\s/g, '');
    yield* writeTo(sys, values.get('out'), Uint8Array.from(Buffer.from(text, 'base64')));
    return;
  }
  const text = Buffer.from(bytes).toString('base64');
  const lines = switches.has('A')
    ? [text]
    : (text.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []).map((one) => `${one}\n`);
  yield* writeTo(sys, values.get('out'), encode(lines.join('')));
}

export function* rand(sys: Sys, { values, switches, rest }: Line): Blocking<undefined> {
  const count = Number(rest[0]);
  if (!Number.isInteger(count) || count < 1 || count > RANDOM_MAX)
    throw new Refused(`rand: how many bytes, from 1 to ${RANDOM_MAX}?`);
  const bytes = Buffer.from(Array.from({ length: count }, () => sys.random(256)));
  const text = switches.has('hex')
    ? bytes.toString('hex')
    : switches.has('base64')
      ? bytes.toString('base64')
      : undefined;
  yield* writeTo(sys, values.get('out'), text === undefined ? Uint8Array.from(bytes) : `${text}\n`);
}
