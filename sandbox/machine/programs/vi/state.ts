// What vi remembers: one record of plain data, so that a copied machine goes on with the same text, the same half-typed command
// and the same undo. Lines are never changed in place: an earlier text is the earlier list.

import type { TtySize } from '../../sys.ts';

export interface Place {
  readonly row: number;
  /** Index into the line. */
  readonly col: number;
}

/** From a place up to, but without, another; whole lines from `from.row` to `to.row` when `linewise`. */
export interface Span {
  readonly from: Place;
  readonly to: Place;
  readonly linewise: boolean;
}

export interface Register {
  readonly text: string;
  readonly linewise: boolean;
  /** A rectangle: each line of it goes to a line of its own. */
  readonly block?: boolean;
}

export interface Snapshot {
  readonly lines: readonly string[];
  readonly row: number;
  readonly col: number;
}

type Mode = 'normal' | 'insert' | 'replace' | 'visual' | 'lines' | 'block' | 'command';

/** What needs the machine: done between two keys. */
export type Effect =
  | { readonly kind: 'write'; readonly path: string; readonly lines: readonly string[]; readonly whole: boolean }
  | { readonly kind: 'edit'; readonly path: string }
  | { readonly kind: 'read'; readonly path: string; readonly row: number }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'quit'; readonly status: number };

export interface Options {
  number: boolean;
  list: boolean;
  expandtab: boolean;
  autoindent: boolean;
  ignorecase: boolean;
  hlsearch: boolean;
  wrapscan: boolean;
  tabstop: number;
  shiftwidth: number;
}

export interface ViState {
  path: string;
  /** The other files of the command line. */
  files: readonly string[];
  lines: readonly string[];
  /** The text as it was last written or read. */
  saved: readonly string[];
  readonly: boolean;
  row: number;
  col: number;
  /** Where up and down want to be; past every end after `$`. */
  want: number;
  top: number;
  mode: Mode;
  /** Keys of a command that isn't complete. */
  keys: string[];
  /** The other end of what is selected. */
  anchor: Place;
  /** The command line being typed, with its first character: `:`, `/` or `?`. */
  command: string;
  history: string[];
  historyAt: number;
  registers: Map<string, Register>;
  marks: Map<string, Place>;
  undos: Snapshot[];
  redos: Snapshot[];
  /** Before the change that is going on. */
  before: Snapshot | undefined;
  /** Keys since the change began, and those of the last whole change. */
  recording: string[];
  lastChange: readonly string[];
  replaying: boolean;
  /** Keys that a repetition is to type. */
  replay: readonly string[];
  /** How often what is inserted now is to be there, and which keys made it. */
  insertCount: number;
  insertKeys: string[];
  /** A repetition of the insertion opens a line for each. */
  insertOpens: boolean;
  /** What is inserted now is for these lines, too, at that column. */
  blockInsert: { readonly from: number; readonly to: number; readonly col: number } | undefined;
  /** The next key names a register whose text is inserted. */
  awaitsRegister: boolean;
  /** Characters that replace mode has written over since it began. */
  replaced: string[];
  /** What was selected last. */
  lastVisual: { readonly mode: Mode; readonly anchor: Place; readonly here: Place } | undefined;
  /** Keys that are being recorded, and those that were, by register. */
  macro: { readonly name: string; readonly keys: string[] } | undefined;
  macros: Map<string, readonly string[]>;
  lastMacro: string;
  /** Keys that a macro is to type, and whether the last command could do nothing. */
  macroKeys: string[];
  failed: boolean;
  search: { readonly pattern: string; readonly forward: boolean } | undefined;
  found: boolean;
  find: { readonly key: string; readonly char: string } | undefined;
  substitution: { readonly pattern: string; readonly replacement: string; readonly flags: string } | undefined;
  options: Options;
  message: string;
  /** What was found in the text as it was last written. */
  findings: readonly string[];
  /** Keys to be typed after a search command that an operator waits for. */
  pendingOperator: readonly string[] | undefined;
  effects: Effect[];
  /** Keys that have come and haven't been taken. */
  queue: string[];
  /** What has to be written to the terminal. */
  output: string;
  /** Whether `shown` is how things are. */
  drawn: boolean;
  size: TtySize;
  /** Rows as they are on the terminal. */
  shown: string[];
  /** Bytes of a character that hasn't come whole. */
  bytes: Uint8Array;
  /** Text of a paste that hasn't ended. */
  paste: string | undefined;
}

const OPTIONS: Options = {
  number: false,
  list: false,
  expandtab: false,
  autoindent: false,
  ignorecase: false,
  hlsearch: false,
  wrapscan: true,
  tabstop: 8,
  shiftwidth: 8,
};

/** YAML knows no tabs, and lives by its indentation. */
const FOR_YAML: Partial<Options> = { expandtab: true, autoindent: true, tabstop: 2, shiftwidth: 2 };

export function optionsFor(path: string): Options {
  return { ...OPTIONS, ...(/\.(?:ya?ml|json)$/.test(path) ? FOR_YAML : {}) };
}

export function newVi(size: TtySize, files: readonly string[]): ViState {
  const [path = '', ...rest] = files;
  return {
    path,
    files: rest,
    lines: [''],
    saved: [''],
    readonly: false,
    row: 0,
    col: 0,
    want: 0,
    top: 0,
    mode: 'normal',
    keys: [],
    anchor: { row: 0, col: 0 },
    command: '',
    history: [],
    historyAt: 0,
    registers: new Map(),
    marks: new Map(),
    undos: [],
    redos: [],
    before: undefined,
    recording: [],
    lastChange: [],
    replaying: false,
    replay: [],
    insertCount: 1,
    insertKeys: [],
    insertOpens: false,
    blockInsert: undefined,
    awaitsRegister: false,
    replaced: [],
    lastVisual: undefined,
    macro: undefined,
    macros: new Map(),
    lastMacro: '',
    macroKeys: [],
    failed: false,
    search: undefined,
    found: false,
    find: undefined,
    substitution: undefined,
    options: optionsFor(path),
    message: '',
    findings: [],
    pendingOperator: undefined,
    effects: [],
    queue: [],
    output: '',
    drawn: false,
    size,
    shown: [],
    bytes: new Uint8Array(),
    paste: undefined,
  };
}

export function lineAt(v: ViState, row: number): string {
  return v.lines[row] ?? '';
}

export function isModified(v: ViState): boolean {
  return v.lines !== v.saved;
}

/** The place before the character at `col`; characters beyond 16 bits count as one. */
export function left(line: string, col: number): number {
  const code = line.charCodeAt(col - 2);
  return Math.max(0, col - (code >= 0xd800 && code < 0xdc00 ? 2 : 1));
}

export function right(line: string, col: number): number {
  const code = line.charCodeAt(col);
  return Math.min(line.length, col + (code >= 0xd800 && code < 0xdc00 ? 2 : 1));
}

/** The last place that a cursor can stand on when nothing is being inserted. */
export function lastCol(line: string): number {
  return left(line, line.length);
}

export function firstNonBlank(line: string): number {
  const at = line.search(/\S/);
  return at < 0 ? lastCol(line) : at;
}

/** Moves the cursor to a place that is there. */
export function goTo(v: ViState, row: number, col: number): void {
  v.row = Math.max(0, Math.min(v.lines.length - 1, row));
  const line = lineAt(v, v.row);
  const inserting = v.mode === 'insert' || v.mode === 'replace';
  v.col = Math.max(0, Math.min(inserting ? line.length : lastCol(line), col));
  v.want = v.col;
}
