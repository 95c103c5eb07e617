// Checks that a path on the node is what a hostPath volume says that it is.

import type { Files } from '../../machine/runtime/walk.ts';
import { SetUpError } from './payloads.ts';

const KINDS: Readonly<Record<string, { readonly type: string; readonly words: string }>> = {
  Directory: { type: 'directory', words: 'a directory' },
  File: { type: 'file', words: 'a file' },
  Socket: { type: 'socket', words: 'a socket file' },
  CharDevice: { type: 'device', words: 'a character device' },
  BlockDevice: { type: 'block', words: 'a block device' },
};

/** Makes what may be made. SetUpError when something else is there, or nothing. */
export function checkHostPath(files: Files, path: string, type: string): void {
  const exists = files.exists(path);
  if (type === '' || type === 'DirectoryOrCreate') {
    if (!exists) files.makeFolder(path, { mode: 0o755 });
    else if (type !== '') check(files, path, 'Directory');
    return;
  }
  if (type === 'FileOrCreate') {
    if (!exists) files.write(path, '', { mode: 0o644 });
    else check(files, path, 'File');
    return;
  }
  check(files, path, type);
}

function check(files: Files, path: string, type: string): void {
  const kind = KINDS[type];
  if (kind === undefined) throw new SetUpError(`hostPath type check failed: unknown hostPath type ${type}`);
  if (!files.exists(path) || files.stat(path).type !== kind.type)
    throw new SetUpError(`hostPath type check failed: ${path} is not ${kind.words}`);
}
