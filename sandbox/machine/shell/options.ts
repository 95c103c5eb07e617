// A shell's own command line: where its commands come from, and with which options it begins.

import type { FlavourName } from './flavour.ts';

export interface ShellArguments {
  /** `-c`: the commands themselves. */
  readonly commands: string | undefined;
  /** A script to read. */
  readonly file: string | undefined;
  /** `$0`, where it is given. */
  readonly name: string | undefined;
  readonly positional: readonly string[];
  readonly interactive: boolean;
  readonly login: boolean;
  readonly fromStdin: boolean;
  /** Letters and names of options, with `+` or `-` before them. */
  readonly options: readonly string[];
  readonly norc: boolean;
  readonly noprofile: boolean;
  readonly rcfile: string | undefined;
}

/** A command line that the shell refuses; the message has no prefix. */
export interface Refusal {
  readonly message: string;
  readonly status: number;
  /** bash lists its options then. */
  readonly usage?: boolean;
}

interface Reading {
  commands: boolean;
  interactive: boolean;
  login: boolean;
  fromStdin: boolean;
  norc: boolean;
  noprofile: boolean;
  rcfile: string | undefined;
  readonly options: string[];
}

export function readArguments(flavour: FlavourName, argv: readonly string[]): ShellArguments | Refusal {
  const reading: Reading = {
    commands: false,
    interactive: false,
    login: argv[0]?.startsWith('-') === true,
    fromStdin: false,
    norc: false,
    noprofile: false,
    rcfile: undefined,
    options: [],
  };
  let i = 1;
  for (; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    const taken = arg.startsWith('--')
      ? longOption(flavour, reading, arg, argv[i + 1])
      : letters(flavour, reading, arg, argv, i);
    if (typeof taken !== 'number') return taken;
    i += taken;
  }
  return placed(flavour, reading, argv.slice(i));
}

function placed(flavour: FlavourName, reading: Reading, rest: readonly string[]): ShellArguments | Refusal {
  const { commands, ...others } = reading;
  if (!commands) {
    const file = reading.fromStdin ? undefined : rest[0];
    return {
      ...others,
      commands: undefined,
      file,
      name: undefined,
      positional: rest.slice(file === undefined ? 0 : 1),
    };
  }
  const [text, name, ...positional] = rest;
  if (text === undefined) {
    return { message: flavour === 'bash' ? '-c: option requires an argument' : '-c requires an argument', status: 2 };
  }
  return { ...others, commands: text, file: undefined, name, positional };
}

/** Answers how many further arguments it took. */
function longOption(flavour: FlavourName, reading: Reading, arg: string, next: string | undefined): number | Refusal {
  if (flavour !== 'bash') return { message: `${flavour === 'ash' ? 'illegal' : 'Illegal'} option --`, status: 2 };
  switch (arg) {
    case '--norc':
      reading.norc = true;
      return 0;
    case '--noprofile':
      reading.noprofile = true;
      return 0;
    case '--login':
      reading.login = true;
      return 0;
    case '--posix':
    case '--noediting':
      return 0;
    case '--rcfile':
    case '--init-file':
      reading.rcfile = next;
      return 1;
    default:
      return { message: `${arg}: invalid option`, status: 2, usage: true };
  }
}

const LETTERS: Readonly<Record<FlavourName, string>> = {
  ash: 'Cabefmnuvxhil',
  dash: 'Cabefmnuvxhil',
  bash: 'abefhmnuvxBCEHTil',
};

function letters(
  flavour: FlavourName,
  reading: Reading,
  arg: string,
  argv: readonly string[],
  at: number,
): number | Refusal {
  let taken = 0;
  for (const letter of arg.slice(1)) {
    if (letter === 'c') reading.commands = true;
    else if (letter === 's') reading.fromStdin = true;
    else if (letter === 'i') reading.interactive = true;
    else if (letter === 'l') reading.login = true;
    else if (letter === 'o' || (letter === 'O' && flavour === 'bash')) {
      const name = argv[at + 1 + taken++] ?? '';
      reading.options.push(`${arg.charAt(0)}${letter}${name}`);
    } else if (LETTERS[flavour].includes(letter)) reading.options.push(`${arg.charAt(0)}${letter}`);
    else return illegal(flavour, letter);
  }
  return taken;
}

function illegal(flavour: FlavourName, letter: string): Refusal {
  if (flavour === 'bash') return { message: `-${letter}: invalid option`, status: 2, usage: true };
  return { message: `${flavour === 'ash' ? 'illegal' : 'Illegal'} option -${letter}`, status: 2 };
}

/** Whether a reading of the arguments is a refusal. */
export function isRefusal(value: ShellArguments | Refusal): value is Refusal {
  return 'message' in value;
}
