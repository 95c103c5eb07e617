// Reading: files or standard input, whole or line by line. Each chunk is paid for with virtual CPU.

import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import type { Context } from './command.ts';

/** What one step of virtual CPU works through. */
const BYTES_PER_STEP = 4096;
const CHUNK = 65_536;

export function* readChunk(sys: Sys, fd: Fd): Blocking<Bytes> {
  const chunk = yield* sys.read(fd, CHUNK);
  if (chunk.length >= BYTES_PER_STEP) yield* sys.spend(Math.ceil(chunk.length / BYTES_PER_STEP));
  return chunk;
}

export function* readAll(sys: Sys, fd: Fd): Blocking<Bytes> {
  const chunks: Bytes[] = [];
  for (;;) {
    const chunk = yield* readChunk(sys, fd);
    if (chunk.length === 0) return concat(chunks);
    chunks.push(chunk);
  }
}

/** A whole file; throws what opening or reading it throws. */
export function* readFile(sys: Sys, path: string): Blocking<Bytes> {
  const fd = yield* sys.open(path, { read: true });
  try {
    return yield* readAll(sys, fd);
  } finally {
    sys.close(fd);
  }
}

export function* readTextFile(sys: Sys, path: string): Blocking<string> {
  return decode(yield* readFile(sys, path));
}

/** The text of a file, or undefined where it can't be read. */
export function* tryTextFile(sys: Sys, path: string): Blocking<string | undefined> {
  try {
    return yield* readTextFile(sys, path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

export function* writeFile(sys: Sys, path: string, data: Bytes | string, mode?: number): Blocking<void> {
  const fd = yield* sys.open(path, {
    write: true,
    create: true,
    truncate: true,
    ...(mode === undefined ? {} : { mode }),
  });
  yield* sys.write(fd, data);
  sys.close(fd);
}

/** `can't open 'x': No such file or directory`, or `x: No such file or directory`; `shown`: as `head` and `tail` of GNU say it. */
export type OpenWords = 'quoted' | 'plain' | 'shown';

/** Opens an input; `-` is standard input. Complains, and answers undefined, when that fails. */
export function* openInput(context: Context, path: string, words: OpenWords = 'plain'): Blocking<Fd | undefined> {
  if (path === '-') return 0;
  try {
    return yield* context.sys.open(path, { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    inputFailed(context, path, error, words);
    return undefined;
  }
}

export function inputFailed(context: Context, path: string, error: SysError, words: OpenWords = 'plain'): void {
  const why = errorText(error.code);
  if (context.flavour === 'busybox' && words === 'quoted') context.complain(`can't open '${path}': ${why}`);
  else if (context.flavour === 'gnu' && words === 'shown')
    context.complain(`cannot open '${path}' for reading: ${why}`);
  else context.complain(`${path}: ${why}`);
  context.status = 1;
}

/** Reads the texts of all inputs, one after the other; those that fail are complained of and left out. */
export function* readInputs(
  context: Context,
  paths: readonly string[],
  words: OpenWords = 'plain',
): Blocking<{ readonly path: string; readonly bytes: Bytes }[]> {
  const inputs: { path: string; bytes: Bytes }[] = [];
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const bytes = yield* readInput(context, path, words);
    if (bytes !== undefined) inputs.push({ path, bytes });
  }
  return inputs;
}

export function* readInput(context: Context, path: string, words: OpenWords = 'plain'): Blocking<Bytes | undefined> {
  const fd = yield* openInput(context, path, words);
  if (fd === undefined) return undefined;
  try {
    return yield* readAll(context.sys, fd);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.code === 'EINTR') throw error;
    context.complain(
      context.flavour === 'gnu' || error.code !== 'EISDIR'
        ? `${path}: ${errorText(error.code)}`
        : `read error: ${errorText(error.code)}`,
    );
    context.status = 1;
    return undefined;
  } finally {
    if (fd !== 0) context.sys.close(fd);
  }
}

export interface Line {
  /** Without its newline. */
  readonly text: string;
  /** Whether a newline ended it. */
  readonly ended: boolean;
}

export interface LineReader {
  /** The next line; undefined at the end. What was printed is flushed before it waits. */
  next(): Blocking<Line | undefined>;
  /** What was read and not yet asked for. */
  readonly rest: () => string;
}

/** Lines of a descriptor, as they come. `separator` is the byte that ends one. */
export function lineReader(context: Context, fd: Fd, separator = '\n', rest = ''): LineReader {
  const pieces: Bytes[] = [];
  const code = separator.charCodeAt(0);
  let text = rest;
  let at = 0;
  let ended = false;
  const refill = function* (): Blocking<void> {
    yield* context.flush();
    const chunk = yield* readChunk(context.sys, fd);
    if (chunk.length === 0) {
      ended = true;
      text = text.slice(at) + decode(concat(pieces.splice(0)));
      at = 0;
      return;
    }
    pieces.push(chunk);
    if (!chunk.includes(code)) return;
    const whole = concat(pieces.splice(0));
    const last = whole.lastIndexOf(code) + 1;
    text = text.slice(at) + decode(whole.subarray(0, last));
    at = 0;
    if (last < whole.length) pieces.push(whole.subarray(last));
  };
  return {
    rest: () => text.slice(at) + decode(concat(pieces)),
    *next() {
      for (;;) {
        const end = text.indexOf(separator, at);
        if (end >= 0) {
          const line = text.slice(at, end);
          at = end + 1;
          return { text: line, ended: true };
        }
        if (ended) {
          if (at >= text.length) return undefined;
          const line = text.slice(at);
          at = text.length;
          return { text: line, ended: false };
        }
        yield* refill();
      }
    },
  };
}

/** The lines of a text; the last needs no newline. */
export function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (text.endsWith('\n')) lines.pop();
  return lines;
}
