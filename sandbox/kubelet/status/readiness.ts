// What probes find goes into a pod's status before anything else is looked at.

import type { V1ContainerStatus, V1PodStatus } from '../../schema/generated/types.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import type { PodRecord } from '../state.ts';
import { conditionsOf } from './conditions.ts';
import { setStatus } from './statuses.ts';

type Field = 'ready' | 'started';

/** A container has become ready or started, or is so no more. */
export function setContainer(kubelet: Kubelet, record: PodRecord, id: string, field: Field, value: boolean): void {
  const { status } = record;
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const found = all.find(({ containerID }) => containerID === `containerd://${id}`);
  if (status === undefined || found === undefined || found[field] === value) return;
  const change = (list: readonly V1ContainerStatus[] | undefined) =>
    list?.map((one) => (one === found ? { ...one, [field]: value } : one));
  setStatus(kubelet, record, withConditions(record, status, change));
}

function withConditions(
  { pod }: PodRecord,
  status: V1PodStatus,
  change: (list: readonly V1ContainerStatus[] | undefined) => readonly V1ContainerStatus[] | undefined,
): V1PodStatus {
  const containerStatuses = change(status.containerStatuses);
  const initContainerStatuses = change(status.initContainerStatuses);
  const statuses = new Map(
    [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])].map((one) => [one.name, one]),
  );
  const old = status.conditions ?? [];
  const ready = old.some(({ type, status: is }) => type === 'PodReadyToStartContainers' && is === 'True');
  const said = new Map(conditionsOf(pod, statuses, status.phase ?? '', ready, old).map((one) => [one.type, one]));
  const conditions = old.map((condition) => {
    const now = said.get(condition.type);
    if (now === undefined || condition.type === 'PodScheduled') return condition;
    const { reason: _, message: __, ...rest } = condition;
    return { ...rest, ...now };
  });
  return {
    ...status,
    conditions,
    ...(initContainerStatuses === undefined ? {} : { initContainerStatuses }),
    ...(containerStatuses === undefined ? {} : { containerStatuses }),
  };
}
