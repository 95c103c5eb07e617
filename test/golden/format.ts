// What the harness knows of one recorded format. A player answers a recording with a document of the same shape; the
// comparison looks at the two documents alone. So what we answered can be kept, and the comparison can be tested
// without a cluster.

import type { Difference } from './difference.ts';
import type { JsonValue } from './json.ts';
import type { Pairs } from './normalise.ts';
import type { Worlds } from './world.ts';

export interface Recording {
  /** `validation`, `watch-basic`: the file's name without its extension. */
  readonly name: string;
  readonly path: string;
  /** What the file says; text for what isn't JSON. */
  readonly content: JsonValue;
  /** Finds another file beside this one, such as `validation-setup`; undefined when there is none. */
  readonly sibling: (name: string) => JsonValue | undefined;
}

export interface Answer {
  /** The recording's own shape, with our answers. Absent entries could not be played. */
  readonly content: JsonValue;
  /** Generated names that the player settled while playing. */
  readonly pairs?: Pairs;
  /** Milliseconds by which our clock was ahead of the recorded one. */
  readonly aheadMs?: number;
  /** The simulator's own notices that were taken out. */
  readonly notices: number;
}

export interface Verdict {
  /** The part of the case's id after the file's: '' when the file is one case. */
  readonly part: string;
  readonly difference: Difference | undefined;
}

export interface Format {
  /** The folder that holds such recordings, and the first part of a case's id: `http`, `facts`. */
  readonly folder: string;
  readonly name: string;
  /** Its recordings show how races ended once: who was faster, which of equals was drawn. */
  readonly races?: true;
  recognises(recording: Recording): boolean;
  /** The parts of the ids of its cases, in order. */
  parts(recording: Recording): readonly string[];
  /** Plays the parts that are wanted, and whatever they need. */
  play(recording: Recording, worlds: Worlds, wanted: ReadonlySet<string>): Promise<Answer>;
  /** Verdicts on the wanted parts, at least. */
  compare(recording: Recording, answer: Answer, wanted: ReadonlySet<string>): readonly Verdict[];
  /** The places whose values are compared, for the self-test. */
  compared(recording: Recording): readonly Place[];
  /** A compared value without what varies, as text; by default what the normaliser says. */
  plain?(recording: Recording, place: Place, value: JsonValue): string;
}

/** A value that is compared, and the case that it belongs to. */
export interface Place {
  readonly part: string;
  readonly path: readonly (string | number)[];
}
