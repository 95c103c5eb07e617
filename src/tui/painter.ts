// From one picture to the next with as few bytes as possible: only rows that differ are written, each at its place. Places are
// absolute, so that a sign that a terminal draws wider than it says moves nothing but the rest of its own row.

export interface Picture {
  /** Rows as text with escape sequences. */
  readonly rows: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number } | undefined;
}

const SHOW = '\x1b[?25h';
const HIDE = '\x1b[?25l';
/** Terminals that know it show what comes between at once. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

/** What a terminal that shows `before` needs to show `after`; empty when they look alike. */
export function delta(before: Picture | undefined, after: Picture): string {
  const rows =
    before === undefined ? `\x1b[2J${after.rows.map(placed).join('')}` : changedRows(before.rows, after.rows);
  const { cursor } = after;
  const same = before?.cursor?.row === cursor?.row && before?.cursor?.column === cursor?.column;
  if (rows === '' && same && before !== undefined) return '';
  const place = cursor === undefined ? HIDE : `\x1b[${cursor.row + 1};${cursor.column + 1}H${SHOW}`;
  return rows === '' ? place : `${BEGIN}${HIDE}${rows}${place}${END}`;
}

function changedRows(before: readonly string[], after: readonly string[]): string {
  let out = '';
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    if (before[i] !== after[i]) out += placed(after[i] ?? '', i);
  }
  return out;
}

function placed(text: string, row: number): string {
  return `\x1b[${row + 1};1H${text}\x1b[0m\x1b[K`;
}
