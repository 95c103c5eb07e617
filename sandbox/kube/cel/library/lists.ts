// Functions of lists, of sets that are lists, and what macros put maps together with.

import { CostExceeded } from '../evaluate/frame.ts';
import { isList, listItems, listSize, makeMap, mapFind, mapKeys } from '../runtime/collections.ts';
import { compare, contains, equal, isOrdered } from '../runtime/equality.ts';
import { typeNameOf, typeOfValue } from '../runtime/kinds.ts';
import { ADD, calculate } from '../runtime/numbers.ts';
import { addDurations } from '../runtime/times.ts';
import { typeName } from '../types.ts';
import {
  double,
  duration,
  type Failure,
  failure,
  isFailure,
  isInt,
  isTaggedAs,
  KIND,
  type MapValue,
  NO_SUCH_OVERLOAD,
  type Result,
  uint,
  type Value,
} from '../values.ts';
import { shownInError } from './conversions.ts';
import type { FunctionSpec, Library, Run } from './library.ts';

const ORDERED_TYPES = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const PROTOBUF_NAMES: Readonly<Record<string, string>> = {
  duration: 'google.protobuf.Duration',
  timestamp: 'google.protobuf.Timestamp',
};

function perType(types: readonly string[], overload: (type: string) => string, run: Run): FunctionSpec {
  const overloads = types.map(overload);
  return { overloads, runs: Object.fromEntries(overloads.map((text) => [text.slice(0, text.indexOf(':')), run])) };
}

const isSorted: Run = (list = null) => {
  let previous: Value | undefined;
  for (const item of listItems(list)) {
    if (isFailure(item)) return item;
    const order = previous === undefined ? 0 : compare(previous, item);
    if (!isOrdered(item)) return NO_SUCH_OVERLOAD;
    if (!isFailure(order) && order > 0) return false;
    previous = item;
  }
  return true;
};

function sum(zero: Value): Run {
  return (list = null) => {
    let total: Value = zero;
    for (const item of listItems(list)) {
      const next: Result = isFailure(item) ? item : (calculate(ADD, total, item) ?? addLengths(total, item));
      if (isFailure(next)) return next;
      total = next;
    }
    return total;
  };
}

function addLengths(a: Value, b: Value): Result {
  return isTaggedAs(a, 'duration') && isTaggedAs(b, 'duration') ? addDurations(a, b) : NO_SUCH_OVERLOAD;
}

function extreme(name: string, better: (order: number) => boolean): Run {
  return (list = null) => {
    let best: Value | undefined;
    for (const item of listItems(list)) {
      if (isFailure(item)) return item;
      if (!isOrdered(item)) return NO_SUCH_OVERLOAD;
      const order = best === undefined ? 0 : compare(item, best);
      if (best === undefined || (!isFailure(order) && better(order))) best = item;
    }
    return best ?? failure(`${name} called on empty list`);
  };
}

function position(from: 'start' | 'end'): Run {
  return (list = null, value = null) => {
    const items = listItems(list);
    const is = (item: Result): boolean => !isFailure(item) && equal(item, value) === true;
    return from === 'start' ? items.findIndex(is) : items.findLastIndex(is);
  };
}

// --- pieces and orders

function goodItems(items: readonly Result[]): readonly Value[] | Failure {
  return items.find(isFailure) ?? items.filter((item): item is Value => !isFailure(item));
}

const slice: Run = (list = null, start = null, end = null) => {
  if (!isInt(start) || !isInt(end)) return NO_SUCH_OVERLOAD;
  const cannot = `cannot slice(${start}, ${end})`;
  if (start < 0 || end < 0) return failure(`${cannot}, negative indexes not supported`);
  if (start > end) return failure(`${cannot}, start index must be less than or equal to end index`);
  if (listSize(list) < end) return failure(`${cannot}, list is length ${listSize(list)}`);
  return goodItems(listItems(list).slice(Number(start), Number(end)));
};

function flatten(list: Value, depth: number): readonly Result[] {
  return listItems(list).flatMap((item) =>
    depth > 0 && !isFailure(item) && isList(item) ? flatten(item, depth - 1) : [item],
  );
}

const shownType = (value: Value): string => typeName(typeOfValue(value));

const flattened: Run = (list = null, ...[given]) => {
  const depth = given ?? 1;
  if (!isList(list) || !isInt(depth)) {
    return failure(`no such overload: ${shownType(list)}.flatten(${given === undefined ? '' : shownType(given)})`);
  }
  return depth < 0 ? failure('level must be non-negative') : goodItems(flatten(list, Number(depth)));
};

const sortedBy: Run = (list = null, by = null) => {
  const [items, keys] = [goodItems(listItems(list)), goodItems(listItems(by))];
  if (isFailure(items)) return items;
  if (isFailure(keys)) return keys;
  if (items.length !== keys.length) {
    const expected = '@sortByAssociatedKeys() expected a list of the same size as the associated keys list';
    return failure(`${expected}, but got ${items.length} and ${keys.length} elements respectively`);
  }
  const [first] = keys;
  if (first === undefined) return list;
  if (!isOrdered(first)) return failure('list elements must be comparable');
  const type = typeNameOf(first);
  if (keys.some((key) => typeNameOf(key) !== type)) return failure('list elements must have the same type');
  const order = keys.map((key, i) => ({ key, i })).sort((a, b) => orderOf(a.key, b.key) || a.i - b.i);
  return order.map(({ i }) => items[i] ?? null);
};

function orderOf(a: Value, b: Value): number {
  const order = compare(a, b);
  return isFailure(order) ? 0 : order;
}

const distinct: Run = (list = null) => {
  const found: Value[] = [];
  for (const item of listItems(list)) {
    if (isFailure(item)) return item;
    if (!found.some((other) => equal(item, other) === true)) found.push(item);
  }
  return found;
};

/** More would cost more than any limit allows. */
const MAX_RANGE = 20_000_000;

const range: Run = (count = null) => {
  if (!isInt(count)) return NO_SUCH_OVERLOAD;
  if (count > MAX_RANGE) return failure('operation cancelled: actual cost limit exceeded');
  // So many would cost more than any limit allows.
  if (count > 10_000_000) throw new CostExceeded();
  return Array.from({ length: Math.max(0, Number(count)) }, (_, i) => i);
};

const isListValue = (value: Value): boolean => isList(value);

export const LIST_LIBRARY: Library = {
  isSorted: perType(ORDERED_TYPES, (type) => `list_${type}_is_sorted_bool: list(${type}).() -> bool`, isSorted),
  sum: {
    overloads: ['int', 'uint', 'double', 'duration'].map(
      (type) => `list_${type}_sum_${type}: list(${type}).() -> ${type}`,
    ),
    runs: {
      list_int_sum_int: sum(0),
      list_uint_sum_uint: sum(uint(0n)),
      list_double_sum_double: sum(double(0)),
      list_duration_sum_duration: sum(duration(0n)),
    },
  },
  max: perType(
    ORDERED_TYPES,
    (type) => `list_${type}_max_${type}: list(${type}).() -> ${type}`,
    extreme('max', (order) => order > 0),
  ),
  min: perType(
    ORDERED_TYPES,
    (type) => `list_${type}_min_${type}: list(${type}).() -> ${type}`,
    extreme('min', (order) => order < 0),
  ),
  indexOf: {
    overloads: ['list_a_index_of_int: list(A).(A) -> int'],
    runs: { list_a_index_of_int: position('start') },
  },
  lastIndexOf: {
    overloads: ['list_a_last_index_of_int: list(A).(A) -> int'],
    runs: { list_a_last_index_of_int: position('end') },
  },
  slice: { overloads: ['list_slice: list(T).(int, int) -> list(T)'], runs: { list_slice: slice } },
  flatten: {
    overloads: ['list_flatten: list(list(T)).() -> list(T)', 'list_flatten_int: list(dyn).(int) -> list(dyn)'],
    runs: { list_flatten: flattened, list_flatten_int: flattened },
    unguarded: true,
  },
  sort: {
    overloads: ORDERED_TYPES.map(
      (type) => `list_${PROTOBUF_NAMES[type] ?? type}_sort: list(${type}).() -> list(${type})`,
    ),
    run: (list = null) => sortedBy(list, list),
    takes: isListValue,
  },
  '@sortByAssociatedKeys': {
    overloads: ORDERED_TYPES.map(
      (type) => `list_${PROTOBUF_NAMES[type] ?? type}_sortByAssociatedKeys: list(T).(list(${type})) -> list(T)`,
    ),
    run: sortedBy,
    takes: isListValue,
  },
  'lists.range': { overloads: ['lists_range: (int) -> list(int)'], runs: { lists_range: range } },
  reverse: {
    overloads: ['list_reverse: list(T).() -> list(T)'],
    runs: { list_reverse: (list = null) => goodItems(listItems(list).toReversed()) },
  },
  distinct: { overloads: ['list_distinct: list(T).() -> list(T)'], runs: { list_distinct: distinct } },
};

// --- sets

function containsAll(list: Value, part: Value): Result {
  for (const item of listItems(part)) {
    const found = isFailure(item) ? item : contains(list, item);
    if (found !== true) return found;
  }
  return true;
}

export const SET_LIBRARY: Library = {
  'sets.contains': {
    overloads: ['list_sets_contains_list: (list(T), list(T)) -> bool'],
    runs: { list_sets_contains_list: (a = null, b = null) => containsAll(a, b) },
  },
  'sets.equivalent': {
    overloads: ['list_sets_equivalent_list: (list(T), list(T)) -> bool'],
    runs: {
      list_sets_equivalent_list: (a = null, b = null) => {
        const holds = containsAll(a, b);
        return holds === true ? containsAll(b, a) : holds;
      },
    },
  },
  'sets.intersects': {
    overloads: ['list_sets_intersects_list: (list(T), list(T)) -> bool'],
    runs: {
      list_sets_intersects_list: (a = null, b = null) =>
        listItems(a).some((item) => !isFailure(item) && contains(b, item) === true),
    },
  },
};

// --- maps

/** The map with one more key; a key that is there already is a failure. */
function withEntry(map: MapValue, key: Value, value: Value): MapValue | Failure {
  if (mapFind(map, key) !== undefined) return alreadyThere(key);
  const { entries } = makeMap([[key, value]]);
  return { [KIND]: 'map', entries: new Map([...map.entries, ...entries]) };
}

export function alreadyThere(key: Value): Failure {
  return failure(`insert failed: key ${shownInError(key)} already exists`);
}

function asMapValue(map: Value): MapValue {
  return isTaggedAs(map, 'map') ? map : makeMap(entriesOf(map));
}

function entriesOf(map: Value): readonly (readonly [Value, Value])[] {
  return mapKeys(map).map((key) => {
    const value = mapFind(map, key) ?? null;
    return [key, isFailure(value) ? null : value] as const;
  });
}

export const MAP_LIBRARY: Library = {
  'cel.@mapInsert': {
    overloads: [
      '@mapInsert_map_key_value: (map(K, V), K, V) -> map(K, V)',
      '@mapInsert_map_map: (map(K, V), map(K, V)) -> map(K, V)',
    ],
    runs: {
      '@mapInsert_map_key_value': (map = null, key = null, value = null) => withEntry(asMapValue(map), key, value),
      '@mapInsert_map_map': (map = null, other = null) => {
        let result: MapValue | Failure = asMapValue(map);
        for (const [key, value] of entriesOf(other)) {
          if (!isFailure(result)) result = withEntry(result, key, value);
        }
        return result;
      },
    },
  },
};
