// The shell's grammar, seen from outside: one command line at a time, so that what stands before an error runs, aliases
// take effect from the next line on, and an unfinished line can be told from a wrong one.

import { deepFreeze } from '../../time/state.ts';
import type { Flavour } from './flavour.ts';
import { grammar, passSeparator, readItem } from './parser/commands.ts';
import { atEnd, newScanner, type Problem, type Scanner, SyntaxProblem } from './parser/scanner.ts';
import { operatorHere, skipLines, surprised } from './parser/tokens.ts';
import type { Node } from './syntax.ts';

export type { Problem } from './parser/scanner.ts';

export type Parsed =
  | (Open & {
      readonly kind: 'command';
      readonly node: Node;
      readonly next: Place;
      readonly warnings: readonly string[];
    })
  /** Nothing but blanks and comments is left. */
  | { readonly kind: 'end' }
  /** The source may go on: a quote, a `do`, a here-document is open. */
  | (Open & { readonly kind: 'incomplete'; readonly problem: Problem })
  | { readonly kind: 'error'; readonly problem: Problem };

interface Open {
  /** Of a here-document that goes on to the source's end: the line that would end it. */
  readonly awaits: string | undefined;
}

/** Where to go on reading. Aliases may have changed the text itself. */
export interface Place {
  readonly source: string;
  readonly position: number;
  readonly line: number;
}

export interface ParseOptions {
  readonly flavour: Flavour;
  readonly aliases?: ReadonlyMap<string, string>;
  /** `shopt -s extglob`. */
  readonly extended?: boolean;
}

const NO_ALIASES: ReadonlyMap<string, string> = new Map();

/** Parses the next command line: all up to the end of a line (or of the source) that belongs together. */
export function parseLine(place: Place, options: ParseOptions): Parsed {
  const { flavour, aliases = NO_ALIASES, extended = false } = options;
  const s = newScanner(place.source, place.position, flavour, aliases, place.line, extended);
  try {
    skipLines(s, grammar);
    if (atEnd(s)) return { kind: 'end' };
    return readLine(s);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const { problem } = error;
    return problem.more ? { kind: 'incomplete', problem, awaits: s.awaits } : { kind: 'error', problem };
  }
}

function readLine(s: Scanner): Parsed {
  const items: Node[] = [];
  do {
    if (operatorHere(s) === ')') surprised(s);
    items.push(readItem(s));
    const op = operatorHere(s);
    if (op === ';' || op === '&') s.position++;
    else break;
  } while (operatorHere(s) !== '\n' && !atEnd(s));
  passSeparator(s);
  const only = items[0];
  const node: Node = items.length === 1 && only !== undefined ? only : { t: 'list', items };
  const position = s.position;
  const line = lineAt(s, position);
  return {
    kind: 'command',
    node: deepFreeze(node),
    next: { source: s.source, position, line },
    warnings: s.warnings,
    awaits: s.awaits,
  };
}

function lineAt(s: Scanner, position: number): number {
  let line = s.lineMark.line;
  for (let i = s.lineMark.position; i < position; i++) if (s.source.charCodeAt(i) === 10) line++;
  return line;
}

/** Whether a line editor should run what was typed, or ask for another line. */
export function completeness(source: string, options: ParseOptions): 'complete' | 'incomplete' | 'error' {
  let place: Place = { source, position: 0, line: 1 };
  for (;;) {
    const parsed = parseLine(place, options);
    if (parsed.kind === 'end') return endsInBackslash(source) ? 'incomplete' : 'complete';
    if (parsed.kind !== 'command') return parsed.kind;
    if (parsed.warnings.length > 0) return 'incomplete';
    place = parsed.next;
  }
}

function endsInBackslash(source: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\\n?$/.test(source);
}
