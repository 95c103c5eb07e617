// The parser's place in its source: position, line, here-documents whose bodies are still to come, and how it gives up.

import type { Flavour } from '../flavour.ts';
import type { Word } from '../syntax.ts';

/** Nesting beyond this is refused, so that no source can exhaust the stack. */
const DEPTH_MAX = 200;

/** Why a source doesn't parse. `more`: it ends where it could go on. */
export interface Problem {
  readonly kind: 'unexpected' | 'end' | 'unclosed' | 'message';
  /** The token that surprised, the closing mark that is missing, or the message itself. */
  readonly what: string;
  /** The word that was needed, where the grammar knows just one. */
  readonly expecting?: string;
  readonly line: number;
  readonly more: boolean;
}

export class SyntaxProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

/** A here-document whose body begins after the next newline. */
export interface Heredoc {
  readonly delimiter: string;
  /** Quoted: the body is taken as it stands. */
  readonly quoted: boolean;
  /** `<<-`: leading tabs are dropped. */
  readonly stripTabs: boolean;
  readonly redirect: { target: Word };
  readonly line: number;
}

export interface Scanner {
  source: string;
  position: number;
  readonly flavour: Flavour;
  readonly aliases: ReadonlyMap<string, string>;
  /** Whether a word may hold groups of patterns, as `+(a|b)`. */
  extended: boolean;
  /** Aliases aren't expanded again before this position, by name. */
  readonly expanded: Map<string, number>;
  readonly heredocs: Heredoc[];
  /** What bash says of here-documents that ended with the file. */
  readonly warnings: string[];
  /** The line that would have ended the first of those here-documents. */
  awaits: string | undefined;
  /** The line of the source's first character. */
  readonly firstLine: number;
  depth: number;
  lineMark: { position: number; line: number };
}

export function newScanner(
  source: string,
  position: number,
  flavour: Flavour,
  aliases: ReadonlyMap<string, string>,
  firstLine: number,
  extended: boolean,
): Scanner {
  return {
    source,
    position,
    flavour,
    aliases,
    extended,
    expanded: new Map(),
    heredocs: [],
    warnings: [],
    awaits: undefined,
    firstLine,
    depth: 0,
    lineMark: { position, line: firstLine },
  };
}

/** The line of the present position. */
export function lineOf(s: Scanner): number {
  const mark = s.lineMark;
  if (s.position < mark.position) {
    mark.position = 0;
    mark.line = s.firstLine;
  }
  for (let i = mark.position; i < s.position; i++) if (s.source.charCodeAt(i) === 10) mark.line++;
  mark.position = s.position;
  return mark.line;
}

/** The character here, or '' at the end. */
export function peek(s: Scanner, ahead = 0): string {
  return s.source.charAt(s.position + ahead);
}

export function startsWith(s: Scanner, text: string): boolean {
  return s.source.startsWith(text, s.position);
}

export function atEnd(s: Scanner): boolean {
  return s.position >= s.source.length;
}

/** Skips blanks, joined lines and a comment; stops before a newline. */
export function skipBlanks(s: Scanner): void {
  for (;;) {
    const c = peek(s);
    if (c === ' ' || c === '\t') s.position++;
    else if (c === '\\' && peek(s, 1) === '\n') s.position += 2;
    else break;
  }
  if (peek(s) === '#') while (!atEnd(s) && peek(s) !== '\n') s.position++;
}

/** Something stands here that the grammar doesn't allow. */
export function unexpected(s: Scanner, token: string, expecting?: string): never {
  throw new SyntaxProblem({
    kind: 'unexpected',
    what: token,
    line: lineOf(s),
    more: false,
    ...(expecting === undefined ? {} : { expecting }),
  });
}

/** The source ends inside a command. */
export function endedEarly(s: Scanner, expecting?: string, what = 'end of file'): never {
  s.position = s.source.length;
  throw new SyntaxProblem({
    kind: 'end',
    what,
    line: lineOf(s),
    more: true,
    ...(expecting === undefined ? {} : { expecting }),
  });
}

/** The source ends before the mark that closes what began at `from`. */
export function unclosed(s: Scanner, mark: string, from: number): never {
  s.position = from;
  throw new SyntaxProblem({ kind: 'unclosed', what: mark, line: lineOf(s), more: true });
}

export function refuse(s: Scanner, message: string): never {
  throw new SyntaxProblem({ kind: 'message', what: message, line: lineOf(s), more: false });
}

/** Runs a part of the grammar one level deeper. */
export function nested<T>(s: Scanner, parse: () => T): T {
  if (++s.depth > DEPTH_MAX) refuse(s, 'commands are nested too deeply');
  try {
    return parse();
  } finally {
    s.depth--;
  }
}
