// What `find` knows of a file, of its walk and of its expression.

import type { Blocking, FileStat } from '../../sys.ts';
import type { Context } from '../kit/command.ts';
import type { Accounts } from '../kit/users.ts';

export interface Found {
  readonly path: string;
  /** The path that it was begun at. */
  readonly start: string;
  readonly depth: number;
  readonly stat: FileStat;
  prune: boolean;
}

export interface Walk {
  readonly context: Context;
  readonly accounts: Accounts;
  readonly follow: boolean;
  least: number;
  most: number;
  depthFirst: boolean;
  oneDevice: boolean;
  /** An action was given: files aren't printed by themselves. */
  acts: boolean;
  /** `-exec ... +`: commands with the paths that they will get. */
  readonly batches: { readonly argv: readonly string[]; readonly paths: string[] }[];
  quit: boolean;
}

export type Test = (found: Found) => Blocking<boolean>;

export interface Reader {
  readonly args: readonly string[];
  at: number;
}
