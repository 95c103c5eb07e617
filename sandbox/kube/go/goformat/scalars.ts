// One number or text in the way that a verb asks for; undefined when the verb can't show such a thing.

import { byteLength, quote } from '../text.ts';
import { type Flags, pad, padWithBlanks } from './flags.ts';
import { type FloatVerb, formatMagnitude } from './floats.ts';

export function formatText(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.goSyntax ? quoted(text, flags) : pad(truncated(text, flags), flags);
    case 's':
      return pad(truncated(text, flags), flags);
    case 'q':
      return quoted(text, flags);
    case 'x':
    case 'X':
      return bytesInHex(text, verb, flags);
    default:
      return undefined;
  }
}

function truncated(text: string, { precision }: Flags): string {
  return precision === undefined ? text : [...text].slice(0, precision).join('');
}

function quoted(text: string, flags: Flags): string {
  const shown = truncated(text, flags);
  const plain = flags.sharp && !/[\p{Cc}`\ufeff]/u.test(shown.replaceAll('\t', ''));
  if (plain) return pad(`\`${shown}\``, flags);
  return pad(flags.plus ? asAscii(quote(shown)) : quote(shown), flags);
}

function asAscii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function bytesInHex(text: string, verb: 'x' | 'X', flags: Flags): string {
  const bytes = [...new TextEncoder().encode(text)].slice(0, flags.precision ?? byteLength(text));
  if (bytes.length === 0) return pad('', flags);
  const prefix = flags.sharp ? `0${verb}` : '';
  const pairs = bytes.map((byte) => inCase(byte.toString(16).padStart(2, '0'), verb));
  return pad(prefix + pairs.join(flags.space ? ` ${prefix}` : ''), flags);
}

function inCase(digits: string, verb: string): string {
  return verb === 'X' ? digits.toUpperCase() : digits;
}

export function formatTruth(value: boolean, verb: string, flags: Flags): string | undefined {
  return verb === 't' || verb === 'v' ? pad(String(value), flags) : undefined;
}

const BASES: ReadonlyMap<string, number> = new Map([
  ['v', 10],
  ['d', 10],
  ['b', 2],
  ['o', 8],
  ['O', 8],
  ['x', 16],
  ['X', 16],
]);

export function formatInteger(value: bigint, verb: string, flags: Flags): string | undefined {
  const base = BASES.get(verb);
  if (base !== undefined) return inBase(value, base, verb, flags);
  const character = isCharacter(value) ? String.fromCodePoint(Number(value)) : '\ufffd';
  if (verb === 'c') return pad(character, flags);
  if (verb === 'q') return pad(quotedCharacter(character, flags), flags);
  return verb === 'U' ? padWithBlanks(codePoint(value, character, flags), flags) : undefined;
}

function inBase(value: bigint, base: number, verb: string, flags: Flags): string {
  const { precision, width, zero, minus } = flags;
  if (precision === 0 && value === 0n) return padWithBlanks('', flags);
  const sign = value < 0n ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const room = zero && !minus ? width - sign.length : 0;
  const digits = (value < 0n ? -value : value).toString(base).padStart(precision ?? room, '0');
  return padWithBlanks(sign + basePrefix(digits, base, verb, flags) + inCase(digits, verb), flags);
}

function basePrefix(digits: string, base: number, verb: string, { sharp }: Flags): string {
  if (verb === 'O') return sharp && !digits.startsWith('0') ? '0o0' : '0o';
  if (!sharp) return '';
  if (base === 8) return digits.startsWith('0') ? '' : '0';
  return base === 2 ? '0b' : base === 16 ? `0${verb}` : '';
}

function isCharacter(value: bigint): boolean {
  return value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
}

function quotedCharacter(character: string, flags: Flags): string {
  const inner = character === "'" ? "\\'" : character === '"' ? '"' : quote(character).slice(1, -1);
  return `'${flags.plus ? asAscii(inner) : inner}'`;
}

/** `U+0041`, and `U+0041 'A'` with the flag `#`. */
function codePoint(value: bigint, character: string, { sharp, precision = 4 }: Flags): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(Math.max(precision, 4), '0');
  const seen = sharp && isCharacter(value) && /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);
  return seen ? `U+${digits} '${character}'` : `U+${digits}`;
}

const FLOAT_VERBS: ReadonlyMap<string, { verb: FloatVerb; precision?: number }> = new Map([
  ['v', { verb: 'g' }],
  ['g', { verb: 'g' }],
  ['G', { verb: 'G' }],
  ['e', { verb: 'e', precision: 6 }],
  ['E', { verb: 'E', precision: 6 }],
  ['f', { verb: 'f', precision: 6 }],
  ['F', { verb: 'f', precision: 6 }],
]);

export function formatFloat(value: number, verb: string, flags: Flags): string | undefined {
  const known = FLOAT_VERBS.get(verb);
  if (known === undefined) return undefined;
  const number = formatMagnitude(value, known.verb, flags.precision ?? known.precision);
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (!flags.zero || flags.minus) return pad(sign + number, flags);
  return sign + number.padStart(flags.width - sign.length, '0');
}
