// Users and groups: becoming another user, and names out of /etc/passwd and /etc/group.

import { NO_CAPABILITIES } from './capabilities.ts';
import type { Credentials, Process } from './state.ts';
import { SysError } from './sys.ts';

export function newCredentials(
  uid: number,
  gid: number,
  groups: readonly number[],
  capabilities: ReadonlySet<string>,
): Credentials {
  return Object.freeze({
    uid,
    gid,
    groups: Object.freeze(groups.filter((group) => group !== gid)),
    // Nobody but root has any in effect unless a file grants them, which none of ours does.
    capabilities: uid === 0 ? capabilities : NO_CAPABILITIES,
  });
}

/** `sys.setUser`. EPERM. */
export function setUser(process: Process, uid: number, gid: number, groups: readonly number[]): void {
  const { credentials } = process;
  const same = uid === credentials.uid && gid === credentials.gid;
  if (!same && !credentials.capabilities.has('SETUID')) throw new SysError('EPERM');
  process.credentials = newCredentials(uid, gid, groups, credentials.capabilities);
}

export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Lines of /etc/passwd. */
export function parsePasswd(text: string): readonly UserEntry[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 6 && fields[0] !== '')
    .map(([name = '', , uid, gid, , home = '/']) => ({ name, uid: Number(uid), gid: Number(gid), home }));
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Lines of /etc/group. */
export function parseGroup(text: string): readonly GroupEntry[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 3 && fields[0] !== '')
    .map(([name = '', , gid, members = '']) => ({
      name,
      gid: Number(gid),
      members: members.split(',').filter((member) => member !== ''),
    }));
}
