// What a line editor remembers while a command line is being written. Plain data that is never changed in place.

export interface Line {
  readonly text: string;
  /** Where the next character goes: an index into `text`, between characters. */
  readonly cursor: number;
}

export interface Search {
  readonly pattern: string;
  /** The entry that was found. */
  readonly at: number;
  readonly direction: -1 | 1;
  readonly failed: boolean;
  /** What stood there before. */
  readonly original: Line;
}

export interface LineState extends Line {
  /** Earlier states of this line, the last at the end. */
  readonly undos: readonly Line[];
  /** What was cut, the last at the end. */
  readonly kills: readonly string[];
  /** What the last key did: kills in a row join, letters in a row are undone together. */
  readonly last: 'kill' | 'yank' | 'insert' | 'argument' | 'other';
  /** Which kill was put in, counted from the last, and where it begins. */
  readonly yanked: { readonly back: number; readonly from: number } | undefined;
  /** The entry of the history that is shown; its length stands for the new line. */
  readonly entry: number;
  /** Lines of the history as they were changed on the way, by entry. */
  readonly drafts: ReadonlyMap<number, string>;
  readonly search: Search | undefined;
}

/** What the world has to do after a key. */
export type Effect =
  | { readonly kind: 'run'; readonly text: string }
  /** Ctrl-C: what was typed is dropped. */
  | { readonly kind: 'interrupt' }
  /** Ctrl-D on an empty line. */
  | { readonly kind: 'end' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'complete' }
  | { readonly kind: 'bell' };

export interface Step {
  readonly state: LineState;
  readonly effect?: Effect;
}

/** What a line is written among. */
export interface Surroundings {
  /** Lines that were run before, the last at the end. */
  readonly history: readonly string[];
  /** Whether the shell would want more: an open quote, a `do`, a backslash. */
  readonly unfinished: (text: string) => boolean;
}

/** An empty line. What was cut before can still be put in. */
export function newLine(history: readonly string[], kills: readonly string[] = []): LineState {
  return {
    text: '',
    cursor: 0,
    undos: [],
    kills,
    last: 'other',
    yanked: undefined,
    entry: history.length,
    drafts: new Map(),
    search: undefined,
  };
}
