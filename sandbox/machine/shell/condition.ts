// Tests: the operators of `test`, `[` and `[[ ]]` on files, texts and numbers.

import { compareNumbers, fileTest, isNumeric, type TestPlace, unaryTest } from '../filetests.ts';
import { matches, parsePattern } from './expand/pattern.ts';
import { evaluate, expandPattern, expandText } from './expand/words.ts';
import { matchRegex, regexWord } from './regex.ts';
import type { Condition, Word } from './syntax.ts';
import { elements, lookup, setArray } from './variables.ts';
import type { Vm } from './vm.ts';

/** The status of `[[ ... ]]`: 0, 1, or 2 when it can't be told. */
export function testCondition(vm: Vm, condition: Condition): number {
  switch (condition.c) {
    case 'not': {
      const status = testCondition(vm, condition.of);
      return status === 2 ? 2 : status === 0 ? 1 : 0;
    }
    case 'and': {
      const status = testCondition(vm, condition.left);
      return status === 0 ? testCondition(vm, condition.right) : status;
    }
    case 'or': {
      const status = testCondition(vm, condition.left);
      return status === 1 ? testCondition(vm, condition.right) : status;
    }
    case 'unary':
      return unaryTest(placeOf(vm), condition.op, expandText(vm, condition.word)) ? 0 : 1;
    case 'binary':
      return binaryCondition(vm, condition.op, condition.left, condition.right);
  }
}

function binaryCondition(vm: Vm, op: string, left: Word, right: Word): number {
  const text = expandText(vm, left);
  if (op === '=' || op === '==' || op === '!=') {
    const fits = matches(parsePattern(expandPattern(vm, right), vm.flavour.name === 'bash'), text);
    return fits === (op !== '!=') ? 0 : 1;
  }
  if (op === '=~') return regexTest(vm, text, right);
  if (op === '<') return text < expandText(vm, right) ? 0 : 1;
  if (op === '>') return text > expandText(vm, right) ? 0 : 1;
  if (isNumeric(op)) {
    const number = (word: Word): number => Number(evaluate(vm, { word }));
    return compareNumbers(op, number(left), number(right)) ? 0 : 1;
  }
  return fileTest(placeOf(vm), op, text, expandText(vm, right)) ? 0 : 1;
}

function regexTest(vm: Vm, text: string, word: Word): number {
  const groups = matchRegex(regexWord(vm, word), text, vm.state.options.has('nocasematch'));
  if (groups === 'invalid') return 2;
  setArray(vm, 'BASH_REMATCH', groups === undefined ? [] : groups.map((group, i) => [i, group]));
  return groups === undefined ? 1 : 0;
}

/** What tests can ask of this shell. */
export function placeOf(vm: Vm): TestPlace {
  return {
    sys: vm.sys,
    fd: (number) => vm.state.fds.get(number) ?? -1,
    isSet: (text) => isSet(vm, text),
    isOn: (option) => vm.state.options.has(option),
  };
}

function isSet(vm: Vm, text: string): boolean {
  const element = /^(\w+)\[(.+)\]$/.exec(text);
  if (element === null) return lookup(vm, text)?.value !== undefined || elements(lookup(vm, text)).length > 0;
  return elements(lookup(vm, element[1] ?? '')).some(([key]) => String(key) === element[2]);
}
