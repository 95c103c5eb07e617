// The kinds of tokens, numbered in the order in which errors list them.

export const EOF = -1;

/** What a token is called in errors, by its kind; kinds are indices. Literal tokens are shown in quotes. */
const NAMES = [
  '',
  "'=='",
  "'!='",
  "'in'",
  "'<'",
  "'<='",
  "'>='",
  "'>'",
  "'&&'",
  "'||'",
  "'['",
  "']'",
  "'{'",
  "'}'",
  "'('",
  "')'",
  "'.'",
  "','",
  "'-'",
  "'!'",
  "'?'",
  "':'",
  "'+'",
  "'*'",
  "'/'",
  "'%'",
  "'true'",
  "'false'",
  "'null'",
  'WHITESPACE',
  'COMMENT',
  'NUM_FLOAT',
  'NUM_INT',
  'NUM_UINT',
  'STRING',
  'BYTES',
  'IDENTIFIER',
  'ESC_IDENTIFIER',
] as const;

export const EQUALS = 1;
export const NOT_EQUALS = 2;
export const IN = 3;
export const LESS = 4;
export const LESS_EQUALS = 5;
export const GREATER_EQUALS = 6;
export const GREATER = 7;
export const LOGICAL_AND = 8;
export const LOGICAL_OR = 9;
export const LBRACKET = 10;
export const RBRACKET = 11;
export const LBRACE = 12;
export const RBRACE = 13;
export const LPAREN = 14;
export const RPAREN = 15;
export const DOT = 16;
export const COMMA = 17;
export const MINUS = 18;
export const EXCLAM = 19;
export const QUESTION = 20;
export const COLON = 21;
export const PLUS = 22;
export const STAR = 23;
export const SLASH = 24;
export const PERCENT = 25;
export const TRUE = 26;
export const FALSE = 27;
export const NULL = 28;
export const WHITESPACE = 29;
export const COMMENT = 30;
export const FLOAT = 31;
export const INT = 32;
export const UINT = 33;
export const STRING = 34;
export const BYTES = 35;
export const IDENTIFIER = 36;
export const ESC_IDENTIFIER = 37;

export type TokenKind = number;

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins in the source, in UTF-16 units. */
  readonly start: number;
}

export function isHidden({ kind }: Token): boolean {
  return kind === WHITESPACE || kind === COMMENT;
}

/** `'('`, `IDENTIFIER`, `<EOF>`. */
export function kindName(kind: TokenKind): string {
  return kind === EOF ? '<EOF>' : (NAMES[kind] ?? `<${kind}>`);
}
