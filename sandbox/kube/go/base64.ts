// Standard base64 as Go reads it: line ends are skipped, padding is required, refusals name the byte.

/** A text is no base64; the message is Go's. */
export class Base64Error extends Error {}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(256).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += b === undefined ? '=' : ALPHABET.charAt((bits >> 6) & 63);
    text += c === undefined ? '=' : ALPHABET.charAt(bits & 63);
  }
  return text;
}

/** Of a text's UTF-8. */
export function base64Of(text: string): string {
  return encodeBase64(new TextEncoder().encode(text));
}

/** The canonical text of the same bytes. Throws a Base64Error that names the first wrong byte. */
export function canonicalBase64(text: string): string {
  // Only the last letters before padding can differ: they have bits that no byte uses.
  return /^(?:[A-Za-z0-9+/]{4})*$/.test(text) ? text : encodeBase64(decodeBase64(text));
}

/** The bytes of a text. Throws a Base64Error that names the first wrong byte. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let at = 0;
  for (;;) {
    const group = readGroup(text, at);
    for (let i = 0; i < group.sextets - 1; i++) bytes[length++] = (group.bits >> (16 - 8 * i)) & 0xff;
    if (group.last) return bytes.subarray(0, length);
    at = group.end;
  }
}

interface Group {
  /** Up to four letters of six bits, the first highest. */
  readonly bits: number;
  readonly sextets: number;
  readonly end: number;
  readonly last: boolean;
}

function readGroup(text: string, start: number): Group {
  let bits = 0;
  let at = start;
  for (let sextets = 0; sextets < 4; ) {
    if (at >= text.length) {
      if (sextets === 0) return { bits: 0, sextets: 0, end: at, last: true };
      throw illegal(at - sextets);
    }
    const letter = text.charAt(at++);
    const value = VALUES[letter.charCodeAt(0)] ?? -1;
    if (value >= 0) bits |= value << (18 - 6 * sextets++);
    else if (letter === '=') return paddedGroup(text, at, bits, sextets);
    else if (letter !== '\n' && letter !== '\r') throw illegal(at - 1);
  }
  return { bits, sextets: 4, end: at, last: false };
}

/** The last group, its first `=` just read. */
function paddedGroup(text: string, after: number, bits: number, sextets: number): Group {
  if (sextets < 2) throw illegal(after - 1);
  let at = after;
  if (sextets === 2) {
    at = skipLineEnds(text, at);
    if (at >= text.length) throw illegal(text.length);
    if (text.charAt(at) !== '=') throw illegal(at - 1);
    at++;
  }
  at = skipLineEnds(text, at);
  if (at < text.length) throw illegal(at);
  return { bits, sextets, end: at, last: true };
}

function skipLineEnds(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === '\n' || text.charAt(at) === '\r') at++;
  return at;
}

function illegal(byte: number): Base64Error {
  return new Base64Error(`illegal base64 data at input byte ${byte}`);
}
