// `test` and `[` (and ash's `[[`).

import { TestProblem, testArguments } from '../../testcommand.ts';
import type { Builtin } from '../builtin.ts';
import { complain, complainAsApplet } from '../complain.ts';
import { placeOf } from '../condition.ts';
import type { Vm } from '../vm.ts';

export const test: Builtin = (vm, { name, args }) => {
  const close = name === '[' ? ']' : name === '[[' ? ']]' : undefined;
  if (close !== undefined && args.at(-1) !== close) {
    if (vm.flavour.name === 'ash') complainAsApplet(vm, `missing ${close}`);
    else complain(vm, vm.flavour.name === 'bash' ? "missing `]'" : 'missing ]', name);
    return 2;
  }
  const operands = close === undefined ? args : args.slice(0, -1);
  try {
    return testArguments(placeOf(vm), operands) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestProblem)) throw error;
    const words = problemWords(vm, error, operands);
    if (vm.flavour.name === 'ash') complainAsApplet(vm, words);
    else complain(vm, words, name);
    return 2;
  }
};

function problemWords(vm: Vm, { kind, what }: TestProblem, operands: readonly string[]): string {
  const [first = ''] = operands;
  switch (vm.flavour.name) {
    case 'ash':
      if (kind === 'number') return `${what}: bad number`;
      if (kind === 'argument') return `${what}: argument expected`;
      if (kind === 'parenthesis') return 'closing paren expected';
      return `${kind === 'unary' ? (operands[1] ?? what) : what}: unknown operand`;
    case 'dash':
      if (kind === 'number') return `Illegal number: ${what}`;
      if (kind === 'argument') return `${what}: argument expected`;
      if (kind === 'parenthesis') return 'closing paren expected';
      return `${first}: unexpected operator`;
    case 'bash':
      if (kind === 'number') return `${what}: integer expression expected`;
      if (kind === 'parenthesis') return "`)' expected";
      if (operands.length === 2) return `${first}: unary operator expected`;
      if (kind === 'operator') return `${what}: binary operator expected`;
      return kind === 'argument' ? 'argument expected' : 'too many arguments';
  }
}
