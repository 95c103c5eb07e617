// Simple commands: assignments, words and redirections in any order, aliases, and the beginning of functions.

import type { ArrayLiteral, Assignment, Node, Redirect, Word } from '../syntax.ts';
import { EMPTY_WORD } from '../syntax.ts';
import { ASSIGNED_WORD, COMMAND_WORD, type Grammar } from './parts.ts';
import { atEnd, lineOf, peek, refuse, type Scanner, skipBlanks, startsWith, unexpected } from './scanner.ts';
import { operatorHere, readRedirect, skipLines, surprised } from './tokens.ts';

export interface CommandGrammar {
  readonly isReserved: (s: Scanner, word: string) => boolean;
  readonly readFunction: (s: Scanner, name: string, from: number) => Node;
}

interface Gathered {
  readonly assignments: Assignment[];
  readonly words: Word[];
  readonly redirects: Redirect[];
}

/** Builtins whose arguments may be assignments, arrays too. */
const DECLARATIONS = new Set(['declare', 'typeset', 'export', 'readonly', 'local', 'alias']);

export function readSimple(s: Scanner, grammar: Grammar, commands: CommandGrammar): Node {
  skipBlanks(s);
  const from = s.position;
  const line = lineOf(s);
  const got: Gathered = { assignments: [], words: [], redirects: [] };
  while (!atEnd(s)) {
    const redirect = readRedirect(s, grammar);
    if (redirect !== undefined) got.redirects.push(redirect);
    else if (operatorHere(s) === '(' && isFunction(got)) return beginFunction(s, commands, got, from);
    else if (operatorHere(s) !== '' || atEnd(s)) break;
    else if (got.words.length > 0 || !readAssignment(s, grammar, got)) readNext(s, grammar, got);
  }
  if (got.words.length + got.assignments.length + got.redirects.length === 0) surprised(s);
  if (operatorHere(s) === '(') unexpected(s, '(');
  return { t: 'simple', line, ...got };
}

function isFunction(got: Gathered): boolean {
  return got.words.length === 1 && got.assignments.length === 0 && got.redirects.length === 0;
}

function beginFunction(s: Scanner, commands: CommandGrammar, got: Gathered, from: number): Node {
  const name = got.words[0]?.text;
  const open = s.position;
  s.position++;
  if (operatorHere(s) !== ')' || name === undefined) {
    if (s.flavour.name !== 'bash') s.position = open;
    if (s.flavour.name === 'bash') surprised(s);
    unexpected(s, '(');
  }
  s.position++;
  return commands.readFunction(s, name, from);
}

/** A word; the first may be an alias, whose text then stands in its place. */
function readNext(s: Scanner, grammar: Grammar, got: Gathered): void {
  const from = s.position;
  if (got.words.length === 0 && s.aliases.size > 0) {
    const word = grammar.word(s, COMMAND_WORD);
    if (word.text !== undefined && expandAlias(s, word.text, from)) return;
    s.position = from;
  }
  if (DECLARATIONS.has(got.words[0]?.text ?? '') && s.flavour.arrays && readDeclared(s, grammar, got)) return;
  const assigns =
    DECLARATIONS.has(got.words[0]?.text ?? '') && ASSIGNS.test(s.source.slice(s.position, s.position + 200));
  if (assigns) got.words.push(grammar.word(s, ASSIGNED_WORD));
  else got.words.push(...grammar.words(s, COMMAND_WORD));
}

const ASSIGNS = /^[A-Za-z_][A-Za-z0-9_]*\+?=/;

function expandAlias(s: Scanner, name: string, from: number): boolean {
  const value = s.aliases.get(name);
  if (value === undefined || (s.expanded.get(name) ?? -1) > from) return false;
  const end = s.position;
  s.source = s.source.slice(0, from) + value + s.source.slice(end);
  s.position = from;
  for (const [other, until] of s.expanded) if (until > from) s.expanded.set(other, until + value.length - (end - from));
  s.expanded.set(name, from + value.length + 1);
  if (s.source.length > 1_000_000) refuse(s, 'aliases grow without end');
  return true;
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

function readAssignment(s: Scanner, grammar: Grammar, got: Gathered): boolean {
  const assignment = tryAssignment(s, grammar);
  if (assignment === undefined) return false;
  got.assignments.push(assignment);
  return true;
}

/** `declare -a list=(1 2)`: the array is an assignment, and the name stays as an argument. */
function readDeclared(s: Scanner, grammar: Grammar, got: Gathered): boolean {
  const from = s.position;
  const head = /^[A-Za-z_][A-Za-z0-9_]*\+?=\(/.test(s.source.slice(from, from + 200));
  const assignment = head ? tryAssignment(s, grammar) : undefined;
  if (assignment === undefined) return false;
  got.assignments.push(assignment);
  got.words.push({ parts: [{ k: 'text', text: assignment.name, quoted: false }], text: assignment.name, runs: false });
  return true;
}

function tryAssignment(s: Scanner, grammar: Grammar): Assignment | undefined {
  NAME.lastIndex = s.position;
  const name = NAME.exec(s.source)?.[0];
  if (name === undefined) return undefined;
  const from = s.position;
  s.position += name.length;
  const index = s.flavour.arrays && peek(s) === '[' ? readIndex(s, grammar) : undefined;
  const append = s.flavour.arrays && startsWith(s, '+=');
  if (peek(s) !== '=' && !append) {
    s.position = from;
    return undefined;
  }
  s.position += append ? 2 : 1;
  return { name, append, value: readValue(s, grammar), ...(index === undefined ? {} : { index }) };
}

/** `[...]`, if an assignment follows it. */
function readIndex(s: Scanner, grammar: Grammar): Word | undefined {
  if (!/^\[[^\n]*\]\+?=/.test(s.source.slice(s.position, s.position + 500))) return undefined;
  return grammar.arithmeticText(s, 1, ']');
}

function readValue(s: Scanner, grammar: Grammar): Word | ArrayLiteral {
  if (peek(s) === '(' && s.flavour.arrays) return readArray(s, grammar);
  if (atEnd(s) || operatorOrBlank(s)) return EMPTY_WORD;
  return grammar.word(s, ASSIGNED_WORD);
}

function operatorOrBlank(s: Scanner): boolean {
  const process = s.flavour.processSubstitution && (startsWith(s, '<(') || startsWith(s, '>('));
  return ASSIGNED_WORD.ends(peek(s), s) && !process;
}

function readArray(s: Scanner, grammar: Grammar): ArrayLiteral {
  s.position++;
  const elements: { index?: Word; value: Word }[] = [];
  for (;;) {
    skipLines(s, grammar);
    if (peek(s) === ')') break;
    if (atEnd(s) || operatorHere(s) !== '') surprised(s, ')');
    const index = peek(s) === '[' ? readIndex(s, grammar) : undefined;
    if (index !== undefined) {
      s.position++;
      elements.push({ index, value: operatorOrBlank(s) ? EMPTY_WORD : grammar.word(s, ASSIGNED_WORD) });
    } else elements.push(...grammar.words(s, COMMAND_WORD).map((value) => ({ value })));
  }
  s.position++;
  return { elements };
}
