// What goes on: `ps`, `top`, `pstree`, `free`; how full it is: `df`, `du`, `mount`.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type FileSystemStat, SysError } from '../../sys.ts';
import { diskBlocks } from '../files/list.ts';
import { attempt, join, statOrNothing } from '../kit/attempt.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { readDuration } from '../kit/duration.ts';
import { UsageProblem } from '../kit/flags.ts';
import { tryTextFile } from '../kit/input.ts';
import { type ProcessInfo, readProcesses } from '../kit/processes.ts';
import { humanSize, humanSizeUp } from '../kit/sizes.ts';
import { strftime } from '../kit/strftime.ts';
import { type Accounts, readAccounts, userName } from '../kit/users.ts';

/** What every column of `ps` and `top` needs to know. */
interface View {
  readonly accounts: Accounts;
  /** Bytes. */
  readonly memory: number;
  /** Seconds. */
  readonly uptime: number;
  readonly now: number;
}

function* viewOf(context: Context): Blocking<View> {
  const meminfo = (yield* tryTextFile(context.sys, '/proc/meminfo')) ?? '';
  const uptime = (yield* tryTextFile(context.sys, '/proc/uptime')) ?? '0';
  return {
    accounts: yield* readAccounts(context.sys),
    memory: Number(/^MemTotal:\s*(\d+)/m.exec(meminfo)?.[1] ?? 1) * 1024,
    uptime: Number(uptime.split(' ')[0]),
    now: context.sys.now() / 1000,
  };
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
  readonly value: (process: ProcessInfo, view: View) => string;
}

function line(process: ProcessInfo): string {
  return process.argv.length > 0 ? process.argv.join(' ') : `[${process.comm}]`;
}

/** busybox shows whose name differs from its program's: `{sh} /bin/sh -c ...`. */
function args(process: ProcessInfo): string {
  const base = (process.argv[0] ?? '').replace(/^-/, '').replace(/^.*\//, '');
  if (process.argv.length === 0) return `[${process.comm}]`;
  return base.slice(0, 15) === process.comm ? line(process) : `{${process.comm}} ${line(process)}`;
}

function cpuTime({ user, system }: ProcessInfo): number {
  return Math.floor((user + system) / 100);
}

function clock(seconds: number, hours: boolean): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60].map((each) =>
    String(each).padStart(2, '0'),
  );
  return hours ? `${h}:${m}:${s}` : `${Math.floor(seconds / 60)}:${s}`;
}

function share(process: ProcessInfo, view: View): string {
  const age = Math.max(0.01, view.uptime - process.started / 100);
  return ((process.user + process.system) / age).toFixed(1);
}

function since(process: ProcessInfo, view: View): number {
  return view.now - view.uptime + process.started / 100;
}

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: { title: 'PID', width: 7, right: true, value: ({ pid }) => String(pid) },
  ppid: { title: 'PPID', width: 7, right: true, value: ({ ppid }) => String(ppid) },
  pgid: { title: 'PGID', width: 7, right: true, value: ({ group }) => String(group) },
  sid: { title: 'SID', width: 7, right: true, value: ({ session }) => String(session) },
  user: {
    title: 'USER',
    width: 8,
    right: false,
    value: ({ uid }, { accounts }) => userName(accounts, uid) ?? String(uid),
  },
  uid: { title: 'UID', width: 5, right: true, value: ({ uid }) => String(uid) },
  gid: { title: 'GID', width: 5, right: true, value: ({ gid }) => String(gid) },
  comm: { title: 'COMMAND', width: 15, right: false, value: ({ comm }) => comm },
  cmd: { title: 'CMD', width: 27, right: false, value: line },
  args: { title: 'COMMAND', width: 27, right: false, value: line },
  stat: {
    title: 'STAT',
    width: 4,
    right: false,
    value: ({ state, pid, session }) => state + (pid === session ? 's' : ''),
  },
  s: { title: 'S', width: 1, right: false, value: ({ state }) => state },
  tty: { title: 'TT', width: 8, right: false, value: ({ terminal }) => (terminal ? 'pts/0' : '?') },
  time: { title: 'TIME', width: 8, right: true, value: (process) => clock(cpuTime(process), true) },
  etime: {
    title: 'ELAPSED',
    width: 11,
    right: true,
    value: (process, view) => elapsed(view.uptime - process.started / 100),
  },
  etimes: {
    title: 'ELAPSED',
    width: 7,
    right: true,
    value: (process, view) => String(Math.floor(view.uptime - process.started / 100)),
  },
  lstart: {
    title: 'STARTED',
    width: 24,
    right: true,
    value: (process, view) => strftime('%a %b %e %H:%M:%S %Y', since(process, view)),
  },
  stime: { title: 'STIME', width: 5, right: false, value: (process, view) => strftime('%H:%M', since(process, view)) },
  rss: { title: 'RSS', width: 5, right: true, value: ({ resident }) => String(Math.round(resident / 1024)) },
  vsz: { title: 'VSZ', width: 6, right: true, value: ({ virtual }) => String(Math.round(virtual / 1024)) },
  '%cpu': { title: '%CPU', width: 4, right: true, value: share },
  '%mem': {
    title: '%MEM',
    width: 4,
    right: true,
    value: ({ resident }, { memory }) => ((resident / memory) * 100).toFixed(1),
  },
  ni: { title: 'NI', width: 3, right: true, value: () => '0' },
  pri: { title: 'PRI', width: 3, right: true, value: () => '19' },
  c: { title: 'C', width: 2, right: true, value: (process, view) => String(Math.floor(Number(share(process, view)))) },
};

const ALIASES: Readonly<Record<string, string>> = {
  command: 'args',
  pcpu: '%cpu',
  pmem: '%mem',
  state: 's',
  cputime: 'time',
  tt: 'tty',
  tname: 'tty',
  ucmd: 'comm',
  euser: 'user',
  ruser: 'user',
  vsize: 'vsz',
  start: 'stime',
  nice: 'ni',
  pgrp: 'pgid',
  sess: 'sid',
};

function elapsed(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const days = Math.floor(total / 86_400);
  const text = clock(total % 86_400, true);
  return days > 0 ? `${days}-${text}` : text.replace(/^00:/, '');
}

/** Rows under their titles; the last column as long as it is. */
function tableOf(columns: readonly Column[], processes: readonly ProcessInfo[], view: View): string {
  const rows = [
    columns.map(({ title }) => title),
    ...processes.map((process) => columns.map(({ value }) => value(process, view))),
  ];
  return rows
    .map((row) => {
      const cells = row.map((text, i) => {
        const { width = 0, right = false } = columns[i] ?? {};
        if (right) return text.padStart(width);
        return i === row.length - 1 ? text : text.padEnd(width);
      });
      return `${cells.join(' ')}\n`;
    })
    .join('');
}

function named(context: Context, list: string): Column[] {
  return list
    .split(/[ ,]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', title] = word.split('=');
      const key = ALIASES[name.toLowerCase()] ?? name.toLowerCase();
      const column = Object.hasOwn(COLUMNS, key) ? COLUMNS[key] : undefined;
      if (column === undefined)
        throw new UsageProblem(
          context.flavour === 'gnu'
            ? `error: unknown user-defined format specifier "${name}"`
            : `bad -o argument '${name}', supported arguments: user,group,comm,args,pid,ppid,pgid,etime,nice,rgroup,ruser,time,tty,vsz,sid,stat,rss`,
          false,
        );
      return title === undefined ? column : { ...column, title };
    });
}

const PS: CommandSpec = {
  usage: '[-o COL1,COL2=HEADER] [-T]',
  flags:
    'e A a x u f F l w o|format= p|pid= C= U= T L H g= no-headers|no-heading sort= N d r v s= t= ppid= user= forest',
};

export const ps = command(PS, function* (context) {
  const { flags, flavour } = context;
  const view = yield* viewOf(context);
  const all = yield* readProcesses(context.sys);
  if (flavour === 'busybox') {
    if (flags.has('o')) context.print(busyboxTable(context, flags.values('o').join(','), all, view));
    else for (const row of busyboxRows(all, view)) context.print(row);
    return undefined;
  }
  const letters = context.args.filter((arg) => /^[a-zA-Z]+$/.test(arg)).join('');
  const bsd = letters !== '';
  const chosen = sortedBy(
    context,
    all.filter((process) => isChosen(context, process, letters)),
    view,
  );
  if (chosen.length === 0) return 1;
  const columns = flags.has('o')
    ? flags.values('o').flatMap((list) => named(context, list))
    : columnsFor(context, letters, bsd);
  const text = tableOf(columns, chosen, view);
  context.print(flags.has('no-headers') ? text.slice(text.indexOf('\n') + 1) : text);
  return undefined;
});

function busyboxRows(processes: readonly ProcessInfo[], { accounts }: View): string[] {
  return [
    'PID   USER     TIME  COMMAND\n',
    ...processes.map((process) => {
      const user = (userName(accounts, process.uid) ?? String(process.uid)).slice(0, 8);
      return `${String(process.pid).padStart(5)} ${user.padEnd(8)} ${clock(cpuTime(process), false).padStart(5)} ${args(process)}\n`;
    }),
  ];
}

/** busybox has columns of its own widths. */
const BUSYBOX_WIDTHS: Readonly<Record<string, number>> = {
  pid: 5,
  ppid: 5,
  pgid: 5,
  user: 8,
  comm: 16,
  args: 255,
  stat: 4,
  time: 5,
  tty: 6,
  vsz: 4,
  rss: 4,
  etime: 7,
  sid: 5,
  nice: 5,
  group: 8,
};

function busyboxTable(context: Context, list: string, processes: readonly ProcessInfo[], view: View): string {
  const columns = list.split(',').map((word) => {
    const [name = '', title] = word.split('=');
    const [column] = named(context, name);
    const value =
      name === 'args' || name === 'command'
        ? args
        : name === 'time'
          ? (process: ProcessInfo) => clock(cpuTime(process), false)
          : column?.value;
    return {
      title: title ?? column?.title ?? '',
      width: BUSYBOX_WIDTHS[name] ?? column?.width ?? 5,
      right: column?.right === true,
      value: value ?? (() => ''),
    };
  });
  const rows = [
    columns.map(({ title }) => title.padEnd(0)),
    ...processes.map((process) => columns.map(({ value }) => value(process, view))),
  ];
  return rows
    .map((row, n) => {
      const cells = row.map((text, i) => {
        const { width = 0, right = false } = columns[i] ?? {};
        if (right && n > 0) return text.padStart(width);
        return i === row.length - 1 ? text : text.slice(0, Math.max(width, 0)).padEnd(width);
      });
      return `${cells.join(' ')}\n`;
    })
    .join('');
}

function isChosen({ flags, sys }: Context, process: ProcessInfo, letters: string): boolean {
  const pids = [...flags.values('p'), ...(/^\d/.test(letters) ? [letters] : [])]
    .flatMap((list) => list.split(/[ ,]+/))
    .map(Number);
  if (flags.has('p')) return pids.includes(process.pid);
  if (flags.has('C'))
    return flags
      .values('C')
      .flatMap((list) => list.split(','))
      .includes(process.comm);
  if (flags.has('ppid')) return process.ppid === Number(flags.value('ppid'));
  if (flags.has('e') || flags.has('A') || (letters.includes('a') && letters.includes('x')) || flags.has('x'))
    return true;
  if (letters.includes('x')) return process.uid === sys.uid;
  return process.uid === sys.uid && process.terminal === sys.isatty(0);
}

function sortedBy({ flags }: Context, processes: ProcessInfo[], view: View): ProcessInfo[] {
  const spec = flags.value('sort');
  if (spec === undefined) return processes;
  const name = spec.replace(/^[-+]/, '').toLowerCase();
  const column = COLUMNS[ALIASES[name] ?? name];
  if (column === undefined) throw new UsageProblem('error: unknown sort specifier', false);
  const order = spec.startsWith('-') ? -1 : 1;
  return processes.sort((a, b) => {
    const [x, y] = [column.value(a, view), column.value(b, view)];
    return order * (Number.isNaN(Number(x)) ? (x < y ? -1 : x > y ? 1 : 0) : Number(x) - Number(y));
  });
}

function columnsFor({ flags }: Context, letters: string, bsd: boolean): Column[] {
  const pick = (names: string): Column[] =>
    names
      .split(' ')
      .map((name) => COLUMNS[name])
      .filter((column) => column !== undefined);
  if (letters.includes('u') || (flags.has('u') && !bsd)) {
    return pick('user pid %cpu %mem vsz rss tty stat stime time args').map((column) =>
      column.title === 'TT'
        ? { ...column, title: 'TTY' }
        : column.title === 'STIME'
          ? { ...column, title: 'START' }
          : column.title === 'TIME'
            ? { ...column, width: 6, value: (process) => clock(cpuTime(process), false) }
            : column,
    );
  }
  if (flags.has('f')) {
    return pick('user pid ppid c stime tty time cmd').map((column) =>
      column.title === 'USER'
        ? { ...column, title: 'UID' }
        : column.title === 'TT'
          ? { ...column, title: 'TTY' }
          : column,
    );
  }
  if (bsd)
    return pick('pid tty stat time args').map((column) =>
      column.title === 'TIME'
        ? { ...column, width: 6, value: (process) => clock(cpuTime(process), false) }
        : column.title === 'TT'
          ? { ...column, title: 'TTY' }
          : column,
    );
  return [
    ...pick('pid tty time'),
    { title: 'CMD', width: 15, right: false, value: ({ comm }: ProcessInfo) => comm },
  ].map((column) => (column.title === 'TT' ? { ...column, title: 'TTY' } : column));
}

const TOP: CommandSpec = { usage: '[-bmH] [-n COUNT] [-d SECONDS]', flags: 'b m H n= d= p= o= c i u= w? S' };

export const top = command(TOP, function* (context) {
  const { flags, sys } = context;
  const rounds = Number(flags.value('n') ?? Number.POSITIVE_INFINITY);
  const pause = readDuration(flags.value('d') ?? '5') ?? 5000;
  for (let round = typeof context.saved === 'number' ? context.saved : 0; round < rounds; round++) {
    sys.save(round);
    if (!flags.has('b')) context.print('\x1b[H\x1b[J');
    yield* showTop(context);
    yield* context.flush();
    if (round + 1 < rounds) yield* sys.sleep(durationMs(pause));
  }
  return undefined;
});

function* showTop(context: Context): Blocking<void> {
  const view = yield* viewOf(context);
  const processes = yield* readProcesses(context.sys);
  const memory = yield* memoryOf(context);
  const load = ((yield* tryTextFile(context.sys, '/proc/loadavg')) ?? '0.00 0.00 0.00 1/1 1').trim();
  const kilo = (bytes: number): string => `${Math.round(bytes / 1024)}K`;
  const busiest = [...processes].sort(
    (a, b) => Number(share(b, view)) - Number(share(a, view)) || b.virtual - a.virtual || a.pid - b.pid,
  );
  if (context.flavour === 'gnu') {
    const running = processes.filter(({ state }) => state === 'R').length;
    context.print(
      `top - ${strftime('%H:%M:%S', view.now)} up ${elapsed(view.uptime)},  0 users,  load average: ${load.split(' ').slice(0, 3).join(', ')}\n`,
    );
    context.print(
      `Tasks: ${String(processes.length).padStart(3)} total, ${String(running).padStart(3)} running, ${String(processes.length - running).padStart(3)} sleeping,   0 stopped,   0 zombie\n`,
    );
    context.print(
      `MiB Mem : ${mebi(memory.total)} total, ${mebi(memory.free)} free, ${mebi(memory.used)} used, ${mebi(memory.cached)} buff/cache\n\n`,
    );
    context.print('    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n');
    for (const process of busiest.slice(0, 40)) {
      context.print(
        `${String(process.pid).padStart(7)} ${(userName(view.accounts, process.uid) ?? String(process.uid)).padEnd(9)} 20   0 ${String(Math.round(process.virtual / 1024)).padStart(7)} ${String(Math.round(process.resident / 1024)).padStart(6)} ${String(0).padStart(6)} ${process.state} ${share(process, view).padStart(5)} ${((process.resident / view.memory) * 100).toFixed(1).padStart(5)} ${`${clock(cpuTime(process), false)}.00`.padStart(9)} ${process.comm}\n`,
      );
    }
    return;
  }
  context.print(
    `Mem: ${kilo(memory.used)} used, ${kilo(memory.free)} free, ${kilo(memory.shared)} shrd, ${kilo(0)} buff, ${kilo(memory.cached)} cached\n`,
  );
  const busy = busiest.reduce((sum, process) => sum + Number(share(process, view)), 0);
  const user = Math.min(100, Math.round(busy));
  context.print(
    `CPU:  ${String(user).padStart(2)}% usr   0% sys   0% nic ${String(100 - user).padStart(3)}% idle   0% io   0% irq   0% sirq\n`,
  );
  context.print(`Load average: ${load}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n`);
  for (const process of busiest.slice(0, 40)) {
    const percent = `${Math.round((process.virtual / view.memory) * 100)}%`;
    context.print(
      `${String(process.pid).padStart(5)} ${String(process.ppid).padStart(5)} ${(userName(view.accounts, process.uid) ?? String(process.uid)).padEnd(8)} ${process.state.padEnd(4)} ${String(Math.round(process.virtual / 1024)).padStart(5)} ${percent.padStart(4)}   0 ${`${Math.round(Number(share(process, view)))}%`.padStart(4)} ${args(process)}\n`,
    );
  }
}

function mebi(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1).padStart(8);
}

interface Memory {
  readonly total: number;
  readonly free: number;
  readonly available: number;
  readonly used: number;
  readonly shared: number;
  readonly cached: number;
}

function* memoryOf(context: Context): Blocking<Memory> {
  const text = (yield* tryTextFile(context.sys, '/proc/meminfo')) ?? '';
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024;
  const [total, free, cached] = [
    field('MemTotal'),
    field('MemFree'),
    field('Buffers') + field('Cached') + field('SReclaimable'),
  ];
  return {
    total,
    free,
    cached,
    available: field('MemAvailable') || free + cached,
    used: Math.max(0, total - free - cached),
    shared: field('Shmem'),
  };
}

export const free = command(
  { usage: '[-bkmgh]', flags: 'b|bytes k|kibi m|mebi g|gibi h|human t|total w|wide s= c=' },
  function* (context) {
    const { flags, flavour } = context;
    const memory = yield* memoryOf(context);
    const unit = flags.has('b') ? 1 : flags.has('m') ? 1024 ** 2 : flags.has('g') ? 1024 ** 3 : 1024;
    const shown = (bytes: number): string =>
      flags.has('h')
        ? flavour === 'gnu'
          ? `${humanSizeUp(bytes).replace(/[KMGT]$/, '$&i')}`
          : humanSize(bytes)
        : String(Math.floor(bytes / unit));
    const width = flavour === 'gnu' ? 12 : 12;
    const titles = ['total', 'used', 'free', 'shared', flavour === 'gnu' ? 'buff/cache' : 'buff/cache', 'available'];
    const row = (name: string, values: readonly number[]): string =>
      `${name.padEnd(flavour === 'gnu' ? 8 : 7)}${values.map((value) => shown(value).padStart(width)).join('')}\n`;
    context.print(`${' '.repeat(flavour === 'gnu' ? 8 : 7)}${titles.map((title) => title.padStart(width)).join('')}\n`);
    context.print(
      row('Mem:', [memory.total, memory.used, memory.free, memory.shared, memory.cached, memory.available]),
    );
    context.print(row('Swap:', [0, 0, 0]));
    return undefined;
  },
);

const DF: CommandSpec = {
  usage: '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...',
  flags:
    'P|portability k m h|human-readable H|si T|print-type a|all i|inodes B|block-size= t|type= x|exclude-type= l|local total',
};

export const df = command(DF, function* (context) {
  const { sys } = context;
  const found: FileSystemStat[] = [];
  const paths =
    context.args.length > 0 ? context.args : mountPoints((yield* tryTextFile(sys, '/proc/mounts')) ?? '/ / rw');
  for (const path of paths) {
    try {
      const fs = sys.statfs(path);
      const counts = context.args.length > 0 || context.flags.has('a') || fs.size > 0;
      if (
        counts &&
        (context.args.length > 0 || !found.some((each) => each.target === fs.target)) &&
        isWanted(context, fs)
      )
        found.push(fs);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (context.args.length === 0) continue;
      context.complain(
        context.flavour === 'gnu' ? `${path}: ${errorText(error.code)}` : `${path}: can't find mount point`,
      );
      context.status = 1;
    }
  }
  context.print(dfTable(context, found));
  return undefined;
});

function isWanted({ flags }: Context, { type }: FileSystemStat): boolean {
  return (!flags.has('t') || flags.values('t').includes(type)) && !flags.values('x').includes(type);
}

function mountPoints(mounts: string): string[] {
  return mounts
    .split('\n')
    .map((each) => each.split(' ')[1] ?? '')
    .filter((path) => path !== '');
}

function dfTable(context: Context, found: readonly FileSystemStat[]): string {
  const { flags, flavour } = context;
  const human = flags.has('h') || flags.has('H');
  const unit = flags.has('m')
    ? 1024 ** 2
    : Number(flags.value('B')?.replace(/[KM]$/, '') ?? 1024) *
      (flags.value('B')?.endsWith('M') ? 1024 ** 2 : flags.value('B')?.endsWith('K') ? 1024 : 1);
  const size = (bytes: number): string =>
    human ? (flavour === 'gnu' ? humanSizeUp(bytes) : humanSize(bytes)) : String(Math.ceil(bytes / unit));
  const inodes = flags.has('i');
  const sizes = human ? 'Size' : flags.has('P') ? '1024-blocks' : flags.has('m') ? '1M-blocks' : '1K-blocks';
  const titles = [
    'Filesystem',
    ...(flags.has('T') ? ['Type'] : []),
    ...(inodes
      ? ['Inodes', flavour === 'gnu' ? 'IUsed' : 'Used', flavour === 'gnu' ? 'IFree' : 'Available']
      : [sizes, 'Used', human && flavour === 'gnu' ? 'Avail' : 'Available']),
    inodes && flavour === 'gnu' ? 'IUse%' : flags.has('P') ? 'Capacity' : 'Use%',
    'Mounted on',
  ];
  const rows = found.map((fs) => {
    const [total, left] = inodes ? [fs.inodes, fs.freeInodes] : [fs.size, fs.free];
    const used = total - left;
    const figures = inodes ? [String(total), String(used), String(left)] : [size(total), size(used), size(left)];
    const percent = total === 0 ? '-' : `${Math.ceil((used / total) * 100)}%`;
    return [
      fs.source,
      ...(flags.has('T') ? [fs.type] : []),
      ...figures,
      flavour === 'busybox' && total === 0 ? '0%' : percent,
      fs.target,
    ];
  });
  return flavour === 'gnu'
    ? gnuTable([titles, ...rows], flags.has('T') ? 2 : 1)
    : busyboxDf([titles, ...rows], flags.has('T'));
}

function gnuTable(rows: readonly (readonly string[])[], leftColumns: number): string {
  const last = (rows[0]?.length ?? 1) - 1;
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0), i === 0 ? 14 : i < leftColumns ? 0 : 5),
  );
  return rows
    .map(
      (row) =>
        `${row.map((cell, i) => (i === last ? cell : i < leftColumns ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' ')}\n`,
    )
    .join('');
}

/** busybox's title line has a layout of its own. */
function busyboxDf(rows: readonly (readonly string[])[], typed: boolean): string {
  return rows
    .map((row, n) => {
      const [source = '', ...rest] = row;
      const type = typed ? ` ${(rest.shift() ?? '').padEnd(10)}` : '';
      const [total = '', used = '', left = '', percent = '', target = ''] = rest;
      const name = source.length > 20 ? `${source}\n${' '.repeat(20)}` : source.padEnd(20);
      const first = n === 0 && !typed ? total.padStart(9).padEnd(9) : total.padStart(9);
      return `${name}${type} ${first} ${used.padStart(9)} ${left.padStart(9)} ${percent.padStart(4)} ${target}\n`;
    })
    .join('');
}

const DU: CommandSpec = {
  usage: '[-aHLdclsxhmk] [FILE]...',
  flags: 'a|all H L d|max-depth= c|total l s|summarize x h|human-readable m k b|bytes S 0 apparent-size exclude=',
};

export const du = command(DU, function* (context) {
  let total = 0;
  for (const path of context.args.length === 0 ? ['.'] : context.args) {
    if (statOrNothing(context.sys, path, false) === undefined) {
      const why = errorText('ENOENT');
      context.complain(context.flavour === 'gnu' ? `cannot access '${path}': ${why}` : `${path}: ${why}`);
      context.status = 1;
    } else total += yield* usage(context, path, 0);
  }
  if (context.flags.has('c')) context.print(duLine(context, total, 'total'));
  return undefined;
});

/** 1K blocks of a file or of a tree, told on the way. */
function* usage(context: Context, path: string, depth: number): Blocking<number> {
  const { flags, sys } = context;
  const stat = statOrNothing(sys, path, false);
  if (stat === undefined) return 0;
  let blocks = flags.has('b') || flags.has('apparent-size') ? stat.size / 1024 : diskBlocks(stat);
  if (stat.type === 'directory') {
    const names =
      attempt(
        context,
        (why) =>
          context.flavour === 'gnu' ? `cannot read directory '${path}': ${why}` : `can't open '${path}': ${why}`,
        () => sys.readdir(path),
      ) ?? [];
    yield* sys.spend(1);
    for (const name of names) blocks += yield* usage(context, join(path, name), depth + 1);
  }
  const most = flags.has('s') ? 0 : Number(flags.value('d') ?? Number.POSITIVE_INFINITY);
  const shows = depth === 0 || (depth <= most && (stat.type === 'directory' || flags.has('a')));
  if (shows) context.print(duLine(context, blocks, path));
  yield* context.flush(false);
  return blocks;
}

function duLine({ flags, flavour }: Context, blocks: number, path: string): string {
  const bytes = blocks * 1024;
  if (flags.has('h')) return `${flavour === 'gnu' ? humanSizeUp(bytes) : humanSize(bytes)}\t${path}\n`;
  if (flags.has('b')) return `${bytes}\t${path}\n`;
  return `${flags.has('m') ? Math.ceil(blocks / 1024) : blocks}\t${path}\n`;
}

export const mount = command(
  { usage: '[OPTIONS] [-o OPT] DEVICE NODE', flags: 'a f i n o|options= O= r t|types= v w bind' },
  function* (context) {
    if (context.args.length > 0 || context.flags.has('a')) {
      context.complain(
        context.flavour === 'gnu'
          ? `${context.args.at(-1) ?? '/'}: must be superuser to use mount.`
          : `permission denied (are you root?)`,
      );
      return context.flavour === 'gnu' ? 32 : 1;
    }
    for (const row of ((yield* tryTextFile(context.sys, '/proc/mounts')) ?? '').split('\n')) {
      const [source, target, type, options] = row.split(' ');
      if (options === undefined || (context.flags.has('t') && context.flags.value('t') !== type)) continue;
      context.print(`${source} on ${target} type ${type} (${options})\n`);
    }
    return undefined;
  },
);

export const umount = command(
  { usage: '[-rlfda] FILESYSTEM|DIRECTORY', flags: 'r l f d a t=', arguments: [1, Number.POSITIVE_INFINITY] },
  function* (context) {
    for (const path of context.args)
      context.complain(
        context.flavour === 'gnu'
          ? `${path}: must be superuser to unmount.`
          : `can't unmount ${path}: ${errorText('EPERM')}`,
      );
    return context.flavour === 'gnu' ? 32 : 1;
  },
);

export const pstree = command({ usage: '[-p] [PID|USER]', flags: 'p a', arguments: [0, 1] }, function* (context) {
  const processes = yield* readProcesses(context.sys);
  const root =
    Number(context.args[0] ?? 0) || processes.find((each) => !processes.some(({ pid }) => pid === each.ppid))?.pid || 1;
  const show = (process: ProcessInfo): string => process.comm + (context.flags.has('p') ? `(${process.pid})` : '');
  const draw = (process: ProcessInfo, indent: string, first: string): void => {
    const children = processes.filter(({ ppid }) => ppid === process.pid);
    const text = first + show(process);
    if (children.length === 0) {
      context.print(`${text}\n`);
      return;
    }
    const pad = indent + ' '.repeat(text.length - indent.length);
    children.forEach((child, i) => {
      const last = i === children.length - 1;
      const joint = children.length === 1 ? '---' : i === 0 ? '-+-' : last ? ' `-' : ' |-';
      draw(child, `${pad}${last ? '   ' : ' | '}`, i === 0 ? text + joint : pad + joint);
    });
  };
  const top_ = processes.find(({ pid }) => pid === root);
  if (top_ !== undefined) draw(top_, '', '');
  return undefined;
});
