// Breaking text into rows: between words where there are blanks, anywhere in Japanese but before what may not begin a line and
// behind what may not end one.

import stringWidth from 'fast-string-width';
import { graphemes } from './text.ts';

const NOT_FIRST = /^[、。，．・：；？！ー」』）］｝】〉》々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)\]}…]/u;
const NOT_LAST = /[「『（［｛【〈《([{]$/u;
const WIDE = /[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]/u;

/** What a reader sees as one character, with the columns that it takes; it may carry its looks. */
interface Cell {
  readonly char: string;
  readonly width: number;
}

/** The smallest piece that is never broken, unless it is wider than a row. */
interface Piece<C extends Cell> {
  readonly cells: readonly C[];
  readonly width: number;
  readonly blank: boolean;
}

/** Rows of at most `columns`; all but the first leave `indent` columns free, which whoever draws them fills. */
export function breakRows<C extends Cell>(content: Iterable<C>, columns: number, indent = 0): C[][] {
  const rows: C[][] = [];
  let current: C[] = [];
  let width = 0;
  const finish = (): void => {
    rows.push(withoutBlanksAtEnd(current));
    current = [];
    width = indent;
  };
  for (const piece of pieces(content)) {
    const begins = width === (rows.length === 0 ? 0 : indent);
    if (width + piece.width > columns && !begins) finish();
    if (piece.blank && rows.length > 0 && current.length === 0) continue;
    for (const cell of piece.cells) {
      if (width + cell.width > columns && current.length > 0) {
        // A piece that is wider than a row is cut behind a comma or a bracket, else where the row ends.
        const rest = current.splice(cutAt(current));
        finish();
        current.push(...rest);
        for (const each of rest) width += each.width;
      }
      current.push(cell);
      width += cell.width;
    }
  }
  if (current.length > 0 || rows.length === 0) finish();
  return rows;
}

const CUT_BEHIND = new Set([',', ';', '}', '|', '&']);

/** How much of a full row stays in it: no less than half. */
function cutAt(row: readonly Cell[]): number {
  const last = row.findLastIndex(({ char }) => CUT_BEHIND.has(char)) + 1;
  return last > row.length / 2 ? last : row.length;
}

/** One line as lines of at most `columns`, which begin below its own beginning. */
export function wrapLine(line: string, columns: number): string[] {
  const indent = line.length - line.trimStart().length;
  const cells = graphemes(line).map((char) => ({ char, width: stringWidth(char) }));
  return breakRows(cells, columns, indent).map(
    (row, i) => (i === 0 ? '' : ' '.repeat(indent)) + row.map(({ char }) => char).join(''),
  );
}

function* pieces<C extends Cell>(content: Iterable<C>): Generator<Piece<C>> {
  let open: C[] = [];
  let width = 0;
  let text = '';
  for (const cell of content) {
    const blank = cell.char === ' ';
    if (open.length > 0 && (blank || mayBreak(text, cell.char))) {
      yield { cells: open, width, blank: false };
      [open, width, text] = [[], 0, ''];
    }
    if (blank) {
      yield { cells: [cell], width: cell.width, blank };
      continue;
    }
    open.push(cell);
    width += cell.width;
    text = cell.char;
  }
  if (open.length > 0) yield { cells: open, width, blank: false };
}

function mayBreak(left: string, right: string): boolean {
  if (!WIDE.test(left) && !WIDE.test(right)) return false;
  return !NOT_FIRST.test(right) && !NOT_LAST.test(left);
}

function withoutBlanksAtEnd<C extends Cell>(cells: readonly C[]): C[] {
  let end = cells.length;
  while (end > 0 && cells[end - 1]?.char.trim() === '') end--;
  return cells.slice(0, end);
}
