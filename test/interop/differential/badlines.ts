// Every command used wrongly: too few and too many words, flags that nobody knows, without a value or with one that they
// can't hold, no such context, no permission.

import {
  allFlags,
  type CommandRow,
  commandRows,
  type FlagSpec,
  fullPath,
  ownFlags,
} from '../../../src/kubectl/data/catalog.ts';

/** Commands that go on until somebody ends them, even when they are used wrongly. */
const ENDLESS: readonly string[] = ['proxy', 'port-forward', 'edit'];

/** What is typed to the left and to the right of nothing right. */
const WORDS = ['', 'x', 'x y', 'x y z', 'x/y', 'x/y/z', 'pods', 'pods/x', 'a=b', '-- x', '/', '""'];
const UNKNOWN = [
  '--nope',
  '--nope=x',
  '-Z',
  '-Zx',
  '---',
  '--=x',
  '--no-headers-x',
  '-o',
  '--output',
  '-n',
  '--namespace=',
];
const PLACES = ['--context=nope', '--cluster=nope', '--user=nope', '--kubeconfig=none', '--as=nobody', '--token=wrong'];
const WRONG: Readonly<Record<string, readonly string[]>> = {
  bool: ['x', ''],
  tristate: ['x'],
  int: ['x', '1.5', '99999999999999999999', '0x'],
  int32: ['x', '3000000000'],
  int64: ['x', ''],
  duration: ['x', '1', '-'],
  stringSlice: ['"a'],
  stringToString: ['x', '"a'],
  mapStringString: ['x'],
  level: ['x', '1_0'],
};

/** A few hundred lines for each kind of mistake; no cluster is needed for most. */
export function badLines(): readonly string[] {
  return commandRows.flatMap((row) => [
    ...(ENDLESS.includes(row.path) ? [] : WORDS).map((words) => line(row, words)),
    ...UNKNOWN.map((words) => line(row, words)),
    ...(ENDLESS.includes(row.path) ? [] : PLACES).map((words) => line(row, words)),
    ...allFlags(row)
      .filter(({ bare }) => bare === '')
      .map(({ name }) => line(row, `--${name}`)),
    ...ownFlags(row).flatMap((flag) => wrongValues(flag).map((words) => line(row, words))),
  ]);
}

function line(row: CommandRow, words: string): string {
  return `${fullPath(row.path)} ${words}`.trim();
}

function wrongValues({ name, type, shorthand }: FlagSpec): readonly string[] {
  const values = WRONG[type] ?? [];
  const long = values.map((value) => `--${name}='${value}'`);
  return shorthand === '' || type === 'bool'
    ? long
    : [...long, `-${shorthand}`, ...values.map((value) => `-${shorthand}'${value}'`)];
}
