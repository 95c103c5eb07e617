// `base32`: bytes in groups of five bits.

import type { Bytes } from '../../sys.ts';
import { decode } from '../../text.ts';
import { type CommandSpec, command } from '../kit/command.ts';
import { readInput } from '../kit/input.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const WIDTH = 76;

const BASE32: CommandSpec = {
  usage: '[-d] [-w COL] [FILE]',
  flags: 'd|decode w|wrap= i|ignore-garbage',
  arguments: [0, 1],
};

export const base32 = command(BASE32, function* (context) {
  const { flags } = context;
  const bytes = yield* readInput(context, context.args[0] ?? '-', 'quoted');
  if (bytes === undefined) return 1;
  if (flags.has('d')) {
    const text = decode(bytes).replace(/\s/g, '');
    const clean = /^[A-Z2-7]*={0,6}/.exec(text)?.[0] ?? '';
    context.print(fromBase32(clean));
    if (clean === text && text.length % 8 === 0) return 0;
    context.complain('invalid input');
    return 1;
  }
  const width = Number(flags.value('w') ?? WIDTH);
  const text = toBase32(bytes);
  if (width === 0) context.print(text);
  else for (let i = 0; i < text.length; i += width) context.print(`${text.slice(i, i + width)}\n`);
  return undefined;
});

function toBase32(bytes: Bytes): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((value >> (bits - 5)) & 31);
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET.charAt((value << (5 - bits)) & 31);
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

function fromBase32(text: string): Bytes {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const char of text.replace(/=+$/, '')) {
    value = (value << 5) | ALPHABET.indexOf(char);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 255);
    value &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}
