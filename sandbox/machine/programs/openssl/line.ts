// A command line of `openssl`: options with one dash, in any order.

import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { decode, encode } from '../../text.ts';
import { readAll, readFile, writeFile } from '../kit/input.ts';

/** What makes the program end with a message and a status. */
export class Refused extends Error {
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

export interface Line {
  readonly values: ReadonlyMap<string, string>;
  /** Of options that may come several times. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly switches: ReadonlySet<string>;
  readonly rest: readonly string[];
}

export type Subcommand = (sys: Sys, line: Line) => Blocking<number | undefined>;

/** Digests by their options. */
export const DIGESTS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

export function readLine(
  name: string,
  words: readonly string[],
  valued: readonly string[],
  plain: readonly string[],
): Line {
  const values = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const switches = new Set<string>();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const option = word.replace(/^--?/, '');
    if (!word.startsWith('-') || word === '-') rest.push(word);
    else if (plain.includes(option)) switches.add(option);
    else if (valued.includes(option)) {
      const given = words[++i];
      if (given === undefined) throw new Refused(`${name}: Option -${option} needs a value`);
      values.set(option, given);
      lists.set(option, [...(lists.get(option) ?? []), given]);
    } else throw new Refused(`${name}: Unknown option or cipher: ${option}\n${name}: Use -help for summary.`);
  }
  return { values, lists, switches, rest };
}

/** The bytes of `-in`, or of standard input. */
export function* inputOf(sys: Sys, path: string | undefined, what: string): Blocking<Uint8Array> {
  if (path === undefined || path === '-') return yield* readAll(sys, 0);
  try {
    return yield* readFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    throw new Refused(`Could not open file or uri for loading ${what} from ${path}: No such file or directory`);
  }
}

export function* textOf(sys: Sys, path: string | undefined, what: string): Blocking<string> {
  return decode(yield* inputOf(sys, path, what));
}

export function* writeTo(sys: Sys, path: string | undefined, data: string | Uint8Array, mode = 0o644): Blocking<void> {
  if (path === undefined) yield* sys.write(1, typeof data === 'string' ? encode(data) : data);
  else yield* writeFile(sys, path, data, mode);
}

export function* tell(sys: Sys, line: string): Blocking<void> {
  yield* sys.write(2, encode(`${line}\n`));
}
