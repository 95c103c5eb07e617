// The story of a lesson in the room that it has: pages of rows, with the place where one is.

import type { Surface } from './model.ts';
import { plain, type Row, STYLES, span, spread, widthOf } from './text.ts';
import { say } from './words.ts';

/** Where each page begins. A page has room for its number at the end of a row, and begins with no empty row. */
function pageStarts(story: readonly Row[], height: number, columns: number): number[] {
  if (story.length <= height) return [0];
  const starts: number[] = [];
  for (let at = 0; at < story.length; ) {
    starts.push(at);
    const end = together(story, at, at + Math.max(1, height));
    const crowded = end === at + height && !hasRoom(story[end - 1] ?? [], columns);
    at = crowded ? together(story, at, at + Math.max(1, height - 1)) : end;
    while (at < story.length && isEmpty(story[at])) at++;
  }
  return starts;
}

/** Whether a page's number can stand behind its last row. */
function hasRoom(row: Row, columns: number): boolean {
  return widthOf(row) + NUMBER_WIDTH + 1 <= columns;
}

/**
 * Where a page ends that could end at `to`: what ends with a colon stays with what it announces, what stands above a command stays
 * with that, and no paragraph leaves its first row behind alone, unless nothing else is on the page.
 */
function together(story: readonly Row[], from: number, to: number): number {
  const rows = story.slice(from, to);
  const last = rows.findLastIndex((row) => !isEmpty(row));
  if (to >= story.length || last < 0) return to;
  const announces = /[:：]$/.test(plain(rows[last] ?? []).trimEnd());
  const goesOn = last === rows.length - 1 && !isEmpty(story[to]);
  const begin = rows.slice(0, last).findLastIndex(isEmpty) + 1;
  const stays = announces || (goesOn && (begin === last || isIndented(story[to])));
  return begin > 1 && stays ? from + begin : to;
}

/** As commands and files are, also where they go on in another row. */
function isIndented(row: Row | undefined): boolean {
  return /^ {4}/.test(plain(row ?? []));
}

function isEmpty(row: Row | undefined): boolean {
  return widthOf(row ?? []) === 0;
}

/** The page that a row of the story is on. */
export function pageOf(story: readonly Row[], row: number, height: number, columns: number): number {
  return Math.max(
    0,
    pageStarts(story, height, columns).findLastIndex((start) => start <= row),
  );
}

const NUMBER_WIDTH = 18;

export function pageCount(story: readonly Row[], height: number, columns: number): number {
  return pageStarts(story, height, columns).length;
}

/** One page of the story, at most `height` rows; its number stands at the end of the last. */
export function pageRows(
  story: readonly Row[],
  page: number,
  height: number,
  columns: number,
  { lang, glyphs }: Pick<Surface, 'lang' | 'glyphs'>,
): Row[] {
  const starts = pageStarts(story, height, columns);
  const at = Math.min(Math.max(0, page), starts.length - 1);
  const begin = starts[at] ?? 0;
  const rows = story.slice(begin, Math.min(starts[at + 1] ?? story.length, begin + height));
  if (starts.length === 1) return [...rows];
  const way = at + 1 < starts.length ? glyphs.down : glyphs.up;
  const number = [span(say(lang, 'page', { n: at + 1, of: starts.length, way }), STYLES.dim)];
  const full = Array.from({ length: height }, (_, i) => rows[i] ?? []);
  return full.map((row, i) => (i === height - 1 ? spread(row, number, columns) : row));
}
