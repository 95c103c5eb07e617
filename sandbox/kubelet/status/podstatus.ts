// The status of a pod as its kubelet reports it: a pure function of what was asked for, what the runtime has, and what was
// reported before.

import type { V1ContainerStatus, V1Pod, V1PodCondition, V1PodStatus } from '../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';
import { resizeConditions } from '../resize.ts';
import { isHostNetwork, isTerminal, qosClass } from '../spec.ts';
import type { PodRecord, RuntimePod, SeenContainer } from '../state.ts';
import { conditionsOf, isOfKubelet, type Said } from './conditions.ts';
import { containerStatusesOf } from './containerstatus.ts';
import { phaseOf } from './phase.ts';

interface StatusInput {
  readonly seen: RuntimePod;
  /** Its containers will not be started again. */
  readonly over: boolean;
  readonly nodeAddresses: readonly string[];
  readonly digestOf: (container: SeenContainer) => { readonly image: string; readonly imageID: string };
}

/** Times of conditions and the start are missing: `withTimes` knows them. */
export function podStatusOf(record: PodRecord, { seen, over, nodeAddresses, digestOf }: StatusInput): V1PodStatus {
  const { pod } = record;
  const old = record.status ?? pod.status ?? {};
  const listOf = (type: 'regular' | 'init' | 'ephemeral') =>
    containerStatusesOf(pod, seen, type, old, record, digestOf);
  const containerStatuses = listOf('regular');
  const initContainerStatuses = listOf('init');
  const ephemeralContainerStatuses = listOf('ephemeral');
  const statuses = new Map([...containerStatuses, ...initContainerStatuses].map((one) => [one.name, one]));
  const told = toldPhase(record, old, statuses, seen, over);
  const ips = addressesOf(pod, seen, nodeAddresses);
  const [podIP] = ips;
  const [hostIP] = nodeAddresses;
  const ready = seen.sandbox?.ready === true;
  const said = conditionsOf(pod, statuses, told.phase, ready, old.conditions ?? []);
  const generation = pod.metadata?.generation;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: told.phase,
    conditions: withOthers(record, old, said, generation),
    ...(told.message === undefined || told.message === '' ? {} : { message: told.message }),
    ...(told.reason === undefined || told.reason === '' ? {} : { reason: told.reason }),
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: nodeAddresses.map((ip) => ({ ip })) }),
    ...(podIP === undefined ? {} : { podIP, podIPs: ips.map((ip) => ({ ip })) }),
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
    ...(containerStatuses.length === 0 ? {} : { containerStatuses }),
    qosClass: qosClass(pod),
    ...(ephemeralContainerStatuses.length === 0 ? {} : { ephemeralContainerStatuses }),
    ...resourcesOf(pod, seen),
  };
}

interface Told {
  readonly phase: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** A phase that is final stays. What was said of a phase is said as long as it lasts. */
function toldPhase(
  record: PodRecord,
  old: V1PodStatus,
  statuses: ReadonlyMap<string, V1ContainerStatus>,
  seen: RuntimePod,
  over: boolean,
): Told {
  const { pod, evicted } = record;
  if (evicted !== undefined) return { phase: 'Failed', reason: evicted.reason, message: evicted.message };
  const names = new Set(pod.spec?.containers?.map(({ name }) => name));
  const begun = seen.containers.some(({ name }) => names.has(name));
  let phase: string = phaseOf(pod, record.isStatic, statuses, { over, begun });
  if (!isTerminal(phase)) {
    if (isTerminal(old.phase)) phase = old.phase ?? phase;
    else if (isTerminal(pod.status?.phase)) phase = pod.status?.phase ?? phase;
  }
  if (isTerminal(pod.status?.phase)) phase = pod.status?.phase ?? phase;
  if (phase !== old.phase) return { phase };
  return { phase, reason: old.reason ?? pod.status?.reason, message: old.message ?? pod.status?.message };
}

function addressesOf(pod: V1Pod, { ips }: RuntimePod, nodeAddresses: readonly string[]): readonly string[] {
  return isHostNetwork(pod) ? nodeAddresses.slice(0, Math.max(1, ips.length)) : ips;
}

function evictionOf({ evicted, pod }: PodRecord): V1PodCondition | undefined {
  if (evicted?.disruption !== true) return undefined;
  const { message } = evicted;
  const generation = pod.metadata?.generation;
  return {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'TerminationByKubelet',
    message,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}

/** Conditions of others come first, in the order in which the API has them. */
function withOthers(
  record: PodRecord,
  old: V1PodStatus,
  said: readonly Said[],
  generation: number | undefined,
): readonly V1PodCondition[] {
  const others = (record.pod.status?.conditions ?? []).filter(({ type }) => !isOfKubelet(type));
  const disruption = evictionOf(record) ?? old.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const kept =
    disruption === undefined ? others : [...others.filter(({ type }) => type !== 'DisruptionTarget'), disruption];
  const own = said.map((condition) => ({
    ...condition,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }));
  return [...kept, ...resizeConditions(record), ...own];
}

function resourcesOf(pod: V1Pod, seen: RuntimePod): Pick<V1PodStatus, 'resources' | 'allocatedResources'> {
  if (seen.containers.length === 0) return {};
  return { resources: pod.spec?.resources ?? {} };
}

/** Each condition with the moment at which it began to say what it says; the pod's start stays as it was. */
export function withTimes(status: V1PodStatus, old: V1PodStatus, now: TimeMs): V1PodStatus {
  const time = rfc3339(now);
  const conditions = (status.conditions ?? []).map((condition) => {
    if (!isOfKubelet(condition.type) && condition.type !== 'DisruptionTarget') return condition;
    const was = old.conditions?.find(({ type }) => type === condition.type);
    const same = was?.status === condition.status && was.lastTransitionTime !== undefined;
    return { lastProbeTime: null, ...condition, lastTransitionTime: same ? was.lastTransitionTime : time };
  });
  return { ...status, conditions, startTime: old.startTime ?? time };
}
