// `bc`: a calculator of any precision, with variables, comparisons, `if`, `while`, `for` and functions.

import type { Blocking } from '../../sys.ts';
import { decode } from '../../text.ts';
import { command } from '../kit/command.ts';
import { readAll, readTextFile } from '../kit/input.ts';
import { expression } from './bcexpressions.ts';
import { accept, type Calculator, expect, type Flow, peek, STEPS_MAX } from './calculator.ts';
import { type Decimal, DecimalProblem, decimalText, fromInteger } from './decimal.ts';

export const bc = command({ usage: '[-sqlw] [FILE]...', flags: 's q l|mathlib w i' }, function* (context) {
  const sources: string[] = [];
  for (const path of context.args) sources.push(yield* readTextFile(context.sys, path));
  sources.push(decode(yield* readAll(context.sys, 0)));
  const c: Calculator = {
    run: runAll,
    context,
    variables: new Map(),
    functions: new Map(),
    tokens: [],
    at: 0,
    steps: 0,
    skips: false,
  };
  if (context.flags.has('l')) c.variables.set('scale', fromInteger(20));
  for (const source of sources) {
    c.tokens = tokenize(source);
    c.at = 0;
    if ((yield* runAll(c)) === 'quit') break;
  }
  return undefined;
});

const TOKEN =
  /\/\*[\s\S]*?\*\/|#[^\n]*|"[^"]*"|\d+\.?\d*|\.\d+|[a-z_][a-z0-9_]*|\+\+|--|[-+*/%^<>=!]=|&&|\|\||[^\s]|\n/g;

function tokenize(source: string): string[] {
  const tokens = source.replace(/\\\n/g, '').match(TOKEN) ?? [];
  return tokens.filter((token) => !token.startsWith('/*') && !token.startsWith('#'));
}

/** Statement by statement; what goes wrong in one line is told, and the next begins. */
function* runAll(c: Calculator): Blocking<Flow> {
  while (c.at < c.tokens.length) {
    try {
      const flow = yield* statement(c);
      if (flow === 'quit') return flow;
    } catch (error) {
      if (!(error instanceof DecimalProblem)) throw error;
      c.context.complain(c.context.flavour === 'busybox' ? error.message : error.message);
      while (c.at < c.tokens.length && peek(c) !== '\n') c.at++;
    }
    yield* c.context.flush(false);
  }
  return undefined;
}

function* statement(c: Calculator): Blocking<Flow> {
  if (++c.steps % 500 === 0) yield* c.context.sys.spend(10);
  if (c.steps > STEPS_MAX) throw new DecimalProblem('too many steps');
  const token = peek(c);
  switch (token) {
    case '\n':
    case ';':
      c.at++;
      return undefined;
    case '{':
      return yield* block(c);
    case 'if':
      return yield* conditional(c);
    case 'while':
    case 'for':
      return yield* loop(c);
    case 'define':
      define(c);
      return undefined;
    case 'quit':
    case 'halt':
      return c.skips ? skipToken(c) : 'quit';
    case 'break':
      c.at++;
      return c.skips ? undefined : 'break';
    case 'return':
      c.at++;
      if (!['\n', ';', '}', ''].includes(peek(c))) c.variables.set('return', expression(c));
      return c.skips ? undefined : 'return';
    default:
      return simple(c, token);
  }
}

function skipToken(c: Calculator): undefined {
  c.at++;
  return undefined;
}

function simple(c: Calculator, token: string): undefined {
  if (token.startsWith('"')) {
    c.at++;
    if (!c.skips) c.context.print(token.slice(1, -1));
    return undefined;
  }
  if (token === 'print') {
    c.at++;
    do {
      const item = peek(c);
      if (item.startsWith('"')) {
        c.at++;
        if (!c.skips) c.context.print(item.slice(1, -1).replace(/\\n/g, '\n').replace(/\\t/g, '\t'));
      } else {
        const value = expression(c);
        if (!c.skips) c.context.print(shown(c, value));
      }
    } while (accept(c, ','));
    return undefined;
  }
  const assigns = /^[a-z_]/.test(token) && /^(?:[-+*/%^]?=)$/.test(peek(c, 1));
  const value = expression(c);
  if (!assigns && !c.skips) c.context.print(`${shown(c, value)}\n`);
  return undefined;
}

function shown(c: Calculator, value: Decimal): string {
  const base = Number(c.variables.get('obase')?.digits ?? 10n);
  return decimalText(value, base >= 2 && base <= 36 ? base : 10);
}

function* block(c: Calculator): Blocking<Flow> {
  expect(c, '{');
  let flow: Flow;
  const outer = c.skips;
  while (!accept(c, '}')) {
    if (c.at >= c.tokens.length) throw new DecimalProblem('syntax error');
    const next = yield* statement(c);
    if (next !== undefined && flow === undefined) {
      flow = next;
      c.skips = true;
    }
  }
  c.skips = outer;
  return flow;
}

/** Runs a statement, or only reads it. */
function* guarded(c: Calculator, runs: boolean): Blocking<Flow> {
  const outer = c.skips;
  c.skips = outer || !runs;
  while (peek(c) === '\n') c.at++;
  const flow = yield* statement(c);
  c.skips = outer;
  return runs && !outer ? flow : undefined;
}

function* conditional(c: Calculator): Blocking<Flow> {
  c.at++;
  expect(c, '(');
  const holds = expression(c).digits !== 0n;
  expect(c, ')');
  let flow = yield* guarded(c, holds);
  const before = c.at;
  while (peek(c) === '\n' || peek(c) === ';') c.at++;
  if (accept(c, 'else')) flow = (yield* guarded(c, !holds)) ?? flow;
  else c.at = before;
  return flow;
}

function* loop(c: Calculator): Blocking<Flow> {
  const isFor = peek(c) === 'for';
  c.at++;
  expect(c, '(');
  if (isFor && !accept(c, ';')) {
    expression(c);
    expect(c, ';');
  }
  const test = c.at;
  for (;;) {
    c.at = test;
    const holds = isFor && peek(c) === ';' ? true : expression(c).digits !== 0n;
    let step = -1;
    if (isFor) {
      expect(c, ';');
      step = c.at;
      skipTo(c, ')');
    }
    expect(c, ')');
    const flow = yield* guarded(c, holds && !c.skips);
    if (!holds || c.skips || flow === 'break') return undefined;
    if (flow !== undefined) return flow;
    if (step >= 0 && c.tokens[step] !== ')') {
      const end = c.at;
      c.at = step;
      expression(c);
      c.at = end;
    }
    if (++c.steps > STEPS_MAX) throw new DecimalProblem('too many steps');
  }
}

/** Passes an expression without running it. */
function skipTo(c: Calculator, mark: string): void {
  let depth = 0;
  while (c.at < c.tokens.length && !(depth === 0 && peek(c) === mark)) {
    if (peek(c) === '(') depth++;
    if (peek(c) === ')') depth--;
    c.at++;
  }
}

function define(c: Calculator): void {
  c.at++;
  const name = peek(c);
  c.at++;
  expect(c, '(');
  const parameters: string[] = [];
  while (!accept(c, ')')) {
    parameters.push(peek(c));
    c.at++;
    accept(c, ',');
  }
  while (peek(c) === '\n') c.at++;
  const from = c.at;
  let depth = 0;
  do {
    if (peek(c) === '{') depth++;
    if (peek(c) === '}') depth--;
    c.at++;
  } while (depth > 0 && c.at < c.tokens.length);
  c.functions.set(name, { parameters, body: c.tokens.slice(from, c.at) });
}
