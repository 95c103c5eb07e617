// Stopping containers: the hook before, their turn among the others, the signal, and the end when patience is over.

import { after, durationMs } from '../../time/units.ts';
import { hop, type Kubelet, note } from '../kubeletcontext.ts';
import { containersOf, findContainer, sidecarsOf } from '../spec.ts';
import type { Kill, KillReason, PodRecord } from '../state.ts';
import { words } from '../words.ts';
import { runHook } from './hooks.ts';

/** No container gets less than this. */
const LEAST_GRACE_S = 2;

/** Stops everything of the pod that runs. */
export function killAll(kubelet: Kubelet, record: PodRecord): void {
  for (const { status } of [...record.seen.containers].reverse()) {
    if (status.state === 'running') beginKill(kubelet, record, status.id, { message: '', reason: 'unknown' }, true);
  }
}

export function beginKill(
  kubelet: Kubelet,
  record: PodRecord,
  id: string,
  { message, reason }: { readonly message: string; readonly reason: KillReason },
  inOrder = false,
): void {
  const name = record.containers.find((one) => one.id === id)?.name ?? '';
  note(kubelet, record, words.killing(message === '' ? `Stopping container ${name}` : message), name);
  const container = findContainer(record.pod, name)?.container;
  const grace = graceOf(record, name, reason);
  const now = kubelet.now();
  const kill: Kill = {
    container: id,
    name,
    phase: 'turn',
    inOrder,
    deadline: after(now, durationMs(grace * 1000)),
    since: now,
    grace,
  };
  record.killed.set(id, kill);
  const hook = container?.lifecycle?.preStop;
  if (hook !== undefined && container !== undefined && grace > 0 && isRunning(kubelet, id)) {
    kill.phase = 'pre-stop';
    runHook(kubelet, record, { id, container, hook }, { use: 'pre-stop', uid: record.uid, container: id });
    kubelet.port.post({ do: 'kill', uid: record.uid, container: id }, durationMs(grace * 1000), record.causes);
  } else takeTurn(kubelet, record, kill);
}

function isRunning({ runtime }: Kubelet, id: string): boolean {
  return runtime.container(id)?.state === 'running';
}

/** Seconds. While the pod is going, what was asked for that; else what its spec, or a probe, says. */
function graceOf(record: PodRecord, name: string, reason: KillReason): number {
  const { pod } = record;
  if (record.work === 'terminating' && record.grace > 0) return record.grace;
  if (pod.metadata?.deletionGracePeriodSeconds !== undefined) return pod.metadata.deletionGracePeriodSeconds;
  const container = findContainer(pod, name)?.container;
  const probe =
    reason === 'liveness' ? container?.livenessProbe : reason === 'startup' ? container?.startupProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? LEAST_GRACE_S;
}

/** Its hook is over, or has used up all the time that there was. */
export function preStopped(kubelet: Kubelet, record: PodRecord, id: string, ok: boolean): void {
  const kill = record.killed.get(id);
  if (kill?.phase !== 'pre-stop') return;
  if (!ok) note(kubelet, record, words.preStopFailed, kill.name);
  takeTurn(kubelet, record, kill);
}

/** The time that it may wait is over: for its hook, for its turn, or for its own end. */
export function killDue(kubelet: Kubelet, record: PodRecord, id: string): void {
  const kill = record.killed.get(id);
  if (kill === undefined || kubelet.now() < kill.deadline) return;
  if (kill.phase === 'pre-stop') takeTurn(kubelet, record, kill);
  else if (kill.phase === 'turn') stop(kubelet, record, kill);
}

function takeTurn(kubelet: Kubelet, record: PodRecord, kill: Kill): void {
  kill.phase = 'turn';
  if (!kill.inOrder || blockers(record, kill).length === 0) stop(kubelet, record, kill);
  else {
    const wait = durationMs(Math.max(0, kill.deadline - kubelet.now()));
    kubelet.port.post({ do: 'kill', uid: record.uid, container: kill.container }, wait, record.causes);
  }
}

/** Sidecars end after everything that they serve, the last first. */
function blockers(record: PodRecord, { name }: Kill): readonly Kill[] {
  const sidecars = sidecarsOf(record.pod).map((one) => one.name);
  const at = sidecars.indexOf(name);
  if (at < 0) return [];
  const before = new Set([...containersOf(record.pod, 'regular').map((one) => one.name), ...sidecars.slice(at + 1)]);
  return [...record.killed.values()].filter((one) => one.phase !== 'ended' && before.has(one.name));
}

function stop(kubelet: Kubelet, record: PodRecord, kill: Kill): void {
  kill.phase = 'stopping';
  const used = Math.floor((kubelet.now() - kill.since) / 1000);
  const grace = Math.max(kill.grace - used, LEAST_GRACE_S);
  if (isRunning(kubelet, kill.container)) kubelet.runtime.stopContainer(kill.container, durationMs(grace * 1000));
  if (!isRunning(kubelet, kill.container)) killEnded(kubelet, record, kill.container);
}

/** A container that was to be stopped has ended. What waited for that goes on a moment later. */
export function killEnded(kubelet: Kubelet, record: PodRecord, id: string): void {
  const kill = record.killed.get(id);
  if (kill === undefined || kill.phase === 'ended') return;
  kill.phase = 'ended';
  for (const other of record.killed.values()) {
    if (other.phase === 'turn' && blockers(record, other).length === 0) stop(kubelet, record, other);
  }
  const over = [...record.killed.values()].every(({ phase }) => phase === 'ended');
  const [first] = record.steps;
  if (over && first?.do === 'await-kills')
    kubelet.port.post({ do: 'resume', uid: record.uid, wait: record.wait }, hop(kubelet, 'stop'), record.causes);
}
