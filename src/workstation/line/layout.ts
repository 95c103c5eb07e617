// How a line being written lies on a terminal: broken into rows, with the cursor's place; and what to send to a terminal so
// that it shows the line where an earlier state of it stood.

import stringWidth from 'fast-string-width';
import type { LineState } from './state.ts';
import { graphemes } from './text.ts';

export interface Layout {
  readonly rows: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

const CONTINUATION = '> ';
const TAB = 8;

/** Lays a prompt and a text out on rows of `columns`; further lines of the text begin with `> `. */
export function layOut(prompt: string, text: string, cursor: number, columns: number): Layout {
  const writer = newWriter(columns);
  writer.put(prompt, stringWidth(prompt));
  let at = 0;
  let place = writer.place();
  for (const char of graphemes(text)) {
    if (at === cursor) place = writer.place(char === '\n' ? 0 : stringWidth(char));
    if (char === '\n') writer.breakLine();
    else if (char === '\t') writer.put(' '.repeat(TAB - (writer.place().column % TAB)), 1, true);
    else writer.put(char, stringWidth(char));
    at += char.length;
  }
  if (at === cursor) place = writer.place(1);
  return { rows: writer.rows(place.row), cursor: place };
}

interface Writer {
  put(text: string, width: number, spaces?: boolean): void;
  breakLine(): void;
  /** Where something of this width would go. */
  place(width?: number): { readonly row: number; readonly column: number };
  rows(least: number): readonly string[];
}

function newWriter(columns: number): Writer {
  const rows = [''];
  let column = 0;
  const add = (text: string, width: number): void => {
    if (column + width > columns && column > 0) {
      rows.push('');
      column = 0;
    }
    rows[rows.length - 1] += text;
    column += width;
  };
  return {
    put(text, width, spaces = false) {
      if (spaces) for (const space of text) add(space, 1);
      else if (width <= columns) add(text, width);
      else for (const char of graphemes(text)) add(char, stringWidth(char));
    },
    breakLine() {
      rows.push(CONTINUATION);
      column = CONTINUATION.length;
    },
    place: (width = 0) =>
      column + width > columns ? { row: rows.length, column: 0 } : { row: rows.length - 1, column },
    rows: (least) => (least < rows.length ? rows : [...rows, '']),
  };
}

/** What a line editor shows: the prompt and the line, or what is being looked for. */
export function shown(state: LineState, prompt: string): { readonly prompt: string; readonly line: LineState } {
  const { search } = state;
  if (search === undefined) return { prompt, line: state };
  const failed = search.failed ? 'failed ' : '';
  const direction = search.direction < 0 ? 'reverse-i-search' : 'i-search';
  return { prompt: `(${failed}${direction})\`${search.pattern}': `, line: state };
}

/** Which rows of a layout are on the terminal, and where the cursor is among them. */
export interface Painted {
  readonly rows: number;
  readonly cursorRow: number;
}

export const NOTHING_PAINTED: Painted = { rows: 1, cursorRow: 0 };

/** What makes a terminal show this layout in place of what was painted before. Never more rows than the terminal has. */
export function paint(
  layout: Layout,
  before: Painted,
  height: number,
): { readonly text: string; readonly painted: Painted } {
  const { rows, cursor } = layout;
  const top = Math.max(0, Math.min(rows.length - height, cursor.row - Math.floor(height / 2)));
  const seen = rows.slice(top, top + height);
  const cursorRow = cursor.row - top;
  const up = before.cursorRow > 0 ? `\x1b[${before.cursorRow}A` : '';
  const back = seen.length - 1 - cursorRow;
  const home = `\r${back > 0 ? `\x1b[${back}A` : ''}${cursor.column > 0 ? `\x1b[${cursor.column}C` : ''}`;
  return { text: `\r${up}\x1b[J${seen.join('\r\n')}${home}`, painted: { rows: seen.length, cursorRow } };
}

/** What makes a terminal leave the line as it is and go on below it. */
export function leave({ rows, cursorRow }: Painted): string {
  const down = rows - 1 - cursorRow;
  return `${down > 0 ? `\x1b[${down}B` : ''}\r\n`;
}
