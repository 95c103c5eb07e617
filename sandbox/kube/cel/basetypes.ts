// The types that every environment knows by name.

import type { ObjectTypes } from './environment.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  mapOf,
  NULL,
  OPTIONAL_NAME,
  opaque,
  parameter,
  STRING,
  TIMESTAMP,
  TYPE,
  type Type,
  UINT,
  wellKnownType,
} from './types.ts';

/** Names that stand for a type wherever a value may stand. */
const VALUES: ReadonlyMap<string, Type> = new Map([
  ['bool', BOOL],
  ['bytes', BYTES],
  ['double', DOUBLE],
  ['google.protobuf.Duration', DURATION],
  ['int', INT],
  ['list', listOf(parameter('A'))],
  ['map', mapOf(parameter('A'), parameter('B'))],
  ['null_type', NULL],
  ['string', STRING],
  ['google.protobuf.Timestamp', TIMESTAMP],
  ['type', TYPE],
  ['uint', UINT],
  [OPTIONAL_NAME, opaque(OPTIONAL_NAME)],
  ['net.IP', opaque('net.IP')],
  ['net.CIDR', opaque('net.CIDR')],
]);

/** Names that the type checker alone knows. */
const CHECKED_ONLY: ReadonlyMap<string, Type> = new Map([
  ['duration', DURATION],
  ['timestamp', TIMESTAMP],
]);

export const BASE_TYPES: ObjectTypes = {
  named: (name) => VALUES.get(name) ?? CHECKED_ONLY.get(name) ?? wellKnownType(name),
  field: (name) => (VALUES.has(name) || CHECKED_ONLY.has(name) ? undefined : 'unknown'),
  isValue: (name) => VALUES.has(name),
  make: () => undefined,
};
