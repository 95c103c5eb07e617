// Files on standard output: `cat`, `tac`, `head`, `tail`.

import { durationMs, seconds } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, type Fd, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { type Body, type CommandSpec, type Context, command } from '../kit/command.ts';
import { readDuration } from '../kit/duration.ts';
import { UsageProblem } from '../kit/flags.ts';
import { openInput, readChunk, readInput, readInputs } from '../kit/input.ts';

const CAT: CommandSpec = {
  usage: '[-nbvteA] [FILE]...',
  flags: 'n|number b|number-nonblank v|show-nonprinting e t A|show-all E|show-ends T|show-tabs s|squeeze-blank u',
};

export const cat = command(CAT, function* (context) {
  const decorated = context.flags.order.some(([name]) => name !== 'u');
  const style = catStyle(context);
  const saved = typeof context.saved === 'number' ? context.saved : 0;
  const paths = context.args.length === 0 ? ['-'] : context.args;
  for (let i = saved; i < paths.length; i++) {
    const fd = yield* openInput(context, paths[i] ?? '', 'quoted');
    if (fd === undefined) continue;
    if (decorated) yield* copyDecorated(context, fd, style);
    else yield* copyPlain(context, paths[i] ?? '', fd, i);
    if (fd !== 0) context.sys.close(fd);
  }
  return undefined;
});

/** Bytes as they come. Standard input can be endless, so a copy of it needs no memory of what went before. */
function* copyPlain(context: Context, path: string, fd: Fd, index: number): Blocking<void> {
  yield* context.flush();
  try {
    for (;;) {
      if (fd === 0) context.sys.save(index);
      const chunk = yield* readChunk(context.sys, fd);
      if (chunk.length === 0) return;
      yield* context.sys.write(1, chunk);
    }
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EPIPE' || error.code === 'ENOSPC') throw error;
    context.complain(
      context.flavour === 'gnu' ? `${path}: ${errorText(error.code)}` : `read error: ${errorText(error.code)}`,
    );
    context.status = 1;
  }
}

interface CatStyle {
  readonly numbers: 'all' | 'full' | undefined;
  readonly ends: boolean;
  readonly tabs: boolean;
  readonly visible: boolean;
  readonly squeeze: boolean;
  line: number;
  atStart: boolean;
  blank: boolean;
}

function catStyle({ flags }: Context): CatStyle {
  const all = flags.has('A');
  return {
    numbers: flags.has('b') ? 'full' : flags.has('n') ? 'all' : undefined,
    ends: all || flags.has('e') || flags.has('E'),
    tabs: all || flags.has('t') || flags.has('T'),
    visible: all || flags.has('e') || flags.has('t') || flags.has('v'),
    squeeze: flags.has('s'),
    line: 1,
    atStart: true,
    blank: false,
  };
}

function* copyDecorated(context: Context, fd: Fd, style: CatStyle): Blocking<void> {
  for (;;) {
    const chunk = yield* readChunk(context.sys, fd);
    if (chunk.length === 0) return;
    for (const piece of decode(chunk).split(/(?<=\n)/)) context.print(decorate(piece, style));
    yield* context.flush();
  }
}

function decorate(piece: string, style: CatStyle): string {
  const ended = piece.endsWith('\n');
  const line = ended ? piece.slice(0, -1) : piece;
  const starts = style.atStart;
  style.atStart = ended;
  if (style.squeeze && starts && line === '' && ended) {
    if (style.blank) return '';
    style.blank = true;
  } else if (starts) style.blank = false;
  const numbered = starts && (style.numbers === 'all' || (style.numbers === 'full' && line !== ''));
  const number = numbered ? `${String(style.line++).padStart(6)}\t` : '';
  return `${number}${visible(line, style)}${ended ? `${style.ends ? '$' : ''}\n` : ''}`;
}

function visible(line: string, style: CatStyle): string {
  let text = line;
  if (style.visible) {
    text = text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, (c) =>
      c === '\x7f' ? '^?' : `^${String.fromCharCode(c.charCodeAt(0) + 64)}`,
    );
  }
  return style.tabs ? text.replaceAll('\t', '^I') : text;
}

export const tac = command({ usage: '[FILE]...' }, function* (context) {
  for (const { bytes } of yield* readInputs(context, context.args)) {
    const lines = decode(bytes).split(/(?<=\n)/);
    context.print(lines.reverse().join(''));
  }
  return undefined;
});

const HEAD: CommandSpec = {
  usage: '[OPTIONS] [FILE]...',
  flags: 'n|lines= c|bytes= q|quiet|silent v|verbose z|zero-terminated',
  number: 'n',
};

/** `10`, `-5`, `+3`, `2k`; a number and its sign. */
function countOf(context: Context, text: string): { readonly sign: string; readonly count: number } {
  const found = /^([-+]?)(\d+)([bkm]?)$/.exec(text);
  if (found === null) {
    const what = context.flags.has('c') ? 'bytes' : 'lines';
    throw new UsageProblem(
      context.flavour === 'gnu' ? `invalid number of ${what}: '${text}'` : `invalid number '${text}'`,
      false,
    );
  }
  const factor = found[3] === 'b' ? 512 : found[3] === 'k' ? 1024 : found[3] === 'm' ? 1024 ** 2 : 1;
  return { sign: found[1] ?? '', count: Number(found[2]) * factor };
}

function header(context: Context, path: string, index: number, total: number): void {
  const { flags } = context;
  if (flags.has('q') || (total < 2 && !flags.has('v'))) return;
  context.print(`${index > 0 ? '\n' : ''}==> ${path === '-' ? 'standard input' : path} <==\n`);
}

export const head = command(HEAD, function* (context) {
  const bytesWanted = context.flags.value('c');
  const { sign, count } = countOf(context, bytesWanted ?? context.flags.value('n') ?? '10');
  const paths = context.args.length === 0 ? ['-'] : context.args;
  let shown = 0;
  for (const path of paths) {
    const fd = yield* openInput(context, path, 'shown');
    if (fd === undefined) continue;
    header(context, path, shown++, paths.length);
    if (sign === '-') yield* allButLast(context, path, fd, count, bytesWanted !== undefined);
    else yield* firstOf(context, fd, count, bytesWanted !== undefined);
    if (fd !== 0) context.sys.close(fd);
  }
  return undefined;
});

function* firstOf(context: Context, fd: Fd, count: number, bytes: boolean): Blocking<void> {
  let left = count;
  while (left > 0) {
    const chunk = yield* context.sys.read(fd, bytes ? Math.min(left, 65_536) : 65_536);
    if (chunk.length === 0) return;
    if (bytes) {
      context.print(chunk);
      left -= chunk.length;
    } else {
      const end = endOfLines(chunk, left);
      context.print(chunk.subarray(0, end.at));
      left -= end.lines;
    }
    yield* context.flush();
  }
}

/** Where so many lines end in a chunk, and how many of them it has. */
function endOfLines(chunk: Bytes, most: number): { readonly at: number; readonly lines: number } {
  let at = 0;
  let lines = 0;
  while (lines < most) {
    const next = chunk.indexOf(10, at);
    if (next < 0) return { at: chunk.length, lines };
    at = next + 1;
    lines++;
  }
  return { at, lines };
}

function* allButLast(context: Context, path: string, fd: Fd, count: number, bytes: boolean): Blocking<void> {
  const whole = fd === 0 ? yield* readInput(context, '-') : yield* readInput(context, path);
  if (whole === undefined) return;
  context.print(whole.subarray(0, bytes ? Math.max(0, whole.length - count) : startOfLast(whole, count)));
}

/** Where the last so many lines begin. */
function startOfLast(whole: Bytes, count: number): number {
  if (count === 0) return whole.length;
  let at = whole.length - (whole[whole.length - 1] === 10 ? 1 : 0);
  for (let i = 0; i < count; i++) {
    if (at <= 0) return 0;
    at = whole.lastIndexOf(10, at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}

const TAIL: CommandSpec = {
  usage: '[OPTIONS] [FILE]...',
  flags: 'n|lines= c|bytes= q|quiet|silent v|verbose f|follow? F s|sleep-interval= retry pid= z|zero-terminated',
  number: 'n',
};

/** A file that is followed: how far it was read, and which file it was. */
interface Followed {
  readonly path: string;
  fd: Fd;
  inode: number;
}

const runTail: Body = function* (context) {
  const { flags } = context;
  const follows = flags.has('f') || flags.has('F');
  if (isFollowing(context.saved)) return yield* follow(context, context.saved);
  const bytesWanted = flags.value('c');
  const { sign, count } = countOf(context, bytesWanted ?? flags.value('n') ?? '10');
  const paths = context.args.length === 0 ? ['-'] : context.args;
  const followed: Followed[] = [];
  let shown = 0;
  for (const path of paths) {
    const fd = yield* openInput(context, path, context.flavour === 'gnu' ? 'shown' : 'quoted');
    if (fd === undefined) continue;
    header(context, path, shown++, paths.length);
    yield* lastOf(context, path, fd, { sign, count, bytes: bytesWanted !== undefined });
    if (follows && fd !== 0) followed.push({ path, fd, inode: context.sys.fstat(fd).inode });
    else if (fd !== 0) context.sys.close(fd);
  }
  if (shown === 0 && paths.length > 0) {
    if (context.flavour === 'busybox') context.complain('no files');
    return 1;
  }
  if (!follows || followed.length === 0) return undefined;
  yield* context.flush();
  return yield* follow(context, { followed, last: followed.length - 1 });
};

interface Wanted {
  readonly sign: string;
  readonly count: number;
  readonly bytes: boolean;
}

function* lastOf(context: Context, path: string, fd: Fd, { sign, count, bytes }: Wanted): Blocking<void> {
  if (path === '/dev/zero') return yield* hoard(context, fd);
  const chunks: Bytes[] = [];
  for (;;) {
    const chunk = yield* readChunk(context.sys, fd);
    if (chunk.length === 0) break;
    chunks.push(chunk);
  }
  const whole = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : joined(chunks);
  if (sign !== '+')
    context.print(whole.subarray(bytes ? Math.max(0, whole.length - count) : startOfLast(whole, count)));
  else if (bytes) context.print(whole.subarray(Math.max(0, count - 1)));
  else context.print(whole.subarray(endOfLines(whole, Math.max(0, count - 1)).at));
}

function joined(chunks: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A line without end has to be kept whole: memory grows until somebody stops it. */
function* hoard(context: Context, fd: Fd): Blocking<void> {
  for (let size = 0; ; ) {
    context.sys.save(0);
    const chunk = yield* context.sys.read(fd, 65_536);
    size += chunk.length * 64;
    yield* context.sys.claim(size);
    yield* context.sys.spend(10);
  }
}

interface Following {
  readonly followed: Followed[];
  /** Whose text was printed last. */
  last: number;
}

function isFollowing(saved: unknown): saved is Following {
  return typeof saved === 'object' && saved !== null && 'followed' in saved;
}

function* follow(context: Context, state: Following): Blocking<number> {
  const { sys, flags } = context;
  const pause = readDuration(flags.value('s') ?? '1') ?? 1000;
  for (;;) {
    sys.save(state);
    for (const [i, file] of state.followed.entries()) yield* printNew(context, state, file, i);
    sys.save(state);
    yield* sys.sleep(pause === 1000 ? seconds(1) : durationMs(pause));
  }
}

function* printNew(context: Context, state: Following, file: Followed, index: number): Blocking<void> {
  const { sys } = context;
  if (context.flags.has('F')) yield* reopen(context, file);
  for (;;) {
    const chunk = yield* readChunk(sys, file.fd);
    if (chunk.length === 0) return;
    if (state.last !== index) context.print(`\n==> ${file.path} <==\n`);
    state.last = index;
    context.print(chunk);
    yield* context.flush();
  }
}

/** Another file under the same name is taken up (log rotation). */
function* reopen(context: Context, file: Followed): Blocking<void> {
  const { sys } = context;
  try {
    if (sys.stat(file.path).inode === file.inode) return;
    const fd = yield* sys.open(file.path, { read: true });
    sys.close(file.fd);
    file.fd = fd;
    file.inode = sys.fstat(fd).inode;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

export const tail = command(TAIL, runTail);
