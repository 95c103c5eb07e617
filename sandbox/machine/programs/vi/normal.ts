// Normal and visual mode: keys are gathered until they make a command, and the command is done. A command is
// ["register] [count] operator [count] motion, or ["register] [count] command.

import { beginChange, endChange, joinLines, put, recase, redo, swapCase, undo } from './edits.ts';
import { PASTED } from './input.ts';
import { openLine, replaceChars, startInsert } from './insert.ts';
import { record, replayMacro } from './macros.ts';
import { MOTIONS, TAKES_CHAR } from './motions.ts';
import { addToNumber } from './numbers.ts';
import { type Command, move, performOperator } from './operators.ts';
import { firstNonBlank, goTo, lastCol, lineAt, right, type ViState } from './state.ts';
import { substitute } from './substitute.ts';
import { leaveVisual, performVisual, repeatable } from './visual.ts';

const OPERATORS = new Set(['d', 'c', 'y', '>', '<', 'g~', 'gu', 'gU', '=']);
const PREFIXES = new Set(['g', 'z', 'Z']);
const COMMANDS_WITH_CHAR = new Set(['r', 'm', '@', 'q']);

/** One key in normal or visual mode. */
export function normalKey(v: ViState, key: string): void {
  if (key === '<Esc>' || key === '<C-c>') {
    v.keys = [];
    if (v.mode !== 'normal') leaveVisual(v);
    goTo(v, v.row, v.col);
    return;
  }
  if (key.startsWith(PASTED)) {
    v.message = 'press i before you paste';
    return;
  }
  v.keys.push(key);
  const command = readCommand(v.keys, v.mode !== 'normal', v.macro !== undefined);
  if (command === 'more') return;
  const keys = v.keys;
  v.keys = [];
  if (command !== undefined) perform(v, command, keys);
}

/** Undefined when the keys mean nothing. */
function readCommand(keys: readonly string[], visual: boolean, recording: boolean): Command | 'more' | undefined {
  let at = 0;
  let register = '';
  let count: number | undefined;
  let operator = '';
  const number = (): void => {
    let digits = '';
    while (/^[0-9]$/.test(keys[at] ?? '') && (digits !== '' || keys[at] !== '0')) digits += keys[at++];
    if (digits !== '') count = (count ?? 1) * Math.min(99_999, Number(digits));
  };
  if (keys[at] === '"') {
    if (keys[at + 1] === undefined) return 'more';
    register = keys[at + 1] ?? '';
    at += 2;
  }
  number();
  let key = keys[at++];
  if (key === undefined) return 'more';
  if (PREFIXES.has(key)) {
    if (keys[at] === undefined) return 'more';
    key += keys[at++];
  }
  if (OPERATORS.has(key) && !visual) {
    operator = key;
    number();
    key = keys[at++];
    if (key === undefined) return 'more';
    if (key === 'g' && keys[at] === undefined) return 'more';
    if (key === 'g') key += keys[at++];
    if (key === operator || (operator.length === 2 && key === operator.charAt(1)))
      return { register, count, operator, key: '', char: '' };
  }
  const object = (operator !== '' || visual) && (key === 'i' || key === 'a');
  if (
    object ||
    TAKES_CHAR.has(key) ||
    (operator === '' && COMMANDS_WITH_CHAR.has(key) && !(recording && key === 'q'))
  ) {
    const char = keys[at];
    return char === undefined ? 'more' : { register, count, operator, key, char };
  }
  return { register, count, operator, key, char: '' };
}

function perform(v: ViState, command: Command, keys: readonly string[]): void {
  const inVisual = v.mode === 'normal' ? undefined : repeatable(v, command);
  const changes =
    inVisual !== undefined || (command.operator !== 'y' && (command.operator !== '' || CHANGING.has(command.key)));
  if (changes && !v.replaying) v.recording = [...(inVisual ?? keys)];
  if (v.mode !== 'normal') performVisual(v, command);
  else if (command.operator !== '') performOperator(v, command);
  else {
    const mover = MOTIONS.get(command.key);
    if (mover !== undefined) move(v, mover(v, command.count, command.char));
    else ACTIONS.get(command.key)?.(v, command);
  }
  if (changes && !v.replaying && !isInserting(v)) v.lastChange = v.recording;
}

const isInserting = ({ mode }: ViState): boolean => mode === 'insert' || mode === 'replace';

/** A change that goes on in insert mode is recorded until that ends. */
export function recordInsertKey(v: ViState, key: string): void {
  if (v.replaying) return;
  v.recording.push(key);
  if (v.mode === 'normal') v.lastChange = v.recording;
}

// ── commands ──

type Action = (v: ViState, command: Command) => void;

function changing(v: ViState, work: () => void): void {
  beginChange(v);
  work();
  endChange(v);
}

/** The same as an operator with a motion. */
const short =
  (operator: string, key: string): Action =>
  (v, { count, register }) =>
    performOperator(v, { operator, key, count, register, char: '' });

const scroll =
  (part: (rows: number) => number): Action =>
  (v, { count }) => {
    const by = part(v.size.rows - 1) * (count ?? 1);
    v.top = Math.max(0, Math.min(v.lines.length - 1, v.top + by));
    goTo(v, v.row + by, 0);
    v.col = firstNonBlank(lineAt(v, v.row));
  };

const visual =
  (mode: 'visual' | 'lines' | 'block'): Action =>
  (v) => {
    v.mode = mode;
    v.anchor = { row: v.row, col: v.col };
  };

const commandLine =
  (first: string): Action =>
  (v, { count }) => {
    v.mode = 'command';
    v.command = first === ':' && count !== undefined ? `:.,.+${count - 1}` : first;
    v.historyAt = v.history.length;
  };

const windowTop =
  (place: (v: ViState) => number): Action =>
  (v) => {
    v.top = Math.max(0, place(v));
  };

/** An insertion begins there: that is where undo comes back to. */
function beginAt(v: ViState, col: number): void {
  goTo(v, v.row, col);
  if (v.before !== undefined) v.before = { ...v.before, col: v.col };
}

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['x', short('d', 'l')],
  ['<Del>', short('d', 'l')],
  ['X', short('d', 'h')],
  ['D', short('d', '$')],
  ['C', short('c', '$')],
  ['s', short('c', 'l')],
  ['S', short('c', '')],
  ['Y', short('y', '')],
  ['p', (v, { register, count = 1 }) => changing(v, () => put(v, register, count, true))],
  ['P', (v, { register, count = 1 }) => changing(v, () => put(v, register, count, false))],
  ['i', (v, { count = 1 }) => startInsert(v, 'insert', count)],
  ['<Insert>', (v, { count = 1 }) => startInsert(v, 'insert', count)],
  [
    'I',
    (v, { count = 1 }) => {
      startInsert(v, 'insert', count);
      const line = lineAt(v, v.row);
      beginAt(v, line.trim() === '' ? line.length : firstNonBlank(line));
    },
  ],
  [
    'a',
    (v, { count = 1 }) => {
      startInsert(v, 'insert', count);
      beginAt(v, right(lineAt(v, v.row), v.col));
    },
  ],
  [
    'A',
    (v, { count = 1 }) => {
      startInsert(v, 'insert', count);
      beginAt(v, lineAt(v, v.row).length);
    },
  ],
  ['o', (v, { count = 1 }) => openLine(v, true, count)],
  ['O', (v, { count = 1 }) => openLine(v, false, count)],
  ['R', (v, { count = 1 }) => startInsert(v, 'replace', count)],
  ['r', (v, { char, count = 1 }) => changing(v, () => replaceChars(v, char, count))],
  ['J', (v, { count = 2 }) => changing(v, () => joinLines(v, v.row, count))],
  ['gJ', (v, { count = 2 }) => changing(v, () => joinLines(v, v.row, count, false))],
  ['~', swapHere],
  ['&', (v) => substitute(v, v.row, v.row, '')],
  ['g&', (v) => substitute(v, 0, v.lines.length - 1, v.substitution?.flags ?? '')],
  ['u', (v, { count = 1 }) => undo(v, count)],
  ['<C-r>', (v, { count = 1 }) => redo(v, count)],
  ['.', repeat],
  ['v', visual('visual')],
  ['V', visual('lines')],
  ['<C-v>', visual('block')],
  ['q', record],
  ['@', replayMacro],
  ['<C-a>', (v, { count = 1 }) => changing(v, () => addToNumber(v, count))],
  ['<C-x>', (v, { count = 1 }) => changing(v, () => addToNumber(v, -count))],
  ['<C-o>', (v) => move(v, MOTIONS.get('`')?.(v, undefined, '`'))],
  ['gv', reselect],
  [':', commandLine(':')],
  ['/', commandLine('/')],
  ['?', commandLine('?')],
  ['m', (v, { char }) => void v.marks.set(char, { row: v.row, col: v.col })],
  ['<C-f>', scroll((rows) => rows - 2)],
  ['<PageDown>', scroll((rows) => rows - 2)],
  ['<C-b>', scroll((rows) => 2 - rows)],
  ['<PageUp>', scroll((rows) => 2 - rows)],
  ['<C-d>', scroll((rows) => Math.floor(rows / 2))],
  ['<C-u>', scroll((rows) => -Math.floor(rows / 2))],
  ['<C-e>', windowTop((v) => v.top + 1)],
  ['<C-y>', windowTop((v) => v.top - 1)],
  ['zz', windowTop((v) => v.row - Math.floor((v.size.rows - 1) / 2))],
  ['z.', windowTop((v) => v.row - Math.floor((v.size.rows - 1) / 2))],
  ['zt', windowTop((v) => v.row)],
  ['zb', windowTop((v) => v.row - v.size.rows + 2)],
  ['ZZ', (v) => quit(v, v.lines !== v.saved)],
  ['ZQ', (v) => quit(v, false)],
  ['<C-l>', (v) => void v.shown.splice(0)],
  ['<C-g>', fileMessage],
]);

/** Commands that `.` repeats. */
const CHANGING = new Set([
  ...['x', '<Del>', 'X', 'D', 'C', 's', 'S', 'p', 'P', 'i', 'I', 'a', 'A', 'o', 'O', 'R', 'r', 'J', 'gJ', '~'],
  ...['<Insert>', '<C-a>', '<C-x>'],
]);

function swapHere(v: ViState, { count = 1 }: Command): void {
  changing(v, () => {
    const line = lineAt(v, v.row);
    const end = Math.min(line.length, v.col + count);
    recase(v, { from: { row: v.row, col: v.col }, to: { row: v.row, col: end }, linewise: false }, swapCase);
    goTo(v, v.row, Math.min(end, lastCol(line)));
  });
}

/** The last change again, with another count if there is one. */
function repeat(v: ViState, { count }: Command): void {
  const keys = v.lastChange;
  if (keys.length === 0) return;
  const rest =
    count === undefined ? keys : [...String(count), ...keys.slice(keys.findIndex((key) => !/^[1-9]$/.test(key)))];
  v.replay = [...rest];
}

function reselect(v: ViState): void {
  const last = v.lastVisual;
  if (last === undefined) return;
  v.mode = last.mode;
  v.anchor = last.anchor;
  goTo(v, last.here.row, last.here.col);
}

function quit(v: ViState, write: boolean): void {
  if (write) v.effects.push({ kind: 'write', path: v.path, lines: v.lines, whole: true });
  v.effects.push({ kind: 'quit', status: 0 });
}

function fileMessage(v: ViState): void {
  const name = v.path === '' ? '[No Name]' : v.path;
  const percent = Math.round(((v.row + 1) / v.lines.length) * 100);
  v.message = `"${name}"${v.lines === v.saved ? '' : ' [Modified]'} ${v.lines.length} lines --${percent}%--`;
}
