// The commands behind `:`, with their ranges of lines.

import {
  beginChange,
  endChange,
  joinLines,
  keep,
  put,
  redo,
  remove,
  shift,
  spliceLines,
  textOf,
  undo,
} from './edits.ts';
import { setOptions } from './options.ts';
import { searchFrom } from './pattern.ts';
import { firstNonBlank, goTo, isModified, lineAt, optionsFor, type ViState } from './state.ts';
import { substitute } from './substitute.ts';

interface Range {
  readonly from: number;
  readonly to: number;
  /** Whether one was typed. */
  readonly given: boolean;
}

/** Runs a line without its colon. */
export function runEx(v: ViState, line: string): void {
  const [first = '', ...others] = TAKES_BARS.test(line) ? [line] : line.split(/(?<!\\)\|/);
  runOne(v, first);
  for (const each of others) if (!/^E\d+:/.test(v.message)) runOne(v, each);
}

/** Commands to which the rest of the line belongs, whatever is in it. */
const TAKES_BARS = /^[\s\d%.,$'<>+-]*(?:g|v|norm|!|r\s*!|w\s*!)/;

function runOne(v: ViState, line: string): void {
  const text = line.trim();
  const parsed = readRange(v, text);
  if (parsed === undefined) return;
  const { range, rest } = parsed;
  if (rest === '') {
    if (range.given) goTo(v, range.to, firstNonBlank(lineAt(v, Math.min(range.to, v.lines.length - 1))));
    return;
  }
  if (range.to >= v.lines.length || range.from > range.to || range.from < 0) {
    v.message = 'E16: Invalid range';
    return;
  }
  const match = /^([a-z]+|[!&<>=]+)(!?)\s*(.*)$/is.exec(rest);
  const [, word = '', bang = '', argument = ''] = match ?? [];
  const special = specialCommand(v, range, rest);
  if (special) return;
  const command = commandNamed(word);
  if (command === undefined) v.message = `E492: Not an editor command: ${text}`;
  else command.run(v, { range, bang: bang !== '', argument });
}

// ── ranges ──

function readRange(v: ViState, text: string): { readonly range: Range; readonly rest: string } | undefined {
  if (text.startsWith('%')) {
    return { range: { from: 0, to: v.lines.length - 1, given: true }, rest: text.slice(1).trim() };
  }
  const first = readAddress(v, text);
  if (first === undefined) return { range: { from: v.row, to: v.row, given: false }, rest: text };
  if (first.row === undefined) return undefined;
  const rest = first.rest.trimStart();
  if (!rest.startsWith(',')) return { range: { from: first.row, to: first.row, given: true }, rest: rest.trim() };
  const second = readAddress(v, rest.slice(1).trimStart()) ?? { row: v.row, rest: rest.slice(1) };
  if (second.row === undefined) return undefined;
  return { range: { from: first.row, to: second.row, given: true }, rest: second.rest.trim() };
}

interface Address {
  /** Undefined when it leads nowhere; a message says why. */
  readonly row: number | undefined;
  readonly rest: string;
}

function readAddress(v: ViState, text: string): Address | undefined {
  const base = /^(?:(\d+)|(\.)|(\$)|'([a-z<>])|\/((?:[^\\/]|\\.)*)\/?|(?=[+-]))/.exec(text);
  if (base === null) return undefined;
  const row = baseRow(v, base);
  let rest = text.slice(base[0].length);
  let offset = 0;
  for (let step = /^([+-])(\d*)/.exec(rest); step !== null; step = /^([+-])(\d*)/.exec(rest)) {
    offset += (step[1] === '-' ? -1 : 1) * Number(step[2] || '1');
    rest = rest.slice(step[0].length);
  }
  return { row: row === undefined ? undefined : Math.max(offset < 0 ? -1 : 0, row + offset), rest };
}

function baseRow(v: ViState, [, number, , last, mark, pattern]: RegExpExecArray): number | undefined {
  if (number !== undefined) return Math.max(0, Number(number) - 1);
  if (last !== undefined) return v.lines.length - 1;
  if (mark !== undefined) {
    const place = v.marks.get(mark);
    if (place === undefined) v.message = 'E20: Mark not set';
    return place?.row;
  }
  if (pattern !== undefined) return searchFrom(v, pattern, true, 1)?.row;
  return v.row;
}

// ── commands ──

interface ExArguments {
  readonly range: Range;
  readonly bang: boolean;
  readonly argument: string;
}

interface ExCommand {
  /** The name; letters behind the bar can be left out. */
  readonly name: string;
  readonly run: (v: ViState, given: ExArguments) => void;
}

const UNSAVED = 'E37: No write since last change (add ! to override)';

const COMMANDS: readonly ExCommand[] = [
  { name: 'w|rite', run: write },
  { name: 'wq', run: (v, given) => writeAndQuit(v, given, true) },
  { name: 'x|it', run: (v, given) => writeAndQuit(v, given, isModified(v)) },
  { name: 'exi|t', run: (v, given) => writeAndQuit(v, given, isModified(v)) },
  { name: 'q|uit', run: quit },
  { name: 'qa|ll', run: quit },
  { name: 'wqa|ll', run: (v, given) => writeAndQuit(v, given, true) },
  { name: 'xa|ll', run: (v, given) => writeAndQuit(v, given, isModified(v)) },
  { name: 'cq|uit', run: (v) => void v.effects.push({ kind: 'quit', status: 1 }) },
  { name: 'e|dit', run: edit },
  { name: 'n|ext', run: nextFile },
  {
    name: 'r|ead',
    run: (v, { range, argument }) => void v.effects.push({ kind: 'read', path: argument || v.path, row: range.to }),
  },
  { name: 'f|ile', run: showFile },
  { name: 's|ubstitute', run: (v, { range, argument }) => substitute(v, range.from, range.to, argument) },
  { name: 'd|elete', run: deleteLines },
  { name: 'y|ank', run: yankLines },
  { name: 'pu|t', run: (v, { range }) => putBelow(v, range.to) },
  { name: 'j|oin', run: join },
  { name: 'sor|t', run: sortLines },
  { name: 'm|ove', run: (v, given) => transfer(v, given, true) },
  { name: 't', run: (v, given) => transfer(v, given, false) },
  { name: 'co|py', run: (v, given) => transfer(v, given, false) },
  { name: 'norm|al', run: typeKeys },
  { name: 'g|lobal', run: global },
  { name: 'v|global', run: (v, given) => global(v, { ...given, bang: true }) },
  { name: 'u|ndo', run: (v) => undo(v, 1) },
  { name: 'red|o', run: (v) => redo(v, 1) },
  { name: 'se|t', run: (v, { argument }) => setOptions(v, argument) },
  { name: 'noh|lsearch', run: dropHighlight },
  { name: 'h|elp', run: help },
];

/** `:normal`: keys, typed at the beginning of each line of a range, from the last one up. */
function typeKeys(v: ViState, { range, argument }: ExArguments): void {
  const keys = [...argument, '<Esc>'];
  if (!range.given) v.macroKeys.push(...keys);
  for (let row = range.to; range.given && row >= range.from; row--) v.macroKeys.push(...atLine(row), ...keys);
}

function atLine(row: number): readonly string[] {
  return [...String(row + 1), 'G', '0'];
}

function join(v: ViState, { range, bang }: ExArguments): void {
  changing(v, () => joinLines(v, range.from, range.to - range.from + 1, !bang));
  goTo(v, range.from, firstNonBlank(lineAt(v, range.from)));
}

/** `:sort`: `!` backwards, `n` by the first number, `u` each line once. All lines without a range. */
function sortLines(v: ViState, { range, bang, argument }: ExArguments): void {
  const [from, to] = range.given ? [range.from, range.to] : [0, v.lines.length - 1];
  const number = (line: string): number => Number(/-?\d+/.exec(line)?.[0] ?? Number.NEGATIVE_INFINITY);
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const order = argument.includes('n') ? (a: string, b: string) => number(a) - number(b) : byText;
  const sorted = v.lines.slice(from, to + 1).sort((a, b) => (bang ? order(b, a) : order(a, b)));
  const kept = argument.includes('u') ? sorted.filter((line, i) => line !== sorted[i - 1]) : sorted;
  changing(v, () => spliceLines(v, from, to - from + 1, kept));
  goTo(v, from, firstNonBlank(lineAt(v, from)));
}

function dropHighlight(v: ViState): void {
  v.found = false;
}

function help(v: ViState): void {
  v.message = 'i insert  Esc command  :w write  :q quit  :q! drop changes  u undo';
}

function commandNamed(word: string): ExCommand | undefined {
  return COMMANDS.find(({ name }) => {
    const [must = '', may = ''] = name.split('|');
    return word.startsWith(must) && (must + may).startsWith(word);
  });
}

/** Commands whose names aren't words; false when it is none of them. */
function specialCommand(v: ViState, range: Range, rest: string): boolean {
  const substitution = /^(?:s|&)(?![a-z])(.*)$/s.exec(rest);
  const shifting = /^([<>])\1*$/.exec(rest);
  if (rest.startsWith('!')) v.effects.push({ kind: 'run', command: rest.slice(1).trim() });
  else if (shifting !== null) {
    const steps = rest.length * (rest.startsWith('<') ? -1 : 1);
    changing(v, () => shift(v, range.from, range.to, steps));
    goTo(v, range.to, firstNonBlank(lineAt(v, range.to)));
  } else if (substitution !== null) substitute(v, range.from, range.to, substitution[1] ?? '');
  else if (rest === '=') v.message = String(range.given ? range.to + 1 : v.lines.length);
  else return false;
  return true;
}

function changing(v: ViState, work: () => void): void {
  beginChange(v);
  work();
  endChange(v);
}

function write(v: ViState, { range, argument, bang }: ExArguments): void {
  const path = argument || v.path;
  if (path === '') v.message = 'E32: No file name';
  else if (v.readonly && !bang && argument === '') v.message = "E45: 'readonly' option is set (add ! to override)";
  else {
    const lines = range.given ? v.lines.slice(range.from, range.to + 1) : v.lines;
    v.effects.push({ kind: 'write', path, lines, whole: !range.given });
  }
}

function writeAndQuit(v: ViState, given: ExArguments, needed: boolean): void {
  const before = v.effects.length;
  if (needed) write(v, given);
  if (!needed || v.effects.length > before) v.effects.push({ kind: 'quit', status: 0 });
}

function quit(v: ViState, { bang }: ExArguments): void {
  if (isModified(v) && !bang) v.message = UNSAVED;
  else v.effects.push({ kind: 'quit', status: 0 });
}

function edit(v: ViState, { argument, bang }: ExArguments): void {
  const path = argument || v.path;
  if (isModified(v) && !bang) v.message = UNSAVED;
  else if (path === '') v.message = 'E32: No file name';
  else v.effects.push({ kind: 'edit', path });
}

function nextFile(v: ViState, { bang }: ExArguments): void {
  const [path, ...rest] = v.files;
  if (path === undefined) v.message = 'E165: Cannot go beyond last file';
  else if (isModified(v) && !bang) v.message = UNSAVED;
  else {
    v.files = rest;
    v.effects.push({ kind: 'edit', path });
  }
}

function showFile(v: ViState, { argument }: ExArguments): void {
  if (argument !== '') {
    v.path = argument;
    v.options = { ...optionsFor(argument), number: v.options.number };
  }
  v.message = `"${v.path}" ${v.lines.length} lines`;
}

function lineSpan({ from, to }: Range) {
  return { from: { row: from, col: 0 }, to: { row: to, col: 0 }, linewise: true };
}

function deleteLines(v: ViState, { range, argument }: ExArguments): void {
  changing(v, () => {
    keep(v, argument, { text: textOf(v, lineSpan(range)), linewise: true }, false);
    remove(v, lineSpan(range));
  });
}

function yankLines(v: ViState, { range, argument }: ExArguments): void {
  keep(v, argument, { text: textOf(v, lineSpan(range)), linewise: true }, true);
  const count = range.to - range.from + 1;
  if (count > 2) v.message = `${count} lines yanked`;
}

function putBelow(v: ViState, row: number): void {
  changing(v, () => {
    goTo(v, row, 0);
    put(v, '', 1, true);
  });
}

/** `:m` and `:t`: lines to below another one. */
function transfer(v: ViState, { range, argument }: ExArguments, moves: boolean): void {
  const address = argument === '0' ? { row: -1, rest: '' } : readAddress(v, argument);
  const below = address?.row;
  if (below === undefined || below >= v.lines.length || (moves && below >= range.from && below < range.to)) {
    v.message = 'E16: Invalid range';
    return;
  }
  changing(v, () => {
    const lines = v.lines.slice(range.from, range.to + 1);
    spliceLines(v, below + 1, 0, lines);
    const shifted = below < range.from ? lines.length : 0;
    if (moves) spliceLines(v, range.from + shifted, lines.length, []);
    const last = below + lines.length - (moves && below >= range.to ? lines.length : 0);
    goTo(v, last, firstNonBlank(lineAt(v, last)));
  });
}

/** `:g/pattern/d`: a command on each line that matches; of the commands, those that take single lines. */
function global(v: ViState, { range, argument, bang }: ExArguments): void {
  const separator = argument.charAt(0);
  const [, pattern = '', ...rest] = argument.split(separator);
  const from = range.given ? range.from : 0;
  const to = range.given ? range.to : v.lines.length - 1;
  const row = v.row;
  const rows: number[] = [];
  for (let at = from; at <= to; at++) if (lineMatches(v, pattern, at) !== bang) rows.push(at);
  if (rows.length === 0) v.message = `E486: Pattern not found: ${pattern}`;
  const command = rest.join(separator) || 'p';
  const typed = /^norm(?:al?)?!? (.*)$/.exec(command)?.[1];
  if (typed !== undefined) {
    for (const at of rows.reverse()) v.macroKeys.push(...atLine(at), ...typed, '<Esc>');
    return;
  }
  changing(v, () => {
    let moved = 0;
    for (const at of rows) {
      const count = v.lines.length;
      goTo(v, at + moved, 0);
      runEx(v, command);
      moved += v.lines.length - count;
      v.before ??= { lines: v.lines, row, col: 0 };
    }
  });
}

function lineMatches(v: ViState, pattern: string, row: number): boolean {
  const place = searchFrom({ ...v, lines: [lineAt(v, row)], row: 0, col: -1 }, pattern, true, 1);
  return place !== undefined;
}
