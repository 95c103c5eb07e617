// Searching, with vi's own regular expressions: basic ones with vim's additions. Found places wrap around the ends of the file.

import { compileRegex, type Match, type Regex, RegexProblem } from '../../regex/regex.ts';
import { lineAt, type Place, type ViState } from './state.ts';

/** Undefined (and a message) when it is no regular expression. `\c` anywhere ignores case. */
export function compilePattern(v: ViState, pattern: string): Regex | undefined {
  const ignoreCase = v.options.ignorecase || pattern.includes('\\c');
  try {
    return compileRegex(translated(pattern), { dialect: 'basic', ignoreCase });
  } catch (error) {
    if (!(error instanceof RegexProblem)) throw error;
    v.message = `E486: Pattern not found: ${pattern}`;
    return undefined;
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  a: '[A-Za-z]',
  l: '[a-z]',
  u: '[A-Z]',
  x: '[0-9A-Fa-f]',
  '=': '\\?',
  t: '\t',
  c: '',
  C: '',
  v: '',
  m: '',
};

/** Vim's shorthands in words that basic expressions have. */
function translated(pattern: string): string {
  return pattern.replace(/\\(.)/gsu, (whole, char: string) =>
    Object.hasOwn(CLASSES, char) ? (CLASSES[char] ?? whole) : whole,
  );
}

/** The `count`th match from the cursor on; undefined (and a message) when there is none. */
export function searchFrom(v: ViState, pattern: string, forward: boolean, count: number): Place | undefined {
  const regex = compilePattern(v, pattern);
  if (regex === undefined) return undefined;
  let place: Place = { row: v.row, col: v.col };
  for (let i = 0; i < count; i++) {
    const next = forward ? following(v, regex, place) : preceding(v, regex, place);
    if (next === undefined) {
      v.message = `E486: Pattern not found: ${pattern}`;
      return undefined;
    }
    const wrapped = forward ? isBefore(next, place) : isBefore(place, next);
    if (wrapped) v.message = forward ? 'search hit BOTTOM, continuing at TOP' : 'search hit TOP, continuing at BOTTOM';
    place = next;
  }
  v.found = true;
  return place;
}

function isBefore(a: Place, b: Place): boolean {
  return a.row < b.row || (a.row === b.row && a.col <= b.col);
}

function following(v: ViState, regex: Regex, from: Place): Place | undefined {
  const here = regex.search(lineAt(v, from.row), from.col + 1);
  if (here !== undefined && from.col < lineAt(v, from.row).length) return { row: from.row, col: here.start };
  for (let i = 1; i <= v.lines.length; i++) {
    const row = (from.row + i) % v.lines.length;
    if (row <= from.row && !v.options.wrapscan) return undefined;
    const match = regex.search(lineAt(v, row));
    if (match !== undefined) return { row, col: match.start };
  }
  return undefined;
}

function preceding(v: ViState, regex: Regex, from: Place): Place | undefined {
  const here = lastMatch(regex, lineAt(v, from.row), from.col);
  if (here !== undefined) return { row: from.row, col: here };
  for (let i = 1; i <= v.lines.length; i++) {
    const row = (from.row - i + v.lines.length) % v.lines.length;
    if (row >= from.row && !v.options.wrapscan) return undefined;
    const match = lastMatch(regex, lineAt(v, row), Number.POSITIVE_INFINITY);
    if (match !== undefined) return { row, col: match };
  }
  return undefined;
}

/** Where the last match begins that begins before `limit`. */
function lastMatch(regex: Regex, line: string, limit: number): number | undefined {
  let last: number | undefined;
  for (let from = 0; from <= line.length; ) {
    const match = regex.search(line, from);
    if (match === undefined || match.start >= limit) break;
    last = match.start;
    from = match.start + 1;
  }
  return last;
}

/** All matches of a line: for highlighting and for substitution. */
export function matchesIn(regex: Regex, line: string): { readonly start: number; readonly end: number }[] {
  const all: { start: number; end: number }[] = [];
  for (let from = 0; from <= line.length; ) {
    const match = regex.search(line, from);
    if (match === undefined) break;
    all.push({ start: match.start, end: match.end });
    from = match.end > match.start ? match.end : match.end + 1;
  }
  return all;
}

/** What finds the next match of a pattern in a line, with its groups. */
export function matchOfLine(
  v: ViState,
  pattern: string,
  ignoreCase: boolean,
): ((line: string, from: number) => Match | undefined) | undefined {
  const regex = compilePattern(v, ignoreCase ? `${pattern}\\c` : pattern);
  return regex === undefined ? undefined : (line, from) => regex.search(line, from);
}
