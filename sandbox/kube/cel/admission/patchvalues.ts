// Changes to objects as expressions write them: `Object{spec: Object.spec{replicas: 3}}` and
// `JSONPatch{op: "add", path: "/a", value: 1}`. The types of objects are named by the way to them and know every field.

import { encodeBase64 } from '../../go/base64.ts';
import type { JsonValue } from '../../json.ts';
import type { ObjectTypes } from '../environment.ts';
import { isList, isMap, listItems, mapFind, mapKeys } from '../runtime/collections.ts';
import { equal } from '../runtime/equality.ts';
import { goTypeName } from '../runtime/kinds.ts';
import { formatSeconds, formatTimestamp } from '../runtime/times.ts';
import { DYN, object, STRING, type Type } from '../types.ts';
import {
  doubleOf,
  type Extension,
  type Failure,
  failure,
  isFailure,
  isInt,
  isTaggedAs,
  KIND,
  type Result,
  type Value,
} from '../values.ts';

export const OBJECT_TYPE = object('Object');
export const PATCH_TYPE = object('JSONPatch');

const PATCH_FIELDS: Readonly<Record<string, Type>> = { op: STRING, path: STRING, from: STRING, value: DYN };

function isObjectName(name: string): boolean {
  return name === 'Object' || name.startsWith('Object.');
}

export const PATCH_TYPES: ObjectTypes = {
  named: (name) => (name === 'JSONPatch' || isObjectName(name) ? object(name) : undefined),
  field: (name, field) => {
    if (isObjectName(name)) return DYN;
    if (name !== 'JSONPatch') return 'unknown';
    return Object.hasOwn(PATCH_FIELDS, field) ? PATCH_FIELDS[field] : undefined;
  },
  isValue: () => false,
  make: (name, fields) => {
    if (isObjectName(name)) return made(object(name), fields);
    return name === 'JSONPatch' ? madePatch(fields) : undefined;
  },
};

/** A value that an expression made of fields. */
interface Made extends Extension {
  readonly made: ReadonlyMap<string, Value>;
}

function madeOf(value: Value): Made | undefined {
  return isTaggedAs(value, 'extension') && 'made' in value ? (value as Made) : undefined;
}

function made(type: Type, fields: ReadonlyMap<string, Value>): Made {
  return {
    [KIND]: 'extension',
    type,
    made: fields,
    isZero: fields.size === 0,
    fields: {
      get: (field) => fields.get(field) ?? failure(`no such key: ${field}`),
      has: (field) => fields.has(field),
    },
    equals: (other) => sameMade(type, fields, other),
  };
}

function sameMade(type: Type, fields: ReadonlyMap<string, Value>, other: Value): boolean | Failure {
  const theirs = madeOf(other);
  if (theirs === undefined || theirs.type.name !== type.name || theirs.made.size !== fields.size) return false;
  for (const [name, value] of fields) {
    const counterpart = theirs.made.get(name);
    const same = counterpart === undefined ? false : equal(value, counterpart);
    if (same !== true) return same;
  }
  return true;
}

function madePatch(fields: ReadonlyMap<string, Value>): Result {
  for (const name of ['op', 'path', 'from']) {
    const value = fields.get(name);
    if (value !== undefined && typeof value !== 'string') {
      return failure(`unexpected type ${goTypeName(value)} for JSONPatchType '${name}' field`);
    }
  }
  return made(PATCH_TYPE, fields);
}

/** An operation of a JSON patch. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: JsonValue;
}

/** A value can't be turned into what it should be. */
export class Unusable {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** The operations of an evaluated list of them. Throws Unusable. */
export function patchOperations(list: Value): readonly PatchOperation[] {
  return listItems(list).map((item) => {
    const patch = isFailure(item) ? undefined : madeOf(item);
    if (patch === undefined) throw new Unusable('type mismatch: JSONPatchType.expression should evaluate to array');
    const text = (name: string): string => {
      const value = patch.made.get(name);
      return typeof value === 'string' ? value : '';
    };
    const from = text('from');
    const value = patch.made.get('value');
    return {
      op: text('op'),
      path: text('path'),
      ...(from === '' ? {} : { from }),
      ...(value === undefined ? {} : { value: objectJson(value) }),
    };
  });
}

/** The JSON of a change that an expression made. Throws Unusable where names of types don't match those of fields. */
export function objectJson(value: Value): JsonValue {
  const object = madeOf(value);
  const problems = object === undefined ? [] : [...namesErrors(object, object.type.name)];
  if (problems.length > 0) throw new Unusable(`type mismatch: ${problems.join('\n')}`);
  return plainJson(value);
}

function* namesErrors(value: Value, path: string): Iterable<string> {
  const object = madeOf(value);
  if (object !== undefined) {
    if (object.type.name !== path) {
      yield `unexpected type name "${object.type.name}", expected "${path}", which matches field name path from root Object type`;
    }
    for (const [name, field] of object.made) yield* namesErrors(field, `${path}.${name}`);
  } else if (isList(value)) {
    for (const item of listItems(value)) if (!isFailure(item)) yield* namesErrors(item, path);
  } else if (isMap(value)) {
    for (const key of mapKeys(value)) {
      const member = mapFind(value, key);
      if (member !== undefined && !isFailure(member)) yield* namesErrors(member, path);
    }
  }
}

function plainJson(value: Result): JsonValue {
  if (isFailure(value)) throw new Unusable(value.message);
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || isInt(value)) return value;
  const object = madeOf(value);
  if (object !== undefined) return members(object.made);
  const real = doubleOf(value);
  if (real !== undefined) return real;
  if (isTaggedAs(value, 'uint')) return value.value;
  if (isTaggedAs(value, 'bytes')) return encodeBase64(value.bytes);
  if (isTaggedAs(value, 'timestamp')) return formatTimestamp(value);
  if (isTaggedAs(value, 'duration')) return formatSeconds(value);
  if (isTaggedAs(value, 'optional')) return value.value === undefined ? null : plainJson(value.value);
  if (isList(value)) return listItems(value).map(plainJson);
  if (isMap(value)) return members(mapKeys(value).map((key) => [textKey(key), mapFind(value, key) ?? null] as const));
  const native = isTaggedAs(value, 'extension') ? value.native?.() : undefined;
  if (native !== undefined) return plainJson(native);
  throw new Unusable(`unsupported conversion of ${goTypeName(value)} to JSON`);
}

function textKey(key: Value): string {
  if (typeof key === 'string') return key;
  throw new Unusable(`map key "${String(key)}" is of type ${goTypeName(key)}, not string`);
}

function members(entries: Iterable<readonly [string, Result]>): JsonValue {
  return Object.fromEntries([...entries].map(([name, value]) => [name, plainJson(value)]));
}
