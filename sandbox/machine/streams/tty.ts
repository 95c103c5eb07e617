// Terminals: between the keys of whoever sits there and the programs. In cooked mode the line discipline echoes, lets
// lines be mended and turns keys into signals; in raw mode bytes pass as they are.

import { bytesOf, NO_BYTES, textOf } from '../bytes.ts';
import { PENDING, type Pending } from '../calls.ts';
import { addWaiter, type Kernel, wakeAll } from '../context.ts';
import type { PidNamespace, Process } from '../state.ts';
import { type Bytes, type SignalName, SysError, type TtySize } from '../sys.ts';
import { type Buffer, clear, fill, newBuffer, take } from './buffer.ts';
import { emit, endSink, type Sink, writeSink } from './outside.ts';

export interface Tty {
  readonly number: number;
  /** Below /dev: `pts/0`. */
  readonly name: string;
  size: TtySize;
  raw: boolean;
  /** What is typed in cooked mode is shown. */
  echo: boolean;
  /** Whose pids `foreground` and `session` are. */
  pids: PidNamespace | undefined;
  /** The process group that keys' signals go to; 0 when there is none. */
  foreground: number;
  session: number;
  /** The line that is being typed. */
  line: string;
  /** What can be read. */
  readonly buffer: Buffer;
  /** How many times ^D has ended the input at a place in `buffer`: it reads as empty once. */
  ends: number;
  readonly sink: Sink;
  hungUp: boolean;
  readonly waiters: number[];
}

const KEYS = {
  intr: '\x03',
  eof: '\x04',
  newline: '\n',
  return: '\r',
  kill: '\x15',
  word: '\x17',
  susp: '\x1a',
  quit: '\x1c',
};
const ERASE: ReadonlySet<string> = new Set(['\x7f', '\b']);
const SIGNAL_KEYS: ReadonlyMap<string, SignalName> = new Map([
  [KEYS.intr, 'SIGINT'],
  [KEYS.susp, 'SIGTSTP'],
  [KEYS.quit, 'SIGQUIT'],
]);

const LINE_MAX = 4096;

export function newTty(kernel: Kernel, name: string, size: TtySize, sink: Sink): Tty {
  const number = kernel.nextNumber();
  const tty: Tty = {
    number,
    name,
    size,
    raw: false,
    echo: true,
    pids: undefined,
    foreground: 0,
    session: 0,
    line: '',
    buffer: newBuffer(),
    ends: 0,
    sink,
    hungUp: false,
    waiters: [],
  };
  kernel.state.ttys.set(number, tty);
  return tty;
}

/** Makes a terminal the controlling one of a process that leads a session. */
export function controlTty(tty: Tty, process: Process): void {
  tty.pids = process.pids;
  tty.session = process.session;
  tty.foreground = process.group;
  process.tty = tty;
}

/** What whoever sits at the terminal types. */
export function typeTty(kernel: Kernel, tty: Tty, bytes: Bytes): void {
  if (tty.hungUp) return;
  if (tty.raw) {
    fill(tty.buffer, bytes);
    wakeAll(kernel, tty.waiters);
    return;
  }
  let echo = '';
  for (const key of textOf(bytes)) {
    const signal = SIGNAL_KEYS.get(key);
    if (signal === undefined) echo += cook(kernel, tty, key);
    else {
      // Seen before it has its effect: that may be the end of all that is seen.
      show(kernel, tty, echo + caret(key));
      echo = '';
      interrupt(kernel, tty, signal);
    }
  }
  show(kernel, tty, echo);
}

function show(kernel: Kernel, tty: Tty, echo: string): void {
  if (tty.echo && echo !== '') emit(kernel, tty.sink, 'stdout', bytesOf(echo));
}

function interrupt(kernel: Kernel, tty: Tty, signal: SignalName): void {
  tty.line = '';
  clear(tty.buffer);
  if (tty.pids !== undefined) kernel.signalGroup(tty.pids, tty.foreground, signal);
}

/** Takes one key in cooked mode; answers what is echoed. */
function cook(kernel: Kernel, tty: Tty, key: string): string {
  if (key === KEYS.newline || key === KEYS.return) {
    finishLine(kernel, tty, '\n');
    return '\r\n';
  }
  if (key === KEYS.eof) {
    if (tty.line === '') tty.ends++;
    finishLine(kernel, tty, '');
    return '';
  }
  if (ERASE.has(key)) return shorten(tty, withoutLast(tty.line));
  if (key === KEYS.word) return shorten(tty, withoutLastWord(tty.line));
  if (key === KEYS.kill) return shorten(tty, '');
  if (tty.line.length >= LINE_MAX) return '\x07';
  tty.line += key;
  return key < ' ' && key !== '\t' ? caret(key) : key;
}

function finishLine(kernel: Kernel, tty: Tty, end: string): void {
  fill(tty.buffer, bytesOf(tty.line + end));
  tty.line = '';
  wakeAll(kernel, tty.waiters);
}

function caret(key: string): string {
  return `^${String.fromCharCode(key.charCodeAt(0) ^ 0x40)}`;
}

function withoutLast(line: string): string {
  return [...line].slice(0, -1).join('');
}

function withoutLastWord(line: string): string {
  const end = line.trimEnd();
  return end.slice(0, Math.max(end.lastIndexOf(' '), end.lastIndexOf('\t')) + 1);
}

/** Rubs out what is no longer part of the line. */
function shorten(tty: Tty, line: string): string {
  const gone = [...tty.line].length - [...line].length;
  tty.line = line;
  return '\b \b'.repeat(gone);
}

export function readTty(
  kernel: Kernel,
  process: Process,
  tty: Tty,
  limit: number,
  through: number | undefined,
): Bytes | Pending {
  if (tty.hungUp) return NO_BYTES;
  if (inBackground(tty, process)) {
    kernel.signalGroup(process.pids, process.group, 'SIGTTIN');
    if (process.actions.get('SIGTTIN') === 'ignore') throw new SysError('EIO');
    addWaiter(tty.waiters, process.id);
    return PENDING;
  }
  if (tty.buffer.size > 0) return take(tty.buffer, limit, tty.raw ? through : (through ?? 0x0a));
  if (tty.ends > 0) {
    tty.ends--;
    return NO_BYTES;
  }
  addWaiter(tty.waiters, process.id);
  return PENDING;
}

function inBackground(tty: Tty, process: Process): boolean {
  return process.tty === tty && tty.foreground !== 0 && tty.pids === process.pids && tty.foreground !== process.group;
}

export function ttyIsReadable(tty: Tty): boolean {
  return tty.hungUp || tty.buffer.size > 0 || tty.ends > 0;
}

/** Newlines go out as CR LF in cooked mode; everything else as it is. */
export function writeTty(kernel: Kernel, waiter: number, tty: Tty, bytes: Bytes): number | Pending {
  if (tty.hungUp) throw new SysError('EIO');
  const out = tty.raw || !bytes.includes(0x0a) ? bytes : withReturns(bytes);
  return writeSink(kernel, waiter, tty.sink, 'stdout', out) === PENDING ? PENDING : bytes.length;
}

function withReturns(bytes: Bytes): Bytes {
  let newlines = 0;
  for (const byte of bytes) if (byte === 0x0a) newlines++;
  const out = new Uint8Array(bytes.length + newlines);
  let at = 0;
  for (const byte of bytes) {
    if (byte === 0x0a) out[at++] = 0x0d;
    out[at++] = byte;
  }
  return out;
}

export function setTtyRaw(kernel: Kernel, tty: Tty, raw: boolean): void {
  if (tty.raw === raw) return;
  tty.raw = raw;
  if (!raw) return;
  fill(tty.buffer, bytesOf(tty.line));
  tty.line = '';
  if (tty.buffer.size > 0) wakeAll(kernel, tty.waiters);
}

export function resizeTty(kernel: Kernel, tty: Tty, size: TtySize): void {
  if (tty.size.columns === size.columns && tty.size.rows === size.rows) return;
  tty.size = size;
  if (tty.pids !== undefined && tty.foreground !== 0) kernel.signalGroup(tty.pids, tty.foreground, 'SIGWINCH');
}

export function setTtyForeground(kernel: Kernel, tty: Tty, process: Process, group: number): void {
  if (process.tty !== tty) throw new SysError('ENOTTY');
  tty.foreground = group;
  wakeAll(kernel, tty.waiters);
}

/** Whoever sat there has gone: readers see the end, and the session gets SIGHUP. */
export function hangUpTty(kernel: Kernel, tty: Tty): void {
  if (tty.hungUp) return;
  tty.hungUp = true;
  endSink(kernel, tty.sink);
  wakeAll(kernel, tty.waiters);
  const { pids, session, foreground } = tty;
  if (pids === undefined) return;
  const leader = kernel.state.processes.get(pids.members.get(session) ?? 0);
  if (leader !== undefined) kernel.signal(leader, 'SIGHUP', true);
  if (foreground !== session && foreground !== 0) kernel.signalGroup(pids, foreground, 'SIGHUP');
}

/** A whole line that was mended elsewhere: it isn't echoed, and may be of any length. */
export function enterLine(kernel: Kernel, tty: Tty, line: string): void {
  if (tty.hungUp) return;
  fill(tty.buffer, bytesOf(`${line}\n`));
  wakeAll(kernel, tty.waiters);
}
