// What builtins say of options that they don't have.

import { complain } from '../complain.ts';
import { isSpecial } from '../lookup.ts';
import { print, ShellFailure, type Vm } from '../vm.ts';

/** bash follows the complaint with a usage line; elsewhere a special builtin ends the shell. */
const USAGES: Readonly<Record<string, string>> = {
  alias: 'alias [-p] [name[=value] ... ]',
  bg: 'bg [job_spec ...]',
  cd: 'cd [-L|[-P [-e]] [-@]] [dir]',
  command: 'command [-pVv] command [arg ...]',
  declare: 'declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]',
  dirs: 'dirs [-clpv] [+N] [-N]',
  disown: 'disown [-h] [-ar] [jobspec ... | pid ...]',
  exec: 'exec [-cl] [-a name] [command [argument ...]] [redirection ...]',
  export: 'export [-fn] [name[=value] ...] or export -p',
  fg: 'fg [job_spec]',
  hash: 'hash [-lr] [-p pathname] [-dt] [name ...]',
  history: 'history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]',
  jobs: 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]',
  local: 'local [option] name[=value] ...',
  mapfile: 'mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]',
  popd: 'popd [-n] [+N | -N]',
  pushd: 'pushd [-n] [+N | -N | dir]',
  pwd: 'pwd [-LP]',
  read: 'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]',
  readonly: 'readonly [-aAf] [name[=value] ...] or readonly -p',
  set: 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]',
  shopt: 'shopt [-pqsu] [-o] [optname ...]',
  trap: 'trap [-lp] [[arg] signal_spec ...]',
  type: 'type [-afptP] name [name ...]',
  typeset: 'typeset [-aAfFgiIlnrtux] [name[=value] ...] or typeset -p [-aAfFilnrtux] [name ...]',
  ulimit: 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]',
  umask: 'umask [-p] [-S] [mode]',
  unalias: 'unalias [-a] name [name ...]',
  unset: 'unset [-f] [-v] [-n] [name ...]',
  wait: 'wait [-fn] [-p var] [id ...]',
};

/** Refuses an option; `option` is the argument (`-Z`, `-eZ`), `letter` the one at fault. */
export function badOption(vm: Vm, command: string, option: string, letter = option.charAt(1)): number {
  if (vm.flavour.name === 'bash') {
    complain(vm, `-${letter}: invalid option`, command);
    const usage = Object.hasOwn(USAGES, command) ? USAGES[command] : undefined;
    if (usage !== undefined) print(vm, 2, `${command}: usage: ${usage}\n`);
    return 2;
  }
  const words = `${vm.flavour.name === 'dash' ? 'Illegal' : 'illegal'} option -${letter}`;
  if (isSpecial(vm, command) && !vm.state.interactive) throw new ShellFailure(words, 2, 'shell', command);
  complain(vm, words, command);
  return 2;
}

export interface Letters {
  readonly given: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** Reads single-letter options, `letters` as for getopts (`ab:`); a number is the status of a refusal. */
export function readLetters(vm: Vm, command: string, args: readonly string[], letters: string): Letters | number {
  const given = new Set<string>();
  const values = new Map<string, string>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^-./.test(arg)) break;
    for (let j = 1; j < arg.length; j++) {
      const letter = arg.charAt(j);
      const at = letter === ':' ? -1 : letters.indexOf(letter);
      if (at < 0) return badOption(vm, command, arg, letter);
      given.add(letter);
      if (letters.charAt(at + 1) !== ':') continue;
      const value = j + 1 < arg.length ? arg.slice(j + 1) : args[++i];
      if (value === undefined) return missingArgument(vm, command, letter);
      values.set(letter, value);
      break;
    }
  }
  return { given, values, rest: args.slice(i) };
}

function missingArgument(vm: Vm, command: string, letter: string): number {
  if (vm.flavour.name === 'bash') {
    complain(vm, `-${letter}: option requires an argument`, command);
    if (Object.hasOwn(USAGES, command)) print(vm, 2, `${command}: usage: ${USAGES[command]}\n`);
  } else complain(vm, `${vm.flavour.name === 'dash' ? 'No' : 'no'} arg for -${letter} option`, command);
  return 2;
}
