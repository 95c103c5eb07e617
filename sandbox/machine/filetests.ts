// What `test`, `[` and `[[ ]]` can ask about files, texts and numbers.

import { type Fd, type FileStat, type Sys, SysError } from './sys.ts';

/** Who asks: a shell knows descriptors, variables and options that a program doesn't. */
export interface TestPlace {
  readonly sys: Sys;
  readonly fd: (number: number) => Fd;
  readonly isSet: (variable: string) => boolean;
  readonly isOn: (option: string) => boolean;
}

const NUMERIC = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);

export function isNumeric(op: string): boolean {
  return NUMERIC.has(op);
}

export function compareNumbers(op: string, left: number | bigint, right: number | bigint): boolean {
  switch (op) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    default:
      return left >= right;
  }
}

function statOf(place: TestPlace, path: string, follow = true): FileStat | undefined {
  try {
    return follow ? place.sys.stat(path) : place.sys.lstat(path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** `-nt`, `-ot`, `-ef`. */
export function fileTest(place: TestPlace, op: string, left: string, right: string): boolean {
  const a = statOf(place, left);
  const b = statOf(place, right);
  if (op === '-ef') return a !== undefined && b !== undefined && a.inode === b.inode && a.device === b.device;
  const newer = op === '-nt' ? a : b;
  const older = op === '-nt' ? b : a;
  return newer !== undefined && (older === undefined || newer.modified > older.modified);
}

export function unaryTest(place: TestPlace, op: string, text: string): boolean {
  switch (op) {
    case '-n':
      return text !== '';
    case '-z':
      return text === '';
    case '-t':
      return /^\d+$/.test(text) && place.sys.isatty(place.fd(Number(text)));
    case '-r':
    case '-w':
    case '-x':
      return statOf(place, text) !== undefined && place.sys.access(text, op === '-r' ? 4 : op === '-w' ? 2 : 1);
    case '-v':
      return place.isSet(text);
    case '-o':
      return place.isOn(text);
    case '-h':
    case '-L':
      return statOf(place, text, false)?.type === 'symlink';
    default:
      return statTest(place, op, statOf(place, text));
  }
}

function statTest(place: TestPlace, op: string, stat: FileStat | undefined): boolean {
  if (stat === undefined) return false;
  switch (op) {
    case '-f':
      return stat.type === 'file';
    case '-d':
      return stat.type === 'directory';
    case '-p':
      return stat.type === 'fifo';
    case '-S':
      return stat.type === 'socket';
    case '-c':
      return stat.type === 'device';
    case '-b':
      return false;
    case '-s':
      return stat.size > 0;
    case '-u':
      return (stat.mode & 0o4000) !== 0;
    case '-g':
      return (stat.mode & 0o2000) !== 0;
    case '-k':
      return (stat.mode & 0o1000) !== 0;
    case '-O':
      return stat.uid === place.sys.uid;
    case '-G':
      return stat.gid === place.sys.gid;
    default:
      return true;
  }
}
