// The wire form of protobuf: varints, lengths, tags. Knows numbers and bytes, not messages.

import { DecodingError } from '../errors.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const GROUP = 3;
const GROUP_END = 4;
const FIXED32 = 5;

const UTF8_IN = new TextDecoder('utf-8', { ignoreBOM: true });
const UTF8_OUT = new TextEncoder();

/** Reads from `at` to `end`. Every method throws a DecodingError where the bytes end too early. */
export interface WireReader {
  /** Reads the next tag; undefined at the end. */
  tag(): { readonly number: number; readonly wire: number } | undefined;
  readonly done: () => boolean;
  /** A varint as a signed 64-bit number: a number where that is exact, else a bigint. */
  int64(): number | bigint;
  int32(): number;
  bool(): boolean;
  double(): number;
  /** Length-delimited bytes, shared with the input. */
  bytes(): Uint8Array;
  text(): string;
  /** Passes over a field that nobody knows. */
  skip(wire: number): void;
}

export function wireReader(input: Uint8Array): WireReader {
  let at = 0;
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);

  function byte(): number {
    const value = input[at++];
    if (value === undefined) throw new DecodingError('unexpected EOF');
    return value;
  }

  /** The low and the high 32 bits. */
  function varint(): { low: number; high: number } {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const part = byte();
      const bits = part & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift > 25) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
      if (part < 0x80) return { low: low >>> 0, high: high >>> 0 };
    }
    throw new DecodingError('proto: integer overflow');
  }

  function int64(): number | bigint {
    const { low, high } = varint();
    const value = (high | 0) * 2 ** 32 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high | 0) << 32n) | BigInt(low);
  }

  function take(length: number): Uint8Array {
    if (at + length > input.length) throw new DecodingError('unexpected EOF');
    at += length;
    return input.subarray(at - length, at);
  }

  function bytes(): Uint8Array {
    const length = int64();
    if (length < 0) throw new DecodingError('proto: negative length found during unmarshaling');
    return take(Number(length));
  }

  function tag(): { number: number; wire: number } | undefined {
    if (at >= input.length) return undefined;
    const { low, high } = varint();
    return { number: (high << 29) | (low >>> 3) | 0, wire: low & 7 };
  }

  function skip(wire: number): void {
    if (wire === VARINT) varint();
    else if (wire === FIXED64) take(8);
    else if (wire === BYTES) bytes();
    else if (wire === FIXED32) take(4);
    else if (wire === GROUP) skipGroup();
    else throw new DecodingError(`proto: illegal wireType ${wire}`);
  }

  function skipGroup(): void {
    for (let depth = 1; depth > 0; ) {
      const next = tag();
      if (next === undefined) throw new DecodingError('unexpected EOF');
      if (next.wire === GROUP) depth++;
      else if (next.wire === GROUP_END) depth--;
      else skip(next.wire);
    }
  }

  return {
    tag,
    done: () => at >= input.length,
    int64,
    int32: () => varint().low | 0,
    bool() {
      const { low, high } = varint();
      return low !== 0 || high !== 0;
    },
    double() {
      const start = at;
      take(8);
      return view.getFloat64(start, true);
    },
    bytes,
    text: () => UTF8_IN.decode(bytes()),
    skip,
  };
}

/** Writes from the end to the beginning, so that a length is known when it is written. */
export interface WireWriter {
  /** How many bytes are written; what is written next comes before them. */
  readonly size: () => number;
  tag(number: number, wire: number): void;
  varint(value: number | bigint): void;
  double(value: number): void;
  bytes(value: Uint8Array): void;
  text(value: string): void;
  /** The bytes, and an empty writer again. */
  finish(): Uint8Array;
}

export function wireWriter(): WireWriter {
  let buffer = new Uint8Array(1024);
  let at = buffer.length;

  function room(length: number): void {
    if (at >= length) return;
    const used = buffer.length - at;
    const larger = new Uint8Array(2 * buffer.length + length);
    larger.set(buffer.subarray(at), larger.length - used);
    at = larger.length - used;
    buffer = larger;
  }

  function varint(value: number | bigint): void {
    room(10);
    if (typeof value === 'number' && value >= 0 && value < 0x80) buffer[--at] = value;
    else if (typeof value === 'number' && value >= 0 && value <= 0x7fffffff) smallVarint(value);
    else largeVarint(BigInt.asUintN(64, BigInt(value)));
  }

  function smallVarint(value: number): void {
    const length = value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
    at -= length;
    for (let i = 0; i < length; i++) buffer[at + i] = ((value >>> (7 * i)) & 0x7f) | (i < length - 1 ? 0x80 : 0);
  }

  function largeVarint(value: bigint): void {
    const parts: number[] = [];
    let rest = value;
    do {
      parts.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    } while (rest > 0n);
    at -= parts.length;
    buffer.set(parts, at);
    buffer[at + parts.length - 1] = (parts.at(-1) ?? 0) & 0x7f;
  }

  function bytes(value: Uint8Array): void {
    room(value.length);
    at -= value.length;
    buffer.set(value, at);
  }

  return {
    size: () => buffer.length - at,
    tag: (number, wire) => varint((number << 3) | wire),
    varint,
    double(value) {
      room(8);
      at -= 8;
      new DataView(buffer.buffer).setFloat64(at, value, true);
    },
    bytes,
    text(value) {
      // Most strings are short and plain; these cost less without the encoder.
      if (value.length > 64 || !/^[\0-\x7f]*$/.test(value)) return bytes(UTF8_OUT.encode(value));
      room(value.length);
      at -= value.length;
      for (let i = 0; i < value.length; i++) buffer[at + i] = value.charCodeAt(i);
    },
    finish() {
      const written = buffer.slice(at);
      at = buffer.length;
      return written;
    },
  };
}
