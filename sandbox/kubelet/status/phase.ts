// The phase of a pod, from the statuses of its containers.

import type { V1Container, V1ContainerStatus, V1Pod } from '../../schema/generated/types.ts';
import { containersOf, isSidecar, shouldRestart } from '../spec.ts';

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/**
 * `over`: its containers will not be started again, whatever their policy says. `begun`: a regular container has been made
 * since the sandbox was.
 */
export function phaseOf(
  pod: V1Pod,
  isStatic: boolean,
  statuses: ReadonlyMap<string, V1ContainerStatus>,
  { over, begun }: { readonly over: boolean; readonly begun: boolean },
): Phase {
  const init = initialization(pod, statuses);
  if (init.failed) return 'Failed';
  const counts = count(pod, statuses);
  if (init.pending || (counts.sidecarsPending > 0 && !begun) || counts.waiting > 0) return 'Pending';
  if (counts.running > 0 && counts.unknown === 0) return 'Running';
  if (counts.running > 0 || counts.stopped === 0 || counts.unknown > 0) return 'Pending';
  const ended = counts.stopped === counts.succeeded ? 'Succeeded' : 'Failed';
  if (over && !isStatic) return ended;
  return counts.stopped === counts.final ? ended : 'Running';
}

function initialization(
  pod: V1Pod,
  statuses: ReadonlyMap<string, V1ContainerStatus>,
): { readonly pending: boolean; readonly failed: boolean } {
  let pending = false;
  let failed = false;
  for (const container of containersOf(pod, 'init')) {
    if (isSidecar(container)) continue;
    const code = exitOf(statuses.get(container.name));
    if (code === undefined) pending = true;
    else if (code !== 0 && !shouldRestart(container, pod.spec, code)) failed = true;
  }
  return { pending, failed };
}

/** How it ended, this time or (while it waits for the next) last time. */
function exitOf(status: V1ContainerStatus | undefined): number | undefined {
  if (status?.state?.terminated !== undefined) return status.state.terminated.exitCode;
  return status?.state?.waiting === undefined ? undefined : status.lastState?.terminated?.exitCode;
}

interface Counts {
  running: number;
  waiting: number;
  unknown: number;
  stopped: number;
  /** Stopped, and not to be started again. */
  final: number;
  succeeded: number;
  sidecarsPending: number;
}

function count(pod: V1Pod, statuses: ReadonlyMap<string, V1ContainerStatus>): Counts {
  const counts = { running: 0, waiting: 0, unknown: 0, stopped: 0, final: 0, succeeded: 0, sidecarsPending: 0 };
  for (const container of containersOf(pod, 'init')) {
    if (isSidecar(container)) countSidecar(counts, statuses.get(container.name));
  }
  for (const container of containersOf(pod, 'regular')) {
    countRegular(counts, pod, container, statuses.get(container.name));
  }
  return counts;
}

function countSidecar(counts: Counts, status: V1ContainerStatus | undefined): void {
  const { state } = status ?? {};
  if (status === undefined) counts.unknown++;
  else if (state?.running !== undefined) {
    if (status.started !== true) counts.sidecarsPending++;
    counts.running++;
  } else if (state?.terminated !== undefined || status.lastState?.terminated !== undefined) return;
  else if (state?.waiting !== undefined) {
    counts.sidecarsPending++;
    counts.waiting++;
  } else {
    counts.sidecarsPending++;
    counts.unknown++;
  }
}

function countRegular(counts: Counts, pod: V1Pod, container: V1Container, status: V1ContainerStatus | undefined): void {
  const { state, lastState } = status ?? {};
  if (state?.running !== undefined) counts.running++;
  else if (state?.terminated !== undefined) {
    countStopped(counts, pod, container, state.terminated.exitCode);
    if (state.terminated.exitCode === 0) counts.succeeded++;
  } else if (state?.waiting === undefined) counts.unknown++;
  else if (lastState?.terminated !== undefined) countStopped(counts, pod, container, lastState.terminated.exitCode);
  else counts.waiting++;
}

function countStopped(counts: Counts, pod: V1Pod, container: V1Container, exitCode: number): void {
  counts.stopped++;
  if (!shouldRestart(container, pod.spec, exitCode)) counts.final++;
}
