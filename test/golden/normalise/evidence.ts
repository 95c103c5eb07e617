// Cuts JSON into the pieces in which names are known by what stands around them: each element of an outermost list,
// and what is left of the whole.

import { entries, isArray, isObject, type JsonValue, printJson } from '../json.ts';
import type { Unit } from './identities.ts';
import { withoutAge } from './tables.ts';

/** The units of a value that has its own place in a case, such as one response. */
export function* valueUnits(slot: string, value: JsonValue | undefined): Generator<Unit> {
  if (value === undefined) return;
  const rest: string[] = [];
  yield* walk(slot, value, rest);
  if (rest.length > 0) yield { slot, text: rest.join('\n') };
}

function* walk(slot: string, value: JsonValue, rest: string[]): Generator<Unit> {
  if (isArray(value)) {
    for (const item of value) yield { slot: `${slot}[]`, text: printJson(plain(item)) };
  } else if (isObject(value)) {
    for (const [key, item] of entries(value)) yield* walk(`${slot}.${key}`, item, rest);
  } else if (typeof value === 'string') {
    rest.push(`${slot.slice(slot.lastIndexOf('.') + 1)}: ${value}`);
  }
}

/** Without versions and ages, which say nothing of who is who, and in one order of keys. */
function plain(value: JsonValue): JsonValue {
  if (typeof value === 'string') return withoutAge(value);
  if (isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const kept = entries(value).filter(([key]) => key !== 'resourceVersion' && key !== 'managedFields');
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, plain(item)]));
}
