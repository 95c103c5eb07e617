// Tab: what the word at the cursor may become. What all candidates share is put in; when they share no more, they are listed.

import stringWidth from 'fast-string-width';
import { fileCandidates } from './files.ts';
import { kubectlCandidates } from './kubectl.ts';
import { type Word, type WrittenCommand, writtenCommand } from './words.ts';
import type { World } from './world.ts';

export interface Completion {
  /** The line with what could be put in. */
  readonly text: string;
  readonly cursor: number;
  /** What there is to choose from; empty when something was put in or nothing fits. */
  readonly candidates: readonly string[];
}

/** Completes the word that ends at the cursor. */
export function complete(world: World, text: string, cursor: number): Completion {
  const command = writtenCommand(text.slice(0, cursor));
  const { current } = command;
  const candidates = [...new Set(candidatesFor(world, command))].filter((each) => each.startsWith(current.text)).sort();
  const [only] = candidates;
  if (only === undefined) return { text, cursor, candidates: [] };
  if (candidates.length === 1) return replaced(text, cursor, current, only, /[/=]$/.test(only) ? '' : ' ');
  const shared = commonStart(candidates);
  if (shared.length > current.text.length) return replaced(text, cursor, current, shared, '');
  return { text, cursor, candidates: shortened(candidates, current.text) };
}

/** Programs that run another one: what follows them is completed as a command. */
const WRAPPERS = new Set(['sudo', 'time', 'watch', 'nohup', 'xargs', 'env', 'exec', 'command']);

function candidatesFor(world: World, { before, current, redirected }: WrittenCommand): readonly string[] {
  if (redirected) return fileCandidates(world, current.text);
  const words = expanded(world, before);
  const [name, ...rest] = words;
  if (name === undefined) {
    return current.text.includes('/')
      ? fileCandidates(world, current.text)
      : [...world.commands(), ...world.aliases().keys()];
  }
  if (name === 'kubectl') return kubectlCandidates(world, rest, current.text);
  if ((name === 'why' || name === 'answer') && rest.length > 0) return [];
  if (name === 'why') return kubectlCandidates(world, ['describe'], current.text);
  if (name === 'cd') return fileCandidates(world, current.text).filter((path) => path.endsWith('/'));
  return fileCandidates(world, current.text);
}

/** An alias stands for its words, and what only runs another program for nothing. */
function expanded(world: World, before: readonly Word[]): readonly string[] {
  let words = before.map(({ text }) => text);
  const alias = world.aliases().get(words[0] ?? '');
  if (alias !== undefined) words = [...alias.split(/\s+/), ...words.slice(1)];
  while (WRAPPERS.has(words[0] ?? '')) {
    words = words.slice(1);
    while (words[0]?.startsWith('-') === true) words = words.slice(/^-[nN]$/.test(words[0]) ? 2 : 1);
  }
  return words;
}

function commonStart(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  let end = first.length;
  for (const word of rest) while (!word.startsWith(first.slice(0, end))) end--;
  return first.slice(0, end);
}

function replaced(text: string, cursor: number, { from, quote }: Word, word: string, after: string): Completion {
  const quoted = quote === '' ? word.replace(/[\s'"\\$&|;<>()*?[\]#]/g, '\\$&') : quote + word;
  const next = text.slice(cursor).startsWith(' ') ? '' : after;
  const put = quoted + (quote === '' || after === '' ? '' : quote) + next;
  return { text: text.slice(0, from) + put + text.slice(cursor), cursor: from + put.length, candidates: [] };
}

/** In the list files stand without the folder that was typed already. */
function shortened(candidates: readonly string[], typed: string): readonly string[] {
  const slash = typed.lastIndexOf('/') + 1;
  return candidates.map((each) => each.slice(slash));
}

/** At most so many are listed. */
const LISTED = 200;

/** Candidates in columns, read downwards. */
export function inColumns(words: readonly string[], columns: number): readonly string[] {
  const shown = words.slice(0, LISTED);
  const width = Math.max(...shown.map((word) => stringWidth(word))) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const down = Math.ceil(shown.length / across);
  const rows = Array.from({ length: down }, (_, row) => {
    const cells = shown.filter((_word, i) => i % down === row);
    return cells
      .map((word) => word + ' '.repeat(width - stringWidth(word)))
      .join('')
      .trimEnd();
  });
  return words.length > LISTED ? [...rows, `… ${words.length - LISTED}`] : rows;
}
