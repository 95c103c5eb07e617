// Users and groups by name and number, as /etc/passwd and /etc/group say.

import type { Blocking, Sys } from '../../sys.ts';
import { tryTextFile } from './input.ts';

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface Accounts {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
}

export function* readAccounts(sys: Sys): Blocking<Accounts> {
  const passwd = (yield* tryTextFile(sys, '/etc/passwd')) ?? '';
  const group = (yield* tryTextFile(sys, '/etc/group')) ?? '';
  return {
    users: rows(passwd).map(([name = '', , uid, gid, , home = '/', shell = '/bin/sh']) => ({
      name,
      uid: Number(uid),
      gid: Number(gid),
      home,
      shell,
    })),
    groups: rows(group).map(([name = '', , gid, members = '']) => ({
      name,
      gid: Number(gid),
      members: members.split(',').filter((member) => member !== ''),
    })),
  };
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.includes(':') && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

export function userName(accounts: Accounts, uid: number): string | undefined {
  return accounts.users.find((user) => user.uid === uid)?.name;
}

export function groupName(accounts: Accounts, gid: number): string | undefined {
  return accounts.groups.find((group) => group.gid === gid)?.name;
}
