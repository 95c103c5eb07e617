// Breaking styled text into rows: between words where there are blanks, anywhere in Japanese but before what may not begin a
// line and behind what may not end one.

import { graphemes } from '../workstation/line/text.ts';
import { type Row, type Span, type Style, span, textWidth } from './text.ts';

const NOT_FIRST = /^[、。，．・：；？！ー」』）］｝】〉》々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)\]}…]/u;
const NOT_LAST = /[「『（［｛【〈《([{]$/u;
const WIDE = /[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]/u;

/** The smallest piece that is never broken, unless it is wider than a row. */
interface Piece {
  readonly spans: readonly Span[];
  readonly width: number;
  readonly blank: boolean;
}

/** Rows of at most `columns`; further rows begin with `indent` blanks. */
export function wrap(content: Row, columns: number, indent = 0): Row[] {
  const rows: Row[] = [];
  let current: Span[] = [];
  let width = 0;
  const finish = (): void => {
    rows.push(joined(withoutBlanksAtEnd(current)));
    current = indent > 0 ? [span(' '.repeat(indent))] : [];
    width = indent;
  };
  for (const piece of pieces(content)) {
    if (width + piece.width > columns && width > (rows.length === 0 ? 0 : indent)) finish();
    if (piece.blank && rows.length > 0 && width === indent) continue;
    for (const part of broken(piece, columns - indent)) {
      if (width + textWidth(part.text) > columns) finish();
      current.push(part);
      width += textWidth(part.text);
    }
  }
  if (current.length > 0 || rows.length === 0) finish();
  return rows;
}

/** A piece that is wider than a row is cut where the row ends. */
function broken(piece: Piece, columns: number): readonly Span[] {
  if (piece.width <= columns) return piece.spans;
  return piece.spans.flatMap(({ text, style }) => graphemes(text).map((char) => span(char, style)));
}

function pieces(content: Row): Piece[] {
  const found: Piece[] = [];
  let open: Span[] = [];
  let width = 0;
  let text = '';
  const close = (): void => {
    if (open.length > 0) found.push({ spans: joined(open), width, blank: false });
    open = [];
    width = 0;
    text = '';
  };
  for (const { char, style } of characters(content)) {
    if (char === ' ' || char === '\n') {
      close();
      found.push({ spans: [span(' ', style)], width: 1, blank: true });
      continue;
    }
    if (text !== '' && mayBreak(text, char)) close();
    open.push(span(char, style));
    width += textWidth(char);
    text = char;
  }
  close();
  return found;
}

function mayBreak(left: string, right: string): boolean {
  if (!WIDE.test(left) && !WIDE.test(right)) return false;
  return !NOT_FIRST.test(right) && !NOT_LAST.test(left);
}

function* characters(content: Row): Generator<{ readonly char: string; readonly style: Style | undefined }> {
  for (const { text, style } of content) for (const char of graphemes(text)) yield { char, style };
}

function withoutBlanksAtEnd(spans: readonly Span[]): readonly Span[] {
  let end = spans.length;
  while (end > 0 && spans[end - 1]?.text.trim() === '') end--;
  return spans.slice(0, end);
}

/** Neighbours of the same style become one. */
function joined(spans: readonly Span[]): Row {
  const row: Span[] = [];
  for (const next of spans) {
    const last = row.at(-1);
    if (last !== undefined && last.style === next.style) row[row.length - 1] = span(last.text + next.text, next.style);
    else row.push(next);
  }
  return row;
}
