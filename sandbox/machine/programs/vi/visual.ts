// Visual mode: what is selected between two places, and what is done to it.

import { blockOf, performBlock } from './block.ts';
import { beginChange, endChange, insertAt, joinLines, keep, recase, remove, spliceLines, textOf } from './edits.ts';
import { MOTIONS } from './motions.ts';
import { objectSpan } from './objects.ts';
import { type Command, move, operate } from './operators.ts';
import {
  firstNonBlank,
  goTo,
  left,
  lineAt,
  type Place,
  type Register,
  right,
  type Span,
  type ViState,
} from './state.ts';

/** What is selected. */
export function selection(v: ViState): Span {
  const here: Place = { row: v.row, col: v.col };
  const ahead = v.anchor.row < here.row || (v.anchor.row === here.row && v.anchor.col <= here.col);
  const [from, to] = ahead ? [v.anchor, here] : [here, v.anchor];
  if (v.mode === 'lines') return { from: { row: from.row, col: 0 }, to: { row: to.row, col: 0 }, linewise: true };
  const lineEnd = ahead && v.want === Number.POSITIVE_INFINITY && to.row + 1 < v.lines.length;
  if (lineEnd) return { from, to: { row: to.row + 1, col: 0 }, linewise: false };
  return { from, to: { row: to.row, col: Math.max(right(lineAt(v, to.row), to.col), to.col) }, linewise: false };
}

/** Keys of visual mode and the operators that they are. */
const VISUAL_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['d', 'd'],
  ['x', 'd'],
  ['<Del>', 'd'],
  ['X', 'd'],
  ['D', 'd'],
  ['c', 'c'],
  ['s', 'c'],
  ['y', 'y'],
  ['Y', 'y'],
  ['>', '>'],
  ['<', '<'],
  ['~', 'g~'],
  ['u', 'gu'],
  ['U', 'gU'],
]);
const WHOLE_LINES = new Set(['X', 'D', 'Y', '>', '<']);

export function performVisual(v: ViState, command: Command): void {
  const { key, count, char, register } = command;
  if (v.mode === 'block' && !MOTIONS.has(key)) {
    const block = blockOf(v);
    const mode = v.mode;
    leaveVisual(v);
    if (performBlock(v, block, command)) return;
    v.mode = mode;
  }
  const operator = VISUAL_OPERATORS.get(key);
  const mover = MOTIONS.get(key);
  if (operator !== undefined) {
    const span = { ...selection(v), ...(WHOLE_LINES.has(key) ? { linewise: true } : {}) };
    leaveVisual(v);
    operate(v, operator, span, register, count ?? 1);
  } else if (key === 'i' || key === 'a') selectObject(v, objectSpan(v, key === 'a', char));
  else if (mover !== undefined) move(v, mover(v, count, char));
  else VISUAL_ACTIONS.get(key)?.(v, register, char);
}

/**
 * The command of normal mode that does the same to as much from the cursor on, for `.`; undefined where there is none.
 */
export function repeatable(v: ViState, { key }: Command): readonly string[] | undefined {
  const operator = VISUAL_OPERATORS.get(key);
  if (operator === undefined || operator === 'y' || v.mode === 'block') return undefined;
  const { from, to, linewise } = selection(v);
  const keys = [...operator];
  if (linewise || WHOLE_LINES.has(key)) return [...String(to.row - from.row + 1), ...keys, operator.at(-1) ?? ''];
  return from.row === to.row ? [...String(Math.max(1, to.col - from.col)), ...keys, 'l'] : undefined;
}

export function leaveVisual(v: ViState): void {
  v.lastVisual = { mode: v.mode, anchor: v.anchor, here: { row: v.row, col: v.col } };
  const { from, to } = selection(v);
  v.marks.set('<', from);
  v.marks.set('>', { row: to.row, col: Math.max(0, to.col - 1) });
  v.mode = 'normal';
}

function selectObject(v: ViState, span: Span | undefined): void {
  if (span === undefined) return;
  v.anchor = span.from;
  if (span.linewise) v.mode = 'lines';
  goTo(v, span.to.row, span.linewise ? 0 : left(lineAt(v, span.to.row), span.to.col));
}

const VISUAL_ACTIONS: ReadonlyMap<string, (v: ViState, register: string, char: string) => void> = new Map<
  string,
  (v: ViState, register: string, char: string) => void
>([
  ['v', (v) => switchVisual(v, 'visual')],
  ['V', (v) => switchVisual(v, 'lines')],
  ['<C-v>', (v) => switchVisual(v, 'block')],
  ['o', swapEnds],
  [
    ':',
    (v) => {
      leaveVisual(v);
      v.mode = 'command';
      v.command = ":'<,'>";
    },
  ],
  [
    'J',
    (v) => {
      const { from, to } = selection(v);
      leaveVisual(v);
      changing(v, () => joinLines(v, from.row, to.row - from.row + 1));
    },
  ],
  ['p', putOver],
  [
    'r',
    (v, _register, char) => {
      const span = selection(v);
      leaveVisual(v);
      changing(v, () => recase(v, span, (text) => [...text].map(() => char).join('')));
      goTo(v, span.from.row, span.from.col);
    },
  ],
]);

function switchVisual(v: ViState, mode: 'visual' | 'lines' | 'block'): void {
  if (v.mode === mode) leaveVisual(v);
  else v.mode = mode;
}

function swapEnds(v: ViState): void {
  const here: Place = { row: v.row, col: v.col };
  goTo(v, v.anchor.row, v.anchor.col);
  v.anchor = here;
}

/** A register in place of what is selected; that goes to the register. */
function putOver(v: ViState, register: string): void {
  const span = selection(v);
  const kept = v.registers.get(register === '' ? '"' : register);
  leaveVisual(v);
  if (kept === undefined) return;
  changing(v, () => {
    const text = textOf(v, span);
    remove(v, span);
    if (span.linewise) putLines(v, span.from.row, kept);
    else {
      const end = insertAt(v, span.from, kept.linewise ? `\n${kept.text}` : kept.text);
      if (kept.linewise) goTo(v, span.from.row + 1, 0);
      else
        goTo(
          v,
          kept.text.includes('\n') ? span.from.row : end.row,
          kept.text.includes('\n') ? span.from.col : end.col - 1,
        );
    }
    keep(v, '', { text, linewise: span.linewise }, false);
  });
}

function putLines(v: ViState, row: number, { text }: Register): void {
  const emptied = v.lines.length === 1 && v.lines[0] === '';
  spliceLines(v, row, emptied ? 1 : 0, text.replace(/\n$/, '').split('\n'));
  goTo(v, row, firstNonBlank(lineAt(v, row)));
}

function changing(v: ViState, work: () => void): void {
  beginChange(v);
  work();
  endChange(v);
}
