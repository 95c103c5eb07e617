// Cuts an expression into tokens: always the longest that fits. What begins no token is an error, and skipped.

import { type Issue, locationAt } from './source.ts';
import * as T from './tokens.ts';

export interface Lexed {
  /** White space and comments included; ends with EOF. */
  readonly tokens: readonly T.Token[];
  readonly issues: readonly Issue[];
}

export function tokenize(text: string): Lexed {
  const tokens: T.Token[] = [];
  const issues: Issue[] = [];
  for (let at = 0; at < text.length; ) {
    const { kind, end } = tokenAt(text, at);
    if (kind === undefined) {
      const stuck = text.slice(at, end + charLength(text, end));
      issues.push({ location: locationAt(text, at), message: `Syntax error: token recognition error at: '${stuck}'` });
      at += stuck.length;
    } else {
      tokens.push({ kind, text: text.slice(at, end), start: at });
      at = end;
    }
  }
  tokens.push({ kind: T.EOF, text: '<EOF>', start: text.length });
  return { tokens, issues };
}

/** Without a kind, `end` is the first character that fits into no token. */
interface Match {
  readonly kind?: T.TokenKind;
  readonly end: number;
}

const PUNCTUATION: ReadonlyMap<string, T.TokenKind> = new Map([
  ['<', T.LESS],
  ['>', T.GREATER],
  ['[', T.LBRACKET],
  [']', T.RBRACKET],
  ['{', T.LBRACE],
  ['}', T.RBRACE],
  ['(', T.LPAREN],
  [')', T.RPAREN],
  ['.', T.DOT],
  [',', T.COMMA],
  ['-', T.MINUS],
  ['!', T.EXCLAM],
  ['?', T.QUESTION],
  [':', T.COLON],
  ['+', T.PLUS],
  ['*', T.STAR],
  ['/', T.SLASH],
  ['%', T.PERCENT],
  ['==', T.EQUALS],
  ['!=', T.NOT_EQUALS],
  ['<=', T.LESS_EQUALS],
  ['>=', T.GREATER_EQUALS],
  ['&&', T.LOGICAL_AND],
  ['||', T.LOGICAL_OR],
]);

const WORDS: ReadonlyMap<string, T.TokenKind> = new Map([
  ['in', T.IN],
  ['true', T.TRUE],
  ['false', T.FALSE],
  ['null', T.NULL],
]);

function tokenAt(text: string, at: number): Match {
  const char = text.charCodeAt(at);
  if (isSpace(char)) return { kind: T.WHITESPACE, end: skip(text, at, isSpace) };
  if (isLetter(char)) return word(text, at);
  if (isDigit(char) || (char === DOT && isDigit(text.charCodeAt(at + 1)))) return number(text, at);
  if (char === DOUBLE || char === SINGLE) return string(text, at, T.STRING, false);
  if (char === BACKTICK) return escapedIdentifier(text, at);
  if (text.startsWith('//', at)) return { kind: T.COMMENT, end: skip(text, at, (unit) => unit !== NEWLINE) };
  return punctuation(text, at);
}

const NEWLINE = 10;
const RETURN = 13;
const DOUBLE = 34;
const SINGLE = 39;
const DOT = 46;
const BACKSLASH = 92;
const BACKTICK = 96;

function punctuation(text: string, at: number): Match {
  const two = PUNCTUATION.get(text.slice(at, at + 2));
  if (two !== undefined && at + 1 < text.length) return { kind: two, end: at + 2 };
  const one = PUNCTUATION.get(text.charAt(at));
  if (one !== undefined) return { kind: one, end: at + 1 };
  return { end: '=&|'.includes(text.charAt(at)) ? at + 1 : at };
}

/** An identifier, or a literal with a prefix: `r'...'`, `b'...'`, `br'...'`. */
function word(text: string, at: number): Match {
  const prefixed = prefixedString(text, at);
  if (prefixed?.kind !== undefined) return prefixed;
  const end = skip(text, at, isWordUnit);
  return { kind: WORDS.get(text.slice(at, end)) ?? T.IDENTIFIER, end };
}

function prefixedString(text: string, at: number): Match | undefined {
  const bytes = isOneOf(text, at, 'bB');
  const rawAt = bytes ? at + 1 : at;
  const raw = isOneOf(text, rawAt, 'rR');
  const quoteAt = raw ? rawAt + 1 : rawAt;
  if (quoteAt === at || !isOneOf(text, quoteAt, '"\'')) return undefined;
  return string(text, quoteAt, bytes ? T.BYTES : T.STRING, raw);
}

/** A string from its opening quote on; `'''` may hold line breaks. */
function string(text: string, at: number, kind: T.TokenKind, raw: boolean): Match {
  const quote = text.charAt(at);
  const triple = quote.repeat(3);
  if (text.startsWith(triple, at)) {
    const end = stringEnd(text, at + 3, triple, raw);
    if (end.kind !== undefined) return { kind, end: end.end };
  }
  const single = stringEnd(text, at + 1, quote, raw);
  return single.kind === undefined ? single : { kind, end: single.end };
}

function stringEnd(text: string, start: number, quotes: string, raw: boolean): Match {
  let at = start;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (text.startsWith(quotes, at)) return { kind: T.STRING, end: at + quotes.length };
    if (quotes.length === 1 && (char === NEWLINE || char === RETURN)) return { end: at };
    if (char === BACKSLASH && !raw) {
      const { end, kind } = escapeEnd(text, at);
      if (kind === undefined) return { end };
      at = end;
    } else at++;
  }
  return { end: text.length };
}

/** How many digits of which kind follow a backslash and this letter. */
const ESCAPE_DIGITS: ReadonlyMap<string, readonly [number, (unit: number) => boolean]> = new Map([
  ['x', [2, isHexDigit]],
  ['X', [2, isHexDigit]],
  ['u', [4, isHexDigit]],
  ['U', [8, isHexDigit]],
  ['0', [2, isOctalDigit]],
  ['1', [2, isOctalDigit]],
  ['2', [2, isOctalDigit]],
  ['3', [2, isOctalDigit]],
]);

function escapeEnd(text: string, at: number): Match {
  const letter = text.charAt(at + 1);
  if (letter !== '' && 'abfnrtv"\'\\?`'.includes(letter)) return { kind: T.STRING, end: at + 2 };
  const digits = ESCAPE_DIGITS.get(letter);
  if (digits === undefined) return { end: at + 1 };
  const [count, isValid] = digits;
  let end = at + 2;
  while (end < at + 2 + count && isValid(text.charCodeAt(end))) end++;
  return end === at + 2 + count ? { kind: T.STRING, end } : { end };
}

/** `1`, `0x1F`, `1u`, `1.5`, `.5`, `1e3`. */
function number(text: string, at: number): Match {
  const whole = skip(text, at, isDigit);
  const hex = text.startsWith('0x', at) ? skip(text, at + 2, isHexDigit) : at;
  if (hex > at + 2) return withUnsigned(text, hex);
  const fraction = text.charCodeAt(whole) === DOT ? skip(text, whole + 1, isDigit) : whole;
  const mantissa = fraction > whole + 1 ? fraction : whole;
  const exponent = exponentEnd(text, mantissa);
  if (exponent > mantissa || mantissa > whole) return { kind: T.FLOAT, end: exponent };
  return withUnsigned(text, whole);
}

function withUnsigned(text: string, end: number): Match {
  return isOneOf(text, end, 'uU') ? { kind: T.UINT, end: end + 1 } : { kind: T.INT, end };
}

function exponentEnd(text: string, at: number): number {
  if (!isOneOf(text, at, 'eE')) return at;
  const digits = isOneOf(text, at + 1, '+-') ? at + 2 : at + 1;
  const end = skip(text, digits, isDigit);
  return end > digits ? end : at;
}

function escapedIdentifier(text: string, at: number): Match {
  const end = skip(
    text,
    at + 1,
    (unit) => isWordUnit(unit) || (unit < 128 && '.-/ '.includes(String.fromCharCode(unit))),
  );
  return end > at + 1 && text.charCodeAt(end) === BACKTICK ? { kind: T.ESC_IDENTIFIER, end: end + 1 } : { end };
}

function skip(text: string, start: number, accepts: (unit: number) => boolean): number {
  let at = start;
  while (at < text.length && accepts(text.charCodeAt(at))) at++;
  return at;
}

function charLength(text: string, at: number): number {
  const point = text.codePointAt(at);
  return point === undefined ? 0 : point > 0xffff ? 2 : 1;
}

function isOneOf(text: string, at: number, chars: string): boolean {
  return at < text.length && chars.includes(text.charAt(at));
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 12 || unit === 13;
}

function isLetter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isOctalDigit(unit: number): boolean {
  return unit >= 48 && unit <= 55;
}

function isHexDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= 97 && unit <= 102) || (unit >= 65 && unit <= 70);
}

function isWordUnit(unit: number): boolean {
  return isLetter(unit) || isDigit(unit);
}
