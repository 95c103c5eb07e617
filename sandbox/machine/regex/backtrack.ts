// A backtracking matcher for what threads can't do: back references and lookaround. It gives up after a fixed number of
// steps, so that no expression can hold up the rest.

import { fits, holds, type MatchOptions, type Slots, sameLetter } from './threads.ts';
import { type RegexNode, RegexProblem, type RegexTree } from './tree.ts';

const STEPS_MAX = 2_000_000;

interface Run {
  readonly text: string;
  readonly options: MatchOptions;
  slots: number[];
  steps: number;
}

type Then = (i: number) => boolean;

export function searchBacktracking(
  tree: RegexTree,
  text: string,
  from: number,
  options: MatchOptions,
): Slots | undefined {
  const run: Run = { text, options, slots: [], steps: 0 };
  for (let i = from; i <= text.length; i++) {
    run.slots = new Array<number>(options.slots).fill(-1);
    let best: number[] | undefined;
    const found = match(run, tree.root, i, (end) => {
      if (best === undefined || end > (best[1] ?? 0)) {
        best = [...run.slots];
        best[0] = i;
        best[1] = end;
      }
      return !options.longest;
    });
    if (found || best !== undefined) return best;
  }
  return undefined;
}

function match(run: Run, node: RegexNode, i: number, then: Then): boolean {
  if (++run.steps > STEPS_MAX) throw new RegexProblem('Regular expression too big');
  switch (node.r) {
    case 'char':
      return one(run, { i: 'char', code: node.code }, i, then);
    case 'any':
      return one(run, { i: 'any' }, i, then);
    case 'set':
      return one(run, { i: 'set', ranges: node.ranges, negated: node.negated }, i, then);
    case 'assert':
      return holds(node.kind, run.text, i, run.options.lines) && then(i);
    case 'sequence':
      return inSequence(run, node.items, 0, i, then);
    case 'choice':
      return node.items.some((item) => match(run, item, i, then));
    case 'group':
      return inGroup(run, node, i, then);
    case 'repeat':
      return repeated(run, node, 0, i, then);
    case 'reference':
      return reference(run, node.index, i, then);
    case 'look':
      return look(run, node, i) !== node.negated && then(i);
  }
}

function one(run: Run, instruction: Parameters<typeof fits>[0], i: number, then: Then): boolean {
  const code = run.text.codePointAt(i);
  if (code === undefined || !fits(instruction, code, run.options)) return false;
  return then(i + (code > 0xffff ? 2 : 1));
}

function inSequence(run: Run, items: readonly RegexNode[], at: number, i: number, then: Then): boolean {
  const item = items[at];
  if (item === undefined) return then(i);
  return match(run, item, i, (end) => inSequence(run, items, at + 1, end, then));
}

function inGroup(run: Run, node: Extract<RegexNode, { r: 'group' }>, i: number, then: Then): boolean {
  const { index } = node;
  if (index === undefined) return match(run, node.of, i, then);
  const before = [run.slots[index * 2] ?? -1, run.slots[index * 2 + 1] ?? -1] as const;
  const matched = match(run, node.of, i, (end) => {
    const inner = [run.slots[index * 2] ?? -1, run.slots[index * 2 + 1] ?? -1] as const;
    [run.slots[index * 2], run.slots[index * 2 + 1]] = [i, end];
    if (then(end)) return true;
    [run.slots[index * 2], run.slots[index * 2 + 1]] = inner;
    return false;
  });
  if (!matched) [run.slots[index * 2], run.slots[index * 2 + 1]] = before;
  return matched;
}

function repeated(run: Run, node: Extract<RegexNode, { r: 'repeat' }>, count: number, i: number, then: Then): boolean {
  const more = (): boolean =>
    count < node.most &&
    match(run, node.of, i, (end) => (end > i || count < node.least) && repeated(run, node, count + 1, end, then));
  if (count < node.least) return more();
  return node.greedy ? more() || then(i) : then(i) || more();
}

function reference(run: Run, index: number, i: number, then: Then): boolean {
  const from = run.slots[index * 2] ?? -1;
  const to = run.slots[index * 2 + 1] ?? -1;
  if (from < 0) return false;
  for (let at = 0; at < to - from; at++) {
    const a = run.text.charCodeAt(from + at);
    const b = run.text.charCodeAt(i + at);
    if (a !== b && !(run.options.ignoreCase && sameLetter(a, b))) return false;
  }
  return then(i + to - from);
}

function look(run: Run, node: Extract<RegexNode, { r: 'look' }>, i: number): boolean {
  if (!node.behind) return match(run, node.of, i, () => true);
  for (let from = i; from >= 0; from--) if (match(run, node.of, from, (end) => end === i)) return true;
  return false;
}
