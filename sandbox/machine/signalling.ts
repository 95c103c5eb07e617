// What a signal does to a process: its own choice, the default, and the immunity of a namespace's first process.

import type { Kernel } from './context.ts';
import { NOTHING } from './nothing.ts';
import { endProcess } from './processes.ts';
import { defaultEffect, isUnstoppable } from './signals.ts';
import type { PidNamespace, Process } from './state.ts';
import { type SignalName, SysError } from './sys.ts';

export function sendSignal(kernel: Kernel, process: Process, signal: SignalName, outside: boolean): void {
  if (process.ending !== undefined || isImmune(process, signal, outside)) return;
  if (signal === 'SIGKILL') {
    endProcess(kernel, process, { kind: 'killed', signal, oom: false });
    return;
  }
  if (signal === 'SIGCONT') resume(kernel, process);
  else if (process.stopped !== undefined && signal !== 'SIGSTOP') {
    process.pending = [...process.pending, signal];
    return;
  }
  act(kernel, process, signal);
}

/** The first process of a namespace gets only what it asks for, but can be killed and stopped from outside. */
function isImmune(process: Process, signal: SignalName, outside: boolean): boolean {
  if (process.pids.init !== process.id) return false;
  if (isUnstoppable(signal)) return !outside;
  return process.actions.get(signal) !== 'catch' && signal !== 'SIGCONT';
}

function act(kernel: Kernel, process: Process, signal: SignalName): void {
  const action = isUnstoppable(signal) ? undefined : process.actions.get(signal);
  if (action === 'ignore') return;
  if (action === 'catch') {
    process.caught = [...process.caught, signal];
    process.interrupted = true;
    kernel.wake(process.id);
    return;
  }
  const effect = defaultEffect(signal);
  if (effect === 'terminate') endProcess(kernel, process, { kind: 'killed', signal, oom: false });
  else if (effect === 'stop') stop(kernel, process, signal);
}

function stop(kernel: Kernel, process: Process, signal: SignalName): void {
  if (process.stopped !== undefined) return;
  process.stopped = signal;
  process.stopUnreported = true;
  const parent = kernel.state.processes.get(process.parent);
  if (parent === undefined) return;
  sendSignal(kernel, parent, 'SIGCHLD', false);
  if (parent.call?.call === 'wait') kernel.wake(parent.id);
}

function resume(kernel: Kernel, process: Process): void {
  if (process.stopped === undefined) return;
  process.stopped = undefined;
  process.stopUnreported = false;
  kernel.wake(process.id);
  const { pending } = process;
  process.pending = NOTHING;
  for (const signal of pending) sendSignal(kernel, process, signal, true);
}

export function signalGroup(kernel: Kernel, pids: PidNamespace, group: number, signal: SignalName): void {
  if (group <= 0) return;
  for (const member of membersOf(kernel, pids, group)) sendSignal(kernel, member, signal, false);
}

function membersOf(kernel: Kernel, pids: PidNamespace, group: number): readonly Process[] {
  const members: Process[] = [];
  for (const id of pids.members.values()) {
    const process = kernel.state.processes.get(id);
    if (process?.group === group && process.pids === pids) members.push(process);
  }
  return members;
}

/** `sys.kill`: a pid, a group (negative), the own group (0), or everybody (-1). ESRCH, EPERM. */
export function kill(kernel: Kernel, sender: Process, pid: number, signal: SignalName): void {
  const targets = targetsOf(kernel, sender, pid);
  if (targets.length === 0) throw new SysError('ESRCH');
  const allowed = targets.filter((target) => maySignal(sender, target));
  if (allowed.length === 0) throw new SysError('EPERM');
  for (const target of allowed) sendSignal(kernel, target, signal, sender.pids !== target.pids);
}

function targetsOf(kernel: Kernel, sender: Process, pid: number): readonly Process[] {
  const { pids } = sender;
  if (pid === -1) {
    return [...pids.members.values()]
      .map((id) => kernel.state.processes.get(id))
      .filter((process) => process !== undefined)
      .filter((process) => process !== sender && process.id !== pids.init);
  }
  if (pid <= 0) return membersOf(kernel, pids, pid === 0 ? sender.group : -pid);
  const process = kernel.state.processes.get(pids.members.get(pid) ?? 0);
  return process === undefined ? [] : [process];
}

function maySignal(sender: Process, target: Process): boolean {
  return sender.credentials.capabilities.has('KILL') || sender.credentials.uid === target.credentials.uid;
}
