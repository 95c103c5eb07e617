// Why an object isn't well, from the API alone: the same on any cluster. Each rule is a row: when it applies, what it says.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { V1ContainerStatus, V1Pod, V1Service } from '../../sandbox/schema/generated/types.ts';
import { phrase, type Words } from '../i18n/say.ts';
import type { Selection } from './check.ts';

type Lookup = (selection: Selection) => readonly KubeObject[];

/** A condition as every kind has them. */
export interface AnyCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export function conditionOf(object: KubeObject, type: string): AnyCondition | undefined {
  const { status } = object as { readonly status?: { readonly conditions?: readonly AnyCondition[] } };
  return status?.conditions?.find((one) => one.type.toLowerCase() === type.toLowerCase());
}

/** What an unhappy object is called in a word, as `kubectl get` shows it; undefined for kinds that have no such word. */
export function summaryOf(object: KubeObject): string | undefined {
  if (object.kind !== 'Pod') return undefined;
  const pod = object as V1Pod;
  if (pod.metadata?.deletionTimestamp !== undefined) return 'Terminating';
  const unhappy = containersOf(pod).find(
    ({ state }) => state?.waiting !== undefined || state?.terminated !== undefined,
  );
  const { waiting, terminated } = unhappy?.state ?? {};
  if (waiting?.reason !== undefined) return waiting.reason;
  if (terminated !== undefined) return terminated.reason ?? `exit code ${terminated.exitCode}`;
  const all = pod.status?.containerStatuses ?? [];
  const ready = all.filter((one) => one.ready).length;
  return `${pod.status?.phase ?? 'Pending'} ${ready}/${pod.spec?.containers.length ?? 0}`;
}

function containersOf(pod: V1Pod): readonly V1ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

/** From the symptom to its root, as far as the API shows it. */
export function because(object: KubeObject, objects: Lookup): readonly Words[] {
  const explain = EXPLAIN[object.kind ?? ''];
  return explain === undefined ? falseConditions(object) : explain(object, objects);
}

const EXPLAIN: Readonly<Record<string, (object: KubeObject, objects: Lookup) => readonly Words[]>> = {
  Pod: (object) => podEvidence(object as V1Pod),
  Service: (object, objects) => serviceEvidence(object as V1Service, objects),
  Deployment: ownerEvidence,
  ReplicaSet: ownerEvidence,
  StatefulSet: ownerEvidence,
  DaemonSet: ownerEvidence,
};

function podEvidence(pod: V1Pod): readonly Words[] {
  if (pod.metadata?.deletionTimestamp !== undefined) return [phrase('evidence.deleting', {})];
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return [phrase('evidence.unscheduled', { message: scheduled.message ?? '' })];
  const node = pod.spec?.nodeName;
  if (node === undefined) return [phrase('evidence.noNode', {})];
  const known = containersOf(pod);
  if (known.length === 0) return [phrase('evidence.creating', { node })];
  return known.flatMap((status) => containerEvidence(status));
}

function containerEvidence(status: V1ContainerStatus): readonly Words[] {
  const { name: container, state = {}, lastState, restartCount, ready } = status;
  const last = lastState?.terminated;
  const before =
    last === undefined
      ? []
      : [phrase('evidence.lastTerminated', { code: last.exitCode, reason: last.reason ?? '', restarts: restartCount })];
  if (state.waiting !== undefined) {
    const { reason = 'Waiting', message } = state.waiting;
    const now =
      message === undefined
        ? phrase('evidence.waiting', { container, reason })
        : phrase('evidence.waitingMessage', { container, reason, message });
    return [now, ...before];
  }
  if (state.terminated !== undefined) {
    const { exitCode: code, reason = '' } = state.terminated;
    return reason === 'Completed' ? [] : [phrase('evidence.terminated', { container, code, reason })];
  }
  return ready ? [] : [phrase('evidence.running', { container }), ...before];
}

function serviceEvidence(service: V1Service, objects: Lookup): readonly Words[] {
  const { name = '', namespace = 'default' } = service.metadata ?? {};
  const selector = Object.entries(service.spec?.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  if (selector === '') return [phrase('evidence.noSelector', { name })];
  const pods = objects({ kind: 'Pod', namespace, selector });
  if (pods.length === 0) return [phrase('evidence.noneSelected', { selector, namespace })];
  if (pods.some((pod) => conditionOf(pod, 'Ready')?.status === 'True')) return [];
  const first = pods[0];
  return [
    phrase('evidence.noneReady', { selector, n: pods.length }),
    ...(first === undefined ? [] : podEvidence(first as V1Pod)),
  ];
}

/** What owns Pods is as well as the first of them that isn't. */
function ownerEvidence(object: KubeObject, objects: Lookup): readonly Words[] {
  const { spec } = object as {
    readonly spec?: { readonly selector?: { readonly matchLabels?: Record<string, string> } };
  };
  const selector = Object.entries(spec?.selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const pods =
    selector === '' ? [] : objects({ kind: 'Pod', namespace: object.metadata?.namespace ?? 'default', selector });
  const unwell = pods.find((pod) => conditionOf(pod, 'Ready')?.status !== 'True');
  return unwell === undefined ? falseConditions(object) : podEvidence(unwell as V1Pod);
}

function falseConditions(object: KubeObject): readonly Words[] {
  const { status } = object as { readonly status?: { readonly conditions?: readonly AnyCondition[] } };
  return (status?.conditions ?? [])
    .filter((one) => one.status === 'False' && (one.message ?? '') !== '')
    .slice(0, 2)
    .map(({ type, status: value, reason = '', message = '' }) =>
      phrase('evidence.condition', { type, status: value, reason, message }),
    );
}
