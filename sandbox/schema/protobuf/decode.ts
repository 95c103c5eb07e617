// Protobuf messages as objects in canonical form. Fields come in any order; what comes twice is merged, as Go does;
// what nobody knows is passed over. Malformed bytes end in a DecodingError, never in anything else.

import type { JsonObject, JsonValue } from '../../kube/json.ts';
import { DecodingError } from '../errors.ts';
import { encodeBase64 } from '../scalars/base64.ts';
import { policyOf } from '../zero.ts';
import { type Message, messageOf, type WireField, type WireType } from './message.ts';
import { type SchemaCodec, SPECIALS } from './special.ts';
import {
  BYTES,
  FIXED64,
  isAtEnd,
  readBool,
  readBytes,
  readDouble,
  readInt32,
  readInt64,
  readTag,
  readText,
  skipField,
  type Tag,
  VARINT,
  type WireReader,
  wireReader,
} from './wire.ts';

/** Reads an object within an object (WatchEvent.object): undefined when the bytes are none. */
export type ReadObject = (raw: Uint8Array, depth: number) => JsonValue | undefined;

/** No type nests deeper; hostile bytes do. */
const MAX_DEPTH = 200;

/** What was read of a message so far. */
interface Draft {
  readonly message: Message;
  readonly slots: Map<WireField, Slot>;
}
type Slot =
  | { readonly is: 'value'; readonly value: JsonValue }
  | { readonly is: 'draft'; readonly draft: Draft }
  | { readonly is: 'list'; readonly items: Slot[] }
  | { readonly is: 'map'; readonly entries: Map<string, Slot> };

/** Reads the content of a message. `head` holds the members that come first: kind and apiVersion. */
export function readMessage(
  bytes: Uint8Array,
  message: Message,
  inner: ReadObject,
  head: JsonObject = {},
  depth = 0,
): JsonObject {
  const draft = newDraft(message);
  readInto(draft, bytes, inner, depth);
  return finish(draft, { ...head });
}

function newDraft(message: Message): Draft {
  return { message, slots: new Map() };
}

function readInto(draft: Draft, bytes: Uint8Array, inner: ReadObject, depth: number): void {
  if (depth > MAX_DEPTH) throw new DecodingError('proto: exceeded max depth');
  const { message, slots } = draft;
  const reader = wireReader(bytes);
  for (let tag = readTag(reader); tag !== undefined; tag = readTag(reader)) {
    checkTag(tag, message);
    const field = message.byNumber.get(tag.number);
    if (field === undefined) skipField(reader, tag.wire);
    else slots.set(field, readField(reader, field, tag.wire, slots.get(field), inner, depth));
  }
}

function checkTag({ number, wire }: Tag, { alias }: Message): void {
  const name = alias.slice(alias.lastIndexOf('.') + 1);
  if (wire === 4) throw new DecodingError(`proto: ${name}: wiretype end group for non-group`);
  if (number <= 0) throw new DecodingError(`proto: ${name}: illegal tag ${number} (wire type ${(number << 3) | wire})`);
}

function readField(
  reader: WireReader,
  field: WireField,
  wire: number,
  before: Slot | undefined,
  inner: ReadObject,
  depth: number,
): Slot {
  if (field.card === 'map') return readEntry(reader, field, wire, before, inner, depth);
  if (field.card === 'one') return readOne(reader, field, wire, before, inner, depth);
  const items = before?.is === 'list' ? before.items : [];
  if (wire === BYTES && wireOf(field.type) !== BYTES) readPacked(readBytes(reader), field, items, inner, depth);
  else items.push(readOne(reader, field, wire, undefined, inner, depth));
  return { is: 'list', items };
}

/** Go writes no packed lists, but reads them. */
function readPacked(bytes: Uint8Array, field: WireField, items: Slot[], inner: ReadObject, depth: number): void {
  const reader = wireReader(bytes);
  while (!isAtEnd(reader)) items.push(readOne(reader, field, wireOf(field.type), undefined, inner, depth));
}

function readEntry(
  reader: WireReader,
  field: WireField,
  wire: number,
  before: Slot | undefined,
  inner: ReadObject,
  depth: number,
): Slot {
  if (wire !== BYTES) throw wrongWire(wire, field);
  const entries = before?.is === 'map' ? before.entries : new Map<string, Slot>();
  const entry = wireReader(readBytes(reader));
  let key = '';
  let value: Slot | undefined;
  for (let tag = readTag(entry); tag !== undefined; tag = readTag(entry)) {
    if (tag.number === 1 && tag.wire === BYTES) key = readText(entry);
    else if (tag.number === 2) value = readOne(entry, field, tag.wire, undefined, inner, depth);
    else skipField(entry, tag.wire);
  }
  entries.set(key, value ?? unsetEntry(field.type));
  return { is: 'map', entries };
}

function unsetEntry(type: WireType): Slot {
  if (type.is === 'message') return { is: 'draft', draft: newDraft(type.message()) };
  if (type.is === 'special') return { is: 'value', value: SPECIALS[type.name].read(new Uint8Array(0), NO_SCHEMAS) };
  if (type.is === 'strings') return { is: 'value', value: [] };
  return { is: 'value', value: type.is === 'string' || type.is === 'bytes' ? '' : type.is === 'bool' ? false : 0 };
}

const NO_SCHEMAS: SchemaCodec = { write: () => {}, read: () => null };

function readOne(
  reader: WireReader,
  field: WireField,
  wire: number,
  before: Slot | undefined,
  inner: ReadObject,
  depth: number,
): Slot {
  const { type } = field;
  if (wire !== wireOf(type)) throw wrongWire(wire, field);
  if (type.is === 'message') {
    const draft = before?.is === 'draft' ? before.draft : newDraft(type.message());
    readInto(draft, readBytes(reader), inner, depth + 1);
    return { is: 'draft', draft };
  }
  return { is: 'value', value: readValue(reader, field, type, inner, depth) };
}

function readValue(
  reader: WireReader,
  field: WireField,
  type: Exclude<WireType, { is: 'message' }>,
  inner: ReadObject,
  depth: number,
): JsonValue {
  switch (type.is) {
    case 'string':
      return readText(reader);
    case 'bool':
      return readBool(reader);
    case 'int32':
      return readInt32(reader);
    case 'int64':
      return readInt64(reader);
    case 'double':
      return readDouble(reader);
    case 'bytes':
      return encodeBase64(readBytes(reader));
    case 'strings':
      return readStrings(readBytes(reader));
    case 'special': {
      const bytes = readBytes(reader);
      return readHeld(bytes, field, inner, depth) ?? SPECIALS[type.name].read(bytes, schemasOf(inner, depth));
    }
  }
}

function wireOf(type: WireType): number {
  if (type.is === 'double') return FIXED64;
  return type.is === 'bool' || type.is === 'int32' || type.is === 'int64' ? VARINT : BYTES;
}

function wrongWire(wire: number, { goName }: WireField): DecodingError {
  return new DecodingError(`proto: wrong wireType = ${wire} for field ${goName}`);
}

function readStrings(bytes: Uint8Array): JsonValue {
  const items: string[] = [];
  const reader = wireReader(bytes);
  for (let tag = readTag(reader); tag !== undefined; tag = readTag(reader)) {
    if (tag.number === 1 && tag.wire === BYTES) items.push(readText(reader));
    else skipField(reader, tag.wire);
  }
  return items;
}

/** A raw field may hold a whole object with its envelope. */
function readHeld(bytes: Uint8Array, field: WireField, inner: ReadObject, depth: number): JsonValue | undefined {
  if (!field.holdsObject) return undefined;
  const reader = wireReader(bytes);
  const tag = readTag(reader);
  return tag?.number === 1 && tag.wire === BYTES ? inner(readBytes(reader), depth + 1) : undefined;
}

function schemasOf(inner: ReadObject, depth: number): SchemaCodec {
  return {
    ...NO_SCHEMAS,
    read(bytes) {
      const message = messageOf('apiextensions.v1.JSONSchemaProps');
      return message === undefined ? null : readMessage(bytes, message, inner, {}, depth + 1);
    },
  };
}

/** The object of a draft, its members in the order of JSON, with what Go writes for unset fields. */
function finish({ message, slots }: Draft, object: Record<string, JsonValue | undefined>): JsonObject {
  for (const field of message.fields) {
    const slot = slots.get(field);
    if (field.json === undefined) finishEmbedded(field.type, slot, object);
    else {
      const value = finishField(field.json, slot);
      if (value !== undefined) object[field.json.name] = value;
    }
  }
  return object;
}

function finishEmbedded(type: WireType, slot: Slot | undefined, object: Record<string, JsonValue | undefined>): void {
  if (type.is === 'message') finish(slot?.is === 'draft' ? slot.draft : newDraft(type.message()), object);
}

function finishField(json: NonNullable<WireField['json']>, slot: Slot | undefined): JsonValue | undefined {
  const { fill, keepsNull, omits } = policyOf(json);
  if (slot === undefined) return fill;
  const value = finishSlot(slot);
  if (value === null) return keepsNull ? null : fill;
  return omits(value) ? undefined : value;
}

function finishSlot(slot: Slot): JsonValue {
  switch (slot.is) {
    case 'value':
      return slot.value;
    case 'draft':
      return finish(slot.draft, {});
    case 'list':
      return slot.items.map(finishSlot);
    case 'map':
      return Object.fromEntries([...slot.entries].map(([key, item]) => [key, finishSlot(item)]));
  }
}
