// What a file system is made of: inodes by number. An image's inodes are a frozen table that all of its containers share;
// what a container changes it first copies into a table of its own.

import type { TimeMs } from '../../time/units.ts';
import type { Pipe } from '../streams/pipe.ts';
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

interface SymlinkInode extends Common {
  readonly type: 'symlink';
  readonly target: string;
}

interface FifoInode extends Common {
  readonly type: 'fifo';
  /** While somebody has it open. */
  pipe: Pipe | undefined;
}

interface DeviceInode extends Common {
  readonly type: 'device';
  readonly device: DeviceName;
}

interface SocketInode extends Common {
  readonly type: 'socket';
}

export type Inode = FileInode | DirectoryInode | SymlinkInode | FifoInode | DeviceInode | SocketInode;

export type DeviceName = 'null' | 'zero' | 'full' | 'random' | 'tty' | 'ptmx' | 'console' | 'block';

/** A table that many file systems share; inode n stands at n - 1, the root is 1. Nobody changes it. */
export type LowerTable = readonly Inode[];

export const ROOT_INODE = 1;
