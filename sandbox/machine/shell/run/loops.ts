// Loops: `while`, `until`, `for`, `for (( ))`, `select`.

import { complain } from '../complain.ts';
import { isTrue } from '../expand/calculate.ts';
import { evaluate, expandFields } from '../expand/words.ts';
import type { CforFrame, ForFrame, Journal, Request, SelectFrame, WhileFrame } from '../state.ts';
import type { Arithmetic, Word } from '../syntax.ts';
import { getVariable, setVariable } from '../variables.ts';
import { hasOption, print, push, traceWords, type Vm } from '../vm.ts';
import { begin } from './begin.ts';
import { setTested } from './compound.ts';
import { expanding } from './expanding.ts';
import { finish } from './unwind.ts';

export function runWhile(vm: Vm, frame: WhileFrame): undefined {
  if (frame.stage === 'test') {
    setTested(vm, frame, false);
    if ((vm.state.status === 0) === frame.node.until) return finish(vm, frame.status);
    frame.stage = 'body';
    return begin(vm, frame.node.body);
  }
  if (frame.stage === 'body') frame.status = vm.state.status;
  frame.stage = 'test';
  setTested(vm, frame, true);
  return begin(vm, frame.node.test);
}

/** Expands words into values; false when a command has to run first. */
function collect(
  vm: Vm,
  frame: { journal: Journal; next: number; readonly values: string[] },
  words: readonly Word[] | undefined,
): boolean {
  if (words === undefined) {
    frame.values.push(...vm.state.positional);
    return true;
  }
  for (; frame.next < words.length; frame.next++) {
    const word = words[frame.next];
    if (word === undefined) break;
    const expanded = expanding(vm, frame, word.runs, () => expandFields(vm, word));
    if (expanded === undefined) return false;
    for (const value of expanded.value) frame.values.push(value);
  }
  return true;
}

export function runFor(vm: Vm, frame: ForFrame): undefined {
  const { node } = frame;
  if (!frame.ready) {
    vm.state.line = node.line;
    if (!validName(vm, node.name)) return finish(vm, 1);
    if (!collect(vm, frame, node.words)) return undefined;
    frame.ready = true;
    frame.next = 0;
  } else frame.status = vm.state.status;
  const value = frame.values[frame.next++];
  if (value === undefined) return finish(vm, frame.status);
  if (vm.flavour.name === 'bash' && hasOption(vm, 'xtrace')) traceWords(vm, [node.head]);
  setVariable(vm, node.name, value);
  return begin(vm, node.body);
}

function validName(vm: Vm, name: string): boolean {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return true;
  complain(vm, `\`${name}': not a valid identifier`);
  return false;
}

export function runCfor(vm: Vm, frame: CforFrame): undefined {
  const { node } = frame;
  vm.state.line = node.line;
  if (frame.stage === 'body') {
    frame.status = vm.state.status;
    frame.stage = 'step';
  }
  if (frame.stage === 'init' || frame.stage === 'step') {
    if (evaluated(vm, frame, frame.stage === 'init' ? node.init : node.step) === undefined) return undefined;
    frame.stage = 'test';
  }
  const goesOn = node.test.word.parts.length === 0 ? true : evaluated(vm, frame, node.test);
  if (goesOn === undefined) return undefined;
  if (!goesOn) return finish(vm, frame.status);
  frame.stage = 'body';
  return begin(vm, node.body);
}

function evaluated(vm: Vm, frame: CforFrame, expression: Arithmetic): boolean | undefined {
  const value = expanding(vm, frame, expression.word.runs, () => evaluate(vm, expression));
  return value === undefined ? undefined : isTrue(value.value);
}

export function runSelect(vm: Vm, frame: SelectFrame): Request | undefined {
  const { node } = frame;
  switch (frame.stage) {
    case 'words':
      if (!validName(vm, node.name)) return finish(vm, 1);
      if (!collect(vm, frame, node.words)) return undefined;
      if (frame.values.length === 0) return finish(vm, 0);
      frame.stage = 'menu';
      return undefined;
    case 'menu':
      print(vm, 2, menu(frame.values));
      frame.stage = 'prompt';
      return undefined;
    case 'prompt':
      print(vm, 2, getVariable(vm, 'PS3') ?? '#? ');
      frame.stage = 'reply';
      push(vm, {
        f: 'read',
        plan: {
          names: ['REPLY'],
          raw: false,
          fd: vm.state.fds.get(0) ?? 0,
          exact: false,
          silent: false,
          delimiter: '\n',
        },
        chunks: [],
        stage: 'begin',
      });
      return undefined;
    case 'reply':
      return choose(vm, frame);
    case 'body':
      frame.status = vm.state.status;
      frame.stage = 'prompt';
      return undefined;
  }
}

function choose(vm: Vm, frame: SelectFrame): undefined {
  if (vm.state.status !== 0) {
    print(vm, 1, '\n');
    return finish(vm, 1);
  }
  const reply = getVariable(vm, 'REPLY') ?? '';
  if (reply === '') {
    frame.stage = 'menu';
    return undefined;
  }
  const number = /^\s*\d+\s*$/.test(reply) ? Number(reply) : 0;
  setVariable(vm, frame.node.name, frame.values[number - 1] ?? '');
  frame.stage = 'body';
  return begin(vm, frame.node.body);
}

function menu(values: readonly string[]): string {
  const width = String(values.length).length;
  return values.map((value, i) => `${String(i + 1).padStart(width)}) ${value}\n`).join('');
}
