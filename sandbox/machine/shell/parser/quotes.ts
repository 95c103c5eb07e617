// Backslash escapes: those of `$'...'`, shared with `echo -e` and `printf`, which differ in octal and in `\c`.

/** Reads the escape after a backslash at `position`; `length` is how much of `text` it took, the backslash left out. */
export function readEscape(
  text: string,
  position: number,
  octalWithZero: boolean,
): { readonly text: string; readonly length: number } | undefined {
  const c = text.charAt(position);
  const simple = SIMPLE.get(c);
  if (simple !== undefined) return { text: simple, length: 1 };
  if (c === 'x') return readDigits(text, position + 1, HEX, 2, 16, 1);
  if (c === 'u') return readDigits(text, position + 1, HEX, 4, 16, 1);
  if (c === 'U') return readDigits(text, position + 1, HEX, 8, 16, 1);
  if (c === '0' && octalWithZero) return readDigits(text, position + 1, OCTAL, 3, 8, 1) ?? { text: '\0', length: 1 };
  if (OCTAL.includes(c) && c !== '' && !octalWithZero) return readDigits(text, position, OCTAL, 3, 8, 0);
  return undefined;
}

const HEX = '0123456789abcdefABCDEF';
const OCTAL = '01234567';
const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['e', '\x1b'],
  ['E', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

function readDigits(
  text: string,
  from: number,
  digits: string,
  most: number,
  base: number,
  before: number,
): { text: string; length: number } | undefined {
  let end = from;
  while (end < from + most && end < text.length && digits.includes(text.charAt(end))) end++;
  if (end === from) return undefined;
  const code = Number.parseInt(text.slice(from, end), base);
  const length = end - from + before;
  if (most <= 3) return { text: byteText(code & 255), length };
  return { text: code > 0x10ffff ? '' : String.fromCodePoint(code), length };
}

/** A single byte as text: those that aren't ASCII travel as lone surrogates (see `text.ts`). */
function byteText(byte: number): string {
  return String.fromCharCode(byte < 128 ? byte : 0xdc00 + byte);
}

/** The content of `$'...'`. */
export function unescapeAnsi(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c !== '\\') {
      result += c;
      continue;
    }
    const next = text.charAt(i + 1);
    const escaped = readEscape(text, i + 1, false);
    if (escaped !== undefined) {
      result += escaped.text;
      i += escaped.length;
    } else if (next === "'" || next === '"' || next === '?') {
      result += next;
      i++;
    } else if (next === 'c' && i + 2 < text.length) {
      result += String.fromCharCode(text.charCodeAt(i + 2) & 31);
      i += 2;
    } else result += c;
  }
  return result;
}
