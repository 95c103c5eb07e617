// From the words of a command line to the command that is meant, and what to say when there is none.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { allFlags, type CommandRow, childrenOf, type FlagSpec, nameOf, rowOf } from '../data/catalog.ts';
import { commandGroups, otherCommandNames, unlistedCommands } from '../data/groups.ts';

export interface FoundCommand {
  readonly row: CommandRow;
  /** The command line without the words that named the command. */
  readonly rest: readonly string[];
}

/** A name that the learner's preferences give to a command. */
export interface CommandAlias {
  readonly name: string;
  readonly row: CommandRow;
}

/** Follows the words as far as they name commands; flags and their values may stand between them. */
export function findCommand(words: readonly string[], alias?: CommandAlias): FoundCommand {
  let row = rowOf('');
  let rest = words;
  for (;;) {
    const specs = allFlags(row);
    const name = plainWords(rest, specs)[0];
    const own = name === undefined ? undefined : childNamed(row.path, name);
    const child = own ?? (row.path === '' && name === alias?.name ? alias?.row : undefined);
    if (child === undefined || name === undefined) return { row, rest };
    rest = without(rest, name, specs);
    row = child;
  }
}

/** The subcommand of that name or alias. */
export function childNamed(path: string, name: string): CommandRow | undefined {
  return childrenOf(path).find((row) => nameOf(row.path) === name || row.aliases?.includes(name));
}

/** The words that are neither flags nor, as far as can be told, their values. */
export function plainWords(words: readonly string[], specs: readonly FlagSpec[]): readonly string[] {
  const plain: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') break;
    if (takesNext(word, specs)) {
      if (i + 2 >= words.length) break;
      i++;
    } else if (word !== '' && !word.startsWith('-')) plain.push(word);
  }
  return plain;
}

/** `unknown command "gett" for "kubectl"`, with what may have been meant. */
export function unknownCommand(word: string): string {
  const names = suggestions(word);
  const list = names.map((name) => `\t${name}\n`).join('');
  return `unknown command ${quote(word)} for "kubectl"${list === '' ? '' : `\n\nDid you mean this?\n${list}`}`;
}

function suggestions(word: string): readonly string[] {
  const listed = [...commandGroups.flatMap(([, names]) => names), ...otherCommandNames];
  return listed.filter((name) => {
    if (name === word || (unlistedCommands.includes(name) && name === 'alpha')) return false;
    const near = distance(word.toLowerCase(), name.toLowerCase()) <= 2;
    const explicit = rowOf(name).suggestFor?.some((other) => other.toLowerCase() === word.toLowerCase());
    return near || explicit || name.toLowerCase().startsWith(word.toLowerCase());
  });
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Whether a word is a flag whose value is the next word. Unknown flags are taken to have one. */
function takesNext(word: string, specs: readonly FlagSpec[]): boolean {
  if (word.includes('=')) return false;
  if (word.startsWith('--')) return !specs.some((spec) => spec.name === word.slice(2) && spec.bare !== '');
  if (!word.startsWith('-') || word.length !== 2) return false;
  return !specs.some((spec) => spec.shorthand === word.slice(1) && spec.bare !== '');
}

/** The words without the first one that is `name` and no flag's value. */
function without(words: readonly string[], name: string, specs: readonly FlagSpec[]): readonly string[] {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') break;
    if (word.startsWith('-') && takesNext(word, specs)) i++;
    else if (word === name) return [...words.slice(0, i), ...words.slice(i + 1)];
  }
  return words;
}
