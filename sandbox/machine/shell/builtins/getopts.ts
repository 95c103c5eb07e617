// The builtin `getopts`: one option of the arguments a call.

import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { getVariable, setVariable, unsetVariable } from '../variables.ts';
import { print, type Vm } from '../vm.ts';

export const getopts: Builtin = (vm, { args }) => {
  const [spec, name, ...given] = args;
  if (spec === undefined || name === undefined) {
    const usage: Readonly<Record<string, string>> = {
      ash: 'usage: getopts optstring var [arg]',
      dash: 'Usage: getopts optstring var [arg...]',
    };
    if (vm.flavour.name === 'bash') print(vm, 2, 'getopts: usage: getopts optstring name [arg ...]\n');
    else complain(vm, usage[vm.flavour.name] ?? '', 'getopts');
    return 2;
  }
  return nextOption(vm, spec, name, args.length > 2 ? given : vm.state.positional);
};

function nextOption(vm: Vm, spec: string, name: string, words: readonly string[]): number {
  const { getopts: place } = vm.state;
  const index = Number(getVariable(vm, 'OPTIND') ?? 1);
  if (index !== place.index) {
    place.index = index;
    place.offset = 0;
  }
  const word = words[place.index - 1];
  if (place.offset === 0) {
    if (word === undefined || !/^-./.test(word) || word === '--') {
      if (word === '--') place.index++;
      return endOptions(vm, name);
    }
    place.offset = 1;
  }
  const letter = word?.charAt(place.offset) ?? '';
  place.offset++;
  const last = place.offset >= (word?.length ?? 0);
  const at = letter === ':' ? -1 : spec.indexOf(letter, spec.startsWith(':') ? 1 : 0);
  const result = at < 0 ? unknownOption(vm, spec, letter) : takeValue(vm, spec, at, words, last);
  if (last && place.offset !== 0) {
    place.index++;
    place.offset = 0;
  }
  setVariable(vm, 'OPTIND', String(place.index));
  setVariable(vm, name, result ?? letter);
  return 0;
}

function endOptions(vm: Vm, name: string): number {
  setVariable(vm, 'OPTIND', String(vm.state.getopts.index));
  setVariable(vm, name, '?');
  return 1;
}

function unknownOption(vm: Vm, spec: string, letter: string): string {
  if (spec.startsWith(':')) setVariable(vm, 'OPTARG', letter);
  else {
    unsetVariable(vm, 'OPTARG');
    if (getVariable(vm, 'OPTERR') !== '0') optionMessage(vm, 'illegal option', letter);
  }
  return '?';
}

function optionMessage(vm: Vm, words: string, letter: string): void {
  if (vm.flavour.name === 'bash') print(vm, 2, `${vm.state.name}: ${words} -- ${letter}\n`);
  else if (words === 'illegal option') print(vm, 2, `Illegal option -${letter}\n`);
  else print(vm, 2, `No arg for -${letter} option\n`);
}

/** The argument of an option that has one; the name's value where that is missing. */
function takeValue(vm: Vm, spec: string, at: number, words: readonly string[], last: boolean): string | undefined {
  const { getopts: place } = vm.state;
  if (spec.charAt(at + 1) !== ':') {
    unsetVariable(vm, 'OPTARG');
    return undefined;
  }
  const value = last ? words[place.index] : words[place.index - 1]?.slice(place.offset);
  place.index += last && value !== undefined ? 2 : 1;
  place.offset = 0;
  if (value !== undefined) {
    setVariable(vm, 'OPTARG', value);
    return undefined;
  }
  const letter = spec.charAt(at);
  if (spec.startsWith(':')) {
    setVariable(vm, 'OPTARG', letter);
    return ':';
  }
  unsetVariable(vm, 'OPTARG');
  optionMessage(vm, 'option requires an argument', letter);
  return '?';
}
