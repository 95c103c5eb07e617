// `bc` and `dc`: calculators of any precision. bc has variables, comparisons, `if`, `while`, `for` and functions; dc a
// stack and registers.

import type { Blocking } from '../../sys.ts';
import { decode } from '../../text.ts';
import { type Context, command } from '../kit/command.ts';
import { readAll, readTextFile } from '../kit/input.ts';
import {
  add,
  compare,
  type Decimal,
  DecimalProblem,
  decimalOf,
  decimalText,
  divide,
  fromInteger,
  multiply,
  negate,
  power,
  remainder,
  rescale,
  squareRoot,
  ZERO,
} from './decimal.ts';

interface Calculator {
  readonly context: Context;
  readonly variables: Map<string, Decimal>;
  readonly functions: Map<string, { readonly parameters: readonly string[]; readonly body: readonly string[] }>;
  tokens: readonly string[];
  at: number;
  steps: number;
  skips: boolean;
}

type Flow = 'break' | 'return' | 'quit' | undefined;

export const bc = command({ usage: '[-sqlw] [FILE]...', flags: 's q l|mathlib w i' }, function* (context) {
  const sources: string[] = [];
  for (const path of context.args) sources.push(yield* readTextFile(context.sys, path));
  sources.push(decode(yield* readAll(context.sys, 0)));
  const c: Calculator = {
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

function peek(c: Calculator, ahead = 0): string {
  return c.tokens[c.at + ahead] ?? '';
}

function accept(c: Calculator, token: string): boolean {
  if (peek(c) !== token) return false;
  c.at++;
  return true;
}

function expect(c: Calculator, token: string): void {
  if (!accept(c, token)) throw new DecimalProblem('syntax error');
}

const STEPS_MAX = 5_000_000;

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

function expression(c: Calculator): Decimal {
  return or(c);
}

function truth(value: boolean): Decimal {
  return fromInteger(value ? 1 : 0);
}

function or(c: Calculator): Decimal {
  let left = and(c);
  while (accept(c, '||')) left = truth([left.digits, and(c).digits].some((digits) => digits !== 0n));
  return left;
}

function and(c: Calculator): Decimal {
  let left = not(c);
  while (accept(c, '&&')) left = truth([left.digits, not(c).digits].every((digits) => digits !== 0n));
  return left;
}

function not(c: Calculator): Decimal {
  if (accept(c, '!')) return truth(not(c).digits === 0n);
  return comparison(c);
}

function comparison(c: Calculator): Decimal {
  let left = sum(c);
  for (let op = peek(c); ['<', '<=', '==', '!=', '>=', '>'].includes(op); op = peek(c)) {
    c.at++;
    const order = compare(left, sum(c));
    left = truth(
      op === '<'
        ? order < 0
        : op === '<='
          ? order <= 0
          : op === '>'
            ? order > 0
            : op === '>='
              ? order >= 0
              : op === '=='
                ? order === 0
                : order !== 0,
    );
  }
  return left;
}

function scaleOf(c: Calculator): number {
  return Number(c.variables.get('scale')?.digits ?? 0n);
}

function sum(c: Calculator): Decimal {
  let left = product(c);
  for (;;) {
    if (accept(c, '+')) left = add(left, product(c));
    else if (accept(c, '-')) left = add(left, negate(product(c)));
    else return left;
  }
}

function product(c: Calculator): Decimal {
  let left = unary(c);
  for (;;) {
    if (accept(c, '*')) left = multiply(left, unary(c), scaleOf(c));
    else if (accept(c, '/')) left = quotient(c, left, unary(c));
    else if (accept(c, '%')) left = c.skips ? ZERO : remainder(left, unary(c), scaleOf(c));
    else return left;
  }
}

function quotient(c: Calculator, a: Decimal, b: Decimal): Decimal {
  return c.skips ? ZERO : divide(a, b, scaleOf(c));
}

function unary(c: Calculator): Decimal {
  return accept(c, '-') ? negate(unary(c)) : raised(c);
}

function raised(c: Calculator): Decimal {
  const base = primary(c);
  return accept(c, '^') ? power(base, unary(c), scaleOf(c)) : base;
}

function primary(c: Calculator): Decimal {
  const token = peek(c);
  c.at++;
  if (/^[\d.]/.test(token)) return literal(c, token);
  if (token === '(') {
    const value = expression(c);
    expect(c, ')');
    return value;
  }
  if (!/^[a-z_]/.test(token)) throw new DecimalProblem('syntax error');
  if (peek(c) === '(') return call(c, token);
  return variable(c, token);
}

function literal(c: Calculator, token: string): Decimal {
  const base = Number(c.variables.get('ibase')?.digits ?? 10n);
  return base === 10 || token.includes('.') ? decimalOf(token) : fromInteger(Number.parseInt(token, base) || 0);
}

function variable(c: Calculator, name: string): Decimal {
  const old = c.variables.get(name) ?? (name === 'ibase' || name === 'obase' ? fromInteger(10) : ZERO);
  const op = peek(c);
  const set = (value: Decimal): Decimal => {
    if (!c.skips) c.variables.set(name, value);
    return value;
  };
  if (op === '++' || op === '--') {
    c.at++;
    set(add(old, fromInteger(op === '++' ? 1 : -1)));
    return old;
  }
  if (op !== '=' && !/^[-+*/%^]=$/.test(op)) return old;
  c.at++;
  const right = expression(c);
  switch (op) {
    case '+=':
      return set(add(old, right));
    case '-=':
      return set(add(old, negate(right)));
    case '*=':
      return set(multiply(old, right, scaleOf(c)));
    case '/=':
      return set(quotient(c, old, right));
    case '%=':
      return set(remainder(old, right, scaleOf(c)));
    case '^=':
      return set(power(old, right, scaleOf(c)));
    default:
      return set(right);
  }
}

function call(c: Calculator, name: string): Decimal {
  expect(c, '(');
  const args: Decimal[] = [];
  while (!accept(c, ')')) {
    args.push(expression(c));
    if (!accept(c, ',') && peek(c) !== ')') throw new DecimalProblem('syntax error');
  }
  const [first = ZERO] = args;
  if (c.skips) return ZERO;
  switch (name) {
    case 'sqrt':
      return squareRoot(first, scaleOf(c));
    case 'length':
      return fromInteger(first.digits.toString().replace('-', '').length);
    case 'scale':
      return fromInteger(first.scale);
    default:
      return callOwn(c, name, args);
  }
}

/** A function's own body, run from beginning to end within this expression. */
function callOwn(c: Calculator, name: string, args: readonly Decimal[]): Decimal {
  const own = c.functions.get(name);
  if (own === undefined) throw new DecimalProblem(`undefined function: ${name}()`);
  const saved = own.parameters.map((parameter) => [parameter, c.variables.get(parameter)] as const);
  own.parameters.forEach((parameter, i) => {
    c.variables.set(parameter, args[i] ?? ZERO);
  });
  const { tokens, at } = c;
  c.tokens = own.body;
  c.at = 0;
  c.variables.set('return', ZERO);
  const run = runAll(c);
  for (let step = run.next(); step.done !== true; step = run.next())
    if (++c.steps > STEPS_MAX) throw new DecimalProblem('too many steps');
  c.tokens = tokens;
  c.at = at;
  for (const [parameter, value] of saved) {
    if (value === undefined) c.variables.delete(parameter);
    else c.variables.set(parameter, value);
  }
  return c.variables.get('return') ?? ZERO;
}

export const dc = command(
  { usage: '[-x] [-e EXPR] [-f FILE] [FILE]...', flags: 'e|expression= f|file= x' },
  function* (context) {
    const sources: string[] = [...context.flags.values('e')];
    for (const path of [...context.flags.values('f'), ...context.args])
      sources.push(yield* readTextFile(context.sys, path));
    if (sources.length === 0) sources.push(decode(yield* readAll(context.sys, 0)));
    const stack: Decimal[] = [];
    const registers = new Map<string, Decimal>();
    let scale = 0;
    for (const token of sources.join('\n').match(/_?(?:\d+\.?\d*|\.\d+)|[sl].|[^\s]/g) ?? []) {
      if (token === 'q') break;
      try {
        scale = operate(context, token, stack, registers, scale);
      } catch (error) {
        if (!(error instanceof DecimalProblem)) throw error;
        context.complain(error.message);
      }
    }
    return undefined;
  },
);

function pop(stack: Decimal[]): Decimal {
  const value = stack.pop();
  if (value === undefined) throw new DecimalProblem('stack empty');
  return value;
}

function binary(op: string, a: Decimal, b: Decimal, scale: number): Decimal {
  switch (op) {
    case '+':
      return add(a, b);
    case '-':
      return add(a, negate(b));
    case '*':
      return multiply(a, b, scale);
    case '/':
      return divide(a, b, scale);
    case '%':
      return remainder(a, b, scale);
    default:
      return power(a, b, scale);
  }
}

/** One token; answers the scale that holds from then on. */
function operate(
  context: Context,
  token: string,
  stack: Decimal[],
  registers: Map<string, Decimal>,
  scale: number,
): number {
  if (/^_?[\d.]/.test(token)) stack.push(decimalOf(token));
  else if (/^s./.test(token)) registers.set(token.charAt(1), pop(stack));
  else if (/^l./.test(token)) stack.push(registers.get(token.charAt(1)) ?? ZERO);
  else if ('+-*/%^'.includes(token)) {
    const b = pop(stack);
    const a = pop(stack);
    stack.push(binary(token, a, b, scale));
  } else if (token === 'v') stack.push(squareRoot(pop(stack), scale));
  else if (token === 'k') return Number(rescale(pop(stack), 0).digits);
  else if (token === 'p') context.print(`${decimalText(stack.at(-1) ?? ZERO)}\n`);
  else if (token === 'n') context.print(decimalText(pop(stack)));
  else if (token === 'f')
    context.print(
      [...stack]
        .reverse()
        .map((value) => `${decimalText(value)}\n`)
        .join(''),
    );
  else if (token === 'd') stack.push(stack.at(-1) ?? ZERO);
  else if (token === 'c') stack.length = 0;
  else if (token === 'r') stack.push(pop(stack), pop(stack));
  else if (token === 'z') stack.push(fromInteger(stack.length));
  else throw new DecimalProblem(`'${token}' isn't modelled on this machine`);
  return scale;
}
