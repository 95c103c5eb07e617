// How strategic merge patch treats each field: the merge key of a list, and whether a value is merged or replaced.

import { quote } from '../../go/text.ts';
import type { FieldType, ObjectType, ValueType } from '../../structure.ts';

/** A patch can't be made or applied. */
export class PatchError extends Error {}

/** The patch itself is malformed, which is the client's fault (400). */
export class PatchFormatError extends PatchError {}

export const BAD_PRIMITIVE_LIST = 'invalid patch format of primitive list';
export const BAD_RETAIN_KEYS = 'invalid patch format of retainKeys';
export const BAD_ORDER_LIST = 'invalid patch format of setElementOrder list';

export const DELETE_PREFIX = '$deleteFromPrimitiveList';
export const ORDER_PREFIX = '$setElementOrder';
export const RETAIN_KEYS = '$retainKeys';
export const DIRECTIVE = '$patch';

export interface FieldMeta {
  /** What the field holds; of a list, what its items are. */
  readonly type: ValueType;
  readonly strategy: 'merge' | 'replace' | undefined;
  readonly retainKeys: boolean;
  readonly mergeKey: string | undefined;
}

/** Types as the server knows them (Go's), or as its published document tells them to clients: errors differ. */
export type Source = 'go' | 'openapi';

/** A field that holds an object. Throws a PatchError when the type has none of that name. */
export function objectField(type: ValueType, key: string, source: Source): FieldMeta {
  const field = fieldOf(type, key, source);
  return metaOf(field, field.type());
}

/** A field that holds a list. */
export function listField(type: ValueType, key: string, source: Source): FieldMeta {
  const field = fieldOf(type, key, source);
  const list = field.type();
  if (list.kind !== 'list') throw new PatchError('expected slice or array type, but got: struct');
  if (list.items.kind === 'list') throw new PatchError('unexpected slice of slice');
  return metaOf(field, list.items);
}

function metaOf(field: FieldType, type: ValueType): FieldMeta {
  return {
    type,
    strategy: field.strategies.find((strategy) => strategy !== 'retainKeys'),
    retainKeys: field.strategies.includes('retainKeys'),
    mergeKey: field.mergeKey,
  };
}

function fieldOf(type: ValueType, key: string, source: Source): FieldType {
  if (source === 'openapi') return openApiField(type, key);
  if (type.kind === 'object') return goField(type, key);
  if (type.kind !== 'scalar' || type.scalar !== 'any') {
    throw new PatchError(`merging an object in json but data type is not struct, instead is: ${goKind(type)}`);
  }
  throw unknownGoField(type.goType?.split('.').at(-1) ?? 'RawExtension', key);
}

/** Go finds a field in spite of its case, when no other has exactly that name. */
function goField(type: ObjectType, key: string): FieldType {
  const lower = key.toLowerCase();
  const field = type.field.get(key) ?? type.fields.find(({ name }) => name.toLowerCase() === lower);
  if (field === undefined) throw unknownGoField(type.goName, key);
  return field;
}

function unknownGoField(name: string, key: string): PatchError {
  return new PatchError(`unable to find api field in struct ${name} for the json field ${quote(key)}`);
}

function openApiField(type: ValueType, key: string): FieldType {
  const field = type.kind === 'object' ? type.field.get(key) : undefined;
  if (field === undefined) throw new PatchError(`unable to find api field "${key}"`);
  return field;
}

/** What Go's reflection calls a type. */
export function goKind(type: ValueType): string {
  if (type.kind === 'list') return 'slice';
  if (type.kind === 'map') return 'map';
  if (type.kind !== 'scalar') return 'struct';
  return GO_KINDS[type.scalar] ?? 'struct';
}

const GO_KINDS: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: 'slice',
};
