// What is mounted where: the views of hosts and containers, put together and taken apart.

import type { Cgroup } from '../cgroups.ts';
import type { Kernel } from '../context.ts';
import { errorText } from '../errors.ts';
import { DEVICES_TABLE, SYSFS } from '../files/builtin.ts';
import { closeInode, createFileSystem, destroyFileSystem, openInode } from '../files/filesystem.ts';
import { ROOT_INODE } from '../files/inode.ts';
import { type FileSystem, type Mount, mountsBelow, type Place } from '../files/mount.ts';
import { findExisting, findPath } from '../files/paths.ts';
import { kernelWalker, look } from '../files/tree.ts';
import { noEntries, ownEntries } from '../nothing.ts';
import type { Host, PidNamespace } from '../state.ts';
import { SysError } from '../sys.ts';
import { makeFile, makeFolders } from './walk.ts';

/** Something to be mounted in a container. */
export interface MountSpec {
  /** Absolute, inside the container. */
  readonly target: string;
  readonly source:
    | { readonly kind: 'volume'; readonly volume: string }
    | { readonly kind: 'host'; readonly path: string }
    | { readonly kind: 'image'; readonly digest: string };
  /** A path inside the source. */
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** A mount can't be made; the message is runc's. */
export class MountError extends Error {}

export function rootMount(kernel: Kernel, fs: FileSystem, readOnly: boolean): Mount {
  const number = kernel.nextNumber();
  return { number, fs, root: ROOT_INODE, readOnly, at: undefined, target: '/', over: noEntries() };
}

/** Puts a part of a file system over a place. What is mounted stays alive, whatever becomes of its name. */
export function mountAt(
  kernel: Kernel,
  at: Place,
  source: { readonly fs: FileSystem; readonly inode: number },
  target: string,
  readOnly: boolean,
): Mount {
  const { fs, inode } = source;
  const mount: Mount = { number: kernel.nextNumber(), fs, root: inode, readOnly, at, target, over: noEntries() };
  at.mount.over = ownEntries(at.mount.over).set(at.inode, mount);
  openInode(fs, inode);
  return mount;
}

/** /proc, /sys and /dev, as every host and container has them. What lies in /dev/shm takes the memory of a container. */
export function mountUsual(kernel: Kernel, root: Mount, pids: PidNamespace, memory?: Cgroup): void {
  const walker = kernelWalker({ mount: writable(root), inode: root.root });
  const add = (target: string, fs: FileSystem, readOnly: boolean): void => {
    const place = real(root, makeFolders(kernel, walker, target));
    mountAt(kernel, place, { fs, inode: ROOT_INODE }, target, readOnly);
  };
  add('/proc', createFileSystem(kernel, { type: 'proc', source: 'proc', pids }), false);
  const devices = { type: 'tmpfs', source: 'tmpfs', lower: DEVICES_TABLE, limit: 65_536 * 1024 } as const;
  add('/dev', createFileSystem(kernel, { ...devices, ...(memory === undefined ? {} : { memory }) }), false);
  add('/sys', SYSFS, true);
}

/** A root that is read-only for its container still gets its mount points from the runtime. */
function writable(root: Mount): Mount {
  return root.readOnly ? { ...root, readOnly: false } : root;
}

function real(root: Mount, place: Place): Place {
  return place.mount.number === root.number ? { mount: root, inode: place.inode } : place;
}

/** MountError when source or target are missing or of different kinds. */
export function mountSpec(kernel: Kernel, root: Mount, host: Host, spec: MountSpec): void {
  const source = sourceOf(kernel, host, spec);
  const isFolder = look(kernel, undefined, source).type === 'directory';
  const walker = kernelWalker({ mount: writable(root), inode: root.root });
  const made = isFolder ? makeFolders : makeFile;
  const target = real(
    root,
    attempt(spec, () => made(kernel, walker, spec.target)),
  );
  if ((look(kernel, undefined, target).type === 'directory') !== isFolder) throw wrongKind(spec);
  const readOnly = spec.readOnly === true || source.mount.readOnly;
  const mount = mountAt(kernel, target, { fs: source.mount.fs, inode: source.inode }, spec.target, readOnly);
  if (spec.source.kind === 'host') mountAlong(kernel, source.mount, mount);
}

/** What is mounted below a part of the host comes along with it: /proc with /. */
function mountAlong(kernel: Kernel, from: Mount, to: Mount): void {
  for (const [inode, below] of from.over) {
    const place: Place = { mount: to, inode };
    const path = `${to.target === '/' ? '' : to.target}${below.target.slice(from.target === '/' ? 0 : from.target.length)}`;
    const source = { fs: below.fs, inode: below.root };
    mountAlong(kernel, below, mountAt(kernel, place, source, path, to.readOnly || below.readOnly));
  }
}

function attempt<T>(spec: MountSpec, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof SysError) {
      throw error.code === 'ENOTDIR' ? wrongKind(spec) : failed(spec, errorText(error.code).toLowerCase());
    }
    throw error;
  }
}

function describeSource({ source }: MountSpec): string {
  return source.kind === 'host' ? source.path : source.kind === 'volume' ? source.volume : source.digest;
}

function failed(spec: MountSpec, why: string): MountError {
  return new MountError(`error mounting "${describeSource(spec)}" to rootfs at "${spec.target}": ${why}`);
}

function wrongKind(spec: MountSpec): MountError {
  return failed(
    spec,
    `mount ${describeSource(spec)}:${spec.target}: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`,
  );
}

function sourceOf(kernel: Kernel, host: Host, spec: MountSpec): Place {
  const { source, subPath = '' } = spec;
  const base = attempt(spec, () => basePlace(kernel, host, source));
  if (subPath === '') return base;
  // A link can't lead out of the volume: its root is the walker's.
  return attempt(spec, () => findExisting(kernel, kernelWalker(base), `/${subPath}`));
}

function basePlace(kernel: Kernel, host: Host, source: MountSpec['source']): Place {
  switch (source.kind) {
    case 'host':
      return findExisting(kernel, kernelWalker({ mount: host.root, inode: host.root.root }), source.path);
    case 'volume': {
      const fs = kernel.state.volumes.get(source.volume);
      if (fs === undefined) throw new SysError('ENOENT');
      return { mount: rootMount(kernel, fs, false), inode: ROOT_INODE };
    }
    case 'image': {
      const fs = createFileSystem(kernel, { type: 'overlay', source: 'overlay', lower: source.digest });
      return { mount: rootMount(kernel, fs, true), inode: ROOT_INODE };
    }
    default:
      return source satisfies never;
  }
}

/** Takes a container's view apart. File systems that are its own are given back. */
export function unmountAll(kernel: Kernel, root: Mount): void {
  for (const mount of mountsBelow(root).slice(1)) {
    closeInode(kernel, mount.fs, mount.root);
    if (mount.fs.lower === DEVICES_TABLE) destroyFileSystem(kernel, mount.fs);
  }
  root.over = noEntries();
}

/** Mounts a volume on a host, as a kubelet does for whoever looks there. */
export function mountOnHost(kernel: Kernel, host: Host, path: string, volume: string, readOnly: boolean): void {
  const fs = kernel.state.volumes.get(volume);
  if (fs === undefined) throw new SysError('ENOENT');
  const walker = kernelWalker({ mount: host.root, inode: host.root.root });
  mountAt(kernel, makeFolders(kernel, walker, path), { fs, inode: ROOT_INODE }, path, readOnly);
}

export function unmountOnHost(kernel: Kernel, host: Host, path: string): void {
  const walker = kernelWalker({ mount: host.root, inode: host.root.root });
  const place = findPath(kernel, walker, path).place;
  const mount = place?.mount;
  if (mount?.at === undefined || place?.inode !== mount.root) return;
  mount.at.mount.over.delete(mount.at.inode);
  closeInode(kernel, mount.fs, mount.root);
}
