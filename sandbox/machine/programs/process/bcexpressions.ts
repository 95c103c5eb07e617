// Expressions of `bc`: read and worked out in one go.

import { accept, type Calculator, expect, peek, STEPS_MAX } from './calculator.ts';
import {
  add,
  compare,
  type Decimal,
  DecimalProblem,
  decimalOf,
  divide,
  fromInteger,
  multiply,
  negate,
  power,
  remainder,
  squareRoot,
  ZERO,
} from './decimal.ts';

export function expression(c: Calculator): Decimal {
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
  const run = c.run(c);
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
