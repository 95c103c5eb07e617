// Reads kubectl's JSONPath templates: text with actions in braces, `{.items[*].metadata.name}{"\n"}`.

import { unquote } from '../go/unquote.ts';
import { JsonPathError, type ListNode, type Node, type Slice } from './nodes.ts';

/** Where the reader is; `start` is where the piece under way began. */
interface Cursor {
  readonly text: string;
  start: number;
  at: number;
}

const END = '';

/** The texts and actions of a template. Throws JsonPathError. */
export function parseTemplate(text: string): readonly Node[] {
  const cursor: Cursor = { text, start: 0, at: 0 };
  const nodes: Node[] = [];
  for (;;) {
    const brace = text.indexOf('{', cursor.at);
    cursor.at = brace < 0 ? text.length : brace;
    const plain = take(cursor);
    if (plain !== '') nodes.push({ kind: 'text', text: plain });
    if (brace < 0) return nodes;
    cursor.at++;
    nodes.push(readAction(cursor));
  }
}

/** The steps of one action, from behind its opening brace to behind its closing one. */
function readAction(cursor: Cursor): ListNode {
  const steps: Node[] = [];
  take(cursor);
  while (!cursor.text.startsWith('}', cursor.at)) readStep(cursor, steps);
  cursor.at++;
  take(cursor);
  return { kind: 'list', steps };
}

/** An action that is part of another one. */
function readNested(text: string): ListNode {
  const [first] = parseTemplate(`{${text}}`);
  return first?.kind === 'list' ? first : { kind: 'list', steps: [] };
}

function readStep(cursor: Cursor, steps: Node[]): void {
  if (cursor.text.startsWith('[?(', cursor.at)) readFilter(cursor, steps);
  else if (cursor.text.startsWith('..', cursor.at)) readDescent(cursor, steps);
  else readOther(cursor, steps, next(cursor));
}

function readOther(cursor: Cursor, steps: Node[], character: string): void {
  if (character === END || isEndOfLine(character)) throw new JsonPathError('unclosed action');
  if (character === ' ' || character === '@' || character === '$') take(cursor);
  else if (character === '[') readBrackets(cursor, steps);
  else if (character === '"' || character === "'") readQuoted(cursor, steps, character);
  else if (character === '.') readField(cursor, steps);
  else if (character === '+' || character === '-' || isDigit(character)) readNumber(cursor, steps);
  else if (isWordCharacter(character)) readWord(cursor, steps);
  else throw new JsonPathError(`unrecognized character in action: ${codeOf(character)}`);
}

/** `range`, `end`, `true` and `false`. */
function readWord(cursor: Cursor, steps: Node[]): void {
  while (!isTerminator(peek(cursor))) next(cursor);
  const word = take(cursor);
  if (word === 'true' || word === 'false') steps.push({ kind: 'boolean', value: word === 'true' });
  else steps.push({ kind: 'word', word });
}

function readDescent(cursor: Cursor, steps: Node[]): void {
  if (steps.at(-1)?.kind === 'descent') throw new JsonPathError('invalid multiple recursive descent');
  cursor.at += 2;
  take(cursor);
  steps.push({ kind: 'descent' });
  if (isWordCharacter(peek(cursor))) readField(cursor, steps);
}

function readNumber(cursor: Cursor, steps: Node[]): void {
  while (peek(cursor) === '.' || isDigit(peek(cursor))) next(cursor);
  const text = take(cursor);
  const whole = toInt64(text);
  if (whole !== undefined) {
    const value = Number(whole);
    steps.push({ kind: 'number', value: Number.isSafeInteger(value) ? value : whole, type: 'int' });
    return;
  }
  const value = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new JsonPathError(`cannot parse number ${text}`);
  steps.push({ kind: 'number', value, type: 'float64' });
}

/** `[0]`, `[-1]`, `[1:3]`, `[*]`, `['name']`, `[0,2]`. */
function readBrackets(cursor: Cursor, steps: Node[]): void {
  for (let character = next(cursor); character !== ']'; character = next(cursor)) {
    if (character === END || character === '\n') throw new JsonPathError('unterminated array');
  }
  const text = take(cursor).slice(1, -1);
  const members = text.split(',');
  const quoted = /^'([^']*)'$/.exec(text);
  if (members.length > 1) {
    const lists = members.map((member) => readNested(`[${withoutBlanksAround(member)}]`));
    steps.push({ kind: 'union', members: lists });
  } else if (quoted !== null) {
    steps.push(...readNested(`.${quoted[1]}`).steps);
  } else {
    steps.push({ kind: 'slice', ...readSlice(text === '*' ? ':' : text) });
  }
}

function readSlice(text: string): Slice {
  const parts = /^(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?$/.exec(text);
  if (parts === null) throw new JsonPathError(`invalid array index ${text}`);
  const [, first = '', second, third] = parts;
  const from = readIndex(first);
  const to = readIndex(second?.slice(1) ?? '');
  const step = readIndex(third?.slice(1) ?? '');
  return {
    single: second === undefined,
    ...(from !== undefined && { from }),
    ...(second === undefined && { to: (from ?? 0) + 1 }),
    ...(to !== undefined && { to }),
    ...(step !== undefined && { step }),
  };
}

function readIndex(text: string): number | undefined {
  if (text === '') return undefined;
  const value = toInt64(text);
  if (value === undefined) throw new JsonPathError(`array index ${text} is not a number`);
  return Number(value);
}

/** `[?(@.name=="a")]`. A quoted part hides parentheses; only the first quote of a filter opens one. */
function readFilter(cursor: Cursor, steps: Node[]): void {
  cursor.at += '[?('.length;
  take(cursor);
  let quote = '';
  let closed = false;
  for (;;) {
    const character = next(cursor);
    if (character === END || character === '\n') throw new JsonPathError('unterminated filter');
    if (character === ')' && (quote !== '') === closed) break;
    if (character !== '"' && character !== "'") continue;
    if (quote === '') quote = character;
    else if (character === quote && cursor.text[cursor.at - 2] !== '\\') closed = true;
  }
  if (next(cursor) !== ']') throw new JsonPathError('unclosed array expect ]');
  steps.push(readCondition(take(cursor).slice(0, -2)));
}

function readCondition(text: string): Node {
  const parts = /^([^!<>=]+)([!<>=]+)([^\n]+)$/.exec(text);
  if (parts === null)
    return { kind: 'filter', left: readNested(text), right: { kind: 'list', steps: [] }, operator: 'exists' };
  const [, left = '', operator = '', right = ''] = parts;
  return { kind: 'filter', left: readNested(left), right: readNested(right), operator };
}

/** A quote behind a backslash doesn't end the text, even where the backslash is itself escaped. */
function readQuoted(cursor: Cursor, steps: Node[], quote: string): void {
  for (;;) {
    const character = next(cursor);
    if (character === END || character === '\n') throw new JsonPathError('unterminated quoted string');
    if (character === quote && cursor.text[cursor.at - 2] !== '\\') break;
  }
  const quoted = take(cursor);
  const text = unquote(quoted);
  if (text === undefined) throw new JsonPathError(`unquote string ${quoted} error invalid syntax`);
  steps.push({ kind: 'text', text });
}

/** A field's name; a backslash takes away what the character behind it means: `.app\.kubernetes\.io/name`. */
function readField(cursor: Cursor, steps: Node[]): void {
  take(cursor);
  for (let character = peek(cursor); !isTerminator(character); character = peek(cursor)) {
    next(cursor);
    if (character === '\\') next(cursor);
  }
  const name = take(cursor);
  steps.push(name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') });
}

function withoutBlanksAround(text: string): string {
  let [from, to] = [0, text.length];
  while (text[from] === ' ') from++;
  while (to > from && text[to - 1] === ' ') to--;
  return text.slice(from, to);
}

function take(cursor: Cursor): string {
  const piece = cursor.text.slice(cursor.start, cursor.at);
  cursor.start = cursor.at;
  return piece;
}

function peek(cursor: Cursor): string {
  const code = cursor.text.codePointAt(cursor.at);
  return code === undefined ? END : String.fromCodePoint(code);
}

function next(cursor: Cursor): string {
  const character = peek(cursor);
  cursor.at += character.length;
  return character;
}

function isTerminator(character: string): boolean {
  return character === END || ' \t\r\n.,[]$@{}'.includes(character);
}

function isEndOfLine(character: string): boolean {
  return character === '\r' || character === '\n';
}

function isDigit(character: string): boolean {
  return /^\p{Nd}$/u.test(character);
}

function isWordCharacter(character: string): boolean {
  return /^[_\p{L}\p{Nd}]$/u.test(character);
}

/** `U+002A '*'` */
function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character) ? `U+${code} '${character}'` : `U+${code}`;
}

function toInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
