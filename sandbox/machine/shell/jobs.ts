// Jobs: pipelines that run in the background or were stopped, as `jobs`, `fg`, `bg`, `wait` and `%1` know them.

import { signalNumber } from '../signals.ts';
import type { SignalName, WaitStatus } from '../sys.ts';
import { signalText } from './signals.ts';
import type { Job } from './state.ts';
import { hasOption, type Vm } from './vm.ts';

/** Spawn options that put a process into its job's group, under job control: a new one, or an existing. */
export function jobGroup(vm: Vm, group: number | undefined): { group?: number } {
  return hasOption(vm, 'monitor') ? { group: group ?? 0 } : {};
}

export function addJob(vm: Vm, pids: readonly number[], text: string, state: Job['state']): Job {
  const number = vm.state.jobs.reduce((most, job) => Math.max(most, job.number), 0) + 1;
  const group = hasOption(vm, 'monitor') ? (pids[0] ?? 0) : 0;
  const job: Job = { number, group, pids: [...pids], text, ended: new Map(), state, told: false, signal: undefined };
  vm.state.jobs.push(job);
  return job;
}

/** The status that `$?` shows for how a process ended. */
export function statusOf(ended: WaitStatus): number {
  return ended.kind === 'exited' ? ended.status : 128 + signalNumber(ended.signal);
}

/** Notes that a process of a job has ended or stopped. */
export function noteEnd(vm: Vm, ended: WaitStatus): void {
  const job = vm.state.jobs.find((each) => each.pids.includes(ended.pid));
  if (job === undefined) return;
  if (ended.kind === 'stopped') {
    job.state = 'stopped';
    job.told = false;
    return;
  }
  job.ended.set(ended.pid, statusOf(ended));
  if (ended.kind === 'killed') job.signal = ended.signal;
  if (job.pids.every((pid) => job.ended.has(pid))) job.state = 'done';
}

export function jobStatus(job: Job): number {
  return job.ended.get(job.pids.at(-1) ?? 0) ?? 0;
}

/** The job that `%1`, `%%`, `%-`, `%sleep` or nothing means. */
export function findJob(vm: Vm, spec: string | undefined): Job | undefined {
  const { jobs } = vm.state;
  if (spec === undefined || spec === '%%' || spec === '%+' || spec === '%') return currentJob(jobs);
  if (spec === '%-') return jobs.filter((job) => job !== currentJob(jobs)).at(-1) ?? currentJob(jobs);
  if (/^%\d+$/.test(spec)) return jobs.find((job) => job.number === Number(spec.slice(1)));
  if (spec.startsWith('%?')) return jobs.find((job) => job.text.includes(spec.slice(2)));
  if (spec.startsWith('%')) return jobs.find((job) => job.text.startsWith(spec.slice(1)));
  return jobs.find((job) => job.pids.includes(Number(spec)));
}

/** The last that was stopped, otherwise the last begun. */
export function currentJob(jobs: readonly Job[]): Job | undefined {
  return jobs.findLast((job) => job.state === 'stopped') ?? jobs.at(-1);
}

export function dropJob(vm: Vm, job: Job): void {
  const at = vm.state.jobs.indexOf(job);
  if (at >= 0) vm.state.jobs.splice(at, 1);
}

/** `[1]+  Running                 sleep 100 &`, without the newline. */
export function describeJob(vm: Vm, job: Job, withPids = false): string {
  const mark = job === currentJob(vm.state.jobs) ? '+' : job === findJob(vm, '%-') ? '-' : ' ';
  const pid = withPids ? `${job.pids[0]} ` : '';
  const width = vm.flavour.name === 'bash' ? 24 : 27;
  const tail = job.state === 'running' && vm.flavour.name === 'bash' ? ' &' : '';
  if (vm.flavour.name === 'bash')
    return `[${job.number}]${mark}  ${pid}${stateWords(vm, job).padEnd(width)}${job.text}${tail}`;
  return `[${job.number}] ${mark} ${pid}${stateWords(vm, job).padEnd(width)}${job.text}`;
}

function stateWords(vm: Vm, job: Job): string {
  if (job.state === 'running') return 'Running';
  if (job.state === 'stopped') return 'Stopped';
  const status = jobStatus(job);
  if (job.signal !== undefined && status > 128) return signalText(job.signal);
  if (status === 0) return 'Done';
  return vm.flavour.name === 'bash' ? `Exit ${status}` : `Done(${status})`;
}

/** Signals whose ends nobody remarks on. */
export function isQuiet(signal: SignalName): boolean {
  return signal === 'SIGINT' || signal === 'SIGPIPE';
}
