// Where a motion leads. Each takes where the cursor is and answers a place, whether the character there is included, and whether
// whole lines are meant.

import { searchFrom } from './pattern.ts';
import { firstNonBlank, lastCol, left, lineAt, type Place, right, type ViState } from './state.ts';

export interface Motion {
  readonly place: Place;
  readonly inclusive?: boolean;
  readonly linewise?: boolean;
  /** Up and down go on wanting this column. */
  readonly want?: number;
}

/** `count` is undefined when none was typed; `char` is the one that f, t and marks take. */
export type Mover = (v: ViState, count: number | undefined, char: string) => Motion | undefined;

/** Motions that take one more key. */
export const TAKES_CHAR: ReadonlySet<string> = new Set(['f', 'F', 't', 'T', "'", '`']);

const at = (row: number, col: number): Motion => ({ place: { row, col } });

function horizontal(step: (line: string, col: number) => number): Mover {
  return (v, count = 1) => {
    const line = lineAt(v, v.row);
    let col = v.col;
    for (let i = 0; i < count; i++) col = step(line, col);
    return col === v.col ? undefined : at(v.row, col);
  };
}

function vertical(direction: 1 | -1): Mover {
  return (v, count = 1) => {
    const row = Math.max(0, Math.min(v.lines.length - 1, v.row + direction * count));
    if (row === v.row) return undefined;
    const line = lineAt(v, row);
    return { place: { row, col: Math.min(v.want, lastCol(line)) }, linewise: true, want: v.want };
  };
}

/** To the first character that isn't blank of a line `direction` away. */
function lineWise(direction: 1 | -1): Mover {
  return (v, count = 1) => {
    const row = v.row + direction * count;
    if (row < 0 || row >= v.lines.length) return undefined;
    return { place: { row, col: firstNonBlank(lineAt(v, row)) }, linewise: true };
  };
}

function toLine(v: ViState, row: number): Motion {
  const there = Math.max(0, Math.min(v.lines.length - 1, row));
  return { place: { row: there, col: firstNonBlank(lineAt(v, there)) }, linewise: true };
}

// ── words ──

type Class = 'blank' | 'word' | 'other';

function classOf(char: string, big: boolean): Class {
  if (char === '' || /\s/.test(char)) return 'blank';
  if (big) return 'word';
  return /[\p{L}\p{N}_]/u.test(char) ? 'word' : 'other';
}

/** The character at a place; an empty line is one blank. */
function charAt(v: ViState, { row, col }: Place): string {
  const line = lineAt(v, row);
  return line.slice(col, right(line, col));
}

function step(v: ViState, { row, col }: Place, direction: 1 | -1): Place | undefined {
  const line = lineAt(v, row);
  if (direction > 0) {
    const next = right(line, col);
    if (next < line.length) return { row, col: next };
    return row + 1 < v.lines.length ? { row: row + 1, col: 0 } : undefined;
  }
  if (col > 0) return { row, col: left(line, col) };
  return row > 0 ? { row: row - 1, col: lastCol(lineAt(v, row - 1)) } : undefined;
}

function isEmptyLine(v: ViState, { row }: Place): boolean {
  return lineAt(v, row) === '';
}

function nextWord(big: boolean): Mover {
  return (v, count = 1) => {
    let place: Place = v;
    for (let i = 0; i < count; i++) {
      const kind = classOf(charAt(v, place), big);
      let row = place.row;
      let next: Place | undefined = place;
      while (next !== undefined && kind !== 'blank' && next.row === row && classOf(charAt(v, next), big) === kind) {
        next = step(v, next, 1);
      }
      if (next !== undefined && next.row !== row && isEmptyLine(v, next)) {
        place = next;
        continue;
      }
      while (next !== undefined && classOf(charAt(v, next), big) === 'blank') {
        if (next !== place && isEmptyLine(v, next) && next.row !== place.row) break;
        next = step(v, next, 1);
      }
      row = v.lines.length - 1;
      place = next ?? { row, col: lineAt(v, row).length };
    }
    return { place };
  };
}

function wordEnd(big: boolean): Mover {
  return (v, count = 1) => {
    let place: Place = v;
    for (let i = 0; i < count; i++) {
      let next = step(v, place, 1);
      while (next !== undefined && classOf(charAt(v, next), big) === 'blank') next = step(v, next, 1);
      if (next === undefined) break;
      place = next;
      const kind = classOf(charAt(v, place), big);
      for (let more = step(v, place, 1); more !== undefined && more.row === place.row; more = step(v, more, 1)) {
        if (classOf(charAt(v, more), big) !== kind) break;
        place = more;
      }
    }
    return { place, inclusive: true };
  };
}

function wordBack(big: boolean): Mover {
  return (v, count = 1) => {
    let place: Place = v;
    for (let i = 0; i < count; i++) {
      let next = step(v, place, -1);
      while (next !== undefined && classOf(charAt(v, next), big) === 'blank' && !isEmptyLine(v, next))
        next = step(v, next, -1);
      if (next === undefined) return { place: { row: 0, col: 0 } };
      place = next;
      const kind = classOf(charAt(v, place), big);
      for (let more = step(v, place, -1); more !== undefined && more.row === place.row; more = step(v, more, -1)) {
        if (classOf(charAt(v, more), big) !== kind) break;
        place = more;
      }
    }
    return { place };
  };
}

/** The end of a word before. */
function wordEndBack(big: boolean): Mover {
  return (v, count = 1) => {
    let place: Place = v;
    for (let i = 0; i < count; i++) {
      const first = classOf(charAt(v, place), big);
      let next = step(v, place, -1);
      while (
        next !== undefined &&
        first !== 'blank' &&
        next.row === place.row &&
        classOf(charAt(v, next), big) === first
      )
        next = step(v, next, -1);
      while (next !== undefined && classOf(charAt(v, next), big) === 'blank' && !isEmptyLine(v, next))
        next = step(v, next, -1);
      place = next ?? { row: 0, col: 0 };
    }
    return { place, inclusive: true };
  };
}

// ── finding ──

function find(v: ViState, key: string, char: string, count: number, again = false): Motion | undefined {
  const line = lineAt(v, v.row);
  const forward = key === 'f' || key === 't';
  const until = key === 't' || key === 'T';
  let col = v.col;
  for (let i = 0; i < count; i++) {
    const skip = until && again && i === 0 ? 1 : 0;
    const found = forward ? line.indexOf(char, right(line, col) + skip) : line.lastIndexOf(char, col - 1 - skip);
    if (found < 0 || (!forward && col === 0)) return undefined;
    col = found;
  }
  const place = { row: v.row, col: until ? (forward ? left(line, col) : right(line, col)) : col };
  return { place, inclusive: forward };
}

function findChar(key: string): Mover {
  return (v, count = 1, char) => {
    v.find = { key, char };
    return find(v, key, char, count);
  };
}

const REVERSED: Readonly<Record<string, string>> = { f: 'F', F: 'f', t: 'T', T: 't' };

function findAgain(reverse: boolean): Mover {
  return (v, count = 1) => {
    if (v.find === undefined) return undefined;
    const key = reverse ? (REVERSED[v.find.key] ?? 'f') : v.find.key;
    return find(v, key, v.find.char, count, true);
  };
}

const PAIRS: Readonly<Record<string, readonly [other: string, direction: 1 | -1]>> = {
  '(': [')', 1],
  '[': [']', 1],
  '{': ['}', 1],
  ')': ['(', -1],
  ']': ['[', -1],
  '}': ['{', -1],
};

/** `%`: to the bracket that belongs to the next one on this line. */
function matching(v: ViState): Motion | undefined {
  const line = lineAt(v, v.row);
  let col = v.col;
  while (col < line.length && !Object.hasOwn(PAIRS, line.charAt(col))) col++;
  const pair = PAIRS[line.charAt(col)];
  if (pair === undefined) return undefined;
  const place = partner(v, { row: v.row, col }, line.charAt(col), pair[0], pair[1]);
  return place === undefined ? undefined : { place, inclusive: true };
}

/** The bracket that closes (or opens) the one at a place. */
export function partner(v: ViState, from: Place, open: string, close: string, direction: 1 | -1): Place | undefined {
  let depth = 0;
  for (let place: Place | undefined = from; place !== undefined; place = step(v, place, direction)) {
    const char = charAt(v, place);
    if (char === open) depth++;
    else if (char === close && --depth === 0) return place;
  }
  return undefined;
}

function paragraph(direction: 1 | -1): Mover {
  return (v, count = 1) => {
    let row = v.row;
    for (let i = 0; i < count; i++) {
      while (row >= 0 && row < v.lines.length && lineAt(v, row).trim() === '') row += direction;
      while (row >= 0 && row < v.lines.length && lineAt(v, row).trim() !== '') row += direction;
    }
    if (row < 0) return at(0, 0);
    return row >= v.lines.length ? at(v.lines.length - 1, lineAt(v, v.lines.length - 1).length) : at(row, 0);
  };
}

function searchAgain(reverse: boolean): Mover {
  return (v, count = 1) => {
    if (v.search === undefined) {
      v.message = 'E35: No previous regular expression';
      return undefined;
    }
    const place = searchFrom(v, v.search.pattern, v.search.forward !== reverse, count);
    return place === undefined ? undefined : { place };
  };
}

/** `*` and `#`: the word under the cursor. */
function searchWord(forward: boolean): Mover {
  return (v, count = 1) => {
    const line = lineAt(v, v.row);
    const words = [...line.matchAll(/[\p{L}\p{N}_]+/gu)];
    const word = words.find((each) => each.index + each[0].length > v.col);
    if (word === undefined) return undefined;
    v.search = { pattern: `\\<${word[0]}\\>`, forward };
    v.col = word.index;
    const place = searchFrom(v, v.search.pattern, forward, count);
    return place === undefined ? undefined : { place };
  };
}

function mark(exact: boolean): Mover {
  return (v, _count, char) => {
    const place = v.marks.get(char === "'" ? '`' : char);
    if (place === undefined || place.row >= v.lines.length) {
      v.message = 'E20: Mark not set';
      return undefined;
    }
    return exact ? { place } : toLine(v, place.row);
  };
}

function windowRow(place: 'H' | 'M' | 'L'): Mover {
  return (v, count = 1) => {
    const last = Math.min(v.lines.length, v.top + v.size.rows - 1) - 1;
    if (place === 'H') return toLine(v, Math.min(last, v.top + count - 1));
    return place === 'L' ? toLine(v, Math.max(v.top, last - count + 1)) : toLine(v, Math.floor((v.top + last) / 2));
  };
}

function lineEnd(v: ViState, count = 1): Motion | undefined {
  const row = v.row + count - 1;
  if (row >= v.lines.length) return undefined;
  return {
    place: { row, col: lastCol(lineAt(v, row)) },
    inclusive: lineAt(v, row) !== '',
    want: Number.POSITIVE_INFINITY,
  };
}

export const MOTIONS: ReadonlyMap<string, Mover> = new Map<string, Mover>([
  ['h', horizontal(left)],
  ['<Left>', horizontal(left)],
  ['<BS>', horizontal(left)],
  ['l', horizontal(right)],
  ['<Right>', horizontal(right)],
  [' ', horizontal(right)],
  ['j', vertical(1)],
  ['<Down>', vertical(1)],
  ['<C-n>', vertical(1)],
  ['<C-j>', vertical(1)],
  ['k', vertical(-1)],
  ['<Up>', vertical(-1)],
  ['<C-p>', vertical(-1)],
  ['+', lineWise(1)],
  ['<CR>', lineWise(1)],
  ['-', lineWise(-1)],
  ['_', (v, count = 1) => toLine(v, v.row + count - 1)],
  ['0', (v) => at(v.row, 0)],
  ['<Home>', (v) => at(v.row, 0)],
  ['^', (v) => at(v.row, firstNonBlank(lineAt(v, v.row)))],
  ['$', lineEnd],
  ['<End>', lineEnd],
  ['|', (v, count = 1) => at(v.row, count - 1)],
  ['w', nextWord(false)],
  ['W', nextWord(true)],
  ['e', wordEnd(false)],
  ['E', wordEnd(true)],
  ['b', wordBack(false)],
  ['B', wordBack(true)],
  ['ge', wordEndBack(false)],
  ['gE', wordEndBack(true)],
  ['gg', (v, count = 1) => toLine(v, count - 1)],
  ['G', (v, count = v.lines.length) => toLine(v, count - 1)],
  ['f', findChar('f')],
  ['F', findChar('F')],
  ['t', findChar('t')],
  ['T', findChar('T')],
  [';', findAgain(false)],
  [',', findAgain(true)],
  ['%', matching],
  ['{', paragraph(-1)],
  ['}', paragraph(1)],
  ['n', searchAgain(false)],
  ['N', searchAgain(true)],
  ['*', searchWord(true)],
  ['#', searchWord(false)],
  ["'", mark(false)],
  ['`', mark(true)],
  ['H', windowRow('H')],
  ['M', windowRow('M')],
  ['L', windowRow('L')],
]);
