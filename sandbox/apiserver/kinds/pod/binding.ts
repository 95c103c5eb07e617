// Binding: how a scheduler says on which node a pod shall run. It is written once, and never taken back.

import { aggregate, type FieldError, notSupported, required } from '../../../kube/fielderrors.ts';
import { topologyLabels } from '../../../kube/nodelabels.ts';
import { badRequest, conflict, failure, reasonOf } from '../../../kube/status.ts';
import type { V1Binding, V1Pod } from '../../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../../time/units.ts';
import type { Inner, KindContext, Subresource } from '../../kind.ts';

export const binding: Subresource<V1Pod> = {
  type: 'act',
  kind: { group: '', version: 'v1', kind: 'Binding' },
  *act(body, name, context, server) {
    const wanted = body as V1Binding;
    if (wanted.metadata?.name !== name) throw badRequest('name in URL does not match name in Binding object');
    const errors = [...bindingErrors(wanted)];
    if (errors.length > 0) throw failure(500, '', aggregate(errors));
    const node = wanted.target.name ?? '';
    const labels = { ...wanted.metadata?.labels, ...(yield* topologyOf(node, server)) };
    server.rewrite(context.namespace ?? wanted.metadata.namespace, name, (pod) =>
      assigned(pod, wanted, node, labels, context),
    );
    return {
      code: 201,
      object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
    };
  },
};

function* bindingErrors({ target }: V1Binding): Iterable<FieldError> {
  const { kind = '', name = '' } = target;
  if (kind !== '' && kind !== 'Node') yield notSupported('target.kind', kind, ['Node', '<empty>']);
  if (name === '') yield required('target.name');
}

function* topologyOf(name: string, server: Inner<V1Pod>) {
  try {
    const target = { group: '', version: 'v1', resource: 'nodes', name };
    const { metadata } = yield* server.call({ verb: 'get', target });
    return topologyLabels(metadata?.labels);
  } catch (error) {
    if (reasonOf(error) === 'NotFound') return {};
    throw error;
  }
}

/** The pod with its node. Throws Conflict where it may not have one. */
function assigned(
  pod: V1Pod,
  { metadata }: V1Binding,
  node: string,
  labels: Readonly<Record<string, string>>,
  context: KindContext,
): V1Pod {
  checkUid(pod, metadata?.uid);
  const problem = problemOf(pod);
  if (problem !== undefined)
    throw conflict({ group: '', kind: 'pods/binding', name: pod.metadata?.name ?? '' }, problem);
  const { nominatedNodeName: _, conditions = [], ...status } = pod.status ?? {};
  const annotations = { ...pod.metadata?.annotations, ...metadata?.annotations };
  const allLabels = { ...pod.metadata?.labels, ...labels };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(Object.keys(allLabels).length === 0 ? {} : { labels: allLabels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: { containers: [], ...pod.spec, nodeName: node },
    status: { ...status, conditions: scheduled(conditions, context.now()) },
  };
}

/** The storage itself refuses, in words of its own. */
function checkUid({ metadata }: V1Pod, uid = ''): void {
  const { namespace = '', name = '', uid: present = '' } = metadata ?? {};
  if (uid === '' || uid === present) return;
  const failed = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present}`;
  const where = `Code: 4, Key: /registry/pods/${namespace}/${name}, ResourceVersion: 0`;
  const why = `StorageError: invalid object, ${where}, AdditionalErrorMsg: ${failed}`;
  throw conflict({ group: '', kind: 'pods', name }, why);
}

function problemOf({ metadata, spec }: V1Pod): string | undefined {
  const { name = '' } = metadata ?? {};
  if (metadata?.deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if ((spec?.nodeName ?? '') !== '') return `pod ${name} is already assigned to node "${spec?.nodeName}"`;
  if ((spec?.schedulingGates ?? []).length > 0) return `pod ${name} has non-empty .spec.schedulingGates`;
  return undefined;
}

type Conditions = NonNullable<NonNullable<V1Pod['status']>['conditions']>;

function scheduled(conditions: Conditions, now: TimeMs): Conditions {
  const known = conditions.find(({ type }) => type === 'PodScheduled');
  const lastTransitionTime = known?.status === 'True' ? (known.lastTransitionTime ?? null) : rfc3339(now);
  const next = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime };
  return known === undefined
    ? [...conditions, next]
    : conditions.map((condition) => (condition === known ? next : condition));
}
