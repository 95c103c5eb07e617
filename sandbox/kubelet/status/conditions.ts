// The conditions of a pod that its kubelet decides on, without their times.

import type { V1Container, V1ContainerStatus, V1Pod, V1PodCondition } from '../../schema/generated/types.ts';
import { containersOf, isSidecar, sidecarsOf } from '../spec.ts';

/** What a condition says; when it began to say so is found out when it is written. */
export interface Said {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

/** In the order in which a kubelet reports them. */
const OWN_CONDITIONS = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
] as const;

const OF_KUBELET: ReadonlySet<string> = new Set([
  ...OWN_CONDITIONS,
  'PodResizePending',
  'PodResizeInProgress',
  'AllContainersRestarting',
]);

/** Conditions of others are kept as they are. */
export function isOfKubelet(type: string): boolean {
  return OF_KUBELET.has(type);
}

export function conditionsOf(
  pod: V1Pod,
  statuses: ReadonlyMap<string, V1ContainerStatus>,
  phase: string,
  sandboxReady: boolean,
  old: readonly V1PodCondition[],
): readonly Said[] {
  const containersReady = containersReadyOf(pod, statuses, phase);
  return [
    { type: 'PodReadyToStartContainers', status: sandboxReady ? 'True' : 'False' },
    initializedOf(pod, statuses, phase, old),
    readyOf(pod, containersReady, pod.status?.conditions ?? []),
    { ...containersReady, type: 'ContainersReady' },
    { type: 'PodScheduled', status: 'True' },
  ];
}

function containersReadyOf(pod: V1Pod, statuses: ReadonlyMap<string, V1ContainerStatus>, phase: string): Said {
  const type = 'ContainersReady';
  const wanted = [...sidecarsOf(pod), ...containersOf(pod, 'regular')];
  const unknown = wanted.filter(({ name }) => !statuses.has(name));
  const unready = wanted.filter(({ name }) => statuses.get(name)?.ready === false);
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const message = told(['unknown', unknown], ['unready', unready]);
  return message === '' ? { type, status: 'True' } : { type, status: 'False', reason: 'ContainersNotReady', message };
}

/** `containers with unready status: [a b]` */
function told(...groups: readonly (readonly [string, readonly V1Container[]])[]): string {
  return groups
    .filter(([, containers]) => containers.length > 0)
    .map(
      ([status, containers]) => `containers with ${status} status: [${containers.map(({ name }) => name).join(' ')}]`,
    )
    .join(', ');
}

function readyOf(pod: V1Pod, containersReady: Said, others: readonly V1PodCondition[]): Said {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const wrong: string[] = [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const condition = others.find(({ type }) => type === conditionType);
    if (condition === undefined)
      wrong.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (condition.status !== 'True')
      wrong.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`);
  }
  if (wrong.length === 0) return { type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: wrong.join(', ') };
}

function initializedOf(
  pod: V1Pod,
  statuses: ReadonlyMap<string, V1ContainerStatus>,
  phase: string,
  old: readonly V1PodCondition[],
): Said {
  const type = 'Initialized';
  const init = containersOf(pod, 'init');
  const unknown = init.filter(({ name }) => !statuses.has(name));
  const incomplete = init.filter((container) => {
    const status = statuses.get(container.name);
    return status !== undefined && (isSidecar(container) ? status.started !== true : !status.ready);
  });
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'True', reason: 'PodCompleted' };
  const begun = containersOf(pod, 'regular').some(({ name }) => {
    const state = statuses.get(name)?.state;
    return state?.running !== undefined || state?.terminated !== undefined;
  });
  const message = told(['unknown', unknown], ['incomplete', incomplete]);
  const was = old.some((condition) => condition.type === type && condition.status === 'True');
  if (begun || was || message === '') return { type, status: 'True' };
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}
