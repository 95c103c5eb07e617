// Programs that start programs: found along the PATH, waited for, and what is said when that fails.

import { errorText } from '../../errors.ts';
import { signalNumber } from '../../signals.ts';
import { type Blocking, type SpawnOptions, type Sys, SysError, type WaitStatus } from '../../sys.ts';
import type { Context } from './command.ts';

/** The status that a shell gives for how a process ended. */
export function statusOf(ended: WaitStatus | undefined): number {
  if (ended === undefined) return 0;
  return ended.kind === 'exited' ? ended.status : 128 + signalNumber(ended.signal);
}

/** 127 for what isn't there, 126 for what can't be run. */
export function failureStatus(error: SysError): number {
  return error.code === 'ENOENT' ? 127 : 126;
}

/** What busybox and the GNU tools say of a command that can't be started. */
export function cannotRun(context: Context, name: string, error: SysError): string {
  const why = errorText(error.code);
  if (context.flavour === 'busybox')
    return context.name === 'xargs' ? `${name}: ${why}` : `can't execute '${name}': ${why}`;
  return context.name === 'env' || context.name === 'xargs'
    ? `${context.name === 'env' ? `'${name}'` : name}: ${why}`
    : `failed to run command '${name}': ${why}`;
}

/** Becomes another program; comes back (with a status) only when that fails. */
export function* become(context: Context, argv: readonly string[], options: SpawnOptions = {}): Blocking<number> {
  yield* context.flush();
  try {
    return yield* context.sys.exec(argv, options);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(cannotRun(context, argv[0] ?? '', error));
    return failureStatus(error);
  }
}

/** Runs a program to its end. Throws what starting it throws. */
export function* runToEnd(
  sys: Sys,
  argv: readonly string[],
  options: SpawnOptions = {},
): Blocking<WaitStatus | undefined> {
  const pid = sys.spawn(argv, options);
  for (;;) {
    try {
      return yield* sys.wait(pid);
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
    }
  }
}
