// Insert and replace mode: keys become text.

import { beginChange, endChange, indentation, indentWidth, insertAt, spliceLines } from './edits.ts';
import { PASTED } from './input.ts';
import { firstNonBlank, goTo, lastCol, left, lineAt, right, type ViState } from './state.ts';

export function startInsert(v: ViState, mode: 'insert' | 'replace', count: number): void {
  beginChange(v);
  v.mode = mode;
  v.insertCount = count;
  v.insertKeys = [];
  v.insertOpens = false;
  v.blockInsert = undefined;
  v.awaitsRegister = false;
  v.replaced = [];
}

/** A new line below or above, with the indentation of this one. */
export function openLine(v: ViState, below: boolean, count: number): void {
  beginChange(v);
  const indent = v.options.autoindent ? (/^\s*/.exec(lineAt(v, v.row))?.[0] ?? '') : '';
  const row = below ? v.row + 1 : v.row;
  spliceLines(v, row, 0, [indent]);
  startInsert(v, 'insert', count);
  v.insertOpens = true;
  goTo(v, row, indent.length);
}

export function insertKey(v: ViState, key: string): void {
  if (key === '<Esc>' || key === '<C-[>') {
    finishInsert(v);
    return;
  }
  v.insertKeys.push(key);
  applyKey(v, key);
}

function finishInsert(v: ViState): void {
  const keys = v.insertKeys;
  for (let i = 1; i < v.insertCount; i++) {
    if (v.insertOpens) spliceBelow(v);
    for (const key of keys) applyKey(v, key);
  }
  v.insertCount = 1;
  repeatInBlock(v, () => {
    if (!keys.includes('<CR>')) for (const key of keys) applyKey(v, key);
  });
  if (lineAt(v, v.row).trim() === '' && v.options.autoindent) dropIndentation(v);
  v.mode = 'normal';
  goTo(v, v.row, left(lineAt(v, v.row), v.col));
  endChange(v);
}

/** After an insertion into the first line of a block: the same in the others. Lines that don't reach the column are left out of `I`. */
function repeatInBlock(v: ViState, typeKeys: () => void): void {
  const { blockInsert } = v;
  v.blockInsert = undefined;
  if (blockInsert === undefined) return;
  const { from, to, col } = blockInsert;
  const { row, col: at } = v;
  for (let next = from; next <= to; next++) {
    const line = lineAt(v, next);
    if (line.length < col && col !== Number.POSITIVE_INFINITY) continue;
    goTo(v, next, Math.min(col, line.length));
    typeKeys();
  }
  goTo(v, row, Math.min(at, col === Number.POSITIVE_INFINITY ? firstNonBlank(lineAt(v, row)) : col));
}

/** A line below with the indentation of this one. */
function spliceBelow(v: ViState): void {
  const indent = v.options.autoindent ? (/^\s*/.exec(lineAt(v, v.row))?.[0] ?? '') : '';
  spliceLines(v, v.row + 1, 0, [indent]);
  goTo(v, v.row + 1, indent.length);
}

/** Indentation that nothing followed isn't kept. */
function dropIndentation(v: ViState): void {
  if (lineAt(v, v.row) !== '' && v.col === lineAt(v, v.row).length) spliceLines(v, v.row, 1, ['']);
}

function applyKey(v: ViState, key: string): void {
  if (v.awaitsRegister) {
    v.awaitsRegister = false;
    type(v, v.registers.get(key.toLowerCase())?.text ?? '');
    return;
  }
  const edit = EDITS.get(key);
  if (edit !== undefined) edit(v);
  else if (key.startsWith(PASTED)) type(v, key.slice(PASTED.length));
  else if (!key.startsWith('<') || key.length === 1) type(v, key);
}

function type(v: ViState, text: string): void {
  if (v.mode === 'replace' && text !== '\n') {
    const line = lineAt(v, v.row);
    v.replaced.push(line.slice(v.col, right(line, v.col)));
    spliceLines(v, v.row, 1, [line.slice(0, v.col) + text + line.slice(right(line, v.col))]);
    goTo(v, v.row, v.col + text.length);
    return;
  }
  const end = insertAt(v, v, text);
  goTo(v, end.row, end.col);
}

const EDITS: ReadonlyMap<string, (v: ViState) => void> = new Map<string, (v: ViState) => void>([
  ['<CR>', breakLine],
  ['<C-j>', breakLine],
  ['<BS>', backspace],
  ['<Del>', (v) => replaceCols(v, v.col, right(lineAt(v, v.row), v.col), '')],
  ['<Tab>', tab],
  ['<C-r>', awaitRegister],
  ['<C-w>', deleteWord],
  ['<C-u>', (v) => replaceCols(v, Math.min(v.col, firstNonBlank(lineAt(v, v.row))), v.col, '')],
  ['<C-t>', (v) => indentLine(v, 1)],
  ['<C-d>', (v) => indentLine(v, -1)],
  ['<Left>', (v) => goTo(v, v.row, left(lineAt(v, v.row), v.col))],
  ['<Right>', (v) => goTo(v, v.row, right(lineAt(v, v.row), v.col))],
  ['<Up>', (v) => goTo(v, v.row - 1, v.col)],
  ['<Down>', (v) => goTo(v, v.row + 1, v.col)],
  ['<Home>', (v) => goTo(v, v.row, 0)],
  ['<End>', (v) => goTo(v, v.row, lineAt(v, v.row).length)],
]);

function awaitRegister(v: ViState): void {
  v.awaitsRegister = true;
}

function breakLine(v: ViState): void {
  const line = lineAt(v, v.row);
  const indent = v.options.autoindent ? (/^\s*/.exec(line.slice(0, v.col))?.[0] ?? '') : '';
  const rest = v.options.autoindent ? line.slice(v.col).trimStart() : line.slice(v.col);
  const head = line.slice(0, v.col);
  spliceLines(v, v.row, 1, [head.trim() === '' && v.options.autoindent ? '' : head, indent + rest]);
  goTo(v, v.row + 1, indent.length);
}

/** Takes back a whole indentation step where only blanks stand before the cursor. */
function backspace(v: ViState): void {
  const line = lineAt(v, v.row);
  if (v.mode === 'replace') {
    const before = v.replaced.pop();
    if (before === undefined) goTo(v, v.row, left(line, v.col));
    else replaceCols(v, left(line, v.col), v.col, before);
    if (before !== undefined) goTo(v, v.row, v.col - before.length);
    return;
  }
  if (v.col === 0) {
    if (v.row === 0) return;
    const col = lineAt(v, v.row - 1).length;
    spliceLines(v, v.row - 1, 2, [lineAt(v, v.row - 1) + line]);
    goTo(v, v.row - 1, col);
    return;
  }
  const head = line.slice(0, v.col);
  const step = v.options.shiftwidth;
  if (v.options.expandtab && head.trim() === '' && head.length > 1) {
    replaceCols(v, Math.floor((head.length - 1) / step) * step, v.col, '');
  } else replaceCols(v, left(line, v.col), v.col, '');
}

function tab(v: ViState): void {
  if (!v.options.expandtab) {
    type(v, '\t');
    return;
  }
  const step = v.options.shiftwidth;
  type(v, ' '.repeat(step - (v.col % step)));
}

function deleteWord(v: ViState): void {
  const head = lineAt(v, v.row).slice(0, v.col);
  const kept = head.replace(/(?:[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+)?\s*$/u, '');
  if (head === '') backspace(v);
  else replaceCols(v, kept.length, v.col, '');
}

function indentLine(v: ViState, steps: number): void {
  const line = lineAt(v, v.row);
  const before = /^\s*/.exec(line)?.[0].length ?? 0;
  const indent = indentation(v, Math.max(0, indentWidth(v, line) + steps * v.options.shiftwidth));
  spliceLines(v, v.row, 1, [indent + line.trimStart()]);
  goTo(v, v.row, Math.max(0, v.col + indent.length - before));
}

function replaceCols(v: ViState, from: number, to: number, text: string): void {
  const line = lineAt(v, v.row);
  spliceLines(v, v.row, 1, [line.slice(0, from) + text + line.slice(to)]);
  goTo(v, v.row, from + text.length);
}

/** `r`: other characters in place of some. */
export function replaceChars(v: ViState, char: string, count: number): void {
  const line = lineAt(v, v.row);
  let end = v.col;
  for (let i = 0; i < count; i++) {
    if (end >= line.length) return;
    end = right(line, end);
  }
  if (char === '<CR>') {
    spliceLines(v, v.row, 1, [line.slice(0, v.col), line.slice(end)]);
    goTo(v, v.row + 1, 0);
    return;
  }
  if (char.startsWith('<') && char.length > 1) return;
  spliceLines(v, v.row, 1, [line.slice(0, v.col) + char.repeat(count) + line.slice(end)]);
  goTo(v, v.row, Math.min(lastCol(lineAt(v, v.row)), v.col + char.length * count - char.length));
}
