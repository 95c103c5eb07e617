// What goes on at a glance: `top`, `free`.

import { durationMs } from '../../../time/units.ts';
import type { Blocking } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { readDuration } from '../kit/duration.ts';
import { tryTextFile } from '../kit/input.ts';
import { readProcesses } from '../kit/processes.ts';
import { humanSize, humanSizeUp } from '../kit/sizes.ts';
import { strftime } from '../kit/strftime.ts';
import { userName } from '../kit/users.ts';
import { args, clock, cpuTime, elapsed, share, viewOf } from './ps.ts';

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
