// A place in a YAML text, and what stands there. Lines and columns count from 0.

import { DecodingError } from '../errors.ts';

export interface Mark {
  /** Characters since the beginning. */
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export interface Cursor {
  readonly text: string;
  /** Where it stands in the text. */
  at: number;
  index: number;
  line: number;
  column: number;
}

export function cursorAt(text: string): Cursor {
  return { text, at: 0, index: 0, line: 0, column: 0 };
}

export function markOf({ index, line, column }: Cursor): Mark {
  return { index, line, column };
}

/** The character there or some further on; empty beyond the end. */
export function peek({ text, at }: Cursor, ahead = 0): string {
  return text.charAt(at + ahead);
}

/** Characters on, within the line. */
export function skip(cursor: Cursor, count = 1): void {
  for (let i = 0; i < count; i++) {
    const unit = cursor.text.charCodeAt(cursor.at);
    cursor.at += unit >= 0xd800 && unit < 0xdc00 ? 2 : 1;
    cursor.index++;
    cursor.column++;
  }
}

/** Takes the character. */
export function read(cursor: Cursor): string {
  const start = cursor.at;
  skip(cursor);
  return cursor.text.slice(start, cursor.at);
}

/** Takes a line break, in its plain form. */
export function readBreak(cursor: Cursor): string {
  const letter = peek(cursor);
  const both = letter === '\r' && peek(cursor, 1) === '\n';
  cursor.at += both ? 2 : 1;
  cursor.index += both ? 2 : 1;
  cursor.line++;
  cursor.column = 0;
  return letter === '\u2028' || letter === '\u2029' ? letter : '\n';
}

export function isBlank(letter: string): boolean {
  return letter === ' ' || letter === '\t';
}

export function isBreak(letter: string): boolean {
  return letter === '\n' || letter === '\r' || letter === '\x85' || letter === '\u2028' || letter === '\u2029';
}

/** A line break or the end. */
export function isBreakOrEnd(letter: string): boolean {
  return letter === '' || isBreak(letter);
}

export function isSpaceOrEnd(letter: string): boolean {
  return isBlank(letter) || isBreakOrEnd(letter);
}

export function isWord(letter: string): boolean {
  return /^[0-9A-Za-z_-]$/.test(letter);
}

export function skipBlanks(cursor: Cursor): void {
  while (isBlank(peek(cursor))) skip(cursor);
}

/** To the end of the line, when a comment begins here. */
export function skipComment(cursor: Cursor): void {
  if (peek(cursor) !== '#') return;
  while (!isBreakOrEnd(peek(cursor))) skip(cursor);
}

/** `---` or `...` at the beginning of a line, followed by a blank. */
export function atDocumentMark(cursor: Cursor, marks: readonly string[] = ['---', '...']): boolean {
  return (
    cursor.column === 0 && marks.includes(cursor.text.slice(cursor.at, cursor.at + 3)) && isSpaceOrEnd(peek(cursor, 3))
  );
}

/** The scanner's complaint: it names the line in which the scanner stands, unless that is the first. */
export function scannerError(cursor: Cursor, problem: string, context?: Mark): DecodingError {
  const line = cursor.line > 0 ? cursor.line + 1 : (context?.line ?? 0);
  return yamlError(problem, line);
}

export function yamlError(problem: string, line = 0): DecodingError {
  return new DecodingError(line === 0 ? `yaml: ${problem}` : `yaml: line ${line}: ${problem}`);
}
