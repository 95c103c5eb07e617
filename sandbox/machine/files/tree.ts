// Inodes as paths and permissions need them, whether they are stored or made up when somebody looks.

import { ALL_CAPABILITIES } from '../capabilities.ts';
import type { Kernel } from '../context.ts';
import type { Credentials, Process } from '../state.ts';
import { type FileType, SysError } from '../sys.ts';
import { findInode, inodeOf } from './filesystem.ts';
import { ROOT_INODE } from './inode.ts';
import type { FileSystem, Place } from './mount.ts';
import type { OpenFile } from './open.ts';
import { procTree } from './proc.ts';
import { sysTree } from './sysfs.ts';
import type { VirtualTree } from './virtual.ts';

/** Whoever looks; undefined when the kernel does. */
export type Viewer = Process | undefined;

/** The kernel itself on its way through files, as root. */
export interface KernelWalker {
  readonly kind: 'kernel';
  readonly root: Place;
  readonly cwd: Place;
  readonly credentials: Credentials;
  readonly umask: number;
}

/** Whoever goes along a path. */
export type Walker = Process | KernelWalker;

export function kernelWalker(root: Place): KernelWalker {
  return { kind: 'kernel', root, cwd: root, credentials: KERNEL, umask: 0 };
}

const KERNEL: Credentials = Object.freeze({ uid: 0, gid: 0, groups: [], capabilities: ALL_CAPABILITIES });

export function viewerOf(walker: Walker): Viewer {
  return 'kind' in walker ? undefined : walker;
}

export interface InodeView {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
}

/** Where a symbolic link leads: a text, or straight to a place or an open file (as in /proc). */
export type LinkTarget = string | Place | OpenFile;

export function virtualTreeOf(fs: FileSystem): VirtualTree | undefined {
  return fs.type === 'proc' ? procTree : fs.type === 'sysfs' ? sysTree : undefined;
}

/** ENOENT when it is gone. */
export function look(kernel: Kernel, viewer: Viewer, { mount: { fs }, inode }: Place): InodeView {
  const tree = virtualTreeOf(fs);
  if (tree === undefined) return inodeOf(kernel, fs, inode);
  const node = tree.node(kernel, viewer, fs, inode);
  if (node === undefined) throw new SysError('ENOENT');
  const { uid, gid } = node;
  if (node.kind === 'directory') return { type: 'directory', mode: 0o555, uid, gid, links: 2 };
  if (node.kind === 'link') return { type: 'symlink', mode: 0o777, uid, gid, links: 1 };
  return { type: 'file', mode: node.mode, uid, gid, links: 1 };
}

/** The inode of a name in a folder, before mounts are looked at. */
export function childOf(kernel: Kernel, viewer: Viewer, place: Place, name: string): number | undefined {
  const { fs } = place.mount;
  const tree = virtualTreeOf(fs);
  if (tree !== undefined) return tree.child(kernel, viewer, fs, place.inode, name);
  const folder = findInode(kernel, fs, place.inode);
  return folder?.type === 'directory' ? folder.entries.get(name) : undefined;
}

export function namesIn(kernel: Kernel, viewer: Viewer, place: Place): readonly string[] {
  const { fs } = place.mount;
  const tree = virtualTreeOf(fs);
  if (tree !== undefined) return [...tree.names(kernel, viewer, fs, place.inode)].sort(byBytes);
  const folder = inodeOf(kernel, fs, place.inode);
  if (folder.type !== 'directory') throw new SysError('ENOTDIR');
  return [...folder.entries.keys()].sort(byBytes);
}

/** `..` within the file system. */
export function parentInode(kernel: Kernel, { mount: { fs }, inode }: Place): number {
  const tree = virtualTreeOf(fs);
  if (tree !== undefined) return tree.parent(inode);
  const folder = inodeOf(kernel, fs, inode);
  return folder.type === 'directory' ? folder.parent : ROOT_INODE;
}

/** EINVAL when it is no link. */
export function linkTarget(kernel: Kernel, viewer: Viewer, { mount: { fs }, inode }: Place): LinkTarget {
  const tree = virtualTreeOf(fs);
  if (tree === undefined) {
    const link = inodeOf(kernel, fs, inode);
    if (link.type !== 'symlink') throw new SysError('EINVAL');
    return link.target;
  }
  const node = tree.node(kernel, viewer, fs, inode);
  if (node?.kind !== 'link') throw new SysError('EINVAL');
  return node.jump ?? node.target;
}

/** The text of a symbolic link, as readlink(2) gives it. */
export function linkText(kernel: Kernel, viewer: Viewer, place: Place): string {
  const { fs } = place.mount;
  const node = virtualTreeOf(fs)?.node(kernel, viewer, fs, place.inode);
  if (node !== undefined) {
    if (node.kind !== 'link') throw new SysError('EINVAL');
    return node.target;
  }
  const target = linkTarget(kernel, viewer, place);
  return typeof target === 'string' ? target : '';
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
