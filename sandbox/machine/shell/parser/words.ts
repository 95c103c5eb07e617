// Words: quoting, and the places where expansions begin. What the grammar around them wants (where a word ends, what
// `~` means) comes in as a `WordPlace`.

import type { Part, Word } from '../syntax.ts';
import { arithmeticOf } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { parameterBraced, parameterPlain } from './parameter.ts';
import { addText, type Grammar, makeWord, type WordPlace } from './parts.ts';
import { unescapeAnsi } from './quotes.ts';
import { atEnd, nested, peek, type Scanner, startsWith, unclosed } from './scanner.ts';

/** Reads one word; the caller knows that one begins here. */
export function readWord(s: Scanner, grammar: Grammar, place: WordPlace): Word {
  return makeWord(readParts(s, grammar, place));
}

/** Reads a word and expands its braces, where this shell does that. */
export function readWords(s: Scanner, grammar: Grammar, place: WordPlace): readonly Word[] {
  const parts = readParts(s, grammar, place);
  if (!s.flavour.braces) return [makeWord(parts)];
  return expandBraces(s, parts)
    .filter((each) => each.length > 0 || parts.length === 0)
    .map(makeWord);
}

function readParts(s: Scanner, grammar: Grammar, place: WordPlace): Part[] {
  const parts: Part[] = [];
  if (place.noTilde !== true) readTilde(s, parts, place);
  while (!atEnd(s)) {
    const c = peek(s);
    if (c === '\\' && peek(s, 1) === '\n') s.position += 2;
    else if (processBegins(s, place)) parts.push(readProcess(s, grammar));
    else if (groupBegins(s, place)) readGroup(s, grammar, place, parts);
    else if (place.ends(c, s)) break;
    else readPiece(s, grammar, place, parts);
  }
  return parts;
}

function processBegins(s: Scanner, place: WordPlace): boolean {
  return s.flavour.processSubstitution && place.quoted !== true && (startsWith(s, '<(') || startsWith(s, '>('));
}

/** A group of patterns, which only bash knows: blanks and bars in it are its own. */
function groupBegins(s: Scanner, place: WordPlace): boolean {
  return s.extended && place.quoted !== true && peek(s, 1) === '(' && '?*+@!'.includes(peek(s));
}

function readGroup(s: Scanner, grammar: Grammar, place: WordPlace, parts: Part[]): void {
  const from = s.position;
  addText(parts, s.source.slice(from, from + 2), false);
  s.position += 2;
  const inner: WordPlace = { ...place, ends: (c) => c === ')', noTilde: true, tildeAfter: '' };
  nested(s, () => {
    for (const part of readParts(s, grammar, inner)) {
      if (part.k === 'text') addText(parts, part.text, part.quoted);
      else parts.push(part);
    }
  });
  if (atEnd(s)) unclosed(s, ')', from);
  addText(parts, ')', false);
  s.position++;
}

function readPiece(s: Scanner, grammar: Grammar, place: WordPlace, parts: Part[]): void {
  const c = peek(s);
  const quoted = place.quoted === true;
  if (c === '\\') readBackslash(s, parts, quoted);
  else if (c === "'" && (!quoted || place.quotes === true)) readSingle(s, parts);
  else if (c === '"') readDouble(s, grammar, parts);
  else if (c === '$') readDollar(s, grammar, parts, quoted);
  else if (c === '`') parts.push(readBackquotes(s, grammar, quoted));
  else readPlain(s, parts, place, quoted);
}

const PIECES = '\\\'"$`';

function readPlain(s: Scanner, parts: Part[], place: WordPlace, quoted: boolean): void {
  const from = s.position++;
  while (!atEnd(s)) {
    const c = peek(s);
    if (PIECES.includes(c) || place.ends(c, s)) break;
    if ((c === '<' || c === '>') && processBegins(s, place)) break;
    if (groupBegins(s, place)) break;
    if (place.tildeAfter?.includes(s.source.charAt(s.position - 1)) === true && c === '~') break;
    s.position++;
  }
  addText(parts, s.source.slice(from, s.position), quoted);
  if (place.tildeAfter?.includes(s.source.charAt(s.position - 1)) === true) readTilde(s, parts, place);
}

function readTilde(s: Scanner, parts: Part[], place: WordPlace): void {
  if (peek(s) !== '~' || place.quoted === true) return;
  const user = /^[A-Za-z0-9_+.-]*/.exec(s.source.slice(s.position + 1, s.position + 65))?.[0] ?? '';
  const next = peek(s, 1 + user.length);
  if (next !== '' && next !== '/' && !place.ends(next, s) && place.tildeAfter?.includes(next) !== true) return;
  parts.push({ k: 'tilde', user });
  s.position += 1 + user.length;
}

function readBackslash(s: Scanner, parts: Part[], quoted: boolean): void {
  const next = peek(s, 1);
  if (quoted && !'$`"\\}'.includes(next)) {
    addText(parts, '\\', true);
    s.position++;
  } else if (next === '') {
    addText(parts, '\\', true);
    s.position++;
  } else {
    addText(parts, next, true);
    s.position += 2;
  }
}

function readSingle(s: Scanner, parts: Part[]): void {
  const end = s.source.indexOf("'", s.position + 1);
  if (end < 0) unclosed(s, "'", s.position);
  addText(parts, s.source.slice(s.position + 1, end), true);
  s.position = end + 1;
}

/** `"..."`, from its first quote on. */
function readDouble(s: Scanner, grammar: Grammar, parts: Part[]): void {
  const from = s.position++;
  const before = parts.length;
  while (peek(s) !== '"') {
    if (atEnd(s)) unclosed(s, '"', from);
    readQuotedPiece(s, grammar, parts, '"');
  }
  s.position++;
  if (parts.length === before) addText(parts, '', true);
}

/** One piece of a double-quoted text or a here-document, whose own closing mark (if any) needs a backslash. */
export function readQuotedPiece(s: Scanner, grammar: Grammar, parts: Part[], mark: '"' | ''): void {
  const c = peek(s);
  if (c === '\\') {
    const next = peek(s, 1);
    if (next === '\n') s.position += 2;
    else if (next !== '' && `$\`\\${mark}`.includes(next)) {
      addText(parts, next, true);
      s.position += 2;
    } else {
      addText(parts, '\\', true);
      s.position++;
    }
  } else if (c === '$') readDollar(s, grammar, parts, true);
  else if (c === '`') parts.push(readBackquotes(s, grammar, true));
  else {
    const from = s.position++;
    while (!atEnd(s) && !'\\$`'.includes(peek(s)) && peek(s) !== mark) s.position++;
    addText(parts, s.source.slice(from, s.position), true);
  }
}

function readDollar(s: Scanner, grammar: Grammar, parts: Part[], quoted: boolean): void {
  const next = peek(s, 1);
  if (next === '(') {
    parts.push(readSubstitution(s, grammar, quoted));
  } else if (next === '{') {
    parts.push(nested(s, () => parameterBraced(s, grammar, quoted)));
  } else if (next === "'" && !quoted && s.flavour.ansiQuotes) {
    readAnsi(s, parts);
  } else if (next === '"' && !quoted && s.flavour.arrays) {
    s.position++;
    readDouble(s, grammar, parts);
  } else {
    const parameter = parameterPlain(s, quoted);
    if (parameter !== undefined) parts.push(parameter);
    else {
      addText(parts, '$', quoted);
      s.position++;
    }
  }
}

function readAnsi(s: Scanner, parts: Part[]): void {
  const from = s.position + 2;
  let end = from;
  while (end < s.source.length && s.source.charAt(end) !== "'") end += s.source.charAt(end) === '\\' ? 2 : 1;
  if (end >= s.source.length) unclosed(s, "'", s.position);
  addText(parts, unescapeAnsi(s.source.slice(from, end)), true);
  s.position = end + 1;
}

function readSubstitution(s: Scanner, grammar: Grammar, quoted: boolean): Part {
  if (startsWith(s, '$((')) {
    const from = s.position;
    const text = readArithmeticText(s, grammar, 3, '))');
    if (text !== undefined) return { k: 'arithmetic', expression: arithmeticOf(text), quoted };
    s.position = from;
  }
  s.position += 2;
  const body = nested(s, () => grammar.commandsUntil(s, ')'));
  s.position++;
  return { k: 'command', body, quoted };
}

function readProcess(s: Scanner, grammar: Grammar): Part {
  const direction = peek(s) === '<' ? '<' : '>';
  s.position += 2;
  const body = nested(s, () => grammar.commandsUntil(s, ')'));
  s.position++;
  return { k: 'process', direction, body };
}

/**
 * Reads an arithmetic expression of which `skip` characters open it and `mark` closes it. Undefined when a single `)`
 * shows that it was a subshell in a substitution after all.
 */
export function readArithmeticText(s: Scanner, grammar: Grammar, skip: number, mark: '))' | ']'): Word | undefined {
  const from = s.position;
  s.position += skip;
  let depth = 0;
  const parts: Part[] = [];
  for (;;) {
    if (atEnd(s)) unclosed(s, mark, from);
    const c = peek(s);
    if (depth === 0 && startsWith(s, mark)) break;
    if (c === ')' && depth === 0 && mark === '))') return undefined;
    if (c === '(' || c === '[') depth++;
    if (c === ')' || c === ']') depth--;
    if (c === '"') s.position++;
    else if (c === "'") readSingle(s, parts);
    else if ('\\$`'.includes(c)) readQuotedPiece(s, grammar, parts, '');
    else {
      addText(parts, c, true);
      s.position++;
    }
  }
  s.position += mark.length;
  return makeWord(parts);
}

function readBackquotes(s: Scanner, grammar: Grammar, quoted: boolean): Part {
  const from = s.position++;
  let source = '';
  for (;;) {
    if (atEnd(s)) unclosed(s, '`', from);
    const c = peek(s);
    if (c === '`') break;
    const next = peek(s, 1);
    const escapes = c === '\\' && next !== '' && (`$\`\\`.includes(next) || (quoted && next === '"'));
    source += escapes ? next : c;
    s.position += escapes ? 2 : 1;
  }
  s.position++;
  return { k: 'command', body: nested(s, () => grammar.program(source, s)), quoted };
}
