// `expr`, `factor`, `bc`, `dc`: numbers.

import { compileRegex, RegexProblem } from '../../regex/regex.ts';
import { decode } from '../../text.ts';
import { type CommandSpec, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { readInputs } from '../kit/input.ts';

/** `expr` can't go on: the message, and status 2. */
class ExprProblem extends Error {}

type Value = string | bigint;

const EXPR: CommandSpec = { usage: 'EXPRESSION', inOrder: true, badUsage: 2, flags: LETTERS() };

function LETTERS(): string {
  return [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].join(' ');
}

export const expr = command(EXPR, function* (context) {
  const words = context.sys.argv.slice(1).filter((word, i) => !(i === 0 && word === '--'));
  const gnu = context.flavour === 'gnu';
  if (words.length === 0) {
    if (gnu) throw new UsageProblem('missing operand');
    context.complain('too few arguments');
    return 2;
  }
  try {
    const reader = { words, at: 0, gnu };
    const value = or(reader);
    if (reader.at < words.length)
      throw new ExprProblem(gnu ? `syntax error: unexpected argument '${words[reader.at]}'` : 'syntax error');
    context.print(`${value}\n`);
    return isNull(value) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExprProblem) && !(error instanceof RegexProblem)) throw error;
    context.complain(error.message);
    return 2;
  }
});

interface Reader {
  readonly words: readonly string[];
  at: number;
  readonly gnu: boolean;
}

function isNull(value: Value): boolean {
  return value === 0n || value === '' || (typeof value === 'string' && /^-?0+$/.test(value));
}

function number(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (!/^-?\d+$/.test(value)) throw new ExprProblem('non-numeric argument');
  return BigInt(value);
}

function accept(r: Reader, ...ops: readonly string[]): string | undefined {
  const word = r.words[r.at];
  if (word === undefined || !ops.includes(word)) return undefined;
  r.at++;
  return word;
}

function or(r: Reader): Value {
  let left = and(r);
  while (accept(r, '|') !== undefined) {
    const right = and(r);
    left = isNull(left) ? (isNull(right) ? 0n : right) : left;
  }
  return left;
}

function and(r: Reader): Value {
  let left = comparison(r);
  while (accept(r, '&') !== undefined) {
    const right = comparison(r);
    left = isNull(left) || isNull(right) ? 0n : left;
  }
  return left;
}

function comparison(r: Reader): Value {
  let left = sum(r);
  for (
    let op = accept(r, '<', '<=', '=', '==', '!=', '>=', '>');
    op !== undefined;
    op = accept(r, '<', '<=', '=', '==', '!=', '>=', '>')
  ) {
    const right = sum(r);
    const numeric = /^-?\d+$/.test(String(left)) && /^-?\d+$/.test(String(right));
    const [a, b] = numeric ? [BigInt(left), BigInt(right)] : [String(left), String(right)];
    const holds =
      op === '<'
        ? a < b
        : op === '<='
          ? a <= b
          : op === '>'
            ? a > b
            : op === '>='
              ? a >= b
              : op === '!='
                ? a !== b
                : a === b;
    left = holds ? 1n : 0n;
  }
  return left;
}

function sum(r: Reader): Value {
  let left = product(r);
  for (let op = accept(r, '+', '-'); op !== undefined; op = accept(r, '+', '-')) {
    const right = number(product(r));
    left = op === '+' ? number(left) + right : number(left) - right;
  }
  return left;
}

function product(r: Reader): Value {
  let left = match(r);
  for (let op = accept(r, '*', '/', '%'); op !== undefined; op = accept(r, '*', '/', '%')) {
    const right = number(match(r));
    if (op !== '*' && right === 0n) throw new ExprProblem('division by zero');
    left = op === '*' ? number(left) * right : op === '/' ? number(left) / right : number(left) % right;
  }
  return left;
}

function match(r: Reader): Value {
  let left = primary(r);
  while (accept(r, ':') !== undefined) left = matched(String(left), String(primary(r)));
  return left;
}

function matched(text: string, source: string): Value {
  const found = compileRegex(`^\\(${source}\\)`, { dialect: 'basic' }).search(text);
  if (/\\\(/.test(source)) return found?.groups[1] ?? '';
  return found === undefined ? 0n : BigInt(found.end - found.start);
}

function primary(r: Reader): Value {
  const word = r.words[r.at++];
  if (word === undefined)
    throw new ExprProblem(r.gnu ? `syntax error: missing argument after '${r.words.at(-1)}'` : 'syntax error');
  switch (word) {
    case '(': {
      const value = or(r);
      if (accept(r, ')') === undefined)
        throw new ExprProblem(r.gnu ? "syntax error: expecting ')' after '" : 'syntax error');
      return value;
    }
    case 'length':
      return r.at < r.words.length ? BigInt([...String(primary(r))].length) : word;
    case 'substr': {
      const [text, from, size] = [String(primary(r)), Number(number(primary(r))), Number(number(primary(r)))];
      return from > 0 && size > 0 ? [...text].slice(from - 1, from - 1 + size).join('') : '';
    }
    case 'index': {
      const [text, set] = [String(primary(r)), String(primary(r))];
      return BigInt([...text].findIndex((char) => set.includes(char)) + 1);
    }
    case 'match':
      return matched(String(primary(r)), String(primary(r)));
    case 'quote':
      return r.words[r.at++] ?? '';
    default:
      return word;
  }
}

export const factor = command({ usage: '[NUMBER]...' }, function* (context) {
  const words = [...context.args];
  if (words.length === 0)
    for (const { bytes } of yield* readInputs(context, []))
      words.push(
        ...decode(bytes)
          .split(/\s+/)
          .filter((word) => word !== ''),
      );
  for (const word of words) {
    if (!/^\d{1,15}$/.test(word)) {
      context.complain(
        context.flavour === 'gnu' ? `'${word}' is not a valid positive integer` : `invalid number '${word}'`,
      );
      context.status = 1;
      continue;
    }
    context.print(
      `${word}:${factorsOf(Number(word))
        .map((each) => ` ${each}`)
        .join('')}\n`,
    );
    yield* context.sys.spend(10);
  }
  return undefined;
});

function factorsOf(value: number): number[] {
  const factors: number[] = [];
  let rest = value;
  for (let divisor = 2; divisor * divisor <= rest; divisor += divisor === 2 ? 1 : 2) {
    while (rest % divisor === 0) {
      factors.push(divisor);
      rest /= divisor;
    }
  }
  if (rest > 1) factors.push(rest);
  return factors;
}
