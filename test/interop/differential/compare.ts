// Says whether two runs of one command line are the same, and where they differ.

import { masked } from './masks.ts';
import type { Compared, Ended } from './twin.ts';

/** How many lines of a difference are shown. */
const SHOWN_MAX = 8;

/**
 * Lines that tell how the two differ: `-` of the stock kubectl, `+` of ours. Empty when they are the same. Ages count the
 * first time only: on a busy machine, seconds begin between the two.
 */
export function differences({ stock, ours, interrupted, again }: Compared): readonly string[] {
  const writes = isWriting(stock) || isWriting(ours);
  const texts = (ended: Ended, part: 'stdout' | 'stderr'): string => {
    const text = masked(ended[part], writes);
    return withoutHelpWords(again ? withoutAges(text) : text);
  };
  const requests = ({ requests: all }: Ended): string => all.map((request) => masked(request, writes)).join('\n');
  return [
    // Whoever is interrupted ends as signals and its moment will have it.
    ...(interrupted || stock.exit === ours.exit ? [] : [`exit: - ${stock.exit} + ${ours.exit}`]),
    ...lineDifference('stdout', texts(stock, 'stdout'), texts(ours, 'stdout')),
    ...lineDifference('stderr', texts(stock, 'stderr'), texts(ours, 'stderr')),
    ...(interrupted ? [] : lineDifference('requests', requests(stock), requests(ours))),
  ];
}

export function isWriting({ requests }: Ended): boolean {
  return requests.some((request) => !request.startsWith('GET '));
}

function lineDifference(name: string, stock: string, ours: string): readonly string[] {
  if (stock === ours) return [];
  const [left, right] = [stock.split('\n'), ours.split('\n')];
  const from = left.findIndex((line, i) => line !== right[i]);
  const start = from < 0 ? left.length : from;
  let same = 0;
  const longest = Math.min(left.length, right.length) - start;
  while (same < longest && left.at(-1 - same) === right.at(-1 - same)) same++;
  const shown = (lines: readonly string[], sign: string): readonly string[] =>
    lines.slice(start, Math.min(lines.length - same, start + SHOWN_MAX)).map((line) => `  ${sign} ${line}`);
  return [`${name}, line ${start + 1}:`, ...shown(left, '-'), ...shown(right, '+')];
}

/** Ages, and the blanks that depend on how long they are. */
function withoutAges(text: string): string {
  return text.replaceAll(/(?<=^|[ (])(?:\d+[dhms]){1,2}(?=$|[ )])/gm, '<age>').replaceAll(/ {2,}/g, '  ');
}

/** Whatever help says in words of its own is left out: flags with their defaults, commands and usage lines are facts. */
function withoutHelpWords(text: string): string {
  const usage = text.search(/^Usage:\n {2}kubectl/m);
  if (usage < 0) return text;
  const facts = text.slice(0, usage).match(/^ {4}(?:-\w, | {4})--\S+:$|^ {2}[a-z][\w-]*(?= {2,}\S)/gm) ?? [];
  return `${facts.join('\n')}\n${text.slice(usage)}`;
}
