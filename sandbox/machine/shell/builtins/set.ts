// `set` and `shopt`: options of the shell, and its positional parameters.

import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { OPTION_LETTERS } from '../expand/values.ts';
import type { FlavourName } from '../flavour.ts';
import { print, ShellFailure, type Vm } from '../vm.ts';
import { badOption, readLetters } from './options.ts';
import { setLine } from './variables.ts';

/** The names that `set -o` lists, in order. */
const NAMES: Readonly<Record<FlavourName, readonly string[]>> = {
  ash: [
    'errexit',
    'noglob',
    'ignoreeof',
    'monitor',
    'noexec',
    'xtrace',
    'verbose',
    'noclobber',
    'allexport',
    'notify',
    'nounset',
    'errtrace',
    'vi',
    'pipefail',
  ],
  dash: [
    'errexit',
    'noglob',
    'ignoreeof',
    'interactive',
    'monitor',
    'noexec',
    'stdin',
    'xtrace',
    'verbose',
    'vi',
    'emacs',
    'noclobber',
    'allexport',
    'notify',
    'nounset',
    'privileged',
    'nolog',
    'debug',
  ],
  bash: [
    'allexport',
    'braceexpand',
    'emacs',
    'errexit',
    'errtrace',
    'functrace',
    'hashall',
    'histexpand',
    'history',
    'ignoreeof',
    'interactive-comments',
    'keyword',
    'monitor',
    'noclobber',
    'noexec',
    'noglob',
    'nolog',
    'notify',
    'nounset',
    'onecmd',
    'physical',
    'pipefail',
    'posix',
    'privileged',
    'verbose',
    'vi',
    'xtrace',
  ],
};

/** Options that are on and change nothing here. */
const ALWAYS_ON = new Set(['interactive-comments']);

export const set: Builtin = (vm, { args }) => {
  if (args.length === 0) {
    const names = [...vm.state.variables.keys()].filter(
      (name) => vm.state.variables.get(name)?.value !== undefined || vm.state.variables.get(name)?.items !== undefined,
    );
    for (const name of names.sort()) print(vm, 1, `${setLine(vm, name)}\n`);
    return 0;
  }
  return applyOptions(vm, args);
};

function applyOptions(vm: Vm, args: readonly string[]): number {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') return setPositional(vm, args.slice(i + 1));
    if (arg === '-') {
      setOption(vm, 'xtrace', false);
      setOption(vm, 'verbose', false);
      return args.length > i + 1 ? setPositional(vm, args.slice(i + 1)) : 0;
    }
    if (!/^[-+]./.test(arg)) return setPositional(vm, args.slice(i));
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[++i];
        if (name === undefined) return listOptions(vm, on);
        if (!NAMES[vm.flavour.name].includes(name)) return badName(vm, `${on ? '-' : '+'}o`, name);
        setOption(vm, name, on);
      } else if (!setLetter(vm, letter, on)) return badOption(vm, 'set', arg, letter);
    }
  }
  return 0;
}

function setPositional(vm: Vm, values: readonly string[]): number {
  vm.state.positional = values;
  return 0;
}

/** Turns an option on or off by its letter; false when there is none such. */
export function setLetter(vm: Vm, letter: string, on: boolean): boolean {
  const name = Object.hasOwn(OPTION_LETTERS, letter) ? OPTION_LETTERS[letter] : undefined;
  if (name === undefined || name === 'interactive')
    return letter === 'k' || letter === 'p' || letter === 't' ? false : letter === 'I';
  if (vm.flavour.name !== 'bash' && /[BHTh]/.test(letter)) return letter === 'h';
  setOption(vm, name, on);
  return true;
}

export function setOption(vm: Vm, name: string, on: boolean): void {
  if (on) vm.state.options.add(name);
  else vm.state.options.delete(name);
}

function badName(vm: Vm, option: string, name: string): number {
  if (vm.flavour.name === 'bash') {
    complain(vm, `${name}: invalid option name`, 'set');
    return 2;
  }
  const words = vm.flavour.name === 'ash' ? `illegal option ${option} ${name}` : `Illegal option ${option} ${name}`;
  throw new ShellFailure(words, 2, 'shell', 'set');
}

/** By name, for `set -o NAME` on the command line. */
export function hasName(vm: Vm, name: string): boolean {
  return NAMES[vm.flavour.name].includes(name);
}

function listOptions(vm: Vm, readable: boolean): number {
  if (readable && vm.flavour.name === 'dash') print(vm, 1, 'Current option settings\n');
  for (const name of NAMES[vm.flavour.name]) {
    const on = vm.state.options.has(name) || ALWAYS_ON.has(name);
    if (!readable) print(vm, 1, `set ${on ? '-' : '+'}o ${name}\n`);
    else if (vm.flavour.name === 'bash') print(vm, 1, `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
    else print(vm, 1, `${name.padEnd(16)}${on ? 'on' : 'off'}\n`);
  }
  return 0;
}

/** What `shopt` knows; only those that act here can be changed. */
const SHOPTS = ['dotglob', 'expand_aliases', 'extglob', 'globstar', 'nocasematch', 'nullglob'];
const FIXED: ReadonlyMap<string, boolean> = new Map([
  ['autocd', false],
  ['checkwinsize', true],
  ['cmdhist', true],
  ['failglob', false],
  ['histappend', false],
  ['huponexit', false],
  ['inherit_errexit', false],
  ['lastpipe', false],
  ['login_shell', false],
  ['nocaseglob', false],
  ['progcomp', true],
  ['promptvars', true],
  ['sourcepath', true],
]);

export const shopt: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'shopt', args, 'pqsuo');
  if (typeof options === 'number') return options;
  const { given, rest } = options;
  const names = rest.length > 0 ? rest : [...SHOPTS, ...FIXED.keys()].sort();
  let status = 0;
  for (const name of names) {
    const isOn = FIXED.get(name) ?? vm.state.options.has(name);
    if (!SHOPTS.includes(name) && !FIXED.has(name)) {
      complain(vm, `${name}: invalid shell option name`, 'shopt');
      status = 1;
    } else if (given.has('s') || given.has('u')) {
      if (!change(vm, name, given.has('s'))) status = 1;
    } else {
      if (!isOn && rest.length > 0) status = 1;
      if (!given.has('q'))
        print(
          vm,
          1,
          given.has('p') ? `shopt -${isOn ? 's' : 'u'} ${name}\n` : `${name.padEnd(15)}\t${isOn ? 'on' : 'off'}\n`,
        );
    }
  }
  return status;
};

/** Options that would change how things work, and don't here, are refused. */
function change(vm: Vm, name: string, on: boolean): boolean {
  const fixed = FIXED.get(name);
  if (fixed === undefined) setOption(vm, name, on);
  else if (fixed !== on && !HARMLESS.has(name)) {
    complain(vm, `${name}: this shell can't switch it ${on ? 'on' : 'off'}`, 'shopt');
    return false;
  }
  return true;
}

const HARMLESS = new Set(['checkwinsize', 'cmdhist', 'histappend', 'progcomp', 'promptvars']);
