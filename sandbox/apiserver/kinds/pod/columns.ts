// The table of pods. The column STATUS tells more than the phase: what the containers are about.

import type {
  V1ContainerState,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Pod,
  V1PodCondition,
} from '../../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../../time/units.ts';
import type { Column } from '../../kind.ts';
import { age, ageColumn, NONE, nameColumn, orNone, text, wide } from '../shared/columns.ts';
import { isSidecar } from '../shared/pod/containers.ts';

export const podColumns: readonly Column<V1Pod>[] = [
  nameColumn(),
  text('Ready', (pod) => {
    const { ready, total } = summarize(pod);
    return `${ready}/${total}`;
  }),
  text('Status', (pod) => summarize(pod).reason),
  text('Restarts', (pod, now) => restartsCell(summarize(pod), now)),
  ageColumn(),
  wide('IP', ({ status }) => orNone(status?.podIPs?.[0]?.ip)),
  wide('Node', ({ spec }) => orNone(spec?.nodeName)),
  wide('Nominated Node', ({ status }) => orNone(status?.nominatedNodeName)),
  wide('Readiness Gates', readinessGates),
];

/** Pods that have ended are greyed out by clients, which see it by these. */
export function podRowConditions({ status }: V1Pod) {
  const messages: { readonly [phase: string]: string } = {
    Succeeded: 'The pod has completed successfully.',
    Failed: 'The pod failed.',
  };
  const reason = status?.phase ?? '';
  const message = messages[reason];
  return message === undefined ? [] : [{ type: 'Completed', status: 'True', reason, message }];
}

interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** The end of the last run, RFC 3339. */
  readonly lastRestart: string | undefined;
  readonly reason: string;
}

function summarize(pod: V1Pod): Summary {
  const { spec, status = {} } = pod;
  const sidecars = new Set((spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const starting = initSummary(pod, sidecars);
  const total = (spec?.containers ?? []).length + sidecars.size;
  const initialized = hasTrue(status.conditions, 'Initialized');
  const running = starting.reason === undefined || initialized;
  const own = running ? runningSummary(pod, starting) : undefined;
  return {
    ready: starting.ready + (own?.ready ?? 0),
    total,
    restarts: own?.restarts ?? starting.restarts,
    lastRestart: own === undefined ? starting.lastRestart : own.lastRestart,
    reason: endReason(pod) ?? own?.reason ?? starting.reason ?? phaseReason(pod),
  };
}

/** The pod is about to go, or can't be reached. */
function endReason({ metadata, status }: V1Pod): string | undefined {
  if (metadata?.deletionTimestamp === undefined) return undefined;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? undefined : 'Terminating';
}

function phaseReason({ status = {} }: V1Pod): string {
  const gated = (status.conditions ?? []).some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  if (gated) return 'SchedulingGated';
  return status.reason === undefined || status.reason === '' ? (status.phase ?? '') : status.reason;
}

interface InitSummary {
  readonly ready: number;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
  readonly sidecarRestarts: number;
  readonly lastSidecarRestart: string | undefined;
  /** What the first init container that isn't done yet is about; undefined when all are done. */
  readonly reason: string | undefined;
}

function initSummary({ spec, status = {} }: V1Pod, sidecars: ReadonlySet<string>): InitSummary {
  const statuses = status.initContainerStatuses ?? [];
  const pending = statuses.findIndex((one) => !isInitDone(one, sidecars));
  const seen = pending < 0 ? statuses : statuses.slice(0, pending + 1);
  const ofSidecars = seen.filter(({ name }) => sidecars.has(name));
  const blocked = pending < 0 ? undefined : statuses[pending];
  const done = pending < 0 ? seen : seen.slice(0, -1);
  const ready = done.filter((one) => one.state?.terminated?.exitCode !== 0 && one.ready).length;
  const total = (spec?.initContainers ?? []).length;
  return {
    ready,
    restarts: sumOfRestarts(seen),
    lastRestart: lastEnd(seen),
    sidecarRestarts: sumOfRestarts(ofSidecars),
    lastSidecarRestart: lastEnd(ofSidecars),
    reason: blocked === undefined ? undefined : initReason(blocked.state ?? {}, pending, total),
  };
}

/** It ended well; or it is a sidecar that has started. */
function isInitDone({ name, state, started }: V1ContainerStatus, sidecars: ReadonlySet<string>): boolean {
  return state?.terminated?.exitCode === 0 || (sidecars.has(name) && started === true);
}

function initReason({ terminated, waiting }: V1ContainerState, index: number, total: number): string {
  if (terminated !== undefined) return `Init:${terminatedReason(terminated)}`;
  const { reason = '' } = waiting ?? {};
  return reason !== '' && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${index}/${total}`;
}

function terminatedReason({ reason = '', signal = 0, exitCode }: V1ContainerStateTerminated): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

/** The last container of the list that has something to say says it. */
function runningSummary(pod: V1Pod, { sidecarRestarts, lastSidecarRestart, reason: starting }: InitSummary): Summary {
  const { status = {} } = pod;
  const statuses = status.containerStatuses ?? [];
  let reason = starting ?? phaseReason(pod);
  let failure = '';
  let ready = 0;
  for (const { state = {}, ready: isReady } of statuses.toReversed()) {
    const { waiting, terminated, running } = state;
    if (waiting?.reason !== undefined && waiting.reason !== '') reason = waiting.reason;
    else if (terminated !== undefined) {
      reason = terminatedReason(terminated);
      if (terminated.exitCode !== 0) failure = reason;
    } else if (isReady && running !== undefined) ready++;
  }
  return {
    ready,
    total: 0,
    restarts: sidecarRestarts + sumOfRestarts(statuses),
    lastRestart: later(lastSidecarRestart, lastEnd(statuses)),
    reason: reason === 'Completed' ? completedReason(pod, ready > 0, failure) : reason,
  };
}

/** One container has completed; what of the others? */
function completedReason({ status }: V1Pod, running: boolean, failure: string): string {
  if (running && hasTrue(status?.conditions, 'Ready')) return 'Running';
  if (failure !== '') return failure;
  return running ? 'NotReady' : 'Completed';
}

function sumOfRestarts(statuses: readonly V1ContainerStatus[]): number {
  return statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}

function lastEnd(statuses: readonly V1ContainerStatus[]): string | undefined {
  const ends = statuses.map(({ lastState }) => lastState?.terminated?.finishedAt ?? undefined);
  return ends.reduce<string | undefined>(later, undefined);
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  return (parseTime(b) ?? 0) > (parseTime(a) ?? 0) ? b : a;
}

function restartsCell({ restarts, lastRestart }: Summary, now: TimeMs): string {
  return restarts === 0 || lastRestart === undefined ? String(restarts) : `${restarts} (${age(lastRestart, now)} ago)`;
}

function hasTrue(conditions: readonly V1PodCondition[] | undefined, type: string): boolean {
  return conditions?.find((condition) => condition.type === type)?.status === 'True';
}

function readinessGates({ spec, status }: V1Pod): string {
  const gates = spec?.readinessGates ?? [];
  const open = gates.filter(({ conditionType }) => hasTrue(status?.conditions, conditionType)).length;
  return gates.length === 0 ? NONE : `${open}/${gates.length}`;
}
