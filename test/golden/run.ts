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
  try {
    const answer = await format.play(recording, worlds, new Set(parts));
    return { results: judge(format, recording, answer, parts), answer };
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { results: parts.map((part) => fail(part, why)), answer: undefined };
  }
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
