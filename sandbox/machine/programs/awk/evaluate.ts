// awk's expressions. Everything is a generator, since any expression may read a file or wait for a command.

import type { Blocking } from '../../sys.ts';
import { callBuiltin } from './builtins.ts';
import {
  arrayOf,
  type Cell,
  cellOf,
  getField,
  getVariable,
  globalText,
  keyOf,
  type Machine,
  recordOf,
  regexOf,
  setField,
  setVariable,
} from './machine.ts';
import { getline } from './streams.ts';
import { AwkProblem, type Expression, type Target } from './tree.ts';
import { compare, isTrue, toNumber, toText, type Value } from './values.ts';

/** Runs a function's body; set by the statements, which need expressions themselves. */
export type CallFunction = (m: Machine, name: string, cells: readonly Cell[]) => Blocking<Value>;

export function* evaluate(m: Machine, node: Expression, call: CallFunction): Blocking<Value> {
  switch (node.e) {
    case 'number':
    case 'string':
      return node.value;
    case 'regex':
      return regexOf(m, node.source).test(recordOf(m)) ? 1 : 0;
    case 'variable':
      return getVariable(m, node.name);
    case 'field':
      return getField(m, Math.trunc(toNumber(yield* evaluate(m, node.index, call))));
    case 'element':
      return yield* element(m, node.name, node.index, call);
    case 'in':
      return arrayOf(m, node.name).has(yield* key(m, node.index, call)) ? 1 : 0;
    case 'group':
      return yield* key(m, node.of, call);
    case 'unary':
      return unary(node.op, yield* evaluate(m, node.of, call));
    case 'binary':
      return yield* binary(m, node, call);
    case 'choice':
      return yield* evaluate(m, isTrue(yield* evaluate(m, node.test, call)) ? node.yes : node.no, call);
    case 'assign':
      return yield* assign(m, node, call);
    case 'step':
      return yield* step(m, node, call);
    case 'getline':
      return yield* readLine(m, node, call);
    case 'call':
      return node.own ? yield* callOwn(m, node, call) : yield* builtin(m, node, call);
  }
}

export function* key(m: Machine, index: readonly Expression[], call: CallFunction): Blocking<string> {
  const values: Value[] = [];
  for (const each of index) values.push(yield* evaluate(m, each, call));
  return keyOf(m, values);
}

function* element(m: Machine, name: string, index: readonly Expression[], call: CallFunction): Blocking<Value> {
  const at = yield* key(m, index, call);
  const array = arrayOf(m, name);
  if (!array.has(at)) array.set(at, undefined);
  return array.get(at);
}

function unary(op: '-' | '+' | '!', value: Value): Value {
  if (op === '!') return isTrue(value) ? 0 : 1;
  return op === '-' ? -toNumber(value) : toNumber(value);
}

function* binary(m: Machine, node: Extract<Expression, { e: 'binary' }>, call: CallFunction): Blocking<Value> {
  const { op, left, right } = node;
  const a = yield* evaluate(m, left, call);
  if (op === '()') return a;
  if (op === '&&') return isTrue(a) && isTrue(yield* evaluate(m, right, call)) ? 1 : 0;
  if (op === '||') return isTrue(a) || isTrue(yield* evaluate(m, right, call)) ? 1 : 0;
  if (op === '~' || op === '!~') {
    const source = yield* pattern(m, right, call);
    return regexOf(m, source).test(toText(a, globalText(m, 'CONVFMT'))) === (op === '~') ? 1 : 0;
  }
  const b = yield* evaluate(m, right, call);
  if (op === ' ') {
    const format = globalText(m, 'CONVFMT');
    return toText(a, format) + toText(b, format);
  }
  return ['<', '<=', '==', '!=', '>=', '>'].includes(op)
    ? compared(op, compare(a, b))
    : calculated(m, op, toNumber(a), toNumber(b));
}

function compared(op: string, order: number): Value {
  switch (op) {
    case '<':
      return order < 0 ? 1 : 0;
    case '<=':
      return order <= 0 ? 1 : 0;
    case '==':
      return order === 0 ? 1 : 0;
    case '!=':
      return order !== 0 ? 1 : 0;
    case '>=':
      return order >= 0 ? 1 : 0;
    default:
      return order > 0 ? 1 : 0;
  }
}

/** mawk, which is Debian's, divides by nought; busybox's awk doesn't. */
function calculated(m: Machine, op: string, a: number, b: number): number {
  if (b === 0 && (op === '/' || op === '%') && m.context.flavour === 'busybox')
    throw new AwkProblem('Division by zero', 0);
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    default:
      return a ** b;
  }
}

/** The source of an expression to match: a literal's own, otherwise what it comes to. */
function* pattern(m: Machine, node: Expression, call: CallFunction): Blocking<string> {
  return node.e === 'regex' ? node.source : toText(yield* evaluate(m, node, call));
}

function* store(m: Machine, to: Target, value: Value, call: CallFunction): Blocking<void> {
  if (to.e === 'variable') setVariable(m, to.name, value);
  else if (to.e === 'field') setField(m, Math.trunc(toNumber(yield* evaluate(m, to.index, call))), value);
  else {
    const at = yield* key(m, to.index, call);
    arrayOf(m, to.name).set(at, value);
  }
}

function* assign(m: Machine, node: Extract<Expression, { e: 'assign' }>, call: CallFunction): Blocking<Value> {
  const value = yield* evaluate(m, node.value, call);
  const result =
    node.op === '' ? value : calculated(m, node.op, toNumber(yield* evaluate(m, node.to, call)), toNumber(value));
  yield* store(m, node.to, result, call);
  return result;
}

function* step(m: Machine, node: Extract<Expression, { e: 'step' }>, call: CallFunction): Blocking<Value> {
  const old = toNumber(yield* evaluate(m, node.of, call));
  const changed = node.op === '++' ? old + 1 : old - 1;
  yield* store(m, node.of, changed, call);
  return node.before ? changed : old;
}

function* readLine(m: Machine, node: Extract<Expression, { e: 'getline' }>, call: CallFunction): Blocking<Value> {
  const source = node.source === undefined ? '' : toText(yield* evaluate(m, node.source, call));
  const got = yield* getline(m, node.from, source, node.to === undefined);
  if (typeof got === 'number') return got;
  if (node.to !== undefined) yield* store(m, node.to, got, call);
  return 1;
}

function* callOwn(m: Machine, node: Extract<Expression, { e: 'call' }>, call: CallFunction): Blocking<Value> {
  if (!m.program.functions.has(node.name)) throw new AwkProblem('Call to undefined function', 0, node.name);
  const cells: Cell[] = [];
  for (const arg of node.args) {
    if (arg.e === 'variable' && arg.name !== 'NF') {
      const cell = cellOf(m, arg.name);
      cells.push({ value: cell.value, array: cell.array, origin: cell });
    } else cells.push({ value: yield* evaluate(m, arg, call), array: undefined, origin: undefined });
  }
  return yield* call(m, node.name, cells);
}

/** Builtins see their arguments unevaluated where they need a place or an expression to match. */
function* builtin(m: Machine, node: Extract<Expression, { e: 'call' }>, call: CallFunction): Blocking<Value> {
  return yield* callBuiltin(m, node.name, node.args, {
    value: (arg) => evaluate(m, arg, call),
    pattern: (arg) => pattern(m, arg, call),
    store: (to, value) => store(m, to, value, call),
  });
}
