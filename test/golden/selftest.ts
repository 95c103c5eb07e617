// `--self-test`: whether the comparison notices. One thing is changed in every recorded case, and the changed recording
// is compared with what was really answered: the recording as it was.

import { difference } from './difference.ts';
import type { Format, Place, Recording } from './format.ts';
import { at, type JsonValue, printJson } from './json.ts';
import { type Change, changes, mutate, type Random, randomFrom, withValueAt } from './mutate.ts';
import { plainValue } from './normalise.ts';
import type { Found } from './recordings.ts';
import { idOf, judge, type Result, type Wanted } from './run.ts';

export interface Trial extends Result {
  readonly change: Change | 'none';
  /** What stood there, and what was put there. */
  readonly detail: string;
}

const TRIES = 12;

/** All trials on one recording: unchanged it must pass, changed it must fail. A trial that went well has no difference. */
export function* trials({ recording, format }: Found, wanted: Wanted, seed: number): Generator<Trial> {
  if (format === undefined) return;
  const parts = format.parts(recording).filter((part) => wanted(idOf(format, recording, part)));
  const own = { content: recording.content, notices: 0 };
  for (const result of judge(format, recording, own, parts)) {
    if (result.difference !== undefined)
      yield { ...result, change: 'none', detail: 'the recording differs from itself' };
  }
  const places = placesByPart(format.compared(recording));
  for (const part of parts) {
    const random = randomFrom(seed ^ hash(idOf(format, recording, part)));
    for (const change of changes) {
      const mutant = changeOne(format, recording, places.get(part) ?? [], change, random);
      if (mutant !== undefined) yield tryMutant(format, recording, part, change, mutant);
    }
  }
}

function placesByPart(all: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const byPart = new Map<string, Place[]>();
  for (const place of all) byPart.set(place.part, [...(byPart.get(place.part) ?? []), place]);
  return byPart;
}

interface Mutant {
  readonly content: JsonValue;
  readonly detail: string;
}

function tryMutant(format: Format, recording: Recording, part: string, change: Change, mutant: Mutant): Trial {
  const id = idOf(format, recording, part);
  const changed = { ...recording, content: mutant.content };
  const [result] = judge(
    format,
    changed,
    { content: recording.content, notices: 0 },
    format.parts(changed).includes(part) ? [part] : [],
  );
  const noticed = result === undefined || result.difference !== undefined;
  return {
    id,
    path: recording.path,
    change,
    detail: mutant.detail,
    difference: noticed
      ? undefined
      : difference('(the comparison)', 'a difference', `none after a changed ${change}: ${mutant.detail}`),
  };
}

/** Changes one thing where it counts: two places that only differ in what varies are no change. */
function changeOne(
  format: Format,
  recording: Recording,
  places: readonly Place[],
  change: Change,
  random: Random,
): Mutant | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const place = places[Math.floor(random() * places.length)];
    if (place === undefined) return undefined;
    const { content } = recording;
    const lines = typeof content === 'string' ? content.split('\n') : undefined;
    const before = at(lines ?? content, ...place.path);
    const after = before === undefined ? undefined : mutate(before, change, random);
    if (before === undefined || after === undefined) continue;
    const plain = (value: JsonValue) =>
      format.plain?.(recording, place, value) ?? printJson(plainValue(value, String(place.path.at(-1))));
    if (plain(before) === plain(after)) continue;
    const changed = withValueAt(lines ?? content, place.path, after);
    return {
      content: Array.isArray(changed) && lines !== undefined ? changed.join('\n') : changed,
      detail: `${place.path.join('.')}: ${firstChange(printJson(before), printJson(after))}`,
    };
  }
  return undefined;
}

function firstChange(before: string, after: string): string {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const from = Math.max(0, same - 30);
  return `${before.slice(from, same + 40)} → ${after.slice(from, same + 40)}`;
}

function hash(text: string): number {
  let sum = 2166136261;
  for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16777619);
  return sum >>> 0;
}
