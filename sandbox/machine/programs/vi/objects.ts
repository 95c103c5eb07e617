// Text objects: words, quoted text, brackets, paragraphs; with what is around them (`a`) or without (`i`).

import { partner } from './motions.ts';
import { lineAt, type Span, type ViState } from './state.ts';

export function objectSpan(v: ViState, around: boolean, name: string): Span | undefined {
  if (name === 'w' || name === 'W') return wordObject(v, around, name === 'W');
  if (name === '"' || name === "'" || name === '`') return quoted(v, around, name);
  if (name === 'p') return paragraphObject(v, around);
  const brackets = BRACKETS.get(name);
  return brackets === undefined ? undefined : bracketed(v, around, brackets);
}

const BRACKETS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['(', ['(', ')']],
  [')', ['(', ')']],
  ['b', ['(', ')']],
  ['[', ['[', ']']],
  [']', ['[', ']']],
  ['{', ['{', '}']],
  ['}', ['{', '}']],
  ['B', ['{', '}']],
  ['<', ['<', '>']],
  ['>', ['<', '>']],
]);

function inLine(v: ViState, from: number, to: number): Span {
  return { from: { row: v.row, col: from }, to: { row: v.row, col: to }, linewise: false };
}

function wordObject(v: ViState, around: boolean, big: boolean): Span | undefined {
  const line = lineAt(v, v.row);
  const parts = [...line.matchAll(big ? /\s+|\S+/g : /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+/gu)];
  const at = parts.findIndex((part) => part.index + part[0].length > v.col);
  const part = parts[at];
  if (part === undefined) return undefined;
  const start = part.index;
  const end = start + part[0].length;
  if (!around) return inLine(v, start, end);
  const next = parts[at + 1]?.[0] ?? '';
  const previous = parts[at - 1]?.[0] ?? '';
  if (part[0].trim() === '') return inLine(v, start, end + next.length);
  if (next !== '' && next.trim() === '') return inLine(v, start, end + next.length);
  return previous !== '' && previous.trim() === '' ? inLine(v, start - previous.length, end) : inLine(v, start, end);
}

function quoted(v: ViState, around: boolean, quote: string): Span | undefined {
  const line = lineAt(v, v.row);
  const places: number[] = [];
  for (let i = 0; i < line.length; i++) {
    if (line.charAt(i) === '\\') i++;
    else if (line.charAt(i) === quote) places.push(i);
  }
  for (let i = 0; i + 1 < places.length; i += 2) {
    const [from = 0, to = 0] = places.slice(i, i + 2);
    if (to < v.col) continue;
    return around ? withBlanks(v, line, from, to + 1) : inLine(v, from + 1, to);
  }
  return undefined;
}

/** The blanks behind belong to it, or else those before. */
function withBlanks(v: ViState, line: string, from: number, to: number): Span {
  const behind = /^\s*/.exec(line.slice(to))?.[0].length ?? 0;
  const before = /\s*$/.exec(line.slice(0, from))?.[0].length ?? 0;
  return behind > 0 ? inLine(v, from, to + behind) : inLine(v, from - before, to);
}

function bracketed(v: ViState, around: boolean, [open, close]: readonly [string, string]): Span | undefined {
  const here = lineAt(v, v.row).charAt(v.col);
  const start = here === open ? { row: v.row, col: v.col } : (enclosing(v, open, close) ?? following(v, open));
  const end = start && partner(v, start, open, close, 1);
  if (start === undefined || end === undefined) return undefined;
  if (around) return { from: start, to: { row: end.row, col: end.col + 1 }, linewise: false };
  const inner = { from: { row: start.row, col: start.col + 1 }, to: end, linewise: false };
  const ownLines = lineAt(v, start.row).length === start.col + 1 && lineAt(v, end.row).slice(0, end.col).trim() === '';
  if (!ownLines || end.row - start.row < 2) return inner;
  return { from: { row: start.row + 1, col: 0 }, to: { row: end.row - 1, col: 0 }, linewise: true };
}

/** The nearest bracket before the cursor that is still open there. */
function enclosing(v: ViState, open: string, close: string): { row: number; col: number } | undefined {
  let depth = 0;
  for (let row = v.row; row >= 0; row--) {
    const line = lineAt(v, row);
    for (let col = row === v.row ? v.col - (line.charAt(v.col) === close ? 1 : 0) : line.length - 1; col >= 0; col--) {
      const char = line.charAt(col);
      if (char === close) depth++;
      else if (char === open && depth-- === 0) return { row, col };
    }
  }
  return undefined;
}

/** The next one that opens, where none is open. */
function following(v: ViState, open: string): { row: number; col: number } | undefined {
  for (let row = v.row; row < v.lines.length; row++) {
    const col = lineAt(v, row).indexOf(open, row === v.row ? v.col : 0);
    if (col >= 0) return { row, col };
  }
  return undefined;
}

function paragraphObject(v: ViState, around: boolean): Span {
  const blank = (row: number): boolean => lineAt(v, row).trim() === '';
  const same = blank(v.row);
  let from = v.row;
  let to = v.row;
  while (from > 0 && blank(from - 1) === same) from--;
  while (to + 1 < v.lines.length && blank(to + 1) === same) to++;
  if (around) while (to + 1 < v.lines.length && blank(to + 1) !== same) to++;
  return { from: { row: from, col: 0 }, to: { row: to, col: 0 }, linewise: true };
}
