// `$name` and `${...}` with everything that can be done to a parameter.

import type { Arithmetic, Index, ParameterOperation, ParameterPart, Part, Word } from '../syntax.ts';
import { EMPTY_WORD } from '../syntax.ts';
import { arithmeticOf } from './arithmetic.ts';
import { addText, type Grammar, makeWord } from './parts.ts';
import { atEnd, peek, refuse, type Scanner, startsWith, unclosed } from './scanner.ts';

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const DIGITS = /[0-9]+/y;
const SPECIAL = '@*#?-$!';

function match(s: Scanner, pattern: RegExp): string | undefined {
  pattern.lastIndex = s.position;
  return pattern.exec(s.source)?.[0];
}

/** `$name`, `$1`, `$?`; undefined when the dollar stands for itself. */
export function parameterPlain(s: Scanner, quoted: boolean): ParameterPart | undefined {
  s.position++;
  const next = peek(s);
  const name = match(s, NAME) ?? (/[0-9]/.test(next) || (next !== '' && SPECIAL.includes(next)) ? next : undefined);
  if (name === undefined) {
    s.position--;
    return undefined;
  }
  s.position += name.length;
  return { k: 'parameter', name, quoted };
}

/** `${...}`, from its dollar on. */
export function parameterBraced(s: Scanner, grammar: Grammar, quoted: boolean): ParameterPart {
  const from = s.position;
  s.position += 2;
  const part = readInside(s, grammar, quoted, from);
  if (peek(s) !== '}') {
    if (atEnd(s)) unclosed(s, '}', from);
    const wrong = bad(s, from, quoted);
    s.position++;
    return wrong;
  }
  s.position++;
  return part;
}

/** Whatever stands there isn't a parameter: skipped up to its closing brace, and refused when it is expanded. */
function bad(s: Scanner, from: number, quoted: boolean): ParameterPart {
  let depth = 0;
  for (; ; s.position++) {
    if (atEnd(s)) unclosed(s, '}', from);
    if (peek(s) === '{') depth++;
    if (peek(s) === '}' && depth-- === 0) break;
  }
  const source = s.source.slice(from, s.position + 1);
  if (s.flavour.name === 'ash') refuse(s, 'bad substitution');
  return { k: 'parameter', name: '', quoted, op: { o: 'bad', source } };
}

function readInside(s: Scanner, grammar: Grammar, quoted: boolean, from: number): ParameterPart {
  if (peek(s) === '#' && !'}:-=+?%#'.includes(peek(s, 1))) return readLength(s, grammar, quoted, from);
  if (!s.flavour.arrays || !/^!(?:[A-Za-z0-9_]|[@*#]\})/.test(s.source.slice(s.position, s.position + 3))) {
    return readNamed(s, grammar, quoted, from);
  }
  return readIndirect(s, grammar, quoted, from);
}

function readName(s: Scanner): string | undefined {
  const name =
    match(s, NAME) ?? match(s, DIGITS) ?? (peek(s) !== '' && SPECIAL.includes(peek(s)) ? peek(s) : undefined);
  if (name !== undefined) s.position += name.length;
  return name;
}

function readLength(s: Scanner, grammar: Grammar, quoted: boolean, from: number): ParameterPart {
  s.position++;
  const name = readName(s);
  if (name === undefined) return bad(s, from, quoted);
  const index = readIndex(s, grammar);
  return { k: 'parameter', name, quoted, ...(index === undefined ? {} : { index }), op: { o: 'length' } };
}

function readNamed(s: Scanner, grammar: Grammar, quoted: boolean, from: number): ParameterPart {
  const name = readName(s);
  if (name === undefined) return bad(s, from, quoted);
  const index = readIndex(s, grammar);
  const op = readOperation(s, grammar, quoted);
  return {
    k: 'parameter',
    name,
    quoted,
    ...(index === undefined ? {} : { index }),
    ...(op === undefined ? {} : { op }),
  };
}

function readIndirect(s: Scanner, grammar: Grammar, quoted: boolean, from: number): ParameterPart {
  s.position++;
  const name = readName(s);
  if (name === undefined) return bad(s, from, quoted);
  if (startsWith(s, '@}') || startsWith(s, '*}')) {
    const joined = peek(s) === '*';
    s.position++;
    return { k: 'parameter', name, quoted, op: { o: 'names', joined } };
  }
  const index = readIndex(s, grammar);
  if (index === '@' || index === '*') return { k: 'parameter', name, quoted, index, op: { o: 'keys' } };
  const then = readOperation(s, grammar, quoted);
  const op: ParameterOperation = then === undefined ? { o: 'indirect' } : { o: 'indirect', then };
  return { k: 'parameter', name, quoted, ...(index === undefined ? {} : { index }), op };
}

function readIndex(s: Scanner, grammar: Grammar): Index | undefined {
  if (!s.flavour.arrays || peek(s) !== '[') return undefined;
  for (const all of ['@', '*'] as const) {
    if (!startsWith(s, `[${all}]`)) continue;
    s.position += 3;
    return all;
  }
  return grammar.arithmeticText(s, 1, ']');
}

function readOperation(s: Scanner, grammar: Grammar, quoted: boolean): ParameterOperation | undefined {
  const colon = peek(s) === ':' && '-=+?'.includes(peek(s, 1)) && peek(s, 1) !== '';
  const c = peek(s, colon ? 1 : 0);
  if (c === '-' || c === '=' || c === '+' || c === '?') {
    s.position += colon ? 2 : 1;
    return { o: c, colon, word: operand(s, grammar, quoted) };
  }
  if (c === '#' || c === '%') {
    const o = startsWith(s, c + c) ? (c === '#' ? '##' : '%%') : c;
    s.position += o.length;
    return { o, pattern: patternOperand(s, grammar, endsBrace) };
  }
  if (!s.flavour.substrings) return undefined;
  if (c === ':') return readSlice(s, grammar);
  if (c === '/') return readReplace(s, grammar);
  return s.flavour.arrays ? readBashOperation(s, grammar) : undefined;
}

function readBashOperation(s: Scanner, grammar: Grammar): ParameterOperation | undefined {
  const c = peek(s);
  if (c === '^' || c === ',') {
    const o = startsWith(s, c + c) ? (c === '^' ? '^^' : ',,') : c;
    s.position += o.length;
    return peek(s) === '}' ? { o } : { o, pattern: patternOperand(s, grammar, endsBrace) };
  }
  if (c === '@' && /[UuLQEPAKak]/.test(peek(s, 1)) && peek(s, 2) === '}') {
    const letter = peek(s, 1);
    s.position += 2;
    return { o: 'transform', letter };
  }
  return undefined;
}

function endsBrace(c: string): boolean {
  return c === '}';
}

/** The word of `${x:-word}`: inside of double quotes it is quoted too. */
function operand(s: Scanner, grammar: Grammar, quoted: boolean): Word {
  if (!quoted) return grammar.word(s, { ends: endsBrace });
  const parts: Part[] = [];
  while (!atEnd(s) && peek(s) !== '}') {
    if (peek(s) === '"') {
      s.position++;
      while (!atEnd(s) && peek(s) !== '"') grammar.quotedPiece(s, parts, '"');
      s.position++;
    } else if (peek(s) === '\\' && peek(s, 1) === '}') {
      addText(parts, '}', true);
      s.position += 2;
    } else readOneQuoted(s, grammar, parts);
  }
  return makeWord(parts);
}

/** Like `readQuotedPiece`, but never beyond a brace or a quote. */
function readOneQuoted(s: Scanner, grammar: Grammar, parts: Part[]): void {
  if ('\\$`'.includes(peek(s))) grammar.quotedPiece(s, parts, '"');
  else {
    const from = s.position++;
    while (!atEnd(s) && !'\\$`"}'.includes(peek(s))) s.position++;
    addText(parts, s.source.slice(from, s.position), true);
  }
}

function patternOperand(s: Scanner, grammar: Grammar, ends: (c: string) => boolean): Word {
  return grammar.word(s, { ends, noTilde: true });
}

function readSlice(s: Scanner, grammar: Grammar): ParameterOperation {
  s.position++;
  const offset = readSliceText(s, grammar, ':}');
  if (peek(s) !== ':') return { o: 'slice', offset };
  s.position++;
  return { o: 'slice', offset, length: readSliceText(s, grammar, '}') };
}

/** An arithmetic expression up to one of these characters outside of parentheses and `?:`. */
function readSliceText(s: Scanner, grammar: Grammar, ends: string): Arithmetic {
  const parts: Part[] = [];
  let depth = 0;
  for (;;) {
    const c = peek(s);
    if (c === '' || (depth === 0 && ends.includes(c)) || c === '}') break;
    if (c === '(' || c === '[' || c === '?') depth++;
    if (c === ')' || c === ']' || c === ':') depth--;
    if (c === '"') s.position++;
    else if ('\\$`'.includes(c)) grammar.quotedPiece(s, parts, '');
    else {
      addText(parts, c, true);
      s.position++;
    }
  }
  return arithmeticOf(makeWord(parts));
}

function readReplace(s: Scanner, grammar: Grammar): ParameterOperation {
  const after = peek(s, 1);
  const mode = after === '/' ? '//' : !s.flavour.arrays ? '/' : after === '#' ? '/#' : after === '%' ? '/%' : '/';
  s.position += mode.length;
  const pattern = patternOperand(s, grammar, (c) => c === '}' || c === '/');
  if (peek(s) !== '/') return { o: 'replace', mode, pattern, by: EMPTY_WORD };
  s.position++;
  return { o: 'replace', mode, pattern, by: grammar.word(s, { ends: endsBrace }) };
}
