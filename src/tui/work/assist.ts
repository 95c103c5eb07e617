// Help while typing: Tab, and a word for who mistyped a command.

import { complete, inColumns } from '../../workstation/completion/complete.ts';
import { say } from '../words.ts';
import { worldOf } from '../world.ts';
import { type Desk, front, languageOf } from './desk.ts';

/** Completes the word at the cursor, or lists what it may become. */
export function completeLine(desk: Desk): void {
  const seat = front(desk);
  const { text, cursor } = seat.line();
  const world = worldOf(desk.options.session, desk.current);
  const completed = complete(world, text, cursor);
  if (completed.text !== text) seat.change(completed.text, completed.cursor);
  if (completed.candidates.length > 0) seat.say(inColumns(completed.candidates, seat.size().columns));
}

/** After a command that isn't there: the one that may have been meant. */
export function suggestCommand(desk: Desk, line: string): void {
  const [typed = ''] = line.trim().split(/\s+/);
  if (typed === '') return;
  const names = worldOf(desk.options.session, desk.current).commands();
  const near = names
    .map((name) => ({ name, away: distance(typed, name) }))
    .filter(({ name, away }) => away > 0 && away <= (name.length > 4 ? 2 : 1) && away < typed.length)
    .sort((a, b) => a.away - b.away || Number(b.name === 'kubectl') - Number(a.name === 'kubectl'))[0];
  if (near === undefined) return;
  const lang = languageOf(desk);
  front(desk).say([`\x1b[2m${say(lang, 'didYouMean', { name: near.name })}\x1b[0m`]);
}

/** How many letters have to be put in, left out, changed or swapped. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const change = (last[j - 1] ?? 0) + (same ? 0 : 1);
      const swap = swapped ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next[j] = Math.min((last[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change, swap);
    }
    older = last;
    last = next;
  }
  return last[b.length] ?? 3;
}
