// MySQL's packets: a length of three bytes, a number that counts, and what is said. Numbers are little-endian.

import type { Bytes } from '../../sys.ts';
import { concat, decode, encode } from '../../text.ts';
import type { Result } from '../sql/query.ts';
import { show } from '../sql/values.ts';

export interface Packet {
  readonly number: number;
  readonly body: Bytes;
  /** Bytes that it took. */
  readonly size: number;
}

export function packet(number: number, body: Bytes): Bytes {
  return concat([new Uint8Array([...littleEndian(body.length, 3), number & 255]), body]);
}

/** The next whole packet; undefined while more is to come. */
export function takePacket(bytes: Bytes): Packet | undefined {
  if (bytes.length < 4) return undefined;
  const size = 4 + readNumber(bytes, 0, 3);
  return bytes.length < size ? undefined : { number: bytes[3] ?? 0, body: bytes.subarray(4, size), size };
}

function littleEndian(value: number, bytes: number): readonly number[] {
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) & 255);
}

export function readNumber(bytes: Bytes, at: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** A text with its length before it. */
export function counted(text: string): Bytes {
  const bytes = encode(text);
  const head = bytes.length < 251 ? [bytes.length] : [252, ...littleEndian(bytes.length, 2)];
  const large = bytes.length > 65_535 ? [253, ...littleEndian(bytes.length, 3)] : head;
  return concat([new Uint8Array(large), bytes]);
}

/** A counted text, and where it ends; null where there is no value. */
export function readCounted(bytes: Bytes, at: number): readonly [string | null, number] {
  const first = bytes[at] ?? 0;
  if (first === 251) return [null, at + 1];
  const wide = first === 252 ? 2 : first === 253 ? 3 : 0;
  const size = wide === 0 ? first : readNumber(bytes, at + 1, wide);
  const start = at + 1 + wide;
  return [decode(bytes.subarray(start, start + size)), start + size];
}

/** A text that ends with 0, and where it ends. */
export function readTerminated(bytes: Bytes, at: number): readonly [string, number] {
  const end = bytes.indexOf(0, at);
  const stop = end < 0 ? bytes.length : end;
  return [decode(bytes.subarray(at, stop)), stop + 1];
}

const CLEAR_PASSWORD = 'mysql_clear_password';
export const QUERY = 3;
export const INIT_DB = 2;
export const QUIT = 1;
export const PING = 14;

export function greeting(version: string, connection: number): Bytes {
  return concat([
    new Uint8Array([10]),
    encode(`${version}\0`),
    new Uint8Array([...littleEndian(connection, 4), 1, 1, 1, 1, 1, 1, 1, 1, 0, 0xff, 0xff, 33, 2, 0, 0xff, 0xff, 21]),
    new Uint8Array(10),
    encode(`123456789012\0${CLEAR_PASSWORD}\0`),
  ]);
}

export function okBody(count: number): Bytes {
  return new Uint8Array([0, count < 251 ? count : 250, 0, 2, 0, 0, 0]);
}

export function errorBody(code: number, state: string, message: string): Bytes {
  return concat([new Uint8Array([255, ...littleEndian(code, 2)]), encode(`#${state}${message}`)]);
}

const END = new Uint8Array([254, 0, 0, 2, 0]);
const TYPES = { number: 8, text: 253, boolean: 1 } as const;

/** The packets of a table, numbered from `number` on. */
export function resultPackets({ columns, kinds, rows }: Result, from: number): Bytes {
  let number = from;
  const bodies = [
    new Uint8Array([columns.length]),
    ...columns.map((name, index) =>
      concat([
        ...['def', '', '', '', name, name].map(counted),
        new Uint8Array([12, 33, 0, 255, 0, 0, 0, TYPES[kinds[index] ?? 'text'], 0, 0, 0, 0, 0]),
      ]),
    ),
    END,
    ...rows.map((row) =>
      concat(row.map((value) => (value === null ? new Uint8Array([251]) : counted(show(value, 'mysql'))))),
    ),
    END,
  ];
  return concat(bodies.map((body) => packet(number++, body)));
}
