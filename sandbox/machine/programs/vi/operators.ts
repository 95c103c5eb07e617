// Operators: what is done to the text between the cursor and where a motion leads, to a text object, or to whole lines.

import { beginChange, endChange, keep, recase, remove, shift, swapCase, textOf } from './edits.ts';
import { startInsert } from './insert.ts';
import { MOTIONS, type Motion } from './motions.ts';
import { objectSpan } from './objects.ts';
import { goTo, lineAt, type Place, right, type Span, type ViState } from './state.ts';

/** A command as it was typed, its keys gathered. */
export interface Command {
  readonly register: string;
  readonly count: number | undefined;
  readonly operator: string;
  /** The motion, the command, or the object with its `i` or `a`. */
  readonly key: string;
  readonly char: string;
}

export function performOperator(v: ViState, { operator, key, count, char, register }: Command): void {
  if (key === '/' || key === '?') {
    v.pendingOperator = [operator, register];
    v.mode = 'command';
    v.command = key;
    return;
  }
  const span = operatorSpan(v, operator, key, count, char);
  if (span !== undefined) operate(v, operator, span, register);
}

function operatorSpan(
  v: ViState,
  operator: string,
  key: string,
  count: number | undefined,
  char: string,
): Span | undefined {
  if (key === '') {
    const last = Math.min(v.lines.length - 1, v.row + (count ?? 1) - 1);
    return { from: { row: v.row, col: 0 }, to: { row: last, col: 0 }, linewise: true };
  }
  if (key === 'i' || key === 'a') return objectSpan(v, key === 'a', char);
  const onWord = /\S/.test(lineAt(v, v.row).charAt(v.col));
  const name = operator === 'c' && onWord ? ({ w: 'e', W: 'E' }[key] ?? key) : key;
  const from: Place = { row: v.row, col: v.col };
  const motion = operator === 'c' && name !== key ? changeWord(v, name, count) : MOTIONS.get(name)?.(v, count, char);
  return motion === undefined ? undefined : spanOf(v, from, motion, key);
}

/** `cw` on the last character of a word changes that one alone. */
function changeWord(v: ViState, name: string, count: number | undefined): Motion | undefined {
  const line = lineAt(v, v.row);
  const here = line.slice(v.col, right(line, v.col));
  const next = line.charAt(right(line, v.col));
  const word = /[\p{L}\p{N}_]/u;
  const single =
    name === 'E' ? !/\S/.test(next) : next === '' || /\s/.test(next) || word.test(here) !== word.test(next);
  if (single && (count ?? 1) === 1) return { place: { row: v.row, col: v.col }, inclusive: true };
  const motion = MOTIONS.get(name)?.(
    { ...v, col: single ? v.col : Math.max(0, v.col) },
    single ? (count ?? 1) - 1 : count,
    '',
  );
  return motion;
}

/** From the cursor to where a motion led; a word at the end of a line doesn't take the line's end with it. */
export function spanOf(v: ViState, from: Place, motion: Motion, key: string): Span {
  const { place, inclusive = false, linewise = false } = motion;
  const ahead = place.row > from.row || (place.row === from.row && place.col >= from.col);
  const [start, end] = ahead ? [from, place] : [place, from];
  if (linewise) return { from: { row: start.row, col: 0 }, to: { row: end.row, col: 0 }, linewise };
  const line = lineAt(v, end.row);
  if ((key === 'w' || key === 'W') && end.row > start.row && lineAt(v, end.row).slice(0, end.col).trim() === '') {
    return { from: start, to: { row: end.row - 1, col: lineAt(v, end.row - 1).length }, linewise };
  }
  if (!inclusive && end.row > start.row && end.col === 0) return upToLine(v, start, end);
  const to = inclusive ? { row: end.row, col: right(line, end.col) } : end;
  return { from: start, to, linewise };
}

/** What ends before the first column takes whole lines if it begins where a line's text does, else it ends with the line before. */
function upToLine(v: ViState, start: Place, end: Place): Span {
  const last = end.row - 1;
  const whole = lineAt(v, start.row).slice(0, start.col).trim() === '';
  return whole
    ? { from: { row: start.row, col: 0 }, to: { row: last, col: 0 }, linewise: true }
    : { from: start, to: { row: last, col: lineAt(v, last).length }, linewise: false };
}

const CASES: ReadonlyMap<string, (text: string) => string> = new Map([
  ['g~', swapCase],
  ['gu', (text: string) => text.toLowerCase()],
  ['gU', (text: string) => text.toUpperCase()],
]);

export function operate(v: ViState, operator: string, span: Span, register: string, count = 1): void {
  const recased = CASES.get(operator);
  beginChange(v);
  if (operator === 'd' || operator === 'c' || operator === 'y') {
    keep(v, register, { text: textOf(v, span), linewise: span.linewise }, operator === 'y');
  }
  if (operator === 'd') remove(v, span);
  else if (operator === 'c') change(v, span);
  else if (operator === 'y') yanked(v, span);
  else if (operator === '>' || operator === '<')
    shift(v, span.from.row, span.to.row, operator === '>' ? count : -count);
  else if (recased !== undefined) {
    recase(v, span, recased);
    goTo(v, span.from.row, span.linewise ? 0 : span.from.col);
  }
  const lines = span.to.row - span.from.row + 1;
  if (span.linewise && lines > 2) v.message = `${lines} ${LINE_WORDS[operator] ?? 'lines changed'}`;
  if (v.mode === 'normal') endChange(v);
}

const LINE_WORDS: Readonly<Record<string, string>> = {
  d: 'fewer lines',
  y: 'lines yanked',
  '>': 'lines >ed 1 time',
  '<': 'lines <ed 1 time',
};

function change(v: ViState, span: Span): void {
  if (span.linewise) {
    const indent = v.options.autoindent ? (/^\s*/.exec(lineAt(v, span.from.row))?.[0] ?? '') : '';
    v.lines = [...v.lines.slice(0, span.from.row), indent, ...v.lines.slice(span.to.row + 1)];
    startInsert(v, 'insert', 1);
    goTo(v, span.from.row, indent.length);
  } else {
    startInsert(v, 'insert', 1);
    remove(v, span);
  }
}

function yanked(v: ViState, { from, linewise }: Span): void {
  if (linewise) goTo(v, Math.min(v.row, from.row), v.row <= from.row ? v.col : v.want);
  else goTo(v, from.row, from.col);
}

/** Moves the cursor; jumps are remembered. */
export function move(v: ViState, motion: Motion | undefined): void {
  if (motion === undefined) {
    v.failed = true;
    return;
  }
  const far = Math.abs(motion.place.row - v.row) > 1;
  if (far) v.marks.set('`', { row: v.row, col: v.col });
  goTo(v, motion.place.row, motion.place.col);
  v.want = motion.want ?? v.col;
}
