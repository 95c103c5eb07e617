// What follows when a process ends that was started from outside: a container has exited, an exec has a status.

import type { Kernel } from '../context.ts';
import { statusOfSignal } from '../signals.ts';
import type { Ending, Process } from '../state.ts';
import { dropChannel, endSink } from '../streams/outside.ts';
import { hangUpTty } from '../streams/tty.ts';
import { killContainer, membersOf } from './containers.ts';
import type { Container, Exec } from './model.ts';

/** A task of the kernel's: a container's grace period is over. */
export interface GraceTask {
  readonly kind: 'grace';
  readonly container: string;
}

/** Told to the host's `events` actor. */
export interface ContainerExited {
  readonly kind: 'container-exited';
  readonly container: string;
  readonly sandbox: string;
  readonly exitCode: number;
  readonly reason: string;
}

/** Told to whoever started it. */
export interface ExecEnded {
  readonly kind: 'exec-ended';
  readonly exec: number;
  readonly key: Exec['key'];
  readonly status: number;
}

function statusOf(ending: Ending): number {
  return ending.kind === 'exited' ? ending.status : statusOfSignal(ending.signal);
}

export function endOfJob(kernel: Kernel, { job, ending }: Process): void {
  if (job === undefined || ending === undefined) return;
  if (job.kind === 'container') {
    const container = kernel.state.containers.get(job.container);
    if (container !== undefined) containerEnded(kernel, container, ending);
  } else {
    const exec = kernel.state.execs.get(job.exec);
    if (exec !== undefined) execEnded(kernel, exec, statusOf(ending));
  }
}

function containerEnded(kernel: Kernel, container: Container, ending: Ending): void {
  const exitCode = statusOf(ending);
  const oom = container.cgroup.oomKills > 0;
  finishContainer(kernel, container, exitCode, oom ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error', '');
}

/** The container is over; everything that was still attached to it sees the end. */
export function finishContainer(
  kernel: Kernel,
  container: Container,
  exitCode: number,
  reason: string,
  message: string,
): void {
  if (container.state === 'exited') return;
  container.state = 'exited';
  container.finishedAt = kernel.now();
  container.exitCode = exitCode;
  container.reason = reason;
  container.message = message;
  kernel.loop.cancel(container.killer);
  container.killer = undefined;
  // With processes of others in its namespace, its own aren't ended by the namespace.
  for (const process of membersOf(kernel, container)) kernel.signal(process, 'SIGKILL', true);
  if (container.stdin !== undefined) dropChannel(kernel, container.stdin.channel);
  if (container.tty !== undefined) hangUpTty(kernel, container.tty);
  endSink(kernel, container.sink);
  const { host, id: sandbox } = container.sandbox;
  if (host.events === undefined) return;
  const what: ContainerExited = { kind: 'container-exited', container: container.id, sandbox, exitCode, reason };
  kernel.loop.wake({ actor: host.events, what });
}

function execEnded(kernel: Kernel, exec: Exec, status: number): void {
  const agent = kernel.state.agents.get(exec.waiter);
  if (agent?.kind === 'exec') {
    agent.status = status;
    kernel.wake(agent.number);
  }
  if (exec.tty !== undefined) {
    hangUpTty(kernel, exec.tty);
    kernel.state.ttys.delete(exec.tty.number);
  } else endSink(kernel, exec.sink);
  if (exec.stdin !== undefined) dropChannel(kernel, exec.stdin);
  kernel.state.execs.delete(exec.number);
  if (exec.actor === undefined) return;
  const what: ExecEnded = { kind: 'exec-ended', exec: exec.number, key: exec.key, status };
  kernel.loop.wake({ actor: exec.actor, what });
}

export function expireGrace(kernel: Kernel, { container: id }: GraceTask): void {
  const container = kernel.state.containers.get(id);
  if (container !== undefined) killContainer(kernel, container);
}
