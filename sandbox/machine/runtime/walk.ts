// Files as the runtime (and a kubelet through it) handles them: as root, from the root of a host or a container, with
// missing folders made on the way.

import { bytesOf, textOf } from '../bytes.ts';
import type { Kernel } from '../context.ts';
import { freeName, mkdir, newInode, readdir, rmdir, stat, symlink, truncatePlace, unlink } from '../files/calls.ts';
import { appendContent, contentOf, contentSize, readContent } from '../files/content.ts';
import { addInode, changeContent, inodeOf, ownFile, ownInode } from '../files/filesystem.ts';
import type { Mount, Place } from '../files/mount.ts';
import { findExisting, findPath } from '../files/paths.ts';
import { type KernelWalker, kernelWalker } from '../files/tree.ts';
import { type Bytes, type FileStat, SysError } from '../sys.ts';

/** Files below one root. Paths are absolute; errors are those of the calls. */
export interface Files {
  exists(path: string): boolean;
  stat(path: string): FileStat;
  list(path: string): readonly string[];
  read(path: string): Bytes;
  readText(path: string): string;
  /** Writes the whole file, and makes its folders. */
  write(path: string, data: Bytes | string, options?: FileOptions): void;
  makeFolder(path: string, options?: FileOptions): void;
  link(path: string, target: string): void;
  setOwner(path: string, options: FileOptions): void;
  /** A file, or a folder with all that is in it; nothing when it isn't there. */
  remove(path: string): void;
  /** Bytes of all files below, links not followed; 0 when there is nothing. */
  size(path: string): number;
}

export interface FileOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export function filesBelow(kernel: Kernel, root: Place): Files {
  const walker = kernelWalker(root);
  return {
    exists: (path) => exists(kernel, walker, path),
    stat: (path) => stat(kernel, walker, path),
    list: (path) => readdir(kernel, walker, path),
    read: (path) => readAll(kernel, findExisting(kernel, walker, path)),
    readText: (path) => textOf(readAll(kernel, findExisting(kernel, walker, path))),
    write: (path, data, options = {}) => {
      const place = makeFile(kernel, walker, path);
      overwrite(kernel, place, bytesOf(data));
      setOwner(kernel, place, options);
    },
    makeFolder: (path, options = {}) => setOwner(kernel, makeFolders(kernel, walker, path), options),
    link: (path, target) => {
      makeFolders(kernel, walker, parentPath(path));
      symlink(kernel, walker, target, path);
    },
    setOwner: (path, options) => setOwner(kernel, findExisting(kernel, walker, path), options),
    remove: (path) => remove(kernel, walker, path),
    size: (path) => sizeBelow(kernel, findPath(kernel, walker, path).place),
  };
}

export function filesOf(kernel: Kernel, root: Mount): Files {
  return filesBelow(kernel, { mount: root, inode: root.root });
}

function exists(kernel: Kernel, walker: KernelWalker, path: string): boolean {
  try {
    return findPath(kernel, walker, path).place !== undefined;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

export function parentPath(path: string): string {
  return path.slice(0, Math.max(1, path.replace(/\/$/, '').lastIndexOf('/')));
}

export function readAll(kernel: Kernel, { mount: { fs }, inode }: Place): Bytes {
  const file = inodeOf(kernel, fs, inode);
  if (file.type !== 'file') throw new SysError(file.type === 'directory' ? 'EISDIR' : 'EINVAL');
  return readContent(file.content, 0, contentSize(file.content));
}

function overwrite(kernel: Kernel, place: Place, bytes: Bytes): void {
  truncatePlace(kernel, place, 0);
  const file = ownFile(kernel, place.mount.fs, place.inode);
  changeContent(kernel, place.mount.fs, file, bytes.length, (content) => appendContent(content, bytes));
}

function setOwner(kernel: Kernel, { mount: { fs }, inode }: Place, { mode, uid, gid }: FileOptions): void {
  if (mode === undefined && uid === undefined && gid === undefined) return;
  const own = ownInode(kernel, fs, inode);
  own.mode = mode ?? own.mode;
  own.uid = uid ?? own.uid;
  own.gid = gid ?? own.gid;
}

/** The folder of a path; made, with those above it, where it is missing. */
export function makeFolders(kernel: Kernel, walker: KernelWalker, path: string): Place {
  let at = '';
  for (const name of path.split('/')) {
    if (name === '') continue;
    at += `/${name}`;
    if (findPath(kernel, walker, at).place === undefined) mkdir(kernel, walker, at, 0o755);
  }
  return findExisting(kernel, walker, at === '' ? '/' : at);
}

/** The file of a path; made empty, with the folders above it, where it is missing. */
export function makeFile(kernel: Kernel, walker: KernelWalker, path: string): Place {
  makeFolders(kernel, walker, parentPath(path));
  const found = findPath(kernel, walker, path);
  if (found.place !== undefined) return found.place;
  const folder = freeName(kernel, walker, found);
  const inode = { type: 'file', ...newInode(kernel, walker, folder, 0o644), content: contentOf(bytesOf('')) } as const;
  return { mount: folder.mount, inode: addInode(kernel, folder.mount.fs, folder.inode, found.name, inode) };
}

function sizeBelow(kernel: Kernel, place: Place | undefined): number {
  if (place === undefined) return 0;
  const { fs } = place.mount;
  const inode = inodeOf(kernel, fs, place.inode);
  if (inode.type === 'file') return contentSize(inode.content);
  if (inode.type !== 'directory') return 0;
  let size = 0;
  for (const child of inode.entries.values()) size += sizeBelow(kernel, { mount: place.mount, inode: child });
  return size;
}

function remove(kernel: Kernel, walker: KernelWalker, path: string): void {
  if (!exists(kernel, walker, parentPath(path))) return;
  const { place } = findPath(kernel, walker, path, { follow: false });
  if (place === undefined) return;
  if (inodeOf(kernel, place.mount.fs, place.inode).type !== 'directory') {
    unlink(kernel, walker, path);
    return;
  }
  for (const name of readdir(kernel, walker, path)) remove(kernel, walker, `${path}/${name}`);
  rmdir(kernel, walker, path);
}
