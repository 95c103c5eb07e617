// Time passing and told: `sleep`, `usleep`, `date`, `cal`, `uptime`, `timeout`, `time`, `watch`.

import { type DurationMs, durationMs, seconds } from '../../../time/units.ts';
import { MONTHS } from '../../calendar.ts';
import { parseSignal, signalNumber } from '../../signals.ts';
import { type Blocking, type SignalName, type Sys, SysError } from '../../sys.ts';
import { capture } from '../kit/capture.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { parseDate } from '../kit/dates.ts';
import { readDuration } from '../kit/duration.ts';
import { UsageProblem } from '../kit/flags.ts';
import { tryTextFile } from '../kit/input.ts';
import { become, cannotRun, failureStatus, runToEnd, statusOf } from '../kit/run.ts';
import { strftime, UTC, zoneOf } from '../kit/strftime.ts';

export const sleep = command({ usage: '[N]...', arguments: [1, Number.POSITIVE_INFINITY] }, function* (context) {
  let milliseconds = 0;
  for (const word of context.args) {
    const duration = readDuration(word);
    if (duration === undefined) {
      throw new UsageProblem(
        context.flavour === 'gnu' ? `invalid time interval '${word}'` : `invalid number '${word}'`,
        context.flavour === 'gnu',
      );
    }
    milliseconds += duration;
  }
  yield* context.sys.sleep(durationMs(milliseconds));
  return undefined;
});

export const usleep = command({ usage: 'N', arguments: [1, 1] }, function* (context) {
  const [text = ''] = context.args;
  if (!/^\d+$/.test(text)) throw new UsageProblem(`invalid number '${text}'`, false);
  yield* context.sys.sleep(durationMs(Number(text) / 1000));
  return undefined;
});

const DATE: CommandSpec = {
  usage: '[OPTIONS] [+FMT] [[-s] TIME]',
  flags: 'u|utc|universal d|date= D= r|reference= R|rfc-email|rfc-2822 I|iso-8601? rfc-3339= s|set= debug',
};

export const date = command(DATE, function* (context) {
  const { flags, sys, flavour } = context;
  const zone = flags.has('u') ? UTC : zoneOf(sys.env.get('TZ'));
  if (flags.has('s')) {
    context.complain(
      flavour === 'gnu' ? 'cannot set date: Operation not permitted' : "can't set date: Operation not permitted",
    );
    return 1;
  }
  const at = dateToShow(context);
  if (at === undefined) return 1;
  const format = context.args.find((arg) => arg.startsWith('+'))?.slice(1) ?? defaultFormat(context);
  context.print(`${strftime(format, at, zone)}\n`);
  return undefined;
});

function dateToShow(context: Context): number | undefined {
  const { flags, sys, flavour } = context;
  const reference = flags.value('r');
  if (reference !== undefined) return sys.stat(reference).modified / 1000;
  const now = sys.now() / 1000;
  const text = flags.value('d');
  if (text === undefined) return now;
  const at = parseDate(text, now, false, flavour === 'gnu');
  if (at === undefined) context.complain(`invalid date '${text}'`);
  return at;
}

const ISO: Readonly<Record<string, string>> = {
  '': '%Y-%m-%d',
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};

function defaultFormat({ flags, flavour }: Context): string {
  if (flags.has('R')) return '%a, %d %b %Y %H:%M:%S %z';
  if (flags.has('I')) return ISO[flags.value('I') ?? ''] ?? '%Y-%m-%d';
  if (flags.has('rfc-3339')) return flags.value('rfc-3339') === 'date' ? '%Y-%m-%d' : '%Y-%m-%d %H:%M:%S%:z';
  return flavour === 'gnu' ? '%a %b %e %H:%M:%S %Z %Y' : '%a %b %e %H:%M:%S %Z %Y';
}

export const cal = command({ usage: '[-jmy] [[MONTH] YEAR]', flags: 'j m y', arguments: [0, 2] }, function* (context) {
  const now = new Date(context.sys.now());
  const [first, second] = context.args;
  const year = Number(second ?? first ?? now.getUTCFullYear());
  const month = second === undefined ? undefined : Number(first) - 1;
  if (!Number.isInteger(year) || year < 1 || year > 9999 || (month !== undefined && !(month >= 0 && month < 12))) {
    throw new UsageProblem(`invalid number '${first}'`, false);
  }
  if (first === undefined && !context.flags.has('y'))
    context.print(monthText(now.getUTCFullYear(), now.getUTCMonth(), true));
  else if (month !== undefined) context.print(monthText(year, month, true));
  else context.print(yearText(year));
  return undefined;
});

/** Three months side by side. */
function yearText(year: number): string {
  let text = `${' '.repeat(30)}${year}\n\n`;
  for (let row = 0; row < 12; row += 3) {
    const months = [row, row + 1, row + 2].map((month) => monthText(year, month, true).split('\n'));
    for (let line = 0; line < 8; line++) {
      const cells = months.map((lines) => (lines[line] ?? '').replace(/ \d{4}$/, '').padEnd(20));
      text += `${cells.join('   ').trimEnd()}\n`;
    }
  }
  return text;
}

function monthText(year: number, month: number, titled: boolean): string {
  const title = `${MONTHS[month]} ${year}`;
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const cells = [
    ...Array.from({ length: first }, () => '  '),
    ...Array.from({ length: days }, (_, i) => String(i + 1).padStart(2)),
  ];
  let text = titled
    ? `${' '.repeat(Math.max(0, Math.floor((20 - title.length) / 2)))}${title}\nSu Mo Tu We Th Fr Sa\n`
    : '';
  for (let i = 0; i < 42; i += 7) text += `${cells.slice(i, i + 7).join(' ')}\n`;
  return text;
}

export const uptime = command({ usage: '', flags: 's p|pretty', arguments: [0, 0] }, function* (context) {
  const up = Number(((yield* tryTextFile(context.sys, '/proc/uptime')) ?? '0').split(' ')[0]);
  const load = ((yield* tryTextFile(context.sys, '/proc/loadavg')) ?? '0.00 0.00 0.00').split(' ').slice(0, 3);
  const clock = strftime('%H:%M:%S', context.sys.now() / 1000, zoneOf(context.sys.env.get('TZ')));
  const days = Math.floor(up / 86_400);
  const hours = Math.floor((up % 86_400) / 3600);
  const minutes = Math.floor((up % 3600) / 60);
  const span = hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`;
  const users = context.flavour === 'gnu' ? '  0 users,' : '  0 users, ';
  context.print(
    ` ${clock} up ${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${span},${users}  load average: ${load.join(', ')}\n`.replace(
      'users,    load',
      'users,  load',
    ),
  );
  return undefined;
});

const TIMEOUT: CommandSpec = {
  usage: '[-s SIG] [-k KILL_SECS] SECS PROG ARGS',
  flags: 's|signal= k|kill-after= preserve-status foreground v|verbose',
  inOrder: true,
  badUsage: 125,
};

export const timeout = command(TIMEOUT, function* (context) {
  const { flags, sys, flavour } = context;
  const [limit, ...argv] = context.args;
  if (limit === undefined || argv.length === 0) throw new UsageProblem('');
  const milliseconds = readDuration(limit);
  if (milliseconds === undefined)
    throw new UsageProblem(
      flavour === 'gnu' ? `invalid time interval '${limit}'` : `invalid number '${limit}'`,
      flavour === 'gnu',
    );
  const signal = parseSignal(flags.value('s') ?? 'TERM');
  if (signal === undefined)
    throw new UsageProblem(
      flavour === 'gnu' ? `'${flags.value('s')}': invalid signal` : `bad signal name '${flags.value('s')}'`,
      flavour === 'gnu',
    );
  if (milliseconds === 0) return yield* become(context, argv);
  let pid: number;
  try {
    pid = sys.spawn(argv);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    context.complain(cannotRun(context, argv[0] ?? '', error));
    return failureStatus(error);
  }
  return yield* waitWithLimit(context, pid, milliseconds, signal);
});

/** The child ends, or the alarm comes: a child's end interrupts the sleep. */
function* waitWithLimit(context: Context, pid: number, milliseconds: number, signal: SignalName): Blocking<number> {
  const { flags, sys } = context;
  for (const name of ['SIGCHLD', 'SIGTERM', 'SIGINT'] as const) sys.onSignal(name, 'catch');
  const kill = readDuration(flags.value('k') ?? '') ?? 0;
  const end = yield* untilEnd(context, pid, sys.now() + milliseconds);
  if (end !== 'late') return end;
  sys.kill(pid, signal);
  if (signal === 'SIGKILL') {
    yield* sys.wait(pid);
    return 137;
  }
  const after = yield* untilEnd(context, pid, kill > 0 ? sys.now() + kill : Number.POSITIVE_INFINITY);
  if (after === 'late') {
    sys.kill(pid, 'SIGKILL');
    yield* sys.wait(pid);
    return 137;
  }
  if (flags.has('preserve-status')) return after;
  return context.flavour === 'gnu' ? 124 : 128 + signalNumber(signal);
}

function* untilEnd(context: Context, pid: number, until: number): Blocking<number | 'late'> {
  const { sys } = context;
  for (;;) {
    try {
      const ended = yield* sys.wait(pid, { noHang: true });
      if (ended !== undefined) return statusOf(ended);
      for (const signal of sys.caught()) if (signal !== 'SIGCHLD') sys.kill(pid, signal);
      if (sys.now() >= until) return 'late';
      yield* sys.sleep(durationMs(Math.min(until - sys.now(), 86_400_000)));
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
    }
  }
}

export const time = command(
  { usage: '[-vpa] [-o FILE] PROG ARGS', flags: 'p v a o= f=', inOrder: true },
  function* (context) {
    const { sys } = context;
    if (context.args.length === 0) throw new UsageProblem('');
    const began = sys.now();
    try {
      const ended = yield* runToEnd(sys, context.args);
      const [user, system] = sys.cpuTimes();
      const real = sys.now() - began;
      context.warn(
        context.flags.has('p')
          ? `real ${(real / 1000).toFixed(2)}\nuser ${(user / 1000).toFixed(2)}\nsys ${(system / 1000).toFixed(2)}\n`
          : `real\t${clock(real)}\nuser\t${clock(user)}\nsys\t${clock(system)}\n`,
      );
      return statusOf(ended);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      context.complain(cannotRun(context, context.args[0] ?? '', error));
      return failureStatus(error);
    }
  },
);

function clock(milliseconds: number): string {
  return `${Math.floor(milliseconds / 60_000)}m ${((milliseconds % 60_000) / 1000).toFixed(2)}s`;
}

const WATCH: CommandSpec = {
  usage: '[-n SEC] [-t] PROG ARGS',
  flags: 'n|interval= t|no-title d|differences? e|errexit g|chgexit x|exec c|color',
  inOrder: true,
};

export const watch = command(WATCH, function* (context) {
  if (context.args.length === 0) throw new UsageProblem('');
  return yield* context.flavour === 'gnu' && context.sys.isatty(1) ? watchOnScreen(context) : watchOn(context);
});

const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l';

/** On a screen of its own, which is left whatever ends it. */
function* watchOnScreen(context: Context): Blocking<number> {
  const { sys } = context;
  if (context.saved === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) sys.onSignal(signal, 'catch');
    context.print(ENTER);
    yield* context.flush();
  }
  let status = 0;
  try {
    status = yield* watchOn(context);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
  }
  context.print(LEAVE);
  yield* context.flush();
  return status;
}

function* watchOn(context: Context): Blocking<number> {
  const { flags, sys } = context;
  const pause = Math.max(100, readDuration(flags.value('n') ?? '2') ?? 2000);
  const line = context.args.join(' ');
  for (let last: string | undefined = typeof context.saved === 'string' ? context.saved : undefined; ; ) {
    sys.save(last ?? '');
    const { stdout: text, status } = yield* capture(sys, flags.has('x') ? context.args : ['sh', '-c', line]);
    if (flags.has('g') && last !== undefined && last !== '' && text !== last) return 0;
    last = text;
    showScreen(context, line, pause, text);
    yield* context.flush();
    if (flags.has('e') && status !== 0) return status;
    sys.save(last);
    yield* sleepUnlessResized(sys, pause === 2000 ? seconds(2) : durationMs(pause));
  }
}

/** Another size of the terminal is a reason to look again at once. */
function* sleepUnlessResized(sys: Sys, pause: DurationMs): Blocking<void> {
  sys.onSignal('SIGWINCH', 'catch');
  try {
    yield* sys.sleep(pause);
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
    if (sys.caught().some((signal) => signal !== 'SIGWINCH')) throw error;
  } finally {
    sys.onSignal('SIGWINCH', 'default');
  }
}

function showScreen(context: Context, line: string, pause: number, text: string): void {
  const { columns, rows } = context.sys.ttySize(1) ?? { columns: 80, rows: 24 };
  const lines = text.replace(/\n$/, '').split('\n');
  context.print('\x1b[H\x1b[J');
  let room = rows;
  if (!context.flags.has('t')) {
    const left = `Every ${(pause / 1000).toFixed(1)}s: ${line}`;
    const stamp = strftime('%Y-%m-%d %H:%M:%S', context.sys.now() / 1000);
    const right =
      context.flavour === 'gnu'
        ? `${context.sys.hostname()}: ${strftime('%a %b %e %H:%M:%S %Y', context.sys.now() / 1000)}`
        : stamp;
    const space = columns - left.length - right.length;
    context.print(space > 0 ? `${left}${' '.repeat(space)}${right}\n\n` : `${left.slice(0, columns)}\n\n`);
    room -= 2;
  }
  context.print(
    lines
      .slice(0, room)
      .map((each) => each.slice(0, columns))
      .join('\n'),
  );
}
