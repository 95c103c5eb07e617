// Lists of events, which have no order of their own.

import { type Difference, difference } from '../difference.ts';
import { type JsonValue, mapStrings, printJson } from '../json.ts';
import { type Comparison, compareValues, inRecordedNames } from '../normalise.ts';

/** Every recorded event is there, and no other. */
export function compareEvents(
  comparison: Comparison,
  recorded: readonly JsonValue[],
  ours: readonly JsonValue[],
  path: string,
): Difference | undefined {
  const left = keyed(comparison, recorded, 'recorded');
  const right = keyed(comparison, ours, 'own');
  const missing = left.find((event, i) => count(left, event.key, i + 1) > count(right, event.key));
  if (missing !== undefined) return difference(path, missing.key, nearest(missing.key, right, left));
  const surplus = right.find((event, i) => count(right, event.key, i + 1) > count(left, event.key));
  if (surplus !== undefined) return difference(path, undefined, surplus.key);
  for (const [i, event] of left.entries()) {
    const found = compareValues(comparison, event.value, right[i]?.value, `${path}[${recorded.indexOf(event.value)}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Keyed {
  readonly key: string;
  readonly value: JsonValue;
}

function keyed(comparison: Comparison, events: readonly JsonValue[], side: 'recorded' | 'own'): readonly Keyed[] {
  return events
    .map((value) => ({ value, key: printJson(mapStrings(value, (text) => inRecordedNames(comparison, text, side))) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function count(events: readonly Keyed[], key: string, upTo = events.length): number {
  return events.slice(0, upTo).filter((event) => event.key === key).length;
}

/** The event of ours, not recorded itself, that is most like a missing one: with the longest common beginning. */
function nearest(key: string, ours: readonly Keyed[], recorded: readonly Keyed[]): string | undefined {
  const common = (other: string) => [...other].findIndex((letter, i) => letter !== key[i]);
  return ours
    .filter((event) => !recorded.some((one) => one.key === event.key))
    .map((event) => event.key)
    .sort((a, b) => common(b) - common(a))[0];
}
