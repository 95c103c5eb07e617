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
  (entries: number, write: Write): Write =>
  (writer, field, value) => {
    if (!isObject(value)) return;
    nested(writer, field, () => {
      for (const [name, one = null] of backwards(Object.entries(value)))
        nested(writer, entries, () => {
          write(writer, 2, one);
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
    properties: [25, named(1, message(schema))],
  },
  extensions: 31,
};

const PATH_PARAMETER: Message = {
  fields: {
    required: [1, truth],
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [5, text],
    uniqueItems: [19, truth],
  },
  extensions: 22,
};

const QUERY_PARAMETER: Message = {
  fields: {
    required: [1, truth],
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [6, text],
    uniqueItems: [20, truth],
  },
  extensions: 23,
};

const BODY_PARAMETER: Message = {
  fields: {
    description: [1, text],
    name: [2, text],
    in: [3, text],
    required: [4, truth],
    schema: [5, message(schema)],
  },
  extensions: 6,
};

/** In the messages that tell kinds of parameters apart. */
const PARAMETERS_IN: Readonly<Record<string, Write>> = {
  body: inside(
    [1],
    message(() => BODY_PARAMETER),
  ),
  path: inside(
    [2, 4],
    message(() => PATH_PARAMETER),
  ),
  query: inside(
    [2, 3],
    message(() => QUERY_PARAMETER),
  ),
};

/** A parameter that is said here. */
const said: Write = (writer, field, value) => {
  const where = isObject(value) ? value['in'] : undefined;
  if (typeof where === 'string' && Object.hasOwn(PARAMETERS_IN, where)) PARAMETERS_IN[where]?.(writer, field, value);
};

const REFERENCE: Message = { fields: { $ref: [1, text] }, extensions: 0 };

const pointed = message(() => REFERENCE);

/** A parameter, or where it is said. */
const parameter: Write = (writer, field, value) => {
  if (isObject(value) && value['$ref'] !== undefined) inside([2], pointed)(writer, field, value);
  else inside([1], said)(writer, field, value);
};

const RESPONSE: Message = {
  fields: { description: [1, text], schema: [2, inside([1], message(schema))] },
  extensions: 5,
};

const OPERATION: Message = {
  fields: {
    tags: [1, each(text)],
    description: [3, text],
    operationId: [5, text],
    produces: [6, each(text)],
    consumes: [7, each(text)],
    parameters: [8, each(parameter)],
    responses: [
      9,
      named(
        1,
        inside(
          [1],
          message(() => RESPONSE),
        ),
      ),
    ],
    schemes: [10, each(text)],
  },
  extensions: 13,
};

const operation = message(() => OPERATION);

const PATH: Message = {
  fields: {
    get: [2, operation],
    put: [3, operation],
    post: [4, operation],
    delete: [5, operation],
    options: [6, operation],
    head: [7, operation],
    patch: [8, operation],
    parameters: [9, each(parameter)],
  },
  extensions: 10,
};

const INFO: Message = { fields: { title: [1, text], version: [2, text] }, extensions: 7 };

const KEY: Message = {
  fields: { type: [1, text], name: [2, text], in: [3, text], description: [4, text] },
  extensions: 5,
};

const DOCUMENT: Message = {
  fields: {
    swagger: [1, text],
    info: [2, message(() => INFO)],
    paths: [
      8,
      named(
        2,
        message(() => PATH),
      ),
    ],
    definitions: [9, named(1, message(schema))],
    parameters: [10, named(1, said)],
    security: [12, each(named(1, inside([1], each(text))))],
    securityDefinitions: [
      13,
      named(
        1,
        inside(
          [2],
          message(() => KEY),
        ),
      ),
    ],
  },
  extensions: 16,
};

/** The bytes of a document of OpenAPI 2. */
export function encodeOpenApiV2(document: JsonObject): Uint8Array {
  const writer = wireWriter();
  writeFields(writer, document, DOCUMENT);
  return writtenBytes(writer);
}

/** In the order of their numbers; extensions, whose number is the highest, in their own. */
function writeFields(writer: WireWriter, object: JsonObject, { fields, extensions }: Message): void {
  const found = Object.entries(object).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (name.startsWith('x-')) return [{ field: extensions, write: extension(name), value }];
    const [field, write] = Object.hasOwn(fields, name) ? (fields[name] ?? []) : [];
    return field === undefined || write === undefined ? [] : [{ field, write, value }];
  });
  for (const { field, write, value } of backwards(found.sort((a, b) => a.field - b.field))) write(writer, field, value);
}

const extension =
  (name: string): Write =>
  (writer, field, value) =>
    nested(writer, field, () => {
      yaml(writer, 2, value);
      textField(writer, 1, name);
    });
