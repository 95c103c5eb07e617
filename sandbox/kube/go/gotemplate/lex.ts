// Cuts the text of a Go template into plain text and the tokens of its actions.

import { quote } from '../text.ts';

export type TokenKind =
  | 'error'
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
  | 'space'
  | 'boolean'
  | 'character'
  | 'character constant'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'end of file'
  | 'field'
  | 'identifier'
  | 'left parenthesis'
  | 'right parenthesis'
  | 'number'
  | 'pipe'
  | 'raw string'
  | 'string'
  | 'variable'
  | 'dot'
  | 'nil'
  | Keyword;

const KEYWORDS = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
] as const satisfies readonly string[];

type Keyword = (typeof KEYWORDS)[number];

/** A token; `at` is where it begins in the text, `line` counts from 1. An error's text is its message. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
  readonly line: number;
}

/** How messages show a token. */
export function tokenText({ kind, text }: Token): string {
  if (kind === 'end of file') return 'EOF';
  if (kind === 'error') return text;
  if (kind === 'dot' || kind === 'nil' || isKeyword(kind)) return `<${text}>`;
  return new TextEncoder().encode(text).length > 10 ? `${quote([...text].slice(0, 10).join(''))}...` : quote(text);
}

function isKeyword(text: string): text is Keyword {
  return KEYWORDS.some((keyword) => keyword === text);
}

const LEFT = '{{';
const RIGHT = '}}';
const SPACES = ' \t\r\n';
const END = '';

export interface Lexer {
  readonly text: string;
  start: number;
  at: number;
  startLine: number;
  inAction: boolean;
  parentheses: number;
}

export function createLexer(text: string): Lexer {
  return { text, start: 0, at: 0, startLine: 1, inAction: false, parentheses: 0 };
}

/** The next token. Behind an error there is nothing more to read. */
export function nextToken(lexer: Lexer): Token {
  return lexer.inAction ? actionToken(lexer) : textToken(lexer);
}

/** What has been passed since the last token. */
function emit(lexer: Lexer, kind: TokenKind): Token {
  const token = { kind, text: lexer.text.slice(lexer.start, lexer.at), at: lexer.start, line: lexer.startLine };
  skip(lexer);
  return token;
}

function skip(lexer: Lexer): void {
  for (let i = lexer.start; i < lexer.at; i++) if (lexer.text[i] === '\n') lexer.startLine++;
  lexer.start = lexer.at;
}

function failed(lexer: Lexer, message: string): Token {
  const token: Token = { kind: 'error', text: message, at: lexer.start, line: lexer.startLine };
  lexer.start = lexer.text.length;
  lexer.at = lexer.text.length;
  return token;
}

/** Text up to the next action; empty text and comments are passed over. */
function textToken(lexer: Lexer): Token {
  for (;;) {
    const delimiter = lexer.text.indexOf(LEFT, lexer.at);
    if (delimiter < 0) {
      lexer.at = lexer.text.length;
      return emit(lexer, lexer.at > lexer.start ? 'text' : 'end of file');
    }
    const trims = isLeftTrim(lexer.text, delimiter + LEFT.length);
    lexer.at = trims ? withoutSpacesBefore(lexer.text, lexer.start, delimiter) : delimiter;
    const text = emit(lexer, 'text');
    lexer.at = delimiter;
    skip(lexer);
    if (text.text !== '') return text;
    const inside = delimiter + LEFT.length + (trims ? 2 : 0);
    if (!lexer.text.startsWith('/*', inside)) return leftDelimiter(lexer, inside);
    const problem = passComment(lexer, inside);
    if (problem !== undefined) return problem;
  }
}

function leftDelimiter(lexer: Lexer, inside: number): Token {
  lexer.at += LEFT.length;
  const token = emit(lexer, 'left delimiter');
  lexer.at = inside;
  skip(lexer);
  lexer.inAction = true;
  lexer.parentheses = 0;
  return token;
}

function passComment(lexer: Lexer, inside: number): Token | undefined {
  lexer.at = inside;
  skip(lexer);
  const close = lexer.text.indexOf('*/', inside + 2);
  if (close < 0) return failed(lexer, 'unclosed comment');
  lexer.at = close + 2;
  const length = rightDelimiterLength(lexer);
  if (length === 0) return failed(lexer, 'comment ends before closing delimiter');
  lexer.at += length;
  if (length > RIGHT.length) passSpaces(lexer);
  skip(lexer);
  return undefined;
}

function isLeftTrim(text: string, at: number): boolean {
  return text[at] === '-' && isSpace(text[at + 1] ?? END);
}

function withoutSpacesBefore(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isSpace(text[end - 1] ?? END)) end--;
  return end;
}

/** How long the right delimiter here is, with its trim marker; 0 when there is none. */
function rightDelimiterLength({ text, at }: Lexer): number {
  if (isSpace(text[at] ?? END) && text[at + 1] === '-' && text.startsWith(RIGHT, at + 2)) return RIGHT.length + 2;
  return text.startsWith(RIGHT, at) ? RIGHT.length : 0;
}

function passSpaces(lexer: Lexer): void {
  while (isSpace(lexer.text[lexer.at] ?? END)) lexer.at++;
}

function actionToken(lexer: Lexer): Token {
  const length = rightDelimiterLength(lexer);
  if (length > 0) return rightDelimiter(lexer, length);
  const character = next(lexer);
  if (character === END) return failed(lexer, 'unclosed action');
  if (isSpace(character)) return spaceToken(lexer);
  const single = SINGLE.get(character);
  if (single !== undefined) return emit(lexer, single);
  if (character === ':') return next(lexer) === '=' ? emit(lexer, 'declare') : failed(lexer, 'expected :=');
  if (character === '"' || character === "'") return quotedToken(lexer, character);
  if (character === '`') return rawToken(lexer);
  if (character === '$') return nameToken(lexer, 'variable');
  if (character === '.' && !/^[0-9]$/.test(peek(lexer)))
    return lexer.at < lexer.text.length ? nameToken(lexer, 'field') : emit(lexer, 'dot');
  if (/^[.+\-0-9]$/.test(character)) return numberToken(lexer);
  if (isWordCharacter(character)) return wordToken(lexer);
  if (character === '(' || character === ')') return parenthesis(lexer, character);
  if (/^[!-~]$/.test(character)) return emit(lexer, 'character');
  return failed(lexer, `unrecognized character in action: ${codeOf(character)}`);
}

const SINGLE: ReadonlyMap<string, TokenKind> = new Map([
  ['=', 'assign'],
  ['|', 'pipe'],
]);

function rightDelimiter(lexer: Lexer, length: number): Token {
  if (lexer.parentheses > 0) return failed(lexer, 'unclosed left paren');
  lexer.at += length - RIGHT.length;
  skip(lexer);
  lexer.at += RIGHT.length;
  const token = emit(lexer, 'right delimiter');
  if (length > RIGHT.length) {
    passSpaces(lexer);
    skip(lexer);
  }
  lexer.inAction = false;
  return token;
}

/** Blanks, but for the last one where a trimming delimiter follows. */
function spaceToken(lexer: Lexer): Token {
  passSpaces(lexer);
  lexer.at--;
  if (rightDelimiterLength(lexer) <= RIGHT.length) lexer.at++;
  return emit(lexer, 'space');
}

function parenthesis(lexer: Lexer, character: string): Token {
  lexer.parentheses += character === '(' ? 1 : -1;
  if (lexer.parentheses < 0) return failed(lexer, 'unexpected right paren');
  return emit(lexer, character === '(' ? 'left parenthesis' : 'right parenthesis');
}

/** `.name` or `$name`, the first character being past. */
function nameToken(lexer: Lexer, kind: 'field' | 'variable'): Token {
  if (isAtTerminator(lexer)) return emit(lexer, kind === 'field' ? 'dot' : kind);
  while (isWordCharacter(peek(lexer))) next(lexer);
  return isAtTerminator(lexer) ? emit(lexer, kind) : failed(lexer, `bad character ${codeOf(peek(lexer))}`);
}

function wordToken(lexer: Lexer): Token {
  while (isWordCharacter(peek(lexer))) next(lexer);
  if (!isAtTerminator(lexer)) return failed(lexer, `bad character ${codeOf(peek(lexer))}`);
  const word = lexer.text.slice(lexer.start, lexer.at);
  if (isKeyword(word) || word === 'nil') return emit(lexer, word);
  return emit(lexer, word === 'true' || word === 'false' ? 'boolean' : 'identifier');
}

/** Anything that begins like a number; whether it is one is for its reader to say. */
function numberToken(lexer: Lexer): Token {
  lexer.at = lexer.start;
  const bad = () => failed(lexer, `bad number syntax: ${quote(lexer.text.slice(lexer.start, lexer.at))}`);
  if (!passNumber(lexer)) return bad();
  if (peek(lexer) !== '+' && peek(lexer) !== '-') return emit(lexer, 'number');
  return passNumber(lexer) && lexer.text[lexer.at - 1] === 'i' ? emit(lexer, 'complex') : bad();
}

function passNumber(lexer: Lexer): boolean {
  const number =
    /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
  number.lastIndex = lexer.at;
  lexer.at += number.exec(lexer.text)?.[0].length ?? 0;
  if (!isWordCharacter(peek(lexer))) return true;
  next(lexer);
  return false;
}

function quotedToken(lexer: Lexer, quote: '"' | "'"): Token {
  const what = quote === '"' ? 'quoted string' : 'character constant';
  for (let character = next(lexer); character !== quote; character = next(lexer)) {
    const last = character === '\\' ? next(lexer) : character;
    if (last === END || last === '\n') return failed(lexer, `unterminated ${what}`);
  }
  return emit(lexer, quote === '"' ? 'string' : 'character constant');
}

function rawToken(lexer: Lexer): Token {
  const close = lexer.text.indexOf('`', lexer.at);
  if (close < 0) return failed(lexer, 'unterminated raw quoted string');
  lexer.at = close + 1;
  return emit(lexer, 'raw string');
}

function isAtTerminator(lexer: Lexer): boolean {
  const character = peek(lexer);
  return character === END || `${SPACES}.,|:()`.includes(character) || lexer.text.startsWith(RIGHT, lexer.at);
}

function peek({ text, at }: Lexer): string {
  const code = text.codePointAt(at);
  return code === undefined ? END : String.fromCodePoint(code);
}

function next(lexer: Lexer): string {
  const character = peek(lexer);
  lexer.at += character.length;
  return character;
}

function isSpace(character: string): boolean {
  return character !== END && SPACES.includes(character);
}

function isWordCharacter(character: string): boolean {
  return /^[_\p{L}\p{Nd}]$/u.test(character);
}

/** `U+002A '*'`; the end of the text is -1 to Go. */
function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character) ? `U+${code} '${character}'` : `U+${code}`;
}
