// awk's expressions, by precedence.

import { accept, expect, fail, here, isKeyword, isOp, type Reader, skipNewlines } from './reader.ts';
import { AwkProblem, type Expression, type Target } from './tree.ts';

/** Inside of parentheses the restrictions of the place around them don't hold. */
export function inside<T>(r: Reader, parse: () => T): T {
  const { noGreater, noIn } = r;
  r.noGreater = false;
  r.noIn = false;
  try {
    return parse();
  } finally {
    r.noGreater = noGreater;
    r.noIn = noIn;
  }
}

export function readList(r: Reader, close: string): Expression[] {
  const list: Expression[] = [];
  inside(r, () => {
    skipNewlines(r);
    while (!isOp(r, close)) {
      list.push(readExpression(r));
      skipNewlines(r);
      if (!accept(r, ',')) break;
      skipNewlines(r);
    }
  });
  expect(r, close);
  return list;
}

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

export function readExpression(r: Reader): Expression {
  if (++r.depth > 200) throw new AwkProblem('nested too deeply', here(r).line);
  try {
    const left = readChoice(r);
    const token = here(r);
    if (token.t !== 'op' || !ASSIGNMENTS.has(token.text) || !isTarget(left)) return left;
    r.at++;
    skipNewlines(r);
    return { e: 'assign', op: token.text.slice(0, -1), to: left, value: readExpression(r) };
  } finally {
    r.depth--;
  }
}

function isTarget(node: Expression): node is Target {
  return node.e === 'variable' || node.e === 'field' || node.e === 'element';
}

function readChoice(r: Reader): Expression {
  const test = readOr(r);
  if (!accept(r, '?')) return test;
  skipNewlines(r);
  const yes = readExpression(r);
  skipNewlines(r);
  expect(r, ':');
  skipNewlines(r);
  return { e: 'choice', test, yes, no: readExpression(r) };
}

function readOr(r: Reader): Expression {
  let left = readAnd(r);
  while (accept(r, '||')) {
    skipNewlines(r);
    left = { e: 'binary', op: '||', left, right: readAnd(r) };
  }
  return left;
}

function readAnd(r: Reader): Expression {
  let left = readIn(r);
  while (accept(r, '&&')) {
    skipNewlines(r);
    left = { e: 'binary', op: '&&', left, right: readIn(r) };
  }
  return left;
}

function readIn(r: Reader): Expression {
  let left = readMatch(r);
  while (!r.noIn && isKeyword(r, 'in')) {
    r.at++;
    const name = here(r);
    if (name.t !== 'name') fail(r);
    r.at++;
    left = { e: 'in', index: left.e === 'group' ? left.of : [left], name: name.text };
  }
  return left;
}

function readMatch(r: Reader): Expression {
  let left = readComparison(r);
  while (isOp(r, '~') || isOp(r, '!~')) {
    const op = here(r).text;
    r.at++;
    left = { e: 'binary', op, left, right: readComparison(r) };
  }
  return left;
}

const COMPARISONS = new Set(['<', '<=', '==', '!=', '>=', '>']);

function readComparison(r: Reader): Expression {
  let left = readPipes(r);
  for (;;) {
    const token = here(r);
    if (token.t !== 'op' || !COMPARISONS.has(token.text) || (token.text === '>' && r.noGreater)) return left;
    r.at++;
    left = { e: 'binary', op: token.text, left, right: readPipes(r) };
  }
}

/** `command | getline` */
function readPipes(r: Reader): Expression {
  let left = readConcatenation(r);
  while (isOp(r, '|') && r.tokens[r.at + 1]?.text === 'getline' && r.tokens[r.at + 1]?.t === 'keyword') {
    r.at += 2;
    left = { e: 'getline', from: 'command', source: left, to: readGetlineTarget(r) };
  }
  return left;
}

function startsOperand(r: Reader): boolean {
  const token = here(r);
  if (['number', 'string', 'name', 'call', 'builtin', 'regex'].includes(token.t)) return true;
  return token.t === 'op' && ['$', '!', '(', '-', '+', '++', '--'].includes(token.text);
}

export function readConcatenation(r: Reader): Expression {
  let left = readSum(r);
  while (startsOperand(r) && !isOp(r, '!') && !(isOp(r, '+') || isOp(r, '-'))) {
    left = { e: 'binary', op: ' ', left, right: readSum(r) };
  }
  return left;
}

function readSum(r: Reader): Expression {
  let left = readProduct(r);
  while (isOp(r, '+') || isOp(r, '-')) {
    const op = here(r).text;
    r.at++;
    left = { e: 'binary', op, left, right: readProduct(r) };
  }
  return left;
}

function readProduct(r: Reader): Expression {
  let left = readUnary(r);
  while (isOp(r, '*') || isOp(r, '/') || isOp(r, '%')) {
    const op = here(r).text;
    r.at++;
    left = { e: 'binary', op, left, right: readUnary(r) };
  }
  return left;
}

function readUnary(r: Reader): Expression {
  for (const op of ['!', '-', '+'] as const) {
    if (!accept(r, op)) continue;
    return { e: 'unary', op, of: readUnary(r) };
  }
  return readPower(r);
}

function readPower(r: Reader): Expression {
  const left = readPostfix(r);
  if (!accept(r, '^')) return left;
  return { e: 'binary', op: '^', left, right: readUnaryPower(r) };
}

/** The exponent may have a sign of its own. */
function readUnaryPower(r: Reader): Expression {
  for (const op of ['-', '+', '!'] as const) if (accept(r, op)) return { e: 'unary', op, of: readUnaryPower(r) };
  return readPower(r);
}

function readPostfix(r: Reader): Expression {
  for (const op of ['++', '--'] as const) {
    if (!accept(r, op)) continue;
    const of = readPrimary(r);
    if (!isTarget(of)) fail(r);
    return { e: 'step', op, before: true, of };
  }
  const of = readPrimary(r);
  for (const op of ['++', '--'] as const) {
    if (isTarget(of) && accept(r, op)) return { e: 'step', op, before: false, of };
  }
  return of;
}

function readGetlineTarget(r: Reader): Target | undefined {
  if (!isOp(r, '$') && here(r).t !== 'name') return undefined;
  const target = readPrimary(r);
  return isTarget(target) ? target : undefined;
}

function readPrimary(r: Reader): Expression {
  const token = here(r);
  r.at++;
  switch (token.t) {
    case 'number':
      return { e: 'number', value: Number(token.text) };
    case 'string':
      return { e: 'string', value: token.text };
    case 'regex':
      return { e: 'regex', source: token.text };
    case 'name':
      if (accept(r, '[')) return { e: 'element', name: token.text, index: readList(r, ']') };
      return { e: 'variable', name: token.text };
    case 'call':
      r.at++;
      return { e: 'call', name: token.text, args: readList(r, ')'), own: true };
    case 'builtin':
      return { e: 'call', name: token.text, args: accept(r, '(') ? readList(r, ')') : [], own: false };
    case 'keyword':
      if (token.text === 'getline') return readGetline(r);
      break;
    case 'op':
      if (token.text === '$') return { e: 'field', index: readFieldIndex(r) };
      if (token.text === '(') return readGroup(r);
      if (token.text === '-' || token.text === '+' || token.text === '!')
        return { e: 'unary', op: token.text, of: readUnary(r) };
      break;
    default:
  }
  r.at--;
  fail(r);
}

/** `$i++` steps the field, `$++i` the index. */
function readFieldIndex(r: Reader): Expression {
  for (const op of ['++', '--'] as const) {
    if (!accept(r, op)) continue;
    const of = readPrimary(r);
    if (!isTarget(of)) fail(r);
    return { e: 'step', op, before: true, of };
  }
  return readPrimary(r);
}

function readGetline(r: Reader): Expression {
  const to = readGetlineTarget(r);
  if (!accept(r, '<')) return { e: 'getline', from: 'input', source: undefined, to };
  return { e: 'getline', from: 'file', source: readPostfix(r), to };
}

function readGroup(r: Reader): Expression {
  const list = readList(r, ')');
  const [only] = list;
  if (list.length === 1 && only !== undefined) {
    return only.e === 'variable' || only.e === 'element' || only.e === 'field'
      ? { e: 'binary', op: '()', left: only, right: only }
      : only;
  }
  if (list.length === 0) fail(r);
  return { e: 'group', of: list };
}
