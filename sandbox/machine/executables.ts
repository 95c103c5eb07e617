// From a file to the program that runs it. A binary's file says which registered program it is, so that copies and links
// of it run too; a script says which interpreter.

import { bytesOf, textOf } from './bytes.ts';
import type { Kernel } from './context.ts';
import { readContent } from './files/content.ts';
import { inodeOf } from './files/filesystem.ts';
import type { Place } from './files/mount.ts';
import { searchPath } from './files/paths.ts';
import { EXECUTE, mayAccess } from './files/permissions.ts';
import { look, viewerOf, virtualTreeOf, type Walker } from './files/tree.ts';
import { type Bytes, type ErrnoCode, type Program, SysError } from './sys.ts';

export interface Executable {
  /** Absolute, or as the caller gave it. */
  readonly path: string;
  /** The name under which the program is registered. */
  readonly program: string;
  readonly argv: readonly string[];
}

const MAGIC = '\x7fELF k8s-learn ';
const HEAD_MAX = 256;
const INTERPRETERS_MAX = 4;
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The bytes of a binary that runs a registered program. */
export function binaryOf(program: string): Bytes {
  return bytesOf(`${MAGIC}${program}\n\0`);
}

/** ENOENT, EACCES: looks a command up as execvp(3) does. */
export function findExecutable(kernel: Kernel, walker: Walker, command: string, path: string | undefined): string {
  if (command.includes('/')) {
    placeOf(kernel, walker, command);
    return command;
  }
  let denied = false;
  for (const folder of command === '' ? [] : (path ?? DEFAULT_PATH).split(':')) {
    const candidate = `${folder === '' ? '.' : folder}/${command}`;
    const place = executableAt(kernel, walker, candidate);
    if (typeof place !== 'string') return candidate;
    denied ||= place === 'EACCES';
  }
  throw new SysError(denied ? 'EACCES' : 'ENOENT');
}

function executableAt(kernel: Kernel, walker: Walker, path: string): Place | ErrnoCode {
  const found = searchPath(kernel, walker, path);
  if (typeof found === 'string') return found;
  const { place } = found;
  if (place === undefined) return 'ENOENT';
  const inode = look(kernel, viewerOf(walker), place);
  return inode.type === 'file' && mayAccess(walker.credentials, inode, EXECUTE) ? place : 'EACCES';
}

function placeOf(kernel: Kernel, walker: Walker, path: string): Place {
  const place = executableAt(kernel, walker, path);
  if (typeof place === 'string') throw new SysError(place);
  return place;
}

/** ENOEXEC for what is neither a known binary nor a script; ENOENT also when an interpreter is missing. */
export function loadExecutable(kernel: Kernel, walker: Walker, path: string, argv: readonly string[]): Executable {
  let at = path;
  let words = argv;
  for (let depth = 0; depth < INTERPRETERS_MAX; depth++) {
    const head = headOf(kernel, placeOf(kernel, walker, at));
    if (head.startsWith(MAGIC)) return known(kernel, at, head, words);
    if (!head.startsWith('#!')) throw new SysError('ENOEXEC');
    const line = (head.slice(2).split('\n')[0] ?? '').trim();
    const space = line.search(/[ \t]/);
    const interpreter = space < 0 ? line : line.slice(0, space);
    const option = space < 0 ? [] : [line.slice(space).trim()];
    if (interpreter === '') throw new SysError('ENOEXEC');
    words = [interpreter, ...option, at, ...words.slice(1)];
    at = interpreter;
  }
  throw new SysError('ELOOP');
}

function headOf(kernel: Kernel, { mount: { fs }, inode }: Place): string {
  if (virtualTreeOf(fs) !== undefined) return '';
  const file = inodeOf(kernel, fs, inode);
  return file.type === 'file' ? textOf(readContent(file.content, 0, HEAD_MAX)) : '';
}

function known(kernel: Kernel, path: string, head: string, argv: readonly string[]): Executable {
  const name = head.slice(MAGIC.length, head.indexOf('\n'));
  // A tool of the GNU flavour that isn't there on its own is the same as busybox's.
  return { path, program: kernel.programs.has(name) ? name : name.replace(/^gnu\//, ''), argv };
}

/** Runs in place of a program that images have and nobody has written. */
export const unsimulated: Program = function* (sys) {
  const name = (sys.argv[0] ?? '').replace(/^.*\//, '');
  yield* sys.write(2, `${name}: k8s-learn does not simulate this program\n`);
  return 127;
};
