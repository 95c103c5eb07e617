// What the type checker and the estimates of costs know of a schema: the types of its values, how many elements or
// characters they have at most, and how few bytes of JSON they take.

import { BASE_TYPES } from '../../../kube/cel/basetypes.ts';
import type { ObjectTypes } from '../../../kube/cel/environment.ts';
import { escapeName, isReserved } from '../../../kube/cel/escape.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  object,
  STRING,
  TIMESTAMP,
  type Type,
} from '../../../kube/cel/types.ts';
import { byteLength } from '../../../kube/go/text.ts';
import {
  additionalOf,
  isEmbedded,
  isIntOrString,
  numberAt,
  propertiesOf,
  type Schema,
  schemaAt,
  textAt,
  textsAt,
} from '../jsonschema.ts';

export interface Declared {
  readonly type: Type;
  /** Of strings, lists and maps; 0 where values have no size. */
  readonly maxElements: number;
  readonly minBytes: number;
  /** Of objects, by their escaped names. */
  readonly fields?: ReadonlyMap<string, Declared>;
  /** Of lists and maps. */
  readonly element?: Declared;
}

/** The largest request that a server takes, about. */
export const REQUEST_BYTES_MAX = 3 * 1024 * 1024;

const TEXT_MAX = REQUEST_BYTES_MAX - 2;
const TEXT: Declared = { type: STRING, maxElements: TEXT_MAX, minBytes: 2 };
const NAMED: Schema = { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } };

/** Objects at the root, and embedded ones, always have their type and name. */
export function withTypeAndName(schema: Schema): Schema {
  const properties = { ...schemaAt(schema, 'properties') };
  return {
    ...schema,
    properties: { ...properties, kind: { type: 'string' }, apiVersion: { type: 'string' }, metadata: NAMED },
  };
}

/** undefined: expressions don't see such values. Types of objects are named by the way to them, from `name` on. */
export function declaredOf(schema: Schema, isRoot: boolean, name: string): Declared | undefined {
  const maxLength = numberAt(schema, 'maxLength');
  if (isIntOrString(schema)) {
    return { type: DYN, maxElements: maxLength === undefined ? TEXT_MAX : 4 * atLeastZero(maxLength), minBytes: 1 };
  }
  return MAKERS[textAt(schema, 'type')]?.(isRoot ? withTypeAndName(schema) : schema, name);
}

type Maker = (schema: Schema, name: string) => Declared | undefined;

const MAKERS: Readonly<Record<string, Maker>> = {
  array: declaredList,
  object: (schema, name) =>
    typeof additionalOf(schema) === 'object' ? declaredMap(schema, name) : fielded(schema, name),
  string: declaredText,
  boolean: () => ({ type: BOOL, maxElements: 0, minBytes: 4 }),
  number: () => ({ type: DOUBLE, maxElements: 0, minBytes: 1 }),
  integer: () => ({ type: INT, maxElements: 0, minBytes: 1 }),
};

function declaredList(schema: Schema, name: string): Declared | undefined {
  const items = schemaAt(schema, 'items');
  const element = items === undefined ? undefined : declaredOf(items, isEmbedded(items), `${name}.@idx`);
  if (element === undefined) return undefined;
  const max = numberAt(schema, 'maxItems');
  const fitting = Math.trunc((REQUEST_BYTES_MAX - 2) / (element.minBytes + 1));
  return {
    type: listOf(element.type),
    maxElements: max === undefined ? fitting : atLeastZero(max),
    minBytes: 2,
    element,
  };
}

function declaredMap(schema: Schema, name: string): Declared | undefined {
  const values = additionalOf(schema);
  if (typeof values !== 'object') return undefined;
  const element = declaredOf(values, isEmbedded(values), `${name}.@elem`);
  if (element === undefined) return undefined;
  const max = numberAt(schema, 'maxProperties');
  const fitting = Math.trunc((REQUEST_BYTES_MAX - 2) / (element.minBytes + 6));
  const maxElements = max === undefined ? fitting : atLeastZero(max);
  return { type: mapOf(STRING, element.type), maxElements, minBytes: 2, element };
}

function fielded(schema: Schema, name: string): Declared {
  const required = textsAt(schema, 'required');
  const fields = new Map<string, Declared>();
  let minBytes = 2;
  for (const [property, each] of propertiesOf(schema)) {
    const escaped = escapeName(property);
    const field = declaredOf(each, isEmbedded(each), `${name}.${escaped ?? property}`);
    if (field === undefined) continue;
    if (escaped !== undefined) fields.set(escaped, field);
    const isThere = required.includes(property) && (each['default'] ?? null) === null;
    if (isThere) minBytes += byteLength(property) + field.minBytes + 4;
  }
  return { type: object(name), maxElements: 0, minBytes, fields };
}

const FORMATS: Readonly<Record<string, Declared>> = {
  duration: { type: DURATION, maxElements: 32, minBytes: 3 },
  date: { type: TIMESTAMP, maxElements: 12, minBytes: 12 },
  'date-time': { type: TIMESTAMP, maxElements: 32, minBytes: 21 },
};

function declaredText(schema: Schema): Declared {
  const format = textAt(schema, 'format');
  const max = numberAt(schema, 'maxLength');
  if (format === 'byte') return { ...TEXT, type: BYTES, maxElements: max === undefined ? TEXT_MAX : atLeastZero(max) };
  const known = FORMATS[format];
  if (known !== undefined) return known;
  // A character may take four bytes.
  if (max !== undefined) return { ...TEXT, maxElements: 4 * atLeastZero(max) };
  const choices = textsAt(schema, 'enum');
  return choices.length === 0 ? TEXT : { ...TEXT, maxElements: Math.max(...choices.map(byteLength)) };
}

function atLeastZero(n: number): number {
  return Math.max(0, n);
}

/** The types of objects within a declaration, beside those that every environment knows. */
export function typesWithin(declared: readonly Declared[]): ObjectTypes {
  const objects = new Map<string, Declared>();
  for (const each of declared) collect(each, objects);
  return {
    ...BASE_TYPES,
    named: (name) => objects.get(name)?.type ?? BASE_TYPES.named(name),
    field: (name, field) => {
      const found = objects.get(name);
      if (found === undefined) return BASE_TYPES.field(name, field);
      return (found.fields?.get(field) ?? (isReserved(field) ? found.fields?.get(`__${field}__`) : undefined))?.type;
    },
  };
}

function collect(declared: Declared, objects: Map<string, Declared>): void {
  const { type, fields, element } = declared;
  if (fields !== undefined) {
    objects.set(type.name, declared);
    for (const field of fields.values()) collect(field, objects);
  }
  if (element !== undefined) collect(element, objects);
}

/** What lies at the end of a way from the declared value on: `spec`, `containers`, `@items`; undefined: nobody knows. */
export function declaredAt(declared: Declared, steps: readonly string[]): Declared | undefined {
  let found: Declared | undefined = declared;
  for (const step of steps) {
    if (found === undefined) return undefined;
    if (step === '@items' || step === '@values') found = found.element;
    else if (step === '@keys') found = found.element === undefined || isList(found) ? undefined : KEY;
    else found = found.fields?.get(step);
  }
  return found;
}

const KEY: Declared = { type: STRING, maxElements: 0, minBytes: 2 };

function isList({ type }: Declared): boolean {
  return type.kind === 'list';
}
