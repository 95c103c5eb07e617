// A kubelet that starts anew finds in the runtime what an earlier life of it has left there.

import { isObject } from '../kube/json.ts';
import type { Kubelet } from './kubeletcontext.ts';
import { lookAt } from './looking.ts';
import { findContainer } from './spec.ts';
import { type ContainerRecord, newPodRecord, type PodRecord } from './state.ts';

/**
 * Puts together records of pods that the API still has; what belongs to none is removed. `kept`: uids of others whose
 * turn comes later.
 */
export function recoverPods(kubelet: Kubelet, kept: ReadonlySet<string>): void {
  const { runtime, pods, state } = kubelet;
  const known = new Map(pods.list().map((pod) => [pod.metadata?.uid ?? '', pod]));
  for (const { id, labels } of runtime.sandboxes()) {
    const uid = textAt(labels, 'uid');
    const pod = known.get(uid);
    if (pod === undefined && !kept.has(uid)) runtime.removeSandbox(id);
    if (pod !== undefined && !state().pods.has(uid)) state().pods.set(uid, newPodRecord(pod, false));
  }
  for (const record of state().pods.values()) {
    recoverSandboxes(kubelet, record);
    lookAt(kubelet, record);
  }
}

/** What the runtime has of a pod. */
export function recoverSandboxes(kubelet: Kubelet, record: PodRecord): void {
  const { runtime, state } = kubelet;
  for (const { id, labels } of runtime.sandboxes()) {
    if (textAt(labels, 'uid') !== record.uid) continue;
    record.sandboxes.push({ id, attempt: numberAt(labels, 'attempt') });
    state().owners.set(id, record.uid);
    for (const container of runtime.containers(id))
      recover(kubelet, record, container.id, container.labels, container.image);
  }
}

function recover(kubelet: Kubelet, record: PodRecord, id: string, labels: unknown, image: string): void {
  const name = textAt(labels, 'name');
  const container = findContainer(record.pod, name)?.container;
  const found: ContainerRecord = {
    id,
    name,
    restartCount: numberAt(labels, 'restartCount'),
    image,
    messagePath: textAt(labels, 'messagePath'),
    messagePolicy: textAt(labels, 'messagePolicy'),
    reported: undefined,
    resources: container?.resources ?? {},
  };
  record.containers.push(found);
  kubelet.state().owners.set(id, record.uid);
}

function textAt(labels: unknown, key: string): string {
  const value = isObject(labels) ? labels[key] : undefined;
  return typeof value === 'string' ? value : '';
}

function numberAt(labels: unknown, key: string): number {
  const value = isObject(labels) ? labels[key] : undefined;
  return typeof value === 'number' ? value : 0;
}
