// Plugins: programs named `kubectl-...` on the PATH that stand in for commands which kubectl doesn't have.

import { type Blocking, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { childrenOf, globalFlags } from '../data/catalog.ts';
import { ExitError } from '../errors.ts';
import { statOf } from '../files.ts';
import { baseName, joinPath } from '../text/path.ts';
import { childNamed, type FoundCommand, plainWords } from './find.ts';

export interface Plugin {
  readonly path: string;
  readonly args: readonly string[];
}

/** Words that kubectl itself would answer, although the catalog doesn't have them. */
const OWN_WORDS = ['help', '__complete', '__completeNoDesc'];

/** The plugin that the command line is for; undefined when kubectl has a command of its own for it. */
export function findPlugin(sys: Sys, { row, rest }: FoundCommand, words: readonly string[]): Plugin | undefined {
  const [first] = rest;
  if (row.path === '') confirmNameFirst(rest);
  const named = first !== undefined && !first.startsWith('-') && childNamed(row.path, first) === undefined;
  if (!named) return undefined;
  if (row.path === '') return OWN_WORDS.includes(first) ? undefined : longestMatch(sys, words, 1);
  if (row.path !== 'create' || childrenOf(row.path).length === 0) return undefined;
  return longestMatch(sys, words, words.length - rest.length + 1);
}

/** A plugin's name comes before all flags: only the plugin itself knows which of them have values. */
function confirmNameFirst(words: readonly string[]): void {
  const [first = ''] = words;
  if (!first.startsWith('-') || plainWords(words, globalFlags()).length === 0) return;
  const name = words.find((word) => !word.startsWith('-')) ?? '';
  if (!OWN_WORDS.includes(name)) throw new ExitError(1, `Error: flags cannot be placed before plugin name: ${first}`);
}

/** `kubectl-a-b` before `kubectl-a`; the words that aren't part of the name are its arguments. */
function longestMatch(sys: Sys, words: readonly string[], atLeast: number): Plugin | undefined {
  const flagAt = words.findIndex((word) => word.startsWith('-'));
  const pieces = (flagAt < 0 ? words : words.slice(0, flagAt)).map((word) => word.replaceAll('-', '_'));
  for (let count = pieces.length; count >= atLeast; count--) {
    const path = onPath(sys, `kubectl-${pieces.slice(0, count).join('-')}`);
    if (path !== undefined) return { path, args: words.slice(count) };
  }
  return undefined;
}

/** The first program of the name on the PATH. */
export function onPath(sys: Sys, name: string): string | undefined {
  const folders = (sys.env.get('PATH') ?? '').split(':');
  const paths = folders.map((folder) => joinPath(folder || '.', name));
  return paths.find((path) => statOf(sys, path)?.type === 'file' && sys.access(path, 1));
}

export interface Plugins {
  /** In the order of the PATH, those of a folder by their names. */
  readonly paths: readonly string[];
  /** Folders of the PATH that can't be read, and why. */
  readonly unread: readonly (readonly [folder: string, error: SysError])[];
}

/** All files on the PATH that are called like plugins, executable or not. */
export function pluginsOnPath(sys: Sys): Plugins {
  const folders = new Set((sys.env.get('PATH') ?? '').split(':').filter((folder) => folder.trim() !== ''));
  const paths: string[] = [];
  const unread: [string, SysError][] = [];
  for (const folder of folders) {
    try {
      const names = [...sys.readdir(folder)].sort().filter((name) => name.startsWith('kubectl-'));
      paths.push(
        ...names.map((name) => joinPath(folder, name)).filter((path) => statOf(sys, path)?.type !== 'directory'),
      );
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      unread.push([folder, error]);
    }
  }
  return { paths, unread };
}

/** The words of each plugin's name: `kubectl-a-b_c` is `a b-c`. */
export function pluginNames(sys: Sys): readonly (readonly string[])[] {
  const words = (path: string): readonly string[] => baseName(path).split('-').slice(1);
  return pluginsOnPath(sys).paths.map((path) => words(path).map((word) => word.replaceAll('_', '-')));
}

export function aboutPlugin(name: string): string {
  return `The command ${name} is a plugin installed by the user`;
}

/** Its exit status. */
export function* runPlugin(sys: Sys, { path, args }: Plugin): Blocking<number> {
  try {
    const pid = sys.spawn([path, ...args]);
    const ended = yield* sys.wait(pid);
    if (ended === undefined) return 0;
    return ended.kind === 'exited' ? ended.status : 1;
  } catch (error) {
    if (error instanceof SysError) throw new ExitError(1, `Error: ${error.message}`);
    throw error;
  }
}
