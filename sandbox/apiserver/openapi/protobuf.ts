// The document of OpenAPI 2 as protobuf, in the messages of gnostic's OpenAPIv2.proto: older clients ask for it so. A
// message is a table of fields; what begins with `x-` is an extension, and is written as YAML.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../kube/json.ts';
import {
  nested,
  numberField,
  textField,
  type WireWriter,
  wireWriter,
  writtenBytes,
} from '../../schema/protobuf/wire.ts';

/** Writes one field's value. */
type Write = (writer: WireWriter, field: number, value: JsonValue) => void;

interface Message {
  readonly fields: Readonly<Record<string, readonly [field: number, write: Write]>>;
  /** Where extensions go. */
  readonly extensions: number;
}

const text: Write = (writer, field, value) => {
  if (typeof value === 'string') textField(writer, field, value);
};

const truth: Write = (writer, field, value) => {
  if (value === true) numberField(writer, field, 1);
};

/** Writers put the last thing first: lists are gone through from their ends. */
function backwards<T>(list: readonly T[]): readonly T[] {
  return [...list].reverse();
}

const each =
  (write: Write): Write =>
  (writer, field, value) => {
    if (isArray(value)) for (const one of backwards(value)) write(writer, field, one);
  };

const yaml: Write = (writer, field, value) => nested(writer, field, () => textField(writer, 2, JSON.stringify(value)));

const message =
  (of: () => Message): Write =>
  (writer, field, value) => {
    if (isObject(value)) nested(writer, field, () => writeFields(writer, value, of()));
  };

/** A map as a message with a list of names and values. */
const named =
  (entries: number, of: () => Message): Write =>
  (writer, field, value) => {
    if (!isObject(value)) return;
    nested(writer, field, () => {
      for (const [name, one = null] of backwards(Object.entries(value)))
        nested(writer, entries, () => {
          message(of)(writer, 2, one);
          textField(writer, 1, name);
        });
    });
  };

/** Something wrapped in messages of one field each. */
const inside =
  (wrappers: readonly number[], write: Write): Write =>
  (writer, field, value) => {
    const [first, ...rest] = wrappers;
    if (first === undefined) write(writer, field, value);
    else nested(writer, field, () => inside(rest, write)(writer, first, value));
  };

const schema = (): Message => SCHEMA;

const SCHEMA: Message = {
  fields: {
    $ref: [1, text],
    format: [2, text],
    description: [4, text],
    default: [5, yaml],
    required: [19, each(text)],
    enum: [20, each(yaml)],
    additionalProperties: [21, inside([1], message(schema))],
    type: [22, inside([1], text)],
    items: [23, inside([1], message(schema))],
    allOf: [24, each(message(schema))],
    properties: [25, named(1, schema)],
  },
  extensions: 31,
};

const PARAMETER: Message = {
  fields: {
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [6, text],
    uniqueItems: [20, truth],
  },
  extensions: 23,
};

/** A parameter of the query, in the messages that tell kinds of parameters apart. */
const parameter: Write = inside(
  [1, 2, 3],
  message(() => PARAMETER),
);

const OPERATION: Message = {
  fields: { description: [3, text], operationId: [5, text], parameters: [8, each(parameter)] },
  extensions: 13,
};

const operation = message(() => OPERATION);

const PATH: Message = {
  fields: {
    get: [2, operation],
    put: [3, operation],
    post: [4, operation],
    delete: [5, operation],
    patch: [8, operation],
    parameters: [9, each(parameter)],
  },
  extensions: 10,
};

const INFO: Message = { fields: { title: [1, text], version: [2, text] }, extensions: 7 };

const DOCUMENT: Message = {
  fields: {
    swagger: [1, text],
    info: [2, message(() => INFO)],
    paths: [8, named(2, () => PATH)],
    definitions: [9, named(1, schema)],
  },
  extensions: 16,
};

/** The bytes of a document of OpenAPI 2. */
export function encodeOpenApiV2(document: JsonObject): Uint8Array {
  const writer = wireWriter();
  writeFields(writer, document, DOCUMENT);
  return writtenBytes(writer);
}

function writeFields(writer: WireWriter, object: JsonObject, { fields, extensions }: Message): void {
  for (const [name, value] of backwards(Object.entries(object))) {
    if (value === undefined) continue;
    if (name.startsWith('x-'))
      nested(writer, extensions, () => {
        yaml(writer, 2, value);
        textField(writer, 1, name);
      });
    else if (Object.hasOwn(fields, name)) {
      const [field, write] = fields[name] ?? [0, text];
      write(writer, field, value);
    }
  }
}
