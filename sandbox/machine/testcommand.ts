// `test` and `[`: an expression in the arguments of a command. What it means depends first of all on how many there are.

import { compareNumbers, fileTest, isNumeric, type TestPlace, unaryTest } from './filetests.ts';

/** An expression that makes no sense; `what` is the argument at fault. */
export class TestProblem extends Error {
  readonly kind: 'operand' | 'argument' | 'number' | 'parenthesis' | 'operator' | 'unary';
  readonly what: string;
  constructor(kind: TestProblem['kind'], what: string) {
    super(`${kind} ${what}`);
    this.kind = kind;
    this.what = what;
  }
}

const UNARY = new Set('bcdefghknoprstuvwxzGLOS'.split('').map((letter) => `-${letter}`));
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

/** Whether the expression holds. Throws `TestProblem`. */
export function testArguments(place: TestPlace, args: readonly string[]): boolean {
  const [a = '', b = '', c = '', d = ''] = args;
  switch (args.length) {
    case 0:
      return false;
    case 1:
      return a !== '';
    case 2:
      if (a === '!') return b === '';
      return two(place, a, b);
    case 3:
      if (BINARY.has(b) || b === '-a' || b === '-o') return three(place, a, b, c);
      if (a === '!') return !testArguments(place, [b, c]);
      if (a === '(' && c === ')') return b !== '';
      throw new TestProblem('operator', b);
    case 4:
      if (a === '!') return !testArguments(place, [b, c, d]);
      if (a === '(' && d === ')') return testArguments(place, [b, c]);
      break;
    default:
  }
  const reader: Reader = { args, at: 0 };
  const value = or(place, reader);
  if (reader.at < args.length) throw new TestProblem('operand', args[reader.at] ?? '');
  return value;
}

function two(place: TestPlace, op: string, text: string): boolean {
  if (UNARY.has(op)) return unaryTest(place, op, text);
  throw new TestProblem(BINARY.has(text) ? 'argument' : 'unary', BINARY.has(text) ? text : op);
}

function three(place: TestPlace, left: string, op: string, right: string): boolean {
  if (op === '-a') return left !== '' && right !== '';
  if (op === '-o') return left !== '' || right !== '';
  return binary(place, left, op, right);
}

function binary(place: TestPlace, left: string, op: string, right: string): boolean {
  if (op === '=' || op === '==') return left === right;
  if (op === '!=') return left !== right;
  if (op === '<') return left < right;
  if (op === '>') return left > right;
  if (isNumeric(op)) return compareNumbers(op, integer(left), integer(right));
  return fileTest(place, op, left, right);
}

function integer(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestProblem('number', text);
  return Number(text);
}

interface Reader {
  readonly args: readonly string[];
  at: number;
}

function or(place: TestPlace, reader: Reader): boolean {
  let value = and(place, reader);
  while (reader.args[reader.at] === '-o') {
    reader.at++;
    const right = and(place, reader);
    value = value || right;
  }
  return value;
}

function and(place: TestPlace, reader: Reader): boolean {
  let value = not(place, reader);
  while (reader.args[reader.at] === '-a') {
    reader.at++;
    const right = not(place, reader);
    value = value && right;
  }
  return value;
}

function not(place: TestPlace, reader: Reader): boolean {
  let negated = false;
  while (reader.args[reader.at] === '!' && reader.at + 1 < reader.args.length) {
    negated = !negated;
    reader.at++;
  }
  return primary(place, reader) !== negated;
}

function primary(place: TestPlace, reader: Reader): boolean {
  const { args } = reader;
  const word = args[reader.at];
  const next = args[reader.at + 1];
  if (word === undefined) throw new TestProblem('argument', args.at(-1) ?? '');
  if (next !== undefined && BINARY.has(next) && args[reader.at + 2] !== undefined) {
    reader.at += 3;
    return binary(place, word, next, args[reader.at - 1] ?? '');
  }
  if (word === '(') {
    reader.at++;
    const value = or(place, reader);
    if (args[reader.at] !== ')') throw new TestProblem('parenthesis', ')');
    reader.at++;
    return value;
  }
  reader.at++;
  if (!UNARY.has(word) || next === undefined || next === ')' || next === '-a' || next === '-o') return word !== '';
  reader.at++;
  return unaryTest(place, word, next);
}
