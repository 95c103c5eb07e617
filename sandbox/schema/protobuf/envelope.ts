// What the API sends as application/vnd.kubernetes.protobuf: four bytes `k8s\0`, then a message that names the kind and
// holds the object; on a watch, events with their length before them.

import type { JsonObject } from '../../kube/json.ts';
import { apiVersion, parseApiVersion } from '../../kube/resource.ts';
import type { KindType, ObjectType } from '../../kube/structure.ts';
import { DecodingError } from '../errors.ts';
import { aliasOf } from '../rows.ts';
import { kindType, registeredType } from '../schema.ts';
import { readMessage } from './decode.ts';
import { writeMessage } from './encode.ts';
import { type Message, messageOf } from './message.ts';
import {
  BYTES,
  nested,
  readBytes,
  readTag,
  skipField,
  textField,
  type WireWriter,
  wireReader,
  wireWriter,
  writeBytes,
  writtenBytes,
} from './wire.ts';

const PREFIX = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);

/** Whether objects of the type can be sent as protobuf: Tables and custom resources can't. */
export function hasProtobuf(type: ObjectType): boolean {
  return (protobufOf(type)?.fields.length ?? 0) > 0;
}

function protobufOf(type: ObjectType): Message | undefined {
  const alias = aliasOf(type.name);
  return alias === undefined ? undefined : messageOf(alias);
}

/** An object in canonical form as bytes with their envelope. The type must have protobuf. */
export function encodeProtobuf(object: JsonObject, kind: KindType): Uint8Array {
  const message = protobufOf(kind.type);
  if (message === undefined || message.fields.length === 0) throw new Error(`${kind.kind} has no protobuf`);
  const writer = wireWriter();
  textField(writer, 4, '');
  textField(writer, 3, '');
  nested(writer, 2, () => writeMessage(writer, object, message, encodeWithin));
  writeTypeMeta(writer, kind);
  writeBytes(writer, PREFIX);
  return writtenBytes(writer);
}

function writeTypeMeta(writer: WireWriter, kind: KindType): void {
  nested(writer, 1, () => {
    textField(writer, 2, kind.kind);
    textField(writer, 1, apiVersion(kind));
  });
}

/** An object within another has an envelope of its own; undefined when its kind has no protobuf. */
function encodeWithin(object: JsonObject): Uint8Array | undefined {
  const kind = kindOf(object);
  return kind !== undefined && hasProtobuf(kind.type) ? encodeProtobuf(object, kind) : undefined;
}

function kindOf({ apiVersion: version, kind }: JsonObject): KindType | undefined {
  if (typeof version !== 'string' || typeof kind !== 'string') return undefined;
  const parsed = parseApiVersion(version);
  return kindType(parsed.group, parsed.version, kind);
}

/** What the envelope says, and the message in it. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

export function isProtobuf(bytes: Uint8Array): boolean {
  return bytes.length >= PREFIX.length && PREFIX.every((byte, i) => bytes[i] === byte);
}

/** Opens the envelope. Throws a DecodingError. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new DecodingError('empty data');
  if (!isProtobuf(bytes)) {
    throw new DecodingError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  if (bytes.length === PREFIX.length) throw new DecodingError('empty body');
  const fields = lengthDelimited(bytes.subarray(PREFIX.length));
  const meta = lengthDelimited(fields.get(1) ?? new Uint8Array(0));
  return { apiVersion: textOf(meta.get(1)), kind: textOf(meta.get(2)), raw: fields.get(2) ?? new Uint8Array(0) };
}

function lengthDelimited(bytes: Uint8Array): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  const reader = wireReader(bytes);
  for (let tag = readTag(reader); tag !== undefined; tag = readTag(reader)) {
    if (tag.wire === BYTES) fields.set(tag.number, readBytes(reader));
    else skipField(reader, tag.wire);
  }
  return fields;
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : UTF8.decode(bytes);
}

export interface DecodedProtobuf {
  readonly kind: KindType;
  /** In canonical form. */
  readonly value: JsonObject;
}

/** Decodes an object by the kind that its envelope names. Throws a DecodingError. */
export function decodeProtobuf(bytes: Uint8Array): DecodedProtobuf {
  const envelope = readEnvelope(bytes);
  const kind = registeredKind(envelope);
  return { kind, value: decodeMessage(envelope.raw, kind) };
}

function registeredKind({ apiVersion: version, kind }: Envelope): KindType {
  const registered = registeredType({ ...parseApiVersion(version), kind });
  if (registered !== undefined) return registered;
  throw new DecodingError(
    `no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:111"`,
  );
}

/** Decodes the message within an envelope as an object of the kind. Throws a DecodingError. */
export function decodeMessage(raw: Uint8Array, kind: KindType): JsonObject {
  return decodeAtDepth(raw, kind, 0);
}

function decodeAtDepth(raw: Uint8Array, kind: KindType, depth: number): JsonObject {
  const message = protobufOf(kind.type);
  if (message === undefined) throw new DecodingError(`${kind.kind} has no protobuf`);
  const head = message.typeMeta ? { kind: kind.kind, apiVersion: apiVersion(kind) } : {};
  return readMessage(raw, message, readWithin, head, depth);
}

function readWithin(raw: Uint8Array, depth: number): JsonObject | undefined {
  if (!isProtobuf(raw)) return undefined;
  const envelope = readEnvelope(raw);
  return decodeAtDepth(envelope.raw, registeredKind(envelope), depth);
}

/** One event of a watch stream: its length in four bytes, then its type and the object with its envelope. */
export function watchFrame(type: string, object: Uint8Array): Uint8Array {
  const writer = wireWriter();
  nested(writer, 2, () => nested(writer, 1, () => writeBytes(writer, object)));
  textField(writer, 1, type);
  const event = writtenBytes(writer);
  const frame = new Uint8Array(4 + event.length);
  new DataView(frame.buffer).setUint32(0, event.length);
  frame.set(event, 4);
  return frame;
}

export interface WatchFrame {
  readonly type: string;
  readonly object: Uint8Array;
}

/** The whole frames at the beginning of a stream, and what is left of it. Throws a DecodingError. */
export function readWatchFrames(stream: Uint8Array): { readonly frames: WatchFrame[]; readonly rest: Uint8Array } {
  const frames: WatchFrame[] = [];
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 0;
  while (at + 4 <= stream.length) {
    const end = at + 4 + view.getUint32(at);
    if (end > stream.length) break;
    const event = lengthDelimited(stream.subarray(at + 4, end));
    const object = lengthDelimited(event.get(2) ?? new Uint8Array(0)).get(1) ?? new Uint8Array(0);
    frames.push({ type: textOf(event.get(1)), object });
    at = end;
  }
  return { frames, rest: stream.subarray(at) };
}
