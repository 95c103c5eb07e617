// Calls that may fail, and what is said then.

import { errorText } from '../../errors.ts';
import { type FileStat, type Sys, SysError } from '../../sys.ts';
import type { Context } from './command.ts';

/** Does it; or complains (`words` gets the error's text), notes status 1, and answers undefined. */
export function attempt<T>(context: Context, words: (why: string) => string, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(words(errorText(error.code)));
    context.status = 1;
    return undefined;
  }
}

/** The stat of a path, or undefined where there is nothing (or nothing to be seen). */
export function statOrNothing(sys: Sys, path: string, follow = true): FileStat | undefined {
  try {
    return follow ? sys.stat(path) : sys.lstat(path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** `dir/name`, with one slash. */
export function join(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** The last part of a path. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** A path without its last part. */
export function folderName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  const at = trimmed.lastIndexOf('/');
  if (at < 0) return trimmed === '' && path !== '' ? '/' : '.';
  return trimmed.slice(0, at).replace(/\/+$/, '') || '/';
}
