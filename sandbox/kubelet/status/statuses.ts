// What is decided about pods' statuses, and how it gets to the API: changes are gathered for some milliseconds, then
// written, one pod after the other, as patches against what the API has.

import type { Client, ObjectRef } from '../../client/client.ts';
import type { Cause } from '../../kube/cause.ts';
import { sameJson } from '../../kube/json.ts';
import { createTwoWayMergePatch } from '../../kube/patch/strategicpatch.ts';
import { reasonOf } from '../../kube/status.ts';
import { formatImageReference, parseImageReference } from '../../machine/images/reference.ts';
import { Pods } from '../../schema/generated/resources.ts';
import type { V1ContainerStatus, V1Pod, V1PodCondition, V1PodStatus } from '../../schema/generated/types.ts';
import { kindType } from '../../schema/schema.ts';
import type { Work } from '../../time/loop.ts';
import { after, durationMs, parseTime } from '../../time/units.ts';
import { hop, type Kubelet, note } from '../kubeletcontext.ts';
import { triggerReadiness } from '../probes.ts';
import { isTerminal } from '../spec.ts';
import type { PodRecord, ReportedImage, RuntimePod, SeenContainer } from '../state.ts';
import { words } from '../words.ts';
import { isOfKubelet } from './conditions.ts';
import { lost } from './containerstatus.ts';
import { podStatusOf, withTimes } from './podstatus.ts';

/** Decides on a pod's status by what the runtime has; `over`: its containers will not be started again. */
export function generateStatus(kubelet: Kubelet, record: PodRecord, seen: RuntimePod, over: boolean): V1PodStatus {
  const digestOf = ({ status }: SeenContainer) => imageOf(kubelet, record, status);
  const made = podStatusOf(record, { seen, over, nodeAddresses: [kubelet.node.address], digestOf });
  const status = pastDeadline(kubelet, record) ? overdue(kubelet, record, made) : made;
  triggerReadiness(kubelet, record, status);
  return status;
}

/** A container's image as it is reported: by its tag, and by its digest in its repository. */
function imageOf({ runtime }: Kubelet, record: PodRecord, status: SeenContainer['status']): ReportedImage {
  const container = record.containers.find(({ id }) => id === status.id);
  if (container?.reported !== undefined) return container.reported;
  const reference = parseImageReference(status.image);
  const image = reference === undefined ? status.image : formatImageReference(reference);
  const stored = runtime.image(status.digest);
  const named = stored?.digests.find((name) => reference !== undefined && name.startsWith(`${reference.repository}@`));
  const reported = { image, imageID: named ?? stored?.digests[0] ?? status.digest };
  if (container !== undefined) container.reported = reported;
  return reported;
}

/** When an active deadline ends; undefined when there is none. */
export function deadlineOf({ pod, status }: PodRecord): number | undefined {
  const seconds = pod.spec?.activeDeadlineSeconds;
  const start = parseTime(status?.startTime ?? pod.status?.startTime);
  return seconds === undefined || start === undefined ? undefined : start + seconds * 1000;
}

function pastDeadline(kubelet: Kubelet, record: PodRecord): boolean {
  const deadline = deadlineOf(record);
  return deadline !== undefined && kubelet.now() >= deadline;
}

function overdue(kubelet: Kubelet, record: PodRecord, status: V1PodStatus): V1PodStatus {
  // What it was before counts: a program that ends well when it is stopped has still run too long.
  const before = record.status ?? record.pod.status;
  if (isTerminal(before?.phase) && before?.reason !== 'DeadlineExceeded') return status;
  note(kubelet, record, words.deadline);
  const { reason, message } = words.deadline;
  const conditions = (status.conditions ?? []).map((condition) => failedCondition(condition));
  return { ...status, phase: 'Failed', reason, message, conditions };
}

function failedCondition(condition: V1PodCondition): V1PodCondition {
  if (condition.type !== 'Ready' && condition.type !== 'ContainersReady') return condition;
  const { message: _, ...rest } = condition;
  return { ...rest, status: 'False', reason: 'PodFailed' };
}

/** Takes a status as the pod's, and has it written when it says anything new. */
export function setStatus(kubelet: Kubelet, record: PodRecord, status: V1PodStatus, force = false): void {
  const old = record.status ?? record.pod.status ?? {};
  const timed = withTimes(status, old, kubelet.now());
  if (record.status !== undefined && !force && sameJson(record.status, timed)) return;
  record.status = timed;
  writeSoon(kubelet, record);
}

export function writeSoon(kubelet: Kubelet, record: PodRecord): void {
  const state = kubelet.state();
  state.unwritten.add(record.uid);
  if (!state.writing) writeNext(kubelet, record.causes);
}

/** One status is written after the other: pods that move together are seen to move one by one. */
function writeNext(kubelet: Kubelet, causes: readonly Cause[]): void {
  const state = kubelet.state();
  state.writing = true;
  const free = after(state.writtenAt, hop(kubelet, 'nextstatus')) - kubelet.now();
  kubelet.port.post({ do: 'write' }, durationMs(Math.max(free, hop(kubelet, 'podstatus'))), causes);
}

/** The sandbox is there, and so containers may come; nothing else is looked at anew. */
export function sandboxReady(kubelet: Kubelet, record: PodRecord): void {
  const { status } = record;
  if (status === undefined) return;
  const conditions = (status.conditions ?? []).map((condition) =>
    condition.type === 'PodReadyToStartContainers' ? { ...condition, status: 'True' } : condition,
  );
  setStatus(kubelet, record, { ...status, conditions });
}

/** The last that is said of a pod: whatever was not seen to end has ended somehow. */
export function finishStatus(kubelet: Kubelet, record: PodRecord): void {
  const status = record.status ?? record.pod.status ?? {};
  const ended = (one: V1ContainerStatus): V1ContainerStatus =>
    one.state?.terminated !== undefined
      ? one
      : { ...one, state: { terminated: lost('The container could not be located when the pod was terminated') } };
  const init = status.initContainerStatuses ?? [];
  const begun = init.length === 0 || init.every(({ ready, started }) => ready || started === true);
  const last = init.findLastIndex(
    ({ state, lastState }) => state?.waiting === undefined || lastState?.terminated !== undefined,
  );
  const final: V1PodStatus = {
    ...status,
    ...(status.containerStatuses !== undefined && begun
      ? { containerStatuses: status.containerStatuses.map(ended) }
      : {}),
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map((one, i) => (i <= last ? ended(one) : one)) }),
    phase: isTerminal(status.phase) || record.isStatic ? (status.phase ?? 'Failed') : 'Failed',
  };
  record.finished = true;
  setStatus(kubelet, record, final, true);
}

/** Writes the status that has waited longest. What fails is tried again with the next change, or by the next round. */
export function* writeOldest(kubelet: Kubelet, client: Client): Work<void> {
  const state = kubelet.state();
  const [uid] = state.unwritten;
  if (uid !== undefined) state.unwritten.delete(uid);
  state.writing = false;
  state.writtenAt = kubelet.now();
  const [next] = state.unwritten;
  if (next !== undefined) writeNext(kubelet, state.pods.get(next)?.causes ?? []);
  const record = uid === undefined ? undefined : state.pods.get(uid);
  if (uid === undefined || record?.status === undefined) return;
  yield* writeStatus(record, record.status, client.because(record.causes));
  if (record.isStatic && record.finished && record.removed) state.pods.delete(uid);
}

function* writeStatus(record: PodRecord, status: V1PodStatus, client: Client): Work<void> {
  const { name = '', namespace = '' } = record.pod.metadata ?? {};
  const pod = yield* ownPod(client, { name, namespace });
  if (pod === undefined || pod.metadata?.uid !== record.apiUid) return;
  const running = !record.rejected && (record.work === 'syncing' || record.work === 'terminating');
  const merged = mergedStatus(pod, status, running);
  const written = yield* patchStatus(pod, merged, client);
  const phase = written.status?.phase;
  const going = record.isStatic ? record.removed : written.metadata?.deletionTimestamp !== undefined;
  if (record.finished && going && (isTerminal(phase) || record.isStatic)) yield* removeFromApi(written, client);
}

/** A pod that is gone is nobody's any more: the node may not even ask for it. */
function* ownPod(client: Client, ref: ObjectRef): Work<V1Pod | undefined> {
  try {
    return yield* client.find(Pods, ref);
  } catch (error) {
    if (reasonOf(error) === 'Forbidden') return undefined;
    throw error;
  }
}

function* patchStatus(pod: V1Pod, status: V1PodStatus, client: Client): Work<V1Pod> {
  const before = { status: pod.status ?? {} };
  const after = { status };
  if (sameJson(before, after)) return pod;
  const type = kindType('', 'v1', 'Pod')?.type;
  if (type === undefined) throw new Error('pods have no schema');
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  const body = { ...createTwoWayMergePatch(before, after, type), metadata: { uid } };
  return yield* client.patch(Pods, { name, namespace }, { type: 'strategic', body, subresource: 'status' });
}

function* removeFromApi({ metadata }: V1Pod, client: Client): Work<void> {
  const { name = '', namespace = '', uid = '' } = metadata ?? {};
  try {
    yield* client.delete(Pods, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (reasonOf(error) !== 'NotFound' && reasonOf(error) !== 'Conflict') throw error;
  }
}

/** Conditions of others are theirs; a pod isn't over as long as something of it may run. */
function mergedStatus(pod: V1Pod, status: V1PodStatus, running: boolean): V1PodStatus {
  const old = pod.status ?? {};
  const ending = !isTerminal(old.phase) && isTerminal(status.phase);
  const others = (old.conditions ?? []).filter(({ type }) => !isOfKubelet(type));
  const disruption = status.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const kept =
    disruption !== undefined && ending && !running
      ? [...others.filter(({ type }) => type !== 'DisruptionTarget'), disruption]
      : others;
  const own = (status.conditions ?? []).filter(({ type }) => isOfKubelet(type));
  const { resourceClaimStatuses, nominatedNodeName } = old;
  const merged: V1PodStatus = {
    ...status,
    conditions: [...kept, ...own],
    ...(resourceClaimStatuses === undefined ? {} : { resourceClaimStatuses }),
    ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }),
  };
  if (!ending || !running) return merged;
  const { reason: _, message: __, ...rest } = merged;
  const { phase, reason, message } = old;
  return {
    ...rest,
    ...(phase === undefined ? {} : { phase }),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}
