// Walking through lines that were run before, and looking for one while typing.

import { changed, moved } from './edits.ts';
import type { LineState, Search, Surroundings } from './state.ts';
import { lineEnd, lineStart } from './text.ts';

const HISTORY = 1000;

/** The history with one more line; neither blank ones nor the same twice in a row, nor what begins with a space. */
export function remembered(history: readonly string[], line: string): readonly string[] {
  if (line.trim() === '' || line.startsWith(' ') || history.at(-1) === line) return history;
  return [...history.slice(1 - HISTORY), line];
}

/** Up: to the line above in a text of several, otherwise to the entry before. */
export function up(state: LineState, around: Surroundings): LineState | undefined {
  const start = lineStart(state.text, state.cursor);
  if (start === 0) return toEntry(state, around, state.entry - 1);
  const above = lineStart(state.text, start - 1);
  return moved(state, Math.min(above + state.cursor - start, start - 1));
}

export function down(state: LineState, around: Surroundings): LineState | undefined {
  const end = lineEnd(state.text, state.cursor);
  if (end === state.text.length) return toEntry(state, around, state.entry + 1);
  const column = state.cursor - lineStart(state.text, state.cursor);
  return moved(state, Math.min(end + 1 + column, lineEnd(state.text, end + 1)));
}

/** Shows an entry, as it was changed if it was. Undefined when there is none. */
export function toEntry(state: LineState, { history }: Surroundings, entry: number): LineState | undefined {
  if (entry < 0 || entry > history.length || entry === state.entry) return undefined;
  const drafts = new Map(state.drafts).set(state.entry, state.text);
  const text = drafts.get(entry) ?? history[entry] ?? '';
  return { ...state, text, cursor: text.length, undos: [], drafts, entry, last: 'other', yanked: undefined };
}

/** The last word of the line before, and with each further key of the one before that. */
export function lastArgument(state: LineState, { history }: Surroundings): LineState | undefined {
  const again = state.last === 'argument' && state.yanked !== undefined;
  const back = again ? state.yanked.back + 1 : 1;
  const line = history.at(-back);
  const word = line?.trim().split(/\s+/).at(-1);
  if (word === undefined) return undefined;
  const from = again ? state.yanked.from : state.cursor;
  const text = state.text.slice(0, from) + word + state.text.slice(state.cursor);
  return { ...changed(state, text, from + word.length, 'argument'), yanked: { back, from } };
}

export function beginSearch(state: LineState, direction: -1 | 1): LineState {
  const { text, cursor, entry } = state;
  const search: Search = { pattern: '', at: entry, direction, failed: false, original: { text, cursor } };
  return { ...state, search, last: 'other' };
}

/** A longer or shorter pattern: looks from where it stands. */
export function searchFor(state: LineState, around: Surroundings, pattern: string): LineState {
  if (state.search === undefined) return state;
  const { direction, at, original } = state.search;
  if (pattern === '') return { ...state, ...original, search: { ...state.search, pattern, failed: false } };
  const shorter = pattern.length < state.search.pattern.length;
  const from = shorter ? (direction < 0 ? around.history.length - 1 : 0) : Math.min(at, around.history.length - 1);
  return found(state, around, { ...state.search, pattern, direction }, from);
}

/** The next one in a direction. */
export function searchOn(state: LineState, around: Surroundings, direction: -1 | 1): LineState {
  if (state.search === undefined) return beginSearch(state, direction);
  if (state.search.pattern === '') return { ...state, search: { ...state.search, direction } };
  return found(state, around, { ...state.search, direction }, state.search.at + direction, state.text);
}

/** `seen` is passed over: whoever asks for the next one doesn't want the same line again. */
function found(state: LineState, { history }: Surroundings, search: Search, from: number, seen?: string): LineState {
  const matches = matcher(search.pattern);
  for (let at = from; at >= 0 && at < history.length; at += search.direction) {
    const text = history[at] ?? '';
    const cursor = matches(text);
    if (cursor === undefined || text === seen) continue;
    return { ...state, text, cursor, entry: at, search: { ...search, at, failed: false } };
  }
  const still = matches(state.text) !== undefined && state.text !== search.original.text;
  return { ...state, search: { ...search, failed: !still } };
}

/** All words of the pattern have to be there, in any order; answers where the first one is. */
function matcher(pattern: string): (line: string) => number | undefined {
  const words = pattern
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (line) => {
    const lower = line.toLowerCase();
    if (lower.includes(pattern.toLowerCase())) return lower.indexOf(pattern.toLowerCase());
    return words.every((word) => lower.includes(word)) ? lower.indexOf(words[0] ?? '') : undefined;
  };
}

/** Takes what was found, or goes back to what stood there. */
export function endSearch(state: LineState, keep: boolean): LineState {
  if (state.search === undefined) return state;
  const { original } = state.search;
  return keep ? { ...state, search: undefined } : { ...state, ...original, search: undefined };
}
