// awk's grammar: rules, functions and statements.

import { inside, readConcatenation, readExpression, readList } from './expressions.ts';
import { accept, expect, fail, here, isKeyword, isOp, type Reader, skipEnds, skipNewlines } from './reader.ts';
import { tokenize } from './tokens.ts';
import {
  type AwkFunction,
  AwkProblem,
  type AwkProgram,
  type Expression,
  type Redirection,
  type Rule,
  type Statement,
} from './tree.ts';

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
