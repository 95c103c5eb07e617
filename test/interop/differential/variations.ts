// Further command lines made of one that somebody wrote: with other flags, a word more or less, another kind. What would
// change the cluster is only tried.

import { allFlags, type CommandRow, commandRows, fullPath, ownFlags } from '../../../src/kubectl/data/catalog.ts';
import type { Dice } from '../../hunt/chance.ts';
import { flagWord } from './lines.ts';
import { KINDS, UNUSED_FLAGS } from './vocabulary.ts';

/** Lines that are more than one command in plain words. */
const TOO_MUCH = /[|;&<>`$(){}\n\\]|<<|(?:^|\s)-(?:f|w|i|it|ti|-filename|-watch|-follow|-stdin|-tty|-attach)\b/;
/** Commands that go on, need a terminal, change what isn't the cluster, or show what isn't the same. */
const LEFT_OUT =
  /^(?:proxy|port-forward|edit|attach|exec|cp|debug|config|wait|version|completion|drain|kuberc|plugin|options)\b/;

/** An empty string when nothing is to be made of the line. */
export function variation(line: string, dice: Dice): string {
  const row = commandOf(line);
  if (row === undefined || TOO_MUCH.test(line) || LEFT_OUT.test(row.path)) return '';
  const own = ownFlags(row);
  const writes = own.some(({ name }) => name === 'dry-run');
  if (!writes && WRITING.test(row.path)) return '';
  const words = line.split(' ');
  const start = fullPath(row.path).split(' ').length;
  const changed = dice.pick(CHANGES)?.(words.slice(start), dice) ?? [];
  const known = (dice.once(5) ? allFlags(row) : own).filter(
    ({ name }) => !UNUSED_FLAGS.has(name) && name !== 'dry-run',
  );
  const count = [0, 1, 1, 2][dice.roll(4)] ?? 1;
  const flags = Array.from({ length: count }, () => dice.pick(known)).flatMap((flag) =>
    flag === undefined ? [] : [flagWord(flag, dice)],
  );
  const safe = writes ? [`--dry-run=${dice.once(2) ? 'client' : 'server'}`] : [];
  const dashes = changed.indexOf('--');
  const [before, after] = dashes < 0 ? [changed, []] : [changed.slice(0, dashes), changed.slice(dashes)];
  return [...words.slice(0, start), ...before, ...flags, ...safe, ...after].join(' ');
}

const WRITING = /^(?:certificate|auth reconcile|rollout (?:undo|pause|restart|resume)|create token|delete|apply \w)/;

function commandOf(line: string): CommandRow | undefined {
  const fits = commandRows.filter(({ path }) => path !== '' && `${line} `.startsWith(`${fullPath(path)} `));
  return fits.toSorted((a, b) => b.path.length - a.path.length)[0];
}

type Change = (words: readonly string[], dice: Dice) => readonly string[];

const CHANGES: readonly Change[] = [
  (words) => words,
  (words) => words,
  (words, dice) => words.toSpliced(dice.roll(words.length + 1), 1),
  (words, dice) => words.toSpliced(dice.roll(words.length + 1), 0, 'nothing'),
  (words, dice) => words.toSpliced(0, 1, dice.pick(dice.pick(KINDS)?.types ?? []) ?? ''),
  (words, dice) => words.map((word) => (/^[a-z]+$/.test(word) && dice.once(3) ? `${word}x` : word)),
];
