// Changes of the text: each makes a new list of lines and says where the cursor ends up. Deleted and copied text goes to registers.

import {
  firstNonBlank,
  goTo,
  lastCol,
  lineAt,
  type Place,
  type Register,
  type Snapshot,
  type Span,
  type ViState,
} from './state.ts';

const UNDOS = 500;

function snapshot({ lines, row, col }: ViState): Snapshot {
  return { lines, row, col };
}

/** A change begins: it can be undone as a whole. */
export function beginChange(v: ViState): void {
  v.before ??= snapshot(v);
}

/** A change has ended, if it was one. */
export function endChange(v: ViState): void {
  const { before } = v;
  v.before = undefined;
  if (before === undefined || before.lines === v.lines) return;
  v.undos.push(before);
  if (v.undos.length > UNDOS) v.undos.shift();
  v.redos = [];
}

export function undo(v: ViState, count: number): void {
  for (let i = 0; i < count; i++) {
    const earlier = v.undos.pop();
    if (earlier === undefined) {
      v.message = 'Already at oldest change';
      return;
    }
    v.redos.push(snapshot(v));
    restore(v, earlier);
  }
}

export function redo(v: ViState, count: number): void {
  for (let i = 0; i < count; i++) {
    const later = v.redos.pop();
    if (later === undefined) {
      v.message = 'Already at newest change';
      return;
    }
    v.undos.push(snapshot(v));
    restore(v, later);
  }
}

/** The cursor goes to what has changed; where it was before, if that is the line, or the one above it. */
function restore(v: ViState, to: Snapshot): void {
  const changed = to.lines.findIndex((line, row) => line !== v.lines[row]);
  v.lines = to.lines;
  const isNear = changed < 0 || to.row === changed || (to.row + 1 === changed && changed < to.lines.length);
  goTo(v, isNear ? to.row : changed, 0);
  goTo(v, v.row, isNear ? to.col : firstNonBlank(lineAt(v, v.row)));
}

/** Replaces `count` lines from a row on. A text has one line at least. */
export function spliceLines(v: ViState, row: number, count: number, lines: readonly string[]): void {
  const next = [...v.lines.slice(0, row), ...lines, ...v.lines.slice(row + count)];
  v.lines = next.length === 0 ? [''] : next;
}

/** Puts text in at a place; answers the place behind it. */
export function insertAt(v: ViState, { row, col }: Place, text: string): Place {
  const line = lineAt(v, row);
  const parts = (line.slice(0, col) + text).split('\n');
  const last = parts.at(-1) ?? '';
  const end = { row: row + parts.length - 1, col: last.length };
  parts[parts.length - 1] = last + line.slice(col);
  spliceLines(v, row, 1, parts);
  return end;
}

export function textOf(v: ViState, { from, to, linewise }: Span): string {
  if (linewise) return `${v.lines.slice(from.row, to.row + 1).join('\n')}\n`;
  if (from.row === to.row) return lineAt(v, from.row).slice(from.col, to.col);
  const middle = v.lines.slice(from.row + 1, to.row);
  return [lineAt(v, from.row).slice(from.col), ...middle, lineAt(v, to.row).slice(0, to.col)].join('\n');
}

/** Nothing is kept in it. */
const BLACK_HOLE = '_';
const NUMBERED = 9;

/**
 * Keeps a text in a register: the named one, and the one that is used when none is named. Without a name what was copied is in
 * `0`, too; what was deleted in `1`, what was there before in `2` and so on, or in `-` when it is less than a line.
 */
export function keep(v: ViState, name: string, { text, linewise, block = false }: Register, isYank: boolean): void {
  if (name === BLACK_HOLE) return;
  const before = /^[A-Z]$/.test(name) ? (v.registers.get(name.toLowerCase())?.text ?? '') : '';
  const register: Register = { text: before + text, linewise, ...(block ? { block } : {}) };
  v.registers.set('"', register);
  if (name !== '' && name !== '"') {
    v.registers.set(name.toLowerCase(), register);
    v.macros.delete(name.toLowerCase());
  } else if (isYank) v.registers.set('0', register);
  else if (!linewise && !text.includes('\n')) v.registers.set('-', register);
  else {
    for (let i = NUMBERED; i > 1; i--) {
      const older = v.registers.get(String(i - 1));
      if (older !== undefined) v.registers.set(String(i), older);
    }
    v.registers.set('1', register);
  }
}

/** Takes a span out; the cursor goes to where it began. */
export function remove(v: ViState, span: Span): void {
  const { from, to, linewise } = span;
  if (linewise) {
    spliceLines(v, from.row, to.row - from.row + 1, []);
    goTo(v, Math.min(from.row, v.lines.length - 1), 0);
    v.col = firstNonBlank(lineAt(v, v.row));
  } else {
    const joined = lineAt(v, from.row).slice(0, from.col) + lineAt(v, to.row).slice(to.col);
    spliceLines(v, from.row, to.row - from.row + 1, [joined]);
    goTo(v, from.row, from.col);
  }
  v.want = v.col;
}

/** Puts a register in behind (or before) the cursor. */
export function put(v: ViState, name: string, count: number, after: boolean): void {
  const register = v.registers.get(name === '' ? '"' : name.toLowerCase());
  if (register === undefined) return;
  if (register.block === true) {
    putBlock(v, register.text.split('\n'), count, after);
    return;
  }
  const text = register.text.repeat(count);
  if (register.linewise) {
    const row = after ? v.row + 1 : v.row;
    spliceLines(v, row, 0, text.replace(/\n$/, '').split('\n'));
    goTo(v, row, firstNonBlank(lineAt(v, row)));
    return;
  }
  const line = lineAt(v, v.row);
  const col = after && line !== '' ? v.col + charLength(line, v.col) : v.col;
  const end = insertAt(v, { row: v.row, col: Math.min(col, line.length) }, text);
  if (text.includes('\n')) goTo(v, v.row, Math.min(col, lastCol(lineAt(v, v.row))));
  else goTo(v, end.row, end.col - 1);
}

/** Each part into a line of its own, all at one column. */
function putBlock(v: ViState, parts: readonly string[], count: number, after: boolean): void {
  const { row } = v;
  const here = lineAt(v, row);
  const col = after && here !== '' ? v.col + charLength(here, v.col) : v.col;
  const width = Math.max(...parts.map((part) => part.length));
  const lines = parts.map((part, i) => {
    const line = lineAt(v, row + i).padEnd(col);
    const rest = line.slice(col);
    return line.slice(0, col) + part.padEnd(rest === '' && count === 1 ? 0 : width).repeat(count) + rest;
  });
  spliceLines(v, row, Math.min(parts.length, v.lines.length - row), lines);
  goTo(v, row, col);
}

function charLength(line: string, col: number): number {
  return (line.codePointAt(col) ?? 0) > 0xffff ? 2 : 1;
}

/** Moves lines right or left by some shift widths. Empty lines stay empty. */
export function shift(v: ViState, from: number, to: number, steps: number): void {
  const lines = v.lines.slice(from, to + 1).map((line) => {
    if (line.trim() === '') return line;
    const width = indentWidth(v, line) + steps * v.options.shiftwidth;
    return indentation(v, Math.max(0, width)) + line.trimStart();
  });
  spliceLines(v, from, lines.length, lines);
  goTo(v, from, firstNonBlank(lineAt(v, from)));
}

/** How many columns the blanks at the beginning of a line take. */
export function indentWidth(v: ViState, line: string): number {
  let width = 0;
  for (const char of line) {
    if (char === ' ') width++;
    else if (char === '\t') width += v.options.tabstop - (width % v.options.tabstop);
    else break;
  }
  return width;
}

/** Blanks for so many columns: with tabs unless they are to be expanded. */
export function indentation({ options }: ViState, width: number): string {
  if (options.expandtab) return ' '.repeat(width);
  return '\t'.repeat(Math.floor(width / options.tabstop)) + ' '.repeat(width % options.tabstop);
}

/** Joins lines with one blank between them. */
export function joinLines(v: ViState, row: number, count: number, blank = true): void {
  const last = Math.min(v.lines.length - 1, row + Math.max(1, count - 1));
  if (last === row) return;
  let joined = lineAt(v, row);
  let col = joined.length;
  for (let i = row + 1; i <= last; i++) {
    const next = blank ? lineAt(v, i).trimStart() : lineAt(v, i);
    const space = blank && joined !== '' && next !== '' && !/\s$/.test(joined) && !next.startsWith(')') ? ' ' : '';
    col = joined.length;
    joined += space + next;
  }
  spliceLines(v, row, last - row + 1, [joined]);
  goTo(v, row, col);
}

/** Rewrites the text of a span, line by line. */
export function recase(v: ViState, { from, to, linewise }: Span, how: (text: string) => string): void {
  const lines = v.lines.slice(from.row, to.row + 1).map((line, i) => {
    const start = linewise || i > 0 ? 0 : from.col;
    const end = linewise || from.row + i < to.row ? line.length : to.col;
    return line.slice(0, start) + how(line.slice(start, end)) + line.slice(end);
  });
  spliceLines(v, from.row, lines.length, lines);
}

export function swapCase(text: string): string {
  return [...text].map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join('');
}
