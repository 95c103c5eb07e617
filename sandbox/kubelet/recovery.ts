// A kubelet that starts anew finds in the runtime what an earlier life of it has left there.

import { isObject } from '../kube/json.ts';
import type { Kubelet } from './kubeletcontext.ts';
import { lookAt } from './looking.ts';
import { findContainer } from './spec.ts';
import { type ContainerRecord, newPodRecord, type PodRecord } from './state.ts';

/** Puts together records of pods that the API still has; what belongs to none is removed. */
export function recoverPods(kubelet: Kubelet): void {
  const { runtime, pods, state } = kubelet;
  const known = new Map(pods.list().map((pod) => [pod.metadata?.uid ?? '', pod]));
  for (const { id, labels } of runtime.sandboxes()) {
    const uid = textAt(labels, 'uid');
    const pod = known.get(uid);
    if (pod === undefined) {
      runtime.removeSandbox(id);
      continue;
    }
    const record = state().pods.get(uid) ?? newPodRecord(pod, false);
    state().pods.set(uid, record);
    record.sandboxes.push({ id, attempt: numberAt(labels, 'attempt') });
    state().owners.set(id, uid);
    for (const container of runtime.containers(id))
      recover(kubelet, record, container.id, container.labels, container.image);
  }
  for (const record of state().pods.values()) lookAt(kubelet, record);
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
