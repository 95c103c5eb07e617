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

/** Bytes that are being read. Every read throws a DecodingError where they end too early. */
export interface WireReader {
  readonly bytes: Uint8Array;
  at: number;
}

export interface Tag {
  readonly number: number;
  readonly wire: number;
}

export function wireReader(bytes: Uint8Array): WireReader {
  return { bytes, at: 0 };
}

export function isAtEnd({ bytes, at }: WireReader): boolean {
  return at >= bytes.length;
}

/** The next tag; undefined at the end. */
export function readTag(reader: WireReader): Tag | undefined {
  if (isAtEnd(reader)) return undefined;
  const { low, high } = readVarint(reader);
  return { number: (high << 29) | (low >>> 3), wire: low & 7 };
}

/** The low and the high 32 bits. */
function readVarint(reader: WireReader): { readonly low: number; readonly high: number } {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 64; shift += 7) {
    const part = reader.bytes[reader.at++];
    if (part === undefined) throw new DecodingError('unexpected EOF');
    const bits = part & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 25) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
    if (part < 0x80) return { low: low >>> 0, high: high >>> 0 };
  }
  throw new DecodingError('proto: integer overflow');
}

/** A number where that is exact, else a bigint. */
export function readInt64(reader: WireReader): number | bigint {
  const { low, high } = readVarint(reader);
  const value = (high | 0) * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high | 0) << 32n) | BigInt(low);
}

export function readInt32(reader: WireReader): number {
  return readVarint(reader).low | 0;
}

export function readBool(reader: WireReader): boolean {
  const { low, high } = readVarint(reader);
  return low !== 0 || high !== 0;
}

export function readDouble(reader: WireReader): number {
  const { buffer, byteOffset } = take(reader, 8);
  return new DataView(buffer, byteOffset, 8).getFloat64(0, true);
}

/** Length-delimited bytes, shared with the input. */
export function readBytes(reader: WireReader): Uint8Array {
  const length = readInt64(reader);
  if (length < 0) throw new DecodingError('proto: negative length found during unmarshaling');
  return take(reader, Number(length));
}

export function readText(reader: WireReader): string {
  return UTF8_IN.decode(readBytes(reader));
}

function take(reader: WireReader, length: number): Uint8Array {
  const { bytes, at } = reader;
  if (at + length > bytes.length) throw new DecodingError('unexpected EOF');
  reader.at += length;
  return bytes.subarray(at, at + length);
}

/** Passes over a field that nobody knows. */
export function skipField(reader: WireReader, wire: number): void {
  if (wire === VARINT) readVarint(reader);
  else if (wire === FIXED64) take(reader, 8);
  else if (wire === BYTES) readBytes(reader);
  else if (wire === FIXED32) take(reader, 4);
  else if (wire === GROUP) skipGroup(reader);
  else throw new DecodingError(`proto: illegal wireType ${wire}`);
}

function skipGroup(reader: WireReader): void {
  for (let depth = 1; depth > 0; ) {
    const tag = readTag(reader);
    if (tag === undefined) throw new DecodingError('unexpected EOF');
    if (tag.wire === GROUP) depth++;
    else if (tag.wire === GROUP_END) depth--;
    else skipField(reader, tag.wire);
  }
}

/** Bytes that are being written, from the end to the beginning, so that a length is known when it is written. */
export interface WireWriter {
  buffer: Uint8Array;
  /** Where what is written so far begins. */
  at: number;
}

export function wireWriter(): WireWriter {
  return { buffer: new Uint8Array(1024), at: 1024 };
}

/** How many bytes are written. */
function sizeOf({ buffer, at }: WireWriter): number {
  return buffer.length - at;
}

/** The bytes that were written. */
export function writtenBytes({ buffer, at }: WireWriter): Uint8Array {
  return buffer.slice(at);
}

function makeRoom(writer: WireWriter, length: number): void {
  const { buffer, at } = writer;
  if (at >= length) return;
  const larger = new Uint8Array(2 * buffer.length + length);
  writer.at = larger.length - (buffer.length - at);
  larger.set(buffer.subarray(at), writer.at);
  writer.buffer = larger;
}

export function writeTag(writer: WireWriter, number: number, wire: number): void {
  writeVarint(writer, (number << 3) | wire);
}

function writeVarint(writer: WireWriter, value: number | bigint): void {
  makeRoom(writer, 10);
  if (typeof value === 'number' && value >= 0 && value < 0x80) writer.buffer[--writer.at] = value;
  else if (typeof value === 'number' && value >= 0 && value <= 0x7fffffff) writeSmallVarint(writer, value);
  else writeLargeVarint(writer, BigInt.asUintN(64, BigInt(value)));
}

function writeSmallVarint(writer: WireWriter, value: number): void {
  const length = value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
  writer.at -= length;
  for (let i = 0; i < length; i++) {
    writer.buffer[writer.at + i] = ((value >>> (7 * i)) & 0x7f) | (i < length - 1 ? 0x80 : 0);
  }
}

function writeLargeVarint(writer: WireWriter, value: bigint): void {
  const parts: number[] = [];
  for (let rest = value; rest > 0x7fn; rest >>= 7n) parts.push(Number(rest & 0x7fn) | 0x80);
  parts.push(Number(value >> BigInt(7 * parts.length)));
  writer.at -= parts.length;
  writer.buffer.set(parts, writer.at);
}

export function writeDouble(writer: WireWriter, value: number): void {
  makeRoom(writer, 8);
  writer.at -= 8;
  new DataView(writer.buffer.buffer).setFloat64(writer.at, value, true);
}

export function writeBytes(writer: WireWriter, value: Uint8Array): void {
  makeRoom(writer, value.length);
  writer.at -= value.length;
  writer.buffer.set(value, writer.at);
}

export function writeText(writer: WireWriter, value: string): void {
  // Most strings are short and plain; these cost less without the encoder.
  if (value.length > 64 || !/^[\0-\x7f]*$/.test(value)) {
    writeBytes(writer, UTF8_OUT.encode(value));
    return;
  }
  makeRoom(writer, value.length);
  writer.at -= value.length;
  for (let i = 0; i < value.length; i++) writer.buffer[writer.at + i] = value.charCodeAt(i);
}

/** Writes what `content` writes as a message or text of its own. */
export function nested(writer: WireWriter, number: number, content: () => void): void {
  const before = sizeOf(writer);
  content();
  writeVarint(writer, sizeOf(writer) - before);
  writeTag(writer, number, BYTES);
}

export function textField(writer: WireWriter, number: number, text: string): void {
  nested(writer, number, () => writeText(writer, text));
}

export function numberField(writer: WireWriter, number: number, value: number | bigint): void {
  writeVarint(writer, value);
  writeTag(writer, number, VARINT);
}
