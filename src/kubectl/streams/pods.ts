// From an object that stands for pods (a deployment, a job, a service) to one of its pods.

import { isObject, type JsonObject } from '../../../sandbox/kube/json.ts';
import { formatLabelSelector, selectorOf, selectorOfLabels } from '../../../sandbox/kube/selectors/labelselectors.ts';
import { messageOf } from '../../../sandbox/kube/thrown.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1LabelSelector, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { parseTime, timeMs } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { type Info, mappingOf, metaText, objectOf } from '../resource/info.ts';
import { listQuery } from '../resource/requests.ts';
import { itemsOf } from '../resource/sources.ts';
import { typedList } from '../resource/typed.ts';
import { ACCEPT_TYPED } from '../rest/client.ts';
import { watchEvents } from '../rest/watch.ts';

const BY_SELECTOR = ['ReplicaSet.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'Deployment.apps', 'Job.batch'];

/** The label selector of an object's pods. Throws where it has none. */
export function podSelector(info: Info): string {
  const { group, version, kind } = mappingOf(info);
  const object = objectOf(info);
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const labels = isObject(spec['selector']) ? spec['selector'] : {};
  if (BY_SELECTOR.includes(`${kind}.${group}`)) {
    return formatLabelSelector(selectorOf(labels as V1LabelSelector));
  }
  if (group === '' && kind === 'ReplicationController') return labelsText(labels);
  if (group === '' && kind === 'Service') {
    if (Object.keys(labels).length > 0) return labelsText(labels);
    throw new Error(`invalid service '${info.name}': Service is defined without a selector`);
  }
  throw new Error(`selector for *${version}.${kind} not implemented`);
}

function labelsText(labels: JsonObject): string {
  const texts = Object.entries(labels).map(([key, value]) => [key, String(value)] as const);
  return formatLabelSelector(selectorOfLabels(Object.fromEntries(texts)));
}

/** Which of two pods comes first, among those that have restarted more or less often. */
export type Restarts = 'most first' | 'fewest first';

/** All pods, the best first; waits for one where there is none yet. */
export function* podsFor(
  call: Call,
  namespace: string,
  labelSelector: string,
  timeout: number,
  restarts: Restarts,
): Blocking<readonly V1Pod[]> {
  const client = yield* call.client();
  const list = yield* typedList(client, Pods, namespace, labelSelector);
  // The server answers pods.
  const found = itemsOf(list) as readonly V1Pod[];
  if (found.length > 0) return [...found].sort((a, b) => comparePods(a, b, restarts));
  const resourceVersion = metaText(list, 'resourceVersion');
  const options = { labelSelector, fieldSelector: '', limit: 0, resourceVersion };
  const query = [...listQuery(options), ['watch', 'true'] as const];
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const request = { method: 'GET', path, query, accept: ACCEPT_TYPED, source: 'type.go:201' };
  const first: V1Pod[] = [];
  const deadline = timeMs(call.sys.now() + timeout);
  const each = function* ({ type, object }: { readonly type: string; readonly object: JsonObject }) {
    if (type !== 'ADDED' && type !== 'MODIFIED') return false;
    first.push(object as V1Pod);
    return true;
  };
  yield* watchEvents(call.sys, client, request, each, deadline);
  if (first.length === 0) throw new Error('timed out waiting for the condition');
  return first;
}

const PHASES = ['Running', 'Unknown', 'Pending'];

function comparePods(a: V1Pod, b: V1Pod, restarts: Restarts): number {
  const [assignedA, assignedB] = [Boolean(a.spec?.nodeName), Boolean(b.spec?.nodeName)];
  if (assignedA !== assignedB) return assignedA ? -1 : 1;
  const phase = phaseRank(a) - phaseRank(b);
  if (phase !== 0) return phase;
  const [readyA, readyB] = [readySince(a), readySince(b)];
  if ((readyA === undefined) !== (readyB === undefined)) return readyA === undefined ? 1 : -1;
  if (readyA !== undefined && readyB !== undefined && readyA !== readyB) return readyA - readyB;
  const restarted = restartsOf(b) - restartsOf(a);
  if (restarted !== 0) return restarts === 'most first' ? restarted : -restarted;
  return created(a) - created(b);
}

function phaseRank({ status }: V1Pod): number {
  const rank = PHASES.indexOf(status?.phase ?? '');
  return rank < 0 ? 0 : rank;
}

function readySince({ status }: V1Pod): number | undefined {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? (parseTime(ready.lastTransitionTime ?? undefined) ?? 0) : undefined;
}

function restartsOf({ status }: V1Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));
}

function created({ metadata }: V1Pod): number {
  return parseTime(metadata?.creationTimestamp ?? undefined) ?? 0;
}

/** The pod itself, or the best pod of what stands for pods. */
export function* attachablePod(call: Call, info: Info, timeout: number): Blocking<V1Pod> {
  const { group, kind, version } = mappingOf(info);
  // The server answers objects of the kind that was asked for.
  if (group === '' && kind === 'Pod') return objectOf(info) as V1Pod;
  let selector: string;
  try {
    selector = podSelector(info);
  } catch (error) {
    throw new Error(`cannot attach to *${version}.${kind}: ${messageOf(error)}`);
  }
  const namespace = metaText(objectOf(info), 'namespace');
  const [pod] = yield* podsFor(call, namespace, selector, timeout, 'fewest first');
  if (pod === undefined) throw new Error('timed out waiting for the condition');
  return pod;
}
