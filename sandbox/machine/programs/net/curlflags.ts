// The command line of `curl`: its flags, and what each URL is asked with.

import { type Blocking, type Bytes, type Sys, SysError } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';
import type { CommandSpec, Context } from '../kit/command.ts';
import { readAll, readFile } from '../kit/input.ts';

export const CURL: CommandSpec = {
  usage: '[options...] <url>',
  flags:
    `#|progress-bar 0|http1.0 http1.1 http2 1 2 4|ipv4 A|user-agent= G|get H|header= I|head L|location M N|no-buffer
    O|remote-name S|show-error T|upload-file= X|request= b|cookie= c|cookie-jar= cacert= E|cert= key= compressed
    connect-timeout= d|data= data-ascii= data-binary= data-raw= data-urlencode= json= D|dump-header= e|referer= f|fail
    fail-with-body F|form= g|globoff i|include show-headers k|insecure location-trusted m|max-time= max-redirs= noproxy= o|output=
    p path-as-is q|disable r|range= resolve= connect-to= retry= retry-all-errors retry-connrefused retry-delay= retry-max-time= s|silent
    no-progress-meter u|user= oauth2-bearer= url= v|verbose V|version w|write-out= keepalive-time= no-keepalive tcp-nodelay create-dirs
    output-dir= Z|parallel post301 post302 post303 stderr= tlsv1.2 tlsv1.3 tls-max= styled-output no-styled-output`
      .split(/\s+/)
      .join(' '),
  refused:
    'x|proxy= unix-socket= K|config= socks5= C|continue-at= z= 6|ipv6 n t= U= y= Y= P= Q= B l trace= trace-ascii= limit-rate= ftp-port= mail-from= capath= crlfile= interface= dns-servers=',
  badUsage: 2,
};

/** What is sent besides headers. */
export interface Payload {
  readonly body: Bytes;
  readonly type: string;
}

/** The data of all flags that give some, in their order; undefined without any. Throws a SysError of a file. */
export function* payloadOf({ sys, flags }: Context): Blocking<Payload | undefined> {
  const parts: Bytes[] = [];
  let type = 'application/x-www-form-urlencoded';
  for (const [name, value] of flags.order) {
    const piece = yield* pieceOf(sys, name, value);
    if (piece === undefined) continue;
    if (name === 'json') type = 'application/json';
    if (parts.length > 0 && name !== 'json') parts.push(encode('&'));
    parts.push(piece);
  }
  if (parts.length > 0) return { body: concat(parts), type };
  const fields = flags.values('F');
  return fields.length > 0 ? yield* formOf(sys, fields) : undefined;
}

function* pieceOf(sys: Sys, name: string, value: string): Blocking<Bytes | undefined> {
  if (name === 'data-raw') return encode(value);
  if (name === 'data-binary' || name === 'json')
    return value.startsWith('@') ? yield* contents(sys, value.slice(1)) : encode(value);
  if (name === 'd' || name === 'data-ascii')
    return value.startsWith('@') ? withoutNewlines(yield* contents(sys, value.slice(1))) : encode(value);
  if (name !== 'data-urlencode') return undefined;
  const at = value.search(/[=@]/);
  if (at < 0) return encode(escaped(value));
  const head = at === 0 ? '' : `${value.slice(0, at)}=`;
  const rest = value.slice(at + 1);
  return encode(head + escaped(value.charAt(at) === '=' ? rest : decode(yield* contents(sys, rest))));
}

function* contents(sys: Sys, path: string): Blocking<Bytes> {
  return path === '-' ? yield* readAll(sys, 0) : yield* readFile(sys, path);
}

function withoutNewlines(bytes: Bytes): Bytes {
  return bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d);
}

/** `encodeURIComponent`, as curl does it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

const BOUNDARY = '------------------------d74496d66958873e';

function* formOf(sys: Sys, fields: readonly string[]): Blocking<Payload> {
  const parts: Bytes[] = [];
  for (const field of fields) {
    const at = field.indexOf('=');
    const name = field.slice(0, at);
    const value = field.slice(at + 1);
    const path = /^[@<]([^;]*)/.exec(value)?.[1];
    const file = value.startsWith('@') ? `; filename="${path?.split('/').at(-1) ?? ''}"` : '';
    const type = value.startsWith('@') ? '\r\nContent-Type: application/octet-stream' : '';
    parts.push(encode(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}${type}\r\n\r\n`));
    parts.push(path === undefined ? encode(value) : yield* contents(sys, path), encode('\r\n'));
  }
  parts.push(encode(`--${BOUNDARY}--\r\n`));
  return { body: concat(parts), type: `multipart/form-data; boundary=${BOUNDARY}` };
}

/** The request's own headers: name in lower case → line. An empty value takes a header away. */
export function headersOf(
  { flags }: Context,
  host: string,
  payload: Payload | undefined,
): Map<string, [string, string]> {
  const headers = new Map<string, [string, string]>();
  const set = (name: string, value: string): void => {
    headers.set(name.toLowerCase(), [name, value]);
  };
  set('Host', host);
  const user = flags.value('u');
  if (user !== undefined) set('Authorization', `Basic ${btoa(user.includes(':') ? user : `${user}:`)}`);
  const bearer = flags.value('oauth2-bearer');
  if (bearer !== undefined) set('Authorization', `Bearer ${bearer}`);
  set('User-Agent', flags.value('A') ?? `curl/${VERSION}`);
  set('Accept', flags.has('json') ? 'application/json' : '*/*');
  const referer = flags.value('e');
  if (referer !== undefined) set('Referer', referer);
  const cookie = flags.value('b');
  if (cookie?.includes('=') === true) set('Cookie', cookie);
  const range = flags.value('r');
  if (range !== undefined) set('Range', `bytes=${range}`);
  if (payload !== undefined && payload.type !== '') set('Content-Type', payload.type);
  for (const line of flags.values('H')) {
    const at = line.search(/[:;]/);
    if (at <= 0) continue;
    const name = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    if (line.charAt(at) === ':' && value === '') headers.delete(name.toLowerCase());
    else set(name, value);
  }
  return headers;
}

export const VERSION = '8.14.1';

/** `{a,b}` and `[1-3]` in a URL stand for several. */
export function globbed(url: string): readonly string[] {
  const found = /\{([^{}]*)\}|\[(\d+)-(\d+)(?::(\d+))?\]/.exec(url);
  if (found === null) return [url];
  const [all, list, from, to, step] = found;
  const numbers: string[] = [];
  if (list === undefined)
    for (let i = Number(from); i <= Number(to) && numbers.length < 10_000; i += Number(step ?? 1))
      numbers.push(String(i).padStart((from ?? '').startsWith('0') ? (from ?? '').length : 0, '0'));
  const values = list === undefined ? numbers : list.split(',');
  const before = url.slice(0, found.index);
  return values.flatMap((value) => globbed(url.slice(found.index + all.length)).map((rest) => before + value + rest));
}

/** What a file's error is called. */
export function isFileError(error: unknown): error is SysError {
  return error instanceof SysError && error.code !== 'EINTR' && error.code !== 'EPIPE';
}
