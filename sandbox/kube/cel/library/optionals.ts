// Values that may be absent. `or`, `orValue`, `.?` and `[?]` are carried out by the evaluation itself.

import { isList, isMap, listAt, listItems, listSize, mapSize } from '../runtime/collections.ts';
import {
  doubleOf,
  failure,
  isFailure,
  isTaggedAs,
  NO_SUCH_OVERLOAD,
  NONE_VALUE,
  type Optional,
  type Result,
  some,
  type Value,
} from '../values.ts';
import { shownInError } from './conversions.ts';
import { isBytes, type Library, type Run } from './library.ts';

const DEREFERENCED_NONE = failure('optional.none() dereference');

/** Empty, zero or null; values with a schema never are. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0) return true;
  if (isTaggedAs(value, 'extension')) return value.isZero === true;
  if (isTaggedAs(value, 'uint')) return value.value === 0n;
  if (isTaggedAs(value, 'duration')) return value.nanos === 0n;
  if (isTaggedAs(value, 'timestamp')) return value.nanos === YEAR_ONE;
  if (isBytes(value)) return value.bytes.length === 0;
  if (isList(value)) return listSize(value) === 0;
  return isMap(value) ? mapSize(value) === 0 : doubleOf(value) === 0;
}

const YEAR_ONE = -62_135_596_800_000_000_000n;

function atOrNone(list: Value, index: number): Result {
  if (listSize(list) === 0) return NONE_VALUE;
  const item = listAt(list, index);
  return isFailure(item) ? item : some(item);
}

const unwrap: Run = (list = null) => {
  const result: Value[] = [];
  for (const item of listItems(list)) {
    if (isFailure(item)) return item;
    if (!isTaggedAs(item, 'optional')) return failure(`value ${shownInError(item)} is not optional`);
    if (isFailure(item.value)) return item.value;
    if (item.value !== undefined) result.push(item.value);
  }
  return result;
};

export const OPTIONAL_LIBRARY: Library = {
  'optional.of': { overloads: ['optional_of: (V) -> optional(V)'], runs: { optional_of: (a = null) => some(a) } },
  'optional.ofNonZeroValue': {
    overloads: ['optional_ofNonZeroValue: (V) -> optional(V)'],
    runs: { optional_ofNonZeroValue: (a = null) => (isZero(a) ? NONE_VALUE : some(a)) },
  },
  'optional.none': { overloads: ['optional_none: () -> optional(V)'], runs: { optional_none: () => NONE_VALUE } },
  value: {
    overloads: ['optional_value: optional(V).() -> V'],
    runs: {
      optional_value: (a = null) => (isTaggedAs(a, 'optional') ? (a.value ?? absent(a)) : NO_SUCH_OVERLOAD),
    },
  },
  hasValue: {
    overloads: ['optional_hasValue: optional(V).() -> bool'],
    runs: {
      optional_hasValue: (a = null) => (isTaggedAs(a, 'optional') ? a.value !== undefined : NO_SUCH_OVERLOAD),
    },
  },
  or: { overloads: ['optional_or_optional: optional(V).(optional(V)) -> optional(V)'] },
  orValue: { overloads: ['optional_orValue_value: optional(V).(V) -> V'] },
  '_?._': { overloads: ['select_optional_field: (dyn, string) -> optional(V)'] },
  '_[?_]': {
    overloads: [
      'list_optindex_optional_int: (list(V), int) -> optional(V)',
      'optional_list_optindex_optional_int: (optional(list(V)), int) -> optional(V)',
      'map_optindex_optional_value: (map(K, V), K) -> optional(V)',
      'optional_map_optindex_optional_value: (optional(map(K, V)), K) -> optional(V)',
    ],
  },
  last: {
    overloads: ['list_last: list(V).() -> optional(V)'],
    runs: { list_last: (a = null) => atOrNone(a, listSize(a) - 1) },
  },
  first: { overloads: ['list_first: list(V).() -> optional(V)'], runs: { list_first: (a = null) => atOrNone(a, 0) } },
  'optional.unwrap': {
    overloads: ['optional_unwrap: (list(optional(V))) -> list(V)'],
    runs: { optional_unwrap: unwrap },
  },
  unwrapOpt: {
    overloads: ['optional_unwrapOpt: list(optional(V)).() -> list(V)'],
    runs: { optional_unwrapOpt: unwrap },
  },
};

/** null is a value; only what isn't there at all is absent. */
function absent({ value }: Optional): Result {
  return value === null ? null : DEREFERENCED_NONE;
}
