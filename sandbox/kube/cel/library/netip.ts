// IP addresses and networks as strictly as Go's netip reads them, with its errors.

import { quote } from '../../go/text.ts';
import type { IP } from '../../ip.ts';

export interface Address extends IP {
  readonly zone: string;
}

export interface AddressProblem {
  readonly problem: string;
}

export interface Prefix {
  readonly ip: IP;
  readonly bits: number;
}

export function parseAddress(text: string): Address | AddressProblem {
  const mark = /[.:%]/.exec(text)?.[0];
  if (mark === '.') {
    const bits = parseFour(text, text);
    return typeof bits === 'bigint' ? { version: 4, bits, zone: '' } : bits;
  }
  if (mark === ':') return parseSix(text);
  return problem(text, mark === '%' ? 'missing IPv6 address' : 'unable to parse IP');
}

function problem(text: string, message: string, at?: string): AddressProblem {
  const where = at === undefined || at === '' ? '' : ` (at ${quote(at)})`;
  return { problem: `ParseAddr(${quote(text)}): ${message}${where}` };
}

/** `part` of `text` as four numbers. */
function parseFour(text: string, part: string): bigint | AddressProblem {
  const fields: number[] = [];
  let digits = '';
  for (let i = 0; i < part.length; i++) {
    const char = part.charAt(i);
    if (char >= '0' && char <= '9') {
      if (digits === '0') return problem(text, 'IPv4 field has octet with leading zero');
      digits += char;
      if (Number(digits) > 255) return problem(text, 'IPv4 field has value >255');
    } else if (char === '.') {
      const empty = i === 0 || i === part.length - 1 || part[i - 1] === '.';
      if (empty) return problem(text, 'IPv4 field must have at least one digit', part.slice(i));
      if (fields.length === 3) return problem(text, 'IPv4 address too long');
      fields.push(Number(digits));
      digits = '';
    } else return problem(text, 'unexpected character', part.slice(i));
  }
  if (fields.length < 3) return problem(text, 'IPv4 address too short');
  return [...fields, Number(digits)].reduce((sum, field) => (sum << 8n) + BigInt(field), 0n);
}

/** Groups of 16 bits, and where `::` stands among them. */
interface Groups {
  readonly groups: bigint[];
  ellipsis: number | undefined;
}

function parseSix(text: string): Address | AddressProblem {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') return problem(text, 'zone must be a non-empty string');
  const part = percent < 0 ? text : text.slice(0, percent);
  const found: Groups = { groups: [], ellipsis: part.startsWith('::') ? 0 : undefined };
  const rest = part.startsWith('::') ? part.slice(2) : part;
  const left = rest === '' && found.ellipsis === 0 ? '' : readGroups(text, rest, found);
  if (typeof left !== 'string') return left;
  if (left !== '') return problem(text, 'trailing garbage after address', left);
  const { groups, ellipsis } = found;
  if (groups.length < 8 && ellipsis === undefined) return problem(text, 'address string too short');
  if (groups.length === 8 && ellipsis !== undefined) {
    return problem(text, 'the :: must expand to at least one field of zeros');
  }
  const zeros = Array.from({ length: 8 - groups.length }, () => 0n);
  const all = [...groups.slice(0, ellipsis), ...zeros, ...groups.slice(ellipsis ?? groups.length)];
  return { version: 6, bits: all.reduce((sum, group) => (sum << 16n) + group, 0n), zone };
}

/** What is left behind the last group. */
function readGroups(text: string, start: string, found: Groups): string | AddressProblem {
  let rest = start;
  while (found.groups.length < 8) {
    const [digits = ''] = /^[0-9A-Fa-f]*/.exec(rest) ?? [];
    if (digits.length > 4) return problem(text, 'each group must have 4 or less digits', rest);
    if (digits === '') return problem(text, 'each colon-separated field must have at least one digit', rest);
    if (rest[digits.length] === '.') return readEmbedded(text, rest, found);
    found.groups.push(BigInt(`0x${digits}`));
    rest = rest.slice(digits.length);
    if (rest === '') return '';
    if (!rest.startsWith(':')) return problem(text, 'unexpected character, want colon', rest);
    if (rest === ':') return problem(text, 'colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (found.ellipsis !== undefined) return problem(text, 'multiple :: in address', rest);
    found.ellipsis = found.groups.length;
    rest = rest.slice(1);
    if (rest === '') return '';
  }
  return rest;
}

/** An IPv4 address at the end. */
function readEmbedded(text: string, rest: string, { groups, ellipsis }: Groups): string | AddressProblem {
  if (ellipsis === undefined && groups.length !== 6) {
    return problem(text, 'embedded IPv4 address must replace the final 2 fields of the address', rest);
  }
  if (groups.length > 6) {
    return problem(text, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest);
  }
  const bits = parseFour(text, rest);
  if (typeof bits !== 'bigint') return bits;
  groups.push(bits >> 16n, bits & 0xffffn);
  return '';
}

export function parsePrefix(text: string): Prefix | AddressProblem {
  const wrong = (message: string): AddressProblem => ({ problem: `netip.ParsePrefix(${quote(text)}): ${message}` });
  const slash = text.lastIndexOf('/');
  if (slash < 0) return wrong("no '/'");
  const address = parseAddress(text.slice(0, slash));
  if ('problem' in address) return wrong(address.problem);
  if (address.zone !== '') return wrong('IPv6 zones cannot be present in a prefix');
  const digits = text.slice(slash + 1);
  if (!/^(\d|[1-9]\d{1,17})$/.test(digits)) return wrong(`bad bits after slash: ${quote(digits)}`);
  const bits = Number(digits);
  return bits > widthOf(address) ? wrong('prefix length out of range') : { ip: address, bits };
}

export function widthOf({ version }: IP): number {
  return version === 4 ? 32 : 128;
}
