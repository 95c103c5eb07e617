// Visual block: a rectangle of columns over some lines, and what is done to it. Text that is typed into its first line is
// typed into the others when that ends.

import { beginChange, endChange, keep, spliceLines, swapCase } from './edits.ts';
import { startInsert } from './insert.ts';
import type { Command } from './operators.ts';
import { goTo, lineAt, right, type ViState } from './state.ts';

export interface Block {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  /** Behind the last column; without end after `$`. */
  readonly right: number;
}

export function blockOf(v: ViState): Block {
  const { anchor, row, col } = v;
  const end = Math.max(right(lineAt(v, row), col), right(lineAt(v, anchor.row), anchor.col));
  return {
    top: Math.min(row, anchor.row),
    bottom: Math.max(row, anchor.row),
    left: Math.min(col, anchor.col),
    right: v.want === Number.POSITIVE_INFINITY ? v.want : Math.max(end, Math.min(col, anchor.col) + 1),
  };
}

/** Does a command to the block that was selected; false when it is none for blocks. */
export function performBlock(v: ViState, block: Block, { key, char, register }: Command): boolean {
  const action = ACTIONS.get(key);
  action?.(v, block, char, register);
  return action !== undefined;
}

type Action = (v: ViState, block: Block, char: string, register: string) => void;

/** Each line with something else in its part of the block. */
function rewrite(v: ViState, { top, bottom, left, right: end }: Block, how: (part: string) => string): void {
  const lines = v.lines.slice(top, bottom + 1);
  const next = lines.map((line) =>
    line.length <= left ? line : line.slice(0, left) + how(line.slice(left, end)) + line.slice(end),
  );
  spliceLines(v, top, lines.length, next);
}

function kept(v: ViState, block: Block, register: string, isYank: boolean): void {
  const parts = v.lines.slice(block.top, block.bottom + 1).map((line) => line.slice(block.left, block.right));
  keep(v, register, { text: parts.join('\n'), linewise: false, block: true }, isYank);
}

function changed(how: (part: string, char: string) => string): Action {
  return (v, block, char) => {
    beginChange(v);
    rewrite(v, block, (part) => how(part, char));
    goTo(v, block.top, block.left);
    endChange(v);
  };
}

const remove: Action = (v, block, _char, register) => {
  kept(v, block, register, false);
  changed(() => '')(v, block, '', '');
};

const change: Action = (v, block, _char, register) => {
  kept(v, block, register, false);
  beginChange(v);
  rewrite(v, block, () => '');
  insertAt(v, block, block.left);
};

/** Insert mode in the first line; the others follow. A column without end is the end of each line. */
function insertAt(v: ViState, { top, bottom }: Block, col: number): void {
  startInsert(v, 'insert', 1);
  v.blockInsert = { from: top + 1, to: bottom, col };
  const line = lineAt(v, top);
  if (col !== Number.POSITIVE_INFINITY && line.length < col) spliceLines(v, top, 1, [line.padEnd(col)]);
  goTo(v, top, Math.min(col, lineAt(v, top).length));
}

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['d', remove],
  ['x', remove],
  ['<Del>', remove],
  ['c', change],
  ['s', change],
  ['C', (v, block, char, register) => change(v, { ...block, right: Number.POSITIVE_INFINITY }, char, register)],
  ['D', (v, block, char, register) => remove(v, { ...block, right: Number.POSITIVE_INFINITY }, char, register)],
  [
    'y',
    (v, block, _char, register) => {
      kept(v, block, register, true);
      goTo(v, block.top, block.left);
    },
  ],
  ['I', (v, block) => insertAt(v, block, block.left)],
  ['A', (v, block) => insertAt(v, block, block.right)],
  ['r', changed((part, char) => [...part].map(() => char).join(''))],
  ['~', changed(swapCase)],
  ['u', changed((part) => part.toLowerCase())],
  ['U', changed((part) => part.toUpperCase())],
]);
