// Styled text in columns: rows of spans, measured as terminals measure them. Everything on the screen is made of these; how a
// style looks in escape sequences is known to `ansi.ts` alone.

import stringWidth from 'fast-string-width';
import { graphemes } from '../workstation/line/text.ts';

/** 0 to 255 of the terminal's own palette, or 24 bits with `rgb`. */
export type Color = number | { readonly rgb: number };

export interface Style {
  readonly color?: Color;
  readonly background?: Color;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  readonly strike?: boolean;
}

export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Row = readonly Span[];

/** What the screen's own words look like: sixteen colours, no background assumed. */
export const STYLES = {
  title: { bold: true },
  strong: { bold: true },
  emphasis: { italic: true },
  dim: { dim: true },
  code: { color: 6 },
  command: { color: 6, bold: true },
  key: { bold: true },
  good: { color: 2 },
  busy: { color: 3 },
  bad: { color: 1 },
  you: { color: 4, bold: true },
  pulse: { inverse: true, bold: true },
  selected: { inverse: true },
} as const satisfies Record<string, Style>;

export const NO_ROW: Row = [];

export function span(text: string, style?: Style): Span {
  return style === undefined ? { text } : { text, style };
}

/** A row of words: strings are plain. */
export function row(...parts: readonly (string | Span)[]): Row {
  return parts.map((part) => (typeof part === 'string' ? { text: part } : part)).filter(({ text }) => text !== '');
}

export function widthOf(row: Row): number {
  let width = 0;
  for (const { text } of row) width += textWidth(text);
  return width;
}

/** Characters of one column each, so that most text needs no measuring: ASCII, and the screen's own signs. */
const PLAIN = /^[\x20-\x7e●◐✗○■─│→↓↑•…·]*$/;

export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** At most `columns`; what is cut off is marked when there is room for it. */
export function cut(row: Row, columns: number, mark = ''): Row {
  if (widthOf(row) <= columns) return row;
  const room = Math.max(0, columns - textWidth(mark));
  const kept: Span[] = [];
  let width = 0;
  for (const { text, style } of row) {
    const fits = cutText(text, room - width);
    if (fits !== '') kept.push(span(fits, style));
    width += textWidth(fits);
    if (fits !== text) break;
  }
  return mark === '' || columns < textWidth(mark) ? kept : [...kept, span(mark, kept.at(-1)?.style)];
}

function cutText(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (PLAIN.test(text)) return text.slice(0, columns);
  let width = 0;
  let end = 0;
  for (const char of graphemes(text)) {
    width += textWidth(char);
    if (width > columns) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** Exactly `columns`: cut, or filled with blanks. */
export function fill(content: Row, columns: number, mark = ''): Row {
  const short = cut(content, columns, mark);
  const missing = columns - widthOf(short);
  return missing > 0 ? [...short, span(' '.repeat(missing))] : short;
}

/** One at each end of a row; what doesn't fit is cut from the left one. */
export function spread(left: Row, right: Row, columns: number): Row {
  const room = columns - widthOf(right);
  if (room < 1) return fill(left, columns);
  return [...fill(left, room), ...right];
}

/** All of a row's text, without styles. */
export function plain(row: Row): string {
  return row.map(({ text }) => text).join('');
}

export function styled(row: Row, style: Style): Row {
  return row.map((each) => ({ text: each.text, style: { ...style, ...each.style } }));
}
