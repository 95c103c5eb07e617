// The text on the terminal: rows of a window that follows the cursor, and the last row for what vi says.

import stringWidth from 'fast-string-width';
import { blockOf } from './block.ts';
import { compilePattern, matchesIn } from './pattern.ts';
import { lineAt, type ViState } from './state.ts';
import { selection } from './visual.ts';

/** What has to be written so that the terminal shows the state; remembers what it shows. */
export function draw(v: ViState): string {
  scrollToCursor(v);
  const { rows, cursor } = picture(v);
  let out = '\x1b[?25l';
  rows.forEach((row, i) => {
    if (v.shown[i] !== row) out += `\x1b[${i + 1};1H${row}\x1b[0m\x1b[K`;
  });
  v.shown = rows;
  return `${out}\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h`;
}

interface Drawn {
  readonly rows: string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** One character as it is shown, and how wide. */
interface Cell {
  readonly text: string;
  readonly width: number;
  /** Where in the line it stands. */
  readonly col: number;
}

function cellsOf(v: ViState, line: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let col = 0;
  for (const char of line) {
    const cell = cellOf(v, char, column, col);
    cells.push(cell);
    column += cell.width;
    col += char.length;
  }
  if (v.options.list) cells.push({ text: '\x1b[2m$\x1b[22m', width: 1, col });
  return cells;
}

function cellOf(v: ViState, char: string, column: number, col: number): Cell {
  if (char === '\t') {
    const width = v.options.tabstop - (column % v.options.tabstop);
    return { text: v.options.list ? '\x1b[2m>\x1b[22m'.padEnd(width + 9) : ' '.repeat(width), width, col };
  }
  if (char < ' ' || char === '\x7f') {
    return { text: `^${String.fromCharCode(char.charCodeAt(0) ^ 0x40)}`, width: 2, col };
  }
  return { text: char, width: char < '\x7f' ? 1 : stringWidth(char), col };
}

function gutterWidth(v: ViState): number {
  return v.options.number ? Math.max(3, String(v.lines.length).length) + 1 : 0;
}

/** A line broken into rows of the terminal. */
function broken(v: ViState, line: string): Cell[][] {
  const room = Math.max(1, v.size.columns - gutterWidth(v));
  const rows: Cell[][] = [[]];
  let width = 0;
  for (const cell of cellsOf(v, line)) {
    if (width + cell.width > room && width > 0) {
      rows.push([]);
      width = 0;
    }
    rows.at(-1)?.push(cell);
    width += cell.width;
  }
  return rows;
}

function heightOf(v: ViState, row: number): number {
  const line = lineAt(v, row);
  return line.length < (v.size.columns - gutterWidth(v)) / 2 ? 1 : broken(v, line).length;
}

function scrollToCursor(v: ViState): void {
  const room = v.size.rows - 1;
  v.top = Math.max(0, Math.min(v.top, v.lines.length - 1));
  const far = v.top - v.row > room || v.row - v.top > room * 2;
  if (far) v.top = Math.max(0, Math.min(v.row - Math.floor(room / 2), lastTop(v, room)));
  else if (v.row < v.top) v.top = v.row;
  let height = 0;
  for (let row = v.top; row <= v.row; row++) height += heightOf(v, row);
  while (height > room && v.top < v.row) height -= heightOf(v, v.top++);
}

/** The first row of the window that shows the end of the text and nothing behind it. */
function lastTop(v: ViState, room: number): number {
  let row = v.lines.length;
  for (let height = 0; row > 0; row--) {
    height += heightOf(v, row - 1);
    if (height > room) break;
  }
  return row;
}

function picture(v: ViState): Drawn {
  const room = v.size.rows - 1;
  const rows: string[] = [];
  let cursor = { row: 0, column: 0 };
  const marked = highlights(v);
  for (let row = v.top; row < v.lines.length && rows.length < room; row++) {
    const parts = broken(v, lineAt(v, row));
    if (rows.length + parts.length > room && rows.length > 0) {
      rows.push('\x1b[34m@\x1b[0m');
      break;
    }
    if (row === v.row) cursor = cursorIn(v, parts, rows.length);
    parts.forEach((part, i) => {
      rows.push(gutter(v, row, i === 0) + part.map((cell) => styled(cell, marked(row, cell.col))).join(''));
    });
  }
  while (rows.length < room) rows.push('\x1b[34m~\x1b[0m');
  const kept = rows.slice(0, room);
  kept.push(lastRow(v));
  if (v.mode === 'command') cursor = { row: room, column: Math.min(v.size.columns - 1, stringWidth(v.command)) };
  return { rows: kept, cursor };
}

function gutter(v: ViState, row: number, first: boolean): string {
  const width = gutterWidth(v);
  if (width === 0) return '';
  return first ? `\x1b[33m${String(row + 1).padStart(width - 1)}\x1b[0m ` : ' '.repeat(width);
}

function styled({ text }: Cell, inverse: boolean): string {
  return inverse ? `\x1b[7m${text}\x1b[27m` : text;
}

function cursorIn(v: ViState, parts: readonly (readonly Cell[])[], top: number): Drawn['cursor'] {
  const gutterColumns = gutterWidth(v);
  let last = { row: top, column: gutterColumns };
  for (const [i, part] of parts.entries()) {
    let column = gutterColumns;
    for (const cell of part) {
      const tab = v.mode === 'insert' || v.mode === 'replace' ? 0 : Math.max(0, cell.width - 1);
      if (cell.col >= v.col) return { row: top + i, column: column + (cell.text.startsWith('  ') ? tab : 0) };
      column += cell.width;
    }
    last = { row: top + i, column };
  }
  return last.column < v.size.columns ? last : { row: last.row, column: v.size.columns - 1 };
}

/** Which characters are shown inverse: what is selected, and what the last search matches. */
function highlights(v: ViState): (row: number, col: number) => boolean {
  if (v.mode === 'block') {
    const { top, bottom, left, right } = blockOf(v);
    return (row, col) => row >= top && row <= bottom && col >= left && col < right;
  }
  if (v.mode === 'visual' || v.mode === 'lines') {
    const { from, to, linewise } = selection(v);
    return (row, col) =>
      row >= from.row &&
      row <= to.row &&
      (linewise || ((row > from.row || col >= from.col) && (row < to.row || col < to.col)));
  }
  if (!v.options.hlsearch || !v.found || v.search === undefined) return () => false;
  const regex = compilePattern(v, v.search.pattern);
  const known = new Map<number, { readonly start: number; readonly end: number }[]>();
  return (row, col) => {
    if (regex === undefined) return false;
    const matches = known.get(row) ?? matchesIn(regex, lineAt(v, row));
    known.set(row, matches);
    return matches.some(({ start, end }) => col >= start && col < end);
  };
}

const MODES: Readonly<Record<string, string>> = {
  insert: '\x1b[1m-- INSERT --\x1b[0m',
  replace: '\x1b[1m-- REPLACE --\x1b[0m',
  visual: '\x1b[1m-- VISUAL --\x1b[0m',
  lines: '\x1b[1m-- VISUAL LINE --\x1b[0m',
  block: '\x1b[1m-- VISUAL BLOCK --\x1b[0m',
};

function lastRow(v: ViState): string {
  const { columns } = v.size;
  if (v.mode === 'command') return v.command.slice(-(columns - 1));
  const recording = v.macro === undefined ? '' : `recording @${v.macro.name}`;
  const left = v.message === '' ? (MODES[v.mode] ?? recording) : v.message.slice(0, columns - 1);
  const place = `${v.row + 1},${v.col + 1}`;
  const pending = v.keys.join('').slice(-8);
  const right = `${pending.padEnd(10)}${place.padEnd(12)}${share(v)}`;
  const space = columns - stringWidth(left) - right.length - 1;
  return space < 1 ? left : `${left}${' '.repeat(space)}${right}`;
}

function share(v: ViState): string {
  const room = v.size.rows - 1;
  if (v.lines.length <= room) return 'All';
  if (v.top === 0) return 'Top';
  if (v.top + room >= v.lines.length) return 'Bot';
  return `${Math.round((v.top / (v.lines.length - room)) * 100)}%`;
}
