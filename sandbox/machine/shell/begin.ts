// A shell at its beginning: its first state, from its arguments and environment.

import type { Sys } from '../sys.ts';
import { hasName, setLetter, setOption } from './builtins/set.ts';
import type { FlavourName } from './flavour.ts';
import type { ShellArguments } from './options.ts';
import type { Frame, ShellState, Variable } from './state.ts';
import type { Vm } from './vm.ts';

export function newShellState(sys: Sys, flavour: FlavourName, args: ShellArguments): ShellState {
  const calledAs = (sys.argv[0] ?? 'sh').replace(/^-/, '').replace(flavour === 'ash' ? /^.*\// : /^$/, '');
  const interactive =
    args.interactive || (args.commands === undefined && args.file === undefined && sys.isatty(0) && sys.isatty(2));
  return {
    flavour,
    name: args.name ?? calledAs,
    calledAs,
    interactive,
    fromString: args.commands !== undefined,
    options: new Set(
      flavour === 'bash' ? ['hashall', 'braceexpand', ...(interactive ? ['histexpand', 'history', 'emacs'] : [])] : [],
    ),
    variables: firstVariables(sys, flavour, interactive),
    positional: args.positional,
    functions: new Map(),
    aliases: new Map(),
    frames: firstFrames(flavour, args),
    status: 0,
    statuses: [],
    pid: sys.pid,
    subshell: 0,
    lastBackground: undefined,
    lastArgument: '',
    fds: new Map([
      [0, 0],
      [1, 1],
      [2, 2],
    ]),
    jobs: [],
    traps: new Map(),
    pending: [],
    request: undefined,
    answer: undefined,
    steps: 0,
    tested: 0,
    line: flavour === 'ash' && args.commands !== undefined ? 0 : 1,
    getopts: { index: 1, offset: 0 },
    seconds: sys.now(),
    random: 0,
    hash: new Map(),
    output: [],
    writing: undefined,
    substitution: 0,
    failing: undefined,
    ended: false,
    begun: true,
    history: [],
  };
}

function firstFrames(flavour: FlavourName, args: ShellArguments): Frame[] {
  if (args.commands !== undefined) {
    const line = flavour === 'ash' ? 0 : 1;
    return [{ f: 'text', kind: 'main', place: { source: args.commands, position: 0, line }, failed: false }];
  }
  if (args.file === undefined) return [{ f: 'lines', fd: 0, typed: '', line: 1, stage: 'next' }];
  return [{ f: 'load', path: args.file, name: args.file, kind: 'main', fd: -1, chunks: [], stage: 'open' }];
}

const EXPORTED = { exported: true, readonly: false } as const;
const OWN = { exported: false, readonly: false } as const;

function firstVariables(sys: Sys, flavour: FlavourName, interactive: boolean): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const [name, value] of sys.env) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) variables.set(name, { value, ...EXPORTED });
  }
  const set = (name: string, value: string): Map<string, Variable> => variables.set(name, { value, ...OWN });
  const level = Number(sys.env.get('SHLVL') ?? 0) || 0;
  if (flavour !== 'dash') variables.set('SHLVL', { value: String(level + 1), ...EXPORTED });
  if (!variables.has('PATH')) {
    variables.set('PATH', { value: DEFAULT_PATH[flavour], exported: flavour === 'ash', readonly: false });
  }
  variables.set('PWD', { value: believablePwd(sys), ...EXPORTED });
  set('IFS', ' \t\n');
  set('OPTIND', '1');
  set('PPID', String(sys.ppid));
  set('PS4', variables.get('PS4')?.value ?? '+ ');
  if (flavour !== 'bash' || interactive) {
    const own = flavour === 'bash' ? '\\s-\\v\\$ ' : flavour === 'ash' ? '\\w \\$ ' : sys.uid === 0 ? '# ' : '$ ';
    if (!variables.has('PS1')) set('PS1', own);
    if (!variables.has('PS2')) set('PS2', '> ');
  }
  if (flavour === 'bash') for (const [name, value] of Object.entries(BASH)) set(name, value);
  variables.delete('OLDPWD');
  variables.delete('_');
  return variables;
}

const DEFAULT_PATH: Readonly<Record<FlavourName, string>> = {
  ash: '/sbin:/usr/sbin:/bin:/usr/bin',
  dash: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  bash: '/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin:.',
};

const BASH: Readonly<Record<string, string>> = {
  BASH_VERSION: '5.2.15(1)-release',
  HOSTTYPE: 'x86_64',
  MACHTYPE: 'x86_64-pc-linux-gnu',
  OSTYPE: 'linux-gnu',
  OPTERR: '1',
};

/** The inherited PWD, if it does lead to where we are. */
function believablePwd(sys: Sys): string {
  const inherited = sys.env.get('PWD');
  const cwd = sys.cwd();
  if (inherited === undefined || !inherited.startsWith('/') || inherited === cwd) return cwd;
  try {
    const [a, b] = [sys.stat(inherited), sys.stat(cwd)];
    return a.inode === b.inode && a.device === b.device ? inherited : cwd;
  } catch {
    return cwd;
  }
}

/** Turns on what the command line asked for; what it doesn't know is answered. */
export function applyOptions(vm: Vm, options: readonly string[]): string | undefined {
  for (const option of options) {
    const on = option.startsWith('-');
    const letter = option.charAt(1);
    const name = option.slice(2);
    if (letter === 'o') {
      if (!hasName(vm, name))
        return vm.flavour.name === 'bash'
          ? `${name}: invalid option name`
          : `${vm.flavour.name === 'ash' ? 'illegal' : 'Illegal'} option -o ${name}`;
      setOption(vm, name, on);
    } else if (letter === 'O') setOption(vm, name, on);
    else setLetter(vm, letter, on);
  }
  return undefined;
}
