// Lists and maps, whatever they are made of: JSON arrays and objects, literals of expressions, values with a schema.

import { own } from '../../json.ts';
import { countCodePoints } from '../syntax/source.ts';
import {
  doubleOf,
  failure,
  int,
  isFailure,
  isInt,
  isPlainList,
  isPlainMap,
  isTaggedAs,
  KIND,
  type MapValue,
  NO_SUCH_OVERLOAD,
  type Result,
  type Value,
} from '../values.ts';
import { MAX_INT } from './numbers.ts';

export function isList(value: Result): boolean {
  return isPlainList(value) || (isTaggedAs(value, 'extension') && value.list !== undefined);
}

export function isMap(value: Result): boolean {
  return isPlainMap(value) || isTaggedAs(value, 'map') || (isTaggedAs(value, 'extension') && value.map !== undefined);
}

export function listSize(list: Value): number {
  if (isPlainList(list)) return list.length;
  return isTaggedAs(list, 'extension') ? (list.list?.size() ?? 0) : 0;
}

export function listAt(list: Value, index: number): Result {
  if (isPlainList(list)) return list[index] ?? null;
  return (isTaggedAs(list, 'extension') ? list.list?.at(index) : undefined) ?? failure('no such overload');
}

export function listItems(list: Value): readonly Result[] {
  return isPlainList(list) ? list : Array.from({ length: listSize(list) }, (_, i) => listAt(list, i));
}

export function mapSize(map: Value): number {
  if (isPlainMap(map)) return Object.keys(map).length;
  if (isTaggedAs(map, 'map')) return map.entries.size;
  return isTaggedAs(map, 'extension') ? (map.map?.size() ?? 0) : 0;
}

export function mapKeys(map: Value): readonly Value[] {
  if (isPlainMap(map)) return Object.keys(map).filter((key) => map[key] !== undefined);
  if (isTaggedAs(map, 'map')) return Array.from(map.entries.values(), ([key]) => key);
  return isTaggedAs(map, 'extension') ? (map.map?.keys() ?? []) : [];
}

/** undefined when there is no such key. Numbers of different types are the same key when they are equal. */
export function mapFind(map: Value, key: Value): Result | undefined {
  if (isPlainMap(map)) return typeof key === 'string' ? own(map, key) : undefined;
  if (isTaggedAs(map, 'map')) return findEntry(map, key);
  return isTaggedAs(map, 'extension') ? map.map?.find(key) : undefined;
}

function findEntry({ entries }: MapValue, key: Value): Value | undefined {
  const known = mapKey(key);
  const found = entries.get(known);
  if (found !== undefined) return known !== OTHER_KEY || found[0] === key ? found[1] : undefined;
  for (const other of equalKeys(key)) {
    const entry = entries.get(other);
    if (entry !== undefined) return entry[1];
  }
  return undefined;
}

/** What stands for a key in a MapValue. */
export function mapKey(key: Value): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (isInt(key)) return `i${key}`;
  if (isTaggedAs(key, 'uint')) return `u${key.value}`;
  if (isTaggedAs(key, 'type')) return `t${key.type.name}`;
  if (isTaggedAs(key, 'timestamp') || isTaggedAs(key, 'duration')) return `${key[KIND]}${key.nanos}`;
  const real = doubleOf(key);
  return real === undefined ? (key === null ? 'n' : OTHER_KEY) : `d${real}`;
}

/** Values that no sensible map has for keys. */
const OTHER_KEY = 'o';

/** The same number as a key of the other types. */
function equalKeys(key: Value): readonly string[] {
  const real = doubleOf(key);
  if (real !== undefined) return Number.isInteger(real) ? [`i${BigInt(real)}`, `u${BigInt(real)}`] : [];
  if (isInt(key)) return [`d${Number(key)}`, `u${key}`];
  return isTaggedAs(key, 'uint') && key.value <= MAX_INT ? [`d${Number(key.value)}`, `i${int(key.value)}`] : [];
}

export function makeMap(entries: readonly (readonly [Value, Value])[]): MapValue {
  return { [KIND]: 'map', entries: new Map(entries.map((entry) => [mapKey(entry[0]), entry])) };
}

/** What size() gives; undefined where there is no size. */
export function sizeOf(value: Result): number | undefined {
  if (typeof value === 'string') return countCodePoints(value);
  if (isPlainList(value)) return value.length;
  if (isTaggedAs(value, 'bytes')) return value.bytes.length;
  if (isPlainMap(value) || isTaggedAs(value, 'map')) return mapSize(value);
  if (!isTaggedAs(value, 'extension')) return undefined;
  return value.list?.size() ?? value.map?.size();
}

/** `a + b` of lists. */
export function concat(a: Value, b: Value): Result {
  if (isTaggedAs(a, 'extension') && a.list !== undefined) return a.list.concat(b);
  if (!isList(a) || !isList(b)) return NO_SUCH_OVERLOAD;
  const items = [...listItems(a), ...listItems(b)];
  return items.find(isFailure) ?? items.filter((item): item is Value => !isFailure(item));
}
