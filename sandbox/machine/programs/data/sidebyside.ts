// Two texts beside each other, as GNU's `diff -y` prints them: halves of equal width, tabs between them, and a sign where
// they differ.

const TAB = 8;
/** What is between the halves at least. */
const GUTTER = 3;

interface Layout {
  /** How many columns of a line are shown. */
  readonly half: number;
  /** Where the right half begins. */
  readonly right: number;
}

export type Sign = ' ' | '|' | '<' | '>';

/** Halves of a line of so many columns; the right one begins at a tab stop. */
export function layoutOf(width: number): Layout {
  const between = TAB + GUTTER;
  const middle = Math.floor(width / 2) + Math.floor(between / 2) + (width & between & 1);
  const right = middle - (middle % TAB);
  const half = Math.max(0, Math.min(right - GUTTER, width - right));
  return { half, right: half === 0 ? width : right };
}

/** A line of both, with its newline. A half that isn't there is undefined. */
export function sideBySide(layout: Layout, left: string | undefined, sign: Sign, right: string | undefined): string {
  let text = '';
  let column = 0;
  if (left !== undefined) {
    const half = halfLine(left, 0, layout.half);
    text += half.text;
    column = half.column;
  }
  if (sign !== ' ') {
    const middle = Math.floor((layout.half + layout.right - 1) / 2);
    text += `${tabs(column, middle)}${sign}`;
    column = Math.max(column, middle) + 1;
  }
  if (right !== undefined && right !== '') {
    text += tabs(column, layout.right) + halfLine(right, layout.right, layout.half).text;
  }
  return `${text}\n`;
}

/** From one column to another, by tabs as far as they go. */
function tabs(from: number, to: number): string {
  let text = '';
  let column = from;
  for (let stop = column + TAB - (column % TAB); stop <= to; stop += TAB) {
    text += '\t';
    column = stop;
  }
  return text + ' '.repeat(Math.max(0, to - column));
}

/** As much of a line as fits; tabs in it lead to stops of its own half. */
function halfLine(line: string, indent: number, width: number): { readonly text: string; readonly column: number } {
  let text = '';
  let [shown, wanted] = [0, 0];
  for (const character of line) {
    if (character === '\t') {
      const stop = wanted + TAB - (wanted % TAB);
      if (wanted === shown && stop <= width) {
        text += tabs(indent + shown, indent + stop);
        shown = stop;
      }
      wanted = stop;
    } else {
      if (++wanted <= width) {
        text += character;
        shown = wanted;
      }
    }
  }
  return { text, column: shown };
}
