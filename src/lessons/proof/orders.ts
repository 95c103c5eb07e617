// In which orders the parts of a solution may be done: a goal never stands for its neighbours, so lint tries several.

import { draws } from '../../../sandbox/time/chance.ts';
import { type Goal, needsOf, type Script } from '../lesson.ts';

/** A piece of a script: from `# goal: ID` to the next. */
export interface Part {
  readonly goal: string;
  readonly text: string;
}

/** What comes before the first mark belongs to every order. */
export function partsOf({ text }: Script): { readonly before: string; readonly parts: readonly Part[] } {
  const pieces = text.split(/^# goal: ([a-z0-9-]+)[ \t]*$/m);
  const parts: Part[] = [];
  for (let i = 1; i < pieces.length; i += 2) parts.push({ goal: pieces[i] ?? '', text: pieces[i + 1] ?? '' });
  return { before: pieces[0] ?? '', parts };
}

/** Scripts with the same parts in other orders that `needs` allows: at most `max`, chosen by a seed, none twice. */
export function otherOrders(script: Script, goals: readonly Goal[], max: number, seed: number): readonly Script[] {
  const { before, parts } = partsOf(script);
  const chance = draws(seed, 'orders', script.file);
  const found = new Map<string, Script>();
  const written = parts.map(({ goal }) => goal).join(' ');
  for (let n = 0; n < max * 4 && found.size < max; n++) {
    const order = drawOrder(parts, needsOf(goals), (i) => chance.fraction(n * parts.length + i));
    const name = order.map(({ goal }) => goal).join(' ');
    if (name === written) continue;
    const text = before + order.map((part) => `# goal: ${part.goal}\n${part.text}`).join('');
    found.set(name, { file: `${script.file} in the order ${name}`, text, reordered: true });
  }
  return [...found.values()];
}

/** One order: each time one of the parts that may come next. */
function drawOrder(
  parts: readonly Part[],
  needs: (goal: string) => ReadonlySet<string>,
  chance: (i: number) => number,
): readonly Part[] {
  const left = [...parts];
  const order: Part[] = [];
  while (left.length > 0) {
    const free = left.filter((part) => !left.some((other) => other !== part && needs(part.goal).has(other.goal)));
    const next = free[Math.floor(chance(order.length) * free.length)] ?? left[0];
    if (next === undefined) break;
    order.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return order;
}
