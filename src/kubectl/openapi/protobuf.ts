// Definitions of an OpenAPI 2 document that comes as protobuf, in the messages of gnostic's OpenAPIv2.proto: a message is
// a table of fields. Paths are passed over: they are most of the document, and nobody asks about them here.

import { isArray, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import type { Bytes } from '../../../sandbox/machine/sys.ts';
import {
  readBytes,
  readTag,
  readText,
  skipField,
  type WireReader,
  wireReader,
} from '../../../sandbox/schema/protobuf/wire.ts';
import { parseYaml } from '../text/yaml.ts';

/** Reads the value of one field. */
type Read = (reader: WireReader) => JsonValue;

/** Fields by their numbers. What is `repeated` becomes a list. */
type Message = Readonly<Record<number, { readonly name: string; readonly read: Read; readonly repeated?: true }>>;

interface Entry {
  readonly name: string;
  readonly value: JsonValue;
}

/** What isn't known beforehand comes as YAML, in the second field of a message. */
const yaml: Read = (reader) => parseYaml(String(readEntry(reader, readText).value ?? ''));

const message =
  (of: () => Message): Read =>
  (reader) =>
    readMessage(reader, of());

/** A message around one thing. */
const inside =
  (read: Read): Read =>
  (reader) => {
    const inner = wireReader(readBytes(reader));
    const tag = readTag(inner);
    return tag?.number === 1 ? read(inner) : null;
  };

/** A list of names and values. */
const named =
  (read: Read): Read =>
  (reader) => {
    const inner = wireReader(readBytes(reader));
    const entries: (readonly [string, JsonValue])[] = [];
    for (let tag = readTag(inner); tag !== undefined; tag = readTag(inner)) {
      if (tag.number !== 1) skipField(inner, tag.wire);
      else {
        const { name, value } = readEntry(inner, read);
        entries.push([name, value]);
      }
    }
    return Object.fromEntries(entries);
  };

const schema = message(() => SCHEMA);

const SCHEMA: Message = {
  1: { name: '$ref', read: readText },
  2: { name: 'format', read: readText },
  4: { name: 'description', read: readText },
  5: { name: 'default', read: yaml },
  19: { name: 'required', read: readText, repeated: true },
  20: { name: 'enum', read: yaml, repeated: true },
  21: { name: 'additionalProperties', read: inside(schema) },
  22: { name: 'type', read: inside(readText) },
  23: { name: 'items', read: inside(schema) },
  24: { name: 'allOf', read: schema, repeated: true },
  25: { name: 'properties', read: named(schema) },
};
const EXTENSION = 31;

const DEFINITIONS = 9;

/** The document with nothing but its definitions. Throws when the bytes are none. */
export function decodeDefinitions(bytes: Bytes): JsonObject {
  const reader = wireReader(bytes);
  let definitions: JsonValue = {};
  for (let tag = readTag(reader); tag !== undefined; tag = readTag(reader)) {
    if (tag.number === DEFINITIONS) definitions = named(schema)(reader);
    else skipField(reader, tag.wire);
  }
  return { definitions };
}

function readMessage(reader: WireReader, fields: Message): JsonObject {
  const inner = wireReader(readBytes(reader));
  const found = new Map<string, JsonValue>();
  for (let tag = readTag(inner); tag !== undefined; tag = readTag(inner)) {
    const field = fields[tag.number];
    if (tag.number === EXTENSION) {
      const { name, value } = readEntry(inner, yaml);
      found.set(name, value);
    } else if (field === undefined) skipField(inner, tag.wire);
    else if (field.repeated) found.set(field.name, [...listAt(found, field.name), field.read(inner)]);
    else found.set(field.name, field.read(inner));
  }
  return Object.fromEntries(found);
}

function listAt(found: ReadonlyMap<string, JsonValue>, name: string): readonly JsonValue[] {
  const known = found.get(name);
  return isArray(known) ? known : [];
}

/** A name and what it stands for. */
function readEntry(reader: WireReader, read: Read): Entry {
  const inner = wireReader(readBytes(reader));
  let name = '';
  let value: JsonValue = null;
  for (let tag = readTag(inner); tag !== undefined; tag = readTag(inner)) {
    if (tag.number === 1) name = readText(inner);
    else if (tag.number === 2) value = read(inner);
    else skipField(inner, tag.wire);
  }
  return { name, value };
}
