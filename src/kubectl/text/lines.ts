// Lines that people type.

import type { Blocking, Fd, Sys } from '../../../sandbox/machine/sys.ts';
import { decodeText, joined } from '../files.ts';

const NEWLINE = 10;

/** One line without its end; what follows stays to be read. */
export function* readLine(sys: Sys, fd: Fd): Blocking<string> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = yield* sys.read(fd, 1, NEWLINE);
    if (chunk.length === 0 || chunk[0] === NEWLINE) return decodeText(joined(chunks)).replace(/\r$/, '');
    chunks.push(chunk);
  }
}
