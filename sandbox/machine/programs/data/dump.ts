// Bytes made visible: `od`, `hexdump`, `xxd`, `base64`.

import type { Blocking, Bytes } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readInput, readInputs, writeFile } from '../kit/input.ts';
import { parseSize } from '../kit/sizes.ts';

const OD: CommandSpec = {
  usage: '[-abcdeFfhIiLlOovXx] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-S MINSTR] [-w WIDTH] [FILE]...',
  flags: 'a b c d e h i l o v x X t|format= A|address-radix= N|read-bytes= j|skip-bytes= w|width? s',
};

interface Format {
  readonly kind: string;
  readonly size: number;
  readonly text: boolean;
}

const SHORT: Readonly<Record<string, string>> = {
  a: 'a',
  b: 'o1',
  c: 'c',
  d: 'u2',
  h: 'x2',
  i: 'd4',
  l: 'd8',
  o: 'o2',
  x: 'x2',
  X: 'x4',
  s: 'd2',
};
const NAMED: readonly string[] = [
  'nul',
  'soh',
  'stx',
  'etx',
  'eot',
  'enq',
  'ack',
  'bel',
  'bs',
  'ht',
  'nl',
  'vt',
  'ff',
  'cr',
  'so',
  'si',
  'dle',
  'dc1',
  'dc2',
  'dc3',
  'dc4',
  'nak',
  'syn',
  'etb',
  'can',
  'em',
  'sub',
  'esc',
  'fs',
  'gs',
  'rs',
  'us',
  'sp',
];

function formatsOf(context: Context): Format[] {
  const types: string[] = [];
  for (const [name, value] of context.flags.order) {
    if (name === 't') types.push(value);
    else if (Object.hasOwn(SHORT, name)) types.push(SHORT[name] ?? 'o2');
  }
  if (types.length === 0) types.push('o2');
  return types.flatMap((type) => {
    const found = [...type.matchAll(/([acdfoux])([1248CSIL]?)(z?)/g)];
    if (found.map(([whole]) => whole).join('') !== type || found.length === 0)
      throw new UsageProblem(`invalid type string '${type}'`, false);
    return found.map(([, kind = 'o', size = '', z = '']) => ({ kind, size: sizeOf(kind, size), text: z === 'z' }));
  });
}

function sizeOf(kind: string, size: string): number {
  if (kind === 'a' || kind === 'c') return 1;
  const letters: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8, '': 4 };
  return letters[size] ?? Number(size);
}

function numberAt(bytes: Bytes, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

/** How wide each cell of a format is, its blank before it included. */
function cellWidth({ kind, size }: Format): number {
  if (kind === 'a' || kind === 'c') return 4;
  const bits = size * 8;
  const digits =
    kind === 'x'
      ? size * 2
      : kind === 'o'
        ? Math.ceil(bits / 3)
        : String(2n ** BigInt(bits)).length + (kind === 'd' ? 1 : 0);
  return (kind === 'u' && size === 2 ? 5 : digits) + 1;
}

function cell(bytes: Bytes, at: number, { kind, size }: Format): string {
  const byte = bytes[at] ?? 0;
  if (kind === 'a') return byte < 33 ? (NAMED[byte] ?? '') : byte === 127 ? 'del' : String.fromCharCode(byte & 127);
  if (kind === 'c') return charCell(byte);
  const value = numberAt(bytes, at, size);
  if (kind === 'x') return value.toString(16).padStart(size * 2, '0');
  if (kind === 'o') return value.toString(8).padStart(Math.ceil((size * 8) / 3), '0');
  return String(kind === 'd' ? BigInt.asIntN(size * 8, value) : value);
}

function charCell(byte: number): string {
  const named: Readonly<Record<number, string>> = {
    0: '\\0',
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
  };
  return named[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'));
}

export const od = command(OD, function* (context) {
  const { flags } = context;
  const formats = formatsOf(context);
  const inputs = yield* readInputs(context, context.args);
  const skip = parseSize(flags.value('j') ?? '0') ?? 0;
  const whole = concat(inputs.map(({ bytes }) => bytes)).subarray(skip);
  const bytes = whole.subarray(0, flags.has('N') ? (parseSize(flags.value('N') ?? '') ?? 0) : whole.length);
  const width = Number(flags.value('w') || 16) || 16;
  const radix = { o: 8, d: 10, x: 16, n: 0 }[flags.value('A') ?? 'o'] ?? 8;
  const address = (at: number): string =>
    radix === 0 ? '' : (at + skip).toString(radix).padStart(radix === 16 ? 6 : 7, '0');
  let last = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += width) {
    const row = bytes.subarray(at, at + width);
    const key = row.join(',');
    if (key === last && row.length === width && !flags.has('v')) {
      if (!starred) context.print('*\n');
      starred = true;
      continue;
    }
    last = key;
    starred = false;
    formats.forEach((format, i) => {
      context.print(`${i === 0 ? address(at) : ' '.repeat(address(at).length)}${rowText(row, format, width)}\n`);
    });
    yield* context.flush(false);
  }
  if (radix !== 0) context.print(`${address(bytes.length)}\n`);
  return undefined;
});

function rowText(row: Bytes, format: Format, width: number): string {
  let text = '';
  for (let i = 0; i < row.length; i += format.size) text += cell(row, i, format).padStart(cellWidth(format));
  if (!format.text) return text;
  const full = (width / format.size) * cellWidth(format);
  return `${text.padEnd(full)}  >${printable(row)}<`;
}

function printable(bytes: Bytes): string {
  return [...bytes].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
}

const HEXDUMP: CommandSpec = {
  usage: '[-bcdoxCv] [-e FMT] [-f FILE] [-n LEN] [-s OFS] [FILE]...',
  flags: 'b c d o x C|canonical v n|length= s|skip=',
  refused: 'e= f=',
};

export const hexdump = command(HEXDUMP, function* (context) {
  const { flags } = context;
  const inputs = yield* readInputs(context, context.args);
  const skip = parseSize(flags.value('s') ?? '0') ?? 0;
  const whole = concat(inputs.map(({ bytes }) => bytes)).subarray(skip);
  const bytes = whole.subarray(0, flags.has('n') ? (parseSize(flags.value('n') ?? '') ?? 0) : whole.length);
  const digits = flags.has('C') ? 8 : 7;
  let last = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const key = row.join(',');
    if (key === last && row.length === 16 && !flags.has('v')) {
      if (!starred) context.print('*\n');
      starred = true;
      continue;
    }
    last = key;
    starred = false;
    context.print(`${(at + skip).toString(16).padStart(digits, '0')}${hexRow(context, row)}\n`);
    yield* context.flush(false);
  }
  if (bytes.length > 0) context.print(`${(bytes.length + skip).toString(16).padStart(digits, '0')}\n`);
  return undefined;
});

function hexRow({ flags, flavour }: Context, row: Bytes): string {
  if (flags.has('C')) {
    const cells = Array.from({ length: 16 }, (_, i) =>
      i < row.length ? (row[i] ?? 0).toString(16).padStart(2, '0') : '  ',
    );
    return `  ${cells.slice(0, 8).join(' ')}  ${cells.slice(8).join(' ')}  |${printable(row)}|`;
  }
  if (flags.has('b') || flags.has('c')) {
    return Array.from(
      row,
      (byte) => ` ${flags.has('b') ? byte.toString(8).padStart(3, '0') : charCell(byte).padStart(3)}`,
    ).join('');
  }
  const words: string[] = [];
  for (let i = 0; i < row.length; i += 2) {
    const value = numberAt(row, i, 2);
    words.push(
      flags.has('d')
        ? `   ${value.toString(10).padStart(5, '0')}`
        : flags.has('o')
          ? `  ${value.toString(8).padStart(6, '0')}`
          : `${flags.has('x') ? '    ' : ' '}${value.toString(16).padStart(4, '0')}`,
    );
  }
  const text = words.join('');
  const size = flags.has('d') || flags.has('o') || flags.has('x') ? 8 : 5;
  return flavour === 'busybox' || text.length === size * 8 ? text.padEnd(size * 8) : text.padEnd(size * 8);
}

const XXD: CommandSpec = {
  usage: '[-pri] [-g N] [-c N] [-n LEN] [-s OFS] [-o OFS] [FILE]',
  flags: 'p|ps r i u g= c= n|l|len= s= o= b e',
  arguments: [0, 2],
};

export const xxd = command(XXD, function* (context) {
  const { flags } = context;
  const bytes = yield* readInput(context, context.args[0] ?? '-', 'quoted');
  if (bytes === undefined) return 1;
  if (flags.has('r')) return yield* reverse(context, decode(bytes));
  const skip = Number(flags.value('s') ?? 0);
  const shown = bytes.subarray(skip, flags.has('n') ? skip + Number(flags.value('n')) : bytes.length);
  const plain = flags.has('p');
  const columns = Number(flags.value('c') ?? (plain ? 30 : 16)) || 30;
  const group = Number(flags.value('g') ?? 2);
  for (let at = 0; at < shown.length; at += columns) {
    const row = shown.subarray(at, at + columns);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'));
    const cells = flags.has('u') ? hex.map((each) => each.toUpperCase()) : hex;
    if (plain) context.print(`${cells.join('')}\n`);
    else {
      const words = cells.map((each, i) => each + (group > 0 && i % group === group - 1 ? ' ' : '')).join('');
      const width = columns * 2 + (group > 0 ? Math.ceil(columns / group) : 0);
      context.print(`${(at + skip).toString(16).padStart(8, '0')}: ${words.padEnd(width)} ${printable(row)}\n`);
    }
    yield* context.flush(false);
  }
  return undefined;
});

function* reverse(context: Context, text: string): Blocking<number> {
  const hex = context.flags.has('p')
    ? text.replace(/[^0-9a-fA-F]/g, '')
    : text
        .split('\n')
        .map((line) => /^[0-9a-fA-F]+:\s((?:[0-9a-fA-F]{2,} ?)+)/.exec(line)?.[1]?.replace(/\s/g, '') ?? '')
        .join('');
  const bytes = new Uint8Array(Math.floor(hex.length / 2));
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  const [, path] = context.args;
  if (path === undefined) context.print(bytes);
  else yield* writeFile(context.sys, path, bytes);
  return 0;
}

const BASE64: CommandSpec = {
  usage: '[-d] [-w COL] [FILE]',
  flags: 'd|decode w|wrap= i|ignore-garbage D',
  arguments: [0, 1],
};

export const base64 = command(BASE64, function* (context) {
  const { flags } = context;
  const bytes = yield* readInput(context, context.args[0] ?? '-', 'quoted');
  if (bytes === undefined) return 1;
  if (flags.has('d') || flags.has('D')) {
    const text = decode(bytes).replace(/\s/g, '');
    const clean = /^[A-Za-z0-9+/]*={0,2}/.exec(text)?.[0] ?? '';
    context.print(fromBase64(clean));
    if ((clean === text && text.length % 4 !== 1) || (clean === '' && context.flavour === 'busybox')) return 0;
    context.complain(context.flavour === 'gnu' ? 'invalid input' : 'truncated input');
    return 1;
  }
  const width = Number(flags.value('w') ?? 76);
  const text = toBase64(bytes);
  if (width === 0) context.print(text);
  else for (let i = 0; i < text.length; i += width) context.print(`${text.slice(i, i + width)}\n`);
  return undefined;
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function toBase64(bytes: Bytes): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    text += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? '=' : ALPHABET.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? '=' : ALPHABET.charAt(c & 63);
  }
  return text;
}

/** What doesn't belong to it is left out. */
function fromBase64(text: string): Bytes {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const char of text) {
    const digit = ALPHABET.indexOf(char === '-' ? '+' : char === '_' ? '/' : char);
    if (digit < 0) continue;
    value = (value << 6) | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return Uint8Array.from(bytes);
}
