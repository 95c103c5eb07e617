// Who may do what with an inode.

import type { Credentials } from '../state.ts';
import type { FileType } from '../sys.ts';

export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

interface Guarded {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export function isMember(who: Credentials, gid: number): boolean {
  return who.gid === gid || who.groups.includes(gid);
}

/** Whether all of `want` (READ, WRITE, EXECUTE added up) is granted. */
export function mayAccess(who: Credentials, inode: Guarded, want: number): boolean {
  const shift = who.uid === inode.uid ? 6 : isMember(who, inode.gid) ? 3 : 0;
  if (((inode.mode >> shift) & want) === want) return true;
  if (!who.capabilities.has('DAC_OVERRIDE')) {
    return who.capabilities.has('DAC_READ_SEARCH') && mayOnlyRead(inode, want);
  }
  // Even root runs no file that nobody may run.
  return (want & EXECUTE) === 0 || inode.type === 'directory' || (inode.mode & 0o111) !== 0;
}

function mayOnlyRead(inode: Guarded, want: number): boolean {
  return want === READ || (inode.type === 'directory' && (want & WRITE) === 0);
}

export function ownsInode(who: Credentials, inode: Guarded): boolean {
  return who.uid === inode.uid || who.capabilities.has('FOWNER');
}

/** Whether a name may be taken from a folder: a sticky folder lets only owners do so. */
export function mayRemoveFrom(who: Credentials, folder: Guarded, inode: Guarded): boolean {
  if (!mayAccess(who, folder, WRITE | EXECUTE)) return false;
  return (folder.mode & 0o1000) === 0 || ownsInode(who, folder) || ownsInode(who, inode);
}
