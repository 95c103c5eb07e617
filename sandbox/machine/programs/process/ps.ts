// What runs: `ps`, with the columns of either userland; `pstree`.

import type { Blocking } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { tryTextFile } from '../kit/input.ts';
import { type ProcessInfo, readProcesses } from '../kit/processes.ts';
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

export function* viewOf(context: Context): Blocking<View> {
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
export function args(process: ProcessInfo): string {
  const base = (process.argv[0] ?? '').replace(/^-/, '').replace(/^.*\//, '');
  if (process.argv.length === 0) return `[${process.comm}]`;
  return base.slice(0, 15) === process.comm ? line(process) : `{${process.comm}} ${line(process)}`;
}

export function cpuTime({ user, system }: ProcessInfo): number {
  return Math.floor((user + system) / 100);
}

export function clock(seconds: number, hours: boolean): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60].map((each) =>
    String(each).padStart(2, '0'),
  );
  return hours ? `${h}:${m}:${s}` : `${Math.floor(seconds / 60)}:${s}`;
}

export function share(process: ProcessInfo, view: View): string {
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

export function elapsed(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const days = Math.floor(total / 86_400);
  const text = clock(total % 86_400, true);
  return days > 0 ? `${days}-${text}` : text.replace(/^00:/, '');
}

/** Rows under their titles; the last column as long as it is. */
function tableOf(columns: readonly Column[], processes: readonly ProcessInfo[], view: View): string {
  const titles = columns.map(({ title }) => title);
  const rows = [
    ...(titles.some((title) => title !== '') ? [titles] : []),
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
