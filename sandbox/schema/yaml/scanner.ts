// From a YAML text to tokens. Blocks are told by indentation, and a key only by the `:` behind it, so the scanner looks
// ahead and puts the beginning of a mapping in front of what it has read already.

import {
  atDocumentMark,
  type Cursor,
  cursorAt,
  isBreak,
  isSpaceOrEnd,
  type Mark,
  markOf,
  peek,
  readBreak,
  scannerError,
  skip,
  skipComment,
} from './cursor.ts';
import { scanBlock, scanPlain, scanQuoted } from './scalars.ts';
import { type Directive, scanAnchor, scanDirective, scanTag, type Tag } from './tags.ts';

type TokenKind =
  | 'block sequence'
  | 'block mapping'
  | 'block end'
  | 'flow sequence'
  | 'flow sequence end'
  | 'flow mapping'
  | 'flow mapping end'
  | 'entry'
  | 'flow entry'
  | 'key'
  | 'value'
  | 'document start'
  | 'document end'
  | 'stream end';

export type Token = { readonly start: Mark; readonly end: Mark } & (
  | { readonly is: TokenKind }
  | { readonly is: 'scalar'; readonly value: string; readonly plain: boolean }
  | { readonly is: 'anchor' | 'alias'; readonly name: string }
  | { readonly is: 'tag'; readonly tag: Tag }
  | { readonly is: 'directive'; readonly directive: Directive }
);

/** The last place where a key may have begun, in the block or in a flow collection. */
interface SimpleKey {
  possible: boolean;
  /** It stands at the block's own indentation: without `:` it is an error. */
  readonly required: boolean;
  /** The number of the token that it begins with. */
  readonly token: number;
  readonly mark: Mark;
}

/** A scanner at work. */
export interface Scanner {
  readonly cursor: Cursor;
  /** Tokens that were scanned and not taken yet. */
  readonly tokens: Token[];
  taken: number;
  /** Of the innermost block; -1 outside of any. */
  indent: number;
  readonly indents: number[];
  /** One for the block and one for each flow collection around the cursor. */
  readonly keys: SimpleKey[];
  /** The number of a token → the place among `keys` of the key that may begin with it. */
  readonly keyAtToken: Map<number, number>;
  keyAllowed: boolean;
  ended: boolean;
}

/** Go allows 10,000; here nested blocks recurse. */
const MAX_DEPTH = 1000;
const MAX_KEY_LENGTH = 1024;

export function newScanner(text: string): Scanner {
  return {
    cursor: cursorAt(text),
    tokens: [],
    taken: 0,
    indent: -1,
    indents: [],
    keys: [noKey(0)],
    keyAtToken: new Map(),
    keyAllowed: true,
    ended: false,
  };
}

function noKey(token: number): SimpleKey {
  return { possible: false, required: false, token, mark: { index: 0, line: 0, column: 0 } };
}

/** The next token, which stays. Throws a DecodingError with the words of Go's YAML library. */
export function peekToken(scanner: Scanner): Token {
  while ((scanner.tokens.length === 0 || headMayBeKey(scanner)) && !scanner.ended) fetchToken(scanner);
  const token = scanner.tokens[0];
  if (token === undefined) {
    throw scannerError(scanner.cursor, 'attempted to go past the end of stream; corrupted value?');
  }
  return token;
}

/** Takes the next token. */
export function takeToken(scanner: Scanner): Token {
  const token = peekToken(scanner);
  scanner.tokens.shift();
  scanner.taken++;
  return token;
}

/** Whether the token at the head may turn out to be the beginning of a key. */
function headMayBeKey(scanner: Scanner): boolean {
  const key = scanner.keys[scanner.keyAtToken.get(scanner.taken) ?? -1];
  return key !== undefined && isValid(scanner, key);
}

/** A key stands in one line and isn't long. */
function isValid({ cursor }: Scanner, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.mark.line === cursor.line && cursor.index <= key.mark.index + MAX_KEY_LENGTH) return true;
  if (key.required) throw scannerError(cursor, "could not find expected ':'", key.mark);
  key.possible = false;
  return false;
}

function fetchToken(scanner: Scanner): void {
  toNextToken(scanner);
  unroll(scanner, scanner.cursor.column);
  const fetch = structureAt(scanner) ?? contentAt(scanner);
  fetch(scanner);
}

type Fetch = (scanner: Scanner) => void;

function structureAt(scanner: Scanner): Fetch | undefined {
  const { cursor } = scanner;
  const letter = peek(cursor);
  if (letter === '') return fetchEnd;
  if (cursor.column === 0 && letter === '%') return fetchDirective;
  if (atDocumentMark(cursor, ['---'])) return (one) => fetchDocumentMark(one, 'document start');
  if (atDocumentMark(cursor, ['...'])) return (one) => fetchDocumentMark(one, 'document end');
  const flow = FLOW.get(letter);
  if (flow !== undefined) return flow;
  const spaced = isSpaceOrEnd(peek(cursor, 1));
  if (letter === '-' && spaced) return fetchEntry;
  if (letter === '?' && (inFlow(scanner) || spaced)) return fetchKey;
  return letter === ':' && (inFlow(scanner) || spaced) ? fetchValue : undefined;
}

const FLOW: ReadonlyMap<string, Fetch> = new Map<string, Fetch>([
  ['[', (scanner) => openFlow(scanner, 'flow sequence')],
  ['{', (scanner) => openFlow(scanner, 'flow mapping')],
  [']', (scanner) => closeFlow(scanner, 'flow sequence end')],
  ['}', (scanner) => closeFlow(scanner, 'flow mapping end')],
  [',', fetchFlowEntry],
]);

function contentAt(scanner: Scanner): Fetch {
  const { cursor } = scanner;
  const letter = peek(cursor);
  if (letter === '*') return (one) => fetchAnchor(one, 'alias');
  if (letter === '&') return (one) => fetchAnchor(one, 'anchor');
  if (letter === '!') return fetchTag;
  if ((letter === '|' || letter === '>') && !inFlow(scanner)) return fetchBlock;
  if (letter === "'" || letter === '"') return fetchQuoted;
  if (beginsPlain(scanner, letter)) return fetchPlain;
  throw scannerError(cursor, 'found character that cannot start any token', markOf(cursor));
}

function beginsPlain(scanner: Scanner, letter: string): boolean {
  const next = peek(scanner.cursor, 1);
  if (letter === '-') return next !== ' ' && next !== '\t';
  if (letter === '?' || letter === ':') return !inFlow(scanner) && !isSpaceOrEnd(next);
  return !isSpaceOrEnd(letter) && !',[]{}#&*!|>\'"%@`'.includes(letter);
}

function inFlow({ keys }: Scanner): boolean {
  return keys.length > 1;
}

/** Over blanks, comments and line ends. */
function toNextToken(scanner: Scanner): void {
  const { cursor } = scanner;
  for (;;) {
    while (peek(cursor) === ' ' || (peek(cursor) === '\t' && (inFlow(scanner) || !scanner.keyAllowed))) skip(cursor);
    skipComment(cursor);
    if (!isBreak(peek(cursor))) return;
    readBreak(cursor);
    if (!inFlow(scanner)) scanner.keyAllowed = true;
  }
}

/** A token of so many characters. */
function addLetters({ cursor, tokens }: Scanner, is: TokenKind, count: number): void {
  const start = markOf(cursor);
  skip(cursor, count);
  tokens.push({ is, start, end: markOf(cursor) });
}

/** Begins a block when the column is further in. `number`: the token before which it begins; the next one by default. */
function roll(scanner: Scanner, is: TokenKind, mark: Mark, number?: number): void {
  const { tokens, indents } = scanner;
  if (inFlow(scanner) || scanner.indent >= mark.column) return;
  indents.push(scanner.indent);
  scanner.indent = mark.column;
  if (indents.length > MAX_DEPTH) throw scannerError(scanner.cursor, `exceeded max depth of ${MAX_DEPTH}`, mark);
  const at = number === undefined ? tokens.length : number - scanner.taken;
  tokens.splice(at, 0, { is, start: mark, end: mark });
}

/** Ends the blocks that are further in than the column. */
function unroll(scanner: Scanner, column: number): void {
  if (inFlow(scanner)) return;
  while (scanner.indent > column) {
    const mark = markOf(scanner.cursor);
    scanner.tokens.push({ is: 'block end', start: mark, end: mark });
    scanner.indent = scanner.indents.pop() ?? -1;
  }
}

/** A key may begin here. */
function saveKey(scanner: Scanner): void {
  const { cursor, keys } = scanner;
  if (!scanner.keyAllowed) return;
  const required = !inFlow(scanner) && scanner.indent === cursor.column;
  dropKey(scanner);
  const token = nextNumber(scanner);
  keys[keys.length - 1] = { possible: true, required, token, mark: markOf(cursor) };
  scanner.keyAtToken.set(token, keys.length - 1);
}

/** The number of the token that is scanned next. */
function nextNumber({ taken, tokens }: Scanner): number {
  return taken + tokens.length;
}

/** What may have been a key is none. */
function dropKey({ cursor, keys, keyAtToken }: Scanner): void {
  const key = keys.at(-1);
  if (key?.possible !== true) return;
  if (key.required) throw scannerError(cursor, "could not find expected ':'", key.mark);
  key.possible = false;
  keyAtToken.delete(key.token);
}

function fetchEnd(scanner: Scanner): void {
  const { cursor } = scanner;
  if (cursor.column !== 0) {
    cursor.column = 0;
    cursor.line++;
  }
  endBlocks(scanner);
  addLetters(scanner, 'stream end', 0);
  scanner.ended = true;
}

function endBlocks(scanner: Scanner): void {
  unroll(scanner, -1);
  dropKey(scanner);
  scanner.keyAllowed = false;
}

function fetchDirective(scanner: Scanner): void {
  endBlocks(scanner);
  const start = markOf(scanner.cursor);
  const directive = scanDirective(scanner.cursor);
  scanner.tokens.push({ is: 'directive', directive, start, end: markOf(scanner.cursor) });
}

function fetchDocumentMark(scanner: Scanner, is: TokenKind): void {
  endBlocks(scanner);
  addLetters(scanner, is, 3);
}

function openFlow(scanner: Scanner, is: TokenKind): void {
  const { cursor, keys } = scanner;
  saveKey(scanner);
  keys.push(noKey(nextNumber(scanner)));
  if (keys.length > MAX_DEPTH) throw scannerError(cursor, `exceeded max depth of ${MAX_DEPTH}`, markOf(cursor));
  scanner.keyAllowed = true;
  addLetters(scanner, is, 1);
}

function closeFlow(scanner: Scanner, is: TokenKind): void {
  dropKey(scanner);
  // Go's library forgets the key that may begin with the collection, when nothing within it could be one: `{}: a`.
  if (inFlow(scanner)) scanner.keyAtToken.delete(scanner.keys.pop()?.token ?? -1);
  scanner.keyAllowed = false;
  addLetters(scanner, is, 1);
}

function fetchFlowEntry(scanner: Scanner): void {
  dropKey(scanner);
  scanner.keyAllowed = true;
  addLetters(scanner, 'flow entry', 1);
}

function fetchEntry(scanner: Scanner): void {
  beginBlock(scanner, 'block sequence', 'block sequence entries');
  dropKey(scanner);
  scanner.keyAllowed = true;
  addLetters(scanner, 'entry', 1);
}

function fetchKey(scanner: Scanner): void {
  beginBlock(scanner, 'block mapping', 'mapping keys');
  dropKey(scanner);
  scanner.keyAllowed = !inFlow(scanner);
  addLetters(scanner, 'key', 1);
}

function beginBlock(scanner: Scanner, is: TokenKind, what: string): void {
  if (inFlow(scanner)) return;
  if (!scanner.keyAllowed) throw scannerError(scanner.cursor, `${what} are not allowed in this context`);
  roll(scanner, is, markOf(scanner.cursor));
}

function fetchValue(scanner: Scanner): void {
  const key = scanner.keys.at(-1);
  if (key !== undefined && isValid(scanner, key)) {
    scanner.tokens.splice(key.token - scanner.taken, 0, { is: 'key', start: key.mark, end: key.mark });
    roll(scanner, 'block mapping', key.mark, key.token);
    key.possible = false;
    scanner.keyAtToken.delete(key.token);
    scanner.keyAllowed = false;
  } else {
    beginBlock(scanner, 'block mapping', 'mapping values');
    scanner.keyAllowed = !inFlow(scanner);
  }
  addLetters(scanner, 'value', 1);
}

/** What may begin a key; after it no key begins in this line. */
function beginContent(scanner: Scanner): Mark {
  saveKey(scanner);
  scanner.keyAllowed = false;
  return markOf(scanner.cursor);
}

function fetchAnchor(scanner: Scanner, is: 'anchor' | 'alias'): void {
  const start = beginContent(scanner);
  const name = scanAnchor(scanner.cursor);
  scanner.tokens.push({ is, name, start, end: markOf(scanner.cursor) });
}

function fetchTag(scanner: Scanner): void {
  const start = beginContent(scanner);
  const tag = scanTag(scanner.cursor);
  scanner.tokens.push({ is: 'tag', tag, start, end: markOf(scanner.cursor) });
}

function fetchQuoted(scanner: Scanner): void {
  const start = beginContent(scanner);
  addScalar(scanner, scanQuoted(scanner.cursor), false, start);
}

function fetchPlain(scanner: Scanner): void {
  const start = beginContent(scanner);
  const { value, endsLine } = scanPlain(scanner.cursor, scanner.indent, inFlow(scanner));
  if (endsLine) scanner.keyAllowed = true;
  addScalar(scanner, value, true, start);
}

function fetchBlock(scanner: Scanner): void {
  dropKey(scanner);
  scanner.keyAllowed = true;
  const start = markOf(scanner.cursor);
  addScalar(scanner, scanBlock(scanner.cursor, scanner.indent), false, start);
}

function addScalar({ cursor, tokens }: Scanner, value: string, plain: boolean, start: Mark): void {
  tokens.push({ is: 'scalar', value, plain, start, end: markOf(cursor) });
}
