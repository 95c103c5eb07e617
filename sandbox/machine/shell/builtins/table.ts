// All builtins by name, and the shells that don't have them.

import type { BuiltinEntry } from '../builtin.ts';
import {
  breakLoop,
  builtin,
  colon,
  command,
  continueLoop,
  evaluate,
  exec,
  exitShell,
  isFalse,
  returnFrom,
  source,
} from './flow.ts';
import { cd, dirs, popd, pushd, pwd } from './folders.ts';
import { getopts } from './getopts.ts';
import { mapfile, read } from './input.ts';
import { times, ulimit, umask } from './limits.ts';
import { help, history, unsupported } from './misc.ts';
import { alias, hash, type, unalias } from './names.ts';
import { echo, printfBuiltin } from './output.ts';
import { bg, disown, fg, jobs, kill, trap, wait } from './processes.ts';
import { set, shopt } from './set.ts';
import { sleep } from './sleep.ts';
import { test } from './tests.ts';
import { declare, exportNames, letBuiltin, local, readonlyNames, shift, unset } from './variables.ts';

const special = true;
const notSh = { not: ['ash', 'dash'] } as const;
const notDash = { not: ['dash'] } as const;

export const BUILTINS: ReadonlyMap<string, BuiltinEntry> = new Map<string, BuiltinEntry>([
  [':', { run: colon, special }],
  ['.', { run: source, special }],
  ['break', { run: breakLoop, special }],
  ['continue', { run: continueLoop, special }],
  ['eval', { run: evaluate, special }],
  ['exec', { run: exec, special }],
  ['exit', { run: exitShell, special }],
  ['export', { run: exportNames, special }],
  ['readonly', { run: readonlyNames, special }],
  ['return', { run: returnFrom, special }],
  ['set', { run: set, special }],
  ['shift', { run: shift, special }],
  ['times', { run: times, special }],
  ['trap', { run: trap, special }],
  ['unset', { run: unset, special }],
  ['source', { run: source, special, ...notDash }],
  ['true', { run: colon }],
  ['false', { run: isFalse }],
  ['[', { run: test }],
  ['test', { run: test }],
  ['[[', { run: test, not: ['dash', 'bash'] }],
  ['alias', { run: alias }],
  ['bg', { run: bg }],
  ['cd', { run: cd }],
  ['chdir', { run: cd, not: ['bash'] }],
  ['command', { run: command }],
  ['echo', { run: echo }],
  ['fg', { run: fg }],
  ['getopts', { run: getopts }],
  ['hash', { run: hash }],
  ['jobs', { run: jobs }],
  ['kill', { run: kill }],
  ['local', { run: local }],
  ['printf', { run: printfBuiltin }],
  ['pwd', { run: pwd }],
  ['read', { run: read }],
  ['type', { run: type }],
  ['ulimit', { run: ulimit }],
  ['umask', { run: umask }],
  ['unalias', { run: unalias }],
  ['wait', { run: wait }],
  ['help', { run: help, ...notDash }],
  ['history', { run: history, ...notDash }],
  ['let', { run: letBuiltin, ...notDash }],
  ['sleep', { run: sleep, not: ['dash', 'bash'] }],
  ['builtin', { run: builtin, ...notSh }],
  ['declare', { run: declare, ...notSh }],
  ['typeset', { run: declare, ...notSh }],
  ['dirs', { run: dirs, ...notSh }],
  ['disown', { run: disown, ...notSh }],
  ['mapfile', { run: mapfile, ...notSh }],
  ['readarray', { run: mapfile, ...notSh }],
  ['popd', { run: popd, ...notSh }],
  ['pushd', { run: pushd, ...notSh }],
  ['shopt', { run: shopt, ...notSh }],
  ['bind', { run: unsupported, ...notSh }],
  ['caller', { run: unsupported, ...notSh }],
  ['compgen', { run: unsupported, ...notSh }],
  ['complete', { run: colon, ...notSh }],
  ['compopt', { run: colon, ...notSh }],
  ['enable', { run: unsupported, ...notSh }],
  ['fc', { run: unsupported, ...notSh }],
  ['logout', { run: exitShell, ...notSh }],
  ['suspend', { run: unsupported, ...notSh }],
]);
