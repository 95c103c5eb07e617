// The processes of this machine, as /proc tells of them.

import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { tryTextFile } from './input.ts';

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  /** The program's short name. */
  readonly comm: string;
  readonly argv: readonly string[];
  /** `R`, `S`, `T`, `Z`. */
  readonly state: string;
  readonly uid: number;
  readonly gid: number;
  /** In bytes. */
  readonly virtual: number;
  readonly resident: number;
  /** In hundredths of a second: user, system, and the start after boot. */
  readonly user: number;
  readonly system: number;
  readonly started: number;
  readonly terminal: boolean;
}

/** By pid. Those that end meanwhile are left out. */
export function* readProcesses(sys: Sys): Blocking<ProcessInfo[]> {
  const pids = sys
    .readdir('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  const found: ProcessInfo[] = [];
  for (const pid of pids) {
    const info = yield* readProcess(sys, pid);
    if (info !== undefined) found.push(info);
  }
  return found;
}

function* readProcess(sys: Sys, pid: number): Blocking<ProcessInfo | undefined> {
  const stat = yield* tryTextFile(sys, `/proc/${pid}/stat`);
  const cmdline = yield* tryTextFile(sys, `/proc/${pid}/cmdline`);
  if (stat === undefined || cmdline === undefined) return undefined;
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  const fields = stat
    .slice(close + 2)
    .trim()
    .split(' ');
  const field = (i: number): number => Number(fields[i - 3] ?? 0);
  const owner = ownerOf(sys, pid);
  return {
    pid,
    comm: stat.slice(open + 1, close),
    argv: cmdline.split('\0').filter((word, i, all) => word !== '' || i < all.length - 1),
    state: fields[0] ?? 'S',
    ppid: field(4),
    group: field(5),
    session: field(6),
    terminal: field(7) !== 0,
    user: field(14),
    system: field(15),
    started: field(22),
    virtual: field(23),
    resident: field(24) * 4096,
    ...owner,
  };
}

function ownerOf(sys: Sys, pid: number): { uid: number; gid: number } {
  try {
    const { uid, gid } = sys.stat(`/proc/${pid}`);
    return { uid, gid };
  } catch (error) {
    if (error instanceof SysError) return { uid: 0, gid: 0 };
    throw error;
  }
}
