// The story of a lesson in the room that it has: pages of rows, with the place where one is.

import type { Surface } from './model.ts';
import { type Row, STYLES, span, spread, widthOf } from './text.ts';
import { say } from './words.ts';

/** Where each page begins. A page leaves room for its number (beside its last row, or below), and begins with no empty row. */
function pageStarts(story: readonly Row[], height: number, columns: number, numberWidth: number): number[] {
  if (story.length <= height) return [0];
  const starts: number[] = [];
  for (let at = 0; at < story.length; ) {
    starts.push(at);
    const last = story[at + height - 1];
    const crowded = last !== undefined && widthOf(last) + numberWidth + 1 > columns;
    at += Math.max(1, crowded ? height - 1 : height);
    while (at < story.length && widthOf(story[at] ?? []) === 0) at++;
  }
  return starts;
}

/** The page that a row of the story is on. */
export function pageOf(story: readonly Row[], row: number, height: number, columns: number): number {
  return Math.max(
    0,
    pageStarts(story, height, columns, NUMBER_WIDTH).findLastIndex((start) => start <= row),
  );
}

const NUMBER_WIDTH = 18;

export function pageCount(story: readonly Row[], height: number, columns: number): number {
  return pageStarts(story, height, columns, NUMBER_WIDTH).length;
}

/** One page of the story, at most `height` rows; its number stands at the end of the last. */
export function pageRows(
  story: readonly Row[],
  page: number,
  height: number,
  columns: number,
  { lang }: Pick<Surface, 'lang'>,
): Row[] {
  const starts = pageStarts(story, height, columns, NUMBER_WIDTH);
  const at = Math.min(Math.max(0, page), starts.length - 1);
  const begin = starts[at] ?? 0;
  const rows = story.slice(begin, Math.min(starts[at + 1] ?? story.length, begin + height));
  if (starts.length === 1) return [...rows];
  const number = [span(say(lang, 'page', { n: at + 1, of: starts.length }), STYLES.dim)];
  const last = rows.length < height ? [] : (rows[height - 1] ?? []);
  const padded = Array.from({ length: height - 1 }, (_, i) => rows[i] ?? []);
  return [...padded, spread(last, number, columns)];
}
