// Values of custom resources as expressions see them: with the types that their schema gives them. Maps and lists are
// looked into where they lie; sets and lists that are maps compare without regard to order.

import { escapeName, unescapeName } from '../../../kube/cel/escape.ts';
import { isList, isMap, listItems, listSize, mapFind, mapSize } from '../../../kube/cel/runtime/collections.ts';
import { equal } from '../../../kube/cel/runtime/equality.ts';
import { ANY_LIST, ANY_MAP } from '../../../kube/cel/runtime/kinds.ts';
import { parseDurationText, parseTimestamp } from '../../../kube/cel/runtime/times.ts';
import { ANY } from '../../../kube/cel/types.ts';
import {
  bytes,
  double,
  type Extension,
  type Failure,
  failure,
  isFailure,
  isPlainList,
  isPlainMap,
  isTaggedAs,
  KIND,
  NO_SUCH_OVERLOAD,
  type Result,
  type Value,
} from '../../../kube/cel/values.ts';
import { decodeBase64 } from '../../../kube/go/base64.ts';
import {
  isArray,
  isObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  own,
  sameJson,
} from '../../../kube/json.ts';
import {
  additionalOf,
  isEmbedded,
  isIntOrString,
  keepsUnknown,
  propertyOf,
  type Schema,
  schemaAt,
  textAt,
  textsAt,
} from '../jsonschema.ts';
import { withTypeAndName } from './declared.ts';

/** The value; a failure where it isn't as the schema says. */
export function schemaValue(schema: Schema, value: JsonValue): Result {
  if (value === null) {
    return schema['nullable'] === true ? null : failure('invalid data, got null for schema with nullable=false');
  }
  if (isIntOrString(schema)) return intOrString(value);
  const type = textAt(schema, 'type');
  const read = READERS[type];
  if (read !== undefined) return read(schema, value);
  if (keepsUnknown(schema)) return unknownValue(value);
  const kinds = 'object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or';
  return failure(`invalid type, expected ${kinds} x-kubernetes-preserve-unknown-fields is true, got ${type}`);
}

function intOrString(value: JsonValue): Result {
  const fits = typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value);
  return fits ? value : failure('invalid data, expected XIntOrString value to be either a string or integer');
}

type Reader = (schema: Schema, value: JsonValue) => Result;

const READERS: Readonly<Record<string, Reader>> = {
  object: (schema, value) =>
    isObject(value)
      ? mapValue(isEmbedded(schema) ? withTypeAndName(schema) : schema, value)
      : failure('invalid data, expected a map for the provided schema with type=object'),
  array: readList,
  string: readText,
  number: (_, value) => {
    if (typeof value === 'bigint') return double(Number(value));
    return typeof value === 'number' ? double(value) : failure(`invalid data, expected float, got ${goType(value)}`);
  },
  integer: (_, value) =>
    typeof value === 'bigint' || Number.isSafeInteger(value)
      ? value
      : failure(`invalid data, expected int, got ${goType(value)}`),
  boolean: (_, value) =>
    typeof value === 'boolean' ? value : failure(`invalid data, expected bool, got ${goType(value)}`),
};

function goType(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64';
  return { string: 'string', boolean: 'bool', bigint: 'int64', object: 'map[string]interface {}' }[
    typeof value as 'string'
  ];
}

function readText(schema: Schema, value: JsonValue): Result {
  if (typeof value !== 'string') return failure(`invalid data, expected string, got ${goType(value)}`);
  switch (textAt(schema, 'format')) {
    case 'duration':
      return parseDurationText(value) ?? failure(`Invalid duration ${value}: unable to parse "${value}" as duration`);
    case 'date':
      return parseTimestamp(`${value}T00:00:00Z`) ?? failure(`Invalid date formatted string ${value}: parsing time`);
    case 'date-time':
      return parseTimestamp(value) ?? failure(`Invalid date-time formatted string ${value}: parsing time`);
    case 'byte':
      return bytes(decodeBase64(value) ?? new Uint8Array());
    default:
      return value;
  }
}

/** It can be compared, and nothing else. */
function unknownValue(value: JsonValue): Extension {
  return {
    [KIND]: 'extension',
    type: ANY,
    equals: (other) => {
      const json = plainOf(other);
      return json !== undefined && sameJson(value, json);
    },
    native: () => value,
  };
}

/** The JSON that a value was made of; undefined for values that no JSON makes. */
function plainOf(value: Value): JsonValue | undefined {
  if (value === null || typeof value !== 'object') return value;
  if (isPlainMap(value)) return value;
  if (isTaggedAs(value, 'double')) return value.value;
  if (isTaggedAs(value, 'extension')) {
    const native = value.native?.();
    return native === undefined || isFailure(native) ? undefined : plainOf(native);
  }
  if (!isPlainList(value)) return undefined;
  const items = value.map(plainOf);
  return items.every((item) => item !== undefined) ? items : undefined;
}

// --- maps

interface SchemaMap extends Extension {
  readonly json: JsonObject;
}

function isSchemaMap(value: Value): value is SchemaMap {
  return isTaggedAs(value, 'extension') && 'json' in value;
}

/** An object with fields, or a map of values that are alike. What the schema doesn't know can't be seen. */
function mapValue(schema: Schema, json: JsonObject): SchemaMap {
  const fielded = schemaAt(schema, 'properties') !== undefined;
  const additional = additionalOf(schema);
  const others = typeof additional === 'object' && !fielded ? additional : undefined;
  const schemaOf = (key: string): Schema | undefined => (fielded ? propertyOf(schema, key) : others);
  const find = (name: string): Result | undefined => {
    const key = fielded ? unescapeName(name) : name;
    const value = key === undefined ? undefined : own(json, key);
    if (key === undefined || value === undefined || (fielded && value === null)) return undefined;
    const known = schemaOf(key);
    return known === undefined ? undefined : schemaValue(known, value);
  };
  const names = Object.keys(json).filter((key) => json[key] !== undefined);
  const map = {
    size: () => names.length,
    find: (key: Value) => (typeof key === 'string' ? find(key) : NO_SUCH_OVERLOAD),
    keys: () =>
      names.filter((key) => schemaOf(key) !== undefined).map((key) => (fielded ? (escapeName(key) ?? key) : key)),
  };
  const equals = (other: Value): boolean | Failure => {
    if (!isMap(other)) return NO_SUCH_OVERLOAD;
    if (names.length !== mapSize(other)) return false;
    for (const key of names) {
      const same = schemaOf(key) === undefined ? sameUnknown(json, other, key) : sameKnown(find(key), other, key);
      if (same !== true) return same;
    }
    return true;
  };
  return { [KIND]: 'extension', type: ANY_MAP, map, equals, native: () => json, json };
}

function sameKnown(mine: Result | undefined, other: Value, key: string): boolean | Failure {
  const theirs = mapFind(other, key);
  if (mine === undefined || theirs === undefined) return mine === theirs;
  if (isFailure(mine)) return mine;
  return isFailure(theirs) ? theirs : equal(mine, theirs);
}

function sameUnknown(json: JsonObject, other: Value, key: string): boolean | Failure {
  if (!isSchemaMap(other)) return NO_SUCH_OVERLOAD;
  const theirs = own(other.json, key);
  return theirs === undefined || sameJson(own(json, key), theirs);
}

// --- lists

function readList(schema: Schema, value: JsonValue): Result {
  if (!isArray(value)) return failure('invalid data, expected an array for the provided schema with type=array');
  const items = schemaAt(schema, 'items');
  if (items === undefined) return failure('invalid array type, expected Items with a non-empty Schema');
  return listValue(
    { schema, items, type: textAt(schema, 'x-kubernetes-list-type') },
    value.map((item) => schemaValue(items, item)),
    value,
  );
}

interface ListSchema {
  readonly schema: Schema;
  readonly items: Schema;
  readonly type: string;
}

/** `json` is absent of lists that hold what no JSON makes. */
function listValue(of: ListSchema, items: readonly Result[], json: JsonArray | undefined): Extension {
  const list = {
    size: () => items.length,
    at: (index: number) => items[index] ?? failure(`index out of bounds: ${index}`),
    concat: (other: Value) => (isList(other) ? joined(of, items, listItems(other)) : NO_SUCH_OVERLOAD),
  };
  const equals = (other: Value): boolean | Failure => {
    if (!isList(other)) return NO_SUCH_OVERLOAD;
    if (listSize(other) !== items.length) return false;
    return sameLists(of, items, listItems(other));
  };
  return { [KIND]: 'extension', type: ANY_LIST, list, equals, native: () => json ?? NO_SUCH_OVERLOAD };
}

function sameLists(of: ListSchema, mine: readonly Result[], theirs: readonly Result[]): boolean | Failure {
  if (of.type === 'set') {
    const known = new Set(mine.map(identity));
    return theirs.every((item) => known.has(identity(item)));
  }
  const byKey = of.type === 'map' ? new Map(mine.map((item) => [mapKeyOf(of, item), item])) : undefined;
  for (const [i, item] of theirs.entries()) {
    const counterpart = byKey === undefined ? mine[i] : byKey.get(mapKeyOf(of, item));
    if (counterpart === undefined) return false;
    if (isFailure(counterpart)) return counterpart;
    if (isFailure(item)) return item;
    const same = equal(counterpart, item);
    if (same !== true) return same;
  }
  return true;
}

/** Of sets the union, of lists that are maps a merge; the order of what was there stays. */
function joined(of: ListSchema, mine: readonly Result[], theirs: readonly Result[]): Result {
  const keyOf = KEYS[of.type];
  const typed = theirs.map((item) => retyped(of.items, item));
  const all = keyOf === undefined ? [...mine, ...typed] : [...byKeys(of, keyOf, [...mine, ...typed]).values()];
  const json = all.map((item) => (isFailure(item) ? undefined : plainOf(item)));
  return listValue(of, all, json.every((item) => item !== undefined) ? json : undefined);
}

type KeyOf = (of: ListSchema, item: Result) => string;

const KEYS: Readonly<Record<string, KeyOf>> = { set: (_, item) => identity(item), map: mapKeyOf };

function byKeys(of: ListSchema, keyOf: KeyOf, items: readonly Result[]): ReadonlyMap<string, Result> {
  const found = new Map<string, Result>();
  for (const item of items) {
    const key = keyOf(of, item);
    if (of.type === 'map' || !found.has(key)) found.set(key, item);
  }
  return found;
}

/** What comes from elsewhere is seen as an item of this list. */
function retyped(schema: Schema, item: Result): Result {
  if (isFailure(item)) return item;
  const json = plainOf(item);
  return json === undefined ? item : schemaValue(schema, json);
}

function identity(item: Result): string {
  const json = isFailure(item) ? undefined : plainOf(item);
  return json === undefined ? '' : textOf(json);
}

function mapKeyOf({ schema }: ListSchema, item: Result): string {
  const json = isFailure(item) ? undefined : plainOf(item);
  const keys = textsAt(schema, 'x-kubernetes-list-map-keys');
  return textOf(keys.map((key) => (isObject(json) ? (own(json, key) ?? null) : null)));
}

function textOf(json: JsonValue): string {
  return JSON.stringify(json, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
