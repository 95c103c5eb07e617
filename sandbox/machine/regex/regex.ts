// Regular expressions for programs and the shell. The time that a match takes is linear in the text (but for back
// references, which have a budget); the host's own engine isn't used on users' expressions.

import { searchBacktracking } from './backtrack.ts';
import { compileTree } from './compile.ts';
import { type Dialect, parseRegex } from './parse.ts';
import { type MatchOptions, searchThreads } from './threads.ts';
import type { RegexNode } from './tree.ts';

export { RegexProblem } from './tree.ts';

export interface RegexOptions {
  readonly dialect: Dialect;
  readonly ignoreCase?: boolean;
  /** `.` doesn't match a newline, `^` and `$` match at each line. */
  readonly lines?: boolean;
  /** Perl's choice instead of the longest match; follows the dialect unless given. */
  readonly longest?: boolean;
}

export interface Match {
  readonly start: number;
  readonly end: number;
  /** The groups' texts, from 1 on; undefined where one took no part. */
  readonly groups: readonly (string | undefined)[];
  /** Where the groups begin; -1 where one took no part. */
  readonly starts: readonly number[];
}

export interface Regex {
  readonly groups: number;
  readonly names: ReadonlyMap<number, string>;
  /** The first match that begins at `from` or later. */
  search(text: string, from?: number): Match | undefined;
  test(text: string): boolean;
}

/** Throws `RegexProblem`. */
export function compileRegex(source: string, options: RegexOptions): Regex {
  const tree = parseRegex(source, options.dialect);
  const { ignoreCase = false, lines = false, longest = options.dialect !== 'perl' } = options;
  const literal = ignoreCase ? undefined : literalOf(tree.root);
  if (literal !== undefined) return literalRegex(literal);
  const slots = (tree.groups + 1) * 2;
  const full: MatchOptions = { ignoreCase, lines, longest, slots };
  const program = tree.backtracks ? undefined : compileTree(tree);
  const prefix = ignoreCase ? '' : prefixOf(tree.root);
  const run = (text: string, from: number, matchOptions: MatchOptions): readonly number[] | undefined => {
    const at = prefix === '' ? from : text.indexOf(prefix, from);
    if (at < 0) return undefined;
    return program === undefined
      ? searchBacktracking(tree, text, at, full)
      : searchThreads(program, text, at, matchOptions);
  };
  const quick: MatchOptions = { ...full, longest: false, slots: 1 };
  return {
    groups: tree.groups,
    names: tree.names,
    search: (text, from = 0) => matchOf(text, run(text, from, full)),
    test: (text) => run(text, 0, quick) !== undefined,
  };
}

function matchOf(text: string, slots: readonly number[] | undefined): Match | undefined {
  if (slots === undefined) return undefined;
  const groups: (string | undefined)[] = [];
  const starts: number[] = [];
  for (let i = 2; i < slots.length; i += 2) {
    const start = slots[i] ?? -1;
    const end = slots[i + 1] ?? -1;
    groups.push(start < 0 || end < 0 ? undefined : text.slice(start, end));
    starts.push(start);
  }
  return { start: slots[0] ?? 0, end: slots[1] ?? 0, groups, starts };
}

function literalRegex(literal: string): Regex {
  return {
    groups: 0,
    names: new Map(),
    search: (text, from = 0) => {
      const start = text.indexOf(literal, from);
      return start < 0 ? undefined : { start, end: start + literal.length, groups: [], starts: [] };
    },
    test: (text) => text.includes(literal),
  };
}

function literalOf(node: RegexNode): string | undefined {
  if (node.r === 'char') return String.fromCodePoint(node.code);
  if (node.r !== 'sequence') return undefined;
  let text = '';
  for (const item of node.items) {
    if (item.r !== 'char') return undefined;
    text += String.fromCodePoint(item.code);
  }
  return text;
}

/** The characters that every match begins with. */
function prefixOf(node: RegexNode): string {
  if (node.r === 'char') return String.fromCodePoint(node.code);
  if (node.r !== 'sequence') return '';
  let text = '';
  for (const item of node.items) {
    if (item.r !== 'char') break;
    text += String.fromCodePoint(item.code);
  }
  return text;
}

/** Quotes what a dialect would take for more than itself. */
export function escapeRegex(text: string): string {
  return text.replace(/[.[\]\\*^$+?(){}|]/g, '\\$&');
}
