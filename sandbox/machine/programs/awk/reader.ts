// Where the parser of awk stands in the words of a program.

import type { Token } from './tokens.ts';
import { AwkProblem } from './tree.ts';

export interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  /** Inside of a `print` without parentheses, `>` redirects; in a `for (x in`, `in` doesn't test. */
  noGreater: boolean;
  noIn: boolean;
  depth: number;
}

export function here(r: Reader): Token {
  return r.tokens[r.at] ?? { t: 'end', text: '', line: 0 };
}

export function isOp(r: Reader, text: string): boolean {
  const token = here(r);
  return token.t === 'op' && token.text === text;
}

export function isKeyword(r: Reader, text: string): boolean {
  const token = here(r);
  return token.t === 'keyword' && token.text === text;
}

export function accept(r: Reader, text: string): boolean {
  if (!isOp(r, text)) return false;
  r.at++;
  return true;
}

export function expect(r: Reader, text: string): void {
  if (!accept(r, text)) fail(r);
}

export function fail(r: Reader): never {
  const token = here(r);
  throw new AwkProblem(token.t === 'end' ? 'Unexpected end of input' : 'Unexpected token', token.line, token.text);
}

export function skipNewlines(r: Reader): void {
  while (here(r).t === 'newline') r.at++;
}

export function skipEnds(r: Reader): void {
  while (here(r).t === 'newline' || isOp(r, ';')) r.at++;
}
