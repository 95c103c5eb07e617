// Signs for states: each state is a sign and a word, never a colour alone. Some terminals (Japanese ones, mostly) draw the round
// ones two columns wide; these get ASCII.

export interface Glyphs {
  readonly ready: string;
  readonly busy: string;
  readonly bad: string;
  readonly open: string;
  readonly done: string;
  readonly question: string;
  readonly guard: string;
  readonly rule: string;
  readonly bar: string;
  readonly arrow: string;
  readonly down: string;
  readonly up: string;
  readonly bullet: string;
  readonly more: string;
}

export const ROUND: Glyphs = {
  ready: '●',
  busy: '◐',
  bad: '✗',
  open: '○',
  done: '●',
  question: '?',
  guard: '■',
  rule: '─',
  bar: '│',
  arrow: '→',
  down: '↓',
  up: '↑',
  bullet: '•',
  more: '…',
};

export const ASCII: Glyphs = {
  ready: '[x]',
  busy: '[~]',
  bad: '[!]',
  open: '[ ]',
  done: '[x]',
  question: '?',
  guard: '[=]',
  rule: '-',
  bar: '|',
  arrow: '->',
  down: 'v',
  up: '^',
  bullet: '*',
  more: '~',
};

/** What is written to find out how wide these are: once, at the beginning of a row, and the cursor's column is asked for. */
export const PROBE = '●◐✗─→';

/** The signs for a terminal that drew `PROBE` and then said that the cursor was in this column (from 1). */
export function glyphsFor(column: number): Glyphs {
  return column === [...PROBE].length + 1 ? ROUND : ASCII;
}
