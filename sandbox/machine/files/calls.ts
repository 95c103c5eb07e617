// What programs ask of files by their paths: each function is one system call.

import type { TimeMs } from '../../time/units.ts';
import type { Kernel } from '../context.ts';
import type { Process } from '../state.ts';
import { type FileStat, type FileSystemStat, SysError } from '../sys.ts';
import { contentSize, truncateContent } from './content.ts';
import {
  addInode,
  addName,
  changeContent,
  findInode,
  inodeOf,
  moveName,
  ownFile,
  ownInode,
  removeName,
} from './filesystem.ts';
import type { Inode } from './inode.ts';
import { type Place, samePlace } from './mount.ts';
import { type Found, findExisting, findPath, pathOf } from './paths.ts';
import { EXECUTE, isMember, mayAccess, mayRemoveFrom, ownsInode, WRITE } from './permissions.ts';
import { linkText, look, namesIn, parentInode, type Viewer, viewerOf, virtualTreeOf, type Walker } from './tree.ts';

const NO_FOLLOW = { follow: false };
const PERMISSION_BITS = 0o7777;

export function stat(kernel: Kernel, walker: Walker, path: string): FileStat {
  return statPlace(kernel, viewerOf(walker), findExisting(kernel, walker, path));
}

export function lstat(kernel: Kernel, walker: Walker, path: string): FileStat {
  return statPlace(kernel, viewerOf(walker), findExisting(kernel, walker, path, NO_FOLLOW));
}

export function statPlace(kernel: Kernel, viewer: Viewer, place: Place): FileStat {
  const { fs } = place.mount;
  const { type, mode, uid, gid, links } = look(kernel, viewer, place);
  const stored = virtualTreeOf(fs) === undefined ? findInode(kernel, fs, place.inode) : undefined;
  const modified = stored?.modified ?? kernel.now();
  const device = String(fs.number);
  return { type, mode, uid, gid, links, size: sizeOf(stored), modified, inode: place.inode, device };
}

function sizeOf(inode: Readonly<Inode> | undefined): number {
  if (inode?.type === 'file') return contentSize(inode.content);
  if (inode?.type === 'symlink') return inode.target.length;
  return inode?.type === 'directory' ? 4096 : 0;
}

export function statfs(kernel: Kernel, process: Process, path: string): FileSystemStat {
  const { mount } = findExisting(kernel, process, path);
  const { fs, target } = mount;
  const used = fs.pool?.used ?? fs.usedBytes;
  const size = fs.limit ?? fs.pool?.size ?? (fs.type === 'tmpfs' ? Math.floor(process.host.memory / 2) : 0);
  const inodes = fs.pool?.inodes ?? (virtualTreeOf(fs) === undefined ? 1_048_576 : 0);
  const usedInodes = fs.pool?.usedInodes ?? fs.usedInodes;
  return {
    size,
    free: Math.max(0, size - (fs.limit === undefined ? used : fs.usedBytes)),
    inodes,
    freeInodes: Math.max(0, inodes - usedInodes),
    source: fs.source,
    type: fs.type,
    target,
  };
}

export function chdir(kernel: Kernel, process: Process, path: string): void {
  const folder = folderAt(kernel, process, path);
  process.cwd = folder.place;
  process.cwdPath = folder.path;
}

/** A folder that may become a working folder, with its absolute path. ENOENT, ENOTDIR, EACCES. */
export function folderAt(
  kernel: Kernel,
  walker: Walker,
  path: string,
): { readonly place: Place; readonly path: string } {
  const place = findExisting(kernel, walker, path);
  const folder = look(kernel, viewerOf(walker), place);
  if (folder.type !== 'directory') throw new SysError('ENOTDIR');
  if (!mayAccess(walker.credentials, folder, EXECUTE)) throw new SysError('EACCES');
  return { place, path: pathOf(kernel, walker, place) };
}

export function chroot(kernel: Kernel, process: Process, path: string): void {
  const place = findExisting(kernel, process, path);
  if (look(kernel, process, place).type !== 'directory') throw new SysError('ENOTDIR');
  if (!process.credentials.capabilities.has('SYS_CHROOT')) throw new SysError('EPERM');
  process.root = place;
  process.cwd = place;
  process.cwdPath = '/';
}

export function readdir(kernel: Kernel, walker: Walker, path: string): readonly string[] {
  const place = findExisting(kernel, walker, path);
  const folder = look(kernel, viewerOf(walker), place);
  if (folder.type !== 'directory') throw new SysError('ENOTDIR');
  if (!mayAccess(walker.credentials, folder, 4)) throw new SysError('EACCES');
  return Object.freeze(namesIn(kernel, viewerOf(walker), place));
}

/** A folder in which this process may make a name that isn't there yet. EEXIST, EROFS, EACCES. */
export function freeName(kernel: Kernel, walker: Walker, { place, folder }: Found): Place {
  if (place !== undefined || folder === undefined) throw new SysError('EEXIST');
  checkWritable(folder);
  if (!mayAccess(walker.credentials, look(kernel, viewerOf(walker), folder), WRITE | EXECUTE))
    throw new SysError('EACCES');
  return folder;
}

function checkWritable(place: Place): void {
  if (place.mount.readOnly) throw new SysError('EROFS');
  if (virtualTreeOf(place.mount.fs) !== undefined) throw new SysError('EPERM');
}

/** Owner and mode of something new in a folder; a setgid folder hands its group on. */
export function newInode(
  kernel: Kernel,
  walker: Walker,
  folder: Place,
  mode: number,
): { mode: number; uid: number; gid: number; modified: TimeMs; links: number } {
  const parent = look(kernel, viewerOf(walker), folder);
  const inherits = (parent.mode & 0o2000) !== 0;
  return {
    mode: mode & ~walker.umask & PERMISSION_BITS,
    uid: walker.credentials.uid,
    gid: inherits ? parent.gid : walker.credentials.gid,
    modified: kernel.now(),
    links: 1,
  };
}

export function mkdir(kernel: Kernel, walker: Walker, path: string, mode = 0o777): void {
  const found = findPath(kernel, walker, path, NO_FOLLOW);
  const folder = freeName(kernel, walker, found);
  const common = newInode(kernel, walker, folder, mode);
  const setgid = look(kernel, viewerOf(walker), folder).mode & 0o2000;
  addInode(kernel, folder.mount.fs, folder.inode, found.name, {
    type: 'directory',
    ...common,
    mode: common.mode | setgid,
    links: 2,
    parent: folder.inode,
    entries: new Map(),
  });
}

export function mkfifo(kernel: Kernel, walker: Walker, path: string, mode = 0o666): void {
  const found = findPath(kernel, walker, path, NO_FOLLOW);
  const folder = freeName(kernel, walker, found);
  const inode: Inode = { type: 'fifo', ...newInode(kernel, walker, folder, mode), pipe: undefined };
  addInode(kernel, folder.mount.fs, folder.inode, found.name, inode);
}

export function symlink(kernel: Kernel, walker: Walker, target: string, path: string): void {
  const found = findPath(kernel, walker, path, NO_FOLLOW);
  const folder = freeName(kernel, walker, found);
  const inode: Inode = { type: 'symlink', ...newInode(kernel, walker, folder, 0o777), mode: 0o777, target };
  addInode(kernel, folder.mount.fs, folder.inode, found.name, inode);
}

export function readlink(kernel: Kernel, walker: Walker, path: string): string {
  return linkText(kernel, viewerOf(walker), findExisting(kernel, walker, path, NO_FOLLOW));
}

export function link(kernel: Kernel, walker: Walker, existing: string, path: string): void {
  const source = findExisting(kernel, walker, existing, NO_FOLLOW);
  const found = findPath(kernel, walker, path, NO_FOLLOW);
  const folder = freeName(kernel, walker, found);
  if (look(kernel, viewerOf(walker), source).type === 'directory') throw new SysError('EPERM');
  if (source.mount !== folder.mount) throw new SysError('EXDEV');
  addName(kernel, folder.mount.fs, folder.inode, found.name, source.inode);
}

/** Something with a name that this process may take away. */
interface Removable {
  readonly folder: Place;
  readonly name: string;
  readonly place: Place;
}

function removable(kernel: Kernel, walker: Walker, path: string): Removable {
  const { place, folder, name } = findPath(kernel, walker, path, NO_FOLLOW);
  if (place === undefined) throw new SysError('ENOENT');
  if (folder === undefined) throw new SysError(name === '.' ? 'EINVAL' : name === '..' ? 'ENOTEMPTY' : 'EBUSY');
  checkWritable(folder);
  const inode = look(kernel, viewerOf(walker), place);
  if (!mayRemoveFrom(walker.credentials, look(kernel, viewerOf(walker), folder), inode)) throw new SysError('EACCES');
  if (place.mount !== folder.mount) throw new SysError('EBUSY');
  return { folder, name, place };
}

export function unlink(kernel: Kernel, walker: Walker, path: string): void {
  const { folder, name, place } = removable(kernel, walker, path);
  if (look(kernel, viewerOf(walker), place).type === 'directory') throw new SysError('EISDIR');
  removeName(kernel, folder.mount.fs, folder.inode, name);
}

export function rmdir(kernel: Kernel, walker: Walker, path: string): void {
  const { folder, name, place } = removable(kernel, walker, path);
  checkEmptyFolder(kernel, walker, place);
  removeName(kernel, folder.mount.fs, folder.inode, name);
}

function checkEmptyFolder(kernel: Kernel, walker: Walker, place: Place): void {
  if (look(kernel, viewerOf(walker), place).type !== 'directory') throw new SysError('ENOTDIR');
  if (namesIn(kernel, viewerOf(walker), place).length > 0) throw new SysError('ENOTEMPTY');
}

export function rename(kernel: Kernel, walker: Walker, from: string, to: string): void {
  const source = removable(kernel, walker, from);
  const target = findPath(kernel, walker, to, NO_FOLLOW);
  const { folder } = target;
  if (folder === undefined) throw new SysError('EBUSY');
  if (folder.mount !== source.folder.mount) throw new SysError('EXDEV');
  const moved = look(kernel, viewerOf(walker), source.place);
  if (target.place === undefined) freeName(kernel, walker, target);
  else {
    if (samePlace(target.place, source.place)) return;
    removable(kernel, walker, to);
    const replaced = look(kernel, viewerOf(walker), target.place);
    if (replaced.type === 'directory') {
      if (moved.type !== 'directory') throw new SysError('EISDIR');
      checkEmptyFolder(kernel, walker, target.place);
    } else if (moved.type === 'directory') throw new SysError('ENOTDIR');
  }
  if (moved.type === 'directory' && isBelow(kernel, folder, source.place)) throw new SysError('EINVAL');
  const fs = folder.mount.fs;
  moveName(kernel, fs, { folder: source.folder.inode, name: source.name }, { folder: folder.inode, name: target.name });
}

function isBelow(kernel: Kernel, place: Place, ancestor: Place): boolean {
  let inode = place.inode;
  for (;;) {
    if (inode === ancestor.inode) return true;
    const parent = parentInode(kernel, { mount: place.mount, inode });
    if (parent === inode) return false;
    inode = parent;
  }
}

/** The inode of a path for changing its owner, mode or time. */
function owned(kernel: Kernel, walker: Walker, path: string): Inode {
  const place = findExisting(kernel, walker, path);
  checkWritable(place);
  if (!ownsInode(walker.credentials, look(kernel, viewerOf(walker), place))) throw new SysError('EPERM');
  return ownInode(kernel, place.mount.fs, place.inode);
}

export function chmod(kernel: Kernel, walker: Walker, path: string, mode: number): void {
  owned(kernel, walker, path).mode = mode & PERMISSION_BITS;
}

export function chown(kernel: Kernel, walker: Walker, path: string, uid: number, gid: number): void {
  const { credentials } = walker;
  const inode = owned(kernel, walker, path);
  const givesAway = uid !== inode.uid || !(gid === inode.gid || isMember(credentials, gid));
  if (givesAway && !credentials.capabilities.has('CHOWN')) throw new SysError('EPERM');
  inode.uid = uid;
  inode.gid = gid;
}

export function utimes(kernel: Kernel, walker: Walker, path: string, modified: TimeMs): void {
  const place = findExisting(kernel, walker, path);
  checkWritable(place);
  const view = look(kernel, viewerOf(walker), place);
  if (!ownsInode(walker.credentials, view) && !mayAccess(walker.credentials, view, WRITE)) throw new SysError('EACCES');
  ownInode(kernel, place.mount.fs, place.inode).modified = modified;
}

export function truncate(kernel: Kernel, walker: Walker, path: string, size: number): void {
  const place = findExisting(kernel, walker, path);
  checkWritable(place);
  const view = look(kernel, viewerOf(walker), place);
  if (view.type === 'directory') throw new SysError('EISDIR');
  if (!mayAccess(walker.credentials, view, WRITE)) throw new SysError('EACCES');
  truncatePlace(kernel, place, size);
}

export function truncatePlace(kernel: Kernel, { mount: { fs }, inode }: Place, size: number): void {
  if (inodeOf(kernel, fs, inode).type !== 'file') return;
  const file = ownFile(kernel, fs, inode);
  const growth = size - contentSize(file.content);
  if (growth !== 0) changeContent(kernel, fs, file, growth, (content) => truncateContent(content, size));
}

export function access(kernel: Kernel, walker: Walker, path: string, want: number): boolean {
  const found = findPath(kernel, walker, path);
  if (found.place === undefined) return found.open !== undefined;
  if ((want & WRITE) !== 0 && found.place.mount.readOnly) return false;
  return mayAccess(walker.credentials, look(kernel, viewerOf(walker), found.place), want);
}
