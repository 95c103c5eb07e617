// `curl`: everyday HTTP, with the words and statuses of the real one.

import { durationMs } from '../../../time/units.ts';
import { type Blocking, type Bytes, type Fd, type HttpResponse, SysError, type TlsOptions } from '../../sys.ts';
import { type Context, command } from '../kit/command.ts';
import { readTextFile } from '../kit/input.ts';
import { CURL, globbed, headersOf, isFileError, type Payload, payloadOf, VERSION } from './curlflags.ts';
import { progressBegins, progressEnds, showsProgress } from './curlprogress.ts';
import { conversation, Failure, failureOf, headText, newTransfer, type Transfer, writeOut } from './curltransfer.ts';
import { parseUrl, type Url } from './url.ts';

export const curl = command(CURL, function* (context) {
  const { flags, args } = context;
  if (flags.has('V')) {
    context.print(
      `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION}\nProtocols: http https\nFeatures: HSTS IPv6 SSL\n`,
    );
    return 0;
  }
  const given = [...flags.values('url'), ...args];
  if (given.length === 0) {
    context.warn(`curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  let payload: Payload | undefined;
  try {
    payload = yield* payloadOf(context);
  } catch (error) {
    if (!isFileError(error)) throw error;
    return fail(context, new Failure(26, 'Failed to open/read local data from file/application'));
  }
  let status = 0;
  const urls = flags.has('g') ? given : given.flatMap(globbed);
  for (const [index, url] of urls.entries()) {
    const output =
      flags.values('o')[index] ?? (flags.has('O') && flags.values('o').length === 0 ? lastPart(url) : undefined);
    status = yield* withRetries(context, url, payload, output);
    yield* context.flush();
  }
  return status;
});

function lastPart(url: string): string {
  return (url.split(/[?#]/)[0] ?? '').split('/').at(-1) ?? 'index.html';
}

function fail(context: Context, failure: Failure): number {
  const { flags } = context;
  if (!flags.has('s') || flags.has('S')) context.warn(`curl: (${failure.exit}) ${failure.message}\n`);
  return failure.exit;
}

const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

function* withRetries(
  context: Context,
  url: string,
  payload: Payload | undefined,
  output: string | undefined,
): Blocking<number> {
  const { flags, sys } = context;
  const retries = Number(flags.value('retry') ?? 0);
  for (let attempt = 0; ; attempt++) {
    const transfer = newTransfer(context, url);
    const failure = yield* transferOnce(context, url, payload, output, transfer);
    const exit = failure?.exit ?? 0;
    const again =
      exit === 28 ||
      exit === 6 ||
      (exit === 7 && flags.has('retry-connrefused')) ||
      (exit !== 0 && flags.has('retry-all-errors')) ||
      TRANSIENT.has(transfer.status);
    if (attempt < retries && again) {
      const wait =
        flags.value('retry-delay') === undefined ? Math.min(600, 2 ** attempt) : Number(flags.value('retry-delay'));
      const why = exit === 28 ? 'timeout' : exit === 7 ? 'connection refused' : exit === 0 ? `HTTP error` : 'error';
      if (!flags.has('s'))
        context.warn(
          `Warning: Problem: ${why}. Will retry in ${wait} second${wait === 1 ? '' : 's'}. ${retries - attempt} ${retries - attempt === 1 ? 'retry' : 'retries'} left.\n`,
        );
      yield* context.flush();
      yield* sys.sleep(durationMs(wait * 1000));
      continue;
    }
    if (transfer.shown && exit !== 6) context.warn(progressEnds(transfer, sys.now()));
    transfer.exit = exit;
    transfer.error = failure?.message ?? '';
    if (failure !== undefined) fail(context, failure);
    yield* writeOut(context, transfer);
    return exit;
  }
}

function* transferOnce(
  context: Context,
  text: string,
  payload: Payload | undefined,
  output: string | undefined,
  transfer: Transfer,
): Blocking<Failure | undefined> {
  try {
    yield* follow(context, text, payload, output, transfer);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function* follow(
  context: Context,
  text: string,
  payload: Payload | undefined,
  output: string | undefined,
  transfer: Transfer,
): Blocking<void> {
  const { flags, sys } = context;
  let url = urlOf(text);
  let body = payload;
  let method = methodOf(context, payload);
  if (flags.has('G') && payload !== undefined) {
    url = { ...url, path: `${url.path}${url.path.includes('?') ? '&' : '?'}${new TextDecoder().decode(payload.body)}` };
    body = undefined;
    method = flags.value('X') ?? 'GET';
  }
  const upload = flags.value('T');
  if (upload !== undefined) body = yield* uploaded(context, upload);
  const most = Number(flags.value('max-redirs') ?? 50);
  if (showsProgress(context, output)) {
    transfer.shown = true;
    context.warn(progressBegins());
  }
  for (;;) {
    const response = yield* ask(context, url, method, body, transfer);
    const location = response.headers['location']?.[0];
    if (flags.has('i') || flags.has('I')) context.print(headText(response));
    if (flags.value('D') === '-') context.print(headText(response));
    if (
      !(flags.has('L') || flags.has('location-trusted')) ||
      location === undefined ||
      response.status < 300 ||
      response.status > 399
    ) {
      transfer.location = location === undefined ? '' : absolute(url, location);
      yield* receive(context, response, method, output, transfer);
      return;
    }
    sys.close(response.body);
    if (++transfer.redirects > most && most >= 0) throw new Failure(47, `Maximum (${most}) redirects followed`);
    url = urlOf(absolute(url, location));
    transfer.url = `${url.scheme}://${url.hostAndPort}${url.path}`;
    if (response.status <= 303 && method !== 'HEAD' && flags.value('X') === undefined) {
      method = 'GET';
      body = undefined;
    }
    if (flags.has('v')) context.warn(`* Issue another request to this URL: '${transfer.url}'\n`);
  }
}

function expectedOf({ headers }: HttpResponse): number | undefined {
  const text = headers['content-length']?.[0];
  return text === undefined ? undefined : Number(text);
}

function absolute(url: Url, location: string): string {
  if (/^[a-z]+:\/\//i.test(location)) return location;
  const base = `${url.scheme}://${url.hostAndPort}`;
  return location.startsWith('/') ? base + location : `${base}${url.path.replace(/[^/]*$/, '')}${location}`;
}

function urlOf(text: string): Url {
  const url = parseUrl(text, 'http');
  if (url === undefined) throw new Failure(3, 'URL rejected: Malformed input to a URL function');
  if (url.scheme !== 'http' && url.scheme !== 'https') throw new Failure(1, `Protocol "${url.scheme}" not supported`);
  return url;
}

function methodOf({ flags }: Context, payload: Payload | undefined): string {
  const given = flags.value('X');
  if (given !== undefined) return given;
  if (flags.has('I')) return 'HEAD';
  if (flags.value('T') !== undefined) return 'PUT';
  return payload === undefined ? 'GET' : 'POST';
}

function* uploaded(context: Context, path: string): Blocking<Payload> {
  try {
    return { body: new TextEncoder().encode(yield* readTextFile(context.sys, path)), type: '' };
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new Failure(26, `Failed to open/read local data from file/application`);
  }
}

function* ask(
  context: Context,
  url: Url,
  method: string,
  payload: Payload | undefined,
  transfer: Transfer,
): Blocking<HttpResponse> {
  const { sys, flags } = context;
  const { host, port } = targetOf(context, url);
  const address = yield* addressOf(context, host, url);
  transfer.resolved = sys.now();
  transfer.remote = { host: address, port };
  transfer.method = method;
  transfer.uploaded = payload?.body.length ?? 0;
  const headers = headersOf(context, url.hostAndPort, payload);
  if (url.user !== undefined && !headers.has('authorization'))
    headers.set('authorization', ['Authorization', `Basic ${btoa(`${url.user}:${url.password ?? ''}`)}`]);
  if (flags.has('v')) context.warn(`* Host ${url.host}:${port} was resolved.\n*   Trying ${address}:${port}...\n`);
  yield* context.flush();
  const timeout = timeLeft(context, transfer);
  const connecting = Number(flags.value('connect-timeout') ?? Number.NaN) * 1000;
  try {
    const response = yield* sys.http({
      method,
      url: `${url.scheme}://${address}:${port}${url.path}`,
      headers: Object.fromEntries([...headers.values()]),
      ...(payload === undefined ? {} : { body: payload.body }),
      ...(url.scheme === 'https' ? { tls: yield* tlsOf(context, url) } : {}),
      ...(timeout === undefined && Number.isNaN(connecting)
        ? {}
        : {
            timeout: durationMs(
              Math.min(
                timeout ?? Number.POSITIVE_INFINITY,
                Number.isNaN(connecting) ? Number.POSITIVE_INFINITY : connecting,
              ),
            ),
          }),
    });
    transfer.first = sys.now();
    transfer.connected = Math.min(
      transfer.first,
      transfer.resolved + Math.floor((transfer.first - transfer.resolved) / 2),
    );
    transfer.status = response.status;
    transfer.expected = expectedOf(response);
    transfer.type = response.headers['content-type']?.[0] ?? '';
    if (flags.has('v')) context.warn(conversation(url, method, headers, response, address, port));
    return response;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw failureOf(error, url, port, sys.now() - transfer.began);
  }
}

/** Where to go: elsewhere, if `--resolve` or `--connect-to` say so. */
function targetOf({ flags }: Context, url: Url): { readonly host: string; readonly port: number } {
  for (const entry of flags.values('connect-to')) {
    const [host, port, toHost, toPort] = entry.split(':');
    if ((host === '' || host === url.host) && (port === '' || Number(port) === url.port))
      return { host: toHost || url.host, port: Number(toPort || url.port) };
  }
  for (const entry of flags.values('resolve')) {
    const [host, port, address] = entry.replace(/^[+-]/, '').split(':');
    if ((host === url.host || host === '*') && Number(port) === url.port && address !== undefined)
      return { host: address, port: url.port };
  }
  return { host: url.host, port: url.port };
}

function* addressOf(context: Context, host: string, url: Url): Blocking<string> {
  try {
    return (yield* context.sys.resolve(host))[0] ?? host;
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    if (error.code === 'ETIMEDOUT') throw new Failure(28, `Resolving timed out after ${5000} milliseconds`);
    throw new Failure(6, `Could not resolve host: ${url.host}`);
  }
}

function timeLeft({ flags, sys }: Context, { began }: Transfer): number | undefined {
  const most = flags.value('m');
  return most === undefined ? undefined : Math.max(1, Number(most) * 1000 - (sys.now() - began));
}

function* tlsOf(context: Context, url: Url): Blocking<TlsOptions> {
  const { flags, sys } = context;
  const file = function* (flag: string, exit: number): Blocking<string | undefined> {
    const path = flags.value(flag);
    if (path === undefined) return undefined;
    try {
      return yield* readTextFile(sys, path);
    } catch (error) {
      if (!isFileError(error)) throw error;
      throw new Failure(
        exit,
        exit === 77
          ? `error setting certificate verify locations:  CAfile: ${path} CApath: /etc/ssl/certs`
          : `could not load PEM client certificate from ${path}`,
      );
    }
  };
  const ca = yield* file('cacert', 77);
  const cert = yield* file('E', 58);
  const key = yield* file('key', 58);
  return {
    serverName: url.host,
    insecure: flags.has('k'),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function* receive(
  context: Context,
  response: HttpResponse,
  method: string,
  output: string | undefined,
  transfer: Transfer,
): Blocking<void> {
  const { sys, flags } = context;
  const failed = response.status >= 400 && (flags.has('f') || flags.has('fail-with-body'));
  if ((failed && flags.has('f')) || method === 'HEAD') {
    sys.close(response.body);
    if (failed) throw new Failure(22, `The requested URL returned error: ${response.status}`);
    return;
  }
  const out = output === undefined || output === '-' ? 1 : yield* openOutput(context, output);
  transfer.output = output ?? '';
  yield* context.flush();
  yield* copyBody(context, response.body, out, transfer);
  if (out !== 1) sys.close(out);
  if (failed) throw new Failure(22, `The requested URL returned error: ${response.status}`);
  if (flags.has('v')) context.warn(`* Connection #0 to host ${urlOf(transfer.url).host} left intact\n`);
}

function* openOutput({ sys, flags }: Context, path: string): Blocking<Fd> {
  const folder = flags.value('output-dir');
  try {
    return yield* sys.open(folder === undefined ? path : `${folder}/${path}`, {
      write: true,
      create: true,
      truncate: true,
    });
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new Failure(23, `client returned ERROR on write, ${path}`);
  }
}

function* copyBody(context: Context, from: Fd, to: Fd, transfer: Transfer): Blocking<void> {
  const { sys } = context;
  for (;;) {
    const left = timeLeft(context, transfer);
    let chunk: Bytes;
    try {
      const ready = yield* sys.poll([from], left === undefined ? undefined : durationMs(left));
      if (ready.length === 0)
        throw new Failure(
          28,
          `Operation timed out after ${sys.now() - transfer.began} milliseconds with ${transfer.size} bytes received`,
        );
      chunk = yield* sys.read(from, 65_536);
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      throw new Failure(
        error.code === 'ECONNRESET' ? 56 : 18,
        error.code === 'ECONNRESET'
          ? 'Recv failure: Connection reset by peer'
          : `transfer closed with outstanding read data remaining`,
      );
    }
    if (chunk.length === 0) break;
    transfer.size += chunk.length;
    yield* sys.write(to, chunk);
  }
  sys.close(from);
}
