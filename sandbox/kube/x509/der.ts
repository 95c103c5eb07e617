// DER, as far as certificates need it: each function writes one kind of value.

type Bytes = Uint8Array;

function tagged(tag: number, ...parts: readonly Bytes[]): Bytes {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Bytes {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

export const sequence = (...items: readonly Bytes[]): Bytes => tagged(0x30, ...items);
export const set = (...items: readonly Bytes[]): Bytes => tagged(0x31, ...items);
export const octets = (bytes: Bytes): Bytes => tagged(0x04, bytes);
export const bits = (bytes: Bytes, unused = 0): Bytes => tagged(0x03, Uint8Array.of(unused), bytes);
export const utf8 = (text: string): Bytes => tagged(0x0c, Buffer.from(text, 'utf8'));
export const boolean = (value: boolean): Bytes => tagged(0x01, Uint8Array.of(value ? 0xff : 0));
/** NULL. */
export const NOTHING: Bytes = Uint8Array.of(0x05, 0);
/** A value in a tag of its context: `[n]`, made of other values or plain. */
export const within = (n: number, ...items: readonly Bytes[]): Bytes => tagged(0xa0 | n, ...items);
export const plain = (n: number, bytes: Bytes): Bytes => tagged(0x80 | n, bytes);

/** A whole number that isn't negative, from its bytes. */
export function integer(bytes: Bytes): Bytes {
  const [first = 0] = bytes;
  return first >= 0x80 ? tagged(0x02, Uint8Array.of(0), bytes) : tagged(0x02, bytes);
}

/** `2.5.29.17` */
export function oid(text: string): Bytes {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}

/** `20260101000000Z` after 2049, `260101000000Z` before. */
export function time(at: Date): Bytes {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : tagged(0x18, Buffer.from(`${digits}Z`));
}
