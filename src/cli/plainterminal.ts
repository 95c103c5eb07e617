// Where plain lines come from and go to: a pipe, or the learner's own terminal, which breaks no words and stays when a line is
// interrupted.

import { createInterface } from 'node:readline';
import { wrapLine } from '../workstation/line/wrap.ts';

export interface PlainIo {
  readonly lines: AsyncIterable<string>;
  /** Lines are shown behind their prompt, for no terminal did it. */
  readonly echo: boolean;
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  /** How wide rows may be; without it they are as long as they are. */
  readonly columns?: () => number | undefined;
  /** Told of Ctrl-C until what it answers is called. */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

export function ownTerminal(): PlainIo {
  return {
    lines: createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
    echo: !process.stdin.isTTY,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    // A pipe has none.
    columns: () => (process.stdout.isTTY ? process.stdout.columns : undefined),
    ...(process.stdin.isTTY ? { onInterrupt } : {}),
  };
}

function onInterrupt(listener: () => void): () => void {
  process.on('SIGINT', listener);
  return () => process.off('SIGINT', listener);
}

/** Commands that a story offers stay whole, so that they can be copied from a terminal. */
const OFFERED = /^ {4}[$>] /;

/** Lines, broken into rows where a terminal shows them. */
export function writeLines({ out, columns }: Pick<PlainIo, 'out' | 'columns'>, lines: readonly string[]): void {
  const width = columns?.();
  for (const line of lines) for (const row of rowsOf(line, width)) out(`${row}\n`);
}

/** A line as rows of a terminal. */
function rowsOf(line: string, columns: number | undefined): readonly string[] {
  if (columns === undefined || OFFERED.test(line)) return [line];
  return line.split('\n').flatMap((each) => wrapLine(each, columns));
}
