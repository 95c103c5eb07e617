// Arithmetic expressions, C's without pointers: text in, tree out.

import type { Arithmetic, ArithmeticNode, ArithmeticVariable, Word } from '../syntax.ts';

/** The text isn't an expression. `token` is the rest of it, from where it went wrong. */
export class ArithmeticProblem extends Error {
  readonly reason: 'operand' | 'syntax' | 'base' | 'paren' | 'assign' | 'colon' | 'constant';
  readonly token: string;
  constructor(reason: ArithmeticProblem['reason'], token: string) {
    super(reason);
    this.reason = reason;
    this.token = token;
  }
}

/** Wraps an expression as it was read; parsed at once when its text can't depend on variables. */
export function arithmeticOf(word: Word): Arithmetic {
  const written = plainText(word);
  if (written === undefined) return { word };
  try {
    const tree = parseArithmetic(written.text);
    return written.plain.length === 0 ? { word, tree } : { word, tree, plain: written.plain };
  } catch {
    return { word };
  }
}

/** The text with `$i` written as `i`, where that reads the same as long as i holds a plain number. */
function plainText(word: Word): { text: string; plain: string[] } | undefined {
  let text = '';
  const plain: string[] = [];
  for (const part of word.parts) {
    if (part.k === 'text') text += part.text;
    else if (
      part.k === 'parameter' &&
      part.op === undefined &&
      part.index === undefined &&
      /^[A-Za-z_]/.test(part.name)
    ) {
      text += ` ${part.name} `;
      plain.push(part.name);
    } else return undefined;
  }
  return { text, plain };
}

interface Reader {
  readonly text: string;
  position: number;
  depth: number;
}

/** Throws `ArithmeticProblem`. An empty expression is 0. */
export function parseArithmetic(text: string): ArithmeticNode {
  const r: Reader = { text, position: 0, depth: 0 };
  if (text.trim() === '') return { a: 'number', value: 0 };
  const tree = comma(r);
  blanks(r);
  if (r.position < text.length) throw new ArithmeticProblem('syntax', rest(r));
  return tree;
}

function rest(r: Reader): string {
  return r.text.slice(r.position).trimStart();
}

function blanks(r: Reader): void {
  while (' \t\n\r'.includes(r.text.charAt(r.position)) && r.position < r.text.length) r.position++;
}

const OPERATORS = /(\*\*=?|<<=|>>=|[-+*/%&^|]=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%<>=!~&^|?:,()])/y;

function operator(r: Reader): string {
  blanks(r);
  OPERATORS.lastIndex = r.position;
  return OPERATORS.exec(r.text)?.[0] ?? '';
}

function accept(r: Reader, op: string): boolean {
  if (operator(r) !== op) return false;
  r.position += op.length;
  return true;
}

function comma(r: Reader): ArithmeticNode {
  if (++r.depth > 200) throw new ArithmeticProblem('syntax', rest(r));
  let left = assignment(r);
  while (accept(r, ',')) left = { a: 'binary', op: ',', left, right: assignment(r) };
  r.depth--;
  return left;
}

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '^=', '|=', '<<=', '>>=']);

function assignment(r: Reader): ArithmeticNode {
  const left = choice(r);
  const op = operator(r);
  if (!ASSIGNMENTS.has(op)) return left;
  if (left.a !== 'variable') throw new ArithmeticProblem('assign', rest(r));
  r.position += op.length;
  return { a: 'assign', op: op.slice(0, -1), to: left, value: assignment(r) };
}

function choice(r: Reader): ArithmeticNode {
  const test = binary(r, 0);
  if (!accept(r, '?')) return test;
  const yes = comma(r);
  if (!accept(r, ':')) throw new ArithmeticProblem('colon', rest(r));
  return { a: 'choice', test, yes, no: assignment(r) };
}

/** Loosest first; `**` binds tighter than all of them and to the right. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

function binary(r: Reader, level: number): ArithmeticNode {
  const ops = LEVELS[level];
  if (ops === undefined) return power(r);
  let left = binary(r, level + 1);
  for (;;) {
    const op = operator(r);
    if (!ops.includes(op)) return left;
    r.position += op.length;
    left = { a: 'binary', op, left, right: binary(r, level + 1) };
  }
}

function power(r: Reader): ArithmeticNode {
  const left = unary(r);
  if (!accept(r, '**')) return left;
  return { a: 'binary', op: '**', left, right: power(r) };
}

function unary(r: Reader): ArithmeticNode {
  if (++r.depth > 200) throw new ArithmeticProblem('syntax', rest(r));
  const op = operator(r);
  try {
    if (op === '++' || op === '--') {
      r.position += 2;
      const of = unary(r);
      if (of.a === 'variable') return { a: 'step', op, before: true, of };
      const sign = op === '++' ? '+' : '-';
      return { a: 'unary', op: sign, of: { a: 'unary', op: sign, of } };
    }
    if (op === '-' || op === '+' || op === '!' || op === '~') {
      r.position++;
      return { a: 'unary', op, of: unary(r) };
    }
    return postfix(r);
  } finally {
    r.depth--;
  }
}

function postfix(r: Reader): ArithmeticNode {
  const of = primary(r);
  const op = operator(r);
  if (of.a !== 'variable' || (op !== '++' && op !== '--')) return of;
  r.position += 2;
  return { a: 'step', op, before: false, of };
}

const NUMBER = /[0-9][0-9A-Za-z_@#]*/y;
const VARIABLE = /[A-Za-z_][A-Za-z0-9_]*/y;

function primary(r: Reader): ArithmeticNode {
  if (accept(r, '(')) {
    const inner = comma(r);
    if (!accept(r, ')')) throw new ArithmeticProblem('paren', rest(r));
    return inner;
  }
  NUMBER.lastIndex = r.position;
  const number = NUMBER.exec(r.text)?.[0];
  if (number !== undefined) {
    r.position += number.length;
    return { a: 'number', value: constant(number) };
  }
  return variable(r);
}

function variable(r: Reader): ArithmeticVariable {
  VARIABLE.lastIndex = r.position;
  const name = VARIABLE.exec(r.text)?.[0];
  if (name === undefined) throw new ArithmeticProblem('operand', operandToken(r));
  r.position += name.length;
  if (r.text.charAt(r.position) !== '[') return { a: 'variable', name };
  let depth = 0;
  const from = r.position + 1;
  for (; r.position < r.text.length; r.position++) {
    const c = r.text.charAt(r.position);
    if (c === '[') depth++;
    if (c === ']' && --depth === 0) break;
  }
  if (depth > 0) throw new ArithmeticProblem('syntax', r.text.slice(from - 1));
  return { a: 'variable', name, index: r.text.slice(from, r.position++) };
}

/** Where an operand is missing, the operator before it is what is complained of. */
function operandToken(r: Reader): string {
  const remaining = rest(r);
  if (remaining !== '') return remaining;
  return /\S+\s*$/.exec(r.text)?.[0]?.trim().slice(-1) ?? '';
}

/** 12, 0x1f, 017, 2#101. */
function constant(text: string): number | bigint {
  const based = /^(\d+)#([0-9A-Za-z_@]+)$/.exec(text);
  if (based !== null) return inBase(based[2] ?? '', Number(based[1]), text);
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return small(BigInt(text));
  if (/^0[0-9]+$/.test(text)) {
    if (!/^[0-7]+$/.test(text)) throw new ArithmeticProblem('base', text);
    return small(BigInt(`0o${text.slice(1)}`));
  }
  if (!/^\d+$/.test(text)) throw new ArithmeticProblem('base', text);
  return small(BigInt(text));
}

function small(value: bigint): number | bigint {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';

function inBase(digits: string, base: number, text: string): number | bigint {
  if (base < 2 || base > 64) throw new ArithmeticProblem('constant', text);
  let value = 0n;
  for (const digit of base <= 36 ? digits.toLowerCase() : digits) {
    const at = DIGITS.indexOf(digit);
    if (at < 0 || at >= base) throw new ArithmeticProblem('base', text);
    value = value * BigInt(base) + BigInt(at);
  }
  return small(value);
}
