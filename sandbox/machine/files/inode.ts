// What a file system is made of: inodes by number. An image's inodes are a frozen table that all of its containers share;
// what a container changes it first copies into a table of its own.

import type { TimeMs } from '../../time/units.ts';
import type { Pipe } from '../streams/pipe.ts';
import type { FileType } from '../sys.ts';
import type { Content } from './content.ts';

interface Common {
  /** Permission bits with setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  modified: TimeMs;
  /** How many names it has. */
  links: number;
}

export interface FileInode extends Common {
  readonly type: 'file';
  content: Content;
}

export interface DirectoryInode extends Common {
  readonly type: 'directory';
  /** The inode of `..`; the root's is its own. */
  parent: number;
  readonly entries: Map<string, number>;
}

export interface SymlinkInode extends Common {
  readonly type: 'symlink';
  readonly target: string;
}

export interface FifoInode extends Common {
  readonly type: 'fifo';
  /** While somebody has it open. */
  pipe: Pipe | undefined;
}

export interface DeviceInode extends Common {
  readonly type: 'device';
  readonly device: DeviceName;
}

export interface SocketInode extends Common {
  readonly type: 'socket';
}

export type Inode = FileInode | DirectoryInode | SymlinkInode | FifoInode | DeviceInode | SocketInode;

export type DeviceName = 'null' | 'zero' | 'full' | 'random' | 'tty' | 'ptmx' | 'console' | 'block';

/** A table that many file systems share; inode n stands at n - 1, the root is 1. Nobody changes it. */
export type LowerTable = readonly Inode[];

export const ROOT_INODE = 1;

const TYPE_BITS: Readonly<Record<FileType, number>> = {
  fifo: 0o010000,
  device: 0o020000,
  directory: 0o040000,
  file: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
};

/** `st_mode`: type and permission bits. */
export function modeBits(inode: Inode): number {
  return TYPE_BITS[inode.type] | inode.mode;
}
