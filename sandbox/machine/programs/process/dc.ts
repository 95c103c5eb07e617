// `dc`: a calculator of any precision that works on a stack, with registers.

import { decode } from '../../text.ts';
import { type Context, command } from '../kit/command.ts';
import { readAll, readTextFile } from '../kit/input.ts';
import {
  add,
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
