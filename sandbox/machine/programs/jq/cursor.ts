// Where a reader of jq stands in a program's words, and what it expects there.

import { JqSyntaxError, type Token } from './lex.ts';

export interface Parser {
  readonly tokens: readonly Token[];
  at: number;
}

export function peek({ tokens, at }: Parser, ahead = 0): Token | undefined {
  return tokens[at + ahead];
}

export function isOp(parser: Parser, text: string): boolean {
  const token = peek(parser);
  return token?.kind === 'op' && token.text === text;
}

export function isWord(parser: Parser, text: string): boolean {
  const token = peek(parser);
  return token?.kind === 'word' && token.text === text;
}

export function unexpected(parser: Parser): never {
  const token = peek(parser);
  throw new JqSyntaxError(
    token === undefined ? 'syntax error, unexpected $end' : `syntax error, unexpected ${shown(token)}`,
  );
}

function shown({ kind, text }: Token): string {
  switch (kind) {
    case 'word':
      return KEYWORDS.has(text) ? text : 'IDENT';
    case 'field':
      return 'FIELD';
    case 'number':
      return 'LITERAL';
    case 'string':
      return 'QQSTRING_START';
    case 'format':
      return 'FORMAT';
    case 'variable':
      return "'$'";
    default:
      return `'${text}'`;
  }
}

export const KEYWORDS = new Set(
  'def if then elif else end as reduce foreach try catch label import include and or __loc__'.split(' '),
);

export function take(parser: Parser, text: string): void {
  const token = peek(parser);
  if (token === undefined || token.kind === 'string' || token.text !== text) unexpected(parser);
  parser.at++;
}

export function accept(parser: Parser, text: string): boolean {
  const token = peek(parser);
  if (token === undefined || (token.kind !== 'op' && token.kind !== 'word') || token.text !== text) return false;
  parser.at++;
  return true;
}
