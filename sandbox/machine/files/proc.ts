// /proc: the machine's own figures by a table, and a folder for each process of a namespace.

import { STEPS_PER_SECOND } from '../cgroups.ts';
import type { Kernel } from '../context.ts';
import { networkFiles } from '../net/procnet.ts';
import type { Host, Process } from '../state.ts';
import type { FileSystem } from './mount.ts';
import { descriptorNode, PROCESS_ENTRIES, processNode } from './procprocess.ts';
import { staticTree, type Text, type VirtualNode, type VirtualTree, virtualTree } from './virtual.ts';

const KERNEL_RELEASE = '6.12.57';
const KERNEL_VERSION = `#1 SMP PREEMPT_DYNAMIC`;

/** Process n's nodes are numbered from here: a thousand each. */
const PROCESSES = 100_000;
const PER_PROCESS = 1_000;
const ENTRY = 1;
const DESCRIPTOR = 100;

/** Sysctls that are the same everywhere unless a namespace says otherwise, by path below /proc/sys. */
const SYSCTLS: Readonly<Record<string, string>> = {
  'fs/file-max': '9223372036854775807',
  'fs/inotify/max_user_watches': '524288',
  'kernel/msgmax': '8192',
  'kernel/ostype': 'Linux',
  'kernel/osrelease': KERNEL_RELEASE,
  'kernel/pid_max': '4194304',
  'kernel/shm_rmid_forced': '0',
  'kernel/version': KERNEL_VERSION,
  'net/core/somaxconn': '4096',
  'net/ipv4/ip_forward': '1',
  'net/ipv4/ip_local_port_range': '32768\t60999',
  'net/ipv4/ip_unprivileged_port_start': '1024',
  'net/ipv4/ping_group_range': '1\t0',
  'net/ipv4/tcp_fin_timeout': '60',
  'net/ipv4/tcp_keepalive_time': '7200',
  'net/ipv4/tcp_syncookies': '1',
  'vm/max_map_count': '65530',
  'vm/overcommit_memory': '1',
  'vm/swappiness': '60',
};

const hostOf = (fs: FileSystem): Host | undefined => fs.pids?.host;

const FILES: Readonly<Record<string, Text | string>> = {
  cpuinfo: (_kernel, _viewer, fs) => cpuinfo(hostOf(fs)?.cores ?? 1),
  meminfo: (_kernel, _viewer, fs) => meminfo(hostOf(fs)),
  loadavg: (kernel, _viewer, fs) => loadavg(kernel, fs),
  uptime: (kernel, _viewer, fs) => uptime(kernel, hostOf(fs)),
  stat: (_kernel, _viewer, fs) => statText(hostOf(fs)),
  version: () => `Linux version ${KERNEL_RELEASE} (gcc 14.2.0) ${KERNEL_VERSION}\n`,
  cmdline: () => 'console=ttyS0\n',
  filesystems: () => 'nodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\nnodev\toverlay\n\text4\n',
  mounts: '-> self/mounts',
  net: '-> self/net',
  'sys/kernel/hostname': (_kernel, viewer) => `${viewer?.hostname.name ?? 'localhost'}\n`,
  'sys/kernel/random/boot_id': () => '5e1ec7ed-0000-4000-8000-000000000001\n',
  ...Object.fromEntries(Object.entries(SYSCTLS).map(([path, value]) => [`sys/${path}`, sysctl(path, value)])),
};

function sysctl(path: string, value: string): Text {
  return (_kernel, viewer) => `${viewer?.network.sysctls.get(path.replaceAll('/', '.')) ?? value}\n`;
}

const top = virtualTree(staticTree(FILES));
/** What stands below /proc/PID/net is of the process's network; its numbers follow those of the other entries. */
const NET_NAMES = Object.keys(networkFiles);
const ENTRIES = [...PROCESS_ENTRIES, 'net', ...NET_NAMES.map((name) => `net/${name}`)];

export const procTree: VirtualTree = {
  node(kernel, viewer, fs, inode) {
    if (inode < PROCESSES) return top.node(kernel, viewer, fs, inode) ?? special(viewer, fs, inode);
    const process = kernel.state.processes.get(Math.floor((inode - PROCESSES) / PER_PROCESS));
    if (process === undefined) return undefined;
    const entry = (inode - PROCESSES) % PER_PROCESS;
    if (entry >= DESCRIPTOR) return descriptorNode(process, entry - DESCRIPTOR);
    return entryNode(kernel, process, fs, entry);
  },
  child(kernel, viewer, fs, inode, name) {
    if (inode === 1) {
      if (name === 'self' || name === 'thread-self') return SELF;
      const process = /^[1-9][0-9]{0,9}$/.test(name) ? fs.pids?.members.get(Number(name)) : undefined;
      if (process !== undefined) return PROCESSES + process * PER_PROCESS;
    }
    if (inode < PROCESSES) return top.child(kernel, viewer, fs, inode, name);
    return childOfProcess(kernel, inode, name);
  },
  names(kernel, viewer, fs, inode) {
    if (inode === 1) {
      return [...(fs.pids?.members.keys() ?? [])].map(String).concat('self', top.names(kernel, viewer, fs, 1));
    }
    if (inode < PROCESSES) return top.names(kernel, viewer, fs, inode);
    return namesOfProcess(kernel, inode);
  },
  parent(inode) {
    if (inode === SELF) return 1;
    if (inode < PROCESSES) return top.parent(inode);
    const entry = (inode - PROCESSES) % PER_PROCESS;
    const base = inode - entry;
    if (entry === 0) return 1;
    if (entry >= DESCRIPTOR) return base + entryNumber('fd');
    return ENTRIES[entry - ENTRY]?.startsWith('net/') === true ? base + entryNumber('net') : base;
  },
};

const SELF = PROCESSES - 1;

function special(viewer: Process | undefined, fs: FileSystem, inode: number): VirtualNode | undefined {
  if (inode !== SELF || viewer === undefined) return undefined;
  const pid = viewer.pids === fs.pids ? viewer.pid : viewer.hostPid;
  return { kind: 'link', uid: 0, gid: 0, target: String(pid) };
}

function entryNumber(name: string): number {
  return ENTRY + ENTRIES.indexOf(name);
}

function entryNode(kernel: Kernel, process: Process, fs: FileSystem, entry: number): VirtualNode | undefined {
  const { uid, gid } = process.credentials;
  if (entry === 0) return { kind: 'directory', uid, gid };
  const name = ENTRIES[entry - ENTRY];
  if (name === undefined) return undefined;
  if (name === 'net') return { kind: 'directory', uid: 0, gid: 0 };
  if (!name.startsWith('net/')) {
    return processNode(process, kernel, name, process.pids === fs.pids ? process.pid : process.hostPid);
  }
  const text = networkFiles[name.slice('net/'.length)];
  if (text === undefined) return undefined;
  return { kind: 'text', uid: 0, gid: 0, mode: 0o444, text: () => text(kernel, process.network) };
}

function childOfProcess(kernel: Kernel, inode: number, name: string): number | undefined {
  const entry = (inode - PROCESSES) % PER_PROCESS;
  const base = inode - entry;
  if (entry === 0) return PROCESS_ENTRIES.includes(name) || name === 'net' ? base + entryNumber(name) : undefined;
  const folder = ENTRIES[entry - ENTRY];
  if (folder === 'net') return NET_NAMES.includes(name) ? base + entryNumber(`net/${name}`) : undefined;
  if (folder !== 'fd' || !/^[0-9]{1,3}$/.test(name)) return undefined;
  const process = kernel.state.processes.get((base - PROCESSES) / PER_PROCESS);
  return process?.fds.has(Number(name)) === true ? base + DESCRIPTOR + Number(name) : undefined;
}

function namesOfProcess(kernel: Kernel, inode: number): readonly string[] {
  const entry = (inode - PROCESSES) % PER_PROCESS;
  if (entry === 0) return [...PROCESS_ENTRIES, 'net'];
  const folder = ENTRIES[entry - ENTRY];
  if (folder === 'net') return NET_NAMES;
  const process = kernel.state.processes.get(Math.floor((inode - PROCESSES) / PER_PROCESS));
  return [...(process?.fds.keys() ?? [])].filter((fd) => fd < PER_PROCESS - DESCRIPTOR).map(String);
}

function cpuinfo(cores: number): string {
  return Array.from(
    { length: cores },
    (_, i) =>
      `processor\t: ${i}\nvendor_id\t: GenuineIntel\nmodel name\t: Virtual CPU\ncpu MHz\t\t: 2000.000\ncpu cores\t: ${cores}\nflags\t\t: fpu\n\n`,
  ).join('');
}

function meminfo(host: Host | undefined): string {
  const total = host?.memory ?? 0;
  const free = Math.max(0, total - (host?.cgroup.memory ?? 0));
  const lines: readonly (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', free],
    ['Buffers', 0],
    ['Cached', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
  ];
  return lines
    .map(([name, bytes]) => `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`)
    .join('');
}

function loadavg(kernel: Kernel, fs: FileSystem): string {
  const running = hostOf(fs)?.queue.length ?? 0;
  const members = fs.pids?.members.size ?? 0;
  const load = Math.min(running, hostOf(fs)?.cores ?? 1).toFixed(2);
  return `${load} ${load} ${load} ${running + 1}/${members} ${(fs.pids?.next ?? kernel.state.next) - 1}\n`;
}

function uptime(kernel: Kernel, host: Host | undefined): string {
  const up = (kernel.now() - (host?.bootedAt ?? kernel.now())) / 1000;
  const idle = up * (host?.cores ?? 1) - (host?.cgroup.steps ?? 0) / STEPS_PER_SECOND;
  return `${up.toFixed(2)} ${Math.max(0, idle).toFixed(2)}\n`;
}

function statText(host: Host | undefined): string {
  const user = Math.floor((host?.cgroup.steps ?? 0) / 100);
  const cores = Array.from({ length: host?.cores ?? 1 }, (_, i) => `cpu${i} 0 0 0 0 0 0 0 0 0 0\n`).join('');
  return `cpu  ${user} 0 0 0 0 0 0 0 0 0\n${cores}btime ${Math.floor((host?.bootedAt ?? 0) / 1000)}\n`;
}
