// A run of `sed`: its files, the line it is at, what is to be printed behind it.

import { errorText } from '../../errors.ts';
import type { Regex } from '../../regex/regex.ts';
import { type Blocking, type Fd, SysError } from '../../sys.ts';
import type { Context } from '../kit/command.ts';
import { type LineReader, lineReader, openInput, tryTextFile } from '../kit/input.ts';
import type { SedCommand } from './script.ts';

export interface Run {
  readonly context: Context;
  readonly commands: readonly SedCommand[];
  readonly labels: ReadonlyMap<string, number>;
  readonly files: Map<string, Fd>;
  readonly paths: readonly string[];
  next: number;
  reader: LineReader | undefined;
  fd: Fd;
  /** The line after the present one, read ahead to know which is the last. */
  ahead: { readonly text: string; readonly ended: boolean } | undefined;
  pattern: string;
  ended: boolean;
  hold: string;
  line: number;
  /** By command: the line at which an open range ends (or Infinity for one that ends at a match). */
  readonly ranges: Map<number, number>;
  /** Text that comes after this line. */
  queue: { readonly kind: 'text' | 'file'; readonly text: string }[];
  substituted: boolean;
  last: Regex | undefined;
  quit: number | undefined;
  output: string;
}

export function* readAhead(run: Run): Blocking<Run['ahead']> {
  const { context } = run;
  for (;;) {
    if (run.reader === undefined) {
      const path = run.paths[run.next++];
      if (path === undefined) return undefined;
      const fd = yield* openSed(context, path);
      if (fd === undefined) continue;
      run.fd = fd;
      run.reader = lineReader(context, fd, context.flags.has('z') ? '\0' : '\n');
    }
    try {
      const line = yield* run.reader.next();
      if (line !== undefined) return line;
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EISDIR') throw error;
      const path = run.paths[run.next - 1];
      context.complain(
        context.flavour === 'gnu' ? `couldn't edit ${path}: not a regular file` : `read error: ${errorText('EISDIR')}`,
      );
      context.status = context.flavour === 'gnu' ? 4 : 1;
    }
    if (run.fd > 0) context.sys.close(run.fd);
    run.reader = undefined;
  }
}

function* openSed(context: Context, path: string): Blocking<Fd | undefined> {
  const before = context.status;
  if (context.flavour === 'busybox' || path === '-') return yield* openInput(context, path);
  try {
    return yield* context.sys.open(path, { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(`can't read ${path}: ${errorText(error.code)}`);
    context.status = before || 2;
    return undefined;
  }
}

export function* nextLine(run: Run): Blocking<boolean> {
  if (run.ahead === undefined) return false;
  run.pattern = run.ahead.text;
  run.ended = run.ahead.ended;
  run.line++;
  run.substituted = false;
  run.ahead = yield* readAhead(run);
  return true;
}

export function* flushQueue(run: Run, out: (text: string) => void): Blocking<void> {
  for (const { kind, text } of run.queue.splice(0))
    out(kind === 'text' ? text : ((yield* tryTextFile(run.context.sys, text)) ?? ''));
}

/** How a run goes on after a command. */
export type Went = undefined | 'deleted' | 'again' | 'end' | number;
