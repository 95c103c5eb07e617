// Keys as vi names them, out of the bytes of a terminal: `x`, `<Esc>`, `<C-r>`, `<Up>`; a paste is one key.

import { wholeText } from '../../bytes.ts';
import type { Bytes } from '../../sys.ts';
import type { ViState } from './state.ts';

const FINAL: Readonly<Record<string, string>> = {
  A: '<Up>',
  B: '<Down>',
  C: '<Right>',
  D: '<Left>',
  H: '<Home>',
  F: '<End>',
};
const TILDE: Readonly<Record<string, string>> = {
  '1': '<Home>',
  '2': '<Insert>',
  '3': '<Del>',
  '4': '<End>',
  '5': '<PageUp>',
  '6': '<PageDown>',
  '7': '<Home>',
  '8': '<End>',
};
const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/** What begins a key that is a paste. */
export const PASTED = '<Paste>';

export function readKeys(v: ViState, chunk: Bytes): string[] {
  const { text, rest } = wholeText(v.bytes, chunk);
  v.bytes = rest;
  return keysIn(v, text);
}

/** Whoever sits at the terminal sends a whole sequence at once: an escape at the end is the key Esc. */
function keysIn(v: ViState, input: string): string[] {
  const keys: string[] = [];
  let text = input;
  while (text !== '') {
    if (v.paste !== undefined) {
      const end = text.indexOf(PASTE_ENDS);
      v.paste += end < 0 ? text : text.slice(0, end);
      if (end < 0) break;
      keys.push(PASTED + v.paste.replace(/\r\n?/g, '\n'));
      v.paste = undefined;
      text = text.slice(end + PASTE_ENDS.length);
    } else if (text.startsWith(PASTE_BEGINS)) {
      v.paste = '';
      text = text.slice(PASTE_BEGINS.length);
    } else {
      const sequence = /^\x1b(?:\[([0-9;?]*)([A-Za-z~])|O([A-Za-z]))/.exec(text);
      const [whole = String.fromCodePoint(text.codePointAt(0) ?? 0)] = sequence ?? [];
      keys.push(sequence === null ? keyName(whole) : sequenceName(sequence));
      text = text.slice(whole.length);
    }
  }
  return keys.filter((key) => key !== '');
}

function sequenceName([, parameters = '', final = '', single = '']: RegExpExecArray): string {
  if (final === '~') return TILDE[parameters.split(';')[0] ?? ''] ?? '';
  return FINAL[final || single] ?? '';
}

function keyName(char: string): string {
  const code = char.charCodeAt(0);
  if (code === 0x0d) return '<CR>';
  if (code === 0x1b) return '<Esc>';
  if (code === 0x7f || code === 0x08) return '<BS>';
  if (code === 0x09) return '<Tab>';
  if (code < 0x20) return `<C-${String.fromCharCode(code + 0x60)}>`;
  return char;
}
