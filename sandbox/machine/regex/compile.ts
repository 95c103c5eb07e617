// From a tree to a program for the matcher: a list of instructions that threads walk through side by side.

import { type AssertionKind, type Range, type RegexNode, RegexProblem, type RegexTree } from './tree.ts';

export type Instruction =
  | { readonly i: 'char'; readonly code: number }
  | { readonly i: 'any' }
  | { readonly i: 'set'; readonly ranges: readonly Range[]; readonly negated: boolean }
  /** Two ways to go on, the first preferred. */
  | { readonly i: 'split'; readonly first: number; readonly second: number }
  | { readonly i: 'jump'; readonly to: number }
  | { readonly i: 'save'; readonly slot: number }
  | { readonly i: 'assert'; readonly kind: AssertionKind }
  | { readonly i: 'match' };

const INSTRUCTIONS_MAX = 20_000;

type Draft = Instruction | { i: 'split'; first: number; second: number } | { i: 'jump'; to: number };

export function compileTree(tree: RegexTree): readonly Instruction[] {
  const program: Draft[] = [];
  emit(program, tree.root);
  add(program, { i: 'match' });
  return program;
}

function add(program: Draft[], instruction: Draft): number {
  if (program.length >= INSTRUCTIONS_MAX) throw new RegexProblem('Regular expression too big');
  program.push(instruction);
  return program.length - 1;
}

function emit(program: Draft[], node: RegexNode): void {
  switch (node.r) {
    case 'char':
      add(program, { i: 'char', code: node.code });
      return;
    case 'any':
      add(program, { i: 'any' });
      return;
    case 'set':
      add(program, { i: 'set', ranges: node.ranges, negated: node.negated });
      return;
    case 'assert':
      add(program, { i: 'assert', kind: node.kind });
      return;
    case 'sequence':
      for (const item of node.items) emit(program, item);
      return;
    case 'choice':
      emitChoice(program, node.items);
      return;
    case 'group':
      if (node.index !== undefined) add(program, { i: 'save', slot: node.index * 2 });
      emit(program, node.of);
      if (node.index !== undefined) add(program, { i: 'save', slot: node.index * 2 + 1 });
      return;
    case 'repeat':
      emitRepeat(program, node);
      return;
    case 'reference':
    case 'look':
      throw new RegexProblem('Invalid back reference');
  }
}

function emitChoice(program: Draft[], items: readonly RegexNode[]): void {
  const jumps: { i: 'jump'; to: number }[] = [];
  items.forEach((item, n) => {
    if (n === items.length - 1) {
      emit(program, item);
      return;
    }
    const split = { i: 'split' as const, first: program.length + 1, second: 0 };
    add(program, split);
    emit(program, item);
    const jump = { i: 'jump' as const, to: 0 };
    jumps.push(jump);
    add(program, jump);
    split.second = program.length;
  });
  for (const jump of jumps) jump.to = program.length;
}

function emitRepeat(program: Draft[], node: Extract<RegexNode, { r: 'repeat' }>): void {
  for (let n = 0; n < node.least; n++) emit(program, node.of);
  if (node.most === Number.POSITIVE_INFINITY) {
    emitStar(program, node.of, node.greedy);
    return;
  }
  const splits: { i: 'split'; first: number; second: number }[] = [];
  for (let n = node.least; n < node.most; n++) {
    const split = { i: 'split' as const, first: 0, second: 0 };
    splits.push(split);
    add(program, split);
    emit(program, node.of);
  }
  splits.forEach((split) => {
    const inside = program.indexOf(split) + 1;
    split.first = node.greedy ? inside : program.length;
    split.second = node.greedy ? program.length : inside;
  });
}

function emitStar(program: Draft[], of: RegexNode, greedy: boolean): void {
  const split = { i: 'split' as const, first: 0, second: 0 };
  const top = add(program, split);
  emit(program, of);
  add(program, { i: 'jump', to: top });
  split.first = greedy ? top + 1 : program.length;
  split.second = greedy ? program.length : top + 1;
}
