// What words are gathered from, and what the parts of the parser need of one another.

import type { Node, Part, Word } from '../syntax.ts';
import { EMPTY_WORD } from '../syntax.ts';
import type { Scanner } from './scanner.ts';

/** Where a word stands. */
export interface WordPlace {
  /** Whether the word ends before this character (only asked outside of quotes). */
  readonly ends: (c: string, s: Scanner) => boolean;
  /** Inside of double quotes already: only `$`, backquotes and some backslashes mean something. */
  readonly quoted?: boolean;
  /** `~` is a home folder at the beginning, and after these characters. */
  readonly tildeAfter?: string;
  /** `'` quotes even where `quoted` is set (patterns of `${x%...}`). */
  readonly quotes?: boolean;
  readonly noTilde?: boolean;
}

/** Commands hold words and words hold commands: what the one half of the parser asks of the other. */
export interface Grammar {
  /** A list of commands up to (but without) a closing mark. */
  readonly commandsUntil: (s: Scanner, mark: string) => Node;
  /** A whole source, as backquotes hold it. */
  readonly program: (source: string, s: Scanner) => Node;
  readonly word: (s: Scanner, place: WordPlace) => Word;
  /** The same with its braces expanded, where this shell does that. */
  readonly words: (s: Scanner, place: WordPlace) => readonly Word[];
  readonly quotedPiece: (s: Scanner, parts: Part[], mark: '"' | '') => void;
  readonly arithmeticText: (s: Scanner, skip: number, mark: '))' | ']') => Word | undefined;
}

const METACHARACTERS = ' \t\n;&|<>()';

export function endsWord(c: string): boolean {
  return METACHARACTERS.includes(c);
}

export const COMMAND_WORD: WordPlace = { ends: endsWord };
export const ASSIGNED_WORD: WordPlace = { ends: endsWord, tildeAfter: ':' };

export function makeWord(parts: readonly Part[]): Word {
  if (parts.length === 0) return EMPTY_WORD;
  const runs = parts.some(partRuns);
  const only = parts[0];
  if (parts.length === 1 && only?.k === 'text' && !only.quoted) return { parts, text: only.text, runs };
  return { parts, runs };
}

function partRuns(part: Part): boolean {
  if (part.k === 'command' || part.k === 'process') return true;
  if (part.k === 'arithmetic') return part.expression.word.runs;
  if (part.k !== 'parameter') return false;
  if (part.index !== undefined && typeof part.index !== 'string' && part.index.runs) return true;
  return wordsOf(part.op).some((word) => word.runs);
}

function wordsOf(op: Extract<Part, { k: 'parameter' }>['op']): Word[] {
  if (op === undefined) return [];
  switch (op.o) {
    case 'replace':
      return [op.pattern, op.by];
    case 'slice':
      return op.length === undefined ? [op.offset.word] : [op.offset.word, op.length.word];
    case 'indirect':
      return wordsOf(op.then);
    default:
      return [...('word' in op ? [op.word] : []), ...('pattern' in op && op.pattern !== undefined ? [op.pattern] : [])];
  }
}

/** Collects parts; text next to text of the same kind becomes one. */
export function addText(parts: Part[], text: string, quoted: boolean): void {
  const last = parts.at(-1);
  if (last?.k === 'text' && last.quoted === quoted)
    parts[parts.length - 1] = { k: 'text', text: last.text + text, quoted };
  else parts.push({ k: 'text', text, quoted });
}
