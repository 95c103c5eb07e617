// `vi`: an editor that takes the whole terminal. Everything it knows is in one record that is saved at each key, so that a copy of
// the machine goes on with the same text and the same half-typed command. In here: the loop, and what needs the machine.

import { errorText } from '../../errors.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { readTextFile, writeFile } from '../kit/input.ts';
import { commandKey } from './commandline.ts';
import { draw } from './draw.ts';
import { spliceLines } from './edits.ts';
import { readKeys } from './input.ts';
import { insertKey } from './insert.ts';
import { typeMacro } from './macros.ts';
import { normalKey, recordInsertKey } from './normal.ts';
import { type Effect, firstNonBlank, goTo, lineAt, newVi, optionsFor, type ViState } from './state.ts';

/** The alternate screen, and marked pastes. */
const ENTER = '\x1b[?1049h\x1b[?2004h\x1b[2J';
const LEAVE = '\x1b[?2004l\x1b[?1049l';
/** What one step of virtual CPU works through. */
const BYTES_PER_STEP = 4;
const CHUNK = 65_536;

/** Looks at a text that has been written; what it finds is told, a line each: `3:5 unknown field "spec.foo"`. */
export type Inspect = (path: string, text: string) => readonly string[];

export const vi = viWith(() => []);

/** An editor that looks at what it writes. */
export function viWith(inspect: Inspect): Program {
  return (sys, saved) => edit(sys, saved, inspect);
}

function* edit(sys: Sys, saved: PlainData | undefined, inspect: Inspect): Blocking<number> {
  // A copy goes on at the top of the loop: it may ask nothing of the machine before.
  const v = isVi(saved) ? saved : yield* open(sys);
  if (v === undefined) return 1;
  for (;;) {
    // What follows changes the state only behind the last thing that waits.
    sys.save(v);
    const status = yield* step(sys, v, inspect);
    if (status !== undefined) return status;
  }
}

function nameOf(sys: Sys): string {
  return (sys.argv[0] ?? 'vi').replace(/^.*\//, '');
}

/** The state that this program saves; there is no other. */
function isVi(saved: PlainData | undefined): saved is ViState {
  return typeof saved === 'object' && saved !== null && 'lines' in saved;
}

/** Undefined where there is no terminal. */
function* open(sys: Sys): Blocking<ViState | undefined> {
  if (!sys.isatty(0) || !sys.isatty(1)) {
    yield* sys.write(2, `${nameOf(sys)}: standard input and output have to be a terminal\n`);
    return undefined;
  }
  sys.onSignal('SIGWINCH', 'catch');
  const words = sys.argv.slice(1);
  const files = words.filter((word) => !/^[+-]/.test(word));
  const v = newVi(sys.ttySize(1) ?? { columns: 80, rows: 24 }, files);
  v.readonly = words.includes('-R') || nameOf(sys) === 'view';
  sys.setRaw(0, true);
  yield* sys.write(1, ENTER);
  if (v.path !== '') yield* load(sys, v, v.path);
  const start = words.find((word) => word.startsWith('+'))?.slice(1);
  if (start === '') goTo(v, v.lines.length - 1, 0);
  else if (start !== undefined && /^\d+$/.test(start)) goTo(v, Number(start) - 1, 0);
  return v;
}

/** The next thing to do. Answers a status when it is over. */
function* step(sys: Sys, v: ViState, inspect: Inspect): Blocking<number | undefined> {
  const [effect] = v.effects;
  if (effect !== undefined) return yield* perform(sys, v, effect, inspect);
  const key = v.queue.shift();
  if (key !== undefined) pressKey(v, key);
  else if (v.output !== '') {
    yield* sys.write(1, v.output);
    v.output = '';
  } else if (!v.drawn) {
    v.output = draw(v);
    v.drawn = true;
  } else return yield* listen(sys, v);
  v.drawn = v.drawn && key === undefined;
  return undefined;
}

function* listen(sys: Sys, v: ViState): Blocking<number | undefined> {
  const chunk = yield* readOrResize(sys);
  if (chunk !== undefined && chunk.length === 0) return 1;
  if (chunk !== undefined) yield* sys.spend(Math.ceil(chunk.length / BYTES_PER_STEP));
  v.drawn = false;
  v.size = sys.ttySize(1) ?? v.size;
  if (chunk === undefined) v.shown = [];
  else v.queue.push(...readKeys(v, chunk));
  return undefined;
}

/** Undefined when the terminal has another size. */
function* readOrResize(sys: Sys): Blocking<Uint8Array | undefined> {
  try {
    return yield* sys.read(0, CHUNK);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
    sys.caught();
    return undefined;
  }
}

/** One key, with all that a macro or a repetition types for it. What a macro changes is undone as one. */
export function pressKey(v: ViState, key: string): void {
  v.macro?.keys.push(key);
  const undos = v.undos.length;
  repeatingKey(v, key);
  if (v.macroKeys.length === 0) return;
  typeMacro(v, (each) => repeatingKey(v, each));
  if (v.undos.length > undos + 1) v.undos.length = undos + 1;
}

function repeatingKey(v: ViState, key: string): void {
  plainKey(v, key);
  const keys = v.replay;
  if (keys.length === 0) return;
  v.replay = [];
  v.replaying = true;
  for (const each of keys) plainKey(v, each);
  if (v.mode === 'insert' || v.mode === 'replace') plainKey(v, '<Esc>');
  v.replaying = false;
}

function plainKey(v: ViState, key: string): void {
  if (v.mode === 'insert' || v.mode === 'replace') {
    insertKey(v, key);
    recordInsertKey(v, key);
    return;
  }
  v.message = v.mode === 'command' ? v.message : '';
  if (v.mode === 'command') commandKey(v, key);
  else normalKey(v, key);
}

// ── what needs the machine ──

function* perform(sys: Sys, v: ViState, effect: Effect, inspect: Inspect): Blocking<number | undefined> {
  const rest = v.effects.slice(1);
  if (effect.kind === 'quit') {
    // Who writes and leaves at once would see nothing of them.
    yield* sys.write(1, LEAVE + v.findings.map((finding) => `${v.path}:${finding}\r\n`).join(''));
    sys.setRaw(0, false);
    return effect.status;
  }
  let done = true;
  if (effect.kind === 'write') done = yield* write(sys, v, effect, inspect);
  else if (effect.kind === 'edit') yield* load(sys, v, effect.path);
  else if (effect.kind === 'read') yield* readInto(sys, v, effect.path, effect.row);
  else yield* runCommand(sys, v, effect.command);
  v.effects = done ? rest : [];
  v.drawn = false;
  return undefined;
}

function* write(
  sys: Sys,
  v: ViState,
  { path, lines, whole }: Effect & { kind: 'write' },
  inspect: Inspect,
): Blocking<boolean> {
  const text = lines.length === 1 && lines[0] === '' ? '' : `${lines.join('\n')}\n`;
  try {
    const isNew = !exists(sys, path);
    yield* writeFile(sys, path, text);
    if (v.path === '') v.path = path;
    if (whole && path === v.path) v.saved = v.lines;
    const bytes = new TextEncoder().encode(text).length;
    v.findings = inspect(path, text);
    const [finding, ...more] = v.findings;
    const told = finding === undefined ? '' : `  ${finding}${more.length === 0 ? '' : ` (+${more.length})`}`;
    v.message = `"${path}"${isNew ? ' [New]' : ''} ${text === '' ? 0 : lines.length}L, ${bytes}B written${told}`;
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    v.message = `"${path}" E212: Can't open file for writing: ${errorText(error.code)}`;
    return false;
  }
}

function exists(sys: Sys, path: string): boolean {
  try {
    sys.stat(path);
    return true;
  } catch {
    return false;
  }
}

function* load(sys: Sys, v: ViState, path: string): Blocking<void> {
  const text = yield* textOrMessage(sys, v, path);
  if (path !== v.path) v.options = { ...optionsFor(path), number: v.options.number };
  v.path = path;
  const lines = text === undefined || text === '' ? [''] : text.replace(/\n$/, '').split('\n');
  v.lines = lines;
  v.saved = lines;
  v.undos = [];
  v.redos = [];
  v.marks = new Map();
  v.top = 0;
  goTo(v, 0, 0);
  if (text === undefined) return;
  const bytes = new TextEncoder().encode(text).length;
  v.message = `"${path}"${text === '' || text.endsWith('\n') ? '' : ' [noeol]'} ${text === '' ? 0 : lines.length}L, ${bytes}B`;
}

function* textOrMessage(sys: Sys, v: ViState, path: string): Blocking<string | undefined> {
  try {
    if (sys.stat(path).type === 'directory') {
      v.message = `"${path}" is a directory`;
      return undefined;
    }
    return yield* readTextFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    v.message = error.code === 'ENOENT' ? `"${path}" [New]` : `"${path}" ${errorText(error.code)}`;
    return undefined;
  }
}

function* readInto(sys: Sys, v: ViState, path: string, row: number): Blocking<void> {
  const text = yield* textOrMessage(sys, v, path);
  if (text === undefined || text === '') return;
  v.undos.push({ lines: v.lines, row: v.row, col: v.col });
  spliceLines(v, row + 1, 0, text.replace(/\n$/, '').split('\n'));
  goTo(v, row + 1, 0);
  v.col = firstNonBlank(lineAt(v, v.row));
}

/** `:!`: a command of the shell on the usual screen; any key comes back. */
function* runCommand(sys: Sys, v: ViState, command: string): Blocking<void> {
  yield* sys.write(1, `${LEAVE}\r\n`);
  sys.setRaw(0, false);
  const pid = sys.spawn(['sh', '-c', command]);
  yield* sys.wait(pid);
  yield* sys.write(1, '\nPress ENTER or type command to continue');
  sys.setRaw(0, true);
  yield* readOrResize(sys);
  yield* sys.write(1, ENTER);
  v.shown = [];
}
