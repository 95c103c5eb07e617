// Objects as protobuf messages, to the byte as Go writes them: fields by number, what Go holds by value always there.

import { sortedKeys } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import { decodeBase64 } from '../scalars/base64.ts';
import { policyOf } from '../zero.ts';
import { type Message, messageOf, type WireField, type WireType } from './message.ts';
import { type SchemaCodec, SPECIALS, writeEach } from './special.ts';
import {
  FIXED64,
  nested,
  numberField,
  textField,
  type WireWriter,
  writeBytes,
  writeDouble,
  writeTag,
  writeText,
} from './wire.ts';

/** How objects within objects (List.items) are written; the envelope hands itself in. */
export type WriteObject = (value: JsonObject) => Uint8Array | undefined;

/** Writes the content of a message. The object is in canonical form. */
export function writeMessage(writer: WireWriter, object: JsonObject, message: Message, inner: WriteObject): void {
  for (const field of message.descending) {
    const { json, type } = field;
    if (json !== undefined) writeField(writer, field, own(object, json.name), inner);
    else if (type.is === 'message')
      nested(writer, field.number, () => writeMessage(writer, object, type.message(), inner));
  }
}

function writeField(writer: WireWriter, field: WireField, value: JsonValue | undefined, inner: WriteObject): void {
  const write = (item: JsonValue): void => {
    if (field.holdsObject && isObject(item)) writeHeld(writer, field.number, item, inner);
    else writeOne(writer, field.number, field.type, item, inner);
  };
  if (field.card === 'list') {
    if (isArray(value)) writeEach(value, write);
  } else if (field.card === 'map') {
    if (isObject(value)) writeMap(writer, field, value, inner);
  } else if (value !== undefined && value !== null) write(value);
  else if (field.always || (value === null && keepsNull(field))) write(null);
}

function keepsNull({ json }: WireField): boolean {
  return json !== undefined && policyOf(json).keepsNull;
}

function writeHeld(writer: WireWriter, number: number, value: JsonObject, inner: WriteObject): void {
  const whole = inner(value);
  if (whole === undefined) writeOne(writer, number, { is: 'special', name: 'RawExtension' }, value, inner);
  else nested(writer, number, () => nested(writer, 1, () => writeBytes(writer, whole)));
}

function writeMap(writer: WireWriter, field: WireField, map: JsonObject, inner: WriteObject): void {
  for (const key of sortedKeys(map).toReversed()) {
    const value = own(map, key);
    if (value === undefined) continue;
    nested(writer, field.number, () => {
      if (value !== null || field.type.is !== 'bytes') writeOne(writer, 2, field.type, value, inner);
      textField(writer, 1, key);
    });
  }
}

/** One value with its tag; null is the zero of its type. */
function writeOne(writer: WireWriter, number: number, type: WireType, value: JsonValue, inner: WriteObject): void {
  if (type.is === 'bool') numberField(writer, number, value === true ? 1 : 0);
  else if (type.is === 'int32' || type.is === 'int64') numberField(writer, number, isNumber(value) ? value : 0);
  else if (type.is === 'double') {
    writeDouble(writer, typeof value === 'number' ? value : 0);
    writeTag(writer, number, FIXED64);
  } else nested(writer, number, () => writeContent(writer, type, value, inner));
}

function isNumber(value: JsonValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** What stands after a length. */
function writeContent(writer: WireWriter, type: WireType, value: JsonValue, inner: WriteObject): void {
  switch (type.is) {
    case 'string':
      writeText(writer, typeof value === 'string' ? value : '');
      break;
    case 'bytes':
      writeBytes(writer, decodeBase64(typeof value === 'string' ? value : ''));
      break;
    case 'strings':
      writeStrings(writer, value);
      break;
    case 'special':
      SPECIALS[type.name].write(writer, value, schemasOf(inner));
      break;
    case 'message':
      writeMessage(writer, isObject(value) ? value : {}, type.message(), inner);
      break;
  }
}

function writeStrings(writer: WireWriter, value: JsonValue): void {
  if (isArray(value)) writeEach(value, (item) => textField(writer, 1, typeof item === 'string' ? item : ''));
}

function schemasOf(inner: WriteObject): SchemaCodec {
  return {
    read: () => null,
    write(writer, schema) {
      const message = messageOf('apiextensions.v1.JSONSchemaProps');
      if (message !== undefined) writeMessage(writer, schema, message, inner);
    },
  };
}
