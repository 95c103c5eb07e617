// Builtins about processes: `jobs`, `fg`, `bg`, `wait`, `kill`, `disown`, `trap`.

import { errorText } from '../../errors.ts';
import { type SignalName, SysError } from '../../sys.ts';
import type { Builtin } from '../builtin.ts';
import { complain, complainAsApplet } from '../complain.ts';
import { quoteForShell, quoteSimply } from '../expand/quoting.ts';
import { currentJob, describeJob, dropJob, findJob } from '../jobs.ts';
import { SIGNALS, signalNamed, signalPosition, signalWord } from '../signals.ts';
import type { Job } from '../state.ts';
import { noteSignals } from '../traps.ts';
import { hasOption, print, push, ShellFailure, type Vm } from '../vm.ts';
import { readLetters } from './options.ts';

export const jobs: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'jobs', args, 'lpnrs');
  if (typeof options === 'number') return options;
  const { given, rest } = options;
  const chosen = rest.length === 0 ? vm.state.jobs : rest.map((spec) => findJob(vm, spec));
  for (const job of [...chosen]) {
    if (job === undefined) return noSuchJob(vm, 'jobs', rest[0] ?? '');
    if ((given.has('r') && job.state !== 'running') || (given.has('s') && job.state !== 'stopped')) continue;
    print(vm, 1, given.has('p') ? `${job.pids[0]}\n` : `${describeJob(vm, job, given.has('l'))}\n`);
    job.told = true;
    if (job.state === 'done') dropJob(vm, job);
  }
  return 0;
};

function noSuchJob(vm: Vm, command: string, spec: string): number {
  const words: Readonly<Record<string, string>> = {
    ash: `${spec}: no such job`,
    dash: `No such job: ${spec}`,
    bash: `${spec === '' ? 'current' : spec}: no such job`,
  };
  complain(vm, words[vm.flavour.name] ?? '', command);
  return vm.flavour.name === 'bash' ? 1 : 2;
}

function jobToResume(vm: Vm, command: string, spec: string | undefined): Job | number {
  if (!hasOption(vm, 'monitor') && vm.flavour.name === 'bash') {
    complain(vm, 'no job control', command);
    return 1;
  }
  const job = spec === undefined ? currentJob(vm.state.jobs) : findJob(vm, spec);
  if (job !== undefined) return job;
  if (spec !== undefined || vm.flavour.name === 'bash') return noSuchJob(vm, command, spec ?? '');
  complain(vm, 'No current job', command);
  return 2;
}

function resume(vm: Vm, job: Job): void {
  job.state = 'running';
  job.told = true;
  if (job.group > 0) vm.sys.kill(-job.group, 'SIGCONT');
  else for (const pid of job.pids) vm.sys.kill(pid, 'SIGCONT');
}

export const fg: Builtin = (vm, { args }) => {
  const job = jobToResume(vm, 'fg', args[0]);
  if (typeof job === 'number') return job;
  print(vm, 1, `${job.text}\n`);
  const pids = job.pids.filter((pid) => !job.ended.has(pid));
  const group = job.group > 0 ? job.group : undefined;
  const terminal = vm.state.fds.get(0);
  if (group !== undefined && terminal !== undefined && vm.sys.isatty(terminal)) vm.sys.setForeground(terminal, group);
  resume(vm, job);
  push(vm, {
    f: 'await',
    pids,
    group,
    text: job.text,
    line: vm.state.line,
    pipeline: false,
    statuses: [],
    stopped: false,
  });
  return undefined;
};

export const bg: Builtin = (vm, { args }) => {
  const job = jobToResume(vm, 'bg', args[0]);
  if (typeof job === 'number') return job;
  resume(vm, job);
  print(vm, 1, vm.flavour.name === 'bash' ? `[${job.number}]+ ${job.text} &\n` : `[${job.number}] ${job.text}\n`);
  return 0;
};

export const wait: Builtin = (vm, { args }) => {
  const options = readLetters(
    vm,
    'wait',
    args,
    vm.flavour.name === 'bash' ? 'fn' : vm.flavour.name === 'ash' ? 'n' : '',
  );
  if (typeof options === 'number') return options;
  const pids: number[] = [];
  let status = 0;
  for (const spec of options.rest) {
    const job = findJob(vm, spec);
    const pid = spec.startsWith('%') ? job?.pids.at(-1) : Number(spec);
    if (pid !== undefined && job !== undefined) pids.push(pid);
    else {
      if (vm.flavour.name === 'bash') complain(vm, waitWords(spec), 'wait');
      else if (!/^\d+$/.test(spec)) return noSuchJob(vm, 'wait', spec);
      status = /^\d+$/.test(spec) || spec.startsWith('%') ? 127 : 1;
    }
  }
  if (pids.length === 0 && options.rest.length > 0) return status;
  const mode = options.given.has('n') ? 'any' : options.rest.length > 0 ? 'listed' : 'all';
  push(vm, { f: 'wait', pids, mode, status });
  return undefined;
};

function waitWords(spec: string): string {
  if (/^\d+$/.test(spec)) return `pid ${spec} is not a child of this shell`;
  return spec.startsWith('%') ? `${spec}: no such job` : `\`${spec}': not a pid or valid job spec`;
}

export const disown: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'disown', args, 'har');
  if (typeof options === 'number') return options;
  const specs: readonly (string | undefined)[] = options.given.has('a')
    ? vm.state.jobs.map((job) => `%${job.number}`)
    : options.rest.length > 0
      ? options.rest
      : [undefined];
  for (const spec of specs) {
    const job = findJob(vm, spec);
    if (job === undefined) return noSuchJob(vm, 'disown', spec ?? '');
    dropJob(vm, job);
  }
  return 0;
};

export const kill: Builtin = (vm, { args }) => {
  let word = 'TERM';
  const rest = [...args];
  const [first = ''] = rest;
  if (first === '-l' || first === '-L') return listSignals(vm, rest.slice(1));
  if (first === '-s' || first === '-n') {
    rest.shift();
    word = rest.shift() ?? '';
  } else if (/^-[A-Za-z0-9]/.test(first) && first !== '--') word = rest.shift()?.slice(1) ?? '';
  if (rest[0] === '--') rest.shift();
  const probe = word === '0' || word === 'EXIT';
  const known = probe ? 'EXIT' : signalWord(word);
  if (known === undefined) return badSignal(vm, word);
  if (rest.length === 0) return killUsage(vm);
  const signal = probe ? undefined : signalNamed(known);
  if (!probe && signal === undefined) {
    complain(vm, `signal ${known} isn't modelled on this machine`, 'kill');
    return 1;
  }
  let status = 0;
  for (const spec of rest) if (!killOne(vm, spec, signal)) status = 1;
  if (vm.state.traps.size > 0) noteSignals(vm);
  return status;
};

function badSignal(vm: Vm, word: string): number {
  if (vm.flavour.name === 'ash') complainAsApplet(vm, `bad signal name '${word}'`);
  else if (vm.flavour.name === 'bash') complain(vm, `${word}: invalid signal specification`, 'kill');
  else complain(vm, `Illegal option -${word.charAt(0)}`, 'kill');
  return vm.flavour.name === 'dash' ? 2 : 1;
}

function killUsage(vm: Vm): number {
  if (vm.flavour.name === 'ash') complainAsApplet(vm, 'you need to specify whom to kill');
  else if (vm.flavour.name === 'bash')
    print(vm, 2, 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n');
  else complain(vm, 'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]', 'kill');
  return vm.flavour.name === 'ash' ? 1 : 2;
}

function killOne(vm: Vm, spec: string, signal: SignalName | undefined): boolean {
  const job = spec.startsWith('%') ? findJob(vm, spec) : undefined;
  if (spec.startsWith('%') && job === undefined) return noSuchJob(vm, 'kill', spec) === 0;
  if (job === undefined && !/^-?\d+$/.test(spec)) {
    if (vm.flavour.name === 'bash') complain(vm, `${spec}: arguments must be process or job IDs`, 'kill');
    else if (vm.flavour.name === 'ash') complainAsApplet(vm, `invalid number '${spec}'`);
    else complain(vm, `Illegal number: ${spec}`, 'kill');
    return false;
  }
  const targets = job === undefined ? [Number(spec)] : job.group > 0 ? [-job.group] : job.pids;
  try {
    for (const pid of targets)
      if (signal === undefined) probe(vm, pid);
      else vm.sys.kill(pid, signal);
    if (job?.state === 'stopped' && (signal === 'SIGTERM' || signal === 'SIGHUP'))
      vm.sys.kill(targets[0] ?? 0, 'SIGCONT');
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = errorText(error.code);
    if (vm.flavour.name === 'bash') complain(vm, `(${spec}) - ${why}`, 'kill');
    else if (vm.flavour.name === 'ash') complainAsApplet(vm, `can't kill pid ${spec}: ${why}`);
    else complain(vm, `${why}\n`, 'kill');
    return false;
  }
}

/** `kill -0`: whether the process is there. */
function probe(vm: Vm, pid: number): void {
  if (pid <= 0) return;
  try {
    vm.sys.stat(`/proc/${pid}`);
  } catch {
    throw new SysError('ESRCH');
  }
}

function listSignals(vm: Vm, specs: readonly string[]): number {
  if (specs.length === 0) {
    if (vm.flavour.name === 'bash') print(vm, 1, bashList());
    else if (vm.flavour.name === 'ash') {
      print(
        vm,
        1,
        SIGNALS.map((name, i) => `${String(i + 1).padStart(2)}) ${name === 'IO' ? 'POLL' : name}\n`).join(''),
      );
    } else print(vm, 1, SIGNALS.map((name) => `${name}\n`).join(''));
    return 0;
  }
  for (const spec of specs) {
    const number = Number(spec);
    const word = /^\d+$/.test(spec) ? SIGNALS[(number > 128 ? number - 128 : number) - 1] : signalWord(spec);
    if (word === undefined) return badSignal(vm, spec);
    print(vm, 1, `${/^\d+$/.test(spec) ? word : signalPosition(word)}\n`);
  }
  return 0;
}

function bashList(): string {
  const cells = SIGNALS.map((name, i) => `${String(i + 1).padStart(2)}) SIG${name}`);
  let text = '';
  cells.forEach((cell, i) => {
    text += cell + (i % 5 === 4 || i === cells.length - 1 ? '\n' : '\t');
  });
  return text;
}

export const trap: Builtin = (vm, { args }) => {
  const rest = [...args];
  if (rest[0] === '--') rest.shift();
  if (rest[0] === '-l' && vm.flavour.name === 'bash') return listSignals(vm, []);
  if (rest.length === 0 || rest[0] === '-p') return printTraps(vm, rest.slice(1));
  const resets = rest.length === 1 || rest[0] === '-' || /^\d+$/.test(rest[0] ?? '');
  const action = resets ? undefined : rest[0];
  const names = rest[0] === '-' || !resets ? rest.slice(1) : rest;
  let status = 0;
  for (const spec of names) if (!setTrap(vm, spec, action)) status = 1;
  return status;
};

function setTrap(vm: Vm, spec: string, action: string | undefined): boolean {
  const name = trapName(vm, spec);
  if (name === undefined) {
    const words = vm.flavour.name === 'dash' ? `${spec}: bad trap` : `${spec}: invalid signal specification`;
    if (vm.flavour.name === 'dash') print(vm, 2, `trap: ${words}\n`);
    else complain(vm, words, 'trap');
    return false;
  }
  if (action === undefined) vm.state.traps.delete(name);
  else vm.state.traps.set(name, action);
  const signal = signalNamed(name);
  if (signal !== undefined) applyTrap(vm, signal, action);
  return true;
}

/** Tells the machine what a signal does from now on. Neither KILL nor STOP can be trapped; that is no error. */
export function applyTrap(vm: Vm, signal: SignalName, action: string | undefined): void {
  if (signal === 'SIGKILL' || signal === 'SIGSTOP') return;
  const otherwise = vm.state.interactive && INTERACTIVE.has(signal) ? 'catch' : 'default';
  vm.sys.onSignal(signal, action === undefined ? otherwise : action === '' ? 'ignore' : 'catch');
}

/** Signals that don't end an interactive shell. */
export const INTERACTIVE: ReadonlySet<SignalName> = new Set<SignalName>([
  'SIGINT',
  'SIGTERM',
  'SIGQUIT',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
]);

function trapName(vm: Vm, spec: string): string | undefined {
  if (spec === 'EXIT' || spec === '0') return 'EXIT';
  const pseudo = vm.flavour.name === 'bash' ? ['ERR', 'DEBUG', 'RETURN'] : vm.flavour.name === 'ash' ? ['ERR'] : [];
  if (pseudo.includes(spec.toUpperCase())) {
    if (spec.toUpperCase() !== 'ERR') throw new ShellFailure(`${spec}: this shell can't trap it`, 1, 'command', 'trap');
    return 'ERR';
  }
  return signalWord(spec);
}

function printTraps(vm: Vm, only: readonly string[]): number {
  const order = ['EXIT', ...SIGNALS, 'ERR'];
  for (const name of order) {
    const action = vm.state.traps.get(name);
    if (action === undefined || (only.length > 0 && !only.some((spec) => trapName(vm, spec) === name))) continue;
    const shown = vm.flavour.name === 'bash' && name !== 'EXIT' && name !== 'ERR' ? `SIG${name}` : name;
    print(vm, 1, `trap -- ${vm.flavour.name === 'bash' ? quoteForShell(action) : quoteSimply(action)} ${shown}\n`);
  }
  return 0;
}
