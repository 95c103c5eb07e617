// ip('10.0.0.1'), cidr('10.0.0.0/8'), url('https://a/b').

import { quote } from '../../go/text.ts';
import { formatIP, type IP, isMapped, networkOf } from '../../ip.ts';
import { makeMap } from '../runtime/collections.ts';
import { object, opaque } from '../types.ts';
import {
  type Extension,
  type Failure,
  failure,
  isTaggedAs,
  KIND,
  NO_SUCH_OVERLOAD,
  type Result,
  type Value,
} from '../values.ts';
import { formatUrl, type GoUrl, parseQuery, parseRequestUri, parseUrl, splitHostPort } from './gourl.ts';
import { inconvertible, type Library, onString, type Run } from './library.ts';
import { type AddressProblem, type Prefix, parseAddress, parsePrefix, widthOf } from './netip.ts';

const IP_TYPE = opaque('net.IP');
const CIDR_TYPE = opaque('net.CIDR');
const URL_TYPE = object('kubernetes.URL');

interface IPValue extends Extension {
  readonly ip: IP;
}

interface CIDRValue extends Extension {
  readonly prefix: Prefix;
}

interface URLValue extends Extension {
  readonly url: GoUrl;
}

function isIPValue(value: Value): value is IPValue {
  return isTaggedAs(value, 'extension') && value.type === IP_TYPE;
}

function isCIDRValue(value: Value): value is CIDRValue {
  return isTaggedAs(value, 'extension') && value.type === CIDR_TYPE;
}

function isURLValue(value: Value): value is URLValue {
  return isTaggedAs(value, 'extension') && value.type === URL_TYPE;
}

// --- addresses

function sameIP(a: IP, b: IP): boolean {
  return a.version === b.version && a.bits === b.bits;
}

function ipValue(ip: IP): IPValue {
  return {
    [KIND]: 'extension',
    type: IP_TYPE,
    ip,
    size: widthOf(ip) / 8,
    native: () => inconvertible('netip.Addr', formatIP(ip)),
    equals: (other) => (isIPValue(other) ? sameIP(ip, other.ip) : NO_SUCH_OVERLOAD),
  };
}

function readIP(text: string): IP | AddressProblem {
  const address = parseAddress(text);
  if ('problem' in address) {
    return { problem: `IP Address ${quote(text)} parse error during conversion from string: ${address.problem}` };
  }
  if (address.zone !== '') return { problem: `IP address ${quote(text)} with zone value is not allowed` };
  if (isMapped(address)) return { problem: `IPv4-mapped IPv6 address ${quote(text)} is not allowed` };
  return address;
}

function toIP(text: string): IPValue | Failure {
  const ip = readIP(text);
  return 'problem' in ip ? failure(ip.problem) : ipValue(ip);
}

function isCanonicalIP(text: string): Result {
  const ip = readIP(text);
  return 'problem' in ip ? failure(ip.problem) : formatIP(ip) === text;
}

const onIP =
  (run: (ip: IP) => Result): Run =>
  (a = null) =>
    isIPValue(a) ? run(a.ip) : NO_SUCH_OVERLOAD;

function topBits({ bits, version }: IP, count: number): bigint {
  return bits >> BigInt((version === 4 ? 32 : 128) - count);
}

function isLoopback(ip: IP): boolean {
  return ip.version === 4 ? topBits(ip, 8) === 127n : ip.bits === 1n;
}

function isLinkLocalUnicast(ip: IP): boolean {
  return ip.version === 4 ? topBits(ip, 16) === 0xa9fen : topBits(ip, 10) === 0x3fan;
}

function isMulticast(ip: IP): boolean {
  return ip.version === 4 ? topBits(ip, 4) === 0xen : topBits(ip, 8) === 0xffn;
}

function isLinkLocalMulticast(ip: IP): boolean {
  return ip.version === 4 ? topBits(ip, 24) === 0xe00000n : topBits(ip, 8) === 0xffn && (topBits(ip, 16) & 0xfn) === 2n;
}

function isGlobalUnicast(ip: IP): boolean {
  const special = ip.bits === 0n || (ip.version === 4 && ip.bits === 0xffffffffn);
  return !special && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip);
}

export const IP_LIBRARY: Library = {
  ip: { overloads: ['string_to_ip: (string) -> net.IP'], runs: { string_to_ip: onString(toIP) } },
  family: { overloads: ['ip_family: net.IP.() -> int'], runs: { ip_family: onIP(({ version }) => version) } },
  'ip.isCanonical': {
    overloads: ['ip_is_canonical: (string) -> bool'],
    runs: { ip_is_canonical: onString(isCanonicalIP) },
  },
  isUnspecified: {
    overloads: ['ip_is_unspecified: net.IP.() -> bool'],
    runs: { ip_is_unspecified: onIP(({ bits }) => bits === 0n) },
  },
  isLoopback: { overloads: ['ip_is_loopback: net.IP.() -> bool'], runs: { ip_is_loopback: onIP(isLoopback) } },
  isLinkLocalMulticast: {
    overloads: ['ip_is_link_local_multicast: net.IP.() -> bool'],
    runs: { ip_is_link_local_multicast: onIP(isLinkLocalMulticast) },
  },
  isLinkLocalUnicast: {
    overloads: ['ip_is_link_local_unicast: net.IP.() -> bool'],
    runs: { ip_is_link_local_unicast: onIP(isLinkLocalUnicast) },
  },
  isGlobalUnicast: {
    overloads: ['ip_is_global_unicast: net.IP.() -> bool'],
    runs: { ip_is_global_unicast: onIP(isGlobalUnicast) },
  },
  isIP: { overloads: ['is_ip: (string) -> bool'], runs: { is_ip: onString((text) => !('problem' in readIP(text))) } },
  string: { overloads: ['ip_to_string: (net.IP) -> string'], runs: { ip_to_string: onIP((ip) => formatIP(ip)) } },
};

// --- networks

function cidrValue(prefix: Prefix): CIDRValue {
  return {
    [KIND]: 'extension',
    type: CIDR_TYPE,
    prefix,
    size: Math.ceil(prefix.bits / 8),
    native: () => inconvertible('netip.Prefix', formatPrefix(prefix)),
    equals: (other) =>
      isCIDRValue(other) ? sameIP(prefix.ip, other.prefix.ip) && prefix.bits === other.prefix.bits : NO_SUCH_OVERLOAD,
  };
}

function readCIDR(text: string): Prefix | AddressProblem {
  const prefix = parsePrefix(text);
  if ('problem' in prefix) {
    return { problem: `network address parse error during conversion from string: ${prefix.problem}` };
  }
  return isMapped(prefix.ip) ? { problem: `IPv4-mapped IPv6 address ${quote(text)} is not allowed` } : prefix;
}

function toCIDR(text: string): CIDRValue | Failure {
  const prefix = readCIDR(text);
  if (!('problem' in prefix)) return cidrValue(prefix);
  return failure(`network address parse error during conversion from string: ${prefix.problem}`);
}

function formatPrefix({ ip, bits }: Prefix): string {
  return `${formatIP(ip)}/${bits}`;
}

function masked({ ip, bits }: Prefix, to = bits): IP {
  return networkOf({ ip, prefix: to });
}

function containsIP(network: Prefix, ip: IP): boolean {
  return network.ip.version === ip.version && sameIP(masked(network), masked({ ip, bits: network.bits }));
}

function containsCIDR(network: Prefix, other: Prefix): boolean {
  return network.bits <= other.bits && containsIP(network, other.ip);
}

const onCIDR =
  (run: (prefix: Prefix) => Result): Run =>
  (a = null) =>
    isCIDRValue(a) ? run(a.prefix) : NO_SUCH_OVERLOAD;

/** The other one is an address or a network, or the text of one. */
function onCIDRAnd(read: (value: Value) => Result, run: (prefix: Prefix, other: Value) => Result): Run {
  return (a = null, b = null) => {
    const other = read(b);
    if (isTaggedAs(other, 'failure')) return other;
    return isCIDRValue(a) ? run(a.prefix, other) : NO_SUCH_OVERLOAD;
  };
}

/** The server forgets why a text is no address, but not why it is no network. */
function asIP(value: Value): Result {
  const ip = typeof value === 'string' ? toIP(value) : value;
  return isTaggedAs(ip, 'failure') ? NO_SUCH_OVERLOAD : ip;
}

const asCIDR = (value: Value): Result => (typeof value === 'string' ? toCIDR(value) : value);
const hasIP = onCIDRAnd(asIP, (prefix, other) => (isIPValue(other) ? containsIP(prefix, other.ip) : NO_SUCH_OVERLOAD));
const hasCIDR = onCIDRAnd(asCIDR, (prefix, other) =>
  isCIDRValue(other) ? containsCIDR(prefix, other.prefix) : NO_SUCH_OVERLOAD,
);

export const CIDR_LIBRARY: Library = {
  cidr: { overloads: ['string_to_cidr: (string) -> net.CIDR'], runs: { string_to_cidr: onString(toCIDR) } },
  containsIP: {
    overloads: ['cidr_contains_ip_string: net.CIDR.(string) -> bool', 'cidr_contains_ip_ip: net.CIDR.(net.IP) -> bool'],
    runs: { cidr_contains_ip_string: hasIP, cidr_contains_ip_ip: hasIP },
  },
  containsCIDR: {
    overloads: [
      'cidr_contains_cidr_string: net.CIDR.(string) -> bool',
      'cidr_contains_cidr: net.CIDR.(net.CIDR) -> bool',
    ],
    runs: { cidr_contains_cidr_string: hasCIDR, cidr_contains_cidr: hasCIDR },
  },
  ip: { overloads: ['cidr_ip: net.CIDR.() -> net.IP'], runs: { cidr_ip: onCIDR(({ ip }) => ipValue(ip)) } },
  prefixLength: {
    overloads: ['cidr_prefix_length: net.CIDR.() -> int'],
    runs: { cidr_prefix_length: onCIDR(({ bits }) => bits) },
  },
  masked: {
    overloads: ['cidr_masked: net.CIDR.() -> net.CIDR'],
    runs: { cidr_masked: onCIDR((prefix) => cidrValue({ ...prefix, ip: masked(prefix) })) },
  },
  isCIDR: {
    overloads: ['is_cidr: (string) -> bool'],
    runs: { is_cidr: onString((text) => !('problem' in readCIDR(text))) },
  },
  string: {
    overloads: ['cidr_to_string: (net.CIDR) -> string'],
    runs: { cidr_to_string: onCIDR(formatPrefix) },
  },
};

// --- URLs

function urlValue(url: GoUrl): URLValue {
  return {
    [KIND]: 'extension',
    type: URL_TYPE,
    url,
    native: () => inconvertible('*url.URL', formatUrl(url)),
    equals: (other) => (isURLValue(other) ? formatUrl(url) === formatUrl(other.url) : NO_SUCH_OVERLOAD),
  };
}

function toURL(text: string): Result {
  const request = parseRequestUri(text);
  const url = 'problem' in request ? request : parseUrl(text);
  if ('problem' in url) return failure(`URL parse error during conversion from string: ${url.problem}`);
  return urlValue(url);
}

const onURL =
  (run: (url: GoUrl) => Result): Run =>
  (a = null) =>
    isURLValue(a) ? run(a.url) : NO_SUCH_OVERLOAD;

export const URL_LIBRARY: Library = {
  url: { overloads: ['string_to_url: (string) -> kubernetes.URL'], runs: { string_to_url: onString(toURL) } },
  getScheme: {
    overloads: ['url_get_scheme: kubernetes.URL.() -> string'],
    runs: { url_get_scheme: onURL(({ scheme }) => scheme) },
  },
  getHost: {
    overloads: ['url_get_host: kubernetes.URL.() -> string'],
    runs: { url_get_host: onURL(({ host }) => host) },
  },
  getHostname: {
    overloads: ['url_get_hostname: kubernetes.URL.() -> string'],
    runs: { url_get_hostname: onURL(({ host }) => splitHostPort(host).host) },
  },
  getPort: {
    overloads: ['url_get_port: kubernetes.URL.() -> string'],
    runs: { url_get_port: onURL(({ host }) => splitHostPort(host).port) },
  },
  getEscapedPath: {
    overloads: ['url_get_escaped_path: kubernetes.URL.() -> string'],
    runs: { url_get_escaped_path: onURL(({ escapedPath }) => escapedPath) },
  },
  getQuery: {
    overloads: ['url_get_query: kubernetes.URL.() -> map(string, list(string))'],
    runs: { url_get_query: onURL(({ query }) => makeMap([...parseQuery(query)])) },
  },
  isURL: {
    overloads: ['is_url_string: (string) -> bool'],
    runs: { is_url_string: onString((text) => !('problem' in parseRequestUri(text))) },
  },
};
