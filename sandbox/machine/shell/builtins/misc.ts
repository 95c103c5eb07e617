// The rest: `history`, `help`, and what this shell has no part of and says so.

import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { builtinNamed } from '../lookup.ts';
import { print } from '../vm.ts';
import { readLetters } from './options.ts';

export const history: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'history', args, 'c');
  if (typeof options === 'number') return options;
  if (options.given.has('c')) {
    vm.state.history.length = 0;
    return 0;
  }
  const [count = String(vm.state.history.length)] = options.rest;
  if (!/^\d+$/.test(count)) {
    complain(vm, `${count}: numeric argument required`, 'history');
    return 1;
  }
  const from = Math.max(0, vm.state.history.length - Number(count));
  vm.state.history.slice(from).forEach((line, i) => {
    print(vm, 1, `${String(from + i + 1).padStart(5)}  ${line}\n`);
  });
  return 0;
};

export const help: Builtin = (vm) => {
  const names = [...vm.builtins.keys()].filter((name) => builtinNamed(vm, name) !== undefined).sort();
  let text = 'Built-in commands:\n------------------\n';
  let line = '\t';
  for (const name of names) {
    if (line.length + name.length > 66) {
      text += `${line.trimEnd()}\n`;
      line = '\t';
    }
    line += `${name} `;
  }
  print(vm, 1, `${text}${line.trimEnd()}\n`);
  return 0;
};

/** Known, and not there: refused aloud. */
export const unsupported: Builtin = (vm, { name }) => {
  complain(vm, "this shell doesn't have it", name);
  return 1;
};
