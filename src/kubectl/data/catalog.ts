// What kubectl's commands are called, how they are used and which flags they take: facts of release 1.36 as tables.
// A command that is described here and isn't written yet can still be found, asked for help and parsed.

import { advancedCommands } from './commands/advanced.ts';
import { basicCommands } from './commands/basic.ts';
import { clusterCommands } from './commands/cluster.ts';
import { otherCommands } from './commands/other.ts';
import { settingsCommands } from './commands/settings.ts';
import { troubleshootingCommands } from './commands/troubleshooting.ts';
import { workloadCommands } from './commands/workload.ts';
import { flagsAF } from './flags/a-f.ts';
import { flagsGO } from './flags/g-o.ts';
import { flagsPZ } from './flags/p-z.ts';

/** The types of pflag that kubectl uses; their names appear in no output, but `string` is quoted in help. */
type FlagType =
  | 'bool'
  | 'string'
  | 'stringSlice'
  | 'stringArray'
  | 'stringToString'
  | 'mapStringString'
  | 'int'
  | 'int32'
  | 'int64'
  | 'duration'
  | 'plainDuration'
  | 'tristate'
  | 'level'
  | 'vmodule';

/**
 * [type, shorthand, default, help, value when given without one, deprecation]. Deprecated flags are hidden.
 * A row's key is the flag's name; what follows a colon or an @ tells apart flags of one name (`container@logs`).
 */
export type FlagRow = readonly [
  type: FlagType,
  shorthand: string,
  fallback: string,
  help: string,
  bare?: string,
  deprecated?: string,
];

export interface CommandRow {
  /** `create configmap`; the empty string is kubectl itself. */
  readonly path: string;
  /** The usage line, without `kubectl `. */
  readonly usage: string;
  readonly short: string;
  readonly aliases?: readonly string[];
  /** Other names for which it is suggested. */
  readonly suggestFor?: readonly string[];
  /** Keys of flags, separated by blanks; `key=default` where the default isn't the row's. */
  readonly flags?: string;
}

export interface FlagSpec {
  readonly name: string;
  readonly type: FlagType;
  readonly shorthand: string;
  readonly fallback: string;
  readonly help: string;
  /** What `--name` without a value means; empty where a value is needed. */
  readonly bare: string;
  /** Why it should not be used any more; such flags are hidden. */
  readonly deprecated?: string;
  /** A command's own flag with the name of a global one, which means something else. */
  readonly hidesGlobal?: boolean;
}

const helpFlag: FlagSpec = {
  name: 'help',
  type: 'bool',
  shorthand: 'h',
  fallback: 'false',
  help: 'help for the command',
  bare: 'true',
};

export const commandRows: readonly CommandRow[] = [
  ...basicCommands,
  ...workloadCommands,
  ...clusterCommands,
  ...troubleshootingCommands,
  ...advancedCommands,
  ...settingsCommands,
  ...otherCommands,
];

/** The commands directly below one; parents are named by their path. */
export function childrenOf(path: string): readonly CommandRow[] {
  return commandRows.filter((row) => row.path !== '' && parentOf(row.path) === path);
}

function parentOf(path: string): string {
  const blank = path.lastIndexOf(' ');
  return blank < 0 ? '' : path.slice(0, blank);
}

/** A command's own name: the last word of its path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(' ') + 1);
}

/** `kubectl create configmap`. */
export function fullPath(path: string): string {
  return path === '' ? 'kubectl' : `kubectl ${path}`;
}

export function rowOf(path: string): CommandRow {
  const row = commandRows.find((candidate) => candidate.path === path);
  if (row === undefined) throw new Error(`no command ${path} in the catalog`);
  return row;
}

/** A command's own flags, sorted by name, without --help and without the global ones. */
export function ownFlags(row: CommandRow): readonly FlagSpec[] {
  const keys = row.flags?.split(' ') ?? [];
  return keys.map(flagSpec).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Flags that every command takes. */
export function globalFlags(): readonly FlagSpec[] {
  return ownFlags(rowOf(''));
}

/** All that a command line for this command may hold. A command's own flag hides a global one of its name. */
export function allFlags(row: CommandRow): readonly FlagSpec[] {
  const own = row.path === '' ? [] : ownFlags(row);
  const names = new Set(own.map((flag) => flag.name));
  const globals = globalFlags();
  const hidden = new Set(globals.flatMap(({ name }) => (names.has(name) ? [name] : [])));
  const marked = own.map((flag) => (hidden.has(flag.name) ? { ...flag, hidesGlobal: true } : flag));
  return [...marked, ...globals.filter(({ name }) => !hidden.has(name)), helpFlag];
}

function flagSpec(key: string): FlagSpec {
  const equals = key.indexOf('=');
  const rowKey = equals < 0 ? key : key.slice(0, equals);
  const row = flagsAF[rowKey] ?? flagsGO[rowKey] ?? flagsPZ[rowKey];
  if (row === undefined) throw new Error(`no flag ${rowKey} in the catalog`);
  const [type, shorthand, fallback, help, bare, deprecated] = row;
  return {
    name: rowKey.replace(/[:@].*/, ''),
    type,
    shorthand,
    fallback: equals < 0 ? fallback : key.slice(equals + 1),
    help,
    bare: bare || (type === 'bool' ? 'true' : ''),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}
