// The door of a node: what the API server asks a kubelet for when somebody wants to see into a pod.

import type { LogRequest, NodeDoor } from '../../kube/nodedoor.ts';
import { badRequest, failure, type StatusError } from '../../kube/status.ts';
import type { LogQuery } from '../../machine/runtime/logs.ts';
import type { Bytes } from '../../machine/sys.ts';
import type { V1ContainerState, V1ContainerStatus, V1PodStatus } from '../../schema/generated/types.ts';
import type { ChannelId } from '../../time/channel.ts';
import { parseTime, timeMs } from '../../time/units.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import type { PodRecord } from '../state.ts';
import { answerProxy } from './endpoints.ts';
import { forwardToPod, openAttach, openExec } from './sessions.ts';

export function createNodeDoor(kubelet: Kubelet): NodeDoor {
  // Work that never waits, and so may throw before it begins.
  return {
    *log(request) {
      return logOf(kubelet, request);
    },
    *exec(request) {
      return openExec(kubelet, runningContainer(kubelet, request), request);
    },
    *attach(request) {
      return openAttach(kubelet, runningContainer(kubelet, request), request);
    },
    *portForward(pod, port) {
      return forwardToPod(kubelet, podNamed(kubelet, pod), port);
    },
    *proxy(request) {
      return answerProxy(kubelet, request);
    },
  };
}

interface PodAddress {
  readonly namespace: string;
  readonly pod: string;
}

function podNamed(kubelet: Kubelet, { namespace, pod }: PodAddress): PodRecord {
  const key = `${namespace}/${pod}`;
  const found = [...kubelet.state().pods.values()].filter((record) => record.key === key);
  const record = found.find(({ work }) => work !== 'finished') ?? found.at(-1);
  if (record === undefined) throw failure(404, 'NotFound', 'pod does not exist');
  return record;
}

/** The id of a container that runs. */
function runningContainer(kubelet: Kubelet, address: PodAddress & { readonly container: string }): string {
  const record = podNamed(kubelet, address);
  const newest = record.containers.findLast(({ name }) => name === address.container);
  if (newest === undefined || kubelet.runtime.container(newest.id)?.state !== 'running')
    throw failure(404, 'NotFound', `container not found ("${address.container}")`);
  return newest.id;
}

function logOf(kubelet: Kubelet, request: LogRequest): ChannelId {
  const record = podNamed(kubelet, request);
  const id = loggedContainer(record, request);
  const container = kubelet.runtime.container(id);
  if (container?.logPath === undefined) {
    return said(kubelet, `unable to retrieve container logs for containerd://${id}`);
  }
  const query = queryOf(kubelet, request);
  if (request.follow) return kubelet.runtime.followLogs(id, query);
  return said(kubelet, kubelet.runtime.logs(container.logPath, query));
}

/** A channel that says this, and no more. */
function said({ kernel }: Kubelet, text: Bytes | string): ChannelId {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const channel = kernel.channels.create();
  if (bytes.length > 0) kernel.channels.write(channel, bytes, bytes.length);
  kernel.channels.close(channel);
  return channel;
}

function queryOf(
  kubelet: Kubelet,
  { tailLines, sinceSeconds, sinceTime, timestamps, limitBytes }: LogRequest,
): LogQuery {
  const since = sinceSeconds === undefined ? parseTime(sinceTime) : timeMs(kubelet.now() - sinceSeconds * 1000);
  return {
    timestamps,
    ...(tailLines === undefined ? {} : { tail: tailLines }),
    ...(since === undefined ? {} : { since }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}

/** The id of the run whose log is meant. Throws BadRequest while there is none. */
function loggedContainer(record: PodRecord, { pod, container, previous }: LogRequest): string {
  const status = record.status ?? record.pod.status ?? {};
  const found = statusNamed(status, container);
  if (found === undefined) throw badRequest(`container "${container}" in pod "${pod}" is not available`);
  const { state = {}, lastState = {} } = found;
  if (previous) {
    const id = endedId(lastState);
    if (id === undefined) throw badRequest(`previous terminated container "${container}" in pod "${pod}" not found`);
    return id;
  }
  if (state.running !== undefined) return bareId(found.containerID);
  const ended = state.terminated !== undefined || lastState.terminated !== undefined;
  if (!ended) throw waitingError(pod, container, state.waiting?.reason);
  const id = endedId(state) ?? endedId(lastState);
  if (id === undefined) throw badRequest(`container "${container}" in pod "${pod}" is terminated`);
  return id;
}

function statusNamed(status: V1PodStatus, name: string): V1ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(
    (one) => one.name === name,
  );
}

function endedId({ terminated }: V1ContainerState): string | undefined {
  return terminated?.containerID === undefined ? undefined : bareId(terminated.containerID);
}

function bareId(containerID = ''): string {
  return containerID.slice(containerID.indexOf('://') + 3);
}

const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

function waitingError(pod: string, container: string, reason = ''): StatusError {
  const why = Object.hasOwn(WAITING, reason) ? WAITING[reason] : reason;
  return badRequest(`container "${container}" in pod "${pod}" is waiting to start: ${why}`);
}
