// Changes of a line: each takes a state and answers the next. What can be undone is noted here and nowhere else.

import type { Line, LineState } from './state.ts';
import { after, before, blankWordStart, lineEnd, lineStart, wordEnd, wordStart } from './text.ts';

const UNDOS = 200;
const KILLS = 30;

/** Moves only. */
export function moved(state: LineState, cursor: number): LineState {
  return { ...state, cursor, last: 'other', yanked: undefined };
}

/** Another text; the one before can be had back. */
export function changed(state: LineState, text: string, cursor: number, last: LineState['last'] = 'other'): LineState {
  const joins = last === 'insert' && state.last === 'insert';
  const here: Line = { text: state.text, cursor: state.cursor };
  const undos = joins || text === state.text ? state.undos : [...state.undos.slice(-UNDOS), here];
  return { ...state, text, cursor, undos, last, yanked: undefined };
}

export function inserted(state: LineState, text: string): LineState {
  const { cursor } = state;
  const whole = state.text.slice(0, cursor) + text + state.text.slice(cursor);
  return changed(state, whole, cursor + text.length, /^\s$/.test(text) ? 'other' : 'insert');
}

/** A paste is one change, however long. */
export function pasted(state: LineState, text: string): LineState {
  const { cursor } = state;
  return changed(state, state.text.slice(0, cursor) + text + state.text.slice(cursor), cursor + text.length);
}

function without(state: LineState, from: number, to: number): LineState {
  return from === to ? state : changed(state, state.text.slice(0, from) + state.text.slice(to), from);
}

export const deleteBack = (state: LineState): LineState =>
  without(state, before(state.text, state.cursor), state.cursor);
export const deleteForward = (state: LineState): LineState =>
  without(state, state.cursor, after(state.text, state.cursor));

/** Cuts, so that it can be put in again; cuts in a row become one. */
function kill(state: LineState, from: number, to: number): LineState {
  if (from === to) return { ...state, last: 'kill' };
  const cut = state.text.slice(from, to);
  const joined = state.last === 'kill' ? (state.kills.at(-1) ?? '') : '';
  const whole = to <= state.cursor ? cut + joined : joined + cut;
  const older = state.last === 'kill' ? state.kills.slice(0, -1) : state.kills.slice(1 - KILLS);
  return {
    ...changed(state, state.text.slice(0, from) + state.text.slice(to), from, 'kill'),
    kills: [...older, whole],
  };
}

export function killToEnd(state: LineState): LineState {
  const end = lineEnd(state.text, state.cursor);
  return kill(state, state.cursor, end === state.cursor ? after(state.text, end) : end);
}
export const killToStart = (state: LineState): LineState =>
  kill(state, lineStart(state.text, state.cursor), state.cursor);
export const killBlankWord = (state: LineState): LineState =>
  kill(state, blankWordStart(state.text, state.cursor), state.cursor);
export const killWordBack = (state: LineState): LineState =>
  kill(state, wordStart(state.text, state.cursor), state.cursor);
export const killWordForward = (state: LineState): LineState =>
  kill(state, state.cursor, wordEnd(state.text, state.cursor));

export function yank(state: LineState): LineState {
  const text = state.kills.at(-1);
  if (text === undefined) return state;
  const from = state.cursor;
  const whole = state.text.slice(0, from) + text + state.text.slice(from);
  return { ...changed(state, whole, from + text.length, 'yank'), yanked: { back: 1, from } };
}

/** Puts in the cut before, in place of the one that was just put in. */
export function yankBefore(state: LineState): LineState {
  const { yanked, kills } = state;
  if (yanked === undefined || kills.length === 0) return state;
  const back = (yanked.back % kills.length) + 1;
  const text = kills.at(-back) ?? '';
  const whole = state.text.slice(0, yanked.from) + text + state.text.slice(state.cursor);
  return { ...changed(state, whole, yanked.from + text.length, 'yank'), yanked: { back, from: yanked.from } };
}

/** Swaps the characters around the cursor, or the last two. */
export function transpose(state: LineState): LineState {
  const { text, cursor } = state;
  const end = cursor === lineEnd(text, cursor) ? cursor : after(text, cursor);
  const middle = before(text, end);
  const start = before(text, middle);
  if (start === middle || middle === end) return state;
  const swapped = text.slice(middle, end) + text.slice(start, middle);
  return changed(state, text.slice(0, start) + swapped + text.slice(end), end);
}

/** Swaps the word at the cursor with the one before. */
export function transposeWords(state: LineState): LineState {
  const { text, cursor } = state;
  const end = wordEnd(text, cursor);
  const second = wordStart(text, end);
  const first = wordStart(text, second);
  const firstEnd = wordEnd(text, first);
  if (first === second || firstEnd > second) return state;
  const swapped = text.slice(second, end) + text.slice(firstEnd, second) + text.slice(first, firstEnd);
  return changed(state, text.slice(0, first) + swapped + text.slice(end), end);
}

/** Rewrites the word behind the cursor. */
export function recase(state: LineState, how: (word: string) => string): LineState {
  const { text, cursor } = state;
  const end = wordEnd(text, cursor);
  const word = how(text.slice(cursor, end));
  return changed(state, text.slice(0, cursor) + word + text.slice(end), cursor + word.length);
}

export function capitalize(word: string): string {
  return word.toLowerCase().replace(/[\p{L}\p{N}]/u, (letter) => letter.toUpperCase());
}

export function undo(state: LineState): LineState {
  const earlier = state.undos.at(-1);
  if (earlier === undefined) return state;
  return { ...state, ...earlier, undos: state.undos.slice(0, -1), last: 'other', yanked: undefined };
}
