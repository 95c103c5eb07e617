// The grammar of commands: lists, pipelines, compound commands, functions.

import type { CaseArm, Node, Redirect, Word } from '../syntax.ts';
import { RESERVED } from '../words.ts';
import { arithmeticOf } from './arithmetic.ts';
import { readConditionCommand } from './conditions.ts';
import { COMMAND_WORD, type Grammar } from './parts.ts';
import {
  atEnd,
  endedEarly,
  lineOf,
  nested,
  newScanner,
  peek,
  refuse,
  type Scanner,
  skipBlanks,
  startsWith,
  unclosed,
  unexpected,
} from './scanner.ts';
import { readSimple } from './simple.ts';
import { operatorHere, passNewline, readRedirect, skipLines, surprised } from './tokens.ts';
import { readArithmeticText, readQuotedPiece, readWord, readWords } from './words.ts';

export const grammar: Grammar = {
  commandsUntil: (s, mark) => {
    const body = readList(s, [mark]) ?? EMPTY;
    if (atEnd(s)) endedEarly(s, mark, 'substitution');
    if (!startsWith(s, mark)) surprised(s, mark);
    return body;
  },
  program: (source, s) => {
    const inner = newScanner(source, 0, s.flavour, s.aliases, lineOf(s), s.extended);
    inner.depth = s.depth;
    const body = readList(inner, []) ?? EMPTY;
    if (!atEnd(inner)) surprised(inner);
    return body;
  },
  word: (s, place) => readWord(s, grammar, place),
  words: (s, place) => readWords(s, grammar, place),
  quotedPiece: (s, parts, mark) => readQuotedPiece(s, grammar, parts, mark),
  arithmeticText: (s, skip, mark) => readArithmeticText(s, grammar, skip, mark),
};

const EMPTY: Node = { t: 'list', items: [] };

/** The plain word that stands here, without passing it; '' when what stands here is none. */
function wordHere(s: Scanner): string {
  skipBlanks(s);
  PLAIN.lastIndex = s.position;
  return PLAIN.exec(s.source)?.[0] ?? '';
}

const PLAIN = /(?:[A-Za-z_][A-Za-z0-9_]*|[{}!]|\[\[)(?=[\s;&|<>()]|$)/y;

function isReserved(s: Scanner, word: string): boolean {
  if (RESERVED.has(word)) return true;
  if (word === '[[') return s.flavour.conditions;
  if (word === 'function') return s.flavour.functionKeyword;
  if (word === 'time') return s.flavour.timeKeyword;
  return word === 'select' && s.flavour.extras;
}

/** Passes a reserved word that must stand here. */
function expect(s: Scanner, word: string): void {
  skipLines(s, grammar);
  if (wordHere(s) !== word) surprised(s, word);
  s.position += word.length;
}

/** Commands up to one of these words or marks; undefined when there are none. */
function readList(s: Scanner, ends: readonly string[]): Node | undefined {
  const items: Node[] = [];
  for (;;) {
    skipLines(s, grammar);
    if (atEnd(s) || ends.includes(wordHere(s)) || ends.some((end) => isMark(end) && startsWith(s, end))) break;
    if (operatorHere(s) !== '' && !startsCommand(s)) break;
    items.push(readItem(s));
    const separator = operatorHere(s);
    if (separator === ';' || separator === '&') s.position++;
    else if (separator !== '\n') break;
  }
  if (items.length === 0) return undefined;
  const only = items[0];
  return items.length === 1 && only !== undefined ? only : { t: 'list', items };
}

function isMark(end: string): boolean {
  return !/^[a-z{}]/.test(end);
}

function startsCommand(s: Scanner): boolean {
  const op = operatorHere(s);
  return op === '' || op === '(' || op.startsWith('<') || op.startsWith('>') || op === '&>' || op === '&>>';
}

/** A list that mustn't be empty. */
function requireList(s: Scanner, ends: readonly string[]): Node {
  return readList(s, ends) ?? surprised(s, atEnd(s) ? ends.find((end) => end !== ';;') : undefined);
}

/** One and-or list, put into the background if `&` follows (which is left to the caller to pass). */
export function readItem(s: Scanner): Node {
  skipBlanks(s);
  const from = s.position;
  let left = readPipeline(s);
  for (;;) {
    const op = operatorHere(s);
    if (op !== '&&' && op !== '||') break;
    s.position += 2;
    skipLines(s, grammar);
    const right = readPipeline(s);
    left = { t: op === '&&' ? 'and' : 'or', left, right };
  }
  if (operatorHere(s) !== '&') return left;
  return { t: 'background', of: left, text: s.source.slice(from, s.position).trim() };
}

function readPipeline(s: Scanner): Node {
  const word = wordHere(s);
  if (word === '!') {
    s.position++;
    return { t: 'not', of: nested(s, () => readPipeline(s)) };
  }
  if (word === 'time' && s.flavour.timeKeyword) return readTime(s);
  const from = s.position;
  const commands = [readCommand(s)];
  for (let op = operatorHere(s); op === '|' || op === '|&'; op = operatorHere(s)) {
    s.position += op.length;
    if (op === '|&') commands.push(withStderr(commands.pop() ?? EMPTY, lineOf(s)));
    skipLines(s, grammar);
    commands.push(readCommand(s));
  }
  const only = commands[0];
  if (commands.length === 1 && only !== undefined) return only;
  return { t: 'pipeline', commands, text: s.source.slice(from, s.position).trim() };
}

function withStderr(of: Node, line: number): Node {
  const one: Word = { parts: [{ k: 'text', text: '1', quoted: false }], text: '1', runs: false };
  return { t: 'redirected', of, redirects: [{ op: '>&', fd: 2, target: one }], line };
}

function readTime(s: Scanner): Node {
  s.position += 4;
  skipBlanks(s);
  const posix = /-p(?=[\s;&|]|$)/y;
  posix.lastIndex = s.position;
  const isPosix = posix.test(s.source);
  if (isPosix) s.position += 2;
  const ends = atEnd(s) || ['\n', ';', '&', ')'].includes(operatorHere(s));
  return { t: 'time', posix: isPosix, of: ends ? EMPTY : nested(s, () => readPipeline(s)) };
}

function readCommand(s: Scanner): Node {
  return nested(s, () => {
    const compound = readCompound(s);
    return compound === undefined ? readSimple(s, grammar, { isReserved, readFunction }) : withRedirects(s, compound);
  });
}

function withRedirects(s: Scanner, of: Node): Node {
  if (of.t === 'function') return of;
  const line = lineOf(s);
  const redirects: Redirect[] = [];
  for (let next = readRedirect(s, grammar); next !== undefined; next = readRedirect(s, grammar)) redirects.push(next);
  return redirects.length === 0 ? of : { t: 'redirected', of, redirects, line };
}

function readCompound(s: Scanner): Node | undefined {
  const op = operatorHere(s);
  if (op === '(') return startsWith(s, '((') && s.flavour.arithmeticCommands ? readParentheses(s) : readSubshell(s);
  const word = wordHere(s);
  if (word === '' || !isReserved(s, word)) return undefined;
  const parse = COMPOUNDS.get(word);
  if (parse === undefined) unexpected(s, word);
  const line = lineOf(s);
  s.position += word.length;
  return parse(s, line);
}

const COMPOUNDS: ReadonlyMap<string, (s: Scanner, line: number) => Node> = new Map([
  ['{', readGroup],
  ['if', readIf],
  ['while', (s: Scanner) => readLoop(s, false)],
  ['until', (s: Scanner) => readLoop(s, true)],
  ['for', (s: Scanner, line: number) => readFor(s, 'for', line)],
  ['select', (s: Scanner, line: number) => readFor(s, 'select', line)],
  ['case', readCase],
  ['function', readFunctionKeyword],
  ['[[', (s: Scanner, line: number): Node => ({ t: 'condition', test: readConditionCommand(s, grammar), line })],
]);

function readSubshell(s: Scanner): Node {
  s.position++;
  const body = requireList(s, [')']);
  if (operatorHere(s) !== ')') surprised(s, ')');
  s.position++;
  return { t: 'subshell', body };
}

/** `((...))`, unless it turns out to be a subshell in a subshell. */
function readParentheses(s: Scanner): Node {
  const from = s.position;
  const line = lineOf(s);
  const text = readArithmeticText(s, grammar, 2, '))');
  if (text !== undefined) return { t: 'arithmetic', expression: arithmeticOf(text), line };
  s.position = from;
  return readSubshell(s);
}

function readGroup(s: Scanner): Node {
  const body = requireList(s, ['}']);
  expect(s, '}');
  return { t: 'group', body };
}

function readIf(s: Scanner): Node {
  const clauses: { test: Node; body: Node }[] = [];
  let otherwise: Node | undefined;
  for (;;) {
    const test = requireList(s, ['then']);
    expect(s, 'then');
    clauses.push({ test, body: requireList(s, ['fi', 'elif', 'else']) });
    const word = wordHere(s);
    if (word !== 'elif' && word !== 'else') break;
    s.position += 4;
    if (word === 'elif') continue;
    otherwise = requireList(s, ['fi']);
    break;
  }
  expect(s, 'fi');
  return otherwise === undefined ? { t: 'if', clauses } : { t: 'if', clauses, otherwise };
}

function readLoop(s: Scanner, until: boolean): Node {
  const test = requireList(s, ['do']);
  return { t: 'while', until, test, body: readDo(s) };
}

function readDo(s: Scanner): Node {
  expect(s, 'do');
  const body = requireList(s, ['done']);
  expect(s, 'done');
  return body;
}

function readFor(s: Scanner, t: 'for' | 'select', line: number): Node {
  skipBlanks(s);
  if (t === 'for' && s.flavour.arithmeticCommands && startsWith(s, '((')) return readArithmeticFor(s, line);
  if (atEnd(s) || (operatorHere(s) !== '' && s.flavour.name === 'bash')) surprised(s);
  const from = s.position;
  const name = startsWith(s, '(') ? '' : (grammar.word(s, COMMAND_WORD).text ?? '');
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && s.flavour.name !== 'bash') refuse(s, 'bad for loop variable');
  skipLines(s, grammar);
  if (wordHere(s) !== 'in') {
    if (operatorHere(s) === ';') s.position++;
    return { t, name, body: readBody(s), line, head: `${t} ${name} in "$@"` };
  }
  s.position += 2;
  const words: Word[] = [];
  while (operatorHere(s) === '' && !atEnd(s)) words.push(...grammar.words(s, COMMAND_WORD));
  const head = `${t} ${s.source.slice(from, s.position).trim()}`;
  if (operatorHere(s) === ';') s.position++;
  else if (operatorHere(s) !== '\n') surprised(s);
  return { t, name, words, body: readBody(s), line, head };
}

function readBody(s: Scanner): Node {
  skipLines(s, grammar);
  if (s.flavour.extras && wordHere(s) === '{') {
    s.position++;
    return readGroup(s);
  }
  return readDo(s);
}

function readArithmeticFor(s: Scanner, line: number): Node {
  const from = s.position;
  s.position += 2;
  let depth = 0;
  const ends: number[] = [];
  while (!(depth === 0 && startsWith(s, '))'))) {
    if (atEnd(s)) unclosed(s, ')', from);
    const c = peek(s);
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ';' && depth === 0) ends.push(s.position);
    s.position++;
  }
  if (ends.length !== 2) refuse(s, 'syntax error: arithmetic expression required');
  const bounds = [from + 1, ...ends, s.position];
  const [init, test, step] = [0, 1, 2].map((i) => expressionAt(s, (bounds[i] ?? 0) + 1, bounds[i + 1] ?? 0));
  s.position += 2;
  if (operatorHere(s) === ';') s.position++;
  if (init === undefined || test === undefined || step === undefined) unexpected(s, '))');
  return { t: 'cfor', init, test, step, body: readBody(s), line };
}

function expressionAt(s: Scanner, from: number, to: number) {
  const inner = newScanner(`${s.source.slice(from, to)}))`, 0, s.flavour, s.aliases, lineOf(s), s.extended);
  return arithmeticOf(readArithmeticText(inner, grammar, 0, '))') ?? unexpected(s, ')'));
}

function readCase(s: Scanner, line: number): Node {
  skipBlanks(s);
  if (atEnd(s) || operatorHere(s) !== '') surprised(s);
  const subject = grammar.word(s, COMMAND_WORD);
  expect(s, 'in');
  const arms: CaseArm[] = [];
  for (;;) {
    skipLines(s, grammar);
    if (wordHere(s) === 'esac') break;
    if (atEnd(s)) surprised(s, s.flavour.name === 'bash' ? undefined : ')');
    arms.push(readArm(s));
    if (arms.at(-1)?.end === ';;' && wordHere(s) === 'esac') break;
  }
  expect(s, 'esac');
  return { t: 'case', subject, arms, line };
}

function readArm(s: Scanner): CaseArm {
  if (operatorHere(s) === '(') s.position++;
  const patterns: Word[] = [];
  for (;;) {
    skipBlanks(s);
    if (operatorHere(s) !== '' || atEnd(s)) surprised(s);
    patterns.push(grammar.word(s, COMMAND_WORD));
    if (operatorHere(s) !== '|') break;
    s.position++;
  }
  if (operatorHere(s) !== ')') surprised(s, ')');
  s.position++;
  const body = readList(s, [';;', ';&', ';;&', 'esac']) ?? EMPTY;
  skipLines(s, grammar);
  const end = operatorHere(s);
  if (end === ';;' || end === ';&' || end === ';;&') {
    s.position += end.length;
    return { patterns, body, end };
  }
  if (wordHere(s) !== 'esac') surprised(s, atEnd(s) && s.flavour.name !== 'bash' ? ')' : undefined);
  return { patterns, body, end: ';;' };
}

function readFunctionKeyword(s: Scanner): Node {
  const from = s.position - 'function'.length;
  skipBlanks(s);
  const name = grammar.word(s, COMMAND_WORD).text;
  if (name === undefined) surprised(s);
  if (operatorHere(s) === '(') {
    s.position++;
    if (operatorHere(s) !== ')') surprised(s);
    s.position++;
  }
  return functionBody(s, name, from);
}

/** `name() body`, from after the parentheses on. */
function readFunction(s: Scanner, name: string, from: number): Node {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !s.flavour.anyFunctionName) refuse(s, 'bad function name');
  return functionBody(s, name, from);
}

function functionBody(s: Scanner, name: string, from: number): Node {
  skipLines(s, grammar);
  if (atEnd(s)) surprised(s);
  const compound = readCompound(s);
  if (compound === undefined && s.flavour.name === 'bash') surprised(s);
  const body = compound === undefined ? readCommand(s) : withRedirects(s, compound);
  return { t: 'function', name, body, source: s.source.slice(from, s.position) };
}

/** Passes the end of a command line; what else stands there is refused. */
export function passSeparator(s: Scanner): void {
  const op = operatorHere(s);
  if (op === ';' || op === '&') s.position++;
  else if (op !== '\n' && !atEnd(s)) surprised(s);
  if (operatorHere(s) === '\n') passNewline(s, grammar);
}
