// awk's grammar.

import { type Token, tokenize } from './tokens.ts';
import {
  type AwkFunction,
  AwkProblem,
  type AwkProgram,
  type Expression,
  type Redirection,
  type Rule,
  type Statement,
  type Target,
} from './tree.ts';

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  /** Inside of a `print` without parentheses, `>` redirects; in a `for (x in`, `in` doesn't test. */
  noGreater: boolean;
  noIn: boolean;
  depth: number;
}

export function parseAwk(source: string): AwkProgram {
  const r: Reader = { tokens: tokenize(source), at: 0, noGreater: false, noIn: false, depth: 0 };
  const begin: Statement[] = [];
  const end: Statement[] = [];
  const rules: Rule[] = [];
  const functions = new Map<string, AwkFunction>();
  for (;;) {
    skipEnds(r);
    const token = here(r);
    if (token.t === 'end') break;
    if (isKeyword(r, 'function')) readFunction(r, functions);
    else if (isKeyword(r, 'BEGIN') || isKeyword(r, 'END')) {
      r.at++;
      skipNewlines(r);
      (token.text === 'BEGIN' ? begin : end).push(readBlock(r));
    } else rules.push(readRule(r));
  }
  return { begin, end, rules, functions };
}

function here(r: Reader): Token {
  return r.tokens[r.at] ?? { t: 'end', text: '', line: 0 };
}

function isOp(r: Reader, text: string): boolean {
  const token = here(r);
  return token.t === 'op' && token.text === text;
}

function isKeyword(r: Reader, text: string): boolean {
  const token = here(r);
  return token.t === 'keyword' && token.text === text;
}

function accept(r: Reader, text: string): boolean {
  if (!isOp(r, text)) return false;
  r.at++;
  return true;
}

function expect(r: Reader, text: string): void {
  if (!accept(r, text)) fail(r);
}

function fail(r: Reader): never {
  const token = here(r);
  throw new AwkProblem(token.t === 'end' ? 'Unexpected end of input' : 'Unexpected token', token.line, token.text);
}

function skipNewlines(r: Reader): void {
  while (here(r).t === 'newline') r.at++;
}

function skipEnds(r: Reader): void {
  while (here(r).t === 'newline' || isOp(r, ';')) r.at++;
}

function readFunction(r: Reader, functions: Map<string, AwkFunction>): void {
  r.at++;
  const name = here(r);
  if (name.t !== 'name' && name.t !== 'call') fail(r);
  r.at++;
  expect(r, '(');
  const parameters: string[] = [];
  while (!accept(r, ')')) {
    skipNewlines(r);
    const parameter = here(r);
    if (parameter.t !== 'name') fail(r);
    parameters.push(parameter.text);
    r.at++;
    accept(r, ',');
    skipNewlines(r);
  }
  skipNewlines(r);
  functions.set(name.text, { parameters, body: readBlock(r) });
}

function readRule(r: Reader): Rule {
  let from: Expression | undefined;
  let to: Expression | undefined;
  if (!isOp(r, '{')) {
    from = readExpression(r);
    if (accept(r, ',')) {
      skipNewlines(r);
      to = readExpression(r);
    }
  }
  if (isOp(r, '{')) return { from, to, body: readBlock(r) };
  if (here(r).t !== 'newline' && here(r).t !== 'end' && !isOp(r, ';')) fail(r);
  return { from, to, body: undefined };
}

function readBlock(r: Reader): Statement {
  expect(r, '{');
  const body: Statement[] = [];
  for (;;) {
    skipEnds(r);
    if (accept(r, '}')) return { s: 'block', body };
    if (here(r).t === 'end') fail(r);
    body.push(readStatement(r));
  }
}

function endStatement(r: Reader): void {
  if (here(r).t === 'newline' || isOp(r, ';')) r.at++;
  else if (!isOp(r, '}') && here(r).t !== 'end') fail(r);
}

/** A body: a statement after any newlines; a lone `;` is an empty one. */
function readBody(r: Reader): Statement {
  skipNewlines(r);
  if (accept(r, ';')) return { s: 'block', body: [] };
  return readStatement(r);
}

function readStatement(r: Reader): Statement {
  if (++r.depth > 200) throw new AwkProblem('nested too deeply', here(r).line);
  try {
    if (isOp(r, '{')) return readBlock(r);
    const token = here(r);
    if (token.t === 'keyword') {
      const compound = readCompound(r, token.text);
      if (compound !== undefined) return compound;
    }
    const simple = readSimple(r);
    endStatement(r);
    return simple;
  } finally {
    r.depth--;
  }
}

function readCompound(r: Reader, word: string): Statement | undefined {
  switch (word) {
    case 'if':
      return readIf(r);
    case 'while': {
      r.at++;
      const test = readParenthesized(r);
      return { s: 'while', test, body: readBody(r), after: false };
    }
    case 'do':
      return readDo(r);
    case 'for':
      return readFor(r);
    case 'break':
    case 'continue':
    case 'next':
    case 'nextfile':
      r.at++;
      endStatement(r);
      return { s: word };
    case 'exit':
    case 'return': {
      r.at++;
      const ends = here(r).t === 'newline' || isOp(r, ';') || isOp(r, '}') || here(r).t === 'end';
      const value = ends ? undefined : readExpression(r);
      endStatement(r);
      return { s: word, value };
    }
    default:
      return undefined;
  }
}

function readParenthesized(r: Reader): Expression {
  expect(r, '(');
  const test = inside(r, () => readExpression(r));
  expect(r, ')');
  return test;
}

/** Inside of parentheses the restrictions of the place around them don't hold. */
function inside<T>(r: Reader, parse: () => T): T {
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

function readIf(r: Reader): Statement {
  r.at++;
  const test = readParenthesized(r);
  const yes = readBody(r);
  const before = r.at;
  skipEnds(r);
  if (!isKeyword(r, 'else')) {
    r.at = before;
    return { s: 'if', test, yes, no: undefined };
  }
  r.at++;
  return { s: 'if', test, yes, no: readBody(r) };
}

function readDo(r: Reader): Statement {
  r.at++;
  const body = readBody(r);
  skipEnds(r);
  if (!isKeyword(r, 'while')) fail(r);
  r.at++;
  const test = readParenthesized(r);
  endStatement(r);
  return { s: 'while', test, body, after: true };
}

function readFor(r: Reader): Statement {
  r.at++;
  expect(r, '(');
  const [name, word, array] = [here(r), r.tokens[r.at + 1], r.tokens[r.at + 2]];
  const close = r.tokens[r.at + 3];
  if (name.t === 'name' && word?.text === 'in' && array?.t === 'name' && close?.text === ')') {
    r.at += 4;
    return { s: 'each', name: name.text, array: array.text, body: readBody(r) };
  }
  const init = isOp(r, ';') ? undefined : readSimple(r);
  expect(r, ';');
  skipNewlines(r);
  const test = isOp(r, ';') ? undefined : readExpression(r);
  expect(r, ';');
  skipNewlines(r);
  const step = isOp(r, ')') ? undefined : readSimple(r);
  expect(r, ')');
  return { s: 'for', init, test, step, body: readBody(r) };
}

function readSimple(r: Reader): Statement {
  if (isKeyword(r, 'print') || isKeyword(r, 'printf')) return readPrint(r);
  if (!isKeyword(r, 'delete')) return { s: 'expression', of: readExpression(r) };
  r.at++;
  const name = here(r);
  if (name.t !== 'name') fail(r);
  r.at++;
  if (!accept(r, '[')) return { s: 'delete', name: name.text, index: undefined };
  const index = readList(r, ']');
  return { s: 'delete', name: name.text, index };
}

function readPrint(r: Reader): Statement {
  const s = here(r).text === 'print' ? 'print' : 'printf';
  r.at++;
  const args: Expression[] = [];
  const outer = r.noGreater;
  r.noGreater = true;
  if (!endsPrint(r)) {
    do {
      skipNewlines(r);
      args.push(readExpression(r));
    } while (accept(r, ','));
  }
  r.noGreater = outer;
  const [only] = args;
  const flat = args.length === 1 && only?.e === 'group' ? only.of : args;
  return { s, args: flat, to: readRedirection(r) };
}

function endsPrint(r: Reader): boolean {
  return here(r).t === 'newline' || here(r).t === 'end' || [';', '}', '>', '>>', '|'].some((op) => isOp(r, op));
}

function readRedirection(r: Reader): Redirection | undefined {
  for (const op of ['>', '>>', '|'] as const) {
    if (!accept(r, op)) continue;
    const outer = r.noGreater;
    r.noGreater = true;
    const to = readConcatenation(r);
    r.noGreater = outer;
    return { op, to };
  }
  return undefined;
}

function readList(r: Reader, close: string): Expression[] {
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

function readConcatenation(r: Reader): Expression {
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
