// Opening what goes both ways: by a websocket, and where that is refused as older clients do, by SPDY. Here both carry the
// same messages; to the server they differ in the verb that it asks permission for.

import { type Blocking, type Fd, type HttpResponse, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { ConnectionError } from '../errors.ts';
import { decodeText, readAll } from '../files.ts';
import type { RestClient, RestRequest } from './client.ts';
import { decodeStatus } from './status.ts';
import {
  byName,
  connectionFailure,
  logAnswer,
  logFailure,
  logRequest,
  sortedHeaders,
  USER_AGENT,
} from './transport.ts';

export interface Upgrade {
  /** As a message of the session has them. */
  readonly protocols: readonly string[];
  /** The variable of the environment that is `false` for whoever wants no websockets. */
  readonly variable: string;
  /** What kubectl says that it offers in its websocket. */
  readonly shown: string;
  /** And in the request that comes after. */
  readonly older: readonly string[];
  /** What -v tells of the change from one to the other. */
  readonly fallback: (why: string) => readonly [source: string, text: string];
}

/** A message of the server that is no refusal: all is well, but nothing was asked for. */
type IsWell = (message: string) => boolean;

const NEVER: IsWell = () => false;

/** The descriptor; undefined where `isWell`. Throws an Error for refusals, a ConnectionError where nobody answers. */
export function* openUpgraded(
  sys: Sys,
  client: RestClient,
  request: Omit<RestRequest, 'method'>,
  upgrade: Upgrade,
  isWell = NEVER,
): Blocking<Fd | undefined> {
  if (sys.env.get(upgrade.variable)?.toLowerCase() !== 'false') {
    const first = yield* attempt(sys, client, { ...request, method: 'GET' }, upgrade, 'websocket');
    if ('fd' in first) return first.fd;
    if (isWell(first.refused)) return undefined;
    yield* client.log.info(4, ...upgrade.fallback(`unable to upgrade streaming request: ${first.refused}`));
  }
  const second = yield* attempt(sys, client, { ...request, method: 'POST' }, upgrade, 'spdy');
  if ('fd' in second) return second.fd;
  if (isWell(second.refused)) return undefined;
  throw new Error(`unable to upgrade connection: ${second.refused}`);
}

function* attempt(
  sys: Sys,
  client: RestClient,
  request: RestRequest,
  { protocols, shown, older }: Upgrade,
  kind: 'websocket' | 'spdy',
): Blocking<{ readonly fd: Fd } | { readonly refused: string }> {
  const { log, config } = client;
  const asked = { method: request.method, url: client.url(request) };
  const headers = [['User-Agent', USER_AGENT] as const, ...config.headers];
  const offered = kind === 'websocket' ? [['Sec-Websocket-Protocol', shown] as const] : versions(older);
  yield* logRequest(log, asked, sortedHeaders([...offered, ...headers]));
  const began = sys.now();
  try {
    const tls = config.tls === undefined ? {} : { tls: config.tls };
    const opened = yield* sys.webSocket({ ...asked, headers: byName(headers), ...tls }, protocols);
    const took = sys.now() - began;
    if ('fd' in opened) {
      yield* logAnswer(log, asked, { status: 101, headers: agreed(opened.protocol, kind) }, took, false);
      return opened;
    }
    if (kind === 'websocket') yield* logFailure(log, asked, took);
    else yield* logAnswer(log, asked, opened.refused, took, false);
    return { refused: yield* reasonOf(sys, opened.refused) };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new ConnectionError(asked.method, asked.url, connectionFailure(error, asked.url));
  }
}

function versions(protocols: readonly string[]) {
  return protocols.map((protocol) => ['X-Stream-Protocol-Version', protocol] as const);
}

function agreed(protocol: string, kind: 'websocket' | 'spdy'): Readonly<Record<string, readonly string[]>> {
  return kind === 'websocket'
    ? { connection: ['Upgrade'], 'sec-websocket-protocol': [protocol], upgrade: ['websocket'] }
    : { connection: ['Upgrade'], upgrade: ['SPDY/3.1'], 'x-stream-protocol-version': [protocol] };
}

function* reasonOf(sys: Sys, { body }: HttpResponse): Blocking<string> {
  const text = decodeText(yield* readAll(sys, body));
  sys.close(body);
  const status = decodeStatus(text);
  return status?.status === 'Failure' ? (status.message ?? '') : text.trim();
}
