// `umask`, `ulimit`, `times`.

import type { Builtin } from '../builtin.ts';
import { complain } from '../complain.ts';
import { minutes } from '../run/times.ts';
import { print, type Vm } from '../vm.ts';
import { badOption, readLetters } from './options.ts';

export const umask: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'umask', args, vm.flavour.name === 'bash' ? 'Sp' : 'S');
  if (typeof options === 'number') return options;
  const [mode] = options.rest;
  const now = vm.sys.umask();
  if (mode === undefined) {
    const text = options.given.has('S') ? symbolic(now) : now.toString(8).padStart(4, '0');
    print(vm, 1, `${options.given.has('p') ? 'umask ' : ''}${text}\n`);
    return 0;
  }
  const mask = /^[0-7]{1,4}$/.test(mode) ? Number.parseInt(mode, 8) : fromSymbols(mode, now);
  if (mask === undefined) return badMode(vm, mode);
  vm.sys.umask(mask);
  return 0;
};

function symbolic(mask: number): string {
  const letters = (bits: number): string => `${bits & 4 ? '' : 'r'}${bits & 2 ? '' : 'w'}${bits & 1 ? '' : 'x'}`;
  return `u=${letters(mask >> 6)},g=${letters(mask >> 3)},o=${letters(mask)}`;
}

function fromSymbols(text: string, now: number): number | undefined {
  let allowed = ~now & 0o777;
  for (const clause of text.split(',')) {
    const found = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (found === null) return undefined;
    const who = found[1] === '' || found[1]?.includes('a') ? 'ugo' : (found[1] ?? '');
    const bits = [...(found[3] ?? '')].reduce((sum, letter) => sum | (letter === 'r' ? 4 : letter === 'w' ? 2 : 1), 0);
    for (const [letter, shift] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (!who.includes(letter)) continue;
      if (found[2] === '=') allowed &= ~(7 << shift);
      allowed = found[2] === '-' ? allowed & ~(bits << shift) : allowed | (bits << shift);
    }
  }
  return ~allowed & 0o777;
}

function badMode(vm: Vm, mode: string): number {
  if (vm.flavour.name !== 'bash') {
    complain(vm, `${vm.flavour.name === 'ash' ? 'illegal' : 'Illegal'} mode: ${mode}`, 'umask');
    return 2;
  }
  const digits = /^[0-9]/.test(mode);
  complain(
    vm,
    digits ? `${mode}: octal number out of range` : `\`${mode.charAt(1)}': invalid symbolic mode operator`,
    'umask',
  );
  return 1;
}

/** What `ulimit` shows: letter, words, unit (as bash and ash name it), value. These machines set no other limits. */
const LIMITS: readonly (readonly [string, string, string, string])[] = [
  ['c', 'core file size', 'blocks', '0'],
  ['d', 'data seg size', 'kbytes', 'unlimited'],
  ['e', 'scheduling priority', '', '0'],
  ['f', 'file size', 'blocks', 'unlimited'],
  ['i', 'pending signals', '', '127235'],
  ['l', 'max locked memory', 'kbytes', '64'],
  ['m', 'max memory size', 'kbytes', 'unlimited'],
  ['n', 'open files', '', '1048576'],
  ['q', 'POSIX message queues', 'bytes', '819200'],
  ['r', 'real-time priority', '', '0'],
  ['s', 'stack size', 'kbytes', '8192'],
  ['t', 'cpu time', 'seconds', 'unlimited'],
  ['u', 'max user processes', '', 'unlimited'],
  ['v', 'virtual memory', 'kbytes', 'unlimited'],
  ['x', 'file locks', '', 'unlimited'],
];

/** Shows limits. Setting one is allowed where it changes nothing (core files, or what it is already). */
export const ulimit: Builtin = (vm, { args }) => {
  const words = args.filter((arg) => arg.startsWith('-'));
  const [value] = args.filter((arg) => !arg.startsWith('-'));
  const letters = words.join('').replace(/[-SH]/g, '') || 'f';
  for (const letter of letters) {
    if (letter === 'a') {
      for (const limit of LIMITS) print(vm, 1, `${line(vm, limit)}\n`);
      continue;
    }
    const limit = LIMITS.find(([each]) => each === letter);
    if (limit === undefined) return refuseLetter(vm, letter);
    if (value === undefined) print(vm, 1, `${limit[3]}\n`);
    else if (value !== limit[3] && letter !== 'c') {
      complain(vm, `${limit[1]}: this machine can't limit it`, 'ulimit');
      return 1;
    }
  }
  return 0;
};

function refuseLetter(vm: Vm, letter: string): number {
  if (vm.flavour.name !== 'ash') return badOption(vm, 'ulimit', `-${letter}`);
  print(vm, 2, `ulimit: invalid option -- '${letter}'\n`);
  return 1;
}

function line(vm: Vm, [letter, words, unit, value]: readonly [string, string, string, string]): string {
  if (vm.flavour.name !== 'bash') {
    const short = unit === 'kbytes' ? 'kb' : unit;
    return `${`${words}${short === '' ? '' : ` (${short})`}`.padEnd(32)}(-${letter}) ${value}`;
  }
  const tail = `(${unit === '' ? '' : `${unit}, `}-${letter})`;
  return `${words}${tail.padStart(40 - words.length)} ${value}`;
}

export const times: Builtin = (vm) => {
  const [user, system] = vm.sys.cpuTimes();
  print(vm, 1, `${minutes(user)} ${minutes(system)}\n0m0.000s 0m0.000s\n`);
  return 0;
};
