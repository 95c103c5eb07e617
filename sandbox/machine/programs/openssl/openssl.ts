// `openssl`, as far as users of clusters need it: keys, requests, certificates and who vouches for them, digests, and what
// a server presents.

import { errorText } from '../../errors.ts';
import { type Blocking, type Program, type Sys, SysError } from '../../sys.ts';
import { encode } from '../../text.ts';
import { dgst, digestCommand, enc, rand } from './digests.ts';
import { genpkey, genrsa, pkey } from './keys.ts';
import { DIGESTS, Refused, readLine, type Subcommand } from './line.ts';
import { sClient, verify } from './peers.ts';
import { req } from './requests.ts';
import { x509 } from './x509.ts';

const ALL_DIGESTS = DIGESTS.join(' ');

/** [options with a value, options without one, what it does] */
type Row = readonly [values: string, switches: string, run: Subcommand];

const COMMANDS: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    'req',
    [
      'newkey key keyout out in subj days addext config extensions reqexts',
      `new x509 nodes noenc noout text subject verify pubkey batch utf8 ${ALL_DIGESTS}`,
      req,
    ],
  ],
  [
    'x509',
    [
      'in out days CA CAkey CAserial set_serial extfile extensions signkey key copy_extensions ext checkend inform outform nameopt certopt',
      `noout subject issuer dates enddate startdate text serial fingerprint modulus pubkey req CAcreateserial ${ALL_DIGESTS}`,
      x509,
    ],
  ],
  ['genrsa', ['out', 'traditional', genrsa]],
  ['genpkey', ['out algorithm pkeyopt', '', genpkey]],
  ['rsa', ['in out', 'check noout modulus pubout pubin text traditional', pkey]],
  ['pkey', ['in out', 'check noout pubout pubin text traditional', pkey]],
  ['verify', ['CAfile untrusted purpose', 'verbose show_chain partial_chain', verify]],
  [
    's_client',
    [
      'connect servername CAfile CApath verify cert key alpn',
      'showcerts quiet brief verify_return_error tls1_2 tls1_3 no_ign_eof ign_eof',
      sClient,
    ],
  ],
  ['dgst', ['hmac out', `r hex binary c ${ALL_DIGESTS}`, dgst]],
  ['enc', ['in out', 'base64 a A d e', enc]],
  ['base64', ['in out', 'A d e', enc]],
  ['rand', ['out', 'hex base64', rand]],
  ['version', ['', 'a v', version]],
  ...DIGESTS.map((digest): [string, Row] => [digest, ['hmac out', 'r hex binary', digestCommand(digest)]]),
]);

export const openssl: Program = function* (sys) {
  const [, name = '', ...words] = sys.argv;
  const command = COMMANDS.get(name);
  try {
    if (command === undefined)
      throw new Refused(`Invalid command '${name}'; this machine knows ${[...COMMANDS.keys()].join(', ')}.`);
    const [values, switches, run] = command;
    return (yield* run(sys, readLine(name, words, values.split(' '), switches.split(' ')))) ?? 0;
  } catch (error) {
    const refused = refusalOf(error);
    if (refused === undefined) throw error;
    yield* sys.write(2, encode(`${refused.message}\n`));
    return refused.status;
  }
};

function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof SysError) return new Refused(`Can't open or write: ${errorText(error.code)}`);
  return error instanceof Refused ? error : undefined;
}

function* version(sys: Sys): Blocking<undefined> {
  yield* sys.write(1, encode('OpenSSL 3.0.17 1 Jul 2025 (a part of it, for learning)\n'));
}
