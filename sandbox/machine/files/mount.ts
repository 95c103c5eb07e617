// File systems and where they are mounted. A file system is a shared table that nobody changes (an image) and a table of
// its own on top; a volume or a tmpfs has only the latter.

import type { Cgroup } from '../cgroups.ts';
import type { PidNamespace } from '../state.ts';
import type { Inode } from './inode.ts';

export type FileSystemType = 'overlay' | 'ext4' | 'tmpfs' | 'proc' | 'sysfs' | 'nfs4';

/** Room that file systems share: a node's disk. In bytes and inodes. */
export interface Pool {
  size: number;
  used: number;
  inodes: number;
  usedInodes: number;
}

export interface FileSystem {
  readonly number: number;
  readonly type: FileSystemType;
  /** What `df` and `mount` name it by: `overlay`, `tmpfs`, `/dev/vda1`. */
  readonly source: string;
  /** The image (by digest) or built-in table below; undefined when there is none. */
  readonly lower: string | undefined;
  /** Inodes that differ from the table below; undefined marks one that was removed. */
  readonly changed: Map<number, Inode | undefined>;
  next: number;
  /** Bytes and inodes that it holds itself; what is below doesn't count. */
  usedBytes: number;
  usedInodes: number;
  /** Bytes; undefined where only the pool limits it. */
  limit: number | undefined;
  /** The disk that it lies on. */
  readonly pool: Pool | undefined;
  /** Whose memory it takes, for a tmpfs. */
  readonly memory: Cgroup | undefined;
  /** For /proc: whose processes it shows. */
  readonly pids: PidNamespace | undefined;
  /** How often inodes are open; what has no name any more lives as long as it is open. */
  opens: Map<number, number>;
}

/** A file system, or a part of it, seen at a place. Belongs to one view (a container's, or a host's). */
export interface Mount {
  readonly number: number;
  readonly fs: FileSystem;
  /** The inode that is seen at the mount's place: a folder or, for a bind mount, perhaps a file. */
  readonly root: number;
  readonly readOnly: boolean;
  /** The inode that it covers; undefined for the root of a view. */
  readonly at: Place | undefined;
  /** Its path at the time of mounting, as /proc/mounts tells it. */
  readonly target: string;
  /** Mounts on inodes of this one. */
  over: Map<number, Mount>;
}

/** An inode as seen through a mount. */
export interface Place {
  readonly mount: Mount;
  readonly inode: number;
}

export function samePlace(a: Place, b: Place): boolean {
  return a.mount === b.mount && a.inode === b.inode;
}

/** Every mount of a view, its root first, each before those on top of it. */
export function mountsBelow(root: Mount): readonly Mount[] {
  const all = [root];
  for (const mount of root.over.values()) all.push(...mountsBelow(mount));
  return all;
}
