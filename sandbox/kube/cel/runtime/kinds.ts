// The types that values have at run time.

import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  ERROR,
  INT,
  listOf,
  mapOf,
  NULL,
  OPTIONAL_NAME,
  opaque,
  STRING,
  TIMESTAMP,
  TYPE,
  type Type,
  UINT,
} from '../types.ts';
import { isTaggedAs, kindOf, type Result, type Value, type ValueKind } from '../values.ts';

export const ANY_LIST = listOf(DYN);
export const ANY_MAP = mapOf(DYN, DYN);
const ANY_OPTIONAL = opaque(OPTIONAL_NAME);

const TYPES: Readonly<Record<Exclude<ValueKind, 'extension'>, Type>> = {
  null: NULL,
  bool: BOOL,
  int: INT,
  string: STRING,
  list: ANY_LIST,
  failure: ERROR,
  double: DOUBLE,
  uint: UINT,
  bytes: BYTES,
  timestamp: TIMESTAMP,
  duration: DURATION,
  type: TYPE,
  optional: ANY_OPTIONAL,
  map: ANY_MAP,
};

export function typeOfValue(value: Result): Type {
  if (isTaggedAs(value, 'extension')) return value.type;
  const kind = kindOf(value);
  return kind === 'extension' ? ERROR : TYPES[kind];
}

/** `int`, `google.protobuf.Timestamp`, `kubernetes.Quantity`. */
export function typeNameOf(value: Result): string {
  return typeOfValue(value).name;
}

/** Go's names of the types of values, which some errors show. */
export function goTypeName(value: Value): string {
  if (isTaggedAs(value, 'extension')) return GO_EXTENSIONS[value.type.name] ?? value.type.name;
  const kind = kindOf(value);
  return kind === 'extension' || kind === 'failure' ? '' : GO_TYPES[kind];
}

const GO_TYPES: Readonly<Record<Exclude<ValueKind, 'extension' | 'failure'>, string>> = {
  null: 'types.Null',
  bool: 'types.Bool',
  int: 'types.Int',
  string: 'types.String',
  list: '*types.baseList',
  double: 'types.Double',
  uint: 'types.Uint',
  bytes: 'types.Bytes',
  timestamp: 'types.Timestamp',
  duration: 'types.Duration',
  type: '*types.Type',
  optional: '*types.Optional',
  map: '*types.baseMap',
};

const GO_EXTENSIONS: Readonly<Record<string, string>> = {
  'kubernetes.NamedFormat': 'cel.Format',
  'kubernetes.Quantity': 'cel.Quantity',
  'kubernetes.Semver': 'cel.Semver',
  'kubernetes.URL': 'cel.URL',
  'kubernetes.authorization.Authorizer': 'library.authorizerVal',
  'kubernetes.authorization.Decision': 'library.decisionVal',
  'kubernetes.authorization.GroupCheck': 'library.groupCheckVal',
  'kubernetes.authorization.PathCheck': 'library.pathCheckVal',
  'kubernetes.authorization.ResourceCheck': 'library.resourceCheckVal',
  'net.CIDR': 'cel.CIDR',
  'net.IP': 'cel.IP',
};

const UNHASHABLE: ReadonlySet<string> = new Set(['types.Bytes', 'cel.Semver', 'cel.Format']);

/** Whether Go's maps take it for a key. */
export function isHashable(value: Value): boolean {
  return !UNHASHABLE.has(goTypeName(value));
}
