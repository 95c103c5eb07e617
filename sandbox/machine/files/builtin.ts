// Tables of inodes that come with the kernel: /dev as a container sees it, and the root of a host without an image.

import { EPOCH } from '../../time/units.ts';
import { noEntries } from '../nothing.ts';
import { type DeviceName, type Inode, type LowerTable, ROOT_INODE } from './inode.ts';
import type { FileSystem } from './mount.ts';

const DEVICES: Readonly<Record<string, DeviceName>> = {
  null: 'null',
  zero: 'zero',
  full: 'full',
  random: 'random',
  urandom: 'random',
  tty: 'tty',
  console: 'console',
  ptmx: 'ptmx',
};

const LINKS: Readonly<Record<string, string>> = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
};

const FOLDERS = ['pts', 'shm', 'mqueue'];

const common = (mode: number) => ({ mode, uid: 0, gid: 0, modified: EPOCH, links: 1 });

function folder(parent: number, mode: number, entries: Map<string, number>): Inode {
  return { type: 'directory', ...common(mode), links: 2, parent, entries };
}

function deviceTable(): LowerTable {
  const entries = new Map<string, number>();
  const inodes: Inode[] = [folder(ROOT_INODE, 0o755, entries)];
  const add = (name: string, inode: Inode): void => {
    inodes.push(inode);
    entries.set(name, inodes.length);
  };
  for (const [name, device] of Object.entries(DEVICES)) add(name, { type: 'device', ...common(0o666), device });
  for (const [name, target] of Object.entries(LINKS)) add(name, { type: 'symlink', ...common(0o777), target });
  for (const name of FOLDERS) add(name, folder(ROOT_INODE, name === 'pts' ? 0o755 : 0o1777, new Map()));
  return inodes;
}

export const DEVICES_TABLE = 'builtin:dev';

/** /sys shows everybody what is theirs, and holds nothing itself. */
export const SYSFS: FileSystem = Object.freeze({
  number: 0,
  type: 'sysfs',
  source: 'sysfs',
  lower: undefined,
  changed: noEntries<number, undefined>(),
  next: ROOT_INODE + 1,
  usedBytes: 0,
  usedInodes: 0,
  limit: undefined,
  pool: undefined,
  memory: undefined,
  pids: undefined,
  opens: noEntries<number, number>(),
});

export const BUILTIN_TABLES: ReadonlyMap<string, LowerTable> = new Map([[DEVICES_TABLE, deviceTable()]]);
