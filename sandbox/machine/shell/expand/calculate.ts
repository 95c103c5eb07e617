// Arithmetic in 64 bits. Values are plain numbers as long as they are exact, and bigints beyond.

import { parseArithmetic } from '../parser/arithmetic.ts';
import type { ArithmeticNode, ArithmeticVariable } from '../syntax.ts';

export type Int = number | bigint;

/** How expressions reach variables; `index` is text to be evaluated, or the key of an associative array. */
export interface Cells {
  readonly get: (name: string, index: string | undefined) => string | undefined;
  readonly set: (name: string, index: string | undefined, value: string) => void;
  /** Only what POSIX has: no `**`, no `++`, and variables hold numbers. */
  readonly plain: boolean;
}

/** Thrown for what only shows when it is calculated. */
export class CalculationProblem extends Error {
  readonly reason: 'zero' | 'exponent' | 'recursion' | 'number' | 'extension';
  readonly what: string;
  constructor(reason: CalculationProblem['reason'], what = '') {
    super(reason);
    this.reason = reason;
    this.what = what;
  }
}

const DEPTH_MAX = 100;

export function calculate(node: ArithmeticNode, cells: Cells, depth = 0): Int {
  switch (node.a) {
    case 'number':
      return node.value;
    case 'variable':
      return variableValue(node, cells, depth);
    case 'unary':
      return unary(node.op, calculate(node.of, cells, depth));
    case 'step':
      if (cells.plain) throw new CalculationProblem('extension');
      return step(node, cells, depth);
    case 'binary':
      return binary(node, cells, depth);
    case 'assign':
      return assign(node, cells, depth);
    case 'choice':
      return calculate(isTrue(calculate(node.test, cells, depth)) ? node.yes : node.no, cells, depth);
  }
}

export function isTrue(value: Int): boolean {
  return value !== 0 && value !== 0n;
}

function variableValue(node: ArithmeticVariable, cells: Cells, depth: number): Int {
  return textValue(cells.get(node.name, node.index), cells, depth);
}

/** What a variable's text comes to: mostly a number, otherwise an expression of its own. */
function textValue(text: string | undefined, cells: Cells, depth: number): Int {
  if (text === undefined || text === '') return 0;
  if (/^-?(0|[1-9][0-9]{0,14})$/.test(text)) return Number(text);
  if (cells.plain && !/^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text.trim()))
    throw new CalculationProblem('number', text);
  if (depth >= DEPTH_MAX) throw new CalculationProblem('recursion');
  return calculate(parseArithmetic(text), cells, depth + 1);
}

function unary(op: '-' | '+' | '!' | '~', value: Int): Int {
  if (op === '!') return isTrue(value) ? 0 : 1;
  if (op === '+') return value;
  if (op === '~') return norm(~BigInt(value));
  return typeof value === 'number' ? 0 - value : norm(-value);
}

function step(node: Extract<ArithmeticNode, { a: 'step' }>, cells: Cells, depth: number): Int {
  const old = variableValue(node.of, cells, depth);
  const changed = plain(node.op === '++' ? '+' : '-', old, 1);
  cells.set(node.of.name, node.of.index, String(changed));
  return node.before ? changed : old;
}

function assign(node: Extract<ArithmeticNode, { a: 'assign' }>, cells: Cells, depth: number): Int {
  const right = calculate(node.value, cells, depth);
  const value = node.op === '' ? right : plain(node.op, variableValue(node.to, cells, depth), right);
  cells.set(node.to.name, node.to.index, String(value));
  return value;
}

function binary(node: Extract<ArithmeticNode, { a: 'binary' }>, cells: Cells, depth: number): Int {
  if (cells.plain && node.op === '**') throw new CalculationProblem('extension');
  const left = calculate(node.left, cells, depth);
  if (node.op === '&&') return isTrue(left) && isTrue(calculate(node.right, cells, depth)) ? 1 : 0;
  if (node.op === '||') return isTrue(left) || isTrue(calculate(node.right, cells, depth)) ? 1 : 0;
  return plain(node.op, left, calculate(node.right, cells, depth));
}

function plain(op: string, left: Int, right: Int): Int {
  if (typeof left === 'number' && typeof right === 'number') {
    const quick = inNumbers(op, left, right);
    if (quick !== undefined && Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
  }
  return norm(inBigints(op, BigInt(left), BigInt(right)));
}

function inNumbers(op: string, left: number, right: number): number | undefined {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw new CalculationProblem('zero');
      return Math.trunc(left / right);
    case '%':
      if (right === 0) throw new CalculationProblem('zero');
      return left % right;
    case '<':
      return left < right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case ',':
      return right;
    default:
      return undefined;
  }
}

function inBigints(op: string, left: bigint, right: bigint): bigint {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
    case '%':
      if (right === 0n) throw new CalculationProblem('zero');
      return op === '/' ? left / right : left % right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return left << (right & 63n);
    case '>>':
      return left >> (right & 63n);
    case '**':
      return power(left, right);
    case ',':
      return right;
    default:
      return compare(op, left, right) ? 1n : 0n;
  }
}

function compare(op: string, left: bigint, right: bigint): boolean {
  if (op === '<') return left < right;
  if (op === '>') return left > right;
  if (op === '<=') return left <= right;
  if (op === '>=') return left >= right;
  return op === '==' ? left === right : left !== right;
}

/** Wraps at 64 bits on the way, so that no exponent makes it grow without end. */
function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new CalculationProblem('exponent');
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

function norm(value: bigint): Int {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}
