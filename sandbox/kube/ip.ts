// IP addresses and networks: reading, canonical form, and what the API server says of those that aren't well-formed.

import { type FieldError, invalid } from './fielderrors.ts';
import { quote } from './go/text.ts';

export interface IP {
  readonly version: 4 | 6;
  /** All bits as one number. */
  readonly bits: bigint;
}

export interface CIDR {
  /** The address as written; bits beyond the prefix may be set. */
  readonly ip: IP;
  readonly prefix: number;
}

/** Reads an address. `strict` refuses what is ambiguous: leading zeros. An IPv4 address within IPv6 is taken for an IPv6 one. */
export function parseIP(text: string, strict = false): IP | undefined {
  if (text.length > 100) return undefined;
  if (text.includes(':')) return parseIPv6(text, strict);
  const bits = parseIPv4(text, strict);
  return bits === undefined ? undefined : { version: 4, bits };
}

/** Reads `10.0.0.0/24`. */
export function parseCIDR(text: string, strict = false): CIDR | undefined {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? undefined : parseIP(text.slice(0, slash), strict);
  const digits = text.slice(slash + 1);
  if (ip === undefined || !/^[0-9]{1,7}$/.test(digits)) return undefined;
  if (strict && digits.length > 1 && digits.startsWith('0')) return undefined;
  const prefix = Number(digits);
  return prefix > width(ip) ? undefined : { ip, prefix };
}

/** The canonical text. An IPv4 address within IPv6 is written as an IPv4 address. */
export function formatIP(ip: IP): string {
  const plain = unmapped(ip);
  return plain.version === 4 ? formatIPv4(plain.bits) : formatIPv6(plain.bits);
}

/** The canonical text of the network: bits beyond the prefix are zero. */
export function formatCIDR(cidr: CIDR): string {
  const network = networkOf(cidr);
  return `${formatIP(network)}/${isMapped(network) ? Math.max(cidr.prefix - 96, 0) : cidr.prefix}`;
}

/** The first address of a network. */
export function networkOf({ ip, prefix }: CIDR): IP {
  const host = BigInt(width(ip) - prefix);
  return { ...ip, bits: (ip.bits >> host) << host };
}

export function contains(cidr: CIDR, ip: IP): boolean {
  const plain = unmapped(ip);
  return (
    plain.version === cidr.ip.version && networkOf({ ip: plain, prefix: cidr.prefix }).bits === networkOf(cidr).bits
  );
}

/** Whether it is an IPv4 address written as an IPv6 one: `::ffff:10.0.0.1`. */
export function isMapped({ version, bits }: IP): boolean {
  return version === 6 && bits >> 32n === 0xffffn;
}

/** What is wrong with an address of a new API: it has to be canonical. */
export function ipErrors(field: string, value: string): readonly FieldError[] {
  return ipProblems(value).map((problem) => invalid(field, value, problem));
}

/** The same, in words alone. */
export function ipProblems(value: string): readonly string[] {
  const ip = parseIP(value);
  const problem = strictIPProblem(value, ip);
  if (problem !== undefined) return [problem];
  return ip === undefined || value === formatIP(ip) ? [] : [`must be in canonical form (${quote(formatIP(ip))})`];
}

/** What is wrong with an address of an old API: it need not be canonical, and what was stored once may stay as it is. */
export function legacyIPErrors(field: string, value: string, stored: readonly string[] = []): readonly FieldError[] {
  const problem = stored.includes(value) ? undefined : strictIPProblem(value, parseIP(value));
  return problem === undefined ? [] : [invalid(field, value, problem)];
}

const NOT_AN_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

function strictIPProblem(value: string, ip: IP | undefined): string | undefined {
  if (ip === undefined) return NOT_AN_IP;
  if (parseIP(value, true) === undefined) return 'must not have leading 0s';
  return isMapped(ip) ? 'must not be an IPv4-mapped IPv6 address' : undefined;
}

/** Warnings about an address that is accepted for old times' sake. */
export function ipWarnings(field: string, value: string): readonly string[] {
  const ip = parseIP(value);
  if (ip === undefined) return [];
  const canonical = quote(formatIP(ip));
  if (parseIP(value, true) === undefined || isMapped(ip)) {
    return [`${field}: non-standard IP address ${quote(value)} is invalid: use ${canonical}`];
  }
  if (value === formatIP(ip)) return [];
  return [`${field}: IPv6 address ${quote(value)} should be in RFC 5952 canonical format (${canonical})`];
}

/** What is wrong with a network of a new API. */
export function cidrErrors(field: string, value: string): readonly FieldError[] {
  const cidr = parseCIDR(value);
  const problem = cidr === undefined ? NOT_A_CIDR : strictCIDRProblem(value);
  if (problem !== undefined) return [invalid(field, value, problem)];
  if (cidr === undefined || value === formatCIDR(cidr)) return [];
  return [invalid(field, value, `must be in canonical form (${quote(formatCIDR(cidr))})`)];
}

/** What is wrong with a network of an old API: it need not be canonical, and what was stored once may stay as it is. */
export function legacyCIDRErrors(field: string, value: string, stored: readonly string[] = []): readonly FieldError[] {
  if (stored.includes(value)) return [];
  const problem = parseCIDR(value) === undefined ? NOT_A_CIDR : strictCIDRProblem(value);
  return problem === undefined ? [] : [invalid(field, value, problem)];
}

const NOT_A_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

function strictCIDRProblem(value: string): string | undefined {
  const cidr = parseCIDR(value, true);
  if (cidr === undefined) return 'must not have leading 0s in IP or prefix length';
  if (isMapped(cidr.ip)) return 'must not have an IPv4-mapped IPv6 address';
  return networkOf(cidr).bits === cidr.ip.bits ? undefined : 'must not have bits set beyond the prefix length';
}

/** Warnings about a network that is accepted for old times' sake. */
export function cidrWarnings(field: string, value: string): readonly string[] {
  const cidr = parseCIDR(value);
  if (cidr === undefined) return [];
  const canonical = formatCIDR(cidr);
  const single = `${formatIP(cidr.ip)}/${width(cidr.ip)}`;
  const isOdd = parseCIDR(value, true) === undefined || isMapped(cidr.ip);
  const warnings = [
    ...(networkOf(cidr).bits === cidr.ip.bits
      ? []
      : [
          `CIDR value ${quote(value)} is ambiguous in this context (should be ${quote(canonical)} or ${quote(single)}?)`,
        ]),
    ...(isOdd ? [`non-standard CIDR value ${quote(value)} is invalid: use ${quote(canonical)}`] : []),
  ];
  const isCanonical = warnings.length > 0 || value === canonical;
  const form = `IPv6 CIDR value ${quote(value)} should be in RFC 5952 canonical format (${quote(canonical)})`;
  return (isCanonical ? warnings : [form]).map((warning) => `${field}: ${warning}`);
}

/** What is wrong with an address of a network device: `10.9.8.7/24`. */
export function interfaceAddressErrors(field: string, value: string): readonly FieldError[] {
  const cidr = parseCIDR(value);
  if (cidr === undefined) {
    return [invalid(field, value, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')];
  }
  const prefix = isMapped(cidr.ip) && cidr.prefix > 32 ? cidr.prefix - 96 : cidr.prefix;
  const canonical = `${formatIP(cidr.ip)}/${prefix}`;
  return value === canonical ? [] : [invalid(field, value, `must be in canonical form (${quote(canonical)})`)];
}

function width({ version }: IP): number {
  return version === 4 ? 32 : 128;
}

function unmapped(ip: IP): IP {
  return isMapped(ip) ? { version: 4, bits: ip.bits & 0xffffffffn } : ip;
}

function parseIPv4(text: string, strict: boolean): bigint | undefined {
  const parts = text.split('.');
  const form = strict ? /^(0|[1-9][0-9]{0,2})$/ : /^[0-9]+$/;
  if (parts.length !== 4 || !parts.every((part) => form.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(Number(part)), 0n);
}

function parseIPv6(text: string, strict: boolean): IP | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half, i) => parseGroups(half, i === halves.length - 1, strict));
  const [head, tail] = groups;
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const gap = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const all = [...head, ...new Array<number>(gap).fill(0), ...(tail ?? [])];
  return { version: 6, bits: all.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n) };
}

/** Groups of 16 bits; the last two may be written as an IPv4 address. */
function parseGroups(text: string, last: boolean, strict: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    const v4 = last && i === parts.length - 1 && part.includes('.') ? parseIPv4(part, strict) : undefined;
    if (v4 !== undefined) groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    else if (!/^[0-9a-fA-F]+$/.test(part) || (strict && part.length > 4)) return undefined;
    else groups.push(Number.parseInt(part, 16));
  }
  return groups.every((group) => group <= 0xffff) ? groups : undefined;
}

function formatIPv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.');
}

/** RFC 5952: the longest run of zero groups, the first of equals, becomes `::`. */
function formatIPv6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn));
  const { start, length } = longestZeros(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  }
  return best;
}
