// Values as expressions see them. JSON is already in this form, so that objects of the API are looked into where they lie:
// a whole number is an int (a bigint beyond 2^53), a number with a fraction a double, an array a list, an object a map.
// All else carries a mark which JSON can't hold, because it is a symbol.

import type { JsonObject } from '../json.ts';
import type { Type } from './types.ts';

export const KIND: unique symbol = Symbol('kind of value');

/** A double without a fraction; all other doubles are plain numbers. */
export interface Double {
  readonly [KIND]: 'double';
  readonly value: number;
}

export interface Uint {
  readonly [KIND]: 'uint';
  readonly value: bigint;
}

export interface Bytes {
  readonly [KIND]: 'bytes';
  readonly bytes: Uint8Array;
}

/** A point in time, in nanoseconds since 1970. */
export interface Timestamp {
  readonly [KIND]: 'timestamp';
  readonly nanos: bigint;
  /** East of UTC, as its text said: it is written so again. */
  readonly offsetSeconds: number;
}

export interface Duration {
  readonly [KIND]: 'duration';
  readonly nanos: bigint;
}

export interface TypeValue {
  readonly [KIND]: 'type';
  readonly type: Type;
}

export interface Optional {
  readonly [KIND]: 'optional';
  /** Absent: optional.none(). A failure where the server can't take out of an optional what was put in. */
  readonly value?: Result;
}

/** A map that an expression made: its keys need not be strings. */
export interface MapValue {
  readonly [KIND]: 'map';
  /** By `mapKey` of the key. */
  readonly entries: ReadonlyMap<string, readonly [Value, Value]>;
}

/** A value that tells of itself how it is used: objects with a schema, messages, quantities, addresses, the authorizer. */
export interface Extension {
  readonly [KIND]: 'extension';
  readonly type: Type;
  equals(other: Value): boolean | Failure;
  /** It acts as a list. */
  readonly list?: ListBehaviour;
  /** It acts as a map. */
  readonly map?: MapBehaviour;
  /** It has fields, but isn't a map. */
  readonly fields?: FieldsBehaviour;
  /** What its size counts as in costs; 1 without. */
  readonly size?: number;
  readonly isZero?: boolean;
  /** What the server makes of it when it goes through an optional: JSON without its schema, or a failure. */
  native?(): Result;
  /** Of a format: how long a pattern may be that checks it; it determines what checking costs. */
  readonly patternSize?: number;
}

interface ListBehaviour {
  size(): number;
  at(index: number): Result;
  concat(other: Value): Result;
}

interface MapBehaviour {
  size(): number;
  /** undefined: there is no such key. */
  find(key: Value): Result | undefined;
  keys(): readonly Value[];
}

interface FieldsBehaviour {
  get(field: string): Result;
  has(field: string): boolean | Failure;
}

export type Tagged = Double | Uint | Bytes | Timestamp | Duration | TypeValue | Optional | MapValue | Extension;

export type Value = null | boolean | number | bigint | string | readonly Value[] | JsonObject | Tagged;

/** An error as an outcome: `&&`, `||` and macros may absorb it. */
export interface Failure {
  readonly [KIND]: 'failure';
  readonly message: string;
}

export type Result = Value | Failure;

export type ValueKind = 'null' | 'bool' | 'int' | 'string' | 'list' | 'failure' | Tagged[typeof KIND];

export function kindOf(value: Result): ValueKind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'double';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    default:
      if (value === null) return 'null';
      if (isPlainList(value)) return 'list';
      return isTagged(value) ? value[KIND] : 'map';
  }
}

export function isPlainList(value: Result): value is readonly Value[] {
  return Array.isArray(value);
}

function isTagged(value: JsonObject | Tagged | Failure): value is Tagged | Failure {
  return KIND in value;
}

/** A JSON object, as opposed to everything that carries a mark. */
export function isPlainMap(value: Result): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(KIND in value);
}

export function isTaggedAs<K extends (Tagged | Failure)[typeof KIND]>(
  value: Result,
  kind: K,
): value is Extract<Tagged | Failure, { readonly [KIND]: K }> {
  return typeof value === 'object' && value !== null && KIND in value && value[KIND] === kind;
}

export function isFailure(value: Result | undefined): value is Failure {
  return typeof value === 'object' && value !== null && KIND in value && value[KIND] === 'failure';
}

export function failure(message: string): Failure {
  return { [KIND]: 'failure', message };
}

export const NO_SUCH_OVERLOAD = failure('no such overload');

// --- numbers

export function double(value: number): number | Double {
  return Number.isSafeInteger(value) ? { [KIND]: 'double', value } : value;
}

/** An int from a bigint within 64 bits. */
export function int(value: bigint): number | bigint {
  return value >= MIN_SAFE && value <= MAX_SAFE ? Number(value) : value;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const MIN_SAFE = BigInt(Number.MIN_SAFE_INTEGER);

export function uint(value: bigint): Uint {
  return { [KIND]: 'uint', value };
}

export function isInt(value: Result): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}

/** The number that a double holds; undefined when it isn't one. */
export function doubleOf(value: Result): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : value;
  return isTaggedAs(value, 'double') ? value.value : undefined;
}

// --- other makers

export function bytes(content: Uint8Array): Bytes {
  return { [KIND]: 'bytes', bytes: content };
}

export function timestamp(nanos: bigint, offsetSeconds = 0): Timestamp {
  return { [KIND]: 'timestamp', nanos, offsetSeconds };
}

export function duration(nanos: bigint): Duration {
  return { [KIND]: 'duration', nanos };
}

export function typeValue(type: Type): TypeValue {
  return { [KIND]: 'type', type };
}

export const NONE_VALUE: Optional = { [KIND]: 'optional' };

export function some(value: Result): Optional {
  return { [KIND]: 'optional', value };
}
