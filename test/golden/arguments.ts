// The command line of `npm run golden`.

export interface Arguments {
  readonly paths: readonly string[];
  readonly json: boolean;
  readonly emit: string | undefined;
  readonly selfTest: boolean;
  readonly seed: number;
  readonly filter: string | undefined;
  /** The passing list. */
  readonly list: string;
  /** Adds the cases that pass now to the passing list. */
  readonly record: boolean;
  /** Plays the cases of the passing list only. */
  readonly listed: boolean;
  /** A module that exports `worlds`: another cluster to play against. */
  readonly world: string | undefined;
}

export const usage = `usage: npm run golden -- [OPTIONS] PATH...
  PATH            recorded files or folders of them
  --json          one JSON object a case
  --emit DIR      write what was answered, in the recorded formats
  --self-test     change one thing in every case; the comparison must notice
  --seed N        which changes the self-test makes (default 1)
  --filter TEXT   only cases whose id contains the text
  --list FILE     the list of passing cases (default test/golden/passing.txt)
  --listed        only cases on the list
  --record        add the cases that pass to the list
  --world MODULE  play against the worlds that a module exports`;

/** Throws an Error that says what is wrong with them. */
export function parseArguments(args: readonly string[]): Arguments {
  const flags = new Map<string, string>();
  const paths: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('--')) paths.push(arg);
    else if (['--json', '--self-test', '--record', '--listed'].includes(arg)) flags.set(arg, 'yes');
    else if (['--emit', '--filter', '--list', '--seed', '--world'].includes(arg)) flags.set(arg, valueAfter(args, ++i));
    else throw new Error(`unknown option ${arg}`);
  }
  if (paths.length === 0) throw new Error('no path given');
  return {
    paths,
    json: flags.has('--json'),
    emit: flags.get('--emit'),
    selfTest: flags.has('--self-test'),
    seed: Number(flags.get('--seed') ?? 1),
    filter: flags.get('--filter'),
    list: flags.get('--list') ?? 'test/golden/passing.txt',
    record: flags.has('--record'),
    listed: flags.has('--listed'),
    world: flags.get('--world'),
  };
}

function valueAfter(args: readonly string[], i: number): string {
  const value = args[i];
  if (value === undefined) throw new Error(`${args[i - 1]} needs a value`);
  return value;
}
