// /proc/PID: what a process shows of itself.

import { capabilityMask } from '../capabilities.ts';
import { type Cgroup, STEPS_PER_SECOND } from '../cgroups.ts';
import type { Kernel } from '../context.ts';
import { signalNumber } from '../signals.ts';
import type { Process } from '../state.ts';
import type { SignalName } from '../sys.ts';
import { type Mount, mountsBelow } from './mount.ts';
import { describeOpenFile } from './open.ts';
import type { VirtualNode } from './virtual.ts';

/** Ticks of a clock that /proc counts CPU time by. */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

type ProcessText = (process: Process, kernel: Kernel, pid: number) => string;

const TEXTS: Readonly<Record<string, ProcessText>> = {
  cmdline: (process) => (process.ending !== undefined ? '' : process.argv.map((word) => `${word}\0`).join('')),
  comm: (process) => `${commandName(process)}\n`,
  environ: (process) => [...process.environ].map(([name, value]) => `${name}=${value}\0`).join(''),
  stat: statText,
  statm: (process) => `${pages(process)} ${pages(process)} 0 0 0 ${pages(process)} 0\n`,
  status: statusText,
  cgroup: (process) => `0::${cgroupPath(process)}\n`,
  mounts: (process) => mountsText(process.root.mount),
  mountinfo: (process) => mountsText(process.root.mount),
  limits: (_process, kernel) =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${String(kernel.bounds.filesPerProcess).padEnd(20)} ${String(kernel.bounds.filesPerProcess).padEnd(20)} files     \n`,
  maps: (process) => `00400000-00500000 r-xp 00000000 fe:01 1                          ${process.executable}\n`,
  oom_score: (process) => `${oomScore(process)}\n`,
  oom_score_adj: (process) => `${process.oomScoreAdj}\n`,
  wchan: () => '0',
};

const LINKS = ['cwd', 'root', 'exe'] as const;

export const PROCESS_ENTRIES: readonly string[] = [...Object.keys(TEXTS), ...LINKS, 'fd'];

export function processNode(process: Process, kernel: Kernel, name: string, pid: number): VirtualNode | undefined {
  const { uid, gid } = process.credentials;
  const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
  if (text !== undefined) {
    const mode = name === 'environ' ? 0o400 : name === 'oom_score_adj' ? 0o644 : 0o444;
    return { kind: 'text', uid, gid, mode, text: () => text(process, kernel, pid) };
  }
  switch (name) {
    case 'fd':
      return { kind: 'directory', uid, gid };
    case 'cwd':
      return { kind: 'link', uid, gid, target: process.cwdPath, jump: process.cwd };
    case 'root':
      return { kind: 'link', uid, gid, target: '/', jump: process.root };
    case 'exe':
      return { kind: 'link', uid, gid, target: process.executable };
    default:
      return undefined;
  }
}

export function descriptorNode(process: Process, fd: number): VirtualNode | undefined {
  const file = process.fds.get(fd);
  if (file === undefined) return undefined;
  const { uid, gid } = process.credentials;
  return { kind: 'link', uid, gid, target: describeOpenFile(file), jump: file };
}

/** The first 15 letters of the program's name, as the kernel keeps it. */
function commandName(process: Process): string {
  const path = process.argv[0] ?? process.executable;
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
}

/** From 0 to 1000 by how much of its host's memory it takes, moved by its adjustment. */
export function oomScore(process: Process): number {
  const share = (process.memory / process.host.memory) * 1000;
  return Math.max(0, Math.min(1000, Math.round(share) + process.oomScoreAdj));
}

function stateLetter(process: Process): string {
  if (process.ending !== undefined) return 'Z';
  if (process.stopped !== undefined) return 'T';
  return process.queued || process.call?.call === 'spend' || process.call === undefined ? 'R' : 'S';
}

const STATE_WORDS: Readonly<Record<string, string>> = { R: 'running', S: 'sleeping', T: 'stopped', Z: 'zombie' };

function pages(process: Process): number {
  return Math.ceil(process.memory / 4096);
}

function ticks(steps: number): number {
  return Math.floor((steps * TICKS_PER_SECOND) / STEPS_PER_SECOND);
}

function parentPid(process: Process, kernel: Kernel): number {
  const parent = kernel.state.processes.get(process.parent);
  return parent?.pids === process.pids ? parent.pid : 0;
}

function statText(process: Process, kernel: Kernel, pid: number): string {
  const terminal = process.tty === undefined ? 0 : 0x8800 + process.tty.number;
  const started = Math.floor(((process.startedAt - process.host.bootedAt) * TICKS_PER_SECOND) / 1000);
  const head = [pid, `(${commandName(process)})`, stateLetter(process), parentPid(process, kernel)];
  const groups = [process.group, process.session, terminal, process.tty?.foreground ?? -1, 0, 0, 0, 0, 0];
  const times = [ticks(process.steps), 0, 0, 0, 20, 0, 1, 0, started];
  return `${[...head, ...groups, ...times, process.memory, pages(process)].join(' ')} 18446744073709551615${' 0'.repeat(27)}\n`;
}

function signalMask(process: Process, action: 'ignore' | 'catch'): string {
  let mask = 0n;
  for (const [signal, what] of process.actions) if (what === action) mask |= bitOf(signal);
  return mask.toString(16).padStart(16, '0');
}

function bitOf(signal: SignalName): bigint {
  return 1n << BigInt(signalNumber(signal) - 1);
}

function statusText(process: Process, kernel: Kernel, pid: number): string {
  const { uid, gid, groups, capabilities } = process.credentials;
  const letter = stateLetter(process);
  const kib = `${String(Math.ceil(process.memory / KIB)).padStart(8)} kB`;
  const mask = capabilityMask(capabilities);
  const confinement = kernel.state.containers.get(process.container ?? '')?.confinement;
  const lines: readonly (readonly [string, string | number])[] = [
    ['Name', commandName(process)],
    ['Umask', process.umask.toString(8).padStart(4, '0')],
    ['State', `${letter} (${STATE_WORDS[letter] ?? ''})`],
    ['Tgid', pid],
    ['Ngid', 0],
    ['Pid', pid],
    ['PPid', parentPid(process, kernel)],
    ['TracerPid', 0],
    ['Uid', `${uid}\t${uid}\t${uid}\t${uid}`],
    ['Gid', `${gid}\t${gid}\t${gid}\t${gid}`],
    ['FDSize', 64],
    ['Groups', `${groups.join(' ')} `],
    ['NStgid', pid === process.pid ? pid : `${pid}\t${process.pid}`],
    ['NSpid', pid === process.pid ? pid : `${pid}\t${process.pid}`],
    ['VmPeak', kib],
    ['VmSize', kib],
    ['VmRSS', kib],
    ['Threads', 1],
    ['SigIgn', signalMask(process, 'ignore')],
    ['SigCgt', signalMask(process, 'catch')],
    ['CapInh', '0000000000000000'],
    ['CapPrm', mask],
    ['CapEff', mask],
    ['CapBnd', mask],
    ['CapAmb', '0000000000000000'],
    ['NoNewPrivs', confinement?.noNewPrivileges === true ? 1 : 0],
    // 2: filtered.
    ['Seccomp', confinement?.filtered === true ? 2 : 0],
  ];
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

/** A container sees its own group as the root. */
function cgroupPath(process: Process): string {
  return process.container === undefined ? pathOfCgroup(process.cgroup) : '/';
}

function pathOfCgroup(cgroup: Cgroup): string {
  return cgroup.path === '' ? '/' : cgroup.path;
}

function mountsText(root: Mount): string {
  return mountsBelow(root)
    .map(({ fs, target, readOnly }) => `${fs.source} ${target} ${fs.type} ${readOnly ? 'ro' : 'rw'},relatime 0 0\n`)
    .join('');
}
