// `wget`: busybox's, and the GNU one's usual flags.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { httpReason } from '../../http.ts';
import { type Blocking, type Fd, type HttpResponse, SysError } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { readDuration } from '../kit/duration.ts';
import { headerName } from '../kit/headername.ts';
import { humanSize } from '../kit/sizes.ts';
import { parseUrl, type Url } from './url.ts';

const WGET: CommandSpec = {
  usage:
    '[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR] [--post-data STR | --post-file FILE] [-Y on/off] [--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...',
  flags:
    'c|continue q|quiet S|server-response O|output-document= o|output-file= P|directory-prefix= U|user-agent= T|timeout= t|tries= Y|proxy= spider header= post-data= post-file= no-check-certificate s n: nv|no-verbose user= password= no-cache method= body-data= v|verbose connect-timeout= read-timeout= no-proxy 4|inet4-only 6 content-on-error show-progress progress= L max-redirect=',
  refused: 'r|recursive m|mirror i|input-file= l= k p A= R=',
  arguments: [1, Number.POSITIVE_INFINITY],
};

/** `-nv` is a flag of two letters. */
export const wget = command(
  { ...WGET, rewrite: (args) => args.map((arg) => (arg === '-nv' ? '--no-verbose' : arg === '-qO-' ? '-qO-' : arg)) },
  function* (context) {
    for (const text of context.args) {
      const status = yield* fetchOne(context, text);
      if (status !== 0) return status;
    }
    return 0;
  },
);

const REDIRECTS_MAX = 10;

function* fetchOne(context: Context, text: string): Blocking<number> {
  const { sys, flags, flavour } = context;
  let url = parseUrl(text, 'http');
  if (url === undefined || (url.scheme !== 'http' && url.scheme !== 'https')) {
    context.complain(flavour === 'gnu' ? `${text}: Scheme missing.` : `not an http or ftp url: ${text}`);
    return 1;
  }
  const body = flags.value('post-data') ?? flags.value('body-data');
  let method = flags.value('method') ?? (flags.has('spider') ? 'HEAD' : body === undefined ? 'GET' : 'POST');
  if (flavour === 'busybox' && flags.has('spider')) method = 'GET';
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    const address = yield* lookUp(context, url);
    if (address === undefined) return flavour === 'gnu' ? 4 : 1;
    if (flavour === 'busybox' && !flags.has('q'))
      context.warn(`Connecting to ${url.hostAndPort} (${address}:${url.port})\n`);
    yield* context.flush();
    const response = yield* send(context, url, address, method, body);
    if (typeof response === 'number') return response;
    if (flags.has('S')) showHead(context, response);
    const location = response.headers['location']?.[0];
    if (response.status >= 300 && response.status < 400 && location !== undefined) {
      sys.close(response.body);
      const next = parseUrl(
        location.startsWith('/') ? `${url.scheme}://${url.hostAndPort}${location}` : location,
        'http',
      );
      if (next === undefined) return 1;
      url = next;
      continue;
    }
    return yield* receive(context, url, response);
  }
  context.complain('too many redirections');
  return 1;
}

function* lookUp(context: Context, { host, hostAndPort }: Url): Blocking<string | undefined> {
  try {
    return (yield* context.sys.resolve(host))[0];
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(
      context.flavour === 'gnu' ? `unable to resolve host address '${host}'` : `bad address '${hostAndPort}'`,
    );
    return undefined;
  }
}

function timeoutOf({ flags, flavour }: Context): number {
  const text = flags.value('T') ?? flags.value('connect-timeout');
  return text === undefined ? 900_000 : (readDuration(text) ?? 900_000) + (flavour === 'busybox' ? 0 : 0);
}

function* send(
  context: Context,
  url: Url,
  address: string,
  method: string,
  body: string | undefined,
): Blocking<HttpResponse | number> {
  const { sys, flags, flavour } = context;
  const headers: Record<string, string> = {
    Host: url.hostAndPort,
    'User-Agent': flags.value('U') ?? (flavour === 'gnu' ? 'Wget/1.21.3' : 'Wget'),
    Connection: 'close',
  };
  if (flavour === 'gnu') Object.assign(headers, { Accept: '*/*', 'Accept-Encoding': 'identity' });
  for (const header of flags.values('header')) {
    const at = header.indexOf(':');
    if (at > 0) headers[header.slice(0, at)] = header.slice(at + 1).trim();
  }
  if (body !== undefined) headers['Content-Type'] ??= 'application/x-www-form-urlencoded';
  const user = flags.value('user') ?? url.user;
  if (user !== undefined)
    headers['Authorization'] = `Basic ${btoa(`${user}:${flags.value('password') ?? url.password ?? ''}`)}`;
  try {
    return yield* sys.http({
      method,
      url: `${url.scheme}://${address}:${url.port}${url.path}`,
      headers,
      ...(body === undefined ? {} : { body }),
      timeout: durationMs(timeoutOf(context)),
      ...(url.scheme === 'https'
        ? { tls: { serverName: url.host, insecure: flavour === 'busybox' || flags.has('no-check-certificate') } }
        : {}),
    });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return connectFailed(context, url, address, error);
  }
}

function connectFailed(context: Context, url: Url, address: string, error: SysError): number {
  const why = errorText(error.code);
  if (context.flavour === 'gnu') {
    if (error.code === 'ETLS') {
      context.warn(
        `ERROR: cannot verify ${url.host}'s certificate: ${error.message}\nTo connect to ${url.host} insecurely, use \`--no-check-certificate'.\n`,
      );
      return 5;
    }
    context.warn(`Connecting to ${url.host}|${address}|:${url.port}... failed: ${why}.\n`);
    return 4;
  }
  if (error.code === 'ETIMEDOUT' && context.flags.has('T')) context.complain('download timed out');
  else if (error.code === 'ECONNRESET') context.complain('error getting response: Connection reset by peer');
  else if (error.code === 'ETLS') context.complain(`note: TLS certificate validation not implemented`);
  else context.complain(`can't connect to remote host (${address}): ${why}`);
  return 1;
}

function showHead(context: Context, response: HttpResponse): void {
  const lines = [
    `HTTP/1.1 ${response.status} ${httpReason(response.status)}`,
    ...Object.entries(response.headers).flatMap(([name, values]) =>
      values.map((value) => `${headerName(name)}: ${value}`),
    ),
  ];
  for (const line of lines) context.warn(`  ${line}\n`);
}

function* receive(context: Context, url: Url, response: HttpResponse): Blocking<number> {
  const { sys, flags, flavour } = context;
  if (response.status >= 400) {
    sys.close(response.body);
    const reason = httpReason(response.status);
    if (flavour === 'gnu') {
      context.warn(`${stamp(context)} ERROR ${response.status}: ${reason}.\n`);
      return 8;
    }
    context.complain(
      flags.has('spider')
        ? `server returned error: HTTP/1.1 ${response.status} ${reason}`
        : `server returned error: HTTP/1.1 ${response.status} ${reason}`,
    );
    return 1;
  }
  if (flags.has('spider')) {
    sys.close(response.body);
    if (!flags.has('q')) context.warn(flavour === 'gnu' ? `Remote file exists.\n` : 'remote file exists\n');
    return 0;
  }
  const name = flags.value('O') ?? fileName(context, url);
  let out: Fd = 1;
  if (name !== '-') {
    try {
      out = yield* sys.open(name, { write: true, create: true, truncate: true });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      context.complain(
        flavour === 'gnu' ? `${name}: ${errorText(error.code)}` : `can't open '${name}': ${errorText(error.code)}`,
      );
      return 1;
    }
  }
  if (!flags.has('q') && flavour === 'busybox')
    context.warn(name === '-' ? 'writing to stdout\n' : `saving to '${name}'\n`);
  yield* context.flush();
  const size = yield* copy(context, response.body, out, timeoutOf(context));
  if (size === undefined) return 1;
  if (out !== 1) sys.close(out);
  if (!flags.has('q') && flavour === 'busybox') progress(context, name, size);
  else if (!flags.has('q')) context.warn(`${stamp(context)} (${humanSize(size)}B/s) - '${name}' saved [${size}]\n`);
  return 0;
}

function stamp({ sys }: Context): string {
  return new Date(sys.now()).toISOString().slice(0, 19).replace('T', ' ');
}

function fileName({ flags }: Context, { path }: Url): string {
  const last = (path.split('?')[0] ?? '').split('/').at(-1) || 'index.html';
  const folder = flags.value('P');
  return folder === undefined ? last : `${folder.replace(/\/$/, '')}/${last}`;
}

/** Answers how many bytes; undefined (and says so) when it breaks off. */
function* copy(context: Context, from: Fd, to: Fd, timeout: number): Blocking<number | undefined> {
  const { sys } = context;
  let size = 0;
  for (;;) {
    try {
      const ready = yield* sys.poll([from], durationMs(timeout));
      if (ready.length === 0) {
        context.complain(
          context.flavour === 'gnu' ? 'Read error (Connection timed out) in headers.' : 'download timed out',
        );
        return undefined;
      }
      const chunk = yield* sys.read(from, 65_536);
      if (chunk.length === 0) return size;
      size += chunk.length;
      yield* sys.write(to, chunk);
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EPIPE') throw error;
      context.complain(
        context.flavour === 'gnu'
          ? `Read error at byte ${size} (${errorText(error.code)}).`
          : `connection closed prematurely`,
      );
      return undefined;
    }
  }
}

function progress(context: Context, name: string, size: number): void {
  const shown = name === '-' ? '-' : (name.split('/').at(-1) ?? '');
  const bar = '*'.repeat(32);
  context.warn(
    `${shown.padEnd(20).slice(0, 20)} 100% |${bar}| ${size >= 100_000 ? humanSize(size).padStart(5) : String(size).padStart(5)}  0:00:00 ETA\n${name === '-' ? 'written to stdout\n' : `'${name}' saved\n`}`,
  );
}
