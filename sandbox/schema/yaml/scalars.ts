// How scalars are scanned: plain, quoted, and blocks behind `|` and `>`.

import {
  atDocumentMark,
  type Cursor,
  isBlank,
  isBreak,
  isBreakOrEnd,
  isSpaceOrEnd,
  markOf,
  peek,
  read,
  readBreak,
  scannerError,
  skip,
  skipBlanks,
  skipComment,
} from './cursor.ts';

/** A scalar over several lines: one break is a blank, further ones stay. */
interface Folding {
  /** Blanks within a line, which count only when more follows. */
  blanks: string;
  firstBreak: string;
  moreBreaks: string;
}

/** Reads blanks and line breaks between words. True when a line ended. */
function readGap(cursor: Cursor, gap: Folding, broken: boolean, onTab?: () => void): boolean {
  let ended = broken;
  while (isBlank(peek(cursor)) || isBreak(peek(cursor))) {
    if (isBreak(peek(cursor))) {
      if (ended) gap.moreBreaks += readBreak(cursor);
      else gap.firstBreak = readBreak(cursor);
      if (!ended) gap.blanks = '';
      ended = true;
    } else if (ended) {
      if (peek(cursor) === '\t') onTab?.();
      skip(cursor);
    } else gap.blanks += read(cursor);
  }
  return ended;
}

/** What a gap leaves in the text; the gap is empty afterwards. */
function fold(gap: Folding, broken: boolean): string {
  const { blanks, firstBreak, moreBreaks } = gap;
  Object.assign(gap, emptyGap());
  if (!broken) return blanks;
  if (firstBreak !== '\n') return firstBreak + moreBreaks;
  return moreBreaks === '' ? ' ' : moreBreaks;
}

function emptyGap(): Folding {
  return { blanks: '', firstBreak: '', moreBreaks: '' };
}

export interface PlainScalar {
  readonly value: string;
  /** It ended at the end of a line: a simple key may begin after it. */
  readonly endsLine: boolean;
}

/** A plain scalar. `indent`: of the block around it; a line less indented ends the scalar. */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): PlainScalar {
  const start = markOf(cursor);
  const gap = emptyGap();
  let value = '';
  let broken = false;
  const onTab = (): void => {
    if (cursor.column <= indent) throw scannerError(cursor, 'found a tab character that violates indentation', start);
  };
  while (!atDocumentMark(cursor) && peek(cursor) !== '#') {
    while (!isSpaceOrEnd(peek(cursor)) && !endsPlain(cursor, inFlow)) {
      if (broken || gap.blanks !== '') value += fold(gap, broken);
      broken = false;
      value += readWord(cursor);
    }
    if (!isBlank(peek(cursor)) && !isBreak(peek(cursor))) break;
    broken = readGap(cursor, gap, broken, onTab);
    if (!inFlow && cursor.column <= indent) break;
  }
  return { value, endsLine: broken };
}

/** Letters that never end a plain scalar, as many as follow; or one of another kind. */
function readWord(cursor: Cursor): string {
  const word = /^[0-9A-Za-z_./-]+/.exec(cursor.text.slice(cursor.at, cursor.at + 32))?.[0];
  if (word === undefined) return read(cursor);
  skip(cursor, word.length);
  return word;
}

function endsPlain(cursor: Cursor, inFlow: boolean): boolean {
  const letter = peek(cursor);
  return (letter === ':' && isSpaceOrEnd(peek(cursor, 1))) || (inFlow && ',?[]{}'.includes(letter));
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** A quoted scalar; the cursor stands at its quote. */
export function scanQuoted(cursor: Cursor): string {
  const start = markOf(cursor);
  const quote = read(cursor);
  const gap = emptyGap();
  let value = '';
  for (;;) {
    if (atDocumentMark(cursor)) throw scannerError(cursor, 'found unexpected document indicator', start);
    if (peek(cursor) === '') throw scannerError(cursor, 'found unexpected end of stream', start);
    let broken = false;
    while (!isSpaceOrEnd(peek(cursor)) && !broken) {
      if (quote === "'" && peek(cursor) === "'" && peek(cursor, 1) === "'") {
        value += "'";
        skip(cursor, 2);
      } else if (peek(cursor) === quote) break;
      else if (quote === '"' && peek(cursor) === '\\' && isBreak(peek(cursor, 1))) {
        skip(cursor);
        readBreak(cursor);
        broken = true;
      } else if (quote === '"' && peek(cursor) === '\\') value += readEscape(cursor, start);
      else value += read(cursor);
    }
    if (peek(cursor) === quote) break;
    value += fold(gap, readGap(cursor, gap, broken));
  }
  skip(cursor);
  return value;
}

function readEscape(cursor: Cursor, start: ReturnType<typeof markOf>): string {
  const letter = peek(cursor, 1);
  const plain = ESCAPES.get(letter);
  const digits = HEX_DIGITS.get(letter);
  if (plain === undefined && digits === undefined) throw scannerError(cursor, 'found unknown escape character', start);
  skip(cursor, 2);
  if (digits === undefined) return plain ?? '';
  const hex = cursor.text.slice(cursor.at, cursor.at + digits);
  if (hex.length < digits || !/^[0-9A-Fa-f]+$/.test(hex)) {
    throw scannerError(cursor, 'did not find expected hexdecimal number', start);
  }
  const code = Number.parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw scannerError(cursor, 'found invalid Unicode character escape code', start);
  }
  skip(cursor, digits);
  return String.fromCodePoint(code);
}

/** A block scalar; the cursor stands at `|` or `>`. `parent`: the indentation of the block around it, -1 for none. */
export function scanBlock(cursor: Cursor, parent: number): string {
  const start = markOf(cursor);
  const literal = read(cursor) === '|';
  const { chomping, increment } = readBlockHeader(cursor, start);
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isBreakOrEnd(peek(cursor))) throw scannerError(cursor, 'did not find expected comment or line break', start);
  if (isBreak(peek(cursor))) readBreak(cursor);
  const given = increment === 0 ? 0 : Math.max(parent, 0) + increment;
  return readBlockLines(cursor, given, parent, literal, chomping, start);
}

type Chomping = '' | '+' | '-';

function readBlockHeader(cursor: Cursor, start: ReturnType<typeof markOf>): { chomping: Chomping; increment: number } {
  const sign = (): Chomping => {
    const letter = peek(cursor);
    if (letter !== '+' && letter !== '-') return '';
    skip(cursor);
    return letter;
  };
  const digit = (): number => {
    if (!/^[0-9]$/.test(peek(cursor))) return 0;
    if (peek(cursor) === '0') throw scannerError(cursor, 'found an indentation indicator equal to 0', start);
    return Number(read(cursor));
  };
  const first = sign();
  const increment = digit();
  return { chomping: first === '' && increment > 0 ? sign() : first, increment };
}

function readBlockLines(
  cursor: Cursor,
  given: number,
  parent: number,
  literal: boolean,
  chomping: Chomping,
  start: ReturnType<typeof markOf>,
): string {
  let { breaks, indent } = readEmptyLines(cursor, given, parent, start);
  let value = '';
  let lastBreak = '';
  let wasBlank = false;
  while (cursor.column === indent && peek(cursor) !== '') {
    const blank = isBlank(peek(cursor));
    const folds = !literal && !wasBlank && !blank && lastBreak === '\n';
    if (!folds) value += lastBreak;
    else if (breaks === '') value += ' ';
    value += breaks;
    wasBlank = blank;
    while (!isBreakOrEnd(peek(cursor))) value += read(cursor);
    lastBreak = isBreak(peek(cursor)) ? readBreak(cursor) : '';
    breaks = readEmptyLines(cursor, indent, parent, start).breaks;
  }
  return value + (chomping === '-' ? '' : lastBreak) + (chomping === '+' ? breaks : '');
}

/** Empty lines, and the indentation of the first line that isn't (0: not known yet). */
function readEmptyLines(
  cursor: Cursor,
  known: number,
  parent: number,
  start: ReturnType<typeof markOf>,
): { breaks: string; indent: number } {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((known === 0 || cursor.column < known) && peek(cursor) === ' ') skip(cursor);
    widest = Math.max(widest, cursor.column);
    if ((known === 0 || cursor.column < known) && peek(cursor) === '\t') {
      throw scannerError(cursor, 'found a tab character where an indentation space is expected', start);
    }
    if (!isBreak(peek(cursor))) break;
    breaks += readBreak(cursor);
  }
  return { breaks, indent: known === 0 ? Math.max(widest, parent + 1, 1) : known };
}
