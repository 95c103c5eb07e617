// Command lines of agnhost's commands: `--name=value`, `--name value`, and words.

import type { Sys } from '../../sys.ts';

export interface Words {
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** What follows the command. `switches` are flags that take no word behind them. */
export function wordsOf(sys: Sys, switches: readonly string[] = []): Words {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  const args = sys.argv.slice(2);
  for (let i = 0; i < args.length; i++) {
    const [, name, , value] = /^--?([A-Za-z0-9_-]+)(=(.*))?$/s.exec(args[i] ?? '') ?? [];
    if (name === undefined) rest.push(args[i] ?? '');
    else flags.set(name, value ?? (switches.includes(name) ? 'true' : (args[++i] ?? '')));
  }
  return { flags, rest };
}

export function portOf({ flags }: Words, name: string, usual: number): number {
  return Number(flags.get(name) ?? usual) || usual;
}
