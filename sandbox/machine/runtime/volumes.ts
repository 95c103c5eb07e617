// Volumes: file systems that outlive containers. Those that carry objects of the API (ConfigMaps, Secrets, tokens) are
// changed as kubelet changes them: all at once, by one link.

import { copyState } from '../../time/state.ts';
import { rfc3339 } from '../../time/units.ts';
import { textOf } from '../bytes.ts';
import type { Cgroup } from '../cgroups.ts';
import type { Kernel } from '../context.ts';
import { rename, symlink } from '../files/calls.ts';
import { createFileSystem, destroyFileSystem, ownInode } from '../files/filesystem.ts';
import { ROOT_INODE } from '../files/inode.ts';
import type { FileSystem } from '../files/mount.ts';
import { kernelWalker } from '../files/tree.ts';
import type { Host } from '../state.ts';
import { type Bytes, SysError } from '../sys.ts';
import { rootMount } from './mounting.ts';
import { type FileOptions, type Files, filesBelow, parentPath } from './walk.ts';

export interface NewVolume extends FileOptions {
  /** Unique in the machine room. */
  readonly name: string;
  /** On whose disk it lies; undefined for storage that is not a node's. */
  readonly host?: Host;
  /** In memory, counted on this group. */
  readonly memory?: Cgroup;
  /** Bytes. */
  readonly limit?: number;
  /** As `df` names it. */
  readonly source?: string;
}

/** EEXIST. */
export function createVolume(kernel: Kernel, { name, host, memory, limit, source, ...owner }: NewVolume): FileSystem {
  const { volumes } = kernel.state;
  if (volumes.has(name)) throw new SysError('EEXIST');
  const fs = createFileSystem(kernel, {
    type: memory === undefined ? 'ext4' : 'tmpfs',
    source: source ?? (memory === undefined ? '/dev/vda1' : 'tmpfs'),
    mode: 0o777,
    ...owner,
    ...(host === undefined || memory !== undefined ? {} : { pool: host.disk }),
    ...(memory === undefined ? {} : { memory }),
    ...(limit === undefined ? {} : { limit }),
  });
  volumes.set(name, fs);
  return fs;
}

/** What one volume has at this moment becomes another's; one that isn't there counts as empty. EEXIST. */
export function copyVolume(kernel: Kernel, from: string, to: string): void {
  const source = kernel.state.volumes.get(from);
  const fs = createVolume(kernel, { name: to });
  if (source === undefined) return;
  for (const [number, inode] of copyState(source.changed)) fs.changed.set(number, inode);
  fs.next = source.next;
  fs.usedBytes = source.usedBytes;
  fs.usedInodes = source.usedInodes;
}

export function removeVolume(kernel: Kernel, name: string): void {
  const fs = kernel.state.volumes.get(name);
  if (fs === undefined) return;
  kernel.state.volumes.delete(name);
  destroyFileSystem(kernel, fs);
}

/** ENOENT. */
function volumeOf(kernel: Kernel, name: string): FileSystem {
  const fs = kernel.state.volumes.get(name);
  if (fs === undefined) throw new SysError('ENOENT');
  return fs;
}

export function volumeFiles(kernel: Kernel, name: string): Files {
  return filesBelow(kernel, { mount: rootMount(kernel, volumeOf(kernel, name), false), inode: ROOT_INODE });
}

export interface PayloadFile extends FileOptions {
  /** Relative: `key`, `folder/key`. */
  readonly path: string;
  readonly data: Bytes;
}

/**
 * Makes these the files of a volume, all at once: they are written to a folder of their own, `..data` is turned to it,
 * and each visible name is a link through `..data`. Answers whether anything had changed.
 */
export function writePayload(
  kernel: Kernel,
  name: string,
  payload: readonly PayloadFile[],
  owner: FileOptions,
): boolean {
  const files = volumeFiles(kernel, name);
  const old = files.exists('/..data') ? files.list('/').find((entry) => entry.startsWith('..2')) : undefined;
  if (old !== undefined && isSame(files, payload)) return false;
  const folder = `..${stamp(kernel)}`;
  files.makeFolder(`/${folder}`, { mode: 0o755, ...owner });
  for (const { path, data, ...options } of payload) {
    const parent = parentPath(`/${folder}/${path}`);
    if (!files.exists(parent)) files.makeFolder(parent, { mode: 0o755, ...owner });
    files.write(`/${folder}/${path}`, data, { mode: 0o644, ...owner, ...options });
  }
  turnLink(kernel, name, folder);
  showNames(kernel, name, files, payload);
  if (old !== undefined && old !== folder) files.remove(`/${old}`);
  return true;
}

/** `2026_01_01_00_00_00.000000042`: unlike any before. */
function stamp(kernel: Kernel): string {
  const unique = String(kernel.nextNumber() % 1_000_000_000).padStart(9, '0');
  return `${rfc3339(kernel.now()).slice(0, 19).replace(/[-:T]/g, '_')}.${unique}`;
}

function turnLink(kernel: Kernel, name: string, folder: string): void {
  const mount = rootMount(kernel, volumeOf(kernel, name), false);
  const walker = kernelWalker({ mount, inode: ROOT_INODE });
  symlink(kernel, walker, folder, '/..data_tmp');
  rename(kernel, walker, '/..data_tmp', '/..data');
}

function showNames(kernel: Kernel, name: string, files: Files, payload: readonly PayloadFile[]): void {
  const wanted = new Set(payload.map(({ path }) => path.split('/')[0] ?? path));
  for (const entry of files.list('/')) if (!entry.startsWith('..') && !wanted.has(entry)) files.remove(`/${entry}`);
  const mount = rootMount(kernel, volumeOf(kernel, name), false);
  const walker = kernelWalker({ mount, inode: ROOT_INODE });
  const present = new Set(files.list('/'));
  for (const entry of wanted) if (!present.has(entry)) symlink(kernel, walker, `..data/${entry}`, `/${entry}`);
}

function isSame(files: Files, payload: readonly PayloadFile[]): boolean {
  const paths = treeOf(files, '/..data', '');
  return (
    paths.length === payload.length &&
    payload.every(({ path, data, mode = 0o644 }) => {
      if (!paths.includes(path)) return false;
      const at = `/..data/${path}`;
      const present = files.read(at);
      return (files.stat(at).mode & 0o777) === mode && (present === data || textOf(present) === textOf(data));
    })
  );
}

function treeOf(files: Files, root: string, below: string): readonly string[] {
  return files.list(`${root}/${below}`).flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`;
    return files.stat(`${root}/${path}`).type === 'directory' ? treeOf(files, root, path) : [path];
  });
}

/** Hands a volume to a group, as fsGroup asks: its folders are setgid, and the group may write. */
export function giveToGroup(kernel: Kernel, name: string, gid: number): void {
  const fs = volumeOf(kernel, name);
  for (const number of [ROOT_INODE, ...fs.changed.keys()]) {
    if (fs.changed.get(number) === undefined) continue;
    const inode = ownInode(kernel, fs, number);
    inode.gid = gid;
    if (inode.type === 'directory') inode.mode |= 0o2770;
    else if (inode.type === 'file') inode.mode |= 0o660;
  }
}
