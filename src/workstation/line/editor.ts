// The line editor: a key in, the next state and what the world has to do out. Keys are those of readline; which key does what
// is a table, so that a learner's own file can change it.

import type { Key } from '../keys.ts';
import {
  capitalize,
  deleteBack,
  deleteForward,
  inserted,
  killBlankWord,
  killToEnd,
  killToStart,
  killWordBack,
  killWordForward,
  moved,
  pasted,
  recase,
  transpose,
  transposeWords,
  undo,
  yank,
  yankBefore,
} from './edits.ts';
import { beginSearch, down, endSearch, lastArgument, searchFor, searchOn, toEntry, up } from './history.ts';
import type { Effect, LineState, Step, Surroundings } from './state.ts';
import { after, before, lineEnd, lineStart, wordEnd, wordStart } from './text.ts';

type Action = (state: LineState, around: Surroundings) => Step;

const BELL: Effect = { kind: 'bell' };

const plain =
  (edit: (state: LineState) => LineState): Action =>
  (state) => ({ state: edit(state) });

const to =
  (place: (text: string, cursor: number) => number): Action =>
  (state) => ({ state: moved(state, place(state.text, state.cursor)) });

/** May find nothing, and says so. */
const attempt =
  (edit: (state: LineState, around: Surroundings) => LineState | undefined): Action =>
  (state, around) => {
    const next = edit(state, around);
    return next === undefined ? { state, effect: BELL } : { state: next };
  };

const effect =
  (kind: 'clear' | 'complete' | 'interrupt'): Action =>
  (state) => ({ state, effect: { kind } });

const ACTIONS = {
  'beginning-of-line': to(lineStart),
  'end-of-line': to(lineEnd),
  'backward-char': to(before),
  'forward-char': to(after),
  'backward-word': to(wordStart),
  'forward-word': to(wordEnd),
  'backward-delete-char': plain(deleteBack),
  'delete-char': plain(deleteForward),
  'delete-char-or-end': (state) =>
    state.text === '' ? { state, effect: { kind: 'end' } } : { state: deleteForward(state) },
  'kill-line': plain(killToEnd),
  'unix-line-discard': plain(killToStart),
  'unix-word-rubout': plain(killBlankWord),
  'backward-kill-word': plain(killWordBack),
  'kill-word': plain(killWordForward),
  yank: plain(yank),
  'yank-pop': plain(yankBefore),
  'transpose-chars': plain(transpose),
  'transpose-words': plain(transposeWords),
  'upcase-word': plain((state) => recase(state, (word) => word.toUpperCase())),
  'downcase-word': plain((state) => recase(state, (word) => word.toLowerCase())),
  'capitalize-word': plain((state) => recase(state, capitalize)),
  undo: plain(undo),
  'yank-last-arg': attempt(lastArgument),
  'previous-history': attempt(up),
  'next-history': attempt(down),
  'beginning-of-history': attempt((state, around) => toEntry(state, around, 0)),
  'end-of-history': attempt((state, around) => toEntry(state, around, around.history.length)),
  'reverse-search-history': (state) => ({ state: beginSearch(state, -1) }),
  'forward-search-history': (state) => ({ state: beginSearch(state, 1) }),
  'clear-screen': effect('clear'),
  complete: effect('complete'),
  interrupt: effect('interrupt'),
  'accept-line': accept,
  newline: plain((state) => inserted(state, '\n')),
} satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;

export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}

/** Keys and what they do: readline's emacs mode, and what people's terminals send for words. */
export const LINE_BINDINGS: ReadonlyMap<string, ActionName> = new Map([
  ['C-a', 'beginning-of-line'],
  ['Home', 'beginning-of-line'],
  ['C-e', 'end-of-line'],
  ['End', 'end-of-line'],
  ['C-b', 'backward-char'],
  ['Left', 'backward-char'],
  ['C-f', 'forward-char'],
  ['Right', 'forward-char'],
  ['M-b', 'backward-word'],
  ['C-Left', 'backward-word'],
  ['M-Left', 'backward-word'],
  ['M-f', 'forward-word'],
  ['C-Right', 'forward-word'],
  ['M-Right', 'forward-word'],
  ['Backspace', 'backward-delete-char'],
  ['C-h', 'backward-delete-char'],
  ['Delete', 'delete-char'],
  ['C-d', 'delete-char-or-end'],
  ['C-k', 'kill-line'],
  ['C-u', 'unix-line-discard'],
  ['C-w', 'unix-word-rubout'],
  ['M-Backspace', 'backward-kill-word'],
  ['M-C-h', 'backward-kill-word'],
  ['M-d', 'kill-word'],
  ['C-Delete', 'kill-word'],
  ['C-y', 'yank'],
  ['M-y', 'yank-pop'],
  ['C-t', 'transpose-chars'],
  ['M-t', 'transpose-words'],
  ['M-u', 'upcase-word'],
  ['M-l', 'downcase-word'],
  ['M-c', 'capitalize-word'],
  ['C-_', 'undo'],
  ['M-.', 'yank-last-arg'],
  ['M-_', 'yank-last-arg'],
  ['C-p', 'previous-history'],
  ['Up', 'previous-history'],
  ['C-n', 'next-history'],
  ['Down', 'next-history'],
  ['M-<', 'beginning-of-history'],
  ['M->', 'end-of-history'],
  ['C-r', 'reverse-search-history'],
  ['C-s', 'forward-search-history'],
  ['C-l', 'clear-screen'],
  ['Tab', 'complete'],
  ['C-c', 'interrupt'],
  ['Enter', 'accept-line'],
  ['C-j', 'accept-line'],
  ['M-Enter', 'newline'],
]);

/** Takes one key. Keys that mean nothing here are ignored. */
export function press(
  state: LineState,
  key: Key,
  around: Surroundings,
  bindings: ReadonlyMap<string, ActionName> = LINE_BINDINGS,
): Step {
  if (state.search !== undefined) return pressInSearch(state, key, around, bindings);
  if (key.kind === 'text') return { state: inserted(state, key.text) };
  if (key.kind === 'paste') return { state: pasted(state, key.text) };
  if (key.kind !== 'key') return { state };
  const action = bindings.get(key.name);
  return action === undefined ? { state } : ACTIONS[action](state, around);
}

function accept(state: LineState, { unfinished }: Surroundings): Step {
  const { text } = state;
  if (text.trim() !== '' && unfinished(text)) return { state: inserted(moved(state, text.length), '\n') };
  return { state, effect: { kind: 'run', text } };
}

/** While searching, letters make the pattern longer; other keys end the search and do what they always do. */
function pressInSearch(
  state: LineState,
  key: Key,
  around: Surroundings,
  bindings: ReadonlyMap<string, ActionName>,
): Step {
  const pattern = state.search?.pattern ?? '';
  if (key.kind === 'text' || key.kind === 'paste') return { state: searchFor(state, around, pattern + key.text) };
  if (key.kind !== 'key') return { state };
  switch (key.name) {
    case 'C-r':
      return { state: searchOn(state, around, -1) };
    case 'C-s':
      return { state: searchOn(state, around, 1) };
    case 'Backspace':
    case 'C-h':
      return { state: searchFor(state, around, pattern.slice(0, before(pattern, pattern.length))) };
    case 'C-g':
    case 'C-c':
      return { state: endSearch(state, false) };
    case 'Escape':
    case 'Tab':
      return { state: endSearch(state, true) };
    default:
      return press(endSearch(state, true), key, around, bindings);
  }
}
