// Breaking styled text into rows.

import { graphemes } from '../workstation/line/text.ts';
import { breakRows } from '../workstation/line/wrap.ts';
import { type Row, type Span, type Style, span, textWidth } from './text.ts';

/** Rows of at most `columns`; further rows begin with `indent` blanks. */
export function wrap(content: Row, columns: number, indent = 0): Row[] {
  return breakRows(characters(content), columns, indent).map((cells, i) => {
    const spans = cells.map(({ char, style }) => span(char, style));
    return joined(i > 0 && indent > 0 ? [span(' '.repeat(indent)), ...spans] : spans);
  });
}

interface Character {
  readonly char: string;
  readonly width: number;
  readonly style: Style | undefined;
}

function* characters(content: Row): Generator<Character> {
  for (const { text, style } of content)
    for (const each of graphemes(text)) {
      const char = each === '\n' ? ' ' : each;
      yield { char, width: textWidth(char), style };
    }
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
