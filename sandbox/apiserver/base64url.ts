// Base64 for URLs without padding, as continue tokens are written. Texts are one byte a character on their way back, as
// whoever reads them decides what the bytes are.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    out += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    if (b !== undefined) out += ALPHABET.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    if (c !== undefined) out += ALPHABET.charAt(c & 63);
  }
  return out;
}

/** Where the text stops being base64; undefined when it is. */
export function base64Problem(text: string): number | undefined {
  const bad = /[^A-Za-z0-9_-]/.exec(text);
  if (bad !== null) return bad.index;
  return text.length % 4 === 1 ? text.length - 1 : undefined;
}

/** The bytes as UTF-8; what is none stays a character a byte. */
export function fromBase64Url(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i += 4) {
    const [a = 0, b = 0, c, d] = [...text.slice(i, i + 4)].map((letter) => ALPHABET.indexOf(letter));
    bytes.push((a << 2) | (b >> 4));
    if (c !== undefined) bytes.push(((b & 15) << 4) | (c >> 2));
    if (c !== undefined && d !== undefined) bytes.push(((c & 3) << 6) | d);
  }
  return bytes.every((byte) => byte < 0x80)
    ? String.fromCharCode(...bytes)
    : utf8Or(Uint8Array.from(bytes), () => String.fromCharCode(...bytes));
}

function utf8Or(bytes: Uint8Array, otherwise: () => string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return otherwise();
  }
}
