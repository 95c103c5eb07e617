// Types that have a wire form of their own: times, quantities, raw JSON and the like.

import { goJson } from '../../kube/go/text.ts';
import { isArray, isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kube/json.ts';
import { canonicalQuantity, QuantityError } from '../../kube/quantity.ts';
import { DecodingError } from '../errors.ts';
import { parseJson } from '../json/parse.ts';
import { formatDuration, parseDuration } from '../scalars/duration.ts';
import { formatTime, parseTime } from '../scalars/time.ts';
import {
  BYTES,
  nested,
  numberField,
  readBytes,
  readInt64,
  readTag,
  skipField,
  textField,
  VARINT,
  type WireReader,
  type WireWriter,
  wireReader,
  writeBytes,
} from './wire.ts';

export type SpecialName =
  | 'Time'
  | 'MicroTime'
  | 'Duration'
  | 'Quantity'
  | 'IntOrString'
  | 'RawExtension'
  | 'FieldsV1'
  | 'JSON'
  | 'JSONSchemaPropsOrArray'
  | 'JSONSchemaPropsOrBool'
  | 'JSONSchemaPropsOrStringArray';

/** How nested schemas are written and read; the codecs hand themselves in. */
export interface SchemaCodec {
  write(writer: WireWriter, schema: JsonObject): void;
  read(bytes: Uint8Array): JsonValue;
}

interface Special {
  /** Writes the content of the message, last field first; `value` is null for Go's zero. */
  write(writer: WireWriter, value: JsonValue, schemas: SchemaCodec): void;
  read(bytes: Uint8Array, schemas: SchemaCodec): JsonValue;
}

export const SPECIALS: Readonly<Record<SpecialName, Special>> = {
  Time: timeSpecial('time'),
  MicroTime: timeSpecial('microTime'),
  Duration: {
    write(writer, value) {
      numberField(writer, 1, parseDuration(typeof value === 'string' ? value : '0s'));
    },
    read: (bytes) => formatDuration(BigInt(lastNumber(bytes, 1))),
  },
  Quantity: {
    write: (writer, value) => textField(writer, 1, value === null ? '0' : String(value)),
    read: (bytes) => readQuantity(lastText(bytes, 1)),
  },
  IntOrString: {
    write(writer, value) {
      textField(writer, 3, typeof value === 'string' ? value : '');
      numberField(writer, 2, typeof value === 'number' ? value : 0);
      numberField(writer, 1, typeof value === 'string' ? 1 : 0);
    },
    read: (bytes) => (Number(lastNumber(bytes, 1)) === 1 ? lastText(bytes, 3) : Number(lastNumber(bytes, 2)) | 0),
  },
  // Clients that are written in Go write these, and escape what HTML has its own use for.
  RawExtension: rawSpecial(goJson),
  FieldsV1: rawSpecial(rawText),
  JSON: rawSpecial(goJson),
  JSONSchemaPropsOrArray: {
    write: writeSchemas,
    read: (bytes, schemas) => unionOf(bytes, (part) => schemas.read(part)),
  },
  JSONSchemaPropsOrStringArray: {
    write(writer, value, schemas) {
      if (isArray(value)) writeEach(value, (item) => textField(writer, 2, String(item)));
      else writeSchemas(writer, value, schemas);
    },
    read: (bytes, schemas) =>
      unionOf(
        bytes,
        (part) => schemas.read(part),
        (part) => UTF8.decode(part),
      ),
  },
  JSONSchemaPropsOrBool: {
    write(writer, value, schemas) {
      if (isObject(value)) nested(writer, 2, () => schemas.write(writer, value));
      numberField(writer, 1, value === true || isObject(value) ? 1 : 0);
    },
    read(bytes, schemas) {
      const schema = lastBytes(bytes, 2);
      return schema === undefined ? Number(lastNumber(bytes, 1)) !== 0 : schemas.read(schema);
    },
  },
};

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const UTF8_OUT = new TextEncoder();

function timeSpecial(scalar: 'time' | 'microTime'): Special {
  return {
    write(writer, value) {
      if (typeof value !== 'string') return;
      const { seconds, nanos } = parseTime(value, scalar);
      numberField(writer, 2, scalar === 'time' ? 0 : nanos - (nanos % 1000));
      numberField(writer, 1, seconds);
    },
    read(bytes) {
      if (bytes.length === 0) return null;
      const nanos = scalar === 'time' ? 0 : Number(lastNumber(bytes, 2)) | 0;
      return formatTime({ seconds: Number(lastNumber(bytes, 1)), nanos }, scalar);
    },
  };
}

/** Raw JSON: its bytes in a message. */
function rawSpecial(text: (value: JsonValue) => string): Special {
  return {
    write(writer, value) {
      if (value === null) return;
      nested(writer, 1, () => writeBytes(writer, UTF8_OUT.encode(text(value))));
    },
    read(bytes) {
      const raw = lastBytes(bytes, 1);
      return raw === undefined || raw.length === 0 ? null : parseJson(raw).value;
    },
  };
}

function rawText(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch {
    return goJson(value);
  }
}

function readQuantity(text: string): string {
  try {
    return canonicalQuantity(text);
  } catch (error) {
    throw error instanceof QuantityError ? new DecodingError(error.message) : error;
  }
}

/** A schema as field 1, a list of them as field 2. */
function writeSchemas(writer: WireWriter, value: JsonValue, schemas: SchemaCodec): void {
  const write = (number: number, item: JsonValue): void => {
    if (isObject(item)) nested(writer, number, () => schemas.write(writer, item));
  };
  if (isArray(value)) writeEach(value, (item) => write(2, item));
  else write(1, value);
}

/** A list when field 2 is there, else the schema of field 1, else null. */
function unionOf(
  bytes: Uint8Array,
  schema: (part: Uint8Array) => JsonValue,
  item: (part: Uint8Array) => JsonValue = schema,
): JsonValue {
  const items: JsonValue[] = [];
  let single: JsonValue = null;
  eachField(bytes, (number, wire, reader) => {
    if (wire !== BYTES || number > 2) return skipField(reader, wire);
    const part = readBytes(reader);
    if (number === 2) items.push(item(part));
    else single = schema(part);
  });
  return items.length > 0 ? items : single;
}

function eachField(bytes: Uint8Array, visit: (number: number, wire: number, reader: WireReader) => void): void {
  const reader = wireReader(bytes);
  for (let tag = readTag(reader); tag !== undefined; tag = readTag(reader)) visit(tag.number, tag.wire, reader);
}

function lastNumber(bytes: Uint8Array, wanted: number): number | bigint {
  let found: number | bigint = 0;
  eachField(bytes, (number, wire, reader) => {
    if (number === wanted && wire === VARINT) found = readInt64(reader);
    else skipField(reader, wire);
  });
  return found;
}

function lastBytes(bytes: Uint8Array, wanted: number): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  eachField(bytes, (number, wire, reader) => {
    if (number === wanted && wire === BYTES) found = readBytes(reader);
    else skipField(reader, wire);
  });
  return found;
}

function lastText(bytes: Uint8Array, wanted: number): string {
  const found = lastBytes(bytes, wanted);
  return found === undefined ? '' : UTF8.decode(found);
}

/** From the last to the first, since the writer goes backwards. */
export function writeEach(items: JsonArray, write: (item: JsonValue) => void): void {
  for (let i = items.length - 1; i >= 0; i--) write(items[i] ?? null);
}
