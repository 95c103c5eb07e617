// Files of the machine that kubectl runs on, with errors worded as Go words them: `open x: no such file or directory`.

import { errorText } from '../../sandbox/machine/errors.ts';
import { type Blocking, type Bytes, type Fd, type FileStat, type Sys, SysError } from '../../sandbox/machine/sys.ts';
import { directoryOf } from './text/path.ts';

const CHUNK = 65_536;

/** A call on a file that failed. `missing`: nothing is there. */
export class FileError extends Error {
  readonly missing: boolean;
  constructor(operation: string, path: string, error: SysError) {
    super(`${operation} ${path}: ${goErrorText(error)}`);
    this.name = 'FileError';
    this.missing = error.code === 'ENOENT';
  }
}

/** What Go says of an errno: strerror's text in lower case. */
export function goErrorText(error: SysError): string {
  const text = errorText(error.code);
  return text[0]?.toLowerCase() + text.slice(1);
}

export function* readFile(sys: Sys, path: string): Blocking<Bytes> {
  const fd = yield* opened(path, 'open', () => sys.open(path, { read: true }));
  try {
    return yield* readAll(sys, fd);
  } catch (error) {
    throw error instanceof SysError ? new FileError('read', path, error) : error;
  } finally {
    sys.close(fd);
  }
}

export function* readText(sys: Sys, path: string): Blocking<string> {
  return decodeText(yield* readFile(sys, path));
}

/** Replaces what was there. */
export function* writeFile(sys: Sys, path: string, content: string | Bytes, mode = 0o666): Blocking<void> {
  const flags = { write: true, create: true, truncate: true, mode };
  const fd = yield* opened(path, 'open', () => sys.open(path, flags));
  try {
    if (content.length > 0) yield* sys.write(fd, content);
  } finally {
    sys.close(fd);
  }
}

/** Everything up to the end; the descriptor stays open. */
export function* readAll(sys: Sys, fd: Fd): Blocking<Bytes> {
  const chunks: Bytes[] = [];
  for (;;) {
    const chunk = yield* sys.read(fd, CHUNK);
    if (chunk.length === 0) break;
    chunks.push(chunk);
  }
  return joined(chunks);
}

/** Undefined where nothing is. */
export function statOf(sys: Sys, path: string): FileStat | undefined {
  try {
    return sys.stat(path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** Throws a FileError where nothing can be looked at. */
export function mustStat(sys: Sys, path: string): FileStat {
  try {
    return sys.stat(path);
  } catch (error) {
    throw error instanceof SysError ? new FileError('stat', path, error) : error;
  }
}

export function makeFolders(sys: Sys, path: string, mode = 0o777): void {
  if (path === '/' || path === '.' || statOf(sys, path) !== undefined) return;
  makeFolders(sys, directoryOf(path), mode);
  try {
    sys.mkdir(path, mode);
  } catch (error) {
    throw error instanceof SysError ? new FileError('mkdir', path, error) : error;
  }
}

export function joined(chunks: readonly Bytes[]): Bytes {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

export function decodeText(bytes: Bytes): string {
  return new TextDecoder().decode(bytes);
}

function* opened(path: string, operation: string, open: () => Blocking<Fd>): Blocking<Fd> {
  try {
    return yield* open();
  } catch (error) {
    throw error instanceof SysError ? new FileError(operation, path, error) : error;
  }
}
