// Plays recordings in a world and says which cases pass.

import type { Difference } from './difference.ts';
import { difference } from './difference.ts';
import type { Answer, Format, Recording } from './format.ts';
import type { Found } from './recordings.ts';
import type { Worlds } from './world.ts';

export interface Result {
  /** `http/watch-basic`, `facts/validation#pod/name-missing`, `kubectl/101-get-pods-forms#3`. */
  readonly id: string;
  readonly path: string;
  readonly difference: Difference | undefined;
}

export interface Played {
  readonly results: readonly Result[];
  /** What we answered; undefined when nothing could be played. */
  readonly answer: Answer | undefined;
  /** Which order of what happens at once was the recorded one, if it wasn't the first. */
  readonly order?: number;
}

/** Chooses cases by their ids. */
export type Wanted = (id: string) => boolean;

export function idOf(format: Format | undefined, { name }: Recording, part: string): string {
  return `${format?.folder ?? 'unknown'}/${name}${part === '' ? '' : `#${part}`}`;
}

/** Plays the wanted cases of one recording. Whatever goes wrong in the playing fails the cases, never the run. */
export async function playRecording({ recording, format }: Found, worlds: Worlds, wanted: Wanted): Promise<Played> {
  const fail = (part: string, why: string) => ({
    id: idOf(format, recording, part),
    path: recording.path,
    difference: difference('(the case)', 'a case that can be played', why),
  });
  if (format === undefined) {
    const unknown = fail('', 'a format that nobody knows');
    return { results: wanted(unknown.id) ? [unknown] : [], answer: undefined };
  }
  const parts = format.parts(recording).filter((part) => wanted(idOf(format, recording, part)));
  if (parts.length === 0) return { results: [], answer: undefined };
  if (worlds.missing !== undefined)
    return { results: parts.map((part) => fail(part, worlds.missing ?? '')), answer: undefined };
  const attempt = async (tried: Worlds): Promise<Played> => {
    try {
      const answer = await format.play(recording, tried, new Set(parts));
      return { results: judge(format, recording, answer, parts), answer };
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { results: parts.map((part) => fail(part, why)), answer: undefined };
    }
  };
  const first = await attempt(worlds);
  if (passes(first) || format.races !== true) return first;
  for (let order = 2; order <= ORDERS; order++) {
    const other = await attempt(inOrder(worlds, order));
    if (passes(other)) return { ...other, order };
  }
  return first;
}

/**
 * In so many orders a recording of races is played. A real cluster ends a race in several ways, and the recording shows
 * one of them: it is enough that this way is among ours.
 */
const ORDERS = 8;

function passes({ results }: Played): boolean {
  return results.every(({ difference: found }) => found === undefined);
}

/** So much later each order begins: what the control plane does from time to time falls into other moments then. */
const LATER_MS = 1900;

function inOrder(worlds: Worlds, order: number): Worlds {
  return {
    ...worlds,
    order,
    create: (needs) => {
      // What is seen on a node is told in seconds since the beginning.
      const later = needs.extent === 'node' ? 0 : (order - 1) * LATER_MS;
      return worlds.create({ ...needs, seed: order, startTime: needs.startTime + later });
    },
  };
}

/** The verdicts on some parts of a recording. */
export function judge(
  format: Format,
  recording: Recording,
  answer: Answer,
  parts: readonly string[],
): readonly Result[] {
  const verdicts = new Map(
    format.compare(recording, answer, new Set(parts)).map(({ part, difference: found }) => [part, found]),
  );
  return parts.map((part) => ({
    id: idOf(format, recording, part),
    path: recording.path,
    difference: verdicts.has(part) ? verdicts.get(part) : difference('(the case)', 'a verdict', undefined),
  }));
}
