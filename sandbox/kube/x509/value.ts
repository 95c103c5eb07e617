// DER read: values with a tag and a length, and the values inside of them.

/** A value of DER. */
export interface Value {
  /** With tag and length. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** The bytes are no DER. */
export class Malformed extends Error {}

/** The one value that these bytes are. */
export function only(der: Uint8Array): Value {
  const value = valueAt(der, 0);
  if (value.whole.length !== der.length) throw new Malformed();
  return value;
}

export function children(value: Value | undefined): readonly Value[] {
  const found: Value[] = [];
  const { content } = value ?? { content: new Uint8Array() };
  for (let at = 0; at < content.length; ) {
    const child = valueAt(content, at);
    found.push(child);
    at += child.whole.length;
  }
  return found;
}

function valueAt(bytes: Uint8Array, at: number): Value {
  const first = bytes[at + 1];
  if (first === undefined) throw new Malformed();
  const digits = first < 0x80 ? 0 : first & 0x7f;
  if (digits > 4) throw new Malformed();
  let length = first < 0x80 ? first : 0;
  for (let i = 0; i < digits; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const start = at + 2 + digits;
  if (start + length > bytes.length) throw new Malformed();
  return { whole: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) };
}

export function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
