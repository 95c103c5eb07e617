// The status of each container of a pod: what the runtime says of it, and what the kubelet knows beside that.

import type {
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1Pod,
  V1PodStatus,
  V1VolumeMountStatus,
} from '../../schema/generated/types.ts';
import { rfc3339 } from '../../time/units.ts';
import { containersOf, isSidecar, shouldRestart } from '../spec.ts';
import type { ContainerType, PodRecord, RuntimePod, SeenContainer } from '../state.ts';

type Statuses = readonly V1ContainerStatus[];

const CREATED_WITHOUT_TRACE: V1ContainerState = {
  terminated: {
    exitCode: 0,
    reason: 'Completed',
    message:
      'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally',
    startedAt: null,
    finishedAt: null,
  },
};

/** What of a pod's record its containers' statuses follow from. */
export type Known = Pick<PodRecord, 'reasons' | 'results' | 'probes'>;

export function containerStatusesOf(
  pod: V1Pod,
  seen: RuntimePod,
  type: ContainerType,
  old: V1PodStatus,
  known: Known,
  digestOf: (container: SeenContainer) => { readonly image: string; readonly imageID: string },
): Statuses {
  const before =
    { regular: old.containerStatuses, init: old.initContainerStatuses, ephemeral: old.ephemeralContainerStatuses }[
      type
    ] ?? [];
  const containers = containersOf(pod, type);
  const statuses = containers.map((container) => {
    const was = before.find(({ name }) => name === container.name);
    const runs = seen.containers.filter(({ name }) => name === container.name).slice(0, 2);
    const status = runs.length === 0 ? unseen(pod, container, was) : seenStatus(pod, container, runs, was, digestOf);
    return probed(container, type, waiting(pod, container, type, status, seen, known), known);
  });
  return type === 'init' ? statuses : statuses.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Nothing of it is there (any more). */
function unseen(pod: V1Pod, container: V1Container, was: V1ContainerStatus | undefined): V1ContainerStatus {
  if (was?.state?.terminated !== undefined) return was;
  const reason = containersOf(pod, 'init').length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const volumeMounts = volumeMountsOf(container);
  const status: V1ContainerStatus = {
    name: container.name,
    state: { waiting: { reason } },
    lastState: was?.lastState ?? {},
    ready: false,
    restartCount: was?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
    ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
  };
  if (was?.state?.running === undefined || status.lastState?.terminated !== undefined) return status;
  return {
    ...status,
    lastState: {
      terminated: lost(
        'The container could not be located when the pod was deleted.  The container used to be Running',
      ),
    },
    restartCount: status.restartCount + (pod.metadata?.deletionTimestamp === undefined ? 1 : 0),
  };
}

type Terminated = NonNullable<V1ContainerState['terminated']>;

export function lost(message: string): Terminated {
  return { exitCode: 137, reason: 'ContainerStatusUnknown', message };
}

function volumeMountsOf(container: V1Container): readonly V1VolumeMountStatus[] {
  return (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
  }));
}

function seenStatus(
  pod: V1Pod,
  container: V1Container,
  [newest, previous]: readonly SeenContainer[],
  was: V1ContainerStatus | undefined,
  digestOf: (container: SeenContainer) => { readonly image: string; readonly imageID: string },
): V1ContainerStatus {
  if (newest === undefined) return unseen(pod, container, was);
  const { status } = newest;
  const containerID = idOf(newest);
  const volumeMounts = was?.volumeMounts ?? volumeMountsOf(container);
  const lastState = previous === undefined ? lastOf(containerID, was) : stateOf(previous);
  const { uid, gid, groups } = status.user;
  const linux = { uid, gid, supplementalGroups: [...new Set([gid, ...groups])].sort((a, b) => a - b) };
  const { requests } = container.resources ?? {};
  return {
    name: container.name,
    state: stateOf(newest),
    lastState,
    ready: false,
    restartCount: Math.max(newest.restartCount, was?.restartCount ?? 0),
    ...digestOf(newest),
    containerID,
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: container.resources ?? {},
    ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
    user: { linux },
  };
}

function idOf({ status }: SeenContainer): string {
  return `containerd://${status.id}`;
}

/** The run before may be gone from the runtime, and still be known. */
function lastOf(containerID: string, was: V1ContainerStatus | undefined): V1ContainerState {
  if (was?.containerID !== containerID && was?.state?.terminated !== undefined)
    return { terminated: was.state.terminated };
  return was?.lastState ?? {};
}

function stateOf(run: SeenContainer): V1ContainerState {
  const { state, startedAt, finishedAt, exitCode, reason, message } = run.status;
  if (state === 'created') return { waiting: {} };
  const started = rfc3339(startedAt ?? run.status.createdAt);
  if (state === 'running') return { running: { startedAt: started } };
  const said = message === '' ? run.message : message;
  return {
    terminated: {
      exitCode,
      reason,
      ...(said === '' ? {} : { message: said }),
      startedAt: started,
      finishedAt: rfc3339(finishedAt ?? run.status.createdAt),
      containerID: idOf(run),
    },
  };
}

/** A container that is to be started, and for a reason that is known wasn't, waits for that reason. */
function waiting(
  pod: V1Pod,
  container: V1Container,
  type: ContainerType,
  status: V1ContainerStatus,
  seen: RuntimePod,
  { reasons }: Known,
): V1ContainerStatus {
  const run = seen.containers.find(({ name }) => name === container.name);
  if (type === 'init') {
    if (run?.status.state === 'exited' && run.status.exitCode === 0) return status;
    const initialized = containersOf(pod, 'regular').some(({ name }) =>
      seen.containers.some((one) => one.name === name),
    );
    if (run === undefined && initialized && !isSidecar(container) && status.state?.waiting !== undefined)
      return { ...status, state: CREATED_WITHOUT_TRACE };
  }
  const why = reasons.get(container.name);
  if (why === undefined || !isToBeStarted(pod, container, run)) return status;
  return {
    ...status,
    ...(status.state?.terminated === undefined ? {} : { lastState: status.state }),
    state: { waiting: { reason: why.reason, ...(why.message === '' ? {} : { message: why.message }) } },
  };
}

/** Whether a container that doesn't run is to be started (again). */
export function isToBeStarted(pod: V1Pod, container: V1Container, run: SeenContainer | undefined): boolean {
  if (pod.metadata?.deletionTimestamp !== undefined) return false;
  if (run === undefined || run.status.state === 'created') return true;
  if (run.status.state === 'running') return false;
  return shouldRestart(container, pod.spec, run.status.exitCode);
}

/** started and ready, as far as its probes say. */
function probed(
  container: V1Container,
  type: ContainerType,
  status: V1ContainerStatus,
  known: Known,
): V1ContainerStatus {
  if (type === 'ephemeral') return status;
  const started = isStarted(container, status, known);
  if (type === 'init' && !isSidecar(container))
    return { ...status, started, ready: status.state?.terminated?.exitCode === 0 };
  return { ...status, started, ready: started && isReady(container, status, known) };
}

function resultOf({ containerID = '' }: V1ContainerStatus, type: string, { results }: Known) {
  return results.get(`${containerID.slice('containerd://'.length)}/${type}`);
}

function isStarted(container: V1Container, status: V1ContainerStatus, known: Known): boolean {
  if (status.state?.running === undefined) return false;
  const result = resultOf(status, 'startup', known);
  if (result !== undefined) return result === 'success';
  return !known.probes.has(`${container.name}/startup`);
}

function isReady(container: V1Container, status: V1ContainerStatus, known: Known): boolean {
  if (resultOf(status, 'readiness', known) === 'success') return true;
  return !known.probes.has(`${container.name}/readiness`);
}
