// How anchors, aliases, tags and directives are scanned.

import {
  type Cursor,
  isBlank,
  isBreak,
  isBreakOrEnd,
  isSpaceOrEnd,
  isWord,
  type Mark,
  markOf,
  peek,
  read,
  readBreak,
  scannerError,
  skip,
  skipBlanks,
  skipComment,
} from './cursor.ts';

/** `&name` or `*name`: the name. */
export function scanAnchor(cursor: Cursor): string {
  const start = markOf(cursor);
  skip(cursor);
  let name = '';
  while (isWord(peek(cursor))) name += read(cursor);
  if (name === '' || !(isSpaceOrEnd(peek(cursor)) || '?:,]}%@`'.includes(peek(cursor)))) {
    throw scannerError(cursor, 'did not find expected alphabetic or numeric character', start);
  }
  return name;
}

export interface Tag {
  /** `!`, `!!`, `!name!`; empty when the tag is given in full. */
  readonly handle: string;
  readonly suffix: string;
}

export function scanTag(cursor: Cursor): Tag {
  const start = markOf(cursor);
  const tag = peek(cursor, 1) === '<' ? scanVerbatimTag(cursor, start) : scanShortTag(cursor, start);
  if (!isSpaceOrEnd(peek(cursor))) {
    throw scannerError(cursor, 'did not find expected whitespace or line break', start);
  }
  return tag;
}

function scanVerbatimTag(cursor: Cursor, start: Mark): Tag {
  skip(cursor, 2);
  const suffix = scanUri(cursor, '', start);
  if (peek(cursor) !== '>') throw scannerError(cursor, "did not find the expected '>'", start);
  skip(cursor);
  return { handle: '', suffix };
}

function scanShortTag(cursor: Cursor, start: Mark): Tag {
  const handle = scanHandle(cursor, start, false);
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor, '', start) };
  const suffix = scanUri(cursor, handle, start);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

function scanHandle(cursor: Cursor, start: Mark, directive: boolean): string {
  if (peek(cursor) !== '!') throw scannerError(cursor, "did not find expected '!'", start);
  let handle = read(cursor);
  while (isWord(peek(cursor))) handle += read(cursor);
  if (peek(cursor) === '!') return handle + read(cursor);
  if (directive && handle !== '!') throw scannerError(cursor, "did not find expected '!'", start);
  return handle;
}

function scanUri(cursor: Cursor, head: string, start: Mark): string {
  let uri = head.slice(1);
  let found = head !== '';
  while (/^[0-9A-Za-z_;/?:@&=+$,.!~*'()[\]%-]$/.test(peek(cursor))) {
    uri += peek(cursor) === '%' ? scanUriEscapes(cursor, start) : read(cursor);
    found = true;
  }
  if (!found) throw scannerError(cursor, 'did not find expected tag URI', start);
  return uri;
}

/** `%C3%A9`: the octets of one character. */
function scanUriEscapes(cursor: Cursor, start: Mark): string {
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    const escaped = /^%([0-9A-Fa-f]{2})/.exec(cursor.text.slice(cursor.at, cursor.at + 3));
    if (escaped === null) throw scannerError(cursor, 'did not find URI escaped octet', start);
    const octet = Number.parseInt(escaped[1] ?? '', 16);
    if (octets.length === 0) width = widthOf(octet);
    if (width === 0) throw scannerError(cursor, 'found an incorrect leading UTF-8 octet', start);
    if (octets.length > 0 && (octet & 0xc0) !== 0x80) {
      throw scannerError(cursor, 'found an incorrect trailing UTF-8 octet', start);
    }
    octets.push(octet);
    skip(cursor, 3);
  }
  return new TextDecoder().decode(Uint8Array.from(octets));
}

function widthOf(octet: number): number {
  if (octet < 0x80) return 1;
  if ((octet & 0xe0) === 0xc0) return 2;
  if ((octet & 0xf0) === 0xe0) return 3;
  return (octet & 0xf8) === 0xf0 ? 4 : 0;
}

export type Directive =
  | { readonly is: 'version'; readonly major: number; readonly minor: number }
  | { readonly is: 'tag'; readonly handle: string; readonly prefix: string };

/** `%YAML 1.1` or `%TAG ! prefix`, to the end of the line. */
export function scanDirective(cursor: Cursor): Directive {
  const start = markOf(cursor);
  skip(cursor);
  const name = scanDirectiveName(cursor, start);
  const directive =
    name === 'YAML' ? scanVersion(cursor, start) : name === 'TAG' ? scanTagPrefix(cursor, start) : undefined;
  if (directive === undefined) throw scannerError(cursor, 'found unknown directive name', start);
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isBreakOrEnd(peek(cursor))) throw scannerError(cursor, 'did not find expected comment or line break', start);
  if (isBreak(peek(cursor))) readBreak(cursor);
  return directive;
}

function scanDirectiveName(cursor: Cursor, start: Mark): string {
  let name = '';
  while (isWord(peek(cursor))) name += read(cursor);
  if (name === '') throw scannerError(cursor, 'could not find expected directive name', start);
  if (!isSpaceOrEnd(peek(cursor))) throw scannerError(cursor, 'found unexpected non-alphabetical character', start);
  return name;
}

function scanVersion(cursor: Cursor, start: Mark): Directive {
  skipBlanks(cursor);
  const major = scanVersionNumber(cursor, start);
  if (peek(cursor) !== '.') throw scannerError(cursor, "did not find expected digit or '.' character", start);
  skip(cursor);
  return { is: 'version', major, minor: scanVersionNumber(cursor, start) };
}

function scanVersionNumber(cursor: Cursor, start: Mark): number {
  let digits = '';
  while (/^[0-9]$/.test(peek(cursor))) {
    if (digits.length === 2) throw scannerError(cursor, 'found extremely long version number', start);
    digits += read(cursor);
  }
  if (digits === '') throw scannerError(cursor, 'did not find expected version number', start);
  return Number(digits);
}

function scanTagPrefix(cursor: Cursor, start: Mark): Directive {
  skipBlanks(cursor);
  const handle = scanHandle(cursor, start, true);
  if (!isBlank(peek(cursor))) throw scannerError(cursor, 'did not find expected whitespace', start);
  skipBlanks(cursor);
  const prefix = scanUri(cursor, '', start);
  if (!isSpaceOrEnd(peek(cursor))) {
    throw scannerError(cursor, 'did not find expected whitespace or line break', start);
  }
  return { is: 'tag', handle, prefix };
}
