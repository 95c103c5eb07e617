// Programs that send signals, or find whom to send them to: `kill`, `killall`, `pkill`, `pgrep`, `pidof`.

import { errorText } from '../../errors.ts';
import { compileRegex } from '../../regex/regex.ts';
import { SIGNALS, signalNamed, signalPosition, signalWord } from '../../shell/signals.ts';
import { type Blocking, type SignalName, SysError } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { UsageProblem } from '../kit/flags.ts';
import { type ProcessInfo, readProcesses } from '../kit/processes.ts';
import { readAccounts } from '../kit/users.ts';

/** A signal from `-9`, `-TERM`, `-s TERM`; and what is left. */
function signalArguments(context: Context, args: readonly string[]): { signal: SignalName | 'none'; rest: string[] } {
  const rest = [...args];
  const first = rest[0] ?? '';
  let word = 'TERM';
  if (first === '-s' || first === '--signal') {
    rest.shift();
    word = rest.shift() ?? '';
  } else if (/^-[A-Za-z0-9]/.test(first) && !/^-[oqelvfixnuPgtc]$/.test(first)) word = rest.shift()?.slice(1) ?? '';
  if (word === '0') return { signal: 'none', rest };
  const known = signalWord(word);
  if (known === undefined)
    throw new UsageProblem(
      context.flavour === 'gnu' ? `"${word}": invalid signal` : `bad signal name '${word}'`,
      false,
    );
  const signal = signalNamed(known);
  if (signal === undefined) throw new UsageProblem(`signal ${known} isn't modelled on this machine`, false);
  return { signal, rest };
}

/** Sends a signal; false (and complained of) when that fails. */
function send(context: Context, pid: number, signal: SignalName | 'none'): boolean {
  try {
    if (signal !== 'none') context.sys.kill(pid, signal);
    else context.sys.stat(`/proc/${Math.abs(pid)}`);
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code === 'ENOENT' ? 'ESRCH' : error.code);
    context.complain(context.flavour === 'gnu' ? `(${pid}): ${why}` : `can't kill pid ${pid}: ${why}`);
    return false;
  }
}

export const kill = command({ usage: '[-l] [-SIG] PID...', inOrder: true, flags: ALL_LETTERS() }, function* (context) {
  const args = context.sys.argv.slice(1);
  if (args[0] === '-l' || args[0] === '-L') {
    for (const spec of args.slice(1)) {
      const word = /^\d+$/.test(spec) ? SIGNALS[Number(spec) - 1] : String(signalPosition(signalWord(spec) ?? ''));
      context.print(`${word ?? ''}\n`);
    }
    if (args.length === 1)
      context.print(
        SIGNALS.map((name, i) => `${String(i + 1).padStart(2)}) ${name === 'IO' ? 'POLL' : name}\n`).join(''),
      );
    return undefined;
  }
  const { signal, rest } = signalArguments(context, args);
  if (rest.length === 0)
    throw new UsageProblem(
      context.flavour === 'gnu' ? 'not enough arguments' : 'you need to specify whom to kill',
      false,
    );
  for (const text of rest) {
    if (text === '--') continue;
    if (!/^-?\d+$/.test(text)) {
      context.complain(context.flavour === 'gnu' ? `failed to parse argument: '${text}'` : `invalid number '${text}'`);
      context.status = 1;
    } else if (!send(context, Number(text), signal)) context.status = 1;
  }
  return undefined;
});

/** Signals are given as flags, so no letter may be refused. */
function ALL_LETTERS(): string {
  return [...'abcdefghijklmnopqrtuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].join(' ').concat(' s=');
}

export const killall = command(
  { usage: '[-l] [-q] [-SIG] PROCESS_NAME...', inOrder: true, flags: ALL_LETTERS() },
  function* (context) {
    const { signal, rest } = signalArguments(
      context,
      context.sys.argv.slice(1).filter((arg) => arg !== '-q'),
    );
    const quiet = context.sys.argv.includes('-q');
    if (rest.length === 0)
      throw new UsageProblem(
        context.flavour === 'gnu' ? '' : 'you need to specify whom to kill',
        context.flavour === 'gnu',
      );
    const processes = yield* readProcesses(context.sys);
    for (const name of rest) {
      const found = processes.filter((each) => isCalled(each, name) && each.pid !== context.sys.pid);
      if (found.length === 0) {
        if (!quiet)
          context.warn(
            context.flavour === 'gnu' ? `${name}: no process found\n` : `killall: ${name}: no process killed\n`,
          );
        context.status = 1;
      }
      for (const { pid } of found) if (!send(context, pid, signal)) context.status = 1;
    }
    return undefined;
  },
);

function isCalled({ comm, argv }: ProcessInfo, name: string): boolean {
  const base = (argv[0] ?? '').replace(/^.*\//, '');
  return comm === name.slice(0, 15) || base === name || argv[0] === name;
}

export const pidof = command({ usage: '[-s] [-o PID] [NAME]...', flags: 's|single-shot o= x q' }, function* (context) {
  const processes = yield* readProcesses(context.sys);
  const omitted = context.flags.values('o').map((text) => (text === '%PPID' ? context.sys.ppid : Number(text)));
  const found = processes.filter(
    (each) =>
      context.args.some((name) => isCalled(each, name)) && !omitted.includes(each.pid) && each.pid !== context.sys.pid,
  );
  const pids = found.map(({ pid }) => pid).reverse();
  if (pids.length === 0) return 1;
  context.print(`${(context.flags.has('s') ? pids.slice(0, 1) : pids).join(' ')}\n`);
  return undefined;
});

const PGREP: CommandSpec = {
  usage: '[-flanovx] [-s SID|-P PPID|PATTERN]',
  flags: 'f|full l|list-name a|list-full n|newest o|oldest v|inverse x|exact P|parent= s|session= u= c|count q d=',
};

function* selected(context: Context): Blocking<ProcessInfo[]> {
  const { flags, args } = context;
  const processes = yield* readProcesses(context.sys);
  const [pattern] = args;
  if (pattern === undefined && !flags.has('P') && !flags.has('u'))
    throw new UsageProblem(context.flavour === 'gnu' ? 'no matching criteria specified' : '');
  const regex =
    pattern === undefined
      ? undefined
      : compileRegex(flags.has('x') ? `^(${pattern})$` : pattern, { dialect: 'extended' });
  const accounts = yield* readAccounts(context.sys);
  const user = flags.value('u');
  const uid = accounts.users.find((each) => each.name === user)?.uid ?? Number(user);
  const found = processes.filter((each) => {
    if (each.pid === context.sys.pid) return false;
    const text = flags.has('f') ? each.argv.join(' ') : each.comm;
    const fits =
      (regex === undefined || regex.test(text)) &&
      (!flags.has('P') || each.ppid === Number(flags.value('P'))) &&
      (user === undefined || each.uid === uid);
    return fits !== flags.has('v');
  });
  if (flags.has('n')) return found.slice(-1);
  return flags.has('o') ? found.slice(0, 1) : found;
}

export const pgrep = command(PGREP, function* (context) {
  const found = yield* selected(context);
  const { flags } = context;
  if (flags.has('c')) context.print(`${found.length}\n`);
  else
    for (const { pid, comm, argv } of found)
      context.print(`${pid}${flags.has('a') ? ` ${argv.join(' ')}` : flags.has('l') ? ` ${comm}` : ''}\n`);
  return found.length > 0 ? 0 : 1;
});

export const pkill = command(
  {
    ...PGREP,
    usage: '[-l|-SIGNAL] [-xfvno] [-s SID|-P PPID|PATTERN]',
    flags: `${PGREP.flags} 1 2 3 9 15 K T H I U signal= e`,
  },
  function* (context) {
    const given = context.sys.argv.slice(1).find((arg) => /^-(?:\d+|[A-Z]{3,})$/.test(arg));
    const { signal } = signalArguments(
      context,
      given === undefined ? ['-s', context.flags.value('signal') ?? 'TERM'] : [given],
    );
    const found = yield* selected(context);
    for (const { pid } of found) if (!send(context, pid, signal)) context.status = 1;
    return found.length > 0 ? undefined : 1;
  },
);
