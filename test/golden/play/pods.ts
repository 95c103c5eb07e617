// Pods in the short forms in which recordings show them.

import { isObject, type JsonObject, type JsonValue, listAt, numberAt, objectAt, omit, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { read } from './calls.ts';

/** As scheduler/ has it: `{nodeName, conditions, phase, nominatedNodeName?, terminating?, ...}` or `{deleted: true}`. */
export async function podState(world: World, path: string): Promise<JsonObject> {
  const pod = await read(world, path);
  if (pod === undefined) return { deleted: true };
  const status = objectAt(pod, 'status');
  const grace = numberAt(pod, 'metadata', 'deletionGracePeriodSeconds');
  const priority = numberAt(pod, 'spec', 'priority') ?? 0;
  const nominated = textAt(status, 'nominatedNodeName');
  return {
    nodeName: textAt(pod, 'spec', 'nodeName') ?? null,
    conditions: listAt(status, 'conditions').map(briefCondition),
    phase: status['phase'] ?? null,
    ...(nominated === undefined ? {} : { nominatedNodeName: nominated }),
    ...(textAt(pod, 'metadata', 'deletionTimestamp') === undefined ? {} : { terminating: true }),
    ...(grace === undefined ? {} : { deletionGracePeriodSeconds: grace }),
    ...(priority === 0 ? {} : { priority }),
  };
}

function briefCondition(condition: JsonValue): JsonValue {
  return isObject(condition) ? omit(condition, 'lastProbeTime', 'lastTransitionTime') : condition;
}

const SHOWN_LABELS = [
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'batch.kubernetes.io/job-completion-index',
] as const;

/** As controllers/ has it: `{name, phase, ready, node?, terminating?, owner?, ...labels}`. */
export function podLine(pod: JsonValue): JsonObject {
  const node = textAt(pod, 'spec', 'nodeName');
  const owner = listAt(pod, 'metadata', 'ownerReferences')[0];
  const labels = objectAt(pod, 'metadata', 'labels');
  return {
    name: textAt(pod, 'metadata', 'name') ?? '',
    phase: textAt(pod, 'status', 'phase') ?? '',
    ready: isPodReady(pod),
    ...(node === undefined ? {} : { node }),
    ...(textAt(pod, 'metadata', 'deletionTimestamp') === undefined ? {} : { terminating: true }),
    ...(owner === undefined ? {} : { owner: `${textAt(owner, 'kind')}/${textAt(owner, 'name')}` }),
    ...Object.fromEntries(SHOWN_LABELS.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]]))),
  };
}

function isPodReady(pod: JsonValue): boolean {
  return listAt(pod, 'status', 'conditions').some(
    (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
  );
}
