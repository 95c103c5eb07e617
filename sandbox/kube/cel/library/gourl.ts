// URLs as Go reads and writes them. Texts are handled as bytes: each character of a `Binary` stands for one.

import { quote } from '../../go/text.ts';
import { parseAddress } from './netip.ts';

export interface GoUrl {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: string | undefined;
  /** With the port. */
  readonly host: string;
  readonly escapedPath: string;
  readonly query: string;
  readonly forceQuery: boolean;
  readonly omitHost: boolean;
  readonly fragment: string;
}

export interface UrlProblem {
  readonly problem: string;
}

type Binary = string;

function toBinary(text: string): Binary {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function fromBinary(binary: Binary): string {
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

/** What may be the URL of a request: absolute, or a path from the root. */
export function parseRequestUri(text: string): GoUrl | UrlProblem {
  return described(parse(toBinary(text), true), text);
}

/** Any URL, with a fragment. */
export function parseUrl(text: string): GoUrl | UrlProblem {
  const [before, after] = cut(toBinary(text), '#');
  const url = parse(before, false);
  if ('problem' in url) return described(url, fromBinary(before));
  const fragment = unescaped(after, 'fragment');
  if (typeof fragment !== 'string') return described(fragment, text);
  return { ...url, fragment: escaped(fragment, 'fragment') };
}

function described(url: GoUrl | UrlProblem, text: string): GoUrl | UrlProblem {
  return 'problem' in url ? { problem: `parse ${quote(text)}: ${url.problem}` } : url;
}

function cut(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + at.length)];
}

const EMPTY: GoUrl = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  escapedPath: '',
  query: '',
  forceQuery: false,
  omitHost: false,
  fragment: '',
};

function parse(raw: Binary, viaRequest: boolean): GoUrl | UrlProblem {
  if (/[\x00-\x1f\x7f]/.test(raw)) return { problem: 'net/url: invalid control character in URL' };
  if (raw === '' && viaRequest) return { problem: 'empty url' };
  if (raw === '*') return { ...EMPTY, escapedPath: '*' };
  const split = splitScheme(raw);
  if ('problem' in split) return split;
  const forceQuery = /^[^?]*\?$/.test(split.rest);
  const [rest, query] = cut(split.rest, '?');
  const url = { ...EMPTY, scheme: split.scheme.toLowerCase(), query: fromBinary(query), forceQuery };
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') return { ...url, opaque: fromBinary(rest) };
    if (viaRequest) return { problem: 'invalid URI for request' };
    if (cut(rest, '/')[0].includes(':')) return { problem: 'first path segment in URL cannot contain colon' };
  }
  return withPath(url, rest, viaRequest);
}

function splitScheme(raw: Binary): { readonly scheme: string; readonly rest: string } | UrlProblem {
  if (raw.startsWith(':')) return { problem: 'missing protocol scheme' };
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(raw) ?? [];
  return scheme === undefined || rest === undefined ? { scheme: '', rest: raw } : { scheme, rest };
}

function withPath(url: GoUrl, rest: Binary, viaRequest: boolean): GoUrl | UrlProblem {
  const hasAuthority = rest.startsWith('//') && (url.scheme !== '' || (!viaRequest && !rest.startsWith('///')));
  const slash = hasAuthority ? rest.indexOf('/', 2) : 0;
  const path = slash < 0 ? '' : rest.slice(slash);
  const authority = hasAuthority ? parseAuthority(url.scheme, rest.slice(2, slash < 0 ? undefined : slash)) : undefined;
  if (authority !== undefined && 'problem' in authority) return authority;
  const decoded = unescaped(path, 'path');
  if (typeof decoded !== 'string') return decoded;
  const escapedPath = isValidPath(path) ? fromBinary(path) : escaped(decoded, 'path');
  const omitHost = authority === undefined && url.scheme !== '' && rest.startsWith('/');
  return { ...url, ...authority, escapedPath, omitHost };
}

// --- authority

function parseAuthority(scheme: string, authority: Binary): Pick<GoUrl, 'user' | 'host'> | UrlProblem {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (typeof host !== 'string') return host;
  if (at < 0) return { user: undefined, host };
  const info = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) return { problem: 'net/url: invalid userinfo' };
  const parts = info.includes(':') ? cut(info, ':') : [info];
  const decoded = parts.map((part) => unescaped(part, 'user'));
  const problem = decoded.find((part) => typeof part !== 'string');
  if (problem !== undefined && typeof problem !== 'string') return problem;
  return { user: decoded.map((part) => escaped(String(part), 'user')).join(':'), host };
}

function parseHost(scheme: string, host: Binary): string | UrlProblem {
  const open = host.lastIndexOf('[');
  if (open > 0) return { problem: 'invalid IP-literal' };
  if (open === 0) return parseLiteral(host);
  const first = host.indexOf(':');
  if (first >= 0) {
    const strict = scheme === 'http' || scheme === 'https';
    const port = host.slice(strict ? first : host.lastIndexOf(':'));
    if (!isOptionalPort(port)) return { problem: `invalid port ${quote(fromBinary(port))} after host` };
  }
  const decoded = unescaped(host, 'host');
  return typeof decoded === 'string' ? fromBinary(decoded) : decoded;
}

/** `[fe80::1%25en0]:80`. */
function parseLiteral(host: Binary): string | UrlProblem {
  const close = host.lastIndexOf(']');
  if (close < 0) return { problem: "missing ']' in host" };
  const port = host.slice(close + 1);
  if (!isOptionalPort(port)) return { problem: `invalid port ${quote(fromBinary(port))} after host` };
  const name = host.slice(1, close);
  const zone = name.indexOf('%25');
  const address = unescaped(zone < 0 ? name : name.slice(0, zone), 'host');
  if (typeof address !== 'string') return address;
  const zonePart = zone < 0 ? '' : unescaped(name.slice(zone), 'zone');
  if (typeof zonePart !== 'string') return zonePart;
  const parsed = parseAddress(fromBinary(address + zonePart));
  if ('problem' in parsed) return { problem: `invalid host: ${parsed.problem}` };
  if (parsed.version === 4) return { problem: 'invalid IP-literal' };
  return `[${fromBinary(address + zonePart)}]${port}`;
}

function isOptionalPort(port: string): boolean {
  return /^(:\d*)?$/.test(port);
}

export function splitHostPort(hostPort: string): { readonly host: string; readonly port: string } {
  const colon = hostPort.lastIndexOf(':');
  const hasPort = colon >= 0 && isOptionalPort(hostPort.slice(colon));
  const host = hasPort ? hostPort.slice(0, colon) : hostPort;
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return { host: bare, port: hasPort ? hostPort.slice(colon + 1) : '' };
}

// --- escapes

type Part = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment';

/** What stands as it is in each part, letters and digits aside. */
const UNESCAPED: Readonly<Record<Part, string>> = {
  path: '-_.~$&+,/:;=@',
  host: '-_.~!$&\'()*+,;=:[]<>"',
  zone: '-_.~!$&\'()*+,;=:[]<>"',
  user: '-_.~$&+,;=',
  query: '-_.~',
  fragment: '-_.~$&+,/:;=?@!()*',
};

function mustEscape(char: string, part: Part): boolean {
  return !/[A-Za-z0-9]/.test(char) && !UNESCAPED[part].includes(char);
}

function escaped(binary: Binary, part: Part): string {
  return Array.from(binary, (char) => {
    if (!mustEscape(char, part)) return char;
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function unescaped(text: Binary, part: Part): Binary | UrlProblem {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char !== '%') {
      const bad = (part === 'host' || part === 'zone') && char < '\x80' && mustEscape(char, part);
      if (bad) return { problem: `invalid character ${quote(char)} in host name` };
      result += char === '+' && part === 'query' ? ' ' : char;
      continue;
    }
    const escaped = text.slice(i, i + 3);
    const byte = /^%[0-9A-Fa-f]{2}$/.test(escaped) ? Number.parseInt(escaped.slice(1), 16) : undefined;
    if (byte === undefined || !mayBeEscaped(escaped, byte, part)) {
      return { problem: `invalid URL escape ${quote(fromBinary(escaped))}` };
    }
    result += String.fromCharCode(byte);
    i += 2;
  }
  return result;
}

/** In hosts, only what isn't ASCII; in zones, what could stand there as it is. */
function mayBeEscaped(escaped: string, byte: number, part: Part): boolean {
  if (escaped === '%25' || (part !== 'host' && part !== 'zone')) return true;
  return part === 'host' ? byte >= 0x80 : byte === 32 || !mustEscape(String.fromCharCode(byte), 'host');
}

function isValidPath(path: Binary): boolean {
  return Array.from(path).every((char) => "!$&'()*+,;=:@[]%".includes(char) || !mustEscape(char, 'path'));
}

// --- queries and texts

/** Values by name, in their order; what isn't well-formed is left out. */
export function parseQuery(query: string): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const pair of toBinary(query).split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [name, value] = cut(pair, '=').map((part) => unescaped(part, 'query'));
    if (typeof name !== 'string' || typeof value !== 'string') continue;
    const key = fromBinary(name);
    result.set(key, [...(result.get(key) ?? []), fromBinary(value)]);
  }
  return result;
}

export function formatUrl(url: GoUrl): string {
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  const query = url.forceQuery || url.query !== '' ? `?${url.query}` : '';
  const fragment = url.fragment === '' ? '' : `#${url.fragment}`;
  if (url.opaque !== '') return `${scheme}${url.opaque}${query}${fragment}`;
  const start = scheme + authorityOf(url);
  const slash = url.escapedPath !== '' && !url.escapedPath.startsWith('/') && url.host !== '' ? '/' : '';
  const dotted = start + slash === '' && cut(url.escapedPath, '/')[0].includes(':') ? './' : '';
  return `${start}${slash}${dotted}${url.escapedPath}${query}${fragment}`;
}

function authorityOf({ scheme, host, user, omitHost, escapedPath }: GoUrl): string {
  if (scheme === '' && host === '' && user === undefined) return '';
  if (omitHost && host === '' && user === undefined) return '';
  const slashes = host !== '' || escapedPath !== '' || user !== undefined ? '//' : '';
  return `${slashes}${user === undefined ? '' : `${user}@`}${escaped(toBinary(host), 'host')}`;
}
