// What the files of facts/ have in common: each entry is a case, and the entries don't touch one another.

import { type Difference, difference } from '../difference.ts';
import type { Answer, Format, Place, Recording, Verdict } from '../format.ts';
import { type JsonValue, printJson } from '../json.ts';
import { compareValues, newComparison, type Rules } from '../normalise.ts';
import { EPOCH } from '../play/clock.ts';
import type { Needs, World, Worlds } from '../world.ts';
import { fillPlaceholders } from './placeholders.ts';

/** One entry: what is compared, apart from what was sent. */
export interface Entry {
  readonly part: string;
  /** Where the compared values are in the file. */
  readonly places: readonly (readonly (string | number)[])[];
  readonly recorded: JsonValue;
  readonly sent: JsonValue;
}

export interface FactsFormat {
  readonly name: string;
  recognises(recording: Recording): boolean;
  entries(content: JsonValue): readonly Entry[];
  readonly extent: Needs['extent'];
  /** Brings the world into the state in which the facts were recorded. */
  prepare?(world: World, recording: Recording): Promise<void>;
  /** Our content, with at least the wanted entries in it. */
  answer(world: World, recording: Recording, wanted: ReadonlySet<string>): Promise<JsonValue>;
  readonly rules?: Partial<Rules>;
  /** Looks at an entry instead of the normaliser. */
  compareEntry?(recorded: Entry, ours: Entry): Difference | undefined;
}

export function facts(format: FactsFormat): Format {
  return {
    folder: 'facts',
    name: format.name,
    recognises: format.recognises,
    parts: ({ content }) => format.entries(content).map(({ part }) => part),
    play: (recording, worlds, wanted) => play(format, recording, worlds, wanted),
    compare: (recording, answer, wanted) => compare(format, recording, answer, wanted),
    compared: ({ content }) =>
      format.entries(content).flatMap(({ part, places }) => places.map((path): Place => ({ part, path }))),
  };
}

async function play(
  format: FactsFormat,
  recording: Recording,
  worlds: Worlds,
  wanted: ReadonlySet<string>,
): Promise<Answer> {
  const needs = { startTime: EPOCH, addons: [], files: {} };
  const world = await worlds.create({ ...needs, extent: format.extent });
  try {
    await format.prepare?.(world, recording);
    return { content: await format.answer(world, recording, wanted), notices: 0 };
  } finally {
    await world.close();
  }
}

function compare(
  format: FactsFormat,
  recording: Recording,
  answer: Answer,
  wanted: ReadonlySet<string>,
): readonly Verdict[] {
  const ours = new Map(format.entries(answer.content).map((entry) => [entry.part, entry]));
  const entries = format.entries(recording.content).filter(({ part }) => wanted.has(part));
  return entries.map((entry) => {
    const own = ours.get(entry.part);
    if (own === undefined) return { part: entry.part, difference: missing(entry) };
    const judge = format.compareEntry ?? ((left: Entry, right: Entry) => compareEntry(left, right, format.rules));
    return { part: entry.part, difference: judge(entry, own) };
  });
}

function missing({ part, recorded }: Entry): Difference {
  return difference(part, printJson(recorded), undefined);
}

/** Compares to the byte, unless the rules say otherwise. */
export function compareEntry(recorded: Entry, ours: Entry, rules: Partial<Rules> = {}): Difference | undefined {
  const comparison = newComparison({ recorded: [], own: [], inputs: [] }, { exact: true, ...rules });
  return compareValues(comparison, fillPlaceholders(recorded.recorded, ours.recorded), ours.recorded, '');
}

/** The file `facts/<name>.json`, or one that holds entries with the same keys. */
export function listOf(content: JsonValue, ...keys: readonly string[]): boolean {
  return (
    Array.isArray(content) &&
    content.length > 0 &&
    content.every((entry) => typeof entry === 'object' && entry !== null && keys.every((key) => key in entry))
  );
}
