// What a finished picture of the screen is, and the pieces that all pictures share.

import type { Glyphs } from './glyphs.ts';
import { cut, fill, type Row, type Span, STYLES, span, widthOf } from './text.ts';

export interface Frame {
  readonly rows: readonly Row[];
  /** Where the terminal's own cursor stands, so that input methods compose there. */
  readonly cursor?: { readonly row: number; readonly column: number };
}

/** A line across with a title at the left and one at the right. */
export function rule(left: Row, right: Row, columns: number, glyphs: Glyphs): Row {
  const line = (n: number): Span => span(glyphs.rule.repeat(Math.max(0, n)), STYLES.dim);
  const fits = cut(left, Math.max(0, columns - widthOf(right) - 8), glyphs.more);
  const start: Row = widthOf(fits) === 0 ? [] : [line(1), span(' '), ...fits, span(' ')];
  const end: Row = widthOf(right) === 0 ? [] : [span(' '), ...right, span(' '), line(1)];
  return [...start, line(columns - widthOf(start) - widthOf(end)), ...end];
}

/** Exactly `height` rows: cut, or filled with empty ones. */
export function high(rows: readonly Row[], height: number): Row[] {
  return Array.from({ length: Math.max(0, height) }, (_, i) => rows[i] ?? []);
}

/** Two columns with a bar between them. */
export function beside(
  left: readonly Row[],
  right: readonly Row[],
  at: number,
  columns: number,
  glyphs: Glyphs,
): Row[] {
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, i) => [
    ...fill(left[i] ?? [], at),
    span(glyphs.bar, STYLES.dim),
    ...cut(right[i] ?? [], columns - at - 1, glyphs.more),
  ]);
}

/** `0:04`, `1:02:03` */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A box of rows laid over a frame, from a row on; the cursor goes away from what is covered. */
export function over(frame: Frame, box: readonly Row[], from: number): Frame {
  const rows = frame.rows.map((each, i) => (i >= from && i < from + box.length ? (box[i - from] ?? []) : each));
  return { rows };
}
