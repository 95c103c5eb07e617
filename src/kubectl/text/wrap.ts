// Breaking lines at blanks, as kubectl does for help on a terminal.

/** Lines longer than `limit` characters are broken; a word that is longer than that stays whole. */
export function wrapText(text: string, limit: number): string {
  if (limit === 0) return text;
  return text
    .split('\n')
    .map((line) => wrapLine(line, limit))
    .join('\n');
}

function wrapLine(line: string, limit: number): string {
  let out = '';
  let width = 0;
  for (const [, blanks = '', word = ''] of line.matchAll(/([^\S\u00a0]*)((?:\S|\u00a0)*)/g)) {
    if (word === '') {
      out += width + blanks.length > limit ? '' : blanks;
    } else if (width + blanks.length + word.length > limit && breaks(width, blanks.length, word, limit)) {
      out += `\n${word}`;
      width = word.length;
    } else {
      out += blanks + word;
      width += blanks.length + word.length;
    }
  }
  return out;
}

/** The break comes as soon as the word's beginning has run over the limit, while it is still shorter than a line. */
function breaks(width: number, blanks: number, word: string, limit: number): boolean {
  const overflowAt = limit - width - blanks + 1;
  return Math.max(overflowAt, 1) < limit && word.length > 0;
}

/** How wide help may be on a terminal of so many columns; 0 is without limit. */
export function helpWidth(columns: number | undefined): number {
  return [120, 100, 80].find((width) => columns !== undefined && columns >= width) ?? 0;
}
