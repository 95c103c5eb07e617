// Certificates and requests in DER or PEM, taken apart: names, keys, times, extensions, and what is signed.

import { pemBlocks } from './pem.ts';
import { children, Malformed, only, type Value } from './value.ts';

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  /** What the octets hold. */
  readonly value: Uint8Array;
  /** As it stands. */
  readonly whole: Uint8Array;
}

interface Signed {
  /** All of it, in DER. */
  readonly der: Uint8Array;
  /** What is signed. */
  readonly content: Uint8Array;
  readonly version: number;
  readonly subject: Value | undefined;
  /** SubjectPublicKeyInfo. */
  readonly key: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

export interface Certificate extends Signed {
  readonly serial: Uint8Array;
  readonly issuer: Value | undefined;
  readonly notBefore: number;
  readonly notAfter: number;
}

export type Request = Signed;

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** All certificates of a PEM text. */
export function certificatesIn(pem: string): readonly Certificate[] {
  return pemBlocks(pem)
    .filter(({ type }) => type === 'CERTIFICATE')
    .flatMap(({ base64 }) => readCertificate(Buffer.from(base64, 'base64')) ?? []);
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** From DER; undefined when it is none. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  return unlessMalformed(() => {
    const [content, algorithm, signature] = children(only(der));
    const parts = children(content);
    const versioned = parts[0]?.whole[0] === 0xa0;
    const [serial, , issuer, validity, subject, key] = versioned ? parts.slice(1) : parts;
    if (key === undefined || content === undefined || serial === undefined) return undefined;
    const [from, to] = children(validity);
    const extensions = parts.find(({ whole }) => whole[0] === 0xa3);
    return {
      ...{ der, content: content.whole, version: versioned ? 3 : 1, subject, issuer, key: key.whole },
      ...{ serial: serial.content, notBefore: timeOf(from), notAfter: timeOf(to) },
      extensions: children(children(extensions)[0]).map(extensionOf),
      algorithm: identifier(children(algorithm)[0]?.content),
      signature: (signature?.content ?? new Uint8Array()).subarray(1),
    };
  });
}

/** From DER; undefined when it is none. */
export function readSigningRequest(der: Uint8Array): Request | undefined {
  return unlessMalformed(() => requestIn(der));
}

function requestIn(der: Uint8Array): Request | undefined {
  const [content, algorithm, signature] = children(only(der));
  const [, subject, key, attributes] = children(content);
  if (content === undefined || key === undefined) return undefined;
  const wished = children(attributes).find((each) => identifier(children(each)[0]?.content) === EXTENSION_REQUEST);
  return {
    ...{ der, content: content.whole, version: 1, subject, key: key.whole },
    extensions: children(children(children(wished)[1])[0]).map(extensionOf),
    algorithm: identifier(children(algorithm)[0]?.content),
    signature: (signature?.content ?? new Uint8Array()).subarray(1),
  };
}

function extensionOf(value: Value): Extension {
  const parts = children(value);
  return {
    id: identifier(parts[0]?.content),
    critical: parts.length > 2,
    value: parts.at(-1)?.content ?? new Uint8Array(),
    whole: value.whole,
  };
}

/** Milliseconds since 1970, from `260101000000Z` or `20500101000000Z`. */
function timeOf(value: Value | undefined): number {
  const text = new TextDecoder().decode(value?.content);
  const long = text.length > 13 ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(long) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** `2.5.4.3`, from its bytes. */
export function identifier(bytes: Uint8Array = new Uint8Array()): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}

/** The texts of one kind in a name. */
export function nameParts(name: Value | undefined, wanted: string): readonly string[] {
  return children(name)
    .flatMap((set) => children(set))
    .flatMap((part) => {
      const [id, value] = children(part);
      return identifier(id?.content) === wanted ? [new TextDecoder().decode(value?.content)] : [];
    });
}
