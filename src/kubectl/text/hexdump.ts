// Bytes as `hexdump -C` shows them, which is how -v=8 shows bodies that aren't text.

import type { Bytes } from '../../../sandbox/machine/sys.ts';

const LINE = 16;

export function hexDump(bytes: Bytes): string {
  let dump = '';
  for (let at = 0; at < bytes.length; at += LINE) {
    const line = [...bytes.subarray(at, at + LINE)];
    const cells = Array.from({ length: LINE }, (_, i) => (line[i] === undefined ? '  ' : hex(line[i] ?? 0, 2)));
    const halves = `${cells.slice(0, 8).join(' ')}  ${cells.slice(8).join(' ')}`;
    const text = line.map((byte) => (byte >= 32 && byte <= 126 ? String.fromCharCode(byte) : '.')).join('');
    dump += `${hex(at, 8)}  ${halves}  |${text}|\n`;
  }
  return dump;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
