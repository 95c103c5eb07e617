// One file system's own work: inodes, names and bytes, with what they take counted. No paths, no permissions.

import type { Kernel } from '../context.ts';
import { noEntries, ownEntries } from '../nothing.ts';
import { SysError } from '../sys.ts';
import { type Content, contentSize, copyContent } from './content.ts';
import { type DirectoryInode, type FileInode, type Inode, ROOT_INODE } from './inode.ts';
import type { FileSystem, FileSystemType, Pool } from './mount.ts';

export interface NewFileSystem {
  readonly type: FileSystemType;
  readonly source: string;
  readonly lower?: string;
  readonly limit?: number;
  readonly pool?: Pool;
  readonly memory?: FileSystem['memory'];
  readonly pids?: FileSystem['pids'];
  /** Permission bits and owner of the root folder, where there is no table below. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export function createFileSystem(kernel: Kernel, options: NewFileSystem): FileSystem {
  const { type, source, lower, limit, pool, memory, pids } = options;
  const fs: FileSystem = {
    number: kernel.nextNumber(),
    type,
    source,
    lower,
    changed: isVirtual(type) ? noEntries() : new Map(),
    next: (lower === undefined ? 0 : kernel.lower(lower).length) + 1,
    usedBytes: 0,
    usedInodes: 0,
    limit,
    pool,
    memory,
    pids,
    opens: noEntries(),
  };
  if (lower === undefined && !isVirtual(type)) addRoot(kernel, fs, options);
  return fs;
}

/** Its inodes are made up; none is kept. */
function isVirtual(type: FileSystemType): boolean {
  return type === 'proc' || type === 'sysfs';
}

function addRoot(kernel: Kernel, fs: FileSystem, { mode = 0o755, uid = 0, gid = 0 }: NewFileSystem): void {
  fs.next = ROOT_INODE + 1;
  const modified = kernel.now();
  fs.changed.set(ROOT_INODE, {
    type: 'directory',
    mode,
    uid,
    gid,
    modified,
    links: 2,
    parent: ROOT_INODE,
    entries: new Map(),
  });
}

/** Undefined when it has been removed. Not to be changed: `ownInode` gives one that may be. */
export function findInode(kernel: Kernel, fs: FileSystem, number: number): Readonly<Inode> | undefined {
  const own = fs.changed.get(number);
  if (own !== undefined) return own;
  if (fs.lower === undefined || fs.changed.has(number)) return undefined;
  return kernel.lower(fs.lower)[number - 1];
}

export function inodeOf(kernel: Kernel, fs: FileSystem, number: number): Readonly<Inode> {
  const inode = findInode(kernel, fs, number);
  if (inode === undefined) throw new SysError('ENOENT');
  return inode;
}

/** The inode for changing; what lay in the table below is copied first, and its bytes count from then on. */
export function ownInode(kernel: Kernel, fs: FileSystem, number: number): Inode {
  const own = fs.changed.get(number);
  if (own !== undefined) return own;
  const below = inodeOf(kernel, fs, number);
  takeRoom(kernel, fs, below.type === 'file' ? contentSize(below.content) : 0, 1);
  const copy = ownCopy(below);
  fs.changed.set(number, copy);
  return copy;
}

function ownDirectory(kernel: Kernel, fs: FileSystem, number: number): DirectoryInode {
  const inode = ownInode(kernel, fs, number);
  if (inode.type !== 'directory') throw new SysError('ENOTDIR');
  return inode;
}

export function ownFile(kernel: Kernel, fs: FileSystem, number: number): FileInode {
  const inode = ownInode(kernel, fs, number);
  if (inode.type !== 'file') throw new SysError('EINVAL');
  return inode;
}

function ownCopy(inode: Readonly<Inode>): Inode {
  if (inode.type === 'directory') return { ...inode, entries: new Map(inode.entries) };
  // The blocks themselves are shared with the table below, so that they cost nothing.
  if (inode.type === 'file') return { ...inode, content: { ...copyContent(inode.content), cost: 0 } };
  return { ...inode };
}

/** Puts a new inode under a name of a folder. */
export function addInode(kernel: Kernel, fs: FileSystem, folder: number, name: string, inode: Inode): number {
  takeRoom(kernel, fs, 0, 1);
  const parent = ownDirectory(kernel, fs, folder);
  const number = fs.next++;
  fs.changed.set(number, inode);
  setEntry(kernel, parent, name, number);
  if (inode.type === 'directory') parent.links++;
  return number;
}

function setEntry(kernel: Kernel, folder: DirectoryInode, name: string, number: number): void {
  folder.entries.set(name, number);
  folder.modified = kernel.now();
}

/** One more name for an inode of the same file system. */
export function addName(kernel: Kernel, fs: FileSystem, folder: number, name: string, number: number): void {
  const inode = ownInode(kernel, fs, number);
  setEntry(kernel, ownDirectory(kernel, fs, folder), name, number);
  inode.links++;
}

/** Takes a name away; the inode goes when it has neither name nor user left. */
export function removeName(kernel: Kernel, fs: FileSystem, folder: number, name: string): void {
  const parent = ownDirectory(kernel, fs, folder);
  const number = parent.entries.get(name);
  if (number === undefined) return;
  parent.entries.delete(name);
  parent.modified = kernel.now();
  const inode = inodeOf(kernel, fs, number);
  const links = inode.type === 'directory' ? 0 : inode.links - 1;
  if (inode.type === 'directory') parent.links--;
  // What lies below, and has no other name and no user, is only marked: a full disk must not keep anybody from deleting.
  if (links <= 0 && !fs.changed.has(number) && !fs.opens.has(number)) fs.changed.set(number, undefined);
  else ownInode(kernel, fs, number).links = links;
  dropIfUnused(kernel, fs, number);
}

/** Moves a name to another folder (or renames it there); whatever has the new name goes. */
export function moveName(
  kernel: Kernel,
  fs: FileSystem,
  from: { readonly folder: number; readonly name: string },
  to: { readonly folder: number; readonly name: string },
): void {
  const source = ownDirectory(kernel, fs, from.folder);
  const number = source.entries.get(from.name);
  if (number === undefined) throw new SysError('ENOENT');
  removeName(kernel, fs, to.folder, to.name);
  source.entries.delete(from.name);
  source.modified = kernel.now();
  const target = ownDirectory(kernel, fs, to.folder);
  setEntry(kernel, target, to.name, number);
  const moved = inodeOf(kernel, fs, number);
  if (moved.type !== 'directory' || from.folder === to.folder) return;
  ownDirectory(kernel, fs, number).parent = to.folder;
  source.links--;
  target.links++;
}

export function openInode(fs: FileSystem, number: number): void {
  if (isVirtual(fs.type)) return;
  fs.opens = ownEntries(fs.opens);
  fs.opens.set(number, (fs.opens.get(number) ?? 0) + 1);
}

export function closeInode(kernel: Kernel, fs: FileSystem, number: number): void {
  if (isVirtual(fs.type)) return;
  const left = (fs.opens.get(number) ?? 1) - 1;
  if (left > 0) {
    fs.opens.set(number, left);
    return;
  }
  fs.opens.delete(number);
  if (fs.changed.get(number)?.links === 0) dropIfUnused(kernel, fs, number);
}

function dropIfUnused(kernel: Kernel, fs: FileSystem, number: number): void {
  const inode = fs.changed.get(number);
  if (inode === undefined || inode.links > 0 || fs.opens.has(number)) return;
  giveBack(kernel, fs, inode);
  if (fs.lower !== undefined && number <= kernel.lower(fs.lower).length) fs.changed.set(number, undefined);
  else fs.changed.delete(number);
}

/** Changes a file's bytes; `growth` is by how much it gets longer. ENOSPC, before anything has changed. */
export function changeContent(
  kernel: Kernel,
  fs: FileSystem,
  file: FileInode,
  growth: number,
  change: (content: Content) => void,
): void {
  if (growth !== 0) takeRoom(kernel, fs, growth, 0);
  const { content } = file;
  const before = content.cost;
  change(content);
  kernel.state.stored += content.cost - before;
  file.modified = kernel.now();
}

/** Counts bytes and inodes of a file system on its limit, its disk and its memory. ENOSPC when there is no room. */
function takeRoom(kernel: Kernel, fs: FileSystem, bytes: number, inodes: number): void {
  const { pool, limit } = fs;
  if (bytes > 0) {
    if (fs.usedBytes + bytes > (limit ?? Number.POSITIVE_INFINITY)) throw new SysError('ENOSPC');
    if (pool !== undefined && pool.used + bytes > pool.size) throw new SysError('ENOSPC');
    if (kernel.state.stored > kernel.bounds.storedBytes) throw new SysError('ENOSPC');
  }
  if (inodes > 0 && pool !== undefined && pool.usedInodes + inodes > pool.inodes) throw new SysError('ENOSPC');
  fs.usedBytes += bytes;
  fs.usedInodes += inodes;
  if (pool !== undefined) {
    pool.used += bytes;
    pool.usedInodes += inodes;
  }
  if (fs.memory !== undefined && bytes !== 0) kernel.chargeMemory(fs.memory, bytes);
}

function giveBack(kernel: Kernel, fs: FileSystem, inode: Inode): void {
  if (inode.type === 'file') kernel.state.stored -= inode.content.cost;
  takeRoom(kernel, fs, inode.type === 'file' ? -contentSize(inode.content) : 0, -1);
}

/** Gives back all that a file system takes; it must not be used any more. */
export function destroyFileSystem(kernel: Kernel, fs: FileSystem): void {
  for (const inode of fs.changed.values()) if (inode !== undefined) giveBack(kernel, fs, inode);
  fs.changed.clear();
}
