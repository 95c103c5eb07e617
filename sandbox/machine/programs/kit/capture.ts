// Runs a program and takes what it prints.

import { type Blocking, type Bytes, type Sys, SysError } from '../../sys.ts';
import { concat, decode } from '../../text.ts';
import { statusOf } from './run.ts';

export interface Captured {
  readonly stdout: string;
  /** 127 where it couldn't be started. */
  readonly status: number;
}

/** Standard error is taken with standard output where `joined` says so. */
export function* capture(sys: Sys, argv: readonly string[], joined = true): Blocking<Captured> {
  const pipe = sys.pipe();
  try {
    const fds = new Map([[1, pipe.write], ...(joined ? [[2, pipe.write] as const] : [])]);
    const pid = sys.spawn(argv, { fds });
    sys.close(pipe.write);
    const chunks: Bytes[] = [];
    for (;;) {
      const chunk = yield* sys.read(pipe.read, 65_536);
      if (chunk.length === 0) break;
      chunks.push(chunk);
    }
    sys.close(pipe.read);
    return { stdout: decode(concat(chunks)), status: statusOf(yield* sys.wait(pid)) };
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    return { stdout: '', status: 127 };
  }
}
