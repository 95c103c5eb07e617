// Regular expressions of users: RE2's, whose matching takes linear time.

import { RE2JS, RE2JSSyntaxException } from 're2js';
import { failure, isInt, NO_SUCH_OVERLOAD, type Result } from '../values.ts';
import { type Library, onStrings, type Run } from './library.ts';

/** A pattern that can't be compiled; the message is Go's: "error parsing regexp: missing closing ]: `[a`". */
export interface PatternProblem {
  readonly problem: string;
}

export function compilePattern(pattern: string): RE2JS | PatternProblem {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return { problem: error.message };
    throw error;
  }
}

export function matches(pattern: RE2JS, text: string): boolean {
  return pattern.test(text);
}

/** All matches from left to right, `limit` at most unless it is negative; none is empty right behind another. */
function allMatches(pattern: RE2JS, text: string, limit: number): readonly string[] {
  const found: string[] = [];
  const matcher = pattern.matcher(text);
  let previousEnd = -1;
  for (let at = 0; at <= text.length && found.length !== limit && matcher.find(at); ) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start || start !== previousEnd) found.push(text.slice(start, end));
    previousEnd = end;
    at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  }
  return found;
}

function withPattern(pattern: string, wrong: (problem: string) => string, run: (pattern: RE2JS) => Result): Result {
  const compiled = compilePattern(pattern);
  return 'problem' in compiled ? failure(wrong(compiled.problem)) : run(compiled);
}

const illegal = (problem: string): string => `Illegal regex: ${problem}`;

const findAll: Run = (text = null, pattern = null, limit = -1) => {
  if (typeof text !== 'string' || typeof pattern !== 'string' || !isInt(limit)) return NO_SUCH_OVERLOAD;
  return withPattern(pattern, illegal, (compiled) => allMatches(compiled, text, Number(limit)));
};

function find(pattern: RE2JS, text: string): string {
  return allMatches(pattern, text, 1).join('');
}

/** The function with its pattern given: a constant pattern is compiled once. */
export const WITH_PATTERN: ReadonlyMap<string, (pattern: RE2JS) => Run> = new Map([
  ['matches', (pattern: RE2JS): Run => onFirst((text) => matches(pattern, text))],
  ['find', (pattern: RE2JS): Run => onFirst((text) => find(pattern, text))],
  [
    'findAll',
    (pattern: RE2JS): Run =>
      (text = null, _ = null, limit = -1) =>
        typeof text === 'string' && isInt(limit) ? allMatches(pattern, text, Number(limit)) : NO_SUCH_OVERLOAD,
  ],
]);

function onFirst(run: (text: string) => Result): Run {
  return (text = null) => (typeof text === 'string' ? run(text) : NO_SUCH_OVERLOAD);
}

export const REGEX_LIBRARY: Library = {
  matches: {
    overloads: ['matches: (string, string) -> bool', 'matches_string: string.(string) -> bool'],
    run: onStrings((text, pattern) => withPattern(pattern, String, (compiled) => matches(compiled, text))),
    takes: (value) => typeof value === 'string',
  },
  find: {
    overloads: ['string_find_string: string.(string) -> string'],
    runs: {
      string_find_string: onStrings((text, pattern) =>
        withPattern(pattern, illegal, (compiled) => find(compiled, text)),
      ),
    },
  },
  findAll: {
    overloads: [
      'string_find_all_string: string.(string) -> list(string)',
      'string_find_all_string_int: string.(string, int) -> list(string)',
    ],
    runs: { string_find_all_string: findAll, string_find_all_string_int: findAll },
  },
};
