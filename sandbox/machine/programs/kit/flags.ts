// Flags as data: one line says which a command has; the reader refuses all others in the words of the real tool.

/** A command line that is refused. `usage`: followed by how to call it. */
export class UsageProblem extends Error {
  readonly usage: boolean;
  constructor(message: string, usage = true) {
    super(message);
    this.usage = usage;
  }
}

export interface FlagSpec {
  /**
   * Names by spaces: `n`, `i|ignore-case`, `--color?`; `=` takes a value, `?` may have one after `=` (or, for a letter,
   * right behind it). The first name is the one to ask for.
   */
  readonly flags?: string;
  /** Known to the real tool, and not here: refused by name. The same form. */
  readonly refused?: string;
  /** Flags end at the first argument that is none. */
  readonly inOrder?: boolean;
  /** `-5` stands for the flag of this name with the value 5. */
  readonly number?: string;
}

export interface Flags {
  readonly has: (name: string) => boolean;
  /** The last value given. */
  readonly value: (name: string) => string | undefined;
  readonly values: (name: string) => readonly string[];
  readonly count: (name: string) => number;
  readonly rest: readonly string[];
  /** Names and values in the order in which they came. */
  readonly order: readonly (readonly [string, string])[];
}

interface Known {
  readonly name: string;
  readonly takes: '' | '=' | '?';
  readonly refused: boolean;
}

function known(spec: FlagSpec): Map<string, Known> {
  const table = new Map<string, Known>();
  for (const [words, refused] of [
    [spec.flags ?? '', false],
    [spec.refused ?? '', true],
  ] as const) {
    for (const word of words.split(' ').filter((each) => each !== '')) {
      const takes = word.endsWith('=') ? '=' : word.endsWith('?') && word !== '?' ? '?' : '';
      const names = (takes === '' ? word : word.slice(0, -1)).split('|').map((name) => name.replace(/^--/, ''));
      for (const name of names) table.set(name, { name: names[0] ?? '', takes, refused });
    }
  }
  return table;
}

export function readFlags(spec: FlagSpec, args: readonly string[], gnu: boolean): Flags {
  const table = known(spec);
  const order: [string, string][] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (spec.number !== undefined && /^-\d+$/.test(arg)) order.push([spec.number, arg.slice(1)]);
    else if (arg.startsWith('--')) i += long(table, arg, args[i + 1], order, gnu);
    else if (arg.startsWith('-') && arg !== '-') i += letters(table, arg, args[i + 1], order, spec.number);
    else if (spec.inOrder === true) {
      rest.push(...args.slice(i));
      break;
    } else rest.push(arg);
  }
  return flagsOf(order, rest);
}

function flagsOf(order: readonly (readonly [string, string])[], rest: readonly string[]): Flags {
  const values = (name: string): string[] => order.filter(([each]) => each === name).map(([, value]) => value);
  return {
    has: (name) => order.some(([each]) => each === name),
    value: (name) => values(name).at(-1),
    values,
    count: (name) => values(name).length,
    rest,
    order,
  };
}

/** Answers how many further arguments it took. */
function long(
  table: ReadonlyMap<string, Known>,
  arg: string,
  next: string | undefined,
  order: [string, string][],
  gnu: boolean,
): number {
  const at = arg.indexOf('=');
  const word = at < 0 ? arg.slice(2) : arg.slice(2, at);
  const flag = findLong(table, word, arg, gnu);
  if (flag.refused) throw new UsageProblem(`--${word} isn't modelled on this machine`, false);
  if (at >= 0) {
    if (flag.takes === '') throw new UsageProblem(`option '--${word}' doesn't allow an argument`);
    order.push([flag.name, arg.slice(at + 1)]);
    return 0;
  }
  if (flag.takes !== '=') {
    order.push([flag.name, '']);
    return 0;
  }
  if (next === undefined) throw new UsageProblem(`option '--${word}' requires an argument`);
  order.push([flag.name, next]);
  return 1;
}

/** The flag of this name, or the only one that begins so. */
function findLong(table: ReadonlyMap<string, Known>, word: string, arg: string, gnu: boolean): Known {
  const exact = word.length > 1 ? table.get(word) : undefined;
  if (exact !== undefined) return exact;
  const starts = [...table].filter(([name]) => name.length > 1 && name.startsWith(word));
  const names = new Set(starts.map(([, flag]) => flag.name));
  const [only] = starts;
  if (names.size === 1 && only !== undefined && word !== '') return only[1];
  const shown = arg.split('=')[0] ?? arg;
  throw new UsageProblem(gnu || arg.length > 0 ? `unrecognized option '${shown}'` : shown);
}

function letters(
  table: ReadonlyMap<string, Known>,
  arg: string,
  next: string | undefined,
  order: [string, string][],
  number: string | undefined,
): number {
  for (let j = 1; j < arg.length; j++) {
    const letter = arg.charAt(j);
    const flag = table.get(letter);
    if (flag === undefined && number !== undefined && /\d/.test(letter)) {
      order.push([number, /^\d+/.exec(arg.slice(j))?.[0] ?? '']);
      j += (order.at(-1)?.[1].length ?? 1) - 1;
      continue;
    }
    if (flag === undefined) throw new UsageProblem(`invalid option -- '${letter}'`);
    if (flag.refused) throw new UsageProblem(`-${letter} isn't modelled on this machine`, false);
    const behind = arg.slice(j + 1);
    if (flag.takes === '') {
      order.push([flag.name, '']);
      continue;
    }
    if (flag.takes === '?' || behind !== '') {
      order.push([flag.name, behind]);
      return 0;
    }
    if (next === undefined) throw new UsageProblem(`option requires an argument -- '${letter}'`);
    order.push([flag.name, next]);
    return 1;
  }
  return 0;
}
