// The smallest programs: `true`, `false`, `echo`, `printf`, `test`, `clear`, `sync`, and their like.

import { echoText } from '../../shell/builtins/output.ts';
import { quoteWithBackslashes } from '../../shell/expand/quoting.ts';
import type { Program } from '../../sys.ts';
import { TestProblem, testArguments } from '../../testcommand.ts';
import { encode } from '../../text.ts';
import { command, type Flavour } from '../kit/command.ts';
import { printf } from '../kit/printf.ts';

/** A program that does nothing but end. */
function ending(status: number): () => Program {
  return () =>
    function* run() {
      return status;
    };
}

export const trueProgram = ending(0);
export const falseProgram = ending(1);
export const sync = ending(0);

export const echo = (flavour: Flavour): Program =>
  function* run(sys) {
    const text =
      flavour === 'gnu' && sys.argv[1] === '--help'
        ? 'Usage: echo [SHORT-OPTION]... [STRING]...\n'
        : echoText('asked', sys.argv.slice(1));
    yield* sys.write(1, encode(text));
    return 0;
  };

export const printfProgram = (flavour: Flavour): Program =>
  function* run(sys) {
    const args = sys.argv[1] === '--' ? sys.argv.slice(2) : sys.argv.slice(1);
    const [format, ...values] = args;
    if (format === undefined) {
      yield* sys.write(
        2,
        flavour === 'gnu'
          ? "printf: missing operand\nTry 'printf --help' for more information.\n"
          : 'BusyBox v1.36.1 (2024-05-17 12:00:00 UTC) multi-call binary.\n\nUsage: printf FORMAT [ARG]...\n',
      );
      return 1;
    }
    const result = printf(format, values, {
      partial: flavour === 'gnu',
      emptyIsZero: flavour === 'gnu',
      hex: true,
      ...(flavour === 'gnu' ? { quote: quoteWithBackslashes } : {}),
    });
    yield* sys.write(1, encode(result.text));
    for (const { argument, partial } of result.problems) {
      const words =
        flavour === 'gnu'
          ? `printf: '${argument}': ${partial ? 'value not completely converted' : 'expected a numeric value'}`
          : `printf: invalid number '${argument}'`;
      yield* sys.write(2, `${words}\n`);
    }
    if (result.invalid !== undefined)
      yield* sys.write(
        2,
        flavour === 'gnu'
          ? `printf: ${result.invalid}: invalid conversion specification\n`
          : `printf: ${format}: invalid format\n`,
      );
    return result.problems.length > 0 || result.invalid !== undefined ? 1 : 0;
  };

export const test = (flavour: Flavour): Program =>
  function* run(sys) {
    const name = (sys.argv[0] ?? 'test').replace(/^.*\//, '');
    const args = sys.argv.slice(1);
    if (name === '[' && args.pop() !== ']') {
      yield* sys.write(2, flavour === 'gnu' ? "[: missing ']'\n" : '[: missing ]\n');
      return 2;
    }
    try {
      const place = { sys, fd: (number: number) => number, isSet: () => false, isOn: () => false };
      return testArguments(place, args) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof TestProblem)) throw error;
      const words = {
        number: flavour === 'gnu' ? `invalid integer '${error.what}'` : `${error.what}: bad number`,
        argument: flavour === 'gnu' ? `missing argument after '${error.what}'` : `${error.what}: argument expected`,
        operand: `extra argument '${error.what}'`,
        operator: `'${error.what}': binary operator expected`,
        unary: `'${error.what}': unary operator expected`,
        parenthesis: "')' expected",
      };
      yield* sys.write(
        2,
        `${name}: ${flavour === 'busybox' && (error.kind === 'operator' || error.kind === 'operand' || error.kind === 'unary') ? `${error.what}: unknown operand` : words[error.kind]}\n`,
      );
      return 2;
    }
  };

export const clear = command({ usage: '' }, function* (context) {
  context.print(context.flavour === 'gnu' ? '\x1b[H\x1b[2J\x1b[3J' : '\x1b[H\x1b[J');
  return undefined;
});

export const reset = command({ usage: '' }, function* (context) {
  if (context.sys.isatty(1)) context.print('\x1bc\x1b(B\x1b[m\x1b[J\x1b[?25h');
  return undefined;
});

export const mesg = command({ usage: '[y|n]', arguments: [0, 1] }, function* (context) {
  context.print('is n\n');
  return undefined;
});

/** Log lines go where containers' lines go: to the standard error. */
export const logger = command(
  { usage: '[-s] [-t TAG] [-p PRIO] [MESSAGE]', flags: 's t|tag= p|priority= i' },
  function* (context) {
    if (context.flags.has('s')) context.warn(`${context.flags.value('t') ?? 'root'}: ${context.args.join(' ')}\n`);
    return undefined;
  },
);
